"""Which profiles of this machine an error may concern, where its words do not name them."""

from __future__ import annotations

from collections.abc import Mapping

from awsttl.core.model import Snapshot
from awsttl.core.profiles import environment
from awsttl.core.profiles.kinds import sign_in_of
from awsttl.core.why import causes
from awsttl.core.why.prediction import MACHINE, V1, V2, Prediction, predict, predict_status


class Machine:
    """The profiles of a machine, in that environment and at that moment (seconds UTC)."""

    def __init__(self, snapshot: Snapshot, environ: Mapping[str, str], now: float) -> None:
        self._snapshot, self._environ, self._now = snapshot, environ, now

    def has_no_such_sign_in(self, code: str, name: str) -> bool:
        """Whether a cause is a sign-in's, and that profile of this machine has none."""
        status = self._snapshot.status(name)
        return code in causes.SIGN_INS and status is not None and not causes.signs_in(status)

    def behind(self, sign_in: str) -> tuple[str, ...]:
        """The profiles whose sign-in has that name, or that file name."""
        return tuple(
            status.name
            for status in self._snapshot.profiles
            for hop in status.hops
            if sign_in_of(hop.link) and sign_in in (hop.link.name, *hop.link.cache_names)
        )

    def with_a_session(self, code: str) -> tuple[str, ...]:
        """The candidates with an ``sso-session``, in whose place a client may name the URL."""
        return tuple(
            name
            for name in self.candidates(code)
            if (status := self._snapshot.status(name)) and status.hops[-1].link.refreshes
        )

    def behind_the_sign_in(self) -> tuple[str, ...]:
        """The profiles behind SSO, where there is one sign-in for all of them."""
        behind = {
            status.name: hop.link.name
            for status in self._snapshot.profiles
            for hop in status.hops
            if (sign_in := sign_in_of(hop.link)) and not sign_in.is_session
        }
        return tuple(behind) if len(set(behind.values())) == 1 else ()

    def candidates(self, code: str) -> tuple[str, ...]:
        """The profiles for which an AWS CLI would fail like this now.

        First the one that a command without ``--profile`` would take.
        """
        names: dict[str, None] = {}
        for cli in (V2, V1):
            if _fails_so(code, predict(self._snapshot, None, self._environ, self._now, cli)):
                name = environment.selected(self._environ, cli.profile_variables)
                names["default" if name is None else name] = None
        for status in self._snapshot.profiles:
            predictions = (
                predict_status(status, self._environ, self._now, cli) for cli in (V2, V1)
            )
            if any(_fails_so(code, prediction) for prediction in predictions):
                names[status.name] = None
        return tuple(names)


def _fails_so(code: str, prediction: Prediction) -> bool:
    if prediction.problem is not None:
        return prediction.problem.code == code
    # A machine that is asked for credentials may have none.
    asks_machine = any(step.action in MACHINE for step in prediction.steps)
    return asks_machine and code in ("no-credentials", "source-empty")
