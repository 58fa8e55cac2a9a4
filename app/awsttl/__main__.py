"""``awsttl`` and ``python -m awsttl``: the first step, which imports next to nothing."""

import contextlib
import gc
import os
import sys


def main() -> int:
    """Run awsttl. Returns the exit code."""
    if sys.argv[1:2] == ["__complete"]:
        # A shell asks at each press of Tab: it must not wait for the commands' table and parser.
        from awsttl.commands import names

        return names.run(sys.argv[2:])
    if "/awsttl/live/" in os.environ.get("AWS_CONFIG_FILE", ""):
        # In a shell whose session is served: awsttl works on the person's own files.
        from awsttl.core import live

        live.leave(os.environ)
    from awsttl.commands import main as door
    from awsttl.commands import registry

    code = door.main()
    command = registry.find(sys.argv[1]) if len(sys.argv) > 1 else None
    if command is not None and command.only_looks:
        # At its end Python would free the memory piece by piece, which takes 2 ms.
        with contextlib.suppress(OSError, ValueError, AttributeError):  # there may be no stdout
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    # Python looks for garbage once more as it ends: 8 ms for what a thousand profiles are made of.
    gc.freeze()
    return code


if __name__ == "__main__":
    sys.exit(main())
