"""Each attack in its short form: no harm is done, and something was tried."""

from __future__ import annotations

from pathlib import Path

import pytest

from .attacks import ATTACKS
from .kit import Attack, Effort, Finding, as_table


@pytest.mark.heavy
@pytest.mark.timeout(300)
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_no_harm_is_done(attack: Attack, tmp_path: Path) -> None:
    findings = attack.run(Effort(tmp_path))
    assert not any(finding.harm for finding in findings), as_table(findings)
    assert all(finding.tried or finding.skipped for finding in findings), as_table(findings)


class TestTheTable:
    def test_harm_is_counted_and_the_first_examples_are_told(self) -> None:
        finding = Finding("cut files", 7)
        for number in range(9):
            finding.count("torn", f"cut at {number}")
        finding.count("leaked", "a key")
        told = as_table([finding]).splitlines()
        assert told[1] == "cut files          7  9 torn, 1 leaked"
        assert told[2] == "    torn: cut at 0"
        assert told[-1] == "in all             7  10 harm"

    def test_what_cannot_be_tried_here_says_why(self) -> None:
        finding = Finding("kills", skipped="no strace here")
        assert finding.verdict == "—"
        assert "(no strace here)" in as_table([finding])

    def test_the_same_seed_throws_the_same_dice(self, tmp_path: Path) -> None:
        first, second = Effort(tmp_path).dice("x"), Effort(tmp_path).dice("x")
        assert [first.random() for _ in range(9)] == [second.random() for _ in range(9)]
        assert Effort(tmp_path, seed=2).dice("x").random() != Effort(tmp_path).dice("x").random()
