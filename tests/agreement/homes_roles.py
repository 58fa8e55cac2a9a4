"""Roles, chains of them, and whatever can be wrong with a source."""

from __future__ import annotations

from typing import Final

from awsttl.core.why.prediction import RUN
from support.home import START_URL

from .kit import (
    BASE,
    CORP,
    DEVICE,
    ENVIRONMENT,
    HOUR,
    LEGACY,
    LOGIN,
    MINUTE,
    PAST,
    PASTED,
    PROCESS,
    ROLE,
    SSO,
    WEB,
    Case,
    cached,
    damaged,
    ended,
    living,
    process,
    role,
    token,
    web_session,
    web_token,
)

MFA: Final = role(mfa_serial=DEVICE)
MFA_SOURCE: Final = {"dev": role("mid"), "mid": role("base", 1, mfa_serial=DEVICE), "base": BASE}
CHAIN: Final = {"dev": role("mid"), "mid": role("base", 1), "base": BASE}
MID: Final = "ASIACACHEDSESSION0M1"
OF_ENVIRONMENT: Final = {"role_arn": ROLE, "credential_source": "Environment"}
NO_METADATA: Final = {"AWS_EC2_METADATA_DISABLED": "true"}
PLAIN: Final = {"dev": role(), "base": BASE}

ROLES: Final = (
    Case("a role", PLAIN),
    Case("a role with a session", PLAIN, files=(cached(role(), HOUR),)),
    Case("a role with a session by v1", PLAIN, files=(cached(role(), HOUR, writer="v1"),)),
    Case("a role with one by botocore", PLAIN, files=(cached(role(), HOUR, writer="botocore"),)),
    Case("a role past its reuse point", PLAIN, files=(cached(role(), 14 * MINUTE),)),
    Case("a role whose session has ended", PLAIN, files=(cached(role(), -HOUR),)),
    Case(
        "a role whose session another profile got",
        {"dev": role(), "other": role("old"), "base": BASE, "old": BASE},
        files=(cached(role("old"), HOUR),),
    ),
    Case(
        "a role with a duration that is no number",
        {"dev": role(duration_seconds="1h"), "base": BASE},
        files=(cached(role(), HOUR),),
    ),
    Case(
        "a role that AWS refuses",
        PLAIN,
        aws=(lambda cloud: cloud.sts.deny(ROLE),),
        refused=("AssumeRole", "not-authorized"),
    ),
    Case("a role with MFA", {"dev": MFA, "base": BASE}),
    Case("a role with MFA and a session", {"dev": MFA, "base": BASE}, files=(cached(MFA, HOUR),)),
    Case("a role with an empty mfa_serial", {"dev": role(mfa_serial=""), "base": BASE}),
    Case("a role behind a role with MFA", MFA_SOURCE),
    Case(
        "a role with MFA behind SSO, never signed in",
        {"dev": role("sso", mfa_serial=DEVICE), "sso": LEGACY},
    ),
)

CHAINS: Final = (
    Case("a chain with a session in it", CHAIN, files=(cached(CHAIN["mid"], HOUR, key=MID),)),
    Case(
        "a chain with a damaged file behind a living session",
        CHAIN,
        files=(cached(CHAIN["dev"], HOUR), damaged(CHAIN["mid"], b"")),
    ),
    Case(
        "a chain with a damaged file behind a session that has ended",
        CHAIN,
        files=(cached(CHAIN["dev"], -HOUR), damaged(CHAIN["mid"], b"")),
    ),
    Case(
        "a middle with keys and a role of its own",
        {"dev": role("mid"), "mid": role("gone", 1) | BASE},
    ),
    Case("a profile that is its own source", {"dev": role("dev") | BASE}),
    Case("a loop", {"dev": role("mid"), "mid": role("dev", 1)}),
    Case(
        "a missing source behind a living session",
        {"dev": role("gone")},
        files=(cached(role("gone"), HOUR),),
    ),
    Case("a role without a source", {"dev": {"role_arn": ROLE}}),
    Case("a role with two sources", {"dev": role(credential_source="Environment"), "base": BASE}),
    Case("a source without credentials", {"dev": role(), "base": {"region": "us-east-1"}}),
)

SOURCES: Final = (
    Case(
        "a role behind SSO",
        {"dev": role("sso"), "sso": SSO},
        CORP,
        files=(token(HOUR),),
        aws=(living(),),
    ),
    Case(
        "a role behind SSO, whose own session is not asked",
        {"dev": role("sso"), "sso": LEGACY},
        files=(token(HOUR, START_URL), cached(LEGACY, HOUR)),
        aws=(living(),),
    ),
    Case(
        "a role behind SSO with a dead token",
        {"dev": role("sso"), "sso": LEGACY},
        files=(token(-HOUR, START_URL),),
    ),
    Case(
        "a role behind a web identity, whose own session is not asked",
        {"dev": role("web", 1), "web": WEB},
        files=(
            web_token(),
            web_session(HOUR, with_token=True),
            web_session(HOUR, with_token=False),
        ),
    ),
    Case(
        "a role with a session behind a web identity without its file",
        {"dev": role("web", 1), "web": WEB},
        files=(cached(role("web", 1), HOUR),),
    ),
    Case(
        "a role with a session behind a process",
        {"dev": role("proc"), "proc": PROCESS},
        files=(process(), cached(role("proc"), HOUR)),
    ),
    Case(
        "a role with a session behind a process that fails",
        {"dev": role("proc"), "proc": PROCESS},
        files=(process("exit 3"), cached(role("proc"), HOUR)),
        refused=(RUN, "process-failed"),
    ),
    Case(
        "a role with MFA behind a process",
        {"dev": role("proc", mfa_serial=DEVICE), "proc": PROCESS},
        files=(process(),),
    ),
    Case(
        "a role behind a role with a session, behind a process",
        {"dev": role("mid"), "mid": role("proc", 1), "proc": PROCESS},
        files=(process(), cached(role("proc", 1), HOUR, key=MID)),
    ),
    Case(
        "a role behind a role with a session, behind aws login, never signed in",
        {"dev": role("mid"), "mid": role("login", 1), "login": {"login_session": LOGIN}},
        files=(cached(role("login", 1), HOUR, key=MID),),
    ),
    Case(
        "a role behind pasted keys that have ended",
        {"dev": role("pasted"), "pasted": PASTED | {"aws_expiration": PAST}},
        aws=(ended(PASTED["aws_access_key_id"]),),
    ),
    Case("a role of the environment", {"dev": OF_ENVIRONMENT}, environ=ENVIRONMENT),
    Case(
        "a role with a session, of the environment, which is empty",
        {"dev": OF_ENVIRONMENT},
        files=(cached(OF_ENVIRONMENT, HOUR),),
    ),
    Case(
        "a role of the environment, which is half set",
        {"dev": OF_ENVIRONMENT},
        environ={"AWS_ACCESS_KEY_ID": "AKIA"},
    ),
    Case(
        "a role of the environment, whose keys have ended",
        {"dev": OF_ENVIRONMENT},
        environ=ENVIRONMENT | {"AWS_SESSION_TOKEN": "t", "AWS_CREDENTIAL_EXPIRATION": PAST},
    ),
    Case(
        "a credential_source in lower case",
        {"dev": OF_ENVIRONMENT | {"credential_source": "environment"}},
        environ=ENVIRONMENT,
    ),
    *(
        Case(
            f"a role of {name}{more}",
            {"dev": OF_ENVIRONMENT | source},
            files=files,
            environ=NO_METADATA,
        )
        for name, source in {
            "the machine, which may not be asked": {"credential_source": "Ec2InstanceMetadata"},
            "a container, where there is none": {"credential_source": "EcsContainer"},
        }.items()
        for more, files in {
            "": (),
            ", with a session": (cached(OF_ENVIRONMENT, HOUR),),
        }.items()
    ),
    Case(
        "a role behind a role with a session, of the environment, which is empty",
        {"dev": role("mid", 1), "mid": OF_ENVIRONMENT},
        files=(cached(OF_ENVIRONMENT, HOUR, key=MID),),
    ),
)
