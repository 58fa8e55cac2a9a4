"""What AWS answers when it refuses: STS, the SSO portal, OIDC."""

from __future__ import annotations

import re
from typing import Final

from awsttl.core.remedies import Act, Remedy
from awsttl.core.why.errors.rule import Cause, fixed, short


def _clock(text: str, _name: str) -> tuple[str, Remedy]:
    which = "wrong"  # RequestTimeTooSkewed does not say more
    if "is now earlier than" in text:
        which = "slow"
    elif "is still later than" in text:
        which = "fast"
    # Slow: "Signature expired: A is now earlier than B (C - 5 min.)": C is the server's time.
    found = re.search(r"\((\d{8}T\d{6}Z) [+-]", text)
    server = f"; AWS's says {found[1]}" if found else ""
    fix = Remedy("set the clock (timedatectl set-ntp true)")
    return f"this machine's clock is {which}{server}", fix


def _sign_in_refused(text: str, _name: str) -> tuple[str, Remedy]:
    found = re.search(r"\((\w+?)(?:Exception)?\) when calling the \w+ operation[^:]*: *(.*)", text)
    code, reason = found.groups() if found else ("", "")
    message = "AWS refuses the sign-in: " + (f"{code}: {reason}" if reason else code)
    return short(message), Remedy("check sso_start_url, sso_region and sso_registration_scopes")


CAUSES: Final[tuple[Cause, ...]] = (
    (
        # STS checks a code's form before its value, and would repeat it in the text.
        r"MultiFactorAuthentication failed with invalid MFA|at 'tokenCode'|parameter TokenCode",
        "mfa-wrong",
        fixed("wrong or already used MFA code", "wait for the next code", Act.RENEW, "again"),
    ),
    (
        r"the MFA code is spent",
        "mfa-code-spent",
        fixed(
            "here AWS takes one MFA code for one role only",
            act=Act.RENEW,
            purpose="again with the next code",
        ),
    ),
    (
        r"MultiFactorAuthentication failed, unable to validate",
        "mfa-device",
        fixed("AWS does not know this MFA device", "correct mfa_serial of {name}"),
    ),
    (
        r"exceeds the MaxSessionDuration",
        "duration-too-long",
        fixed("duration_seconds exceeds what the role allows", "lower duration_seconds of {name}"),
    ),
    (
        r"1 hour session limit for roles assumed by role chaining",
        "chain-cap",
        fixed("a chained role lasts one hour at most", "set duration_seconds = 3600 for {name}"),
    ),
    (
        r"Signature expired:|Signature not yet current|RequestTimeTooSkewed",
        "clock-skew",
        _clock,
    ),
    (
        r"\(ExpiredToken\w*\) when calling the AssumeRoleWithWebIdentity",
        "web-token-expired",
        fixed("the web identity token has expired", "have a new token file written"),
    ),
    (
        r"\(InvalidIdentityToken\w*\)",
        "web-token-invalid",
        fixed("AWS does not accept this web identity token", "check the token file of {name}"),
    ),
    (
        # GetSessionToken: an MFA code is exchanged with the same source.
        r"\(ExpiredToken\w*\) when calling the (AssumeRole|GetSessionToken) ",
        "source-expired",
        fixed("the source's session has expired", "renew its source first"),
    ),
    (
        r"\((ExpiredToken|InvalidGrant)Exception\) when calling the CreateToken",
        "code-expired",
        fixed("the code is no longer good", act=Act.RENEW, purpose="for a new one"),
    ),
    (
        r"\(AccessDeniedException\) when calling the CreateToken",
        "sign-in-denied",
        fixed("the sign-in was denied in the browser", act=Act.RENEW, purpose="to try again"),
    ),
    (
        r"\(Internal(Server|Failure)\w*\)|\(ServiceUnavailable\w*\)|\(5\d\d\) when calling",
        "server-error",
        fixed("AWS itself has trouble", "wait a minute", Act.RENEW, "again"),
    ),
    (
        r"\((?!Thrott|TooMany|SlowDown|429)\w+\) when calling the (RegisterC|StartD|CreateToken)",
        "sign-in-refused",
        _sign_in_refused,
    ),
    (
        r"\(ExpiredToken\w*\)|\(RequestExpired\)",
        "session-expired",
        fixed("the session has expired", act=Act.RENEW),
    ),
    (
        r"InvalidClientTokenId|UnrecognizedClientException|AuthFailure|InvalidAccessKeyId",
        "key-invalid",
        fixed("the source's access key is deleted, inactive or wrong", "put in a valid key"),
    ),
    (
        r"SignatureDoesNotMatch",
        "secret-wrong",
        fixed("the secret access key does not match its key", "put in the secret of that key"),
    ),
    (
        r"not authorized to perform: sts:TagSession",
        "not-authorized",
        fixed("not allowed to tag the session", "have sts:TagSession allowed for the role"),
    ),
    (
        r"not authorized to perform: sts:GetSessionToken|Cannot call GetSessionToken",
        "not-authorized",
        fixed(
            "AWS does not let these keys get an MFA session",
            "have sts:GetSessionToken allowed; it takes an IAM user's own keys",
        ),
    ),
    (
        r"not authorized to perform: sts:|\(AccessDenied\)",
        "not-authorized",
        fixed(
            "AWS does not let this source assume the role",
            "check the role's trust policy and the source's sts:AssumeRole permission",
        ),
    ),
    (
        r"\(ForbiddenException\)",
        "role-not-assigned",
        fixed("this role is not assigned to you in IAM Identity Center", "ask for the assignment"),
    ),
)
