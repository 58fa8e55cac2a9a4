"""For any configuration: awsttl and botocore's own providers see the same profiles."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from awsttl.core.files import IniFile
from awsttl.core.model import Kind, Profile
from awsttl.core.profiles.chains import profiles
from awsttl.core.profiles.faults import CREDENTIAL_SOURCES
from awsttl.core.profiles.kinds import FACTS, merge, sign_in_of
from support import oracle
from support.any_names import names
from support.home import Home
from support.odd import config_text, credentials_text, hidden, ini_files
from support.programs import CHECKOUT

LOGIN = "arn:aws:iam::111122223333:user/me"
PRINTED = json.dumps({"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s"})

KEYS: Final = {"aws_access_key_id": "AKIA", "aws_secret_access_key": "s"}
SSO: Final = {"sso_account_id": "1", "sso_role_name": "r"}
URL: Final = {"sso_start_url": "https://x", "sso_region": "us-east-1"}


roles = st.fixed_dictionaries(
    {"role_arn": st.sampled_from(["arn:aws:iam::1:role/A", "arn:aws:iam::1:role/B"])},
    optional={
        "mfa_serial": st.sampled_from(["", "device"]),
        "external_id": st.sampled_from(["", "ü"]),
        "role_session_name": st.sampled_from(["", "me"]),
        "duration_seconds": st.sampled_from(["900", "3_600", "1h", ""]),
    },
)
credential_sources = st.sampled_from(["Environment"] * 3 + ["environment", "Nowhere"])
own_credentials = st.sampled_from(
    [
        KEYS,
        KEYS | {"aws_session_token": "t"},
        SSO | URL,
        SSO | {"sso_session": "corp"},
        SSO | URL | {"sso_session": "corp"},
        {"role_arn": "arn:aws:iam::1:role/A", "web_identity_token_file": "/t"},
        {"credential_process": f"echo '{PRINTED}'"},
        {"login_session": LOGIN},
        {"sso_session": "no such session"},
        {"region": "eu-west-1"},
    ]
)


@st.composite
def sections(draw: st.DrawFn, sources: list[str]) -> dict[str, str]:
    """What somebody may have written: fair pieces put together, and sometimes damaged."""
    role = st.one_of(
        st.builds(lambda role, name: role | {"source_profile": name}, roles,
                  st.sampled_from(sources)),
        st.builds(lambda role, name: role | {"credential_source": name}, roles,
                  credential_sources),
    )  # fmt: skip
    piece = st.one_of(role, own_credentials) if sources else own_credentials
    keys = dict(draw(piece))
    if draw(st.integers(0, 3)) == 3:
        keys |= draw(piece)
    if draw(st.integers(0, 5)) == 5:
        key = draw(st.sampled_from(sorted(keys)))
        # An empty secret is refused by AWS, not by botocore: see test_profiles.
        if draw(st.booleans()) and key != "aws_secret_access_key":
            keys[key] = ""
        else:
            del keys[key]
    return keys


@st.composite
def homes(draw: st.DrawFn) -> tuple[str, str]:
    """The texts of a config and a credentials file."""
    known = draw(st.lists(names, min_size=4, max_size=4, unique=True))
    config = {}
    for position, name in enumerate(known):
        # Mostly a later one: chains, and now and then a loop.
        sources = known[position + 1 :] * 3 + [*known, "no such profile"]
        config[name] = draw(sections(sources if position < 3 else []))
    credentials = {
        name: draw(sections([]))
        for name in draw(st.lists(st.sampled_from(known), max_size=1, unique=True))
    }
    return config_text(config, {"corp": URL}), credentials_text(credentials)


class TestAnyConfiguration:
    @pytest.mark.heavy
    @settings(suppress_health_check=[HealthCheck.too_slow])
    @given(texts=homes())
    def test_is_seen_as_botocore_sees_it(self, texts: tuple[str, str]) -> None:
        note("\n".join(texts))
        with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            home = Home(Path(folder))
            home.config(texts[0])
            home.credentials(texts[1])
            home.login_token(LOGIN, expires_at=2_000_000_000)
            patch.setenv("HOME", folder)
            # For `credential_source = Environment`; --profile shuts them out elsewhere.
            patch.setenv("AWS_ACCESS_KEY_ID", "AKIAENVIRONMENT")
            patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
            # awscrt is only needed to refresh a login, and need not be installed to read one.
            patch.setattr("botocore.credentials.EC", object())
            for profile in profiles(merge(*ini_files(home))):
                note(repr(profile))
                _agree(profile, oracle.resolve(profile.name))


def _agree(profile: Profile, seen: oracle.Resolution) -> None:
    blocked = any(problem.blocks for problem in profile.problems)
    if seen.error is not None:
        assert blocked, seen.error
        return
    if not seen.hops:
        assert profile.kind is Kind.INCOMPLETE
        assert profile.problems
        return
    assert not blocked
    # The tokens behind SSO and login profiles are hops of awsttl's, not of botocore's.
    links = [link for link in profile.links if sign_in_of(link) is None]
    assert len(links) == len(seen.hops)
    for position, (link, hop) in enumerate(zip(links, seen.hops, strict=True)):
        assert hop.method in FACTS[link.kind].methods
        if link.kind is Kind.ROLE or (position == 0 and hop.cache_name):
            assert link.cache_names == (hop.cache_name,)


def test_the_credential_sources_are_botocores() -> None:
    from botocore.credentials import ContainerProvider, EnvProvider, InstanceMetadataProvider

    providers = (EnvProvider, InstanceMetadataProvider, ContainerProvider)
    assert tuple(provider.CANONICAL_NAME for provider in providers) == CREDENTIAL_SOURCES


CORPUS: Final = CHECKOUT.parent / "shared" / "corpora" / "assume-role-tests.json"

TOKEN_ONLY: Final = "SSO token profile selected"
"""The other SDKs take a lone ``sso_session`` for credentials; botocore gets none from it."""


def _cases() -> list[Any]:
    if not CORPUS.exists():
        missing = pytest.mark.skip(
            reason=f"{CORPUS.name} of the AWS SDKs is not beside the checkout"
        )
        return [pytest.param({}, marks=missing)]
    return [pytest.param(case, id=case["docs"]) for case in json.loads(CORPUS.read_text())]


class TestTheCorpusOfTheAwsSdks:
    """Chains that all of AWS's SDKs must resolve alike; from outside this project."""

    @pytest.mark.parametrize("case", _cases())
    def test_resolves_alike(self, case: dict[str, Any]) -> None:
        given_ = case["input"]
        config = IniFile("config", hidden(given_["profiles"]), given_.get("sso_sessions", {}))
        found = {p.name: p for p in profiles(merge(config, IniFile("credentials")))}
        profile = found.get(given_["selected_profile"])
        if "Error" in case["output"] or case["docs"] == TOKEN_ONLY:
            assert profile is None or profile.problems
            return
        assert profile is not None
        assert profile.problems == ()
        assert _as_the_corpus_writes(profile) == [
            next(iter(step)) for step in case["output"]["ProfileChain"]
        ]


def _as_the_corpus_writes(profile: Profile) -> list[str]:
    words = {
        Kind.ROLE: "AssumeRole",
        Kind.LONG_TERM: "AccessKey",
        Kind.WEB_IDENTITY: "WebIdentityToken",
        Kind.SSO: "Sso",
        Kind.CREDENTIAL_SOURCE: "NamedSource",
    }
    steps = [words[link.kind] for link in profile.links if sign_in_of(link) is None]
    return steps[::-1]
