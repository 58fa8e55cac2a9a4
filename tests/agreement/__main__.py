"""``python -m tests.agreement [WORD]``, from the checkout's root: the table, home by home."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

# As pytest does it: the tests' helpers are imported as `support`.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support import awscli, programs
from support.awscli import Version

from .driving import Encounter, meet
from .homes import HOMES
from .kit import Case

VERSIONS: Final[tuple[Version, ...]] = ("v1", "v2")

EXIT_DISAGREEMENT: Final = 1
EXIT_USAGE: Final = 2


def main() -> int:
    """Print what awsttl predicts for each home, and what the CLIs did. 1 if they disagree."""
    if missing := [version for version in VERSIONS if programs.find(f"aws-{version}") is None]:
        print(f"not installed here: AWS CLI {', '.join(missing)}; see make cli-v1", file=sys.stderr)
        return EXIT_USAGE
    # As a person starts them; the tests of the same homes run their commands in forks.
    os.environ[awscli.FRESH] = "1"
    word = " ".join(sys.argv[1:])
    cases = [case for case in HOMES if word in case.name]
    print(", ".join(f"{version} is {programs.version('aws-' + version)}" for version in VERSIONS))
    disagreements = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [[pool.submit(meet, case, version) for version in VERSIONS] for case in cases]
        for case, (v1, v2) in zip(cases, jobs, strict=True):
            met = {"v1": v1.result(), "v2": v2.result()}
            disagreements += sum(not encounter.agrees for encounter in met.values())
            print("\n".join(_lines(case, met)), flush=True)
    print(f"{len(cases)} homes × {len(VERSIONS)} CLIs: {disagreements or 'no'} disagreements")
    return EXIT_DISAGREEMENT if disagreements else 0


def _lines(case: Case, met: dict[str, Encounter]) -> Iterator[str]:
    yield f"\n{case.name}"
    v1, v2 = met.values()
    if v1.agrees and v2.agrees and v1.done == v2.done:
        yield f"  ✓ v1 v2  {v1.prediction.effect:16}  {v1.done}"
    else:
        for version, encounter in met.items():
            yield from _line(version, encounter)
    for problem in {e.explained.problem: None for e in met.values() if e.explained}:
        yield f"           {problem.message}; {problem.fix}"


def _line(version: str, encounter: Encounter) -> Iterator[str]:
    effect = encounter.prediction.effect
    if encounter.agrees:
        yield f"  ✓ {version}     {effect:16}  {encounter.done}"
        return
    yield f"  ✗ {version}     {effect:16}  {encounter.predicted}"
    yield f"           but it did        {encounter.done}"
    yield from (f"           | {line}" for line in encounter.outcome.stderr.strip().splitlines())


if __name__ == "__main__":
    sys.exit(main())
