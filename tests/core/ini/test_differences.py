"""The difference between two states of a file: the lines that differ, and no secret."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core.ini import differences
from support.ini_texts import ODD_TEXTS

CANARY = "canary/wJalrXUtnFEMI+K7MDENG0bPxRfiCY"
"""It looks like a secret key, and it has a word in it that nothing else has."""

HIDING_PLACES = (
    f"aws_secret_access_key = {CANARY}",
    f"AWS_Secret_Access_Key:{CANARY}",
    f"  aws_session_token = {CANARY}",
    f"aws_session_token =\n  {CANARY}",
    f"aws_session_token =\n  part\n# why\n  {CANARY}",
    f"# aws_secret_access_key = {CANARY}",
    f"; old: aws_session_token={CANARY}",
    f"#aws_secret_access_key={CANARY} # not any more",
    f"credential_process = /bin/give --password {CANARY}",
    f"my_password = {CANARY}",
    CANARY,
    f"{CANARY} =",
    f"= {CANARY}",
    f"output = {CANARY}",
    f"# the key is {CANARY}",
    f"[{CANARY}]",
    f"aws_access_key_id = {CANARY}",
)


def shown(old: str, new: str) -> str:
    return "\n".join(map(str, differences.between(old, new)))


@pytest.mark.parametrize("place", HIDING_PLACES)
def test_no_secret_is_in_a_line_that_comes_goes_or_stands_beside(place: str) -> None:
    text = f"[a]\nregion = x\n{place}\nregion = y\n"
    for old, new in ((text, "[a]\n"), ("[a]\n", text), (text, text.replace("= y", "= z"))):
        assert "canary" not in shown(old, new)
        assert "FEMI" not in shown(old, new)


@given(
    before=ODD_TEXTS, after=ODD_TEXTS, places=st.lists(st.sampled_from(HIDING_PLACES), max_size=3)
)
def test_no_secret_is_in_any_difference(before: str, after: str, places: list[str]) -> None:
    middle = "\n[a]\n" + "\n".join(places) + "\n"
    assert "canary" not in shown(before + middle + after, after + middle + before)


@pytest.mark.parametrize(
    "line",
    [
        "role_arn = arn:aws:iam::111122223333:role/AWSReservedSSO_Administrator_0a1b2c3d4e5f6071",
        "region = eu-west-1   # Ireland",
        "[profile a-rather-long-name-of-a-profile-with-many-words]",
        "mfa_serial = arn:aws:iam::111122223333:mfa/ada.lovelace@example.com",
        "# ask Ada before you change them",
        "sso_start_url = https://d-1234567890.awsapps.com/start",
        "web_identity_token_file = /var/run/secrets/eks.amazonaws.com/serviceaccount/token",
        "",
    ],
)
def test_what_is_no_secret_is_shown_as_it_stands(line: str) -> None:
    assert differences.between("[a]\n", f"[a]\n{line}\n")[-1].text == line


def test_of_a_key_its_last_four_are_shown() -> None:
    (line,) = differences.between("", "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\n")
    assert line.text == "aws_access_key_id = …MPLE"


@pytest.mark.parametrize("text", ["", "a", "a\n", "[a]\nx = 1\n", "\r\n\r\n", "x\r"])
def test_between_two_of_the_same_there_is_none(text: str) -> None:
    assert differences.between(text, text) == ()


@given(old=ODD_TEXTS, new=ODD_TEXTS)
def test_the_lines_that_stay_are_the_same_in_both(old: str, new: str) -> None:
    found = differences.between(old, new)
    come = {line.number for line in found if line.sign == "+"}
    gone = {line.number for line in found if line.sign == "-"}
    left = [row.rstrip("\r\n") for n, row in enumerate(_rows(old), 1) if n not in gone]
    right = [row.rstrip("\r\n") for n, row in enumerate(_rows(new), 1) if n not in come]
    assert left == right


def _rows(text: str) -> list[str]:
    return io.StringIO(text, newline="").readlines()


def test_a_long_file_is_compared_where_it_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty thousand lines, and only those near the difference are looked at."""
    rows = [f"[p{n}]\nregion = eu-west-1\n" for n in range(10_000)]
    old, new = "".join(rows), "".join(rows).replace("[p5000]\nregion = eu-west-1", "[p5000]\nx = 1")
    looked: list[int] = []
    without_secrets = differences._without_secrets

    def counting(given: list[str]) -> object:
        looked.append(len(given))
        return without_secrets(given)

    monkeypatch.setattr(differences, "_without_secrets", counting)
    assert [str(line) for line in differences.between(old, new)] == [
        "  [p5000]",
        "- region = eu-west-1",
        "+ x = 1",
        "  [p5001]",
    ]
    assert sum(looked) < 20
