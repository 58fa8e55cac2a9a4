"""What is known of each kind stands in one row, and is what botocore and its files say."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import botocore.credentials
import botocore.session
import pytest
from botocore.credentials import (
    AssumeRoleProvider,
    AssumeRoleWithWebIdentityProvider,
    ConfigProvider,
    ContainerProvider,
    EnvProvider,
    InstanceMetadataProvider,
    LoginCredentialFetcher,
    LoginProvider,
    ProcessProvider,
    SharedCredentialProvider,
    SSOProvider,
)
from botocore.tokens import SSOTokenProvider

from awsttl.core.files import Cache, IniFile
from awsttl.core.model import Kind, Link, Renewal
from awsttl.core.profiles.kinds import (
    FACTS,
    LOGIN,
    SSO,
    Facts,
    cache_of,
    kind_of,
    merge,
    sign_in_of,
)
from support.odd import hidden
from support.programs import CHECKOUT

KINDS: Final = pytest.mark.parametrize("kind", list(Kind), ids=str)

PROVIDERS: Final[dict[Kind, tuple[Any, ...]]] = {
    Kind.ROLE: (AssumeRoleProvider,),
    Kind.WEB_IDENTITY: (AssumeRoleWithWebIdentityProvider,),
    Kind.SSO: (SSOProvider,),
    Kind.LONG_TERM: (SharedCredentialProvider, ConfigProvider),
    Kind.TEMPORARY: (SharedCredentialProvider, ConfigProvider),
    Kind.LOGIN: (LoginProvider,),
    Kind.PROCESS: (ProcessProvider,),
    Kind.INCOMPLETE: (),
    Kind.CREDENTIAL_SOURCE: (EnvProvider, InstanceMetadataProvider, ContainerProvider),
}

OF_PROFILES: Final = [
    kind for kind in Kind if kind is not Kind.CREDENTIAL_SOURCE and PROVIDERS[kind]
]


class TestEveryKind:
    def test_has_a_row_of_facts(self) -> None:
        assert list(FACTS) == list(Kind)

    def test_has_every_fact_in_its_own_row(self) -> None:
        assert Facts._field_defaults == {}

    @KINDS
    def test_speaks_in_single_lines(self, kind: Kind) -> None:
        texts = [value for value in FACTS[kind] if isinstance(value, str)]
        assert [text for text in texts if text != " ".join(text.split())] == []

    @KINDS
    def test_that_no_new_session_comes_to_says_why(self, kind: Kind) -> None:
        facts = FACTS[kind]
        assert (facts.renewal is Renewal.NOTHING) == (facts.not_renewed is not None)


class TestBotocore:
    @KINDS
    def test_calls_its_providers_so(self, kind: Kind) -> None:
        methods = tuple(provider.METHOD for provider in PROVIDERS[kind])
        assert FACTS[kind].methods == methods

    def test_asks_them_in_the_order_of_the_kinds(self) -> None:
        order = _order_of_botocore()
        first = [FACTS[kind].methods[0] for kind in OF_PROFILES]
        assert [order.index(method) for method in first] == sorted(map(order.index, first))

    @pytest.mark.parametrize("kind", OF_PROFILES, ids=str)
    def test_lets_the_same_win_over_keys(self, kind: Kind) -> None:
        order = _order_of_botocore()
        wins = order.index(FACTS[kind].methods[0]) < order.index("shared-credentials-file")
        assert FACTS[kind].outranks_keys == wins

    @KINDS
    def test_gives_these_a_cache(self, kind: Kind) -> None:
        expected = {Cache.CLI: "cache", Cache.LOGIN: "token_cache", None: None}
        for provider in PROVIDERS[kind]:
            takes = inspect.signature(provider.__init__).parameters
            cache = next((name for name in ("cache", "token_cache") if name in takes), None)
            assert expected[FACTS[kind].session_in] == cache

    def test_refreshes_tokens_at_these_margins(self) -> None:
        assert SSO.refresh_margin == SSOTokenProvider._REFRESH_WINDOW
        assert LOGIN.refresh_margin == LoginCredentialFetcher._REFRESH_THRESHOLD


def _order_of_botocore() -> list[str]:
    session = botocore.session.Session(profile="x")
    session.full_config["profiles"]["x"] = {}
    resolver = botocore.credentials.create_credential_resolver(session, region_name="x")
    return [provider.METHOD for provider in resolver.providers]


class TestASetting:
    @pytest.mark.parametrize("kind", [kind for kind in Kind if FACTS[kind].setting], ids=str)
    def test_makes_a_profile_of_its_kind(self, kind: Kind) -> None:
        config = IniFile("config", hidden({"x": {FACTS[kind].setting: "something"}}))
        assert kind_of(merge(config, IniFile("credentials")), "x") is kind


class TestALink:
    @pytest.mark.parametrize(
        ("link", "cache"),
        [
            (Link("a", Kind.ROLE, Renewal.SILENT), Cache.CLI),
            (Link("a", Kind.LOGIN, Renewal.SILENT), Cache.CLI),
            (Link("corp", Kind.SSO, Renewal.SIGN_IN, is_profile=False), Cache.SSO),
            (Link("arn:…", Kind.LOGIN, Renewal.SIGN_IN, is_profile=False), Cache.LOGIN),
        ],
    )
    def test_has_its_files_in_one_cache(self, link: Link, cache: Cache) -> None:
        assert cache_of(link) is cache

    def test_to_a_credential_source_is_no_sign_in(self) -> None:
        place = Link("Environment", Kind.CREDENTIAL_SOURCE, Renewal.SILENT, is_profile=False)
        assert sign_in_of(place) is None


class TestAnotherKind:
    """CONTRIBUTING says where a new kind goes."""

    def test_goes_into_eight_files_at_most(self) -> None:
        assert 1 <= len(_listed()) <= 8

    def test_has_all_its_code_in_these(self) -> None:
        naming = {path for path in (CHECKOUT / "app").rglob("*.py") if any(_members(path))}
        # The environment holds keys or a web identity, whatever other kinds there are.
        naming -= {CHECKOUT / "app/awsttl/core/profiles/environment.py"}
        listed = {path for pattern in _listed() for path in CHECKOUT.glob(pattern)}
        assert naming <= listed

    def test_finds_each_of_these(self) -> None:
        assert [pattern for pattern in _listed() if not list(CHECKOUT.glob(pattern))] == []


def _listed() -> list[str]:
    text = (CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.partition("### A profile kind\n")[2].partition("\n#")[0]
    return re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)


def _members(path: Path) -> Iterator[ast.Attribute]:
    """Where a file names a single kind."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "Kind"
            and node.attr in Kind.__members__
        ):
            yield node
