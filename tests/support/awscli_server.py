"""An AWS CLI that is imported once and forked for each command. The CLI's own Python runs it.

The import of the same modules is half a second of each command. This program imports them and
waits for commands. For each it forks, and the child starts the script ``aws`` as its interpreter
would have started it: with the command's own environment, folder and standard files.

A few modules of the CLI take ``~`` from the environment at their import. It is a relative path
here, so it means the folder in which a command runs, which is its home.

Arguments: the script, a descriptor to read commands from (lines of JSON), and one to answer on:
for each command a line with the child's process id, and at its end a line with its exit code.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import sys
import time


def main(script: str, commands_from: int, answers_to: int) -> None:
    sys.path[0] = os.path.dirname(script)  # noqa: PTH120 (plain strings, as an interpreter does it)
    import awscli.clidriver  # type: ignore[import-not-found] # noqa: F401 (the CLI's, to be there)

    # Kept out of the garbage collector, the pages of these modules are never copied.
    gc.freeze()
    with os.fdopen(commands_from) as commands, os.fdopen(answers_to, "w") as answers:
        for line in commands:
            child = os.fork()
            if not child:
                become(script, **json.loads(line))
                runpy.run_path(script, run_name="__main__")
                return
            print(child, file=answers, flush=True)
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), file=answers, flush=True)


def become(
    script: str, arguments: list[str], environ: dict[str, str], cwd: str, files: list[str]
) -> None:
    """Take on what a program of its own would have been started with."""
    # Without a terminal of its own: a question for a code is answered from stdin.
    os.setsid()
    # To the person's folders of models the CLI adds its own, at its import.
    models = filter(None, (environ.get("AWS_DATA_PATH"), os.environ["AWS_DATA_PATH"]))
    environ["AWS_DATA_PATH"] = os.pathsep.join(models)
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    os.chdir(cwd)
    sys.argv = [script, *arguments]
    for number, file in enumerate(files):
        opened = os.open(file, os.O_WRONLY if number else os.O_RDONLY)
        os.dup2(opened, number)
        os.close(opened)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
