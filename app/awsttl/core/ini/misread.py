"""What the AWS CLIs read otherwise than it looks, and say nothing about.

A section of the config file whose header means nothing to them is passed over, and so is the
earlier of two sections with the same name. A header of the credentials file is a name to the
letter. A line that is indented belongs to the value above it. None of this is an error for any
AWS CLI: it goes on with what is left, and complains of something else.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from awsttl.core.files import Passage
from awsttl.core.ini import names
from awsttl.core.ini.document import DEFAULT, Document, Section, quoted
from awsttl.core.patterns import late

OTHERS: Final = ("plugins", "preview")
"""Sections of the config file that are no profiles, and that an AWS CLI reads."""

CREDENTIALS: Final = frozenset(
    {
        "aws_access_key_id",
        "aws_secret_access_key",
        "aws_session_token",
        "aws_security_token",
        "credential_process",
        "credential_source",
        "login_session",
        "role_arn",
        "source_profile",
        "sso_account_id",
        "sso_role_name",
        "sso_session",
        "sso_start_url",
        "web_identity_token_file",
    }
)
"""Settings by which a profile gets its credentials."""
SETTINGS: Final = CREDENTIALS | {
    "duration_seconds",
    "external_id",
    "mfa_serial",
    "output",
    "region",
    "role_session_name",
    "sso_region",
    "sso_registration_scopes",
}
"""These and the others that nearly every profile has some of."""


_KIND: Final = late(
    r"\s*(?:(profile)s?|(sso[-_ ]?session)s?|(service)s?)(?![\w-])[\s:=./]*(.*)",
    re.IGNORECASE | re.DOTALL,
)
"""A header that was to begin with one of the three words, and what follows it."""
_NOT_BARE: Final = late(
    r"""^(?:[\s'"\0]|(?:profile|sso-session|services)\s)|\s$""",
    re.MULTILINE | re.IGNORECASE,
)
"""Of the headers of a credentials file, one to a line: one that is not just a name."""
_ROW: Final = late(r"\[(?P<header>.+)\]|(?P<key>\w+)\s*[=:]")

_Meaning = Callable[[str], tuple[str, str] | None]
"""A header of a file → the kind and the name of the section that it begins, if it begins one."""

Named = Mapping[str, Mapping[str, object]]
"""What :func:`awsttl.core.ini.names.by_name` has found: kind → name → section."""


def in_config(document: Document, named: Named) -> tuple[Passage, ...]:
    """The passages of the config file, by line. None where the AWS CLIs refuse all of it.

    Headers are quoted, and the names of settings: anything else may be a secret.
    """
    # Thousands of headers that all mean something are looked at no further.
    if document.faults or (len(document) == sum(map(len, named.values())) and _is_plain(document)):
        return ()
    sections = tuple(document.sections())
    return _in_order(document, sections, _unread(sections), names.meaning)


def in_credentials(document: Document, headers: Iterable[str]) -> tuple[Passage, ...]:
    """The same for the credentials file, whose *headers* are its profiles."""
    bare = _NOT_BARE.search("\n".join(headers)) is None
    if document.faults or (bare and _is_plain(document)):
        return ()
    sections = tuple(document.sections())
    return _in_order(document, sections, _misnamed(sections), _profile_to_the_letter)


def _is_plain(document: Document) -> bool:
    """Whether each line is read by itself, for one section, and whole."""
    odd = document.tails or document.open_headers or document.defaults()
    return not odd and next(document.continued(), None) is None


def _in_order(
    document: Document,
    sections: Sequence[Section],
    of_headers: Iterable[Passage],
    meaning: _Meaning,
) -> tuple[Passage, ...]:
    """All passages of a file."""
    if any("\0" in section.header for section in sections):
        message = "the file is UTF-16: no AWS CLI finds a profile in it"
        return (Passage(1, message, "save it as plain UTF-8"),)
    found = [*of_headers, *_of_defaults(sections)]
    headers = [section.line for section in sections]
    for passage in (*_swallowed(document, sections, meaning), *_half_headers(document, sections)):
        section = sections[bisect_right(headers, passage.line) - 1]
        kind, name = meaning(section.header) or ("", "")
        found.append(passage._replace(profile=name if kind == names.PROFILE else ""))
    return tuple(sorted(found, key=lambda passage: passage.line))


# ---- headers of the config file


def _unread(sections: Sequence[Section]) -> Iterator[Passage]:
    """Sections whose header means nothing, or the same as that of a later section."""
    read = names.by_name({section.header: section for section in sections})
    used = {section.line for of_kind in read.values() for section in of_kind.values()}
    for section in sections:
        if section.line in used or section.header in (DEFAULT, *OTHERS):
            continue
        meaning = names.meaning(section.header)
        if meaning is None:
            yield _without_meaning(section, read)
        else:
            kind, name = meaning
            other = read[kind][name]
            yield Passage(
                section.line,
                f"no AWS CLI reads [{section.header}]: "
                f"[{other.header}] on line {other.line} takes its place",
                "write the keys of both below one of the two headers",
                profile=name if kind == names.PROFILE else "",
                matters=bool(section.values),
            )


def _without_meaning(section: Section, read: Named) -> Passage:
    kind, name, why = _meant(section.header)
    write = f"[{names.header_of(kind, name or 'NAME')}]"
    fix = f"move its keys to {write}" if name in read[kind] else f"write {write}"
    matters = _KIND.match(section.header) is not None or _is_aws(section)
    return Passage(
        section.line,
        f"no AWS CLI reads [{section.header}]: {why}",
        fix if matters else f"nothing to do if it is another tool's, else {fix}",
        meant=(kind, name),
        matters=matters,
        header=section.header,
    )


def _is_aws(section: Section) -> bool:
    """Whether a section's keys are for the AWS CLI, and not another tool's settings."""
    return not section.values or any(
        key in SETTINGS or key.startswith(("aws_", "sso_")) for key in section.values
    )


def _meant(header: str) -> tuple[str, str, str]:
    """Of a header that means nothing: the kind and name that it seems to mean, and its fault."""
    found = _KIND.match(header)
    if found is None:
        if header.strip().lower() == "default":
            return names.PROFILE, "default", "that of the default profile is [default]"
        return names.PROFILE, _bare(header), 'the header of a profile begins with "profile "'
    words = (names.PROFILE, names.SSO_SESSION, names.SERVICES)
    kind = next(word for word, group in zip(words, found.groups(), strict=False) if group)
    name = _bare(found[4])
    if not name:
        return kind, "", "it has no name"
    if not header.startswith(f"{kind} "):
        return kind, name, f'it has to begin with "{kind} "'
    if names.words(header):
        return kind, name, "a name with blanks in it needs quotes around it"
    return kind, name, "its quotes do not close"


def _bare(name: str) -> str:
    return name.strip().strip("\"'").strip()


# ---- headers of the credentials file


def _profile_to_the_letter(header: str) -> tuple[str, str]:
    return names.PROFILE, header


def _misnamed(sections: Iterable[Section]) -> Iterator[Passage]:
    """Profiles with more in their name than they should have."""
    for section in sections:
        header = section.header
        if header == DEFAULT or _NOT_BARE.search(header) is None:
            continue
        kind, name = names.meaning(header) or _meant(header)[:2]
        fix = f"write [{name or 'NAME'}]" if kind == names.PROFILE else "move it to the config file"
        yield Passage(
            section.line,
            f'[{header}] is a profile named "{header}": in this file, a header is the bare name',
            fix,
            profile=header,
            meant=(kind, name),
            header=header,
        )


# ---- both files


def _of_defaults(sections: Sequence[Section]) -> Iterator[Passage]:
    """``[DEFAULT]`` in the place of ``[default]``."""
    others = any(section.header != DEFAULT for section in sections)
    for section in sections:
        if section.header == DEFAULT and section.values:
            yield Passage(
                section.line,
                "[DEFAULT] is no profile: its keys are added to every section of the file",
                "write [default]",
                meant=(names.PROFILE, "default"),
                # A region for all profiles may be meant so; credentials for all are not.
                matters=not others or not CREDENTIALS.isdisjoint(section.values),
            )


def _swallowed(
    document: Document, sections: Iterable[Section], meaning: _Meaning
) -> Iterator[Passage]:
    """Indented lines that look like keys or headers, and are part of a value."""
    keys: dict[int, str] = {}
    below = dict(document.continued())
    for section in sections if below else ():
        keys |= {line: key for key, line in section.lines.items() if line in below}
    for line, rows in below.items():
        for number, text in rows.items():
            found = own_line(text)
            if found is None:
                continue
            fix, meant = "take away the blanks before it", ("", "")
            if header := found["header"]:
                what = f"[{header}]"
                meant = meaning(header) or _meant(header)[:2]
                if meaning(header) is None and meant[1]:
                    # Without its blanks, no AWS CLI would read it either.
                    fix = f"write [{names.header_of(*meant)}] without the blanks before it"
            else:
                what = f'"{found["key"]}"'
            yield Passage(
                number,
                f"{what} is indented, so it is part of the value of {quoted(keys[line])}",
                fix,
                meant=meant,
            )


def own_line(text: str) -> re.Match[str] | None:
    """The ``header`` or the ``key`` of a line that looks as if it stood for itself."""
    found = _ROW.match(text)
    is_own = found and (found["header"] or found["key"].lower() in SETTINGS)
    return found if is_own else None


def _half_headers(document: Document, sections: Iterable[Section]) -> Iterator[Passage]:
    """Headers with text behind their bracket, and headers without one."""
    for section in sections:
        if section.line in document.tails:
            message = f"no AWS CLI reads what stands behind [{section.header}]"
            yield Passage(section.line, message, "write it on a line of its own")
    for line in document.open_headers:
        yield Passage(line, "the bracket does not close: this is read as a key", "close it with ]")
