"""A row at length: every value with its source, every hop of the chain with its time left.

The page is text, and comes with the instant until which it is true.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence

from awsttl.core import countdown, needing
from awsttl.core.files import CacheEntry, Held, Shape
from awsttl.core.ini.setting import Setting
from awsttl.core.model import FOREVER, REUSE_MARGIN, Environment, Hop, Orphan, Renewal, Status
from awsttl.core.named_tuples import NamedTuple
from awsttl.core.profiles.kinds import FACTS
from awsttl.core.remedies import Act, Problem, Remedy, Say
from awsttl.core.view import rows
from awsttl.core.view.rows import Tone


class Detail(NamedTuple):
    """A line of the pane; an empty label continues the one above."""

    label: str
    text: str
    tone: Tone = ""
    aside: str = ""
    """What is shown dim after the text: a source, a unit."""


class Page:
    """What the pane shows, and until when."""

    def __init__(self, title: str, glyph: str, state: str, tone: Tone = "") -> None:
        self.title, self.glyph, self.state = title, glyph, state
        self.tone: Tone = tone
        self.lines: list[Detail] = []
        self.until = FOREVER

    def add(self, label: str, text: str, tone: Tone = "", aside: str = "") -> None:
        """One more line, unless it would be empty."""
        if text:
            self.lines.append(Detail(label, text, tone, aside))

    def insert(self, before: str, lines: Sequence[Detail]) -> None:
        """More lines, before the one with that label."""
        place = next((n for n, line in enumerate(self.lines) if line.label == before), 0)
        self.lines[place:place] = lines

    def tick(self, timed: countdown.Timed) -> str:
        """The text of *timed*; the page is true no longer than that text."""
        self.until = min(self.until, timed.until)
        return timed.text


def page(  # noqa: PLR0913, PLR0917 (what a row shows depends on all of them)
    item: rows.Item,
    now: float,
    say: Say,
    threshold: float = countdown.THRESHOLD,
    settings: Sequence[Setting] = (),
    keep: Collection[str] = (),
) -> Page:
    """The details of a row at *now*; *say* gives the sentence for a remedy.

    *keep*: the profiles that are kept alive.
    """
    match item:
        case Status():
            result = _status_page(item, now, say, threshold, settings)
            state = countdown.standing(item, now, threshold).state
            need = needing.need(item, state, now, keep)
            result.tone = rows.tone(state, needs_you=need.is_there)
            result.until = min(result.until, need.until)
            return result
        case Environment():
            return _environment_page(item, now, say, threshold)
        case Orphan():
            return _orphan_page(item, now, say)


def failed(problem: Problem, say: Say) -> list[Detail]:
    """The lines that say why a renewal failed, to stand before all others."""
    lines = [
        Detail("failed", problem.message, "expired", "the last renewal"),
        Detail("", say(problem.fix), "accent"),
    ]
    for number, line in enumerate(problem.more.splitlines()):
        lines.append(Detail("stderr" if not number else "", line, "dim"))
    return [line for line in lines if line.text]


def _status_page(
    status: Status, now: float, say: Say, threshold: float, settings: Sequence[Setting]
) -> Page:
    profile = status.profile
    state, until = countdown.standing(status, now, threshold)
    result = Page(profile.name, rows.GLYPHS[state], rows.WORDS[state])
    result.until = until
    for problem in status.problems:
        _problem(result, problem, say)
    _clock(result, status, now)
    _renews(result, status, now)
    result.add("kind", str(profile.kind), aside=_kind_note(status))
    _mfa_session(result, status, now, say)
    if len(status.hops) > 1:
        for depth, hop in enumerate(status.hops):
            _hop(result, hop, depth, now)
    _entry(result, status.session.entry if status.session else status.hops[0].entry)
    if status.session and (held := status.session.held):
        _held(result, held)
    if status.shared_with:
        others = ", ".join(status.shared_with[:6])
        more = len(status.shared_with) - 6
        result.add("shared", f"with {others}" + (f" and {more} more" if more > 0 else ""))
    if profile.access_key:
        result.add("key", f"…{profile.access_key}")
    result.add("account", rows.account_id(status), aside=profile.account_name)
    for number, setting in enumerate(settings):
        result.add(
            "settings" if not number else "",
            f"{setting.key} = {setting.value}",
            aside=f"{setting.file}:{setting.line}",
        )
    return result


def _kind_note(status: Status) -> str:
    profile, facts = status.profile, FACTS[status.profile.kind]
    if profile.mfa_session is None:
        return facts.note
    if facts.is_long_term:
        return "no expiry"
    return f"an MFA session, with the keys of {profile.mfa_session.source}"


def _mfa_session(result: Page, status: Status, now: float, say: Say) -> None:
    """For long-term keys: where their MFA session is, and how long it lasts."""
    session = status.profile.mfa_session
    if session is None or not FACTS[status.profile.kind].is_long_term:
        return
    if session.problem is not None:
        _problem(result, session.problem, say)
    elif session.expires_at is None:
        result.add("session", f"none yet; a renewal puts one into profile {session.profile}")
    elif now < session.expires_at:
        result.until = min(result.until, session.expires_at)
        until = countdown.clock_time(session.expires_at, now)
        result.add("session", f"in profile {session.profile} until {result.tick(until)}")
    else:
        ended = result.tick(countdown.ago(session.expires_at, now))
        result.add("session", f"in profile {session.profile}, ended {ended}")


def _problem(result: Page, problem: Problem, say: Say) -> None:
    result.add("problem", problem.message, "expired" if problem.blocks else "expiring")
    result.add("", say(problem.fix), "accent")


def _clock(result: Page, status: Status, now: float) -> None:
    instant = countdown.expires_at(status)
    session = status.session
    if instant is None:
        lapsed = countdown.lapsed_at(status)
        if session is not None and session.held and session.held.lasts:
            result.add("ends", "never: these are long-term keys", "dim")
        elif session is not None:
            result.add("ends", "unknown: no expiry was recorded for these keys", "expiring")
        elif lapsed is not None and lapsed <= now:
            result.add("ended", result.tick(countdown.ago(lapsed, now)), "expired", "the sign-in")
        elif FACTS[status.profile.kind].session_in and not status.broken:
            words = result.tick(_at_use(status, now)).format("one", "first")
            result.add("ends", f"no session yet: the AWS CLI {words}", "dim")
        return
    if now >= instant:
        result.add("ended", result.tick(countdown.ago(instant, now)), "expired", _moment(instant))
        return
    result.add("ends in", result.tick(countdown.left(instant, now)), "", _moment(instant))
    if session is None or session.reuse_until is None:
        return
    if now < session.reuse_until:
        result.until = min(result.until, session.reuse_until)
        aside = "from then on the AWS CLI gets a new one"
        result.add("reused", f"until {_hour(session.reuse_until)}", "", aside)
    else:
        words = result.tick(_at_use(status, now)).format("a new one", "next")
        result.add("reused", f"no more: the AWS CLI {words}", "expiring")
    written = session.entry.written_at if session.entry else 0.0
    if FACTS[status.profile.kind].is_assumed and 0 < instant - written <= REUSE_MARGIN + 5:
        result.add("", "it lasts 15 minutes or less, so it is never reused", "expiring")


def _at_use(status: Status, now: float) -> countdown.Timed:
    """What the AWS CLI does for a new session. ``{0}`` in it is the session, ``{1}`` the use."""
    from awsttl.core.why.prediction import V2, Effect, predict_status

    _, until = countdown.needs(status, now)
    prediction = predict_status(status, {}, now, V2)
    code = prediction.problem.code if prediction.problem else ""
    if code in ("sign-in", "never-signed-in"):
        words = "fails until you sign in"
    elif code == "source-expired":
        words = "fails until its source has new keys"
    elif prediction.effect is Effect.ASKS:
        words = "asks for a code at {1} use"
    else:
        words = "gets {0} at {1} use"
    return countdown.Timed(words, until)


def _renews(result: Page, status: Status, now: float) -> None:
    needs, until = countdown.needs(status, now)
    result.until = min(result.until, until)
    sign_in = FACTS[status.profile.kind].sign_in
    asides = {
        Renewal.SILENT: "by the AWS CLI itself, at its next use"
        if sign_in and sign_in.is_session
        else "nobody is asked",
        Renewal.MFA: _device(status) or "a hop of the chain asks",
        Renewal.SIGN_IN: "in a browser",
        Renewal.PROCESS: "runs its credential_process",
        Renewal.PASTE: "by the person or tool that put the keys there",
    }
    for number, need in enumerate(needs):
        if need is not Renewal.NOTHING:
            result.add("renews" if not number else "", rows.renews_text([need]), "", asides[need])


def _device(status: Status) -> str | None:
    session = status.profile.mfa_session
    return session.serial if session else status.profile.mfa_serial


def _hop(result: Page, hop: Hop, depth: int, now: float) -> None:
    lead = "  " * (depth - 1) + "└ " if depth else ""
    what = str(hop.link.kind) if hop.link.is_profile else ""
    label = rows.hop_label(hop)
    clock, tone = _hop_clock(result, hop, now)
    text = f"{lead}{label}" + (f"  {clock}" if clock else "")
    result.add("chain" if not depth else "", text, tone, what)


def _hop_clock(result: Page, hop: Hop, now: float) -> tuple[str, Tone]:
    if hop.expires_at is None:
        if hop.link.cache_names:
            return ("not signed in" if not hop.link.is_profile else "no session yet"), "dim"
        return "", ""
    if now < hop.expires_at:
        tone: Tone = "" if hop.usable(now) else "expiring"
        return result.tick(countdown.left(hop.expires_at, now)), tone
    if hop.usable(now):
        return "refreshes by itself", ""
    ended = result.tick(countdown.ago(hop.expires_at, now))
    return f"expired {ended}", "expired"


def _entry(result: Page, entry: CacheEntry | None) -> None:
    if entry is None:
        return
    folder, _, name = entry.path.rpartition("/")
    written = f"written {_moment(entry.written_at)}" if entry.written_at else ""
    result.add("file", name, "", written)
    result.add("", f"in {_tilde(folder)}", "dim")
    if entry.open_to_others:
        result.add("", "readable by other users of this machine: chmod 600", "expiring")


def _held(result: Page, held: Held) -> None:
    note = "in memory only; the AWS CLI runs the process itself each time"
    result.add("held", note, "", f"since {_moment(held.got_at)}")
    result.add("key", f"…{held.access_key_id[-4:]}")


def _tilde(folder: str) -> str:
    place = folder.find("/.aws/")
    return "~" + folder[place:] if place > 0 else folder


def _environment_page(environment: Environment, now: float, say: Say, threshold: float) -> Page:
    state, until = countdown.environment_standing(environment, now, threshold)
    tone = rows.tone(state, needs_you=needing.environment_need(state))
    result = Page("environment", rows.GLYPHS[state], rows.WORDS[state], tone)
    result.until = until
    for problem in environment.problems:
        _problem(result, problem, say)
    if environment.expires_at is not None:
        text = result.tick(countdown.left(environment.expires_at, now))
        label = "ended" if now >= environment.expires_at else "ends in"
        result.add(label, text, tone, environment.expiry_variable)
    result.add("leads to", environment.leads_to, aside="as the address tells; nobody was asked")
    result.add("kind", str(environment.kind), aside="of awsttl's own environment")
    result.add("whose", ", ".join(environment.session_of), aside="the same access key")
    for number, name in enumerate(environment.variables):
        aside = f"…{environment.access_key}" if name == "AWS_ACCESS_KEY_ID" else ""
        result.add("set" if not number else "", name, "", aside)
    if environment.leads_to:
        result.add("gives way", "to every profile with credentials, [default] too")
        result.add("", say(Remedy(act=Act.UNSET)), "accent")
        return result
    if environment.profile:
        result.add("selects", environment.profile, "", "these keys win over it all the same")
    result.add("shadows", "every profile, unless --profile is given", "expiring")
    result.add("", say(Remedy(act=Act.UNSET)), "accent")
    return result


def _orphan_page(orphan: Orphan, now: float, say: Say) -> Page:
    state, word = rows.orphan_standing(orphan, now)
    result = Page(orphan.entry.name, rows.GLYPHS[state], word, rows.tone(state, needs_you=False))
    instant = orphan.entry.expires_at
    if instant is None:
        result.add("problem", orphan.reason, "expired")
    else:
        result.add("why", "no profile in config or credentials leads to this entry")
        label = "ended" if now >= instant else "ends in"
        result.add(label, result.tick(countdown.left(instant, now)), "", _moment(instant))
    result.add("account", orphan.entry.account_id)
    result.add("role", orphan.entry.role)
    _entry(result, orphan.entry)
    if orphan.entry.shape in (Shape.ROLE, Shape.SSO_ROLE):
        result.add("", say(Remedy(act=Act.CLEAR)), "accent")
    else:
        result.add(
            "", "awsttl leaves it alone: nothing tells what it was; remove it yourself", "dim"
        )
    return result


def _moment(instant: float) -> str:
    try:
        return time.strftime("%a %d %b %H:%M:%S %Z", time.localtime(instant))
    except (OverflowError, OSError, ValueError):
        return ""


def _hour(instant: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(instant))
