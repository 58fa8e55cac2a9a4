"""``awsttl list``: which rows, which columns, in which order."""

from __future__ import annotations

import json

import pytest

from support.commands import awsttl
from support.home import Home


def names(text: str) -> list[str]:
    return [line.split()[0] for line in text.splitlines()[1:]]


def test_profiles_and_globs_narrow_it(furnished: Home) -> None:
    done = awsttl(furnished, "list", "mfa*", "living", "--columns", "profile")
    assert (done.code, done.err) == (0, "")
    assert sorted(names(done.out)) == ["living", "mfa", "mfa-ending"]
    assert awsttl(furnished, "list", "x*").code == 2


def test_what_needs_somebody_can_be_listed_alone_and_the_json_agrees(furnished: Home) -> None:
    told = json.loads(awsttl(furnished, "list", "--json").out)["profiles"]
    names = {each["profile"] for each in told if each["needs_you"]}
    assert "mfa-ending" in names
    assert "ending" not in names
    done = awsttl(furnished, "list", "--needs-you", "--columns", "profile,needs-you")
    lines = [line.split() for line in done.out.splitlines()[1:]]
    assert {line[0] for line in lines} == names
    assert {line[1] for line in lines} == {"yes"}
    only = json.loads(awsttl(furnished, "list", "--needs-you", "--json").out)["profiles"]
    assert {each["profile"] for each in only} == names


def test_states_narrow_it(furnished: Home) -> None:
    done = awsttl(furnished, "list", "--state", "expiring,valid", "--columns", "profile,state")
    assert done.out.split() == [
        "PROFILE", "STATE", "mfa-ending", "expiring", "ending", "expiring", "living", "valid",
    ]  # fmt: skip


def test_the_order_can_be_chosen(furnished: Home) -> None:
    by_name = awsttl(furnished, "list", "--sort", "name", "--columns", "profile").out
    assert names(by_name) == sorted(names(by_name))
    document = json.loads(awsttl(furnished, "list", "--sort", "name", "--json").out)
    assert [each["profile"] for each in document["profiles"]] == names(by_name)


def test_no_cell_is_empty(furnished: Home) -> None:
    columns = "profile,left,until,account,role,region"
    out = awsttl(furnished, "list", "--columns", columns).out
    lines = [line for line in out.splitlines() if not line.startswith("over")]
    # "10m ago" and "Mon 04:54" have a blank in them; the columns are as wide as what is in them.
    assert all(len(line.split()) >= 6 for line in lines)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--columns", "profil"), 'did you mean "profile"?'),
        (("--state", "vald"), 'did you mean "valid"?'),
        (("--sort", "nam"), 'did you mean "name"?'),
    ],
)
def test_what_is_mistyped_is_usage(furnished: Home, arguments: tuple[str, ...], said: str) -> None:
    done = awsttl(furnished, "list", *arguments)
    assert done.code == 2
    assert said in done.err


class TestWithoutARow:
    @pytest.mark.parametrize("variable", ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"])
    def test_it_names_the_files_in_use(self, variable: str, home: Home) -> None:
        said = awsttl(home, "list", environ={variable: "~/elsewhere"}).out
        files = ["~/elsewhere", "~/.aws/credentials"]
        if variable == "AWS_SHARED_CREDENTIALS_FILE":
            files = ["~/.aws/config", "~/elsewhere"]
        assert said.startswith(f"no profiles in {' or '.join(files)}; try: ")

    def test_it_says_which_state_no_profile_is_in(self, home: Home) -> None:
        home.credentials("[base]\naws_access_key_id = A\naws_secret_access_key = s\n")
        said = awsttl(home, "list", "--state", "expired,broken").out
        assert said == "no profile is expired or broken\n"
