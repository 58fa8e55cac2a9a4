"""Which shell the user types into, and how that shell is told to run what awsttl prints."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from awsttl.core.snippets import Shell

_BY_PROGRAM: Final = {
    **dict.fromkeys(("bash", "zsh", "sh", "dash", "ash", "ksh", "ksh93", "mksh"), Shell.POSIX),
    "fish": Shell.FISH,
    "pwsh": Shell.POWERSHELL,
    "pwsh-preview": Shell.POWERSHELL,
    "powershell": Shell.POWERSHELL,
    "cmd": Shell.CMD,
    "nu": Shell.NUSHELL,
}


def user_shell(environ: Mapping[str, str], parent: str | None = None) -> Shell:
    """The shell to offer first: that of the process which started awsttl.

    *parent* is that process's name; without it the system is asked. Where it is no shell (make,
    uv, tmux) or nobody knows, the variables decide that only nushell and PowerShell set, then
    the login shell in ``$SHELL``. Nothing is run to find out.
    """
    shell = of_program(parent_name() if parent is None else parent)
    if shell is not None:
        return shell
    if "NU_VERSION" in environ:
        return Shell.NUSHELL
    if "PSModulePath" in environ:
        return Shell.POWERSHELL
    return of_program(environ.get("SHELL", "")) or Shell.POSIX


def parent_name() -> str:
    """The name of the process that started this one; empty where ``/proc`` does not tell."""
    try:
        return Path(f"/proc/{os.getppid()}/comm").read_text(errors="replace").strip()
    except OSError:
        return ""


def of_program(path: str) -> Shell | None:
    """The shell that a program's name or path stands for; a login shell's has a ``-`` before."""
    name = path.replace("\\", "/").rsplit("/", 1)[-1].lower()
    return _BY_PROGRAM.get(name.removeprefix("-").removesuffix(".exe"))


def eval_line(shell: Shell, command: str = "awsttl") -> str:
    """What to type so that the shell runs what *command* prints.

    Empty for nushell, which has no ``eval`` (the snippet is pasted there), and for a .env file,
    which is no shell.
    """
    match shell:
        case Shell.POSIX:
            return f'eval "$({command})"'
        case Shell.FISH:
            return f"{command} | source"
        case Shell.POWERSHELL:
            # Out-String, or Invoke-Expression would get, and run, each line for itself.
            return f"{command} | Out-String | Invoke-Expression"
        case Shell.CMD:
            # At the prompt; a batch file writes %%i.
            return f"for /f \"delims=\" %i in ('{command}') do @%i"
        case Shell.NUSHELL | Shell.DOTENV:
            return ""
