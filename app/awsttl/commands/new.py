"""``awsttl new``: makes a profile, as the key n does."""

from __future__ import annotations

import getpass
from argparse import Namespace
from collections.abc import Sequence

from awsttl.commands import exit_codes, writing
from awsttl.commands.acting import Acting
from awsttl.commands.edit import parsed
from awsttl.commands.exit_codes import CommandError
from awsttl.commands.parsing import Parser
from awsttl.commands.prompts import Prompts
from awsttl.commands.writing import Wanted
from awsttl.core.forms import fields, filled
from awsttl.core.forms.fields import NAME, Field, Sort
from awsttl.core.view import layout


def declare(parser: Parser) -> None:
    """Say its options."""
    parser.add_argument("sort", choices=[str(sort) for sort in Sort], help="what it is")
    parser.add_argument("name", metavar="NAME", help="how it is to be called")
    parser.add_argument("settings", nargs="*", metavar="KEY=VALUE", help="its settings")
    writing.takes_yes(parser)
    parser.explains(
        "Shows the lines that it would write, and writes them on a yes. What is needed and was\n"
        "not said is asked for on a terminal; secrets always are."
    )
    parser.shows(
        "awsttl new role prod role_arn=arn:aws:iam::111122223333:role/Admin source_profile=base",
        "awsttl new keys me aws_access_key_id=AKIA…",
    )


def run(given: Namespace) -> int:
    """Make it. Returns the exit code."""
    sort = Sort(given.sort)
    person = Prompts(no_input=given.no_input)
    with Acting(person) as acting:
        files = acting.look.files
        form = fields.of_new(sort, files)
        answer = {NAME: given.name, **parsed(given.settings)}
        known = {field.key for field in form}
        if stray := [key for key in answer if key not in known]:
            raise CommandError(f"{stray[0]} is no setting of this form; there are {_named(form)}")
        if asked := [field for field in form if _is_missing(field, answer)]:
            if not person.can_ask:
                missing = layout.listed([field.key for field in asked])
                raise CommandError(f"{missing} is needed", exit_codes.NEEDS_YOU)
            for field in asked:
                answer[field.key] = _ask(field)
        if wrong := filled.complaints(form, answer, files):
            raise CommandError("; ".join(f"{key}: {why}" for key, why in wrong.items()))
        plan = filled.new(sort, answer, files)
        wanted = Wanted(given.name, plan, "made", f"{given.name} is made")
        return writing.write(acting.engine.editing, wanted, given)


def _is_missing(field: Field, answer: dict[str, str]) -> bool:
    """Whether it has to be asked for: a secret, too, where a key that has one is temporary."""
    if answer.get(field.key):
        return False
    is_token = field.key == "aws_session_token"
    return field.needed or (is_token and answer.get("aws_access_key_id", "").startswith("ASIA"))


def _named(form: Sequence[Field]) -> str:
    return ", ".join(field.key for field in form if field.key != NAME and not field.is_secret)


def _ask(field: Field) -> str:
    import sys

    hint = f" ({field.hint})" if field.hint else ""
    question = layout.printable(f"{field.key}{hint}: ")
    if field.is_secret:
        return getpass.getpass(question).strip()
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip()
