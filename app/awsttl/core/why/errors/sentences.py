"""Kinds of sentences: one cause in the words of any program, where no list of phrases would end.

Every program has its own way to say that it found no credentials: "could not locate any AWS
credentials", "credentials were not provided". All of them say one thing of one subject, so a kind
of sentence is a subject and what is said before or behind it. Such a sentence counts only in a
text that bears AWS's mark, since every other service has credentials and profiles as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from awsttl.core.why.errors.text import Message, places

_AROUND: Final = 90
"""Characters on each side of a subject that belong to its sentence."""
_MOST: Final = 64
"""Places of one subject that are looked at from each end of a text."""

_WORD_ENDS: Final = re.compile(r"s?(?![a-z])")


class Sentence(NamedTuple):
    """A subject and what is said of it."""

    subject: str
    """In lower case, such as ``credential``."""
    before: re.Pattern[str] | None = None
    """What may stand right before the subject."""
    behind: re.Pattern[str] | None = None
    """What may stand right behind the subject."""


def places_of_sentence(message: Message, sentence: Sentence) -> Iterator[int]:
    """Where the subject of such a sentence stands in :attr:`Message.plain`."""
    subject, before, behind = sentence
    for place in places(message.plain, subject, _MOST):
        end = place + len(subject)
        if not _WORD_ENDS.match(message.plain, end):
            continue  # "regional", where the subject is "region"
        if (before and before.search(message.plain[max(0, place - _AROUND) : place])) or (
            behind and behind.match(message.plain[end : end + _AROUND])
        ):
            yield place


# --- the words of which the sentences are made ---

_NOT: Final = (
    r"(?:unable to|not able to|could ?n[o']?t|can ?n[o']?t|failed to|fails to|failure to|failing to"
    r"|did ?n[o']?t|does ?n[o']?t|error|problem|while|when)"
)
_FIND: Final = (
    r"(?:find|locat|load|resolv|obtain|retriev|get|fetch|read|determin|discover|acquir|access|have"
    r"|provid|detect|sourc|refresh|infer|assum|pars|creat|generat)(?:e|ing|ting)?"
)
_FOUND: Final = (
    r"(?:found|located|loaded|resolved|obtained|retrieved|fetched|read|determined|discovered"
    r"|provided|detected|configured|set|given|specified|supplied|available|present|defined|passed"
    r"|sourced|refreshed|initiali[sz]ed|recogni[sz]ed|set up|setup)"
)
_GIVE: Final = r"(?:specify|provide|set|supply|configure)"
_IS: Final = r"(?: (?:is|are|was|were|be|been|has|have|had|could|can|do|does|did|may|must|already))"
_GONE: Final = r"(?:missing|unset|undefined|empty|unavailable|required|needed|absent|null|nil|none)"
_OVER: Final = (
    r"(?:expired|timed out|ended|no longer valid|no longer active|out of date|stale|outdated)"
)
_WRONG: Final = (
    r"(?:invalid|incorrect|wrong|not valid|not accepted|rejected|revoked|deactivated|inactive"
    r"|not correct|not active|disabled)"
)
_WHICH: Final = (
    r"(?:(?:a|an|any|the|your|my|its|some|valid|usable|default|aws|amazon|iam|sts|s3|ec2|security"
    r"|temporary|static|base|boto3?|role|api|shared|current|source|profile|instance|login|sso|stored"
    r"|cached|saved|new|environment|variable) ){0,4}"
)
_MARK: Final = r"[\s\"'`:=\[\](){}<>,_-]{0,4}"
"""Quotation marks and the like between a subject and the words around it."""
_NAME: Final = r"[\"'`(\[<{:=]{0,2}[\w@%+=:,./-]{1,64}[\"'`)\]>}]{0,2}"
"""A profile's name, as programs show it."""


# --- the sentences ---


def missing(subject: str, nouns: str = "value|setting") -> Sentence:
    """That something is not there. *nouns*, separated by ``|``, may follow the subject."""
    behind = rf"s?(?: (?:{nouns})){{0,2}}{_MARK}{_IS}{{0,3}}"
    return Sentence(
        subject,
        before=re.compile(
            rf"(?:\b{_NOT} {_FIND} (?:to )?"
            r"|\b(?:no|null|missing|without|insufficient|lacking|undefined|not set) "
            rf"|\b(?:must|need to|please) {_GIVE} ){_WHICH}{_MARK}$"
        ),
        behind=re.compile(rf"{behind}(?:(?: (?:not|yet|been|be)|n't){{1,3}} {_FOUND}| {_GONE})\b"),
    )


def over(subject: str) -> Sentence:
    """That something held once and does no longer."""
    return Sentence(
        subject,
        before=re.compile(rf"\b(?:expired|stale|outdated) {_WHICH}{_MARK}$"),
        behind=re.compile(
            rf"s?(?: (?:(?:token|key|session|credential)s?|(?:for )?{_NAME})){{0,2}}{_MARK}"
            rf"{_IS}{{0,3}}(?: (?:likely|probably|either|now|invalid or|missing or)){{0,2}}"
            rf" {_OVER}\b"
        ),
    )


def wrong(subject: str) -> Sentence:
    """That something is there, and AWS does not take it."""
    return Sentence(
        subject,
        before=re.compile(rf"\b(?:invalid|incorrect|wrong|inactive) {_WHICH}{_MARK}$"),
        behind=re.compile(
            rf"(?:s| ids?)?(?: (?:you provided|provided|configured|used))?{_MARK}"
            rf"{_IS}{{0,3}}(?: (?:either|probably|likely))? {_WRONG}\b"
        ),
    )


PROFILE_MISSING: Final = Sentence(
    "profile",
    before=re.compile(
        rf"\b(?:{_NOT} (?:find|locat|load|resolv)(?:e|ing)? (?:{_WHICH}{_MARK}|the {_NAME} )"
        r"|(?:unknown|nonexistent|non-existent|no such|undefined) (?:aws |config )?)$"
    ),
    behind=re.compile(
        r"(?: (?:name|given|specified|called|named))?"
        rf"(?: ?{_NAME}:?)?{_MARK}(?:{_IS}{{0,2}} ?n[o']t(?: (?:be|been|seem to be))?"
        r" (?:found|exist|defined|located|present|known|configured|in)\b"
        r"| (?:is |was )?(?:missing|undefined|unknown|nonexistent)\b(?! (?:[`'\"]|required)))"
    ),
)
MFA_NEEDED: Final = Sentence(
    "mfa",
    before=re.compile(r"\b(?:requires?|requiring|needs?|missing|without) (?:an |a |the )?$"),
    behind=re.compile(
        r"(?: (?:token|code|serial|authentication|device|otp|prompt|input)){0,2}"
        rf"{_IS}{{0,3}} (?:required|needed|missing|not provided|not supported|not set|provided"
        r"|unsupported)\b"
    ),
)
SSO_OVER: Final = (over("sso"), over("identity center"))
SSO_FAILS: Final = Sentence(
    "sso",
    before=re.compile(rf"\b(?:{_NOT} {_FIND}|missing|invalid|corrupt)\b[^.,;:]{{0,50}}(?<![\w-])$"),
    behind=re.compile(
        r"(?:[ -](?:access|session|login|token|credential|cache|file)s?){1,3}"
        rf"{_MARK}{_IS}{{0,3}} (?:{_WRONG}|not found|missing|failed|needs)\b"
    ),
)
LOGIN_OVER: Final = (over("login session"), over("login token"), over("login-session"))
PROFILE_EMPTY: Final = Sentence(
    "profile",
    behind=re.compile(
        rf"(?: ?{_NAME})? (?:has no|contains no|without(?: any)?"
        r"|(?:does|did)(?: not|n't) (?:have|contain|include|provide|define)(?: any| valid)?)"
        r" (?:aws )?credentials?\b"
    ),
)
NO_REGION: Final = missing(
    "region", "configuration|information|value|name|setting|environment|variable"
)
NO_CREDENTIALS: Final = (
    missing("credential", "provider|providers|file|value|information"),
    missing("access_key_id", "environment|variable|env|var|and|or|aws_secret_access_key"),
    missing("secret_access_key", "environment|variable|env|var|and|or|aws_access_key_id"),
    missing("access key", "id|ids|and|or|secret|key|secret key"),
    missing("secret key"),
)
SESSION_OVER: Final = (over("credential"), over("session"), over("token"), over("creds"))
KEY_WRONG: Final = (
    wrong("credential"),
    wrong("access key"),
    wrong("accesskeyid"),
    wrong("session token"),
)
