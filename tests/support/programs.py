"""The real programs that some tests run, and where they are."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[2]

NAMES: Final = (
    *("aws-v1", "aws-v2", "tmux", "bash", "zsh", "fish", "dash", "nu", "groff", "sdk-js"),
    "faketime",
)
"""What ``@pytest.mark.needs`` may ask for."""


@functools.cache
def find(name: str) -> str | None:
    """The program's path, or ``None`` where this machine does not have it."""
    if name not in NAMES:
        raise ValueError(f"no such program: {name}; there are {', '.join(NAMES)}")
    if name == "nu":
        own = CHECKOUT / ".nushell" / "node_modules" / ".bin" / "nu"
        return str(own) if own.exists() else shutil.which(name)
    if name == "sdk-js":
        # No program: the folder in which node finds the SDK.
        own = CHECKOUT / ".sdk-js" / "node_modules"
        return str(own) if own.exists() and shutil.which("node") else None
    if not name.startswith("aws-v"):
        return shutil.which(name)
    wanted = f"aws-cli/{name.removeprefix('aws-v')}."
    return next((path for path in _aws_clis(name) if _version(path).startswith(wanted)), None)


def version(name: str) -> str:
    """The version of an AWS CLI: ``2.9.19``."""
    return _version(required(name)).partition("/")[2].partition(" ")[0]


def required(name: str) -> str:
    """The path of a program that the test's ``needs`` marker has asked for."""
    path = find(name)
    assert path is not None, f"mark the test with @pytest.mark.needs({name!r})"
    return path


def aws_that_says(says: str, folder: Path) -> Path:
    """An ``aws`` in that folder that says its version; a real one takes half a second for that."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "aws"
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


def loaded_by(program: str, environ: Mapping[str, str] | None = None) -> set[str]:
    """The modules that a Python of its own has loaded once it has run *program*."""
    done = subprocess.run(
        [sys.executable, "-c", f"{program}\nimport sys; print(*sys.modules, file=sys.stderr)"],
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return set(done.stderr.split())


def are_required() -> bool:
    """Whether a missing program fails a test instead of skipping it."""
    return os.environ.get("CI") == "true" or os.environ.get("AWSTTL_REQUIRE_TOOLS") == "1"


def _aws_clis(name: str) -> Iterator[str]:
    """Where a CLI of that major version may be, the likeliest first."""
    if override := os.environ.get(f"AWSTTL_{name.upper().replace('-', '_')}"):
        yield override
    elif name == "aws-v1":
        # In an environment of its own: awscli aliases the botocore beside it.
        yield str(CHECKOUT / ".cli-v1" / "bin" / "aws")
    else:
        yield "/usr/bin/aws"
        if on_path := shutil.which("aws"):
            yield on_path


@functools.cache
def _version(path: str) -> str:
    """What the program says of itself. An AWS CLI takes half a second for that."""
    try:
        asked = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return asked.stdout or asked.stderr
