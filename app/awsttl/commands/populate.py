"""``awsttl populate``: profiles for the accounts and roles of an SSO session."""

from __future__ import annotations

import fnmatch
import sys
from argparse import Namespace

from awsttl.commands import choosing, exit_codes, writing
from awsttl.commands.acting import Acting, code_of_problem
from awsttl.commands.exit_codes import CommandError
from awsttl.commands.output import is_terminal, say, show
from awsttl.commands.parsing import Parser
from awsttl.commands.prompts import Prompts
from awsttl.commands.remedies import said
from awsttl.commands.writing import Wanted
from awsttl.core.forms import populating as forms
from awsttl.core.forms.populating import Assigned
from awsttl.core.remedies import Problem
from awsttl.core.why.causes import SIGN_INS
from awsttl.engine import populating


def declare(parser: Parser) -> None:
    """Say its options."""
    parser.add_argument("session", metavar="SESSION", help="the [sso-session …] of the config file")
    parser.add_argument(
        "--pattern",
        default=forms.DEFAULT_PATTERN,
        help="how a profile is called: of {account}, {account_id} and {role}",
    )
    parser.add_argument("--region", default="", help="the region of all of them")
    parser.add_argument("--account", default="*", metavar="GLOB", help="only accounts like that")
    parser.add_argument("--role", default="*", metavar="GLOB", help="only roles like that")
    parser.add_argument(
        "--list", action="store_true", help="print the accounts and roles, and stop"
    )
    writing.takes_yes(parser)
    parser.explains(
        "Lists what the sign-in to that session gives (ListAccounts, ListAccountRoles), and makes\n"
        "a profile for each role that has none. Profiles that are there are never touched."
    )
    parser.shows(
        "awsttl populate corp --list",
        "awsttl populate corp --role 'Read*' --pattern '{account}-ro' --region eu-west-1",
    )


def run(given: Namespace) -> int:
    """List, and make profiles. Returns the exit code."""
    if why := forms.wrong_with(given.pattern):
        raise CommandError(f"--pattern: {why}")
    with Acting(Prompts(no_input=given.no_input)) as acting:
        files = acting.look.files
        if given.session not in files.config.sso_sessions:
            raise choosing.missing(given.session, populating.sessions(files), "SSO session")
        roles = [
            role
            for role in _listed(acting, given)
            if fnmatch.fnmatch(role.role, given.role)
            and any(
                fnmatch.fnmatch(each, given.account) for each in (role.account, role.account_id)
            )
        ]
        if given.list:
            _print(roles)
            return exit_codes.DONE
        common = [("region", given.region)]
        found = forms.populated(given.session, roles, given.pattern, common, files)
        for line in found.skipped:
            say(f"left alone: {line}")
        made = f"{len(found.names)} profiles of {given.session}"
        wanted = Wanted(given.session, found.plan, f"{made} made", f"made {made}")
        return writing.write(acting.engine.editing, wanted, given)


def _listed(acting: Acting, given: Namespace) -> tuple[Assigned, ...]:
    found = _ask(acting, given.session)
    if isinstance(found, Problem) and found.code in SIGN_INS and acting.person.can_ask:
        status = populating.signs_in(given.session, acting.locations)
        problem = acting.sign_in(status) if status is not None else found
        found = problem or _ask(acting, given.session)
    if isinstance(found, Problem):
        needs_you = found.code in SIGN_INS
        fix = "run this on a terminal, to sign in" if needs_you else said(found.fix)
        text = f"{given.session}: {found.message}; {fix}"
        raise CommandError(text, exit_codes.NEEDS_YOU if needs_you else code_of_problem(found))
    return found


def _ask(acting: Acting, session: str) -> tuple[Assigned, ...] | Problem:
    def tell(done: int, of: int) -> None:
        if is_terminal(sys.stderr):
            sys.stderr.write(f"\r{done} of {of} accounts" + ("\n" if done == of else ""))
            sys.stderr.flush()

    return populating.listed(session, acting.locations, tell)


def _print(roles: list[Assigned]) -> None:
    from awsttl.core.view import layout

    width = max((layout.cell_width(role.account) for role in roles), default=0)
    lines = [
        f"{role.account_id}  {layout.fit(layout.printable(role.account), width)}  "
        f"{layout.printable(role.role)}"
        for role in roles
    ]
    if lines:
        show("\n".join(lines))
