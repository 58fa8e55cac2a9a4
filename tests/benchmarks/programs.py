"""The programs that are measured, and their references: what to type to start them."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Final

from .pseudo_terminal import MeasureError, Terminal

CHECKOUT: Final = Path(__file__).resolve().parents[2]
_HERE: Final = Path(__file__).resolve().parent

PYTHON: Final = sys.executable
AWSTTL: Final = (str(Path(sys.executable).with_name("awsttl")),)
"""The script that people run, of the environment that runs the benchmark."""
LIST: Final = (*AWSTTL, "list", "--json")
NAMES: Final = (*AWSTTL, "__complete", "profiles")
BARE_APP: Final = (PYTHON, str(_HERE / "reference_bare.py"))
BARE_PYTHON: Final = (PYTHON, "-c", "pass")


def data_table(rows: int) -> tuple[str, ...]:
    """The DataTable that shows as many rows as awsttl's table does."""
    return (PYTHON, str(_HERE / "reference_datatable.py"), str(rows))


def part(name: str, *arguments: str) -> tuple[str, ...]:
    """A script of this package that runs in a process of its own, from the checkout's root."""
    return (PYTHON, "-m", f"{__package__}.{name}", *arguments)


def list_profiles() -> tuple[str, ...] | None:
    """``aws configure list-profiles`` of AWS CLI v2, or ``None`` where there is none."""
    for path in ("/usr/bin/aws", shutil.which("aws")):
        if path and _output([path, "--version"]).startswith("aws-cli/2."):
            return (path, "configure", "list-profiles")
    return None


def check_installed() -> None:
    """Raises an error where awsttl is not installed."""
    if not Path(AWSTTL[0]).exists():
        raise MeasureError(f"there is no awsttl beside {Path(PYTHON).name}: pip install -e .")


def versions() -> str:
    """Everything whose version matters to the figures."""
    found = [
        f"awsttl {metadata.version('awsttl')}{_commit()}",
        f"Python {platform.python_version()}",
    ]
    found += [f"{name} {metadata.version(name)}" for name in ("textual", "rich", "watchdog")]
    command = list_profiles()
    if command is not None:
        found.append(_output([command[0], "--version"]).split()[0])
    return ", ".join(found)


def bare_app_is_there(terminal: Terminal) -> bool:
    """Whether the bare app shows its rows."""
    return any("row 19" in line for line in terminal.lines)


def _commit() -> str:
    git = ["git", "-C", str(CHECKOUT)]
    commit = _output([*git, "rev-parse", "--short", "HEAD"]).strip()
    changed = _output([*git, "status", "--porcelain", "--", "app", "styles"]).strip()
    return f" ({commit}{' with changes' if changed else ''})" if commit else ""


def _output(command: Sequence[str]) -> str:
    environ = {name: text for name, text in os.environ.items() if not name.startswith("AWS_")}
    try:
        run = subprocess.run(
            command, env=environ, capture_output=True, text=True, timeout=60, check=False
        )
    except OSError:
        return ""
    return run.stdout or run.stderr if run.returncode == 0 else ""
