"""One MFA code, and the profiles that wait for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from awsttl.core.model import Secret
from awsttl.core.why import causes

Keys = Mapping[str, Any]

ENOUGH_FOR_ROLES: Final = 900
"""Seconds that a session lasts with which roles are assumed at once: the shortest there is."""


@dataclass(slots=True)
class MfaDevice:
    """A device with the code that the person read off it.

    ``shared`` says that more than one role is waiting, so that the code must be exchanged for
    a session; it is exchanged once, by whichever role comes first. ``seconds`` is how long the
    session lasts: as long as the most demanding of those who wait wants it, since some keep it.
    """

    serial: str
    code: Secret
    shared: bool = False
    seconds: int = ENOUGH_FOR_ROLES
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _keys: Keys | None = field(default=None, repr=False)
    _error: Exception | None = field(default=None, repr=False)

    def session(self, exchange: Callable[[], Keys]) -> Keys | None:
        """The keys of the MFA session. The first caller's *exchange* serves all.

        ``None`` where AWS does not let this source exchange a code (a policy forbids
        ``GetSessionToken``, or the source is itself a session): the first caller may then use
        the code as it is, and all others hear that it is spent.

        A code that was refused is not tried again: every role hears the same error.
        """
        with self._lock:
            if self._error is not None:
                raise self._error
            if self._keys is None:
                try:
                    self._keys = exchange()
                except Exception as error:
                    if causes.explain(str(error), "").code == "not-authorized":
                        self._error = ValueError("the MFA code is spent on another role")
                        return None
                    self._error = error
                    raise
            return self._keys


AskMfa = Callable[[str], MfaDevice]
"""Serial number → the device with a code in it. Blocks; raises :class:`Cancelled`."""
