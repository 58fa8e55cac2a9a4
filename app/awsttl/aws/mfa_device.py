"""One MFA code, and the one session that several renewals get for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from awsttl.core.secret import Secret
from awsttl.core.why import causes

Keys = Mapping[str, Any]

ENOUGH_FOR_ROLES: Final = 900
"""Seconds that a session is to last which is used at once to assume roles: AWS's shortest."""


@dataclass(slots=True)
class MfaDevice:
    """An MFA device with the code that the person read from it.

    ``shared`` says that more than one role waits for the code. Then the role that comes first
    exchanges it for a session, and all use that session. ``seconds`` is how long the session is to
    last: the longest time that any of the waiting renewals asks for, since some keep the session.
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
        ``GetSessionToken``, or the source is itself a session). Then the first caller may use the
        code as it is, and for all others ``ValueError`` says that the code is spent.

        A code that was refused is not tried again: the same error is raised for every role.
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
