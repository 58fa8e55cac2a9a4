"""``awsttl list``: the rows of the dashboard as text, or as JSON for programs.

No secret is in either, and of an access key the last four characters at most.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from awsttl.core import countdown, needing
from awsttl.core.model import Environment, Orphan, Snapshot, Status
from awsttl.core.profiles.timestamps import iso_utc
from awsttl.core.remedies import Problem, Say
from awsttl.core.settings import Sort
from awsttl.core.view import json_text, layout, rows


def json_lines(snapshot: Snapshot, now: float, say: Say, keep: Collection[str] = ()) -> list[str]:
    """The lines of the document that README describes; instants are UTC, ISO 8601, with a ``Z``.

    *say* gives the sentence for a remedy; its parts stand beside the sentence. *keep*: the profiles
    that are kept alive. Lines they stay until they are printed: one text of a thousand profiles is
    copied six times on its way, which costs 5 ms.
    """
    return [
        "{",
        f'"generated_at": "{iso_utc(now)}",',
        f'"environment": {_encoded(_environment(snapshot.environment, now, say))},',
        *_list('"profiles": ', (_profile(each, now, say, keep) for each in snapshot.profiles), ","),
        *_list('"orphans": ', map(_orphan, snapshot.orphans), ","),
        *_list('"problems": ', (_problem(each, say) for each in snapshot.problems)),
        "}",
    ]


def _list(name: str, items: Iterable[dict[str, object]], end: str = "") -> list[str]:
    """A list as JSON, each item of it on a line of its own.

    ``json.dumps`` with an indentation writes in Python, and takes a fifth of the command's time.
    Each item is written before the next is made: a thousand at once no longer fit into the
    processor's cache, which costs 4 ms.
    """
    lines = [f"{_encoded(item)}," for item in items]
    if not lines:
        return [f"{name}[]{end}"]
    lines[-1] = lines[-1][:-1]
    return [f"{name}[", *lines, f"]{end}"]


def _encoded(value: object) -> str:
    return json_text.escaped(_encode(value))


_encode: Final = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


def profiles_as_json(profiles: Iterable[Status], now: float, say: Say) -> str:
    """Some of the document's ``profiles``, as a list of their own."""
    return "\n".join(_list("", (_profile(status, now, say) for status in profiles)))


def _instant(instant: float | None) -> str | None:
    # Only years that ISO 8601, and the programs that read it, can express.
    if instant is None or not _YEAR_1 <= instant < _YEAR_10000:
        return None
    return iso_utc(instant)


_YEAR_1: Final = -62_135_596_800
_YEAR_10000: Final = 253_402_300_800


def _profile(status: Status, now: float, say: Say, keep: Collection[str] = ()) -> dict[str, object]:
    profile, session, parent = status.profile, status.session, status.parent
    expires_at = session.expires_at if session else None
    state = countdown.standing(status, now).state
    needs = status.needs(now)
    return {
        "profile": profile.name,
        "kind": profile.kind,
        "state": state,
        "needs_you": needing.need(status, state, now, keep).is_there,
        "renewal": needs[-1],
        "needs": [need for need in needs if need.asks],
        "expires_at": _instant(expires_at),
        "seconds_left": None if expires_at is None else max(0, int(expires_at - now)),
        "reuse_until": _instant(session.reuse_until) if session else None,
        "parent": parent
        and {
            "kind": parent.kind,
            "name": parent.name,
            "expires_at": _instant(parent.expires_at),
        },
        "chain": list(profile.chain),
        "account_id": rows.account_id(status) or None,
        "role": profile.role or None,
        "region": profile.region or None,
        "sso_session": profile.sso_session or None,
        "mfa_serial": profile.mfa_serial,
        "cache_file": session.entry.path if session and session.entry else None,
        "shared_with": list(status.shared_with),
        "problems": [_problem(problem, say) for problem in status.problems],
    }


def _environment(environment: Environment | None, now: float, say: Say) -> dict[str, object] | None:
    if environment is None:
        return None
    expires_at = environment.expires_at
    state = countdown.environment_standing(environment, now).state
    return {
        "kind": environment.kind,
        "state": state,
        "needs_you": needing.environment_need(state),
        "variables": list(environment.variables),
        "session_of": list(environment.session_of),
        "leads_to": environment.leads_to or None,
        "profile": environment.profile or None,
        "expires_at": _instant(expires_at),
        "seconds_left": None if expires_at is None else max(0, int(expires_at - now)),
        "problems": [_problem(problem, say) for problem in environment.problems],
    }


def _orphan(orphan: Orphan) -> dict[str, object]:
    return {
        "file": orphan.entry.path,
        "reason": orphan.reason,
        "expires_at": _instant(orphan.entry.expires_at),
    }


def _problem(problem: Problem, say: Say) -> dict[str, object]:
    return {
        "code": problem.code,
        "message": problem.message,
        "fix": say(problem.fix),
        "remedy": problem.fix.fields(),
    }


def narrowed(  # noqa: PLR0913 (each says something else of which are left)
    snapshot: Snapshot,
    profiles: Iterable[Status],
    states: Collection[str],
    now: float,
    keep: Collection[str] = (),
    *,
    only_needing: bool = False,
) -> Snapshot:
    """The snapshot with these profiles alone, of these states; with no states, of any.

    With *only_needing*, those alone that need somebody.
    """
    found = []
    for status in profiles:
        state = countdown.standing(status, now).state
        if states and state not in states:
            continue
        if not only_needing or needing.need(status, state, now, keep).is_there:
            found.append(status)
    return snapshot._replace(profiles=tuple(found), environment=None, orphans=())


def ordered(
    snapshot: Snapshot, sort: Sort, now: float, keep: frozenset[str] = frozenset()
) -> Snapshot:
    """The snapshot with its profiles in the dashboard's order."""
    from awsttl.core.view.arrangement import arrange
    from awsttl.core.view.ranking import View

    items = arrange(snapshot, View(sort=sort, keep=keep), now).items
    return snapshot._replace(profiles=tuple(item for item in items if isinstance(item, Status)))


def why_empty(snapshot: Snapshot, files: Sequence[str]) -> str:
    """What to say where there is no profile; *files* are the paths where they would stand."""
    places = " or ".join(map(layout.printable, files))
    if snapshot.unread:
        return f"no profile can be read from {places}"
    return f"no profiles in {places}; try: aws configure sso"


def as_table(  # noqa: PLR0913 (each says something else of how the rows are shown)
    snapshot: Snapshot,
    now: float,
    width: int,
    sort: Sort = Sort.URGENCY,
    columns: Sequence[str] = (),
    *,
    nothing: str,
    keep: frozenset[str] = frozenset(),
) -> str:
    """The same rows as the dashboard shows, in its order, for a terminal or a pager.

    *nothing* is said where there is no row.
    With *columns*, names of :data:`COLUMNS`, these alone, each as wide as what is in it. *keep*:
    the profiles that are kept alive.
    """
    # JSON comes in the order of the files, and need not wait for what orders rows: 1.5 ms.
    from awsttl.core.view.arrangement import arrange
    from awsttl.core.view.names import told_apart
    from awsttl.core.view.ranking import View

    arrangement = arrange(snapshot, View(sort=sort, keep=keep), now)
    if columns:
        listed = [rows.row(item, now, keep=keep) for item in arrangement.items]
        return _columns(listed, columns)
    chosen = [
        column for column in layout.columns(width, arrangement.wanted) if column.field != "meter"
    ]
    gap = " " * layout.GAP
    lines = ["  " + gap.join(layout.fit(c.title, c.width, right=c.right) for c in chosen)]
    if not snapshot.profiles and not arrangement.items:
        lines = [nothing]
    names = [status.name for status in snapshot.profiles]
    short = told_apart(names, chosen[0].width)
    lines.extend(_line(rows.row(item, now), chosen, width, short) for item in arrangement.items)
    lines.extend(f"! {layout.printable(problem.message)}" for problem in snapshot.problems)
    return "\n".join(line.rstrip() for line in lines)


COLUMNS: Final[Mapping[str, str]] = {
    name: column.field for name, column in layout.NAMED.items() if column.field != "meter"
}
"""The columns that can be asked for, by their titles → the fields of a row."""


def _columns(shown: Sequence[rows.Row], titles: Sequence[str]) -> str:
    table = [[title.upper() for title in titles]]
    table += [[layout.printable(_cell(row, COLUMNS[title])) for title in titles] for row in shown]
    widths = [max(map(layout.cell_width, column)) for column in zip(*table, strict=True)]
    gap = " " * layout.GAP
    lines = (
        gap.join(layout.fit(text, width) for text, width in zip(line, widths, strict=True))
        for line in table
    )
    return "\n".join(line.rstrip() for line in lines)


def _cell(row: rows.Row, field: str) -> str:
    """A cell that is never empty: ``awk`` and ``cut`` count what stands between blanks."""
    found = getattr(row, field)
    if isinstance(found, bool):
        return "yes" if found else "-"
    return str(found) or "-"


def _line(
    row: rows.Row, chosen: Sequence[layout.Column], width: int, short: Mapping[str, str]
) -> str:
    name = short.get(row.name) or chosen[0].cell(row)
    gap = " " * layout.GAP
    if not row.note:
        return f"{row.glyph} " + gap.join([name, *[column.cell(row) for column in chosen[1:]]])
    head = f"{row.glyph} " + gap.join([name, chosen[1].cell(row)]) + gap
    return head + layout.printable(row.note)[: max(20, width - layout.cell_width(head))]
