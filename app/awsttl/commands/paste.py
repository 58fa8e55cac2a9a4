"""``awsttl paste``: a session out of any text into a profile, as the key p does."""

from __future__ import annotations

import dataclasses
import sys
import time
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from awsttl.commands.acting import Acting
from awsttl.commands.exit_codes import DONE, FAILED, CommandError
from awsttl.commands.output import is_terminal, say, show
from awsttl.commands.parsing import Parser
from awsttl.commands.prompts import Prompts, gently_ended
from awsttl.commands.remedies import said
from awsttl.core.ini.plans import Which
from awsttl.core.pasted import cleaning, placing
from awsttl.core.pasted.reading import read
from awsttl.core.profiles.timestamps import iso_utc
from awsttl.core.remedies import Problem, Remedy
from awsttl.core.secret import Secret
from awsttl.core.view import json_text
from awsttl.core.view.layout import printable
from awsttl.core.why.errors.text import decoded
from awsttl.engine import pasting
from awsttl.engine.pasting import Answer

if TYPE_CHECKING:
    from awsttl.core.pasted.model import Pasted, Reading
    from awsttl.engine.editing import Edited


def declare(parser: Parser) -> None:
    """Say its options."""
    parser.add_argument("profile", metavar="PROFILE", help="the profile; a new one is made")
    parser.add_argument(
        "--file",
        choices=[str(each) for each in Which],
        default=str(Which.CREDENTIALS),
        help="the file to write: credentials (default) or config",
    )
    parser.takes_span(
        "--lasts",
        text="how long the session lasts, where the text does not say; counted from when AWS "
        "made its token, if that is known",
    )
    parser.add_argument(
        "--key", metavar="ENDING", help="of several sessions, the one whose key id ends so"
    )
    parser.add_argument(
        "-f", "--force", action="store_true", help="write also what the AWS CLI would not use there"
    )
    parser.add_argument(
        "-n", "--dry-run", action="store_true", help="say what is understood, and write nothing"
    )
    parser.takes_no_input()
    parser.takes_json()
    parser.explains(
        "Reads a text from stdin, finds the session in it, in whatever form, and writes it into\n"
        "the credentials file. On a terminal, paste it; it is not shown. What the file held\n"
        "before is kept: awsttl edit --undo brings it back. Nothing is written, and the exit code\n"
        "is 1, for half a session, temporary keys without their token, two sessions,\n"
        "placeholders, no credentials at all."
    )
    parser.shows(
        "awsttl paste prod < keys.txt",
        "aws sts assume-role … | awsttl paste deploy",
        "awsttl paste dev --lasts 8h",
    )


def run(given: Namespace) -> int:
    """Read, and write. Returns the exit code."""
    if not given.profile.strip():
        raise CommandError("name a profile")
    person = Prompts(no_input=given.no_input)
    text = _text(given)
    with Acting(person) as acting:
        reading = read(text.reveal())
        session = _chosen(reading, given, person)
        if session is None:
            return _refused(reading, given)
        return _Writing(acting, person, session, given).run()


def _text(given: Namespace) -> Secret:
    """What is pasted, or comes through a pipe."""
    if sys.stdin is None:
        raise CommandError("there is no stdin to read a text from")
    most = 4 * cleaning.LONGEST
    if not is_terminal(sys.stdin):
        return Secret(decoded(sys.stdin.buffer.read(most)))
    if given.no_input:
        raise CommandError("there is no text; try: awsttl paste PROFILE < FILE")
    from awsttl.terminal import hidden_paste

    words = f"Paste the session for {given.profile}; it is not shown. Ctrl+D ends it."
    with gently_ended():
        return Secret(decoded(hidden_paste.read(most, lambda: say(words))))


def _chosen(reading: Reading, given: Namespace, person: Prompts) -> Pasted | None:
    """The session that is meant; ``None`` where there is none, or nobody says which."""
    sessions = reading.sessions
    if given.key is not None:
        ending = given.key.strip().upper().lstrip("…")
        sessions = tuple(each for each in sessions if each.access_key_id.endswith(ending))
        if reading.sessions and not sessions:
            raise CommandError(f"no key in the text ends in {printable(ending)}", FAILED)
    if len(sessions) == 1:
        return sessions[0]
    if sessions and person.can_ask:
        return _asked(sessions, person)
    return None


def _asked(sessions: Sequence[Pasted], person: Prompts) -> Pasted | None:
    say("There are several sessions in this text:")
    for number, session in enumerate(sessions, 1):
        say(f"  {number}  {pasting.in_a_line(session, time.time())}")
    typed = person.line("Which one? ").strip()
    return sessions[int(typed) - 1] if typed in map(str, range(1, len(sessions) + 1)) else None


def _refused(reading: Reading, given: Namespace) -> int:
    """Say why nothing is written."""
    assert reading.problem is not None
    problem = reading.problem
    if reading.sessions:
        ending = reading.sessions[0].last_four
        words = f"{problem.fix.words}, or say which: --key {ending}"
        problem = problem._replace(fix=problem.fix._replace(words=words))
    return _failed(problem, given, reading.understood)


def _failed(problem: Problem, given: Namespace, understood: Sequence[str] = ()) -> int:
    if given.json:
        show(_document(given.profile, problem=problem))
    say(f"awsttl paste: {problem.message}; {said(problem.fix)}")
    for line in understood:
        say(f"  understood: {line}")
    return FAILED


class _Writing:
    """A session on its way into a profile."""

    def __init__(self, acting: Acting, person: Prompts, session: Pasted, given: Namespace) -> None:
        self._acting, self._person = acting, person
        self._session, self._given = session, given
        self._now = time.time()
        answer = Answer(given.profile, Which(given.file), given.lasts)
        self._placing = pasting.place(session, answer, acting.look.files, self._now)
        self._ends = placing.ends(session, given.lasts, self._now)

    def run(self) -> int:
        """Write it, unless something stands against it. Returns the exit code."""
        given, placed = self._given, self._placing
        if placed.problem is not None and not given.force and not given.dry_run:
            words = f"{placed.problem.fix.words}, or say --force"
            fix = placed.problem.fix._replace(words=words)
            return _failed(placed.problem._replace(fix=fix), given)
        if given.dry_run:
            return self._tell("would write", None)
        question = f"{given.profile} holds {placed.replaces}. Replace them?"
        asks = placed.replaces_long_term and self._person.can_ask
        if asks and not self._person.agrees(question):
            problem = Problem("kept", "nothing is written", Remedy("choose another name"))
            return _failed(problem, given)
        from awsttl.engine.editing import RefusedError

        try:
            edited = self._acting.engine.editing.write(
                placed.plan, given.profile, pasting.said(self._session)
            )
        except RefusedError as error:
            return _failed(error.problem, given)
        return self._tell("wrote", edited)

    def _tell(self, verb: str, edited: Edited | None) -> int:
        given, session, placed = self._given, self._session, self._placing
        if given.json:
            show(_document(given.profile, self, edited))
        else:
            known = dataclasses.replace(session, expires_at=self._ends)
            words = ", ".join(
                words if label == "key" else f"{label} {words}"
                for label, words in pasting.understood(known, self._now)
            )
            show(printable(f"{given.profile}: {verb} {words} → {given.file}"))
        if placed.problem is not None:
            say(f"awsttl paste: {placed.problem.message}")
        if placed.replaces_long_term:
            can_undo = edited is not None and edited.can_be_undone
            way = "; awsttl edit --undo brings them back" if can_undo else ""
            tense = "replaces" if edited is None else "replaced"
            say(f"awsttl paste: this {tense} {placed.replaces}{way}")
        if session.expires_at is not None and session.expires_at <= self._now:
            say("awsttl paste: this session has expired already")
        elif session.is_temporary and self._ends is None:
            say("awsttl paste: nobody knows when it ends; --lasts 1h would say so")
        return DONE

    @property
    def problem(self) -> Problem | None:
        """Why the AWS CLI would not use the keys there."""
        return self._placing.problem

    def fields(self, edited: Edited | None) -> dict[str, Any]:
        """What was understood and done, for programs."""
        session, placed = self._session, self._placing
        return {
            "written": edited is not None,
            "file": self._given.file,
            "new_profile": placed.is_new,
            "kind": "temporary" if session.is_temporary else "long-term",
            "access_key": f"…{session.last_four}",
            "expires_at": None if self._ends is None else iso_utc(self._ends),
            "region": session.region or None,
            "replaced": placed.replaces or None,
            "can_be_undone": edited is not None and edited.can_be_undone,
        }


def _document(
    profile: str,
    writing: _Writing | None = None,
    edited: Edited | None = None,
    *,
    problem: Problem | None = None,
) -> str:
    """The same for programs."""
    document: dict[str, Any] = {"profile": profile, "written": False, "problem": None}
    if writing is not None:
        document |= writing.fields(edited)
        problem = writing.problem
    if problem is not None:
        document["problem"] = {
            "code": problem.code,
            "message": problem.message,
            "fix": said(problem.fix),
            "remedy": problem.fix.fields(),
        }
    return json_text.dumps(document, indent=2)
