"""``awsttl edit``: sets and removes settings of a profile, and undoes the last edit."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping, Sequence

from awsttl.commands import choosing, exit_codes, writing
from awsttl.commands.acting import Acting
from awsttl.commands.exit_codes import CommandError
from awsttl.commands.output import say
from awsttl.commands.parsing import Parser
from awsttl.commands.prompts import Prompts
from awsttl.commands.writing import Wanted
from awsttl.core.files import EMPTY, Files, Section
from awsttl.core.forms import filled
from awsttl.core.forms.fields import Field
from awsttl.core.ini.edits import Nested
from awsttl.core.ini.plans import Plan, SetKeys, Which, together
from awsttl.core.ini.secret_values import is_secret
from awsttl.core.profiles.cache_names import text_of
from awsttl.engine.editing import RefusedError, Undone


def declare(parser: Parser) -> None:
    """Say its options."""
    parser.takes_profile("the profile whose settings are to change")
    parser.add_argument(
        "settings",
        nargs="*",
        metavar="KEY=VALUE",
        help="KEY= takes a setting out; s3.KEY=VALUE sets one below s3",
    )
    parser.add_argument("--undo", action="store_true", help="undo the last edit of any awsttl")
    writing.takes_yes(parser)
    parser.explains(
        "Shows the lines that differ, and writes them on a yes. All other bytes of the file stay.\n"
        "The state before is kept in awsttl's state folder, readable by you alone, for --undo."
    )
    parser.shows(
        "awsttl edit prod region=eu-west-1 output=",
        "awsttl edit prod s3.addressing_style=path --yes",
        "awsttl edit --undo",
    )


def run(given: Namespace) -> int:
    """Edit, or undo. Returns the exit code."""
    with Acting(Prompts(no_input=given.no_input)) as acting:
        if given.undo:
            if given.profile is not None:
                raise CommandError("--undo stands alone")
            return _undo(acting, given)
        if given.profile is not None and "=" in given.profile:
            raise CommandError("name the profile first: awsttl edit PROFILE KEY=VALUE")
        if not given.settings:
            raise CommandError("say what is to change: KEY=VALUE")
        name = choosing.one(given.profile, acting.look.snapshot).name
        plan = _plan(name, parsed(given.settings), acting.look.files)
        keys = ", ".join(dict.fromkeys(each.partition("=")[0] for each in given.settings))
        wanted = Wanted(name, plan, f"settings edited: {keys}", f"{name} is edited")
        return writing.write(acting.engine.editing, wanted, given)


def parsed(settings: Sequence[str]) -> dict[str, str]:
    """Key → value of each ``KEY=VALUE``. Raises ``CommandError``."""
    found: dict[str, str] = {}
    for setting in settings:
        key, delimiter, value = setting.partition("=")
        key = key.strip().lower() if "." not in key else key.strip()
        if not delimiter or not key:
            raise CommandError(f'"{key}" is no setting; write KEY=VALUE')
        if is_secret(key) and key != "credential_process" and value.strip():
            # Every user of the machine can read the command lines of all programs.
            raise CommandError(f"{key} does not belong on a command line; use: awsttl paste")
        found[key] = value.strip()
    return found


def _plan(name: str, settings: Mapping[str, str], files: Files) -> Plan:
    config = files.config.sections.get(name, EMPTY)
    section = {**config, **files.credentials.sections.get(name, EMPTY)}
    flat = {key: text for key, text in settings.items() if "." not in key or key in section}
    form = [Field(key, value=_held(section.get(key))) for key in flat]
    if wrong := filled.complaints(form, {**_plain(section), **flat}, files):
        raise CommandError("; ".join(wrong.values()))
    nested: dict[str, dict[str, str | None]] = {}
    for key, text in settings.items():
        if key not in flat:
            below, _, inner = key.partition(".")
            nested.setdefault(below, {})[inner] = text or None
    maps: dict[str, Nested] = dict(nested)
    steps = filled.edited(name, form, flat, files)
    if maps:
        steps = together((*steps, SetKeys(Which.CONFIG, name, maps)))
    return steps


def _held(value: object) -> str:
    """What a setting holds now; of a secret only that it is there."""
    return value if isinstance(value, str) else "" if value is None else "…"


def _plain(section: Section) -> dict[str, str]:
    return {key: text for key in section if (text := text_of(section, key)) is not None}


def _undo(acting: Acting, given: Namespace) -> int:
    editing = acting.engine.editing
    try:
        undone = editing.undo()
        if undone is not None and not undone.is_done:
            if (refusal := _asked(undone, given)) is not None:
                return refusal
            undone = editing.undo(although_changed=True)
        elif undone is not None:
            writing.show_differences(undone.differences)
    except RefusedError as error:
        raise writing.refusal(error) from None
    if undone is None:
        say("awsttl edit: there is no edit to undo")
        return exit_codes.FAILED
    say(f"the edit of {undone.name} is undone")
    for failure in undone.failures:
        say(failure)
    return exit_codes.DONE


def _asked(undone: Undone, given: Namespace) -> int | None:
    """Show what would be lost, since the file has changed; the exit code if it is to stay."""
    person = Prompts(no_input=given.no_input)
    writing.show_differences(undone.differences)
    say("it has been changed since that edit; to undo it takes that back too")
    if given.yes or person.agrees("undo it?"):
        return None
    if person.can_ask:
        return exit_codes.FAILED
    say("nothing was undone: say --yes to undo it")
    return exit_codes.NEEDS_YOU
