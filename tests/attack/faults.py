"""Faults and kills at every call to the system of every writer, by strace."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from . import writers
from .kit import Attack, Effort, Finding
from .writers import WRITERS, Writer

_ERRORS: Final = {
    "openat": ("EACCES", "EMFILE", "ENOSPC", "EIO", "EROFS"),
    "read": ("EIO",),
    "pread64": ("EIO",),
    "write": ("ENOSPC", "EIO", "EDQUOT"),
    "pwrite64": ("ENOSPC", "EIO"),
    "close": ("EIO",),
    "newfstatat": ("EIO", "EACCES"),
    "lstat": ("EIO", "EACCES"),
    "stat": ("EIO", "EACCES"),
    "fstat": ("EIO",),
    "statx": ("EIO",),
    "readlink": ("EIO",),
    "fsync": ("EIO", "ENOSPC"),
    "fchmod": ("EPERM",),
    "chmod": ("EPERM",),
    "fchown": ("EPERM",),
    "rename": ("EIO", "EACCES", "ENOSPC", "EXDEV"),
    "renameat2": ("EIO", "EINVAL", "ENOSYS", "ENOSPC"),
    "link": ("EPERM", "EIO", "ENOSPC"),
    "linkat": ("EPERM", "EIO", "ENOENT", "ENOSPC"),
    "unlink": ("EIO", "EACCES"),
    "mkdir": ("EACCES", "ENOSPC", "EROFS"),
    "getdents64": ("EIO",),
    "flock": ("ENOLCK", "EIO"),
    "fcntl": ("EIO",),
    "ftruncate": ("EIO",),
    "flistxattr": ("EIO",),
    "fgetxattr": ("EIO",),
    "listxattr": ("EIO",),
    "getxattr": ("EIO",),
    "fsetxattr": ("ENOSPC", "EPERM"),
    "access": ("EIO",),
    "faccessat2": ("EIO",),
    "lseek": ("EIO",),
}
"""Calls to the system, and how each may fail."""
_TESTS: Final = Path(__file__).resolve().parents[1]
_HANGS: Final = 99
_ATTACHED: Final = re.compile(r"^TracerPid:\s*[1-9]", re.MULTILINE)


class _Try(NamedTuple):
    """One call that fails, or at which the writer is killed."""

    call: str
    number: int
    """The how-manieth of its name."""
    how: str
    """``error=EIO`` or ``signal=KILL``."""

    @property
    def kills(self) -> bool:
        return self.how.startswith("signal")

    def __str__(self) -> str:
        return f"-e inject={self.call}:{self.how}:when={self.number}"


class _Stage:
    """The process that forks writers."""

    def __init__(self, scratch: Path) -> None:
        self.home = scratch / "home"
        self._log = scratch / "calls"
        self._told = scratch / "told"
        environ = {**os.environ, "HOME": str(self.home), "PYTHONPATH": str(_TESTS)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "attack.stage", str(self.home)],
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def _ask(self, line: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def run(self, writer: Writer, options: Sequence[str]) -> int:
        """Run a writer under strace. Returns its exit code."""
        pid = self._ask(writer.name)
        command = ["strace", "-f", "-qq", "-o", str(self._log), *options, "-p", pid]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as tracer:
            status = Path(f"/proc/{pid}/status")
            deadline = time.monotonic() + 10
            while not _ATTACHED.search(status.read_text()):
                if tracer.poll() is not None or time.monotonic() > deadline:
                    self._ask("")
                    raise OSError("strace cannot attach to a process here")
                time.sleep(0.0005)
            return int(self._ask(""))

    def calls(self, writer: Writer) -> list[tuple[str, int]]:
        """The calls that a writer makes: name, and the how-manieth of that name."""
        self.run(writer, ["-e", "trace=" + ",".join(f"?{name}" for name in _ERRORS)])
        counts: Counter[tuple[str, str]] = Counter()
        found: dict[tuple[str, int], None] = {}
        for line in self._log.read_text(errors="replace").splitlines():
            # Each thread counts its own.
            if call := re.match(r"(\d+) +(\w+)\(", line):
                counts[call[1], call[2]] += 1
                found[call[2], counts[call[1], call[2]]] = None
        return list(found)

    @property
    def has_hit(self) -> bool:
        """Whether the last writer has made the call that was to fail."""
        log = self._log.read_text(errors="replace")
        return "(INJECTED)" in log or "killed by SIGKILL" in log

    @property
    def told(self) -> str:
        """What the last writer has told."""
        return self._told.read_text(errors="replace")

    def close(self) -> None:
        self._process.communicate(timeout=60)


def _run(effort: Effort) -> Sequence[Finding]:
    findings = [
        Finding("faults in the middle of a write"),
        Finding("kills in the middle of a write"),
    ]
    if (strace := shutil.which("strace")) is None or sys.platform != "linux":
        for finding in findings:
            finding.skipped = "strace is not there" if strace is None else "no Linux"
        return findings
    with contextlib.closing(_Stage(effort.scratch)) as stage, _home(stage.home):
        try:
            for writer in WRITERS:
                _attack(stage, writer, effort, *findings)
        except OSError as error:
            if any(finding.tried for finding in findings):
                raise
            for finding in findings:
                finding.skipped = str(error)
    return findings


@contextlib.contextmanager
def _home(home: Path) -> Iterator[None]:
    before = os.environ["HOME"]
    os.environ["HOME"] = str(home)
    yield
    os.environ["HOME"] = before


def _attack(stage: _Stage, writer: Writer, effort: Effort, faults: Finding, kills: Finding) -> None:
    calls = stage.calls(writer)
    new = writers.state(writer, stage.home)
    old = {name: writer.before.get(name) for name in writer.changes}
    tries = [_Try(name, number, "signal=KILL") for name, number in calls]
    tries += [
        _Try(name, number, f"error={error}") for name, number in calls for error in _ERRORS[name]
    ]
    chosen = tries if effort.is_long else effort.dice(writer.name).sample(tries, min(9, len(tries)))
    for each in chosen:
        finding = kills if each.kills else faults
        code = stage.run(writer, ["-e", f"trace={each.call}", *str(each).split(maxsplit=1)])
        if not stage.has_hit:
            continue
        finding.tried += 1
        for harm, what in _harm(stage, writer, each, code, (old, new)):
            finding.count(harm, f"{writer.name}: {each}: {what}")  # type: ignore[arg-type]  # one of the words of a harm


State = dict[str, bytes | None]


def _harm(
    stage: _Stage, writer: Writer, each: _Try, code: int, states: tuple[State, State]
) -> Iterator[tuple[str, str]]:
    """What a try has done wrong: the kind of harm, and what it is."""
    yield from _harm_to_files(stage.home, writer, states)
    if writers.SECRET in stage.told:
        yield "leaked", stage.told[-200:].strip()
    if each.kills:
        writers.sweep(stage.home)
        left = [*writers.left_over(stage.home), *map(str, stage.home.rglob("handed-over/*"))]
    else:
        yield from _harm_by_words(stage, writer, code, states)
        # What cannot be removed stays, for the next sweep.
        left = [] if each.call == "unlink" else writers.left_over(stage.home)
        if code == writers.TOLD:
            left += map(str, stage.home.rglob("handed-over/*"))
    if left:
        yield "leftover", ", ".join(left)


def _harm_to_files(
    home: Path, writer: Writer, states: tuple[State, State]
) -> Iterator[tuple[str, str]]:
    found, (old, new) = writers.state(writer, home), states
    for name in writer.changes:
        if found[name] not in (old[name], new[name]) and not _is_turned(name, found, old):
            kind = "lost" if found[name] is None else "torn"
            yield kind, writers.as_json({name: found[name]})
        elif found[name] is not None and (home / name).stat().st_mode & 0o077:
            yield "leaked", f"{name} is open to others"
    for name in writer.links:
        if not (home / name).is_symlink():
            yield "lost", f"{name} is no link any more"
    for name, body in writer.before.items():
        path = home / name
        if name not in writer.changes and (not path.is_file() or path.read_bytes() != body):
            yield "lost", name


def _harm_by_words(
    stage: _Stage, writer: Writer, code: int, states: tuple[State, State]
) -> Iterator[tuple[str, str]]:
    """Where what a writer says is not what it did."""
    found, (old, new) = writers.state(writer, stage.home), states
    if code not in (writers.DONE, writers.TOLD):
        yield ("late" if code == _HANGS else "ended"), f"exit code {code}: {stage.told[-300:]}"
    elif writer.is_quiet or not writer.changes:
        return
    elif code == writers.DONE and found != new and not _is_turned("log.jsonl", found, old):
        yield "wrong", "said to be done"
    elif code == writers.TOLD and found == new and new != old:
        yield "wrong", f"written, and yet: {stage.told[-200:].strip()}"


def _is_turned(name: str, found: State, old: State) -> bool:
    """Whether a log is the old one with one line more, or begun anew."""
    if "log" not in name:
        return False
    whole = b"".join(found[each] or b"" for each in sorted(found, reverse=False))
    before = b"".join(old[each] or b"" for each in sorted(old))
    return whole.startswith(before[:-1]) and whole.endswith(b"\n")


ATTACKS: Final = (Attack("faults", _run),)
