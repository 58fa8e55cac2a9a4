"""Signing out of an SSO session: AWS forgets the token, so that it is good for nothing any more.

A sign-in that follows begins a session of its own. Without signing out first it inherits the end
of the one before: IAM Identity Center keeps the person's sign-in by a cookie of the browser.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from awsttl.aws import answers, limits, session_pool
from awsttl.core.files import Shape
from awsttl.core.model import Status
from awsttl.core.profiles import cache_entries
from awsttl.core.remedies import Problem
from awsttl.core.why import causes
from awsttl.disk import plain_files


def sign_out(status: Status, token_path: str) -> Problem | None:
    """Have AWS forget the token that a profile comes from. Blocks. Returns why that failed.

    A token that AWS does not take any more is signed out already. The file is left alone.
    """
    try:
        raw = plain_files.read(token_path)
    except OSError:
        return None
    entry = cache_entries.sso_entry(token_path, Path(token_path).name, raw)
    if entry is None or entry.shape is not Shape.SSO_TOKEN:
        return None
    token = json.loads(raw)
    # The settings of the SSO profile count (proxy, endpoint, certificates).
    session = session_pool.session(status.hops[-2].link.name)
    try:
        client = session.create_client(
            "sso", region_name=token.get("region"), config=Config(signature_version=UNSIGNED)
        )
        with limits.within(limits.RENEWAL):
            client.logout(accessToken=token["accessToken"])
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") == "UnauthorizedException":
            return None
        return causes.explain_renewal(str(error), status)
    except answers.FAULTS as error:
        return answers.explained(error, partial(causes.explain_renewal, status=status))
    return None
