"""What botocore itself takes a profile for: its own providers, stopped before the network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import botocore.session
from botocore.credentials import AssumeRoleCredentialFetcher, create_credential_resolver


@dataclass(frozen=True, slots=True)
class Hop:
    method: str
    """botocore's name for the provider: ``assume-role``, ``sso``, ``custom-process``, …"""
    cache_name: str = ""
    """The cache file that botocore would look for, where the provider has one."""


@dataclass(frozen=True, slots=True)
class Resolution:
    error: Exception | None
    hops: tuple[Hop, ...] = ()
    """From the profile back to its first source; none where botocore found no credentials."""


def resolve(profile: str) -> Resolution:
    """How ``--profile`` *profile* resolves, in the home and environment of this process.

    Roles and SSO sessions stay deferred, so nothing is called; a ``credential_process`` runs.
    """
    session = botocore.session.Session(profile=profile)
    try:
        found = create_credential_resolver(session, region_name="us-east-1").load_credentials()
    except Exception as error:  # noqa: BLE001 (whatever it is, the CLI ends with it)
        return Resolution(error)
    return Resolution(None, tuple(_hops(found)))


def _hops(credentials: Any) -> Iterator[Hop]:
    while credentials is not None:
        if credentials.method not in ("assume-role", "assume-role-with-web-identity", "sso"):
            yield Hop(credentials.method)
            return
        refresh = credentials._refresh_using
        # With MFA, a refresher of its own stands before the fetcher's method.
        fetcher = getattr(refresh, "_refresh", refresh).__self__
        yield Hop(credentials.method, f"{fetcher._cache_key}.json")
        if not isinstance(fetcher, AssumeRoleCredentialFetcher):
            return
        credentials = fetcher._source_credentials
