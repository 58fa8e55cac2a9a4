"""One row in words: a profile, the environment or a cache entry at a moment → plain strings.

:func:`row` is called for visible rows only. Which rows there are, and in which order, is decided in
:mod:`~awsttl.core.view.arrangement`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final, Literal

from awsttl.core import countdown, needing
from awsttl.core.model import (
    FOREVER,
    Environment,
    Hop,
    Orphan,
    Profile,
    Renewal,
    State,
    Status,
)
from awsttl.core.named_tuples import NamedTuple
from awsttl.core.profiles.kinds import FACTS, has_clock, sign_in_of

ENVIRONMENT_KEY: Final = "environment"
ENVIRONMENT_NAME: Final = "(environment)"

GLYPHS: Final = {
    State.VALID: "●",
    State.EXPIRING: "◐",
    State.EXPIRED: "○",
    State.NONE: "·",
    State.LONG_TERM: "∞",
    State.UNKNOWN: "?",
    State.BROKEN: "✗",
}
AUTO: Final = "auto"
"""What RENEWS says where nobody is asked."""
WORDS: Final = {state: str(state) for state in State} | {State.NONE: "no session"}

Tone = Literal["", "dim", "accent", "valid", "expiring", "expired", "quiet"]
"""What a colour means: ``expired`` is the red that needs somebody, ``quiet`` is at rest."""

_TONES: Final[Mapping[State, tuple[Tone, Tone]]] = {
    State.VALID: ("valid", "valid"),
    State.EXPIRING: ("valid", "expiring"),
    State.EXPIRED: ("quiet", "expired"),
    State.NONE: ("quiet", "expiring"),
    State.LONG_TERM: ("quiet", "quiet"),
    State.UNKNOWN: ("expiring", "expiring"),
    State.BROKEN: ("expiring", "expired"),
}
"""State → its tone where it needs nobody, and where it needs somebody."""


def tone(state: State, *, needs_you: bool) -> Tone:
    """How urgent a state looks: red is for what needs somebody and for nothing else."""
    return _TONES[state][needs_you]


LIVE: Final = "⇄"
"""How a finding begins that says how many shells live on a profile: nothing is wrong with it."""

Item = Status | Environment | Orphan
"""What a row can stand for."""


def key(item: Item) -> str:
    """A name for the row, which stays the same when the order changes."""
    match item:
        case Status():
            return f"profile {item.profile.name}"
        case Environment():
            return ENVIRONMENT_KEY
        case Orphan():
            return f"entry {item.entry.path}"


class Row(NamedTuple):
    """One row in words. ``until`` is the instant up to which all of them are true."""

    key: str
    state: State
    name: str
    word: str = ""
    left: str = ""
    meter: int = -1
    """Half cells of the meter that are filled; -1 for no meter."""
    mark: int = -1
    """The cell's border at which the meter bears the mark of the reuse point; -1 for no mark."""
    ends: str = ""
    """The local time at which it ends, or ended."""
    renews: str = ""
    source: str = ""
    account: str = ""
    role: str = ""
    region: str = ""
    note: str = ""
    """What is wrong; it is shown in place of the columns after the name."""
    finding: str = ""
    """What else should be known; it is shown in place of the last columns."""
    until: float = FOREVER
    needs_you: bool = False
    """Whether only a person can help it."""

    @property
    def is_entry(self) -> bool:
        """Whether this row is a cache entry, and not a profile."""
        return self.key.startswith("entry ")

    @property
    def tone(self) -> Tone:
        """How urgent it looks."""
        return tone(self.state, needs_you=self.needs_you)

    @property
    def glyph(self) -> str:
        """The state in one character, so that it does not depend on colour."""
        return GLYPHS[self.state]


def row(
    item: Item,
    now: float,
    threshold: float = countdown.THRESHOLD,
    keep: Collection[str] = (),
) -> Row:
    """The words for one row at *now*. *keep*: the profiles that are kept alive."""
    match item:
        case Status():
            return _status_row(item, now, threshold, keep)
        case Environment():
            return _environment_row(item, now, threshold)
        case Orphan():
            return _orphan_row(item, now)


def _status_row(status: Status, now: float, threshold: float, keep: Collection[str]) -> Row:
    profile = status.profile
    state, until = countdown.standing(status, now, threshold)
    if broken := status.broken:
        return Row(
            key(status), state, profile.name, WORDS[state], note=broken.message, needs_you=True
        )
    need = needing.need(status, state, now, keep)
    needs, needs_until = countdown.needs(status, now)
    source, source_until = source_text(status, now)
    instant = countdown.expires_at(status)
    if instant is None and state is State.EXPIRED:
        instant = countdown.lapsed_at(status)
    left, meter, ends = _clock(instant, now)
    session = status.session
    return Row(
        key(status),
        state,
        profile.name,
        WORDS[state],
        left.text or _TIMELESS.get(state, ""),
        int(meter.text),
        countdown.meter_mark(instant, session.reuse_until) if instant and session else -1,
        ends.text,
        renews_text(needs),
        source,
        account_id(status),
        profile.role,
        profile.region,
        until=min(
            until, need.until, needs_until, source_until, left.until, meter.until, ends.until
        ),
        needs_you=need.is_there,
    )


_TIMELESS: Final = {State.LONG_TERM: "∞", State.UNKNOWN: "?"}
_NEVER: Final = countdown.Timed("", FOREVER)
_NO_CLOCK: Final = (
    countdown.Timed("", FOREVER),
    countdown.Timed("-1", FOREVER),
    countdown.Timed("", FOREVER),
)


def _clock(
    instant: float | None, now: float
) -> tuple[countdown.Timed, countdown.Timed, countdown.Timed]:
    if instant is None:
        return _NO_CLOCK
    return (
        countdown.left(instant, now),
        countdown.meter(instant, now),
        # UNTIL over a time that is past would be no answer; LEFT says how long ago it was.
        countdown.clock_time(instant, now) if now < instant else _NEVER,
    )


def renews_text(needs: Iterable[Renewal]) -> str:
    """What a new session asks, in one word: ``mfa``, or ``mfa+process`` where it asks for both.

    What asks nobody is ``auto``, as people say it; programs read ``silent``.
    """
    return "+".join([AUTO if need is Renewal.SILENT else need for need in needs])


def account_id(status: Status) -> str:
    """The account id: as configured, else as the file of the session has it."""
    session = status.session
    own = (session.entry or session.held) if session else None
    return status.profile.account_id or (own.account_id if own else "")


def _environment_row(environment: Environment, now: float, threshold: float) -> Row:
    state, until = countdown.environment_standing(environment, now, threshold)
    left, meter, ends = _clock(environment.expires_at, now)
    note = next((problem.message for problem in environment.problems if problem.blocks), "")
    return Row(
        ENVIRONMENT_KEY,
        state,
        ENVIRONMENT_NAME,
        "served" if environment.leads_to else WORDS[state],
        left.text or _TIMELESS.get(state, ""),
        int(meter.text),
        ends=ends.text,
        renews=str(Renewal.PASTE if FACTS[environment.kind].is_temporary else Renewal.NOTHING),
        source=environment_source(environment),
        note=note,
        until=min(until, left.until, meter.until, ends.until),
        needs_you=needing.environment_need(state),
    )


def environment_source(environment: Environment) -> str:
    """Whose session the environment holds, as far as that can be told; else what is set."""
    variables = ", ".join(environment.variables)
    if environment.leads_to:
        return f"{environment.leads_to}: {variables}"
    if not environment.session_of:
        return variables
    first, *others = environment.session_of
    what = "session" if FACTS[environment.kind].is_temporary else "keys"
    more = f" and {len(others)} more" if others else ""
    return f"{what} of {first}{more}: {variables}"


def orphan_name(orphan: Orphan) -> str:
    """The name of a cache entry that belongs to no profile: its file's name, shortened."""
    return f"{orphan.entry.name[:8]}…json"


def _orphan_row(orphan: Orphan, now: float) -> Row:
    instant = orphan.entry.expires_at
    left, meter, ends = _clock(instant, now)
    state, word = orphan_standing(orphan, now)
    return Row(
        key(orphan),
        state,
        orphan_name(orphan),
        word,
        left.text,
        int(meter.text),
        ends=ends.text,
        source="no profile" if instant is not None else "",
        account=orphan.entry.account_id,
        role=orphan.entry.role,
        note=orphan.entry.reason if instant is None else "",
        until=min(left.until, meter.until, ends.until),
    )


def orphan_standing(orphan: Orphan, now: float) -> tuple[State, str]:
    """The state of a cache entry of no profile, and the word that is shown in its place."""
    instant = orphan.entry.expires_at
    if instant is None:
        return State.BROKEN, "corrupt"
    return (State.EXPIRED if now >= instant else State.VALID), "orphan"


def source_text(status: Status, now: float) -> countdown.Timed:
    """Where the session comes from: the hops behind it, the first that ends with its time left."""
    parts: list[str] = []
    until = FOREVER
    clocked = False
    for hop in status.hops[1:]:
        label = hop_label(hop)
        if has_clock(hop.link) and not clocked and hop.expires_at is not None:
            clocked = True
            clock = _hop_clock(hop, now)
            label = f"{label} {clock.text}"
            until = min(until, clock.until)
        sign_in = sign_in_of(hop.link)
        if sign_in is None or not sign_in.is_session:
            parts.append(label)
    if not parts:
        parts.append(own_source(status.profile))
    return countdown.Timed(" › ".join(parts), until)


def own_source(profile: Profile) -> str:
    """Where the session of a profile without a chain comes from."""
    facts = FACTS[profile.kind]
    if facts.is_temporary and profile.mfa_session:
        return profile.mfa_session.source
    return facts.source


def hop_label(hop: Hop) -> str:
    """A hop in a word or two; ``sso`` stands before an SSO session, to tell it from a profile."""
    sign_in = sign_in_of(hop.link)
    if sign_in is None or not sign_in.label:
        return hop.link.name
    host = hop.link.name.removeprefix("https://").removesuffix("/").removesuffix("/start")
    return f"{sign_in.label} {host.removesuffix('.awsapps.com')}"


def _hop_clock(hop: Hop, now: float) -> countdown.Timed:
    assert hop.expires_at is not None
    clock = countdown.coarse(hop.expires_at, now)
    if clock.text == "expired" and hop.usable(now):
        # Its time is over, but the AWS CLI refreshes it without a browser.
        assert hop.usable_until is not None
        return countdown.Timed("refreshable", hop.usable_until)
    return clock
