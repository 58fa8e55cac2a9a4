"""The words with which awsttl's server says no. The server sends them, ``core/why`` finds them."""

from __future__ import annotations

from typing import Final

NEEDS_PERSON: Final = "NeedsPerson"
"""The code of a refusal that a person can end."""
UNAVAILABLE: Final = "Unavailable"
"""The code of a refusal that may pass by itself."""
RENEWING: Final = "Renewing"
"""The code of a refusal that passes in a moment."""

OTHER_PATH: Final = "awsttl serves nothing at this address"
OTHER_KEY: Final = "awsttl has handed out another token for this address"
REVOKED: Final = "this was revoked in awsttl; unset the AWS_CONTAINER_ variables"
NO_MORE: Final = "awsttl serves this profile no more"
RENEWS: Final = "awsttl renews {profile}; ask again in a moment"
