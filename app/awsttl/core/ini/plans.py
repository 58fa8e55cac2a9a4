"""Changes of profiles and SSO sessions by their names, whichever way their headers are written.

A plan says what is to be different, and not how a file looks now. So it can be shown as a
difference first, and be carried out later on the file as it is then.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from awsttl.core.ini import edits, names
from awsttl.core.ini.document import Document
from awsttl.core.ini.edits import Wanted


class Which(enum.StrEnum):
    """The two files that hold profiles."""

    CONFIG = "config"
    CREDENTIALS = "credentials"


class SetKeys(NamedTuple):
    """Sets keys of a profile, or of an SSO session, in one file; makes its section there."""

    which: Which
    name: str
    values: Wanted
    """Key → its value; ``None`` takes the key out."""
    kind: str = names.PROFILE
    """``profile``, ``sso-session`` or ``services``; in the credentials file only profiles are."""


class RemoveSections(NamedTuple):
    """Takes the section of a name out, and every other one that means the same."""

    which: Which
    name: str
    kind: str = names.PROFILE


class Reword(NamedTuple):
    """Writes the header at hand so that it means what it was meant to mean."""

    which: Which
    header: str
    """As it stands between the brackets now."""
    name: str
    kind: str = names.PROFILE


Step = SetKeys | RemoveSections | Reword
Plan = tuple[Step, ...]
"""What one yes of a person changes. It has one step for each section at most."""


def together(steps: Iterable[Step]) -> Plan:
    """The steps as one plan: several that set keys of one section become one step."""
    merged: dict[object, Step] = {}
    for step in steps:
        key = (type(step), *step[:2], getattr(step, "kind", ""))
        known = merged.get(key)
        if isinstance(step, SetKeys) and isinstance(known, SetKeys):
            merged[key] = known._replace(values={**known.values, **step.values})
        else:
            merged[key] = step
    return tuple(merged.values())


def carried_out(document: Document, text: str, steps: Iterable[Step]) -> str:
    """*text*, which was read as *document*, after these steps, which are all for this file.

    Raises ``ValueError`` as :func:`awsttl.core.ini.edits.change` does.
    """
    return edits.change(document, text, list(_changes(document, tuple(steps))))


def _changes(document: Document, steps: tuple[Step, ...]) -> Iterator[edits.Change]:
    headers = [section.header for section in document.sections()]
    by_name = names.by_name({header: header for header in headers})
    for step in steps:
        in_config = step.which is Which.CONFIG
        match step:
            case SetKeys():
                known = by_name.get(step.kind, {}).get(step.name) if in_config else step.name
                header = _header_of(step.kind, step.name) if known is None else known
                yield edits.Put(header, step.values)
            case RemoveSections():
                yield from (edits.Drop(each) for each in headers if _means(each, step))
            case Reword():
                if in_config and step.name in by_name.get(step.kind, {}):
                    raise ValueError(f'there is a {step.kind} "{step.name}" already')
                new = _header_of(step.kind, step.name) if in_config else step.name
                yield edits.Rename(step.header, new)


def _means(header: str, step: RemoveSections) -> bool:
    if step.which is Which.CREDENTIALS:
        return header == step.name
    return names.meaning(header) == (step.kind, step.name)


def _header_of(kind: str, name: str) -> str:
    header = names.header_of(kind, name)
    if names.meaning(header) != (kind, name):
        raise ValueError("no header of the config file can mean this name")
    return header
