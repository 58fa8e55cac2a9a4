"""A header of the config file means what botocore takes it for, and is written so."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.configloader import build_profile_map
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core.ini import names
from awsttl.core.ini.document import parse
from support.any_names import names as any_name
from support.ini_texts import HEADERS
from support.odd import ODD_NAMES

BOTOCORES = {
    names.PROFILE: "profiles",
    names.SSO_SESSION: "sso_sessions",
    names.SERVICES: "services",
}
KINDS = st.sampled_from(sorted(BOTOCORES))


@given(headers=st.lists(HEADERS.map(lambda header: header[1:-1]), max_size=5, unique=True))
def test_headers_mean_what_botocore_takes_them_for(headers: list[str]) -> None:
    sections = {header: {"n": place} for place, header in enumerate(headers)}
    theirs: dict[str, Any] = build_profile_map(sections)
    ours = names.by_name(sections)
    for kind, key in BOTOCORES.items():
        assert ours[kind] == theirs[key]
        assert list(ours[kind]) == list(theirs[key])


@given(
    headers=st.lists(HEADERS.map(lambda header: header[1:-1]), max_size=5, unique=True),
    name=any_name,
)
def test_one_profile_is_found_where_all_are(headers: list[str], name: str) -> None:
    places = {header: place for place, header in enumerate(headers)}
    every = names.by_name(places)[names.PROFILE]
    for profile in (*every, name):
        assert names.place_of(profile, places) == every.get(profile)


@pytest.mark.parametrize("kind", sorted(BOTOCORES))
@pytest.mark.parametrize("name", [*ODD_NAMES, "default", "a", "'", "\\", "a'b\"c"])
def test_a_section_of_any_name_is_written_so_that_it_is_read_back(kind: str, name: str) -> None:
    header = names.header_of(kind, name)
    assert names.meaning(header) == (kind, name)
    assert list(parse(f"[{header}]\n").settings()) == [header]


@given(kind=KINDS, name=any_name)
def test_so_is_any_other(kind: str, name: str) -> None:
    assert names.meaning(names.header_of(kind, name)) == (kind, name)


def test_quotes_are_written_where_they_are_needed() -> None:
    written = [names.header_of("profile", name) for name in ("default", "a.b/c", "a b", 'say "hi"')]
    assert written == ["default", "profile a.b/c", 'profile "a b"', "profile 'say \"hi\"'"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[default]",
        "[profile a]\nregion = x\n[profile b] ; a remark\n\n[sso-session c]]\r\n",
        "# [commented]\n;[too]\n[profile a]\ns3 =\n  max = [4]\n  [5] = x\nx = [y]\n",
        "[]\n[profile a\n[profile b]\n",
    ],
)
def test_skimming_finds_the_headers_that_reading_finds(text: str) -> None:
    text = text.replace("\r\n", "\n")
    headers = [section.header for section in parse(text).sections()]
    assert list(names.skim(text)) == [header for header in headers if header]
