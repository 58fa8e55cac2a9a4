"""SSO profiles, and the two clocks that they live by."""

from __future__ import annotations

from typing import Final

from support.home import START_URL

from .kit import (
    CORP,
    FUTURE,
    HOUR,
    LEGACY,
    MINUTE,
    SSO,
    URL,
    Case,
    cached,
    damaged,
    damaged_token,
    living,
    role,
    token,
)

DEV: Final = {"dev": SSO}
END: Final = FUTURE.encode()
REFRESHABLE: Final = living(refresh="refresh")
SESSION: Final = cached(SSO, HOUR)

SSO_SESSIONS: Final = (
    Case("SSO", DEV, CORP, files=(token(HOUR),), aws=(living(),)),
    Case("SSO, never signed in", DEV, CORP),
    Case("SSO with a session", DEV, CORP, files=(token(HOUR), SESSION), aws=(living(),)),
    Case("SSO with a session, and a dead token", DEV, CORP, files=(token(-HOUR), SESSION)),
    Case("SSO with a session, and no token", DEV, CORP, files=(SESSION,)),
    Case(
        "SSO with a damaged session",
        DEV,
        CORP,
        files=(token(HOUR), damaged(SSO, b"{")),
        aws=(living(),),
    ),
    Case(
        "SSO with a token that is refreshed in time",
        DEV,
        CORP,
        files=(token(14 * MINUTE, refresh="refresh", registration=HOUR),),
        aws=(REFRESHABLE,),
    ),
    Case(
        "SSO with a dead token, past refreshing",
        DEV,
        CORP,
        files=(token(-HOUR, refresh="refresh", registration=-HOUR),),
        aws=(REFRESHABLE,),
    ),
    Case(
        "SSO with a refresh token that AWS does not take",
        DEV,
        CORP,
        files=(token(-HOUR, refresh="used", registration=HOUR),),
        refused=("CreateToken", "sign-in"),
    ),
    Case(
        "SSO with a revoked token",
        DEV,
        CORP,
        files=(token(HOUR),),
        refused=("GetRoleCredentials", "sign-in"),
    ),
    *(
        Case(
            f"SSO at a start URL without TLS{when}",
            DEV,
            {"corp": URL | {"sso_start_url": "http://corp.awsapps.com/start"}},
            files=files,
            aws=(living(),),
        )
        for when, files in {
            "": (),
            ", signed in": (token(HOUR),),
            ", ended": (token(-HOUR),),
        }.items()
    ),
    Case(
        "SSO at a start URL of somebody's own",
        DEV,
        {"corp": URL | {"sso_start_url": "https://sso.example.com"}},
        files=(token(HOUR),),
        aws=(living(),),
    ),
    Case("SSO without its section", DEV),
    Case("SSO without a start URL", DEV, {"corp": {"sso_region": "us-east-1"}}),
    Case(
        "legacy SSO, which does not refresh",
        {"dev": LEGACY},
        files=(token(-HOUR, START_URL, refresh="refresh", registration=HOUR),),
    ),
    *(
        Case(f"an SSO token: {what}", DEV, CORP, files=(damaged_token(body),))
        for what, body in {
            "half-written": b'{"accessToken": "t", "expires',
            "null": b"null",
            "a naive expiry": b'{"accessToken": "t", "expiresAt": "2036-11-20T21:00:00"}',
            "without an expiry": b'{"accessToken": "t"}',
            "an expiry that is null": b'{"accessToken": "t", "expiresAt": null}',
            "an expiry in seconds": b'{"accessToken": "t", "expiresAt": 2110914000}',
            "an expiry in milliseconds": b'{"accessToken": "t", "expiresAt": "2110914000000"}',
            "an expiry in words": b'{"accessToken": "t", "expiresAt": "tomorrow"}',
            "a list": b'[{"accessToken": "t"}]',
            "empty": b"",
            "a byte-order mark": b'\xef\xbb\xbf{"accessToken": "t", "expiresAt": "' + END + b'"}',
            "a registration in its place": b'{"clientId": "c", "expiresAt": "' + END + b'"}',
            "a token that is null": b'{"accessToken": null, "expiresAt": "' + END + b'"}',
        }.items()
    ),
    *(
        Case(
            f"a legacy SSO token: {what}",
            {"dev": LEGACY},
            files=(damaged_token(body, START_URL),),
        )
        for what, body in {
            "half-written": b'{"accessToken": "t", "expires',
            "without an expiry": b'{"accessToken": "t"}',
        }.items()
    ),
    Case(
        "a role behind a damaged SSO token",
        {"dev": role("sso"), "sso": LEGACY},
        files=(damaged_token(b'{"accessToken": "t"}', START_URL),),
    ),
    Case(
        "a role with a session behind a damaged SSO token",
        {"dev": role("sso"), "sso": LEGACY},
        files=(damaged_token(b"{", START_URL), cached(role("sso"), HOUR)),
    ),
    Case(
        "SSO with a session and a damaged token",
        DEV,
        CORP,
        files=(damaged_token(b"{"), SESSION),
    ),
)
