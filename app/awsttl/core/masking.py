"""Takes secrets out of what other programs say, before anybody sees it.

A program that gives credentials may show them in its errors: a shell traces its commands, a
debugger prints an answer. Two things are masked: the values that are known to be secret, and what
has the shape of a secret. The text is made plain first (:func:`plain`), because a control
character or a line end in the middle of a secret hides it from a search, and from no reader.

Each step takes a time that grows with the text's length and no faster.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, Final

from awsttl.core.patterns import late

MASK: Final = "•••"
_SHORTEST: Final = 6
"""Characters of the shortest value that is looked for: a shorter one is part of many words."""
_MOST_VALUES: Final = 200
"""How many values are looked for; an answer has five."""
_DEEPEST: Final = 20
"""How deep into an answer values are looked for."""


def plain(data: bytes) -> str:
    """What a terminal would show of *data*, in whatever encoding: lines, no control characters.

    Of a line that was overwritten by carriage returns, the last text is shown.
    """
    # With it come the rules of all errors: 10 ms before a first paint that masks without them.
    from awsttl.core.why.errors.text import decoded

    text = _ESCAPE.sub("", decoded(data)).replace("\r\n", "\n")
    lines = (line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return "\n".join(map(_visible, lines))


_ESCAPE: Final = late(
    r"(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,8}[@-~]"  # CSI: colours, cursor
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]{0,4096}"  # titles, links
    r"(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]{0,8}[0-~]"
)


def _visible(line: str) -> str:
    if line.isascii() and line.isprintable():
        return line
    line = line.replace("\t", " ")
    # Marks without a width (Cf) are no more visible than control characters.
    return "".join(c for c in line if c.isprintable() and unicodedata.category(c) != "Cf")


def masked(text: str, known: Iterable[str] = ()) -> str:
    """A plain text without the *known* values and without what looks like a secret."""
    return _without_shapes(_without_values(text, known))


def values_of(answer: bytes) -> tuple[str, ...]:
    """The values that a program's answer holds, and that must not be seen.

    Of JSON these are all texts but those that are shown of any session; of anything else, the words
    that are none of a language.
    """
    text = plain(answer)
    found: Iterable[str]
    try:
        found = _leaves(json.loads(text), 0)
    except (ValueError, RecursionError):
        found = filter(_is_opaque, _WORD.findall(text))
    return tuple(dict.fromkeys(found))[:_MOST_VALUES]


def assigned(text: str) -> tuple[str, ...]:
    """The values that a text, such as a command, gives to names and options of secrets."""
    found = (*_ASSIGNED.finditer(text), *_OPTION.finditer(text))
    kinds = ("escaped", "double", "single", "bare")
    return tuple(each[kind] for each in found for kind in kinds if each[kind])


_WORD: Final = late(r"""[^\s"',:;{}\[\]()<>]{8,4096}""")
_SHOWN: Final = frozenset(
    ("Version", "Expiration", "AccessKeyId", "AccountId", "AssumedRoleId", "Arn", "Code", "Type")
)
"""Fields of an answer that are no secrets."""


def _leaves(tree: Any, depth: int) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif depth > _DEEPEST:
        return
    elif isinstance(tree, dict):
        for key, value in tree.items():
            if not (key in _SHOWN and isinstance(value, str)):
                yield from _leaves(value, depth + 1)
    elif isinstance(tree, list):
        for value in tree:
            yield from _leaves(value, depth + 1)


# ---------------------------------------------------------------- by value

_BETWEEN: Final = frozenset(" \t\n\r\\\u00a0")
"""What a wrapped line or an escape puts in between the characters of a value."""


def _without_values(text: str, known: Iterable[str]) -> str:
    wanted = {"".join(c for c in value if c not in _BETWEEN) for value in known}
    wanted = {value for value in wanted if len(value) >= _SHORTEST}
    if not wanted:
        return text
    places = [place for place, c in enumerate(text) if c not in _BETWEEN]
    squeezed = "".join(text[place] for place in places)
    covered: list[tuple[int, int]] = []
    for value in wanted:
        at = squeezed.find(value)
        while at >= 0:
            covered.append((places[at], places[at + len(value) - 1] + 1))
            at = squeezed.find(value, at + len(value))
    return _covered(text, covered)


def _covered(text: str, covered: list[tuple[int, int]]) -> str:
    """The text with a mask in the place of each of these parts, which may overlap."""
    pieces: list[str] = []
    done = 0
    for begin, end in sorted(covered):
        if begin >= done:
            pieces += (text[done:begin], MASK)
        done = max(done, end)
    return "".join((*pieces, text[done:]))


# ---------------------------------------------------------------- by shape

_PEM: Final = late(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]{0,40}KEY-----|\Z)",
    re.DOTALL,
)
_VALUE: Final = (
    r"""(?:\\"(?P<escaped>[^"\\\n]*)(?:\\")?"""  # in a text that stands in another as a string
    r"""|"(?P<double>(?:[^"\\\n]|\\.)*)"?|'(?P<single>[^'\n]*)'?"""
    r"""|(?P<bare>[^\s,;&"'<>)}\]]+))"""
)
_ASSIGNED: Final = late(
    r"(?P<name>(?:secret|passw|passphrase|token|credential|api_?-?key|private_?-?key|access_?-?key"
    r"|signature|authorization|cookie|\bpin\b)[\w.-]{0,40})"
    r"""(?P<sign>\\?["']?(?:\s{0,3}[=:]\s{0,3}|[ \t]{1,3}(?=["'])))""" + _VALUE,
    re.IGNORECASE,
)
_OPTION: Final = late(
    r"(?P<name>(?<![\w-])--?[\w-]{0,40}(?:secret|passw|passphrase|token|api-?key|\bpin\b)"
    r"[\w-]{0,20}[ =]{1,3})" + _VALUE,
    re.IGNORECASE,
)
_BEARER: Final = late(r"\b(?P<name>(?:bearer|basic) {1,3})(?P<bare>[\w+/=.~-]{8,})", re.IGNORECASE)
_IN_URL: Final = late(r"(?P<name>://[^\s/@:]{0,256}:)(?P<bare>[^\s/@]{1,256})(?=@)")
_MARKED: Final = late(
    r"\beyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]{0,8192}){0,3}"  # a JSON web token
    r"|\b(?:gh[pousr]_|github_pat_|glpat-|hvs\.|xox[abposr]-)[\w.-]{10,}"
    r"|\b(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz|AQoDYXdz|AQoEXAMPLE)[\w+/=]{4,}"  # AWS's own
)
_RUN: Final = late(r"(?<![\w+/=.-])[A-Za-z0-9/+]{40,}={0,2}(?![\w+=-])")
"""A secret key of AWS has 40 characters of base64; tokens, and lines of keys, have more."""
_PATH: Final = late(
    r"/?(?:home|Users|usr|opt|var|tmp|etc|private|Library|Applications|nix|snap|mnt|srv"
    r"|role|assumed-role|user|group|policy|mfa)/"
)


def _without_shapes(text: str) -> str:
    text = _PEM.sub(MASK, text)
    text = _MARKED.sub(MASK, text)
    text = _RUN.sub(_mask_run, text)
    text = _ASSIGNED.sub(_mask_value, text)
    text = _OPTION.sub(lambda found: found["name"] + MASK, text)
    text = _BEARER.sub(_mask_bare, text)
    return _IN_URL.sub(lambda found: found["name"] + MASK, text)


def _mask_run(found: re.Match[str]) -> str:
    run = found[0]
    return MASK if _is_mixed(run) and not _PATH.match(run) else run


def _mask_bare(found: re.Match[str]) -> str:
    return found["name"] + MASK if _is_opaque(found["bare"]) else found[0]


_ALWAYS: Final = late("secret|passw|passphrase|pin", re.IGNORECASE)


def _mask_value(found: re.Match[str]) -> str:
    """A value behind ``name =`` or ``name:``; words of a sentence (``token: expired``) stay."""
    name, bare = found["name"], found["bare"]
    if MASK in found[0]:
        return found[0]
    if re.search("key_?-?id|token_?-?(?:url|type|file|endpoint)", name, re.IGNORECASE):
        return found[0]
    said = bare is not None and "=" not in found["sign"] and not _ALWAYS.match(name)
    if said and not _is_opaque(bare):
        return found[0]
    quotes = {"escaped": '\\"', "double": '"', "single": "'", "bare": ""}
    quote = next(quotes[kind] for kind in quotes if found[kind] is not None)
    return f"{name}{found['sign']}{quote}{MASK}{quote}"


def _is_mixed(word: str) -> bool:
    """Whether a word has digits, capitals and small letters, as base64 has and words have not."""
    return (
        any(c.isdigit() for c in word)
        and any(c.isupper() for c in word)
        and any(c.islower() for c in word)
    )


def _is_opaque(word: str) -> bool:
    """Whether a word looks like no word of a language: long enough, with more than letters."""
    if len(word) < 8 or "://" in word:
        return False
    letters = sum(c.isalpha() for c in word)
    return letters < len(word) - 2 or any(c.isdigit() for c in word)
