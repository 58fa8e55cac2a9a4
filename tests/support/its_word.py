"""What awsttl's sentences name, held against what there is: files, headers, commands, keys."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from awsttl.commands import registry
from awsttl.commands.exit_codes import CommandError
from awsttl.commands.parsing import Parser
from awsttl.commands.remedies import said as in_a_shell
from awsttl.core.ini import names
from awsttl.core.model import Kind, Snapshot, Status
from awsttl.core.remedies import Act, Remedy
from awsttl.core.why import obstacles
from awsttl.core.why.findings import Finding
from awsttl.tui.actions import ACTIONS
from awsttl.tui.remedies import said as in_the_dashboard

_KEYS: Final = {action.key for action in ACTIONS}
_QUOTED: Final = re.compile(r'"[^"]*"|\[[^\]]*\]')
_PATH: Final = re.compile(r"(?<![\w:/.])((?:~|/)/?[\w.@+/-]*[\w])(?::(\d+))?")
_LINK: Final = re.compile(r"https?://\S+")
_HEADER: Final = re.compile(r"\[((?:profile|sso-session|services) [^\]]+|default)\]")
_RUN: Final = re.compile(r"run: (.*?)(?=, or |, then |$)")
_PRESS: Final = re.compile(r'press (\S+)(?: on "(.*?)")? ')


class Word:
    """Everything that a look at a home has shown; *now* is seconds UTC."""

    def __init__(self, seen: Snapshot, now: float) -> None:
        self._seen, self._now = seen, now

    def lies(self, finding: Finding, row: str) -> Iterator[str]:
        """What is not so in a finding about the profile *row*; empty for all of the machine."""
        for text in (finding.message, *finding.evidence):
            yield from self._paths(text)
        yield from self.lies_of(finding.fix, row)

    def lies_of(self, fix: Remedy, row: str) -> Iterator[str]:
        """What is not so in a remedy, in the words of both faces."""
        if not str(fix):
            yield "says nothing"
        typed, pressed = in_a_shell(fix), in_the_dashboard(fix, row)
        yield from self._paths(typed)
        yield from self._headers(typed)
        for command in _RUN.findall(typed):
            yield from self._command(command)
        for key, name in _PRESS.findall(pressed):
            if key not in _KEYS:
                yield f"no such key: {key}"
            if name and self._seen.status(name) is None:
                yield f"no such row: {name}"
        for act, name in fix.acts():
            yield from self._act(act, name)

    # ---------------------------------------------------------------- what is named

    def _paths(self, text: str) -> Iterator[str]:
        # What a file says itself stands in quotes, and need not exist.
        for path, line in _PATH.findall(_LINK.sub("", _QUOTED.sub("", text))):
            found = Path(path).expanduser()
            if not os.path.lexists(found):
                yield f"no such file: {path}"
            elif line and len(found.read_bytes().splitlines()) < int(line):
                yield f"no such line: {path}:{line}"

    def _headers(self, text: str) -> Iterator[str]:
        for header in _HEADER.findall(text):
            if "NAME" not in header and names.meaning(header) is None:
                yield f"no AWS CLI reads [{header}]"

    def _command(self, text: str) -> Iterator[str]:
        if inner := re.search(r"\$\((.*)\)", text):
            text = inner[1]
        words = shlex.split(text)
        match words:
            case ["awsttl", name, *arguments]:
                yield from self._ours(name, arguments)
            case ["aws", "sso", "login", "--profile", name]:
                yield from self._signs_in(text, name, Kind.SSO)
            case ["aws", "login", "--profile", name]:
                yield from self._signs_in(text, name, Kind.LOGIN)
            case ["aws", "sts", "get-caller-identity", "--profile", name]:
                yield from self._named(name)
            case ["aws", "sso", "login"] | ["aws", "login"] | ["aws", "configure"]:
                pass
            case _:
                yield f"who knows what this does: {text}"

    def _ours(self, name: str, arguments: list[str]) -> Iterator[str]:
        command = registry.find(name)
        if command is None:
            yield f"no such command: {name}"
            return
        parser = Parser(command)
        command.load().declare(parser)
        try:
            given = vars(parser.parse_args(arguments))
        except CommandError as error:
            yield f"awsttl {name}: {error}"
            return
        for profile in given.get("profiles") or [given.get("profile")]:
            if profile is not None:
                yield from self._named(profile)
        if name == "clear" and not arguments:
            yield "awsttl clear does nothing without a name"

    def _named(self, name: str) -> Iterator[str]:
        if self._seen.status(name) is None:
            yield f"no such profile: {name}"

    def _signs_in(self, command: str, name: str, kind: Kind) -> Iterator[str]:
        status = self._seen.status(name)
        if status is None or status.profile.kind is not kind:
            yield f"nobody signs in by that: {command}"

    def _act(self, act: Act, name: str) -> Iterator[str]:
        status = self._seen.status(name) if name else None
        if status is None:
            return
        if act is Act.RENEW and (cannot := obstacles.cannot_renew(status, self._now)):
            yield f"{name} cannot be renewed: {cannot.message}"
        if act is Act.CLEAR and not _has_an_entry(status):
            yield f"{name} has nothing to clear"


def _has_an_entry(status: Status) -> bool:
    held = status.session.held if status.session else None
    return held is not None or bool(status.hops and status.hops[0].entry)
