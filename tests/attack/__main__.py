"""``python -m tests.attack [--short] [--seed N] [--only WORD]``, from the checkout's root."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

# As pytest does it: the tests' helpers are imported as `support`.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from .attacks import ATTACKS
from .kit import Effort, Finding, as_table

EXIT_HARM: Final = 1
EXIT_USAGE: Final = 2


def main() -> int:
    """Attack, and print the table. Returns 1 where harm was done."""
    parsed = _parser().parse_args()
    attacks = [each for each in ATTACKS if parsed.only is None or parsed.only in each.name]
    if not attacks:
        names = ", ".join(each.name for each in ATTACKS)
        sys.stderr.write(f"no attack has that word; there are: {names}\n")
        return EXIT_USAGE
    started = time.monotonic()
    findings: list[Finding] = []
    with tempfile.TemporaryDirectory(prefix="awsttl-attack-") as scratch:
        _move_in(Path(scratch) / "home")
        for each in attacks:
            sys.stderr.write(f"attacking: {each.name} …\n")
            folder = Path(scratch) / each.name.replace(" ", "-")
            folder.mkdir()
            findings += each.run(Effort(folder, is_long=not parsed.short, seed=parsed.seed))
    minutes, seconds = divmod(round(time.monotonic() - started), 60)
    print(f"seed {parsed.seed}; took {minutes}:{seconds:02d}\n")
    print(as_table(findings))
    return EXIT_HARM if any(finding.harm for finding in findings) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.attack",
        description="Attacks awsttl with what is damaged, hostile or late; takes some minutes.",
    )
    parser.add_argument("--short", action="store_true", help="as the heavy tests do it: seconds")
    parser.add_argument("--seed", type=int, default=13, help="of the dice (13)")
    parser.add_argument("--only", metavar="WORD", help="only attacks with this word in their name")
    return parser


def _move_in(home: Path) -> None:
    """Have a home of the attack's own, and nothing of the person's who runs it."""
    home.mkdir()
    for name in list(os.environ):
        if name.startswith(("AWS_", "XDG_", "TEXTUAL_")) or name in ("NO_COLOR", "TMUX"):
            del os.environ[name]
    os.environ |= {"HOME": str(home), "TZ": "UTC", "AWS_EC2_METADATA_DISABLED": "true"}
    time.tzset()


if __name__ == "__main__":
    sys.exit(main())
