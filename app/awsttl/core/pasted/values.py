"""What a value can be: a real key, a part of one, a placeholder, a reference, or nothing at all."""

from __future__ import annotations

import enum
import re
from typing import Final

from awsttl.core.pasted.model import LONG_TERM, TEMPORARY, Field

ID_LENGTH: Final = 20
SECRET_LENGTH: Final = 40
"""Characters of every id, and of every secret, that AWS has given out."""

_ID: Final = re.compile(r"(?:AKIA|ASIA)[A-Z0-9]{16}")
_OTHER_ID: Final = re.compile(r"L[KS]IA[A-Z0-9]{16}|[A-Z](?=[A-Z]*\d)[A-Z0-9]{15,127}")
"""Ids of emulators: LocalStack's begin with LKIA and LSIA."""
_SECRET: Final = re.compile(r"[A-Za-z0-9/+]{40}")
_TOKEN: Final = re.compile(r"(?!eyJ)(?:[A-Za-z0-9+/=]{16,}|[A-Za-z0-9+/=_-]{16,64})")
"""Not a JSON web token: none of AWS's session tokens is one."""
_HEX: Final = re.compile(r"[0-9a-fA-F]+")
_OTHER_UNIQUE_ID: Final = re.compile(r"(?:AROA|AIDA|AGPA|AIPA|ANPA|ANVA|APKA|ASCA|ABIA|ACCA)\w{8,}")

_DOTS: Final = re.compile(r"\.{2,}|…")
_REFERENCE: Final = re.compile(
    r"[$%!@]|\{\{|<%|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?:[(\[]|\.[A-Za-z_])"
)
"""A variable, a call, an attribute: ``$TOKEN``, ``os.environ[``, ``var.key``."""
_MASK: Final = re.compile(r"[*•●·#x_.\-]{3,}|(?:(.)\1{5,})", re.IGNORECASE)
_WORDS: Final = re.compile(
    r"your|insert|replace|change|redact|hidden|sensitive|dummy|fake|example|sample|placeholder|todo|paste"
    r"|enter|fill|from|here|value|secret|access|token|key[-_ ]?id|censored|removed|masked|my[-_]",
    re.IGNORECASE,
)
_NONE: Final = re.compile(r"<nil>|null|none|nil|n/a|undefined|false|-+|\[\]|\{\}|", re.IGNORECASE)


class Verdict(enum.StrEnum):
    """What a value is, for the field that a text gives it to."""

    REAL = "real"
    PLACEHOLDER = "placeholder"
    CUT_OFF = "cut off"
    """It is a real one that lacks something, or has too much."""
    WRONG = "wrong"
    """An id of something else: a role, a user."""
    NOTHING = "nothing"
    """It says nothing about credentials: a word, or the name of a variable."""


def judge(field: Field, value: str) -> Verdict:
    """What *value* is as a *field* of :data:`~awsttl.core.pasted.model.KEYS`."""
    if _NONE.fullmatch(value) or _is_reference(value):
        return Verdict.NOTHING
    match field:
        case Field.ID:
            return _judge_id(value)
        case Field.SECRET:
            return _judge_secret(value)
        case _:
            return _judge_token(value)


def _judge_id(value: str) -> Verdict:
    if _ID.fullmatch(value):
        return Verdict.PLACEHOLDER if is_example(Field.ID, value) else Verdict.REAL
    if _OTHER_UNIQUE_ID.fullmatch(value):
        return Verdict.WRONG
    if value.startswith((LONG_TERM, TEMPORARY)):
        return _cut_or_placeholder(value)
    if _OTHER_ID.fullmatch(value):
        return Verdict.PLACEHOLDER if is_example(Field.ID, value) else Verdict.REAL
    return _placeholder_or_nothing(value)


def _judge_secret(value: str) -> Verdict:
    if _SECRET.fullmatch(value):
        return Verdict.PLACEHOLDER if is_example(Field.SECRET, value) else Verdict.REAL
    if re.fullmatch(r"[A-Za-z0-9/+]{24,}[.…]*", value) and has_mixture(value):
        return _cut_or_placeholder(value)
    return _placeholder_or_nothing(value)


def _judge_token(value: str) -> Verdict:
    if _DOTS.search(value):
        return _cut_or_placeholder(value)
    if _TOKEN.fullmatch(value) and any(map(str.isdigit, value)):
        return Verdict.PLACEHOLDER if is_example(Field.TOKEN, value) else Verdict.REAL
    if re.fullmatch(r"[A-Za-z0-9+/=]{64,}", value) and has_mixture(value):
        return Verdict.REAL
    return _placeholder_or_nothing(value)


def _cut_or_placeholder(value: str) -> Verdict:
    rest = value.removeprefix(LONG_TERM).removeprefix(TEMPORARY)
    if "EXAMPLE" in value or _MASK.search(_DOTS.sub("", rest)) or not rest.strip("."):
        return Verdict.PLACEHOLDER
    return Verdict.PLACEHOLDER if _DOTS.search(value) and len(value) < 24 else Verdict.CUT_OFF


def _placeholder_or_nothing(value: str) -> Verdict:
    looks_so = value[0] in "<[{(" or _MASK.search(value) or _WORDS.search(value)
    return Verdict.PLACEHOLDER if looks_so else Verdict.NOTHING


def _is_reference(value: str) -> bool:
    return _REFERENCE.match(value) is not None


def is_example(field: Field, value: str) -> bool:
    """Whether this is a key of AWS's documentation, or a mask in the shape of a key."""
    if field is Field.TOKEN:
        return value.rstrip("=").endswith(("EXAMPLE", "EXAMPLETOKEN", "TOKENEXAMPLE")) or bool(
            re.search(r"(.)\1{24,}", value.replace("/", ""))
        )
    return "EXAMPLE" in value or re.search(r"([A-Za-z*])\1{7,}", value) is not None


def has_mixture(value: str) -> bool:
    """Whether a text has letters of both cases and digits, as random ones nearly always have.

    A path, a word and a checksum in hex have not.
    """
    has_digit = any(map(str.isdigit, value)) or "+" in value
    return has_digit and not value.islower() and not value.isupper() and not _HEX.fullmatch(value)


def looks_like(field: Field, value: str) -> bool:
    """Whether a value without a name, or under a weak one, has the shape of that field."""
    match field:
        case Field.ID:
            return _ID.fullmatch(value) is not None
        case Field.SECRET:
            return _SECRET.fullmatch(value) is not None and has_mixture(value)
        case Field.TOKEN:
            return re.fullmatch(r"[A-Za-z0-9+/=]{80,}", value) is not None and has_mixture(value)
        case _:
            return True
