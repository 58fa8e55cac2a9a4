"""``awsttl clear``: names what goes, and never takes everything for granted."""

from __future__ import annotations

import pytest

from awsttl.disk.log_file import LogFile
from support import states
from support.commands import awsttl
from support.home import Home, role_file


def cached(home: Home) -> set[str]:
    """The profiles whose session is in the cache."""
    names = ("living", "ending", "over", "mfa", "mfa-ending")
    return {name for name in names if (home.cli_folder / file_of(name)).exists()}


def file_of(profile: str) -> str:
    return role_file(states.SECTIONS[profile])


ALL = {"living", "ending", "over", "mfa", "mfa-ending"}


@pytest.mark.parametrize(
    ("arguments", "gone"),
    [
        (("living",), {"living"}),
        (("mfa*", "over"), {"mfa", "mfa-ending", "over"}),
        (("--expired",), {"over", "mfa"}),
        (("--expired", "mfa*"), {"mfa"}),
        (("--all",), ALL),
        (("fresh",), set()),
        (("--corrupt",), set()),
    ],
)
def test_only_what_is_named_goes_and_undo_brings_it_back(
    furnished: Home, arguments: tuple[str, ...], gone: set[str]
) -> None:
    before = {path: path.read_bytes() for path in furnished.cli_folder.iterdir()}
    dry = awsttl(furnished, "clear", *arguments, "--dry-run")
    assert (dry.code, cached(furnished)) == (0, ALL)
    done = awsttl(furnished, "clear", *arguments)
    assert done.code == 0
    assert cached(furnished) == ALL - gone
    for shown, verb in ((dry, "would remove"), (done, "removed")):
        lines = shown.out.splitlines()
        assert len(lines) == len(gone)
        for name in gone:
            assert any(
                line.startswith(f"{verb} ~/.aws/cli/cache/{file_of(name)}") for line in lines
            )
    undone = awsttl(furnished, "clear", "--undo")
    assert undone.code == (0 if gone else 1)
    assert {path: path.read_bytes() for path in furnished.cli_folder.iterdir()} == before
    assert awsttl(furnished, "clear", "--undo").code == 1, "once only"


def test_a_corrupt_file_goes_with_its_own_option(furnished: Home) -> None:
    (furnished.cli_folder / file_of("fresh")).write_text("{")
    done = awsttl(furnished, "clear", "--corrupt")
    assert done.code == 0
    assert "not JSON" in done.out
    assert cached(furnished) == ALL
    assert not (furnished.cli_folder / file_of("fresh")).exists()


@pytest.mark.parametrize(
    "arguments", [(), ("--dry-run",), ("--undo", "living"), ("--all", "living"), ("nosuch",)]
)
def test_bare_or_at_odds_it_is_usage_and_nothing_goes(
    furnished: Home, arguments: tuple[str, ...]
) -> None:
    assert awsttl(furnished, "clear", *arguments).code == 2
    assert cached(furnished) == ALL


def test_what_is_kept_for_undo_is_private_and_a_newer_session_is_left_alone(
    furnished: Home,
) -> None:
    awsttl(furnished, "clear", "living", "over")
    (kept,) = (furnished.path / ".local/state/awsttl").glob("cleared*")
    assert kept.stat().st_mode & 0o777 == 0o600
    newer = furnished.cli_folder / file_of("living")
    newer.write_text("{}")
    done = awsttl(furnished, "clear", "--undo")
    assert done.code == 1
    assert "has a newer session and is left alone" in done.err
    assert newer.read_text() == "{}"
    assert cached(furnished) == ALL


def test_the_log_tells_of_both(furnished: Home) -> None:
    awsttl(furnished, "clear", "living")
    awsttl(furnished, "clear", "--undo")
    told = [(str(event.what), event.name) for event in LogFile().read().events]
    assert told == [("cleared", "living"), ("restored", "living")]
