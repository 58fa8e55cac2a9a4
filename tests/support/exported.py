"""Credentials to be handed to a shell."""

from __future__ import annotations

from typing import Final

from awsttl.core.secret import Secret
from awsttl.core.snippets import Credentials

TEMPORARY: Final = Credentials(
    access_key_id="ASIAQWERTYUIOPASDFGH",
    secret_access_key=Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
    session_token=Secret("IQoJb3JpZ2luX2VjEHo//+aCXVzLWVhc3QtMSJIMEYCIQDcXqQ=="),
    expires_at=1_795_212_000.9,
    region="eu-central-1",
)
LONG_TERM: Final = Credentials(
    access_key_id="AKIAQWERTYUIOPASDFGH",
    secret_access_key=TEMPORARY.secret_access_key,
    session_token=None,
    expires_at=None,
    region="",
)
