"""Pasting: a session out of a text, into a profile, for whichever face."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from awsttl.core.countdown import left
from awsttl.core.ini.plans import Which
from awsttl.core.pasted import placing
from awsttl.core.pasted.better import Better, better
from awsttl.core.pasted.model import Pasted
from awsttl.core.pasted.placing import Placing
from awsttl.core.snippets import Credentials

if TYPE_CHECKING:
    from awsttl.core.files import Files

__all__ = ["Which"]


class Whose(NamedTuple):
    """What AWS says of the keys."""

    words: str
    """The account and the ARN; or why AWS does not say."""
    better: Better | None = None
    """The way to such sessions without pasting."""


class Answer(NamedTuple):
    """Where a person wants a session, and how long they say that it lasts."""

    name: str
    which: Which = Which.CREDENTIALS
    lasts: float | None = None
    """Seconds; ``None`` where they do not know, or where the text says it."""
    better: Better | None = None
    """What the profile is to be in place of pasted keys."""


def place(session: Pasted, answer: Answer, files: Files, now: float) -> Placing:
    """What writing the session there does."""
    ends = placing.ends(session, answer.lasts, now)
    return placing.place(session, answer.name, answer.which, files, ends)


def said(session: Pasted) -> str:
    """What the log says of it."""
    return f"keys …{session.last_four} pasted"


def understood(session: Pasted, now: float) -> tuple[tuple[str, str], ...]:
    """What was understood of a session, as labels with words, without secrets."""
    kind = "temporary" if session.is_temporary else "long-term"
    lines = [("key", f"{session.access_key_id[:4]}…{session.last_four}, {kind}")]
    if session.is_temporary:
        lines.append(("ends", _end(session, now)))
    if session.region:
        lines.append(("region", session.region))
    return tuple(lines)


def _end(session: Pasted, now: float) -> str:
    ends, issued = session.expires_at, session.issued_at
    if ends is not None:
        return f"in {left(ends, now).text}" if ends > now else f"expired {left(ends, now).text}"
    if issued is not None and now - placing.LONGEST < issued <= now:
        return f"the text does not say; AWS made the token {left(issued, now).text}"
    return "the text does not say"


def in_a_line(session: Pasted, now: float) -> str:
    """The same for a choice among several."""
    words = dict(understood(session, now))
    if session.expires_at is None:
        words.pop("ends", None)
    name = f"  [{session.profile}]" if session.profile else ""
    return ", ".join(words.values()) + name


def whose(session: Pasted, name: str, files: Files) -> Whose:
    """Ask AWS whose the keys are (``GetCallerIdentity``), or why it does not say. Blocks.

    It takes four seconds at most.
    """
    from awsttl.aws import probes

    is_known = name in files.config.sections or name in files.credentials.sections
    keys = Credentials(
        session.access_key_id,
        session.secret_access_key,
        session.session_token,
        session.expires_at,
        session.region,
    )
    found = probes.who(name if is_known else "", keys)
    if isinstance(found, probes.Identity):
        way = better(found.arn, files, session.region)
        return Whose(f"account {found.account}, {found.arn}", way)
    return Whose(found.message)
