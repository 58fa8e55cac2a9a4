"""botocore's own credential providers, with awsttl's cache and limits.

They do the work of a renewal, so that every setting means what it means to the AWS CLI. Four things
are different: files are parsed once, tokens are refreshed by one process at a time, a
``credential_process`` is limited and can be ended, and one MFA code may serve several roles.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable
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
from botocore.exceptions import ClientError
from botocore.tokens import SSOTokenProvider
from botocore.utils import InstanceMetadataFetcher, JSONFileCache, resolve_imds_endpoint_mode

from awsttl.aws import limits, session_pool
from awsttl.aws.credential_process import Processes
from awsttl.aws.file_cache import SessionCache, parsed_json
from awsttl.aws.login_session import Logins
from awsttl.aws.mfa_device import AskMfa, MfaDevice
from awsttl.aws.outcome import Wrote, ignored
from awsttl.aws.sso_registration import is_refused_for_now
from awsttl.core.profiles import cache_names
from awsttl.disk import plain_files
from awsttl.disk.locks import lock


@dataclass(frozen=True, slots=True)
class Sources:
    """The parts of awsttl that give sessions which are not cached in ``cli/cache``."""

    processes: Processes
    logins: Logins
    wrote: Wrote = ignored
    """Is called for the file of each SSO token that was refreshed."""


def credentials(
    session: session_pool.Session,
    profile: str,
    cache: SessionCache,
    ask_mfa: AskMfa,
    sources: Sources,
) -> Any:
    """The profile's credentials by botocore's providers, in the AWS CLI's order."""
    asked: dict[str, MfaDevice] = {}

    def prompter(prompt: str) -> str:
        # The text is "Enter MFA code for SERIAL: "; botocore tells the device in no other way.
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
        # Without the cache: the AWS CLI uses the cache file of an SSO or web identity profile only
        # for that profile itself, and not for a role that has it as its source.
        profile_provider_builder=_Providers(session, sources),
    )
    own = _Providers(session, sources, cache).providers(profile, disable_env_vars=True)
    found = CredentialResolver([assume_role, *own]).load_credentials()
    if found is None:
        raise ValueError("Unable to locate credentials")
    return found


def check_token_files(session: Any, chain: Iterable[str]) -> None:
    """Refuse a web identity token that is not a regular file of a sensible size.

    botocore reads it whole. At a pipe the renewal would hang, and a device could fill the memory.
    """
    for name in chain:
        section = session.full_config["profiles"].get(name, {})
        path = section.get("web_identity_token_file")
        if isinstance(path, str) and os.path.exists(path):  # noqa: PTH110 (as botocore: false, whatever the error)
            _check_token_file(path)
    # The token with which a container asks for its credentials.
    if path := os.environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"):
        with contextlib.suppress(FileNotFoundError):
            _check_token_file(path)


def _check_token_file(path: str) -> None:
    try:
        plain_files.check(path)
    except FileNotFoundError:
        raise
    except OSError:
        raise ValueError(f"No such file or directory that could be a token: {path}") from None


class _Providers(ProfileProviderBuilder):
    """botocore's builder of providers, which makes some of them awsttl's own."""

    def __init__(self, session: Any, sources: Sources, cache: SessionCache | None = None) -> None:
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
        return _Sso(
            load_config=lambda: self._session.full_config,
            client_creator=self._session.create_client,
            profile_name=profile_name,
            cache=self._cache,
            token_provider=_Tokens(self._session, profile_name, self._sources.wrote),
        )


class _TokenFiles(JSONFileCache):
    """botocore's folder of SSO tokens, of which only plain files of a sensible size are read."""

    def __getitem__(self, key: str) -> Any:
        return parsed_json(Path(self._convert_cache_key(key)), key)


class _Sso(SSOProvider):
    """botocore's provider, with bounds on the files of tokens of legacy profiles."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(token_cache=_TokenFiles(self._SSO_TOKEN_CACHE_DIR), **arguments)


class _Tokens(SSOTokenProvider):
    """Loads the token of an ``sso-session``, and refreshes it where it is about to end.

    A refresh token can be used once. When two processes use it at the same time, AWS tells one of
    them to sign in. So one waits for the other, and then finds the new token on disk, where
    botocore looks first.

    Whatever the reason for which AWS refuses a refresh, botocore says "Token has expired and
    refresh failed", and the remedy for that is to sign in. Where AWS refuses only for now (it has
    trouble of its own, or is asked too often), AWS's own error is raised instead.
    """

    DEFAULT_CACHE_CLS = _TokenFiles

    def __init__(self, session: Any, profile_name: str, wrote: Wrote) -> None:
        super().__init__(session, profile_name=profile_name)
        self._wrote = wrote
        self._is_new = False
        self._passing: ClientError | None = None

    def _refresher(self) -> Any:
        name = cache_names.sso_token_name(self._sso_config["session_name"])
        path = str(Path(self._SSO_TOKEN_CACHE_DIR, name))
        self._is_new, self._passing = False, None
        with limits.unhurried(lock(os.path.realpath(path))):
            token = super()._refresher()
            if self._is_new:
                self._wrote(path)
        # A token is refreshed some minutes before its end, so it may still be good.
        if self._passing is not None and token.expiration <= self._now():
            raise self._passing
        return token

    def _attempt_create_token(self, token: Any) -> Any:
        try:
            with limits.unstoppable():
                new = super()._attempt_create_token(token)
        except ClientError as error:
            self._passing = error if is_refused_for_now(error) else None
            raise
        self._is_new = True
        return new


def _machine(session: session_pool.Session) -> list[Any]:
    """The providers for ``credential_source``. Making them takes 1 ms: only where it is used."""
    if not session.names_sources:
        return []
    return [
        EnvProvider(),
        ContainerProvider(),
        InstanceMetadataProvider(_metadata_fetcher(session)),
    ]


def _metadata_fetcher(session: Any) -> Any:
    """What gets the credentials of ``credential_source = Ec2InstanceMetadata``, as configured."""
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

    AWS takes a code only once (aws-cli #2279). Where several roles wait for one device, its code is
    used for one ``GetSessionToken``, and all roles are assumed with that session, which proves the
    MFA. A single role uses the code itself, as the AWS CLI does; so does the first of several where
    ``GetSessionToken`` is not allowed.
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
                SerialNumber=device.serial,
                TokenCode=device.code.reveal(),
                DurationSeconds=device.seconds,
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
