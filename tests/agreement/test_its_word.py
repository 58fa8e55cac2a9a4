"""What awsttl says of a home is so: of those of the table, and of others.

No AWS CLI is run here. The other homes are those of the table with something done to them, as
people and programs do it: a line that is gone or comes twice, a header that is misspelt, a file
that is cut off or gone, a value that is none.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from awsttl.core.files import Files
from awsttl.core.model import Snapshot, Status
from awsttl.core.profiles.kinds import sign_in_of
from awsttl.core.view import rows
from awsttl.core.why import checks
from awsttl.core.why.explain import explain
from awsttl.core.why.findings import Result, headline
from awsttl.disk.locations import Locations
from awsttl.engine.look import OneLook
from support.home import Home
from support.its_word import Word

from .homes import HOMES
from .kit import Case

MESSAGES: Final = (
    "The config profile ({name}) could not be found",
    "aws: [ERROR]: '{hash}'",
    "Error loading SSO Token: Token for {sign_in} does not exist",
    "Error when retrieving token from sso: Token has expired and refresh failed",
    'The source_profile "{name}" referenced in the profile "dev" does not exist.',
    'The specified sso-session does not exist: "{sign_in}"',
    "An error occurred (ExpiredToken) when calling the AssumeRole operation: it is expired",
    "An error occurred (ExpiredToken) when calling the ListBuckets operation: it is expired",
    "An error occurred (InvalidClientTokenId) when calling the GetCallerIdentity operation: x",
    "Unable to locate credentials. You can configure credentials by running aws configure",
    "can't compare offset-naive and offset-aware datetimes",
    "Unable to parse config file: {config}",
    "Error loading login session token: Unable to load a existing login session for session x",
)


class Found:
    """What is found in a home at a moment."""

    def __init__(self, home: Home, environ: Mapping[str, str]) -> None:
        self.home, self.environ, self.now = home, environ, time.time()
        look = OneLook(Locations.of(os.environ), environ)
        self.seen: Snapshot = look.snapshot
        self.files: Files = look.files
        self.word = Word(self.seen, self.now)
        self.context = checks.Context.of(self.seen, self.files, self.now)

    def results(self, *statuses: Status) -> list[Result]:
        """What ``doctor --offline`` finds."""
        return list(checks.offline_results(statuses, self.context, self.environ))


def check(found: Found) -> None:
    """All that has to be so, whatever the home."""
    results = found.results(*found.seen.profiles)
    everything = [finding for result in results for finding in result.findings]
    if found.seen.problems:
        assert any(finding.matters for finding in everything), found.seen.problems
    for status in found.seen.profiles:
        _check_profile(found, status)
    for finding in everything:
        _so(found.word.lies(finding, ""), finding)
    for problem in found.seen.problems:
        _so(found.word.lies_of(problem.fix, ""), problem)
    _check_explanations(found)


def _so(lies: Iterable[str], where: object) -> None:
    found = list(lies)
    assert not found, (found, where)


def _check_profile(found: Found, status: Status) -> None:
    results = found.results(status)
    matters = any(finding.matters for result in results for finding in result.findings)
    said, row = headline(results).own, rows.row(status, found.now)
    problems = [each for each in status.problems if each.code != "no-credentials"]
    if problems or row.note:
        assert matters, problems
    if row.note:
        assert said is not None
        assert said.message == row.note, (said, row)
    if any(file.problem for file in (found.files.config, found.files.credentials)):
        assert matters, "a file is refused"
    for result in results:
        for finding in result.findings:
            _so(found.word.lies(finding, status.name), finding)
    for problem in status.problems:
        _so(found.word.lies_of(problem.fix, status.name), problem)


def _check_explanations(found: Found) -> None:
    names = [status.name for status in found.seen.profiles] or ["dev"]
    hops = [hop for status in found.seen.profiles for hop in status.hops]
    hashes = [each.removesuffix(".json") for hop in hops for each in hop.link.cache_names]
    sign_ins = [hop.link.name for hop in hops if sign_in_of(hop.link)]
    for message in MESSAGES:
        for name in (names[0], "nobody"):
            text = message.format(
                name=name,
                hash=next(iter(hashes), "0" * 40),
                sign_in=next(iter(sign_ins), "nowhere"),
                config=found.home.config_file,
            )
            told = explain(text, found.seen, found.environ, found.now)
            # Of what is not here, only the person can know.
            known = all(found.seen.status(each) for each in told.profiles)
            if known and not (name == "nobody" and "{name}" in message):
                _so(found.word.lies_of(told.problem.fix, ""), (text, told))


def furnish(case: Case, home: Home, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Write the home, and set its environment."""
    case.write(home)
    variables = case.variables(home)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return dict(os.environ)


@pytest.mark.parametrize("case", HOMES, ids=lambda case: case.name)
def test_of_every_home_of_the_table(
    case: Case, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(Found(home, furnish(case, home, monkeypatch)))


# -------------------------------------------------------------------- homes that something befell

Befall = Callable[[Home, int], None]
"""Does something to a home; which of several places it befalls, a number says."""

VALUES: Final = (
    "",
    "~/x",
    "http://x",
    "#",
    '"quoted"',
    "dev",
    "base",
    "9",
    "arn:aws:iam::1:role/x",
)


def _text(home: Home, number: int) -> Path | None:
    files = [path for path in (home.config_file, home.credentials_file) if path.is_file()]
    return files[number % len(files)] if files else None


def _rows_of(path: Path) -> list[str]:
    return path.read_bytes().decode(errors="surrogateescape").split("\n")


def _write(path: Path, lines: list[str]) -> None:
    path.write_bytes("\n".join(lines).encode(errors="surrogateescape"))


def _in_a_line(change: Callable[[str, int], list[str]]) -> Befall:
    """Something that befalls one line of config or credentials."""

    def befall(home: Home, number: int) -> None:
        path = _text(home, number)
        if path is not None:
            lines = _rows_of(path)
            place = number % len(lines)
            lines[place : place + 1] = change(lines[place], number)
            _write(path, lines)

    return befall


def _another_value(line: str, number: int) -> list[str]:
    key, sign, _ = line.partition("=")
    return [f"{key}= {VALUES[number % len(VALUES)]}" if sign else line]


def _another_header(line: str, number: int) -> list[str]:
    changes = (
        lambda: line.replace("[profile ", "["),
        lambda: line.replace("[profile ", "[Profile "),
        lambda: line.replace("]", " x]"),
        lambda: line.replace("[sso-session", "[sso_session"),
        lambda: line.replace("]", ""),
    )
    return [changes[number % len(changes)]()]


def _in_a_cache(change: Callable[[Path], object]) -> Befall:
    """Something that befalls one file of a cache."""

    def befall(home: Home, number: int) -> None:
        folders = (home.cli_folder, home.sso_folder, home.login_folder)
        files = sorted(path for folder in folders for path in folder.glob("*"))
        if files:
            change(files[number % len(files)])

    return befall


def _replace(pattern: bytes, by: bytes) -> Befall:
    return _in_a_cache(lambda path: path.write_bytes(re.sub(pattern, by, path.read_bytes())))


BEFALLS: Final[Mapping[str, Befall]] = {
    "a line is gone": _in_a_line(lambda _line, _number: []),
    "a line comes twice": _in_a_line(lambda line, _number: [line, line]),
    "a line is indented": _in_a_line(lambda line, _number: [f"  {line}"]),
    "a line is commented out": _in_a_line(lambda line, _number: [f"# {line}"]),
    "a line has a comment": _in_a_line(lambda line, _number: [f"{line} # mine"]),
    "a value is another": _in_a_line(_another_value),
    "a header is another": _in_a_line(_another_header),
    "a file is cut off": _in_a_cache(lambda path: path.write_bytes(path.read_bytes()[:20])),
    "a file is gone": _in_a_cache(Path.unlink),
    "a file is empty": _in_a_cache(lambda path: path.write_bytes(b"")),
    "its end is null": _replace(rb'"(expiresAt|Expiration)": "[^"]*"', rb'"\1": null'),
    "its end is a number": _replace(rb'"(expiresAt|Expiration)": "[^"]*"', rb'"\1": 1'),
    "a file is another's": _in_a_cache(lambda path: path.write_bytes(b'{"mine": 1}')),
}

_befallen = given(
    case=st.sampled_from(HOMES),
    what=st.lists(
        st.tuples(st.sampled_from(sorted(BEFALLS)), st.integers(0, 40)), min_size=1, max_size=4
    ),
)
_alone = HealthCheck.function_scoped_fixture


def befall(case: Case, what: list[tuple[str, int]], home: Home) -> None:
    """A home in which that has happened, looked at."""
    shutil.rmtree(home.aws, ignore_errors=True)
    with pytest.MonkeyPatch.context() as patch:
        environ = furnish(case, home, patch)
        for name, number in what:
            BEFALLS[name](home, number)
        # So old that nobody waits for what may be half-written.
        for path in home.aws.rglob("*"):
            os.utime(path, (0, 0))
        check(Found(home, environ))


@settings(max_examples=40, suppress_health_check=[_alone])
@_befallen
def test_of_homes_that_something_befell(
    home: Home, case: Case, what: list[tuple[str, int]]
) -> None:
    befall(case, what, home)


@pytest.mark.heavy
@settings(max_examples=600, suppress_health_check=[_alone])
@_befallen
def test_of_many_more_of_them(home: Home, case: Case, what: list[tuple[str, int]]) -> None:
    befall(case, what, home)
