"""Forms that were filled in: what is wrong with them, and what they make of the files."""

from __future__ import annotations

import textwrap

import pytest

from awsttl.core.files import Files
from awsttl.core.forms import fields, filled
from awsttl.core.forms.fields import Sort
from awsttl.core.ini.plans import RemoveSections, SetKeys, Which
from support.home import Home
from support.looking import files as looked

CONFIG = """\
[profile base]
region = eu-west-1
[profile dev]
role_arn = arn:aws:iam::111122223333:role/Dev
source_profile = base
mfa_serial = arn:aws:iam::111122223333:mfa/ada
[profile deep]
role_arn = arn:aws:iam::111122223333:role/Deep
source_profile = dev
[profile portal]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Admin
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
"""
CREDENTIALS = (
    "[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = s\nregion = us-east-1\n"
)


@pytest.fixture
def files(home: Home) -> Files:
    home.config(CONFIG)
    home.credentials(CREDENTIALS)
    return looked(home)


def test_a_new_form_offers_what_exists(files: Files) -> None:
    form = {field.key: field for field in fields.of_new(Sort.ROLE, files)}
    assert form["source_profile"].choices == ("base", "dev", "deep", "portal")
    assert form["mfa_serial"].choices == ("arn:aws:iam::111122223333:mfa/ada",)
    assert form["region"].choices == ("eu-west-1", "us-east-1")
    assert [key for key, field in form.items() if field.needed] == ["name", "role_arn"]


@pytest.mark.parametrize("sort", list(Sort))
def test_no_form_offers_a_secret_and_each_hides_what_is_typed(files: Files, sort: Sort) -> None:
    for field in fields.of_new(sort, files):
        is_hidden = field.key in ("aws_secret_access_key", "aws_session_token")
        assert field.is_secret == is_hidden
        assert not (is_hidden and field.choices)
        assert field.hint
    assert "AKIABASE" not in str(fields.of_new(sort, files))


GOOD = {
    Sort.ROLE: {"role_arn": "arn:aws:iam::111122223333:role/X", "source_profile": "base"},
    Sort.SSO: {
        "sso_session": "corp",
        "sso_account_id": "111122223333",
        "sso_role_name": "Admin",
    },
    Sort.KEYS: {"aws_access_key_id": "AKIANEW", "aws_secret_access_key": "new"},
    Sort.PROCESS: {"credential_process": "/usr/bin/give --me keys"},
    Sort.WEB: {
        "role_arn": "arn:aws:iam::111122223333:role/X",
        "web_identity_token_file": "/run/token",
    },
}


@pytest.mark.parametrize("sort", list(Sort))
def test_a_form_that_is_filled_in_makes_a_profile(files: Files, sort: Sort) -> None:
    form = fields.of_new(sort, files)
    answer = {"name": "new", "region": "eu-west-1", **GOOD[sort]}
    assert filled.complaints(form, answer, files) == {}
    steps = filled.new(sort, answer, files)
    assert {step.name for step in steps} == {"new"}
    in_credentials = [step for step in steps if step.which is Which.CREDENTIALS]
    assert bool(in_credentials) == (sort is Sort.KEYS)


@pytest.mark.parametrize(
    ("sort", "answer", "key", "complaint"),
    [
        (Sort.ROLE, {"name": ""}, "name", "this is needed"),
        (Sort.ROLE, {"name": "base"}, "name", "there is a profile"),
        (Sort.ROLE, {"name": "a\nb"}, "name", "name"),
        (Sort.ROLE, {"name": "DEFAULT"}, "name", "something else"),
        (Sort.ROLE, {"role_arn": "arn:aws:iam::1:role/x"}, "role_arn", "12 digits"),
        (Sort.ROLE, {"source_profile": "nobody"}, "source_profile", "no profile"),
        (Sort.ROLE, {"source_profile": ""}, "source_profile", "either"),
        (Sort.ROLE, {"credential_source": "Environment"}, "source_profile", "either"),
        (Sort.ROLE, {"region": "eu-west-1a"}, "region", "zone"),
        (Sort.ROLE, {"duration_seconds": "1h"}, "duration_seconds", "no number"),
        (Sort.SSO, {"sso_session": "new"}, "sso_start_url", "this is needed"),
        (Sort.SSO, {"sso_start_url": "https://other"}, "sso_start_url", "another"),
        (Sort.SSO, {"sso_session": "new", "sso_start_url": "corp"}, "sso_start_url", "https"),
        (Sort.SSO, {"sso_account_id": "42"}, "sso_account_id", "12 digits"),
        (Sort.KEYS, {"aws_access_key_id": "ASIAX"}, "aws_access_key_id", "session token"),
        (Sort.KEYS, {"aws_secret_access_key": '"q"'}, "aws_secret_access_key", "quotes"),
        (Sort.PROCESS, {"credential_process": "~/give"}, "credential_process", "expands"),
    ],
)
def test_what_cannot_work_is_told_at_its_field(
    files: Files, sort: Sort, answer: dict[str, str], key: str, complaint: str
) -> None:
    form = fields.of_new(sort, files)
    found = filled.complaints(form, {"name": "new", **GOOD[sort], **answer}, files)
    assert complaint in found[key]


def test_an_edited_key_is_changed_where_it_counts(files: Files) -> None:
    form = fields.of_profile("base", files, {"region": "~/.aws/credentials:4"})
    shown = {field.key: (field.value, field.place) for field in form}
    assert shown["region"] == ("us-east-1", "~/.aws/credentials:4")
    assert "aws_secret_access_key" not in shown
    edited = filled.edited("base", form, {"region": "eu-north-1", "output": "json"}, files)
    assert edited == (
        SetKeys(Which.CREDENTIALS, "base", {"region": "eu-north-1"}),
        SetKeys(Which.CONFIG, "base", {"output": "json"}),
    )


def test_a_key_that_is_to_go_goes_from_both_files(files: Files) -> None:
    form = fields.of_profile("base", files, {})
    edited = filled.edited("base", form, {"region": ""}, files)
    assert [(step.which, step) for step in edited] == [
        (Which.CREDENTIALS, SetKeys(Which.CREDENTIALS, "base", {"region": None})),
        (Which.CONFIG, SetKeys(Which.CONFIG, "base", {"region": None})),
    ]


def test_what_was_wrong_before_does_not_refuse_an_edit(home: Home) -> None:
    home.config("[profile a]\nrole_arn = nonsense\nsource_profile = b\nregion = x\n")
    files = looked(home)
    form = fields.of_profile("a", files, {})
    answer = {field.key: field.value for field in form} | {"source_profile": ""}
    assert filled.complaints(form, answer, files) == {}


def test_a_source_that_is_not_there_refuses_only_the_edit_that_names_it(home: Home) -> None:
    home.config("[profile a]\nrole_arn = arn:aws:iam::1:role/A\nsource_profile = gone\n")
    files = looked(home)
    form = fields.of_profile("a", files, {})
    answer = {field.key: field.value for field in form}
    assert filled.complaints(form, answer | {"region": "eu-west-1"}, files) == {}
    found = filled.complaints(form, answer | {"source_profile": "lost"}, files)
    assert found == {"source_profile": 'there is no profile "lost"'}


def test_dependents_are_those_behind_others_too(files: Files) -> None:
    assert filled.dependents("base", files) == ("deep", "dev")
    assert filled.dependents("deep", files) == ()


def test_a_loop_of_sources_ends(home: Home) -> None:
    home.config(
        textwrap.dedent("""\
            [profile a]
            role_arn = x
            source_profile = b
            [profile b]
            role_arn = x
            source_profile = a
            """)
    )
    assert filled.dependents("a", looked(home)) == ("b",)


def test_a_profile_is_removed_from_the_files_that_it_stands_in(files: Files) -> None:
    assert filled.removed("base", files) == (
        RemoveSections(Which.CONFIG, "base"),
        RemoveSections(Which.CREDENTIALS, "base"),
    )
    assert filled.removed("dev", files) == (RemoveSections(Which.CONFIG, "dev"),)
    assert filled.alone_with_session("portal", files) == "corp"
    assert filled.alone_with_session("dev", files) == ""
