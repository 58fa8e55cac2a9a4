"""With which words awsttl's server says no: it sends them, ``core/why`` knows them again."""

from __future__ import annotations

from typing import Final

NEEDS_PERSON: Final = "NeedsPerson"
"""The code of a refusal that a person can end."""
UNAVAILABLE: Final = "Unavailable"
"""That of one which may pass by itself."""
RENEWING: Final = "Renewing"
"""That of one which passes in a moment."""

OTHER_PATH: Final = "awsttl serves nothing at this address"
OTHER_KEY: Final = "awsttl has handed out another token for this address"
REVOKED: Final = "this was revoked in awsttl; unset the AWS_CONTAINER_ variables"
NO_MORE: Final = "awsttl serves this profile no more"
RENEWS: Final = "awsttl renews {profile}; ask again in a moment"
