"""Names with their values, wherever they stand: the one rule behind most of the formats.

``export NAME=value``, ``set -gx NAME value``, ``$env:NAME = "value"``, ``setx NAME "value"``,
``NAME: value``, ``"Name": "value"``, ``<Name>value</Name>``, ``| Name | value |``,
``--name value``: what they have in common is a name that is known, something that separates, and
a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from awsttl.core.pasted import cleaning, names, values, wrapping
from awsttl.core.pasted.model import KEYS, Field, Found
from awsttl.core.pasted.names import Name
from awsttl.core.secret import Secret

_CLOSING: Final = r"(?:\\?[\"'`]|\*\*|\]|\)){0,3}"
"""What ends the name: quotes, also behind a backslash, and the bracket of a dictionary."""

_BETWEEN: Final = re.compile(
    _CLOSING + r"(?:"
    # The name of the value, in lists of names and values, in Terraform's output.
    r"(?P<labelled>\s{0,8}[,:=]?\s{0,80}(?:\{[^{}]{0,200}?)?[\"']?\b[vV]alue[\"']?\s{0,4}[:=]\s{0,8})"
    r"|(?P<clear>[ \t]{0,40}(?::=|=>|->|\?=|\+=|==?|:)[ \t]{0,80}(?:[>|][+-]?[ \t]{0,8}(?=\n))?)"
    r"|(?P<prompt>[ \t]?\[[^\]\n]{0,60}\]:[ \t]{0,8})"
    r"|(?P<frame>[ \t]{0,80}[|│┃║][ \t|]{0,80})"
    r"|(?P<loose>>|[ \t]{0,8},\s{0,80}|(?:[ \t]+-[vV]alue)?[ \t]{1,80})"
    r")"
    r"(?P<broken>\n[ \t]{0,80})?"
)
_OPENING: Final = re.compile(r"(?:String|Secret|str)?\(?(?P<quote>\\?[\"'`]|[$@]['\"])?")
_BARE: Final = re.compile(
    r"<[^<>\n]{0,200}>|\{[^{}\n:=\"']{1,80}\}|\[[A-Za-z _*-]{1,40}\]"
    r"|[^\s\"'`,;|│┃║<>&\\(){}\[\]=]{1,8192}={0,2}"
)
_ENDS_A_SENTENCE: Final = ".,;:!?"

_MOMENT: Final = re.compile(
    r"datetime\.datetime\([^()\n]{0,80}(?:\([^()\n]{0,20}\))?\)|[^\n\"'`<>|│,;{}]{1,64}"
)
_REGION: Final = re.compile(r"(?:us|eu|ap|sa|ca|me|af|il|mx|cn)(?:-[a-z]{2,12}){1,3}-\d{1,2}")


def found_in(text: str) -> Iterator[Found]:
    """Every value that has a known name, in the order of the text. *text* is plain."""
    for name in names.names(text):
        if (value := _value(text, name)) is not None:
            yield Found(
                name.field,
                Secret(value),
                name.start,
                name.family,
                name.weak,
                cleaning.is_comment(text, name.start),
            )


def _value(text: str, name: Name) -> str | None:
    """The value of a name; ``None`` where it says nothing."""
    between = _BETWEEN.match(text, name.end)
    if between is None or (between.end() == name.end):
        return None
    place = between.end()
    if name.field not in KEYS:
        return _of_other_field(text, name.field, place, is_loose=bool(between["loose"]))
    value = _read(text, place, name.field)
    if not value:
        return None
    must_be_real = between["loose"] or between["frame"] or between["broken"]
    if name.weak:
        return value if values.looks_like(name.field, value) else None
    verdict = values.judge(name.field, value)
    if must_be_real and not _is_likely(value, verdict):
        return None
    if between["loose"] and not _stands_alone(name.field, value):
        return None
    return None if verdict is values.Verdict.NOTHING else value


def _is_likely(value: str, verdict: values.Verdict) -> bool:
    """Whether a value is none of the words that follow a name in a sentence."""
    is_long = len(value) >= values.SECRET_LENGTH
    return verdict is values.Verdict.REAL or (verdict is values.Verdict.CUT_OFF and is_long)


def _stands_alone(field: Field, value: str) -> bool:
    """Whether a value behind a blank is none of a sentence's words."""
    return field is not Field.TOKEN or any(map(str.isdigit, value))


def _read(text: str, place: int, field: Field) -> str:
    """The value that begins at *place*, with the rest of it where its line was broken."""
    opening = _OPENING.match(text, place)
    assert opening is not None
    quote, place = opening["quote"], opening.end()
    if quote:
        quoted = wrapping.quoted(text, place, quote[-1])
        if quoted is not None:
            return quoted
    bare = _BARE.match(text, place)
    if bare is None:
        return ""
    value = bare[0].rstrip(_ENDS_A_SENTENCE) if not bare[0].endswith("..") else bare[0]
    return wrapping.continued(text, bare.end(), value, field)


def _of_other_field(text: str, field: Field, place: int, *, is_loose: bool) -> str | None:
    opening = _OPENING.match(text, place)
    place = opening.end() if opening else place
    if field is Field.REGION:
        region = _REGION.match(text, place)
        return region[0] if region else None
    moment = _MOMENT.match(text, place)
    if moment is None or (is_loose and not moment[0][0].isdigit()):
        return None
    return moment[0].strip()
