"""Long-term keys and an MFA code → a session, kept in the credentials file.

The session is written with the same keys as aws-mfa writes, so that each of the two can read what
the other wrote, and every tool can use the session by its profile's name.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.credentials import ConfigProvider, CredentialResolver, SharedCredentialProvider

from awsttl.aws import answers
from awsttl.aws.file_cache import Cancelled
from awsttl.aws.outcome import Failed, Outcome, Renewed, Wrote
from awsttl.aws.session_pool import LIMITS, unpooled
from awsttl.core.model import MfaSession, Status
from awsttl.core.profiles.mfa_sessions import MANAGER, STALE_KEYS
from awsttl.core.secret import Secret
from awsttl.core.why import causes
from awsttl.disk import credentials_file
from awsttl.disk.credentials_file import RefusedError
from awsttl.disk.locations import Locations

if TYPE_CHECKING:
    from awsttl.aws.mfa_device import AskMfa, Keys, MfaDevice


def before(
    status: Status, ask_mfa: AskMfa, cancelled: threading.Event, wrote: Wrote
) -> Outcome | None:
    """Get the MFA session that a renewal of the profile needs first, if it needs one.

    That is the profile's own, or that of a source whose MFA session has ended. ``None`` where the
    profile itself is still to be renewed: it needs no MFA session, or its source has it now. Blocks
    and raises as :func:`~awsttl.aws.renewal.renew` does.
    """
    session = status.mfa_session(time.time())
    if session is None:
        return None
    outcome = _renew(session, ask_mfa, cancelled, wrote)
    is_own = session is status.profile.mfa_session
    return outcome if is_own or isinstance(outcome, Failed) else None


def _renew(
    session: MfaSession, ask_mfa: AskMfa, cancelled: threading.Event, wrote: Wrote
) -> Outcome:
    if session.problem is not None:
        return Failed(session.problem)
    path = Locations.of(os.environ).credentials
    try:
        # A code can be used only once, so the file is checked before the person is asked for one.
        credentials_file.check(path, session.profile)
        client = _client(session)
        keys = _exchange(client, session, ask_mfa(session.serial))
        if cancelled.is_set():
            raise Cancelled
        credentials_file.put(path, session.profile, _as_written(keys), STALE_KEYS)
        wrote(path)
    except RefusedError as error:
        return Failed(error.problem)
    except answers.FAULTS as error:
        if cancelled.is_set():
            raise Cancelled from None
        return Failed(answers.explained(error, lambda text: causes.explain(text, session.source)))
    return Renewed((path,), until=keys["Expiration"].timestamp())


def _client(session: MfaSession) -> Any:
    """An STS client with the long-term keys, for the endpoint of the profile's settings."""
    aws = unpooled(session.source)
    credentials = CredentialResolver(
        [
            SharedCredentialProvider(aws.get_config_variable("credentials_file"), session.source),
            ConfigProvider(aws.get_config_variable("config_file"), session.source),
        ]
    ).load_credentials()
    if credentials is None:
        raise ValueError("Unable to locate credentials")
    # People who use aws-mfa often have the region in the profile of the session only.
    kept_in = aws.full_config["profiles"].get(session.profile, {})
    return aws.create_client(
        "sts",
        region_name=aws.get_config_variable("region") or kept_in.get("region"),
        aws_access_key_id=credentials.access_key,
        aws_secret_access_key=credentials.secret_key,
        aws_session_token=credentials.token,
        config=LIMITS,
    )


def _exchange(client: Any, session: MfaSession, device: MfaDevice) -> Keys:
    """Exchange the code for a session; or the session that another renewal got for the code."""
    keys = device.session(
        lambda: client.get_session_token(
            SerialNumber=device.serial,
            TokenCode=device.code.reveal(),
            DurationSeconds=max(device.seconds, session.seconds),
        )["Credentials"]
    )
    if keys is None:
        raise ValueError("not authorized to perform: sts:GetSessionToken")
    return keys


def _as_written(keys: Keys) -> Mapping[str, Secret]:
    """The keys of the section, in aws-mfa's order. The expiry is UTC, written without an offset."""
    ends = keys["Expiration"]
    if not isinstance(ends, datetime) or not keys["SessionToken"]:
        raise ValueError("AWS's answer holds no session")
    if ends.timestamp() <= time.time():
        raise ValueError("AWS's answer is a session that has expired")
    token = Secret(keys["SessionToken"])
    return {
        "manager": Secret(MANAGER),
        "assumed_role": Secret("False"),
        "aws_access_key_id": Secret(keys["AccessKeyId"]),
        "aws_secret_access_key": Secret(keys["SecretAccessKey"]),
        "aws_session_token": token,
        "aws_security_token": token,
        "expiration": Secret(ends.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")),
    }
