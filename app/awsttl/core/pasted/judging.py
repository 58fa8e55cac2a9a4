"""Groups of values → sessions, or the reason why they are none.

No group is half understood: a session is whole and without contradiction, or it is refused with
what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from awsttl.core.pasted import moments
from awsttl.core.pasted.keys import Extent, account_of_key, facts_of_token
from awsttl.core.pasted.model import KEYS, LONG_TERM, TEMPORARY, Field, Pasted, Reading
from awsttl.core.pasted.sessions import Group
from awsttl.core.pasted.values import ID_LENGTH, SECRET_LENGTH, Verdict, has_mixture, judge
from awsttl.core.remedies import Problem, Remedy
from awsttl.core.secret import Secret

_AGAIN: Final = Remedy("copy all of it again")
_ONE_ONLY: Final = Remedy("copy one of them only")
_PROFILE_NAME: Final = re.compile(r"[\w.@:/+ -]{1,128}")

_GRAVITY: Final = ("placeholders", "wrong-key", "half", "cut-off", "no-token", "contradiction")
"""Codes of problems, the gravest last: of several, that one is told."""


def judge_groups(found: Sequence[Group]) -> Reading | None:
    """What the groups of a text are; ``None`` where they say nothing at all."""
    whole, rest = _sorted_out(found)
    if rest:
        group, problem = max(rest, key=lambda pair: _GRAVITY.index(pair[1].code))
        is_credentials = bool(whole) or any(_holds_secret(group) for group, _ in rest)
        return Reading((), problem, understood(group), is_credentials)
    if not whole:
        return None
    sessions = tuple(map(_session, whole))
    several = _several(sessions) if len(sessions) > 1 else None
    return Reading(sessions, several, is_credentials=True)


def _sorted_out(found: Iterable[Group]) -> tuple[list[Group], list[tuple[Group, Problem]]]:
    """The whole sessions, each once, and what else must not be passed over."""
    whole: dict[str, Group] = {}
    broken = []
    for group in found:
        if (problem := _problem(group)) is not None:
            broken.append((group, problem))
            continue
        same = whole.setdefault(group.text(Field.ID), group)
        if same is group:
            continue
        if any(same.text(field) != group.text(field) for field in KEYS):
            message = f"the key …{group.text(Field.ID)[-4:]} comes with two secrets, or two tokens"
            broken.append((group, Problem("contradiction", message, _AGAIN)))
        same.complete(group)
    known = {group.values[field].value for group in whole.values() for field in group.values}
    return list(whole.values()), [
        (group, problem)
        for group, problem in broken
        if _matters(group, known) or problem.code == "contradiction" or not whole
        if not _is_weak(group)
    ]


def _matters(group: Group, known: set[Secret]) -> bool:
    """Whether a group beside whole sessions has a secret that is none of theirs."""
    return any(
        group.values[field].value not in known and judge(field, group.text(field)) is Verdict.REAL
        for field in (Field.SECRET, Field.TOKEN)
        if field in group.values and not group.values[field].weak
    )


def _is_weak(group: Group) -> bool:
    """Whether all that there is came under names that say little."""
    return all(group.values[field].weak for field in KEYS if field in group.values)


def _holds_secret(group: Group) -> bool:
    """Whether something of it must not be shown."""
    identifier, secret, token = map(group.text, KEYS)
    if judge(Field.ID, identifier) is Verdict.PLACEHOLDER:
        return False
    return (judge(Field.SECRET, secret) in _TELLING and has_mixture(secret)) or (
        judge(Field.TOKEN, token) in _TELLING and len(token) >= 2 * SECRET_LENGTH
    )


_TELLING: Final = (Verdict.REAL, Verdict.CUT_OFF)


def _problem(group: Group) -> Problem | None:
    """Why a group is no session; ``None`` where it is one."""
    for field in KEYS:
        if (text := group.text(field)) and (problem := _problem_of_value(field, text)):
            return problem
    identifier, secret, token = map(group.text, KEYS)
    if not identifier or not secret:
        missing = Field.SECRET if identifier else Field.ID
        if token and not identifier and not secret:
            message = "half a session: there is a session token, but no access key"
        else:
            message = f"half a session: the {missing} is missing"
        return Problem("half", message, _AGAIN)
    four = identifier[-4:]
    if identifier.startswith(TEMPORARY) and not token:
        message = f"the key {TEMPORARY}…{four} is temporary, and its session token is missing"
        return Problem("no-token", message, Remedy("copy the session token, too"))
    if identifier.startswith(LONG_TERM) and token:
        message = f"the key {LONG_TERM}…{four} is a long-term one, which has no session token"
        return Problem("contradiction", message, Remedy("copy what belongs together"))
    return _contradiction(identifier, token)


def _problem_of_value(field: Field, text: str) -> Problem | None:
    match judge(field, text):
        case Verdict.REAL:
            is_cut = field is Field.TOKEN and facts_of_token(text).extent is Extent.CUT_OFF
            return _cut_off(field, text) if is_cut else None
        case Verdict.CUT_OFF:
            return _cut_off(field, text)
        case Verdict.WRONG:
            message = f"{text[:4]}… is the id of something else than an access key"
            return Problem("wrong-key", message, Remedy("copy the access key id"))
        case _:
            message = f"the {field} is a placeholder, as in an example"
            return Problem("placeholders", message, Remedy("put real credentials in its place"))


def _cut_off(field: Field, text: str) -> Problem:
    message = f"the {field} is not all there"
    if field is not Field.TOKEN:
        right = ID_LENGTH if field is Field.ID else SECRET_LENGTH
        message = f"the {field} has {len(text)} characters, and not {right}"
    return Problem("cut-off", message, _AGAIN)


def _contradiction(identifier: str, token: str) -> Problem | None:
    """Whether key and token are of two sessions, as far as they tell."""
    of_key, of_token = account_of_key(identifier), facts_of_token(token).account_id
    if not of_key or not of_token or of_key == of_token:
        return None
    message = (
        f"the key …{identifier[-4:]} is of account {of_key}, and the session token of {of_token}"
    )
    return Problem("contradiction", message, Remedy("copy what belongs together"))


def _several(sessions: Sequence[Pasted]) -> Problem:
    ends = ", ".join(f"…{session.last_four}" for session in sessions[:4])
    more = f" and {len(sessions) - 4} more" if len(sessions) > 4 else ""
    count = "two" if len(sessions) == 2 else str(len(sessions))
    return Problem("two-sessions", f"{count} sessions in one text: {ends}{more}", _ONE_ONLY)


def _session(group: Group) -> Pasted:
    token = group.text(Field.TOKEN)
    return Pasted(
        group.text(Field.ID),
        Secret(group.text(Field.SECRET)),
        Secret(token) if token else None,
        moments.instant(group.text(Field.EXPIRY)) if token else None,
        facts_of_token(token).issued_at,
        group.text(Field.REGION),
        group.profile if _PROFILE_NAME.fullmatch(group.profile) else "",
    )


def understood(group: Group) -> tuple[str, ...]:
    """What there is of a session, in words, without secrets."""
    lines = []
    identifier = group.text(Field.ID)
    if judge(Field.ID, identifier or "-") is Verdict.REAL:
        lines.append(f"{Field.ID}: {identifier[:4]}…{identifier[-4:]}")
    lines += [
        f"{field}: {len(group.text(field))} characters"
        for field in (Field.SECRET, Field.TOKEN)
        if group.text(field)
    ]
    return tuple(lines)
