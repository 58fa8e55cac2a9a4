"""A pool for botocore sessions: parsed files and connected clients, kept between renewals.

A botocore session that starts from nothing takes 40 ms of processor time, and a new connection
two or three round trips to AWS. So awsttl keeps a pool: ``config`` and ``credentials`` as botocore
reads them, botocore's own service descriptions, and the clients that were used last. The pool is
good for as long as nothing changes that it was made from: both files, the environment, the process.

A botocore session belongs to one profile and one thread, so each renewal gets its own; from the
pool it is made in a tenth of a millisecond. Clients may be used by several threads at once.

Clients hold keys. They are dropped with the pool: when a file changes, and a few minutes after the
last renewal.
"""

from __future__ import annotations

import errno
import gc
import hashlib
import os
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.configloader import load_config, raw_config_parse
from botocore.exceptions import ConfigNotFound, ConfigParseError
from botocore.hooks import HierarchicalEmitter
from botocore.loaders import create_loader

from awsttl.aws import answers, limits
from awsttl.disk import aws_files, heap, plain_files
from awsttl.disk.locations import Locations
from awsttl.disk.reader import Signature

limits.install()

LIMITS: Final = Config(
    connect_timeout=8,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 3},
)
"""A call that hangs is given up after half a minute; botocore would take five minutes."""

IDLE: Final = 180.0
"""Seconds after its last use from which a pool is dropped."""
MOST_CLIENTS: Final = 16
"""How many clients are kept. Each holds keys, and one or more connections."""
_CLOCK_STEP: Final = 2.0
"""Seconds within which a file may change twice and look the same: FAT keeps times in steps of two
seconds. A file that was changed so shortly before it was read is read again the next time."""

_NOT_FOR_CLIENTS: Final = frozenset(
    {
        "role_arn",
        "source_profile",
        "credential_source",
        "external_id",
        "mfa_serial",
        "role_session_name",
        "duration_seconds",
        "web_identity_token_file",
        "sso_account_id",
        "sso_role_name",
        "aws_access_key_id",
        "aws_secret_access_key",
        "aws_session_token",
        "aws_security_token",
    }
)
"""Settings of a profile that say whose keys to get and with what arguments. Two profiles that
differ in these only may use the same client. Any other setting may make a different client (region,
endpoints, certificates), also one that botocore will know only tomorrow."""

_SERVICES: Final = frozenset({"sts", "sso", "sso-oidc"})
"""The services whose clients are kept. ``signin`` is none of them: with each use, botocore adds a
handler that holds a secret to its client."""

_SALT: Final = os.urandom(32)


class Session(botocore.session.Session):
    """A botocore session for one renewal of one profile, made from a pool."""

    def __init__(self, pool: Pool, profile: str | None) -> None:
        descriptions = pool.descriptions
        super().__init__(
            profile=profile, event_hooks=descriptions.events, include_builtin_handlers=False
        )
        self.set_default_client_config(LIMITS)
        self.lazy_register_component(
            "data_loader", lambda: descriptions.loader(self.get_config_variable("data_path"))
        )
        self._pool = pool
        self._used: set[bytes] = set()

    @property
    def full_config(self) -> Any:
        """Both files, merged as botocore merges them. Not to be written to."""
        return self._pool.merged

    @property
    def names_sources(self) -> bool:
        """Whether any profile has a ``credential_source``."""
        return self._pool.names_sources

    def parsed_config(self, _path: str) -> Any:
        """``config`` alone. Raises botocore's ``ConfigNotFound``."""
        return _found(self._pool.config, "config_file")

    def parsed_credentials(self, _path: str) -> Any:
        """``credentials`` alone. Raises botocore's ``ConfigNotFound``."""
        return _found(self._pool.credentials, "credentials_file")

    def create_client(self, service_name: str, **arguments: Any) -> Any:
        """A client as botocore makes it, or one that was made with the very same keys before."""
        make = super().create_client
        key = self._key(service_name, arguments)
        if key is not None:
            self._used.add(key)
        return self._pool.client(key, lambda: make(service_name, **arguments))

    def forget_clients(self) -> None:
        """Take the clients of this session out of the pool, because a call has failed.

        A client remembers failures (in standard mode, it retries less and less), and may have a
        connection that died while the machine slept.
        """
        for key in self._used:
            self._pool.forget(key)

    def _key(self, service: str, arguments: Mapping[str, Any]) -> bytes | None:
        """What tells one client of the pool from another, as a digest, which tells no secret.

        ``None`` where the client is not kept, and where botocore would look for keys by itself.
        """
        config = arguments.get("config")
        unsigned = config is not None and config.signature_version is UNSIGNED
        if service not in _SERVICES or not (unsigned or arguments.get("aws_access_key_id")):
            return None
        settings = {
            name: value
            for name, value in self.get_scoped_config().items()
            if name not in _NOT_FOR_CLIENTS
        }
        options = None if config is None else sorted(vars(config).items(), key=str)
        plain = {name: value for name, value in arguments.items() if name != "config"}
        return _digest(repr((service, sorted(settings.items()), sorted(plain.items()), options)))


class Pool:
    """Parsed files and clients, as of one moment; may be used by several threads."""

    def __init__(
        self, made_from: MadeFrom, descriptions: ServiceDescriptions | None = None
    ) -> None:
        self.made_from = made_from
        self.descriptions = descriptions or ServiceDescriptions()
        session = botocore.session.Session(
            event_hooks=self.descriptions.events, include_builtin_handlers=False
        )
        self.config = _parse(load_config, session.get_config_variable("config_file"))
        self.credentials = _parse(raw_config_parse, session.get_config_variable("credentials_file"))
        self.merged = _merged(self.config, self.credentials)
        self.names_sources = any(
            "credential_source" in section for section in self.merged["profiles"].values()
        )
        self._lock = threading.Lock()
        self._clients: dict[bytes, Any] = {}
        """In the order of their last use."""

    def client(self, key: bytes | None, make: Callable[[], Any]) -> Any:
        """The client of that key, made where there is none; without a key, always a new one."""
        if (found := self._known(key)) is not None:
            return found
        with self.descriptions.lock:
            if (found := self._known(key)) is not None:
                return found
            client = make()
            if key is not None:
                self._keep(key, client)
            return client

    def forget(self, key: bytes) -> None:
        """Drop a client; renewals that are using it go on with it."""
        with self._lock:
            self._clients.pop(key, None)

    def _keep(self, key: bytes, client: Any) -> None:
        with self._lock:
            while len(self._clients) >= MOST_CLIENTS:
                del self._clients[next(iter(self._clients))]
            self._clients[key] = client

    def _known(self, key: bytes | None) -> Any:
        """The client of that key, which is now the one that was used last."""
        with self._lock:
            if key is None or key not in self._clients:
                return None
            client = self._clients[key] = self._clients.pop(key)
            return client


class ServiceDescriptions:
    """botocore's descriptions of AWS's services, which clients are made from too.

    Hold *lock* while a client is made: botocore allows one thread at a time there. The lock is
    reentrant, because making a client may need another client.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.events = HierarchicalEmitter()
        # Making a session registers the handlers that every session needs.
        botocore.session.Session(event_hooks=self.events)
        answers.watch(self.events)
        self._loaders: dict[str | None, Any] = {}

    def loader(self, data_path: str | None) -> Any:
        """What reads the service descriptions in *data_path* and in botocore, each once."""
        with self.lock:
            if data_path not in self._loaders:
                self._loaders[data_path] = create_loader(data_path)
            return self._loaders[data_path]


class MadeFrom(NamedTuple):
    """What a pool is made from. Where it is equal, the pool would be the same."""

    process: int
    """A child does not use its parent's connections."""
    environment: bytes
    """A digest: the environment may hold keys."""
    locations: Locations
    config: Signature | None
    credentials: Signature | None

    @classmethod
    def now(cls) -> MadeFrom:
        """As things are at this moment.

        Call it before the files are read: then a change between the two is seen the next time.
        """
        locations = Locations.of(os.environ)
        return cls(
            os.getpid(),
            _digest(repr(sorted(os.environ.items()))),
            locations,
            _signature(locations.config),
            _signature(locations.credentials),
        )

    def are_settled(self, now: float) -> bool:
        """Whether a later change of either file is sure to show in its signature."""
        return not any(
            signature is not None and abs(now - signature.modified / 1e9) < _CLOCK_STEP
            for signature in (self.config, self.credentials)
        )


class PoolKeeper:
    """Keeps the pool between two renewals. *wall* and *monotonic* are clocks in seconds."""

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall, self._monotonic = wall, monotonic
        self._lock = threading.Lock()
        self._pool: Pool | None = None
        self._settled = False
        self._used_at = (0.0, 0.0)
        self._timer: threading.Timer | None = None

    def pool(self) -> Pool:
        """The pool, or a new one where things have changed or it was not used for a while.

        Raises botocore's errors where a file does not parse.
        """
        made_from = MadeFrom.now()
        with self._lock:
            pool = self._pool if self._idle() < IDLE else None
            if pool is None or pool.made_from != made_from or not self._settled:
                self._pool = None
                self._settled = made_from.are_settled(self._wall())
                same = pool is not None and pool.made_from[:2] == made_from[:2]
                descriptions = pool.descriptions if pool and same else None
                pool = self._pool = Pool(made_from, descriptions)
            self._used_at = (self._wall(), self._monotonic())
            if self._timer is None:
                self._watch(IDLE)
        return pool

    def _idle(self) -> float:
        """Seconds since the last use.

        The greater by both clocks: the monotonic one stops while the machine sleeps, the wall
        clock may be set.
        """
        wall, monotonic = self._used_at
        return max(abs(self._wall() - wall), self._monotonic() - monotonic)

    def _watch(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self.drop_idle)
        self._timer.name = "session pool"
        self._timer.daemon = True
        self._timer.start()

    def drop_idle(self) -> None:
        """Drop the pool if it was not used for :data:`IDLE` seconds; else look again then."""
        with self._lock:
            self._timer = None
            if self._pool is None:
                return
            if (idle := self._idle()) < IDLE:
                self._watch(IDLE - idle)
                return
            self._pool = None
        # Clients refer to themselves: without this, their keys would stay in memory until Python
        # collects such cycles by itself.
        gc.collect()
        # A hundred renewals at once need much memory that nothing needs afterwards.
        heap.give_back()


KEEPER: Final = PoolKeeper()


def session(profile: str | None) -> Session:
    """A botocore session for one renewal of that profile, as the files are now.

    Without one, the settings are those of the environment's profile. Raises botocore's errors
    where a file does not parse.
    """
    return Session(KEEPER.pool(), profile)


def unpooled(profile: str) -> botocore.session.Session:
    """A botocore session of its own, for a profile whose keys are to be kept nowhere.

    Raises botocore's errors where a file does not parse.
    """
    locations = Locations.of(os.environ)
    _check(locations.config)
    _check(locations.credentials)
    session = botocore.session.Session(profile=profile)
    answers.watch(session)
    return session


def _check(path: str) -> None:
    """Raise an error for a file that botocore would read without end, or would wait for."""
    if path == os.devnull:
        return
    try:
        plain_files.check(path, plain_files.MOST_SETTINGS)
    except OSError as error:
        if error.errno in (errno.EINVAL, errno.EFBIG):
            raise ConfigParseError(path=path, error=error.strerror) from None


def _signature(path: str) -> Signature | None:
    try:
        return Signature.of(Path(path).stat())
    except (OSError, ValueError):
        return None


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), key=_SALT).digest()


def _parse(parser: Callable[[str], Any], path: str) -> Any:
    """What a file holds, or ``None`` where there is no such file."""
    _check(aws_files.expanded(path))
    try:
        return parser(path)
    except ConfigNotFound:
        return None


def _found(parsed: Any, path: str) -> Any:
    if parsed is None:
        raise ConfigNotFound(path=path)
    return parsed


def _merged(config: Any, credentials: Any) -> dict[str, Any]:
    """Both files as ``botocore.session.Session.full_config`` puts them together."""
    merged = dict(config) if config is not None else {}
    profiles = {name: dict(section) for name, section in merged.get("profiles", {}).items()}
    for name, section in (credentials or {}).items():
        profiles[name] = {**profiles.get(name, {}), **section}
    return merged | {"profiles": profiles}
