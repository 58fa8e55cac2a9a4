"""``python -m tests.benchmarks [--quick] [--only WORD]``, from the checkout's root."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType
from typing import Final

from . import (
    kernel,
    measures_changes,
    measures_checks,
    measures_commands,
    measures_completion,
    measures_day,
    measures_idle,
    measures_keys,
    measures_renewal,
    measures_server,
    measures_start,
    programs,
)
from .pseudo_terminal import COLUMNS, LINES, MeasureError
from .report import Finding, Group, Settings, as_table, quick

GROUPS: Final[tuple[Group, ...]] = (
    *measures_start.GROUPS,
    *measures_idle.GROUPS,
    *measures_changes.GROUPS,
    *measures_keys.GROUPS,
    *measures_renewal.GROUPS,
    *measures_server.GROUPS,
    *measures_checks.GROUPS,
    *measures_completion.GROUPS,
    *measures_commands.GROUPS,
    *measures_day.GROUPS,
)

EXIT_MISSED: Final = 1
EXIT_USAGE: Final = 2
EXIT_INTERRUPTED: Final = 130


def main() -> int:
    """Measure, and print the table. Returns 1 if a target is missed or was not measured."""
    parsed = _parser().parse_args()
    groups = [group for group in GROUPS if _is_wanted(group, parsed.only)]
    if not groups:
        names = ", ".join(group.name for group in GROUPS)
        sys.stderr.write(f"nothing to measure has that word; there are: {names}\n")
        return EXIT_USAGE
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    try:
        programs.check_installed()
        with tempfile.TemporaryDirectory(prefix="awsttl-bench-") as scratch:
            settings = quick(Path(scratch)) if parsed.quick else Settings(Path(scratch))
            findings = _measure_all(groups, settings)
    except MeasureError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_USAGE
    except KeyboardInterrupt:
        sys.stderr.write("stopped; nothing is left running\n")
        return EXIT_INTERRUPTED
    missed = [finding for finding in findings if finding.verdict in ("MISSED", "FAILED")]
    return EXIT_MISSED if missed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description="Measures awsttl beside its references; takes ten minutes.",
    )
    parser.add_argument(
        "--quick", action="store_true", help="two short runs of each: does the harness work?"
    )
    parser.add_argument(
        "--only", metavar="WORD", help="only what has this word in its name, such as: idle, storm"
    )
    return parser


def _is_wanted(group: Group, word: str | None) -> bool:
    texts = (group.name, *(target.what for target in group.targets))
    return word is None or any(word.lower() in text.lower() for text in texts)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Let every ``with`` end what it started."""
    raise KeyboardInterrupt


def _measure_all(groups: list[Group], settings: Settings) -> list[Finding]:
    """Measure, saying on stderr how far it is; the table goes to stdout."""
    before = kernel.machine()
    started = time.monotonic()
    findings: list[Finding] = []
    for group in groups:
        sys.stderr.write(f"measuring {group.name} …\n")
        findings += _measure(group, settings)
    minutes, seconds = divmod(round(time.monotonic() - started), 60)
    print(f"{programs.versions()}\n{before}")
    print(
        f"medians of {settings.runs} runs side by side, in a terminal of {COLUMNS}×{LINES}; "
        f"took {minutes}:{seconds:02d}\n"
    )
    print(as_table(findings))
    for reason in dict.fromkeys(finding.figures for finding in findings if finding.failed):
        print(f"\nFAILED: {reason}")
    return findings


def _measure(group: Group, settings: Settings) -> list[Finding]:
    """The findings of a group; if it fails, that is the finding."""
    try:
        return list(group.measure(settings))
    except (MeasureError, OSError, ValueError, StopIteration) as error:
        reason = str(error) or repr(error)
        return [Finding(target, None, reason, failed=True) for target in group.targets]


if __name__ == "__main__":
    sys.exit(main())
