"""A profile → a new session, written where the AWS CLI looks.

botocore's own credential providers do the work, so that every setting means what it means to
the AWS CLI: ``source_profile``, chains, ``credential_source``, ``external_id``,
``duration_seconds``, ``role_session_name``, MFA, web identity, SSO. awsttl gives them the
CLI's cache folder (:mod:`awsttl.aws.filecache`), somebody to ask for an MFA code, and limits of
time. A failed renewal writes nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

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
)
from botocore.exceptions import BotoCoreError, ClientError
from botocore.utils import InstanceMetadataFetcher, resolve_imds_endpoint_mode

from awsttl.aws.filecache import Cancelled, SessionCache
from awsttl.aws.mfa import MfaDevice
from awsttl.core import diagnosis
from awsttl.core.model import Problem, Status

_LIMITS: Final = Config(
    connect_timeout=8,
    read_timeout=20,
    retries={"mode": "standard", "total_max_attempts": 4},
)
"""A renewal that hangs is given up after half a minute, not after botocore's five."""

AskMfa = Callable[[str], MfaDevice]
"""Serial number → the device with a code in it. Blocks; raises :class:`Cancelled`."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """It worked; these files are new."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not; nothing was written."""

    problem: Problem


Outcome = Renewed | Failed


def renew(
    status: Status, cache_folder: str, ask_mfa: AskMfa, cancelled: threading.Event
) -> Outcome:
    """Get a new session for a profile and write it to *cache_folder*.

    Hops behind the profile are reused as the AWS CLI would reuse them. Blocks until done, a
    minute at most apart from *ask_mfa*; *cancelled* may be set by any thread, and then nothing
    more is written. Raises :class:`Cancelled`, nothing else.
    """
    own = status.hops[0].link.cache_names
    cache = SessionCache(cache_folder, own[:1], {own[0]: own[1:]} if own else {}, cancelled)
    try:
        _resolve(status.name, cache, ask_mfa)
    except Cancelled:
        raise
    except (BotoCoreError, ClientError, OSError, ValueError) as error:
        if cancelled.is_set():
            raise Cancelled from None
        return Failed(diagnosis.explain(str(error), status.name))
    if cancelled.is_set() and not cache.written:
        raise Cancelled
    return Renewed(tuple(cache.written))


def _resolve(profile: str, cache: SessionCache, ask_mfa: AskMfa) -> None:
    """Ask botocore for the profile's credentials, which makes it fill the cache."""
    session = botocore.session.Session(profile=profile)
    session.set_default_client_config(_LIMITS)
    asked: dict[str, MfaDevice] = {}

    def prompter(prompt: str) -> str:
        # botocore hands over "Enter MFA code for SERIAL: ", and nothing else to tell by.
        serial = prompt.removeprefix("Enter MFA code for ").removesuffix(": ")
        asked[serial] = ask_mfa(serial)
        return asked[serial].code.reveal()

    def client_creator(service: str, **arguments: Any) -> Any:
        client = session.create_client(service, **arguments)
        return _StsWithMfa(client, asked, client_creator)

    builder = ProfileProviderBuilder(session, cache=cache)
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
        profile_provider_builder=builder,
    )
    providers = [assume_role, *builder.providers(profile, disable_env_vars=True)]
    credentials = CredentialResolver(providers).load_credentials()
    if credentials is None:
        raise ValueError("Unable to locate credentials")
    # Credentials are lazy: this is where AWS is called.
    credentials.get_frozen_credentials()


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
    carries the proof of MFA. A single role uses the code itself, as the AWS CLI does.
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
        device = self._asked.get(arguments.get("SerialNumber", ""))
        if device is None or not device.shared:
            return self._client.assume_role(**arguments)
        keys = device.session(
            lambda: self._client.get_session_token(
                SerialNumber=device.serial, TokenCode=device.code.reveal(), DurationSeconds=900
            )["Credentials"]
        )
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
