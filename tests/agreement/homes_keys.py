"""Keys, processes, web identities, settings only; and what the environment does to a profile."""

from __future__ import annotations

from typing import Any, Final

from awsttl.core.why.prediction import RUN
from support.odd import Sections

from .kit import (
    BASE,
    ENVIRONMENT,
    HOUR,
    LOGIN,
    PAST,
    PASTED,
    PROCESS,
    ROLE,
    TOKEN,
    WEB,
    Case,
    cached,
    damaged_login,
    damaged_web_session,
    ended,
    process,
    raw,
    role,
    web_session,
    web_token,
)

DEV: Final = {"dev": BASE}
BEHIND_LOGIN: Final = {"dev": role("me"), "me": {"login_session": LOGIN}}
WITH_OTHER: Final = DEV | {
    "other": {"aws_access_key_id": "AKIAOTHERKEY00000O01", "aws_secret_access_key": "s"}
}
WEB_VARIABLES: Final = {"AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/token", "AWS_ROLE_ARN": ROLE}
HALF: Final = {"AWS_ACCESS_KEY_ID": "AKIA"}
TEMPORARY: Final = ENVIRONMENT | {"AWS_SESSION_TOKEN": "t"}

KEYS: Final = (
    Case("keys in both files", {"dev": PASTED}, credentials=DEV),
    Case("half a key", {"dev": {"aws_access_key_id": "AKIA"}}),
    Case(
        "pasted keys that have ended, as nobody wrote down",
        {"dev": PASTED},
        aws=(ended(PASTED["aws_access_key_id"]),),
        refused=("GetCallerIdentity", "session-expired"),
    ),
    *(
        Case(
            f"pasted keys that have ended by {key}",
            credentials={"dev": PASTED | {key: text}},
            aws=(ended(PASTED["aws_access_key_id"]),),
        )
        for key, text in {
            "x_security_token_expires": "2020-01-01T00:00:00+02:00",
            "aws_session_expiration": "2020-01-01T00:00:00+0000",
            "aws_expiration": "2020-01-01T00:00:00.000Z",
            "aws_credential_expiration": PAST,
            "expiration": "2020-01-01 00:00:00",
        }.items()
    ),
    Case("settings only", {"dev": {"region": "us-east-1"}}),
    Case("a profile that is nowhere", {"other": BASE}),
    Case(
        "a file that does not parse", files=(raw(".aws/config", "[profile dev]\n[profile dev]\n"),)
    ),
    Case("a process", {"dev": PROCESS | BASE}, files=(process(),)),
    Case(
        "a process that says something else",
        {"dev": PROCESS},
        files=(process("echo hello"),),
        refused=(RUN, "process-failed"),
    ),
    Case(
        "a process, and keys in credentials", {"dev": PROCESS}, credentials=DEV, files=(process(),)
    ),
    Case(
        "aws login",
        {"dev": {"login_session": LOGIN}},
        files=(lambda home, now: home.login_token(LOGIN, expires_at=now + HOUR),),
    ),
    Case("aws login, never signed in", {"dev": {"login_session": LOGIN}}),
    Case("a role behind aws login, never signed in", BEHIND_LOGIN),
    Case(
        "a role with a session behind aws login, never signed in",
        BEHIND_LOGIN,
        files=(cached(role("me"), HOUR),),
    ),
    *(
        Case(
            f"a login: {what}",
            BEHIND_LOGIN if what == "half-written" else {"dev": {"login_session": LOGIN}},
            files=(damaged_login(body), cached(role("me"), HOUR)),
        )
        for what, body in {
            "half-written": b'{"accessToken": {',
            "a list": b"[]",
            "without a token": b"{}",
            "a token that is null": b'{"accessToken": null, "refreshToken": "r", "clientId": "c"}',
        }.items()
    ),
)

WEB_IDENTITIES: Final = (
    Case(
        "a web identity with v2's session",
        {"dev": WEB},
        files=(web_token(), web_session(HOUR, with_token=False)),
    ),
    Case(
        "a web identity with v1's session",
        {"dev": WEB},
        files=(web_token(), web_session(HOUR, with_token=True)),
    ),
    Case(
        "a web identity with v1's file damaged",
        {"dev": WEB},
        files=(
            web_token(),
            damaged_web_session(b"{", with_token=True),
            web_session(HOUR, with_token=False),
        ),
    ),
    Case(
        "a web identity with a session, without its file",
        {"dev": WEB},
        files=(web_session(HOUR, with_token=False),),
    ),
    Case(
        "a web identity that AWS refuses",
        {"dev": WEB},
        files=(web_token(),),
        aws=(lambda aws: aws.sts.refuse_web_token(TOKEN, "ExpiredTokenException", "expired"),),
        refused=("AssumeRoleWithWebIdentity", "web-token-expired"),
    ),
)


def _without_profile(name: str, config: Sections | None = None, **rest: Any) -> Case:
    """The same without ``--profile``."""
    return Case(name, config or {}, profile=None, **rest)


ENVIRONMENTS: Final = (
    Case("keys in the environment, with --profile", DEV, environ=ENVIRONMENT),
    Case("half a key in the environment, with --profile", DEV, environ=HALF),
    _without_profile("no profile at all"),
    _without_profile(
        "AWS_PROFILE and AWS_DEFAULT_PROFILE",
        WITH_OTHER,
        environ={"AWS_PROFILE": "dev", "AWS_DEFAULT_PROFILE": "other"},
    ),
    _without_profile("an empty AWS_PROFILE", {"default": BASE}, environ={"AWS_PROFILE": ""}),
    _without_profile("keys before AWS_PROFILE", DEV, environ=ENVIRONMENT | {"AWS_PROFILE": "dev"}),
    _without_profile(
        "keys before a missing AWS_PROFILE", DEV, environ=ENVIRONMENT | {"AWS_PROFILE": "gone"}
    ),
    _without_profile("half a key before AWS_PROFILE", DEV, environ=HALF | {"AWS_PROFILE": "dev"}),
    _without_profile(
        "keys that have ended", environ=TEMPORARY | {"AWS_CREDENTIAL_EXPIRATION": PAST}
    ),
    _without_profile(
        "keys whose end is no time", environ=TEMPORARY | {"AWS_CREDENTIAL_EXPIRATION": "soon"}
    ),
    _without_profile(
        "a web identity before AWS_PROFILE",
        DEV,
        environ=WEB_VARIABLES | {"AWS_PROFILE": "dev"},
        files=(web_token(),),
    ),
    _without_profile(
        "a role before a web identity",
        {"dev": role(), "base": BASE},
        environ=WEB_VARIABLES | {"AWS_PROFILE": "dev"},
        files=(web_token(),),
    ),
)
