"""What one renewal can leave ready for the next: the parsed files, and clients that are connected.

A botocore session that starts from nothing takes 40 ms of processor time, and a new connection
two or three round trips to AWS. So awsttl keeps a workbench: ``config`` and ``credentials`` as
botocore reads them, botocore's own service descriptions, and the clients of late. It serves as
long as nothing has changed that it was made from: both files, the environment, the process.

A botocore session belongs to one profile and one thread, so each renewal gets its own; from the
workbench it is made in a tenth of a millisecond. Clients may be used by several threads at once.

Clients hold keys. They go with the workbench: when a file changes, and a few minutes after the
last renewal.
"""

from __future__ import annotations

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
from botocore.exceptions import ConfigNotFound
from botocore.hooks import HierarchicalEmitter
from botocore.loaders import create_loader

from awsttl.disk.locations import Locations
from awsttl.disk.reader import Signature

LIMITS: Final = Config(
    connect_timeout=8,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 3},
)
"""A call that hangs is given up after half a minute, not after botocore's five."""

IDLE: Final = 180.0
"""Seconds after its last use from which a workbench is thrown away."""
MOST_CLIENTS: Final = 16
"""So many are kept; each holds keys, and a connection or a few."""
_GRAIN: Final = 2.0
"""Seconds within which a file may change twice and look the same: FAT keeps times in steps of two
seconds. A file that was changed so shortly before it was read is read again the next time."""

_NOT_THE_CLIENTS: Final = frozenset(
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
"""Settings of a profile that say whose keys to get and with what arguments. All others may make
a different client (region, endpoints, certificates), whether botocore knows them today or not."""

_SERVICES: Final = frozenset({"sts", "sso", "sso-oidc"})
"""Whose clients are kept. On one of ``signin``, botocore hangs a handler with a secret for each
use."""

_SALT: Final = os.urandom(32)


class Session(botocore.session.Session):
    """A botocore session for one renewal of one profile, with what lies on the workbench."""

    def __init__(self, bench: Workbench, profile: str) -> None:
        catalogue = bench.catalogue
        super().__init__(
            profile=profile, event_hooks=catalogue.events, include_builtin_handlers=False
        )
        self.set_default_client_config(LIMITS)
        self.lazy_register_component(
            "data_loader", lambda: catalogue.loader(self.get_config_variable("data_path"))
        )
        self._bench = bench
        self._used: set[bytes] = set()

    @property
    def full_config(self) -> Any:
        """Both files, merged as botocore merges them. Not to be written to."""
        return self._bench.merged

    @property
    def names_sources(self) -> bool:
        """Whether any profile has a ``credential_source``."""
        return self._bench.names_sources

    def parsed_config(self, _path: str) -> Any:
        """``config`` alone. Raises botocore's ``ConfigNotFound``."""
        return _found(self._bench.config, "config_file")

    def parsed_credentials(self, _path: str) -> Any:
        """``credentials`` alone. Raises botocore's ``ConfigNotFound``."""
        return _found(self._bench.credentials, "credentials_file")

    def create_client(self, service_name: str, **arguments: Any) -> Any:
        """A client as botocore makes it, or one that was made with the very same keys before."""
        make = super().create_client
        key = self._key(service_name, arguments)
        if key is not None:
            self._used.add(key)
        return self._bench.client(key, lambda: make(service_name, **arguments))

    def forget_clients(self) -> None:
        """Let nobody use the clients of this session again, because something went wrong.

        A client remembers failures (in standard mode, it retries less and less), and may have a
        connection that died while the machine slept.
        """
        for key in self._used:
            self._bench.forget(key)

    def _key(self, service: str, arguments: Mapping[str, Any]) -> bytes | None:
        """All that makes a client and is not the workbench's, as a digest, which tells no secret.

        ``None`` where none is kept, or botocore would look for keys by itself.
        """
        config = arguments.get("config")
        unsigned = config is not None and config.signature_version is UNSIGNED
        if service not in _SERVICES or not (unsigned or arguments.get("aws_access_key_id")):
            return None
        settings = {
            name: value
            for name, value in self.get_scoped_config().items()
            if name not in _NOT_THE_CLIENTS
        }
        options = None if config is None else sorted(vars(config).items(), key=str)
        plain = {name: value for name, value in arguments.items() if name != "config"}
        return _digest(repr((service, sorted(settings.items()), sorted(plain.items()), options)))


class Workbench:
    """Made from the files and the environment of one moment; may be used by several threads."""

    def __init__(self, conditions: Conditions, catalogue: Catalogue | None = None) -> None:
        self.conditions = conditions
        self.catalogue = catalogue or Catalogue()
        session = botocore.session.Session(
            event_hooks=self.catalogue.events, include_builtin_handlers=False
        )
        self.config = _parse(load_config, session.get_config_variable("config_file"))
        self.credentials = _parse(raw_config_parse, session.get_config_variable("credentials_file"))
        self.merged = _merged(self.config, self.credentials)
        self.names_sources = any(
            "credential_source" in section for section in self.merged["profiles"].values()
        )
        self._lock = threading.Lock()
        self._clients: dict[bytes, Any] = {}
        """The one that was used last comes last."""

    def client(self, key: bytes | None, make: Callable[[], Any]) -> Any:
        """The client of that key, made where there is none; without a key, always."""
        if (found := self._known(key)) is not None:
            return found
        with self.catalogue.lock:
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


class Catalogue:
    """What clients are made from that no file of the person's changes.

    *lock* is to be held while a client is made: botocore's part in it is for one thread at a time.
    It is reentrant, because making a client may take another client.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.events = HierarchicalEmitter()
        # Which registers the handlers that belong to every session.
        botocore.session.Session(event_hooks=self.events)
        self._loaders: dict[str | None, Any] = {}

    def loader(self, data_path: str | None) -> Any:
        """What reads the service descriptions in *data_path* and in botocore, each once."""
        with self.lock:
            if data_path not in self._loaders:
                self._loaders[data_path] = create_loader(data_path)
            return self._loaders[data_path]


class Conditions(NamedTuple):
    """What a workbench is made from. Two that are equal make the same one."""

    process: int
    """A child does not use its parent's connections."""
    environment: bytes
    """A digest: the environment may hold keys."""
    locations: Locations
    config: Signature | None
    credentials: Signature | None

    @classmethod
    def now(cls) -> Conditions:
        """As things are at this moment.

        To be called before the files are read: a change between the two shows the next time.
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
            signature is not None and abs(now - signature.modified / 1e9) < _GRAIN
            for signature in (self.config, self.credentials)
        )


class Shelf:
    """Where the workbench stands between two renewals. The clocks are in seconds."""

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall, self._monotonic = wall, monotonic
        self._lock = threading.Lock()
        self._bench: Workbench | None = None
        self._settled = False
        self._used_at = (0.0, 0.0)
        self._timer: threading.Timer | None = None

    def take(self) -> Workbench:
        """The workbench, or a new one where things have changed or it has stood idle.

        Raises botocore's errors where a file does not parse.
        """
        conditions = Conditions.now()
        with self._lock:
            bench = self._bench if self._idle() < IDLE else None
            if bench is None or bench.conditions != conditions or not self._settled:
                self._bench = None
                self._settled = conditions.are_settled(self._wall())
                same = bench is not None and bench.conditions[:2] == conditions[:2]
                catalogue = bench.catalogue if bench and same else None
                bench = self._bench = Workbench(conditions, catalogue)
            self._used_at = (self._wall(), self._monotonic())
            if self._timer is None:
                self._watch(IDLE)
        return bench

    def _idle(self) -> float:
        """Seconds since the last use.

        By both clocks: one of them stands while the machine sleeps, the other may be set.
        """
        wall, monotonic = self._used_at
        return max(abs(self._wall() - wall), self._monotonic() - monotonic)

    def _watch(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self.tidy)
        self._timer.name = "workbench"
        self._timer.daemon = True
        self._timer.start()

    def tidy(self) -> None:
        """Throw the workbench away if it has stood idle; else look again when it may have."""
        with self._lock:
            self._timer = None
            if self._bench is None:
                return
            if (idle := self._idle()) < IDLE:
                self._watch(IDLE - idle)
                return
            self._bench = None
        # Clients are cyclic: without this, their keys would stay until Python gets round to it.
        gc.collect()


SHELF: Final = Shelf()


def session(profile: str) -> Session:
    """A botocore session for one renewal of that profile, as the files are now.

    Raises botocore's errors where a file does not parse.
    """
    return Session(SHELF.take(), profile)


def _signature(path: str) -> Signature | None:
    try:
        return Signature.of(Path(path).stat())
    except (OSError, ValueError):
        return None


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), key=_SALT).digest()


def _parse(parser: Callable[[str], Any], path: str) -> Any:
    """What a file holds, or ``None`` where there is no such file."""
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
