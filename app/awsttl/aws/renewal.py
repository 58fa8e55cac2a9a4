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
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

import botocore.session
from botocore.config import Config
from botocore.credentials import (
    AssumeRoleProvider,
    CanonicalNameCredentialSourcer,
    ContainerProvider,
    CredentialResolver,
    EnvProvider,
    InstanceMetadataProvider,
    ProfileProviderBuilder,
    SSOProvider,
)
from botocore.exceptions import BotoCoreError, ClientError
from botocore.tokens import SSOTokenProvider
from botocore.utils import (
    InstanceMetadataFetcher,
    get_login_token_cache_directory,
    resolve_imds_endpoint_mode,
)

from awsttl.aws.filecache import Cancelled, SessionCache
from awsttl.aws.login import Logins
from awsttl.aws.mfa import MfaDevice
from awsttl.aws.process import ProcessError, Processes
from awsttl.core import diagnosis
from awsttl.core.model import Held, Kind, Problem, Status
from awsttl.disk.reader import MOST_BYTES

_LIMITS: Final = Config(
    connect_timeout=8,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 3},
)
"""A call that hangs is given up after half a minute, not after botocore's five."""

AskMfa = Callable[[str], MfaDevice]
"""Serial number → the device with a code in it. Blocks; raises :class:`Cancelled`."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """It worked; these files are new."""

    paths: tuple[str, ...]
    held: tuple[Held, ...] = ()
    """What a ``credential_process`` gave, which is on no disk."""


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
) -> Outcome:
    """Get a new session for a profile and write it to *cache_folder*.

    Hops behind the profile are reused as the AWS CLI would reuse them. Blocks until done, half
    a minute at most for each call to AWS, apart from *ask_mfa*. *cancelled* may be set by any
    thread, and then no session is written any more; a refreshed SSO or login token is, because
    the one it replaces is good for nothing. Without *run_processes* a profile that needs its
    ``credential_process`` fails with ``needs-you``. Raises :class:`Cancelled`; anything else is
    a fault.
    """
    own = status.hops[0].link.cache_names
    cache = SessionCache(cache_folder, own[:1], {own[0]: own[1:]} if own else {}, cancelled)
    if cancelled.is_set():
        raise Cancelled
    ends = status.session.expires_at if status.session else None
    sources = _Sources(
        Processes(cancelled, allowed=run_processes),
        # A role takes its source's session as the AWS CLI would.
        Logins(
            get_login_token_cache_directory(),
            cancelled,
            seen=ends if status.profile.kind is Kind.LOGIN else None,
        ),
    )
    try:
        _resolve(status, cache, ask_mfa, sources)
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


def _resolve(status: Status, cache: SessionCache, ask_mfa: AskMfa, sources: _Sources) -> None:
    """Ask botocore for the profile's credentials, which makes it fill the cache."""
    profile = status.name
    session = botocore.session.Session(profile=profile)
    session.set_default_client_config(_LIMITS)
    _check_token_files(session, status.profile.chain)
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
        credential_sourcer=CanonicalNameCredentialSourcer(
            [
                EnvProvider(),
                ContainerProvider(),
                InstanceMetadataProvider(_metadata_fetcher(session)),
            ]
        ),
        # Without the cache: the AWS CLI, too, uses the files of an SSO or web-identity profile
        # only for that profile itself, not for a role that has it as its source.
        profile_provider_builder=_Providers(session, sources),
    )
    own = _Providers(session, sources, cache).providers(profile, disable_env_vars=True)
    credentials = CredentialResolver([assume_role, *own]).load_credentials()
    if credentials is None:
        raise ValueError("Unable to locate credentials")
    # Credentials are lazy: this is where AWS is called.
    credentials.get_frozen_credentials()


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
    """botocore's, with tokens that are refreshed one at a time, and processes on a leash."""

    def __init__(self, session: Any, sources: _Sources, cache: SessionCache | None = None) -> None:
        super().__init__(session, cache=cache)
        self._sources = sources

    def _create_process_provider(self, profile_name: str) -> Any:
        return self._sources.processes.provider(profile_name, lambda: self._session.full_config)

    def _create_login_provider(self, profile_name: str) -> Any:
        return self._sources.logins.provider(
            profile_name, lambda: self._session.full_config, self._session.create_client
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

    A refresh token is good once: of two renewals that present it at the same time, AWS would
    tell one to sign in. So the second waits, and then finds the new token on disk.
    """

    _turns: ClassVar[dict[str, threading.Lock]] = {}
    """SSO session → whose turn it is."""

    def _refresher(self) -> Any:
        with self._turns.setdefault(self._sso_config["session_name"], threading.Lock()):
            return super()._refresher()


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
