"""What in a text is AWS's: the mark of its clients, its error codes, the operation that failed.

A code or a common word counts only in a text that bears AWS's mark, since other services have an
"ExpiredToken" and a "no credentials" too. Whole sentences that only AWS and its clients print are
a mark of their own; they stand in the rules.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from awsttl.core.why.errors.text import Message, places, without_prefix

_NAMES: Final = re.compile(
    r"(?<![A-Za-z])aws(?![a-z])"  # aws s3 ls, aws-sdk, aws_profile, @aws/, .aws/
    r"|AWS(?![a-z])|Aws(?=[A-Z:.\\])|(?<![a-z])[Aa]ws(?:sdk|cli|apps|crt|ume|curl|logs|vault)"
    r"|(?<![a-z])ec2_|amazon(?:aws|[.-])|[Bb]oto(?:3|core|(?![a-z]))"
    r"|Amazon(?:[. A-Z]|Client)|IAM Identity Center|SotoCore"
    r"|(?<![A-Za-z.])[Pp]aws(?:\.[a-z.]{1,40})?::"  # of R and of Perl
)
_SIGNS: Final = ("aws", "ec2_", "amazon", "boto", "iamidentitycenter", "sotocore", "paws")
"""One of these stands in all that :data:`_NAMES` finds; to look for them takes a tenth."""
_DRESSINGS: Final = (
    "anerroroccurred(",
    "whencallingthe",  # botocore: An error occurred (Code) when calling the X operation
    "apierror",  # Go v2: https response error StatusCode: 403, RequestID: …, api error Code:
    "operationerror",
    "statuscode:4",  # Go v1, Java: status code: 403, request id: …
    "<requestid>",  # XML
    "@smithy/",
    "credentialprocess",
    "credentialsprovidererror",  # JavaScript v3
    "tokenprovidererror",
    "credentialsproviderfailure",  # JavaScript v2
    "credential_process",
    "serverlesserror",
    "s3error",  # the object stores of Rust, pyarrow's, DuckDB's
    "169.254.169.254/latest/",
    "saml2aws",
    "x-amz",
    "thesecuritytokenincludedintherequestis",
    "theprovidedtokenhasexpired",
    "assumerole",
    "sso-session",
    "sso_session",
    "sso_start_url",
    "awsapps.com",
    "ssocredentialsprovider",
    "ssobearertokenprovider",
    "dispatchfailure(",
    "providererror(providererror",
)
"""How AWS's clients dress what AWS says, and what only AWS says, as in :attr:`Message.words`."""


_OTHERS: Final = (
    "aliyun",
    "alibaba",
    "alicloud",
    "tencentcloud",
    "myqcloud",
    "huaweicloud",
    "volcengine",
)
"""Clouds whose clients are made after AWS's, with its codes and even its sentences."""


def is_of_others(message: Message) -> bool:
    """Whether a text comes from a client of another cloud, and does not name AWS beside it."""
    if not any(other in message.words for other in _OTHERS):
        return False
    return not _NAMES.search(message.flat)


_FORM: Final = 40
"""Lines of a text that may be, as a whole, one of the AWS CLI's forms of an error."""


def bears_mark(message: Message, codes: Collection[str]) -> bool:
    """Whether a text comes from a client of AWS. *codes* are the codes that are AWS's own."""
    if any(sign in message.words for sign in _SIGNS) and _NAMES.search(message.flat):
        return True
    if any(dressing in message.words for dressing in _DRESSINGS):
        return True
    if len(message.lines) > _FORM:
        return False
    return any(_bare(_field(line)) in codes for line in message.lines)


def _field(line: str) -> str:
    """The code in a line of the AWS CLI's json, yaml, text or table, or a line that is only one."""
    line = without_prefix(line).strip(" \t{|\"'")
    if line.startswith("Code"):
        word = re.search(r"\w{1,80}", line[len("Code") :])
        return word[0] if word else ""
    return re.split("[\t|]", line, maxsplit=1)[0].strip(" \"',")


def _bare(code: str, ends: Iterable[str] = ()) -> str:
    return next((code.removesuffix(end) for end in ends or _SUFFIXES if code.endswith(end)), code)


_TOLD: Final = re.compile(r"anerroroccurred\((\w{1,60})\)whencallingthe|apierror(\w{1,60}):")
_VAGUE: Final = frozenset(("accessdenied", "forbidden", "unknown", "400", "401", "403"))
"""Codes by which a service says no more than that it does not want to."""


def told_codes(message: Message) -> frozenset[str]:
    """The codes, in lower case, in which AWS itself tells why a short text's only call failed.

    With such a code, words that any program may say are AWS's about something else: the session
    of a user pool, the token of a phone. Empty where it is vague, and for a long text, which is
    a log of many calls.
    """
    if len(message.lines) > _FORM:
        return frozenset()
    found = {one or other for one, other in _TOLD.findall(message.words)}
    codes = {_bare(code, (end.lower() for end in _SUFFIXES)) for code in found}
    return frozenset() if codes & _VAGUE else frozenset(codes)


_SUFFIXES: Final = ("Exception", "Error", "Fault")
MOST: Final = 8
"""Places of one code that are told from each end of a text."""
_ENOUGH: Final = 1024
"""Places that are looked at for them."""


def places_of_code(message: Message, code: str) -> Iterator[int]:
    """Where an error code stands as a word of its own, as places in :attr:`Message.flat`.

    ``ExpiredToken`` is found in ``(ExpiredToken)``, ``<Code>ExpiredToken</Code>``,
    ``service#ExpiredTokenException`` and ``Errors::ExpiredToken``; not in
    ``ExpiredTokenizer`` or ``NotExpiredToken``.
    """
    flat = message.flat
    found = [
        place for place in places(flat, code, _ENOUGH) if _is_word(flat, place, place + len(code))
    ]
    yield from dict.fromkeys((*found[:MOST], *found[-MOST:]))


def _is_word(text: str, start: int, end: int) -> bool:
    for suffix in _SUFFIXES:
        if text.startswith(suffix, end):
            end += len(suffix)
            break
    if text[end : end + 1] == "." and text[end + 1 : end + 2].isalpha():
        return False  # "InvalidSecurityToken.Expired" is another cloud's
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isalnum() or before == "_" or after.isalnum() or after == "_")


_CALLS: Final = re.compile(
    r"whencallingthe(\w{1,60}?)operation"
    r"|operationerror\w{1,40}:(\w{1,60}),"
    r"|(?<=calling)sts[:.](\w{1,60})"
    r"|executing\"(\w{1,60})\"on"
    r"|errorcalling(\w{1,60}?)for"
    r"|action=(\w{1,60})&"
    r"|operation::(\w{1,60})(?=:)"  # Rust, with underscores
)
_AFTER: Final = re.compile(r"fromsts/(\w{1,60}?)-")  # eksctl names it behind the message
_MENTIONED: Final = re.compile(
    r"(?P<assumerolewithsaml>assumerolewithsaml|stsrolewithsaml)"
    r"|(?P<assumerolewithwebidentity>assumerolewithwebidentity|stswebidentityrole|rolewithoidc"
    r"|webidentityerr)"
    r"|(?P<assumerole>assumerole(?!d)|use-stsrole)"
    r"|(?P<getsessiontoken>getsessiontoken)"
    r"|(?P<getrolecredentials>get-ssorolecredential"
    r"|(?:amazon|services|aws)(?:\.|::|/)sso(?:\.model|::errors|/exception))"
    r"|(?P<createtoken>(?:amazon|services|aws)(?:\.|::|/)ssooidc(?:\.model|::errors|/exception))"
)
"""An operation in the words of programs, of PowerShell, and of the SDKs' names for errors."""
_NEAR: Final = 700
_WIDE: Final = 3000


def operation(message: Message, place: int) -> str:
    """The operation whose failure is told at *place* in :attr:`Message.words`, in lower case.

    The one that the client's own form of an error names; else one that is mentioned around it, as
    in a stack trace. Empty where there is none.
    """
    words = message.words
    named = ""
    for found in _CALLS.finditer(words, max(0, place - _NEAR), place):
        named = next(group for group in found.groups() if group)
    named = named or _named_behind(words, place)
    if not named and (mention := _MENTIONED.search(words, max(0, place - _WIDE), place + _WIDE)):
        named = mention.lastgroup or ""
    return named.replace("_", "")


def _named_behind(words: str, place: int) -> str:
    found = _CALLS.search(words, place, place + _NEAR // 4) or _AFTER.search(
        words, place, place + _NEAR // 2
    )
    return next(group for group in found.groups() if group) if found else ""
