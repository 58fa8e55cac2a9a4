"""``n``, ``portal``: profiles for the accounts and roles of an SSO session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from awsttl.core.files import Files
from awsttl.core.forms import populating as forms
from awsttl.core.forms.fields import NAME, Field
from awsttl.core.forms.populating import PATTERN, Assigned
from awsttl.core.ini import names
from awsttl.core.ini.plans import SetKeys, Which
from awsttl.core.remedies import Problem, Remedy
from awsttl.core.view import layout
from awsttl.core.why.causes import SIGN_INS
from awsttl.engine import populating
from awsttl.engine.editing import Edited
from awsttl.tui.choice_dialog import ChoiceDialog
from awsttl.tui.form_dialog import FormDialog
from awsttl.tui.host import Host
from awsttl.tui.remedies import told
from awsttl.tui.writing import Wanted, when_read, write

_NEW = "a new one"


class Populating:
    """Lists for its host what a sign-in gives, and makes profiles for what is marked."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def begin(self) -> None:
        """Ask which SSO session it is."""
        when_read(self._host, self._ask_for_one)

    def _ask_for_one(self, files: Files) -> None:
        found = populating.sessions(files)

        def answered(places: list[int] | None) -> None:
            if not places:
                return
            if places[0] < len(found):
                self._list(found[places[0]])
            else:
                self._ask_for_session(files)

        self._host.open(ChoiceDialog("which SSO session", [*found, _NEW]), answered)

    # ---------------------------------------------------------------- a new session

    def _ask_for_session(self, files: Files) -> None:
        """A session has to be in the file before anybody can sign in to it."""
        form = (
            Field(NAME, "what this sign-in is to be called", needed=True),
            Field("sso_start_url", "https://….awsapps.com/start", needed=True),
            Field("sso_region", "where IAM Identity Center is: like us-east-1", needed=True),
        )

        def check(answer: Mapping[str, str]) -> Mapping[str, str]:
            return forms.wrong_with_session(form, answer, files)

        def answered(answer: dict[str, str] | None) -> None:
            if answer is None:
                return
            name = answer.pop(NAME)
            keys = {**answer, "sso_registration_scopes": "sso:account:access"}
            plan = (SetKeys(Which.CONFIG, name, keys, names.SSO_SESSION),)
            wanted = Wanted(name, plan, f"make {name}", f"sso-session {name} is made", "made")
            write(self._host, wanted, made)

        def made(edited: Edited) -> None:
            self._list(edited.name)

        self._host.open(FormDialog("a new SSO session", form, check), answered)

    # ---------------------------------------------------------------- the listing

    def _list(self, session: str, *, may_sign_in: bool = True) -> None:
        host = self._host
        said = f"{session}: asking AWS for accounts and roles …"
        host.say(said, seconds=60)

        def look() -> tuple[Assigned, ...] | Problem:
            return populating.listed(session, host.engine.locations)

        def show(found: tuple[Assigned, ...] | Problem) -> None:
            if not isinstance(found, Problem):
                self._ask_which(session, found)
            elif found.code in SIGN_INS and may_sign_in:
                self._sign_in(session)
            else:
                host.say(told(found), "warning", instead_of=said)

        host.in_background(look, show)

    def _sign_in(self, session: str) -> None:
        """Have the person sign in, and list again."""
        host = self._host

        def sign_in() -> Problem | None:
            status = populating.signs_in(session, host.engine.locations)
            if status is None:
                return Problem("sso-incomplete", f"sso-session {session} lacks settings", Remedy())
            return host.engine.renewing.sign_in(status)

        def go_on(problem: Problem | None) -> None:
            if problem is None:
                self._list(session, may_sign_in=False)
            else:
                host.say(told(problem), "warning")

        host.in_background(sign_in, go_on)

    # ---------------------------------------------------------------- the choice

    def _ask_which(self, session: str, roles: Sequence[Assigned]) -> None:
        files = self._host.files
        if files is None:
            return
        if not roles:
            self._host.say(f"{session} gives no role in any account", "warning")
            return
        there = forms.known(session, files)
        width = max(layout.cell_width(layout.printable(role.account)) for role in roles)
        widest = max(layout.cell_width(layout.printable(role.role)) for role in roles)

        def line(role: Assigned) -> str:
            account = layout.fit(layout.printable(role.account), width)
            name = layout.fit(layout.printable(role.role), widest)
            has = there.get((role.account_id, role.role), "")
            return f"{role.account_id}  {account}  {name}  {has}".rstrip()

        def answered(places: list[int] | None) -> None:
            if places:
                self._ask_how(session, [roles[place] for place in places], files)

        lead = "Mark what is to get a profile. Behind those that have one stands its name."
        dialog = ChoiceDialog(f"roles of {session}", [*map(line, roles)], lead=lead, several=True)
        self._host.open(dialog, answered)

    def _ask_how(self, session: str, roles: Sequence[Assigned], files: Files) -> None:
        form = forms.fields(files)

        def check(answer: Mapping[str, str]) -> Mapping[str, str]:
            why = forms.wrong_with(answer[PATTERN])
            return {PATTERN: why} if why else {}

        def answered(answer: dict[str, str] | None) -> None:
            if answer is None:
                return
            pattern = answer.pop(PATTERN)
            found = forms.populated(session, roles, pattern, [*answer.items()], files)
            count = f"{len(found.names)} profile{'s' * (len(found.names) != 1)}"
            title, done = f"make {count}", f"{count} of {session} made"
            write(self._host, Wanted(session, found.plan, title, done, done, found.skipped))

        first = forms.name_of(roles[0], forms.DEFAULT_PATTERN)
        lead = f"The first of {len(roles)} would be called {first}."
        self._host.open(FormDialog("how they are called", form, check, lead=lead), answered)
