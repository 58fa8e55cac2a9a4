"""Renews the session of ``aws login``, as botocore does, where the ``awscrt`` package is there.

A refresh token can be used once. So a dashboard that refreshes takes a lock, and then reads the
file again: another dashboard may have renewed the session meanwhile. The AWS CLI itself takes no
lock; it refreshes only in the last five minutes.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from botocore.credentials import Credentials, LoginCredentialFetcher, LoginProvider
from botocore.exceptions import LoginTokenLoadError
from botocore.utils import JSONFileCache, LoginTokenLoader, generate_login_cache_key

from awsttl.aws import limits
from awsttl.aws.file_cache import Cancelled, parsed_json
from awsttl.aws.outcome import Wrote, ignored
from awsttl.core.files import CacheEntry, Shape
from awsttl.core.profiles import cache_entries
from awsttl.core.profiles.kinds import LOGIN
from awsttl.disk import locks, plain_files, whole_files


class Logins:
    """The login sessions that one renewal may refresh.

    *seen* is the expiry of the token that is to be renewed; a token with another expiry is new
    enough. With ``None``, a token is refreshed when it is due, as the AWS CLI does. *wrote* is
    called for each file.
    """

    def __init__(
        self,
        folder: str,
        cancelled: threading.Event,
        seen: float | None,
        wrote: Wrote = ignored,
    ) -> None:
        self._cache = _TokenFiles(folder, wrote)
        self._cancelled = cancelled
        self._seen = seen

    @property
    def written(self) -> list[str]:
        """Paths of the files that this renewal wrote."""
        return self._cache.written

    def provider(
        self, profile: str, load_config: Callable[[], Any], client_creator: Callable[..., Any]
    ) -> LoginProvider:
        """The provider for the ``login_session`` of a profile."""
        return _Provider(load_config, client_creator, profile, self._cache, self)

    @contextlib.contextmanager
    def lock(self, session: str) -> Iterator[None]:
        """Hold the lock of that login session. Raises :class:`Cancelled`."""
        with contextlib.ExitStack() as stack:
            # Where there is no place for the lock, go on without it, as the AWS CLI does.
            with contextlib.suppress(OSError):
                turn = locks.lock(f"login {session}", self._cancelled)
                stack.enter_context(limits.unhurried(turn))
            if self._cancelled.is_set():
                raise Cancelled
            yield

    def is_good(self, session: str) -> bool:
        """Whether the token on disk can be used: not due, and not the one to be renewed."""
        entry = self._cache.entry(generate_login_cache_key(session))
        if entry is None or entry.expires_at is None or entry.expires_at == self._seen:
            return False
        return entry.expires_at > time.time() + LOGIN.refresh_margin


class _Provider(LoginProvider):
    """botocore's provider, which here refreshes when a renewal wants it, and not only when due."""

    def __init__(
        self,
        load_config: Callable[[], Any],
        client_creator: Callable[..., Any],
        profile: str,
        cache: _TokenFiles,
        logins: Logins,
    ) -> None:
        super().__init__(load_config, client_creator, profile, cache)
        self._logins = logins

    def load(self) -> Credentials | None:
        """The credentials; the token's file is renewed first where that is needed."""
        session = self._load_config()["profiles"].get(self._profile_name, {}).get("login_session")
        if session is None:
            return None
        loader = LoginTokenLoader(self._token_cache)
        fetcher = _Fetcher(session, loader, self._client_creator)
        with self._logins.lock(session):
            if self._logins.is_good(session):
                # Reading needs no awscrt, though botocore's own provider asks for it.
                keys = fetcher.load_cached_credentials()
            else:
                super().load()  # says what is missing: awscrt, the token, a part of it
                with limits.unstoppable():
                    keys = fetcher.refresh_credentials()
        return Credentials(
            keys["access_key"],
            keys["secret_key"],
            keys["token"],
            method=self.METHOD,
            account_id=keys["account_id"],
        )


class _Fetcher(LoginCredentialFetcher):
    """botocore's fetcher, which here refreshes however long the token is still valid."""

    _REFRESH_THRESHOLD = float("inf")

    def _load_private_key(self, token: Any) -> Any:
        try:
            return super()._load_private_key(token)
        except RuntimeError:  # what awscrt raises for bytes that are no key
            raise LoginTokenLoadError(error_msg="Unable to load private key") from None


class _TokenFiles(JSONFileCache):
    """``~/.aws/login/cache``; a file that is no token counts as missing."""

    def __init__(self, folder: str, wrote: Wrote) -> None:
        super().__init__(folder)
        self._wrote = wrote
        self._folder = Path(folder)
        self.written: list[str] = []

    def entry(self, key: str) -> CacheEntry | None:
        """The token of that key without its secrets; ``None`` where its file cannot be read."""
        path = self._folder / f"{key}.json"
        try:
            body = plain_files.read(path)
        except OSError:
            return None
        return cache_entries.login_entry(str(path), path.name, body)

    def __contains__(self, key: str) -> bool:
        entry = self.entry(key)
        return entry is not None and entry.shape is Shape.LOGIN_TOKEN

    def __getitem__(self, key: str) -> Any:
        return parsed_json(self._folder / f"{key}.json", key)

    def __setitem__(self, key: str, value: Any) -> None:
        path = str(self._folder / f"{key}.json")
        whole_files.replace(path, json.dumps(value).encode())
        self.written.append(path)
        self._wrote(path)
