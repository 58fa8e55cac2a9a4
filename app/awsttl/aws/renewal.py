"""A profile → a new session, written where the AWS CLI looks.

botocore's own credential providers do the work, so that every setting means what it means to
the AWS CLI: ``source_profile``, chains, ``credential_source``, ``external_id``,
``duration_seconds``, ``role_session_name``, MFA, web identity, SSO. awsttl gives them the
CLI's cache folder (:mod:`awsttl.aws.filecache`), somebody to ask for an MFA code, and limits of
time. A failed renewal leaves the profile's own session as it was.
"""

from __future__ import annotations

import os
import stat
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.credentials import (
    AssumeRoleProvider,
    CanonicalNameCredentialSourcer,
    ConfigProvider,
    ContainerProvider,
    CredentialResolver,
    EnvProvider,
    InstanceMetadataProvider,
    ProfileProviderBuilder,
    SharedCredentialProvider,
    SSOProvider,
)
from botocore.exceptions import BotoCoreError, ClientError
from botocore.tokens import SSOTokenProvider
from botocore.utils import (
    InstanceMetadataFetcher,
    get_login_token_cache_directory,
    resolve_imds_endpoint_mode,
)

from awsttl.aws import workbench
from awsttl.aws.filecache import Cancelled, SessionCache, renewed_since
from awsttl.aws.login import Logins
from awsttl.aws.mfa import MfaDevice
from awsttl.aws.process import ProcessError, Processes
from awsttl.core import cachekeys, diagnosis
from awsttl.core.model import Held, Kind, Problem, Status
from awsttl.disk.locations import Locations
from awsttl.disk.reader import MOST_BYTES
from awsttl.disk.turns import turn

AskMfa = Callable[[str], MfaDevice]
"""Serial number → the device with a code in it. Blocks; raises :class:`Cancelled`."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """It worked; these files are new."""

    paths: tuple[str, ...]
    held: tuple[Held, ...] = ()
    """What a ``credential_process`` gave, which is on no disk."""
    by_another: bool = False
    """Somebody else wrote them after the key was pressed, and AWS was asked for nothing."""


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not; the profile's own session is untouched."""

    problem: Problem


Outcome = Renewed | Failed


def renew(
    status: Status,
    cache_folder: str,
    ask_mfa: AskMfa,
    cancelled: threading.Event,
    *,
    run_processes: bool = True,
    pressed_at: float | None = None,
) -> Outcome:
    """Get a new session for a profile and write it to *cache_folder*.

    Hops behind the profile are reused as the AWS CLI would reuse them. A session that somebody
    else has written since *pressed_at* (UTC seconds; now, if not given) is taken as the new one.
    Without *run_processes* a profile that needs its ``credential_process`` fails with
    ``needs-you``.

    Blocks until done, half a minute at most for each call to AWS, apart from *ask_mfa* and from
    others whose turn it is. *cancelled* may be set by any thread, and then no session is written
    any more; a refreshed SSO or login token is, because the one it replaces is good for nothing.
    Raises :class:`Cancelled`; anything else is a fault.
    """
    own = status.hops[0].link.cache_names
    cache = SessionCache(cache_folder, own[:1], {own[0]: own[1:]} if own else {}, cancelled)
    turn = _Turn(status, cache_folder, cancelled, time.time() if pressed_at is None else pressed_at)
    sources = _sources(status, cancelled, run_processes=run_processes)
    try:
        with turn:
            _resolve(status, cache, turn.around(ask_mfa), sources)
    except _ByAnotherError as found:
        return Renewed(found.paths, by_another=True)
    except Cancelled:
        raise
    except ProcessError as error:
        return Failed(error.problem)
    except (BotoCoreError, ClientError, OSError, ValueError, KeyError) as error:
        if cancelled.is_set():
            raise Cancelled from None
        return Failed(diagnosis.explain_renewal(str(error), status))
    if cancelled.is_set() and not cache.written:
        raise Cancelled
    return Renewed((*sources.logins.written, *cache.written), tuple(sources.processes.held))


@dataclass(frozen=True, slots=True)
class _Sources:
    """Where sessions come from that are not the AWS CLI's to cache."""

    processes: Processes
    logins: Logins


def _sources(status: Status, cancelled: threading.Event, *, run_processes: bool) -> _Sources:
    ends = status.session.expires_at if status.session else None
    return _Sources(
        Processes(cancelled, allowed=run_processes),
        # A role takes its source's session as the AWS CLI would.
        Logins(
            get_login_token_cache_directory(),
            cancelled,
            seen=ends if status.profile.kind is Kind.LOGIN else None,
        ),
    )


class _ByAnotherError(Exception):
    """Somebody else has renewed the profile since the key was pressed."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        super().__init__()
        self.paths = paths


class _Turn:
    """The right to renew one cache entry, which one at a time has on this machine.

    Entering waits for it, and raises :class:`_ByAnotherError` if there is nothing left to do.
    """

    def __init__(
        self, status: Status, folder: str, cancelled: threading.Event, pressed_at: float
    ) -> None:
        names = status.hops[0].link.cache_names
        self._paths = tuple(os.path.join(folder, name) for name in names)  # noqa: PTH118
        config = Locations.of(os.environ).config
        self._name = os.path.realpath(self._paths[0]) if names else f"{config} {status.name}"
        self._known = status.hops[0].entry
        self._pressed_at = pressed_at
        self._cancelled = cancelled
        self._held = ExitStack()

    def __enter__(self) -> None:
        # Waiting ends after a minute and a half: two calls are better than none.
        self._held.enter_context(turn(self._name, self._cancelled))
        if self._cancelled.is_set():
            self._held.close()
            raise Cancelled
        if self._paths and all(
            renewed_since(path, self._known, self._pressed_at) for path in self._paths
        ):
            self._held.close()
            raise _ByAnotherError(self._paths)

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def around(self, ask_mfa: AskMfa) -> AskMfa:
        """*ask_mfa*, while somebody else may have the turn: a person takes minutes."""

        def ask(serial: str) -> MfaDevice:
            self._held.close()
            device = ask_mfa(serial)
            self.__enter__()
            return device

        return ask


def _resolve(status: Status, cache: SessionCache, ask_mfa: AskMfa, sources: _Sources) -> None:
    """Ask botocore for the profile's credentials, which makes it fill the cache."""
    session = workbench.session(status.name)
    try:
        _check_token_files(session, status.profile.chain)
        credentials = _credentials(session, status.name, cache, ask_mfa, sources)
        # Credentials are lazy: this is where AWS is called.
        credentials.get_frozen_credentials()
    except (BotoCoreError, ClientError):
        session.forget_clients()
        raise


def _credentials(
    session: workbench.Session,
    profile: str,
    cache: SessionCache,
    ask_mfa: AskMfa,
    sources: _Sources,
) -> Any:
    """The profile's credentials by botocore's providers, in the AWS CLI's order."""
    asked: dict[str, MfaDevice] = {}

    def prompter(prompt: str) -> str:
        # botocore hands over "Enter MFA code for SERIAL: ", and nothing else to tell by.
        serial = prompt.removeprefix("Enter MFA code for ").removesuffix(": ")
        asked[serial] = ask_mfa(serial)
        return asked[serial].code.reveal()

    def client_creator(service: str, **arguments: Any) -> Any:
        client = session.create_client(service, **arguments)
        return _StsWithMfa(client, asked, client_creator)

    assume_role = AssumeRoleProvider(
        load_config=lambda: session.full_config,
        client_creator=client_creator,
        cache=cache,
        profile_name=profile,
        prompter=prompter,
        credential_sourcer=CanonicalNameCredentialSourcer(_machine(session)),
        # Without the cache: the AWS CLI, too, uses the files of an SSO or web-identity profile
        # only for that profile itself, not for a role that has it as its source.
        profile_provider_builder=_Providers(session, sources),
    )
    own = _Providers(session, sources, cache).providers(profile, disable_env_vars=True)
    credentials = CredentialResolver([assume_role, *own]).load_credentials()
    if credentials is None:
        raise ValueError("Unable to locate credentials")
    return credentials


def _check_token_files(session: Any, chain: Iterable[str]) -> None:
    """Refuse a web identity token that is no file of a sensible size.

    botocore reads it whole: a pipe would hang the renewal, a device fill the memory.
    """
    for name in chain:
        section = session.full_config["profiles"].get(name, {})
        path = section.get("web_identity_token_file")
        if isinstance(path, str) and os.path.exists(path):  # noqa: PTH110 (as botocore)
            status = Path(path).stat()
            if not stat.S_ISREG(status.st_mode) or status.st_size > MOST_BYTES:
                raise ValueError(f"No such file or directory that could be a token: {path}")


class _Providers(ProfileProviderBuilder):  # type: ignore[misc]
    """botocore's: files parsed once, tokens refreshed one at a time, processes on a leash."""

    def __init__(self, session: Any, sources: _Sources, cache: SessionCache | None = None) -> None:
        super().__init__(session, cache=cache)
        self._sources = sources

    def _create_process_provider(self, profile_name: str) -> Any:
        return self._sources.processes.provider(profile_name, lambda: self._session.full_config)

    def _create_login_provider(self, profile_name: str) -> Any:
        return self._sources.logins.provider(
            profile_name, lambda: self._session.full_config, self._session.create_client
        )

    def _create_shared_credential_provider(self, profile_name: str) -> Any:
        return SharedCredentialProvider(
            creds_filename=self._session.get_config_variable("credentials_file"),
            profile_name=profile_name,
            ini_parser=self._session.parsed_credentials,
        )

    def _create_config_provider(self, profile_name: str) -> Any:
        return ConfigProvider(
            config_filename=self._session.get_config_variable("config_file"),
            profile_name=profile_name,
            config_parser=self._session.parsed_config,
        )

    def _create_sso_provider(self, profile_name: str) -> Any:
        return SSOProvider(
            load_config=lambda: self._session.full_config,
            client_creator=self._session.create_client,
            profile_name=profile_name,
            cache=self._cache,
            token_provider=_Tokens(self._session, profile_name=profile_name),
        )


class _Tokens(SSOTokenProvider):  # type: ignore[misc]
    """Loads the token of an ``sso-session``, and refreshes it where it is about to end.

    A refresh token is good once: of two that present it at the same time, in this dashboard or in
    another, AWS would tell one to sign in. So the second waits, and then finds the new token on
    disk, where botocore looks first.
    """

    def _refresher(self) -> Any:
        name = cachekeys.sso_token_name(self._sso_config["session_name"])
        path = os.path.join(self._SSO_TOKEN_CACHE_DIR, name)  # noqa: PTH118
        with turn(os.path.realpath(path)):
            return super()._refresher()


def _machine(session: workbench.Session) -> list[Any]:
    """The providers behind ``credential_source``; made only where a profile has one (1 ms)."""
    if not session.names_sources:
        return []
    return [
        EnvProvider(),
        ContainerProvider(),
        InstanceMetadataProvider(_metadata_fetcher(session)),
    ]


def _metadata_fetcher(session: Any) -> Any:
    """For ``credential_source = Ec2InstanceMetadata``, with the session's own settings."""
    names = (
        "ec2_metadata_service_endpoint",
        "ec2_metadata_service_endpoint_mode",
        "ec2_metadata_v1_disabled",
    )
    config = {name: session.get_config_variable(name) for name in names}
    config["ec2_metadata_service_endpoint_mode"] = resolve_imds_endpoint_mode(session)
    return InstanceMetadataFetcher(
        timeout=session.get_config_variable("metadata_service_timeout"),
        num_attempts=session.get_config_variable("metadata_service_num_attempts"),
        user_agent=session.user_agent(),
        config=config,
    )


class _StsWithMfa:
    """An STS client whose ``assume_role`` lets one MFA code serve several roles.

    AWS takes a code once only (aws-cli #2279). For a device that several roles wait for, the
    code is spent on one ``GetSessionToken``, and the roles are assumed with that session, which
    carries the proof of MFA. A single role uses the code itself, as the AWS CLI does; so does
    the first of several where ``GetSessionToken`` is not allowed.
    """

    def __init__(
        self, client: Any, asked: dict[str, MfaDevice], client_creator: Callable[..., Any]
    ) -> None:
        self._client = client
        self._asked = asked
        self._client_creator = client_creator

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def assume_role(self, **arguments: Any) -> Any:
        """AssumeRole, with the MFA code replaced by an MFA session where that is shared."""
        serial = arguments.get("SerialNumber")
        device = self._asked.get(serial) if serial else None
        if device is None or not device.shared:
            return self._client.assume_role(**arguments)
        keys = device.session(
            lambda: self._client.get_session_token(
                SerialNumber=device.serial, TokenCode=device.code.reveal(), DurationSeconds=900
            )["Credentials"]
        )
        if keys is None:
            return self._client.assume_role(**arguments)
        without_code = {
            name: value
            for name, value in arguments.items()
            if name not in ("SerialNumber", "TokenCode")
        }
        client = self._client_creator(
            "sts",
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )
        return client.assume_role(**without_code)
