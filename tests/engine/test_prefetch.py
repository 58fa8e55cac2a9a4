"""The first look comes from a forked child whole, its secrets with it, and is held as it was."""

from __future__ import annotations

import subprocess
import sys

import pytest

from support.home import Home

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

LOOK = """
import copyreg, os, pickle, sys
from awsttl.core.secret import Secret
from awsttl.disk.locations import Locations
from awsttl.disk.reader import Reader
from awsttl.engine import prefetch

first = prefetch.begin(Locations.of(os.environ), os.environ)
assert first is not None
head, rest = first.head(), first.rest()
assert head is not None and rest is not None, "the child failed"
files = rest.look.reader.files
opened = rest.look.reader.opened
"""


def look(home: Home, script: str) -> None:
    """Run *script* in a process of its own, without other threads, after a first look."""
    run = subprocess.run(
        [sys.executable, "-c", LOOK + script],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


@pytest.fixture(params=["", "[profile nested]\ns3 =\n  a_secret = x\n"], ids=["plain", "nested"])
def furnished(request: pytest.FixtureRequest, home: Home) -> Home:
    """A home with every kind of secret that is read, for either parser."""
    token = home.web_token("token", SECRET)
    home.config(
        f"[profile web]\nrole_arn = arn:aws:iam::1:role/x\nweb_identity_token_file = {token}\n"
        f"[profile vault]\ncredential_process = get --password {SECRET}\n{request.param}"
    )
    home.credentials(
        f"[base]\naws_access_key_id = AKIA\naws_secret_access_key = {SECRET}\n"
        f"[pasted]\naws_access_key_id = ASIA\naws_secret_access_key = {SECRET}\n"
        f"aws_session_token = {SECRET}\n"
    )
    return home


def test_everything_is_carried_across(furnished: Home) -> None:
    look(
        furnished,
        f"""
own = Reader(rest.look.reader.locations)
assert files == own.look()
assert files.credentials.sections["pasted"]["aws_session_token"].reveal() == {SECRET!r}
assert [token.reveal() for token in files.web_tokens.values()] == [{SECRET!r}]
assert opened == own.opened == 3
assert rest.snapshot == rest.look.resolver.snapshot(files)
""",
    )


def test_nothing_is_read_again_at_the_next_look(furnished: Home) -> None:
    look(
        furnished,
        """
assert rest.look.reader.look() is files
assert rest.look.reader.opened == opened
""",
    )


def test_what_was_carried_shows_no_secret(furnished: Home) -> None:
    look(
        furnished,
        f"""
for carried in (files, rest.snapshot, rest, vars(rest.look.resolver)):
    assert {SECRET!r} not in repr(carried)
""",
    )


def test_no_other_pickle_carries_a_secret(furnished: Home) -> None:
    look(
        furnished,
        """
assert Secret not in copyreg.dispatch_table
for refused in (rest, files, Secret("x")):
    try:
        pickle.dumps(refused)
    except TypeError as error:
        assert "not to be pickled" in str(error)
    else:
        raise AssertionError("it was pickled")
""",
    )


def test_the_first_rows_ahead_hold_no_section(home: Home) -> None:
    home.credentials(
        "".join(
            f"[p{number}]\naws_access_key_id = A\naws_secret_access_key = {SECRET}\n"
            for number in range(300)
        )
    )
    look(
        home,
        f"""
assert len(head.arrangement.items) == prefetch.HEAD
assert {SECRET!r}.encode() not in pickle.dumps(head)
""",
    )
