"""What an error of AWS, of botocore or of the network means, and what to do about it.

The table is AWS's troubleshooting article, turned round: from the text that people see to the
cause. Texts are matched by substring, since every client dresses them differently (``aws:
[ERROR]: …`` from newer v2).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from awsttl.core.model import Hop, Kind, Problem, Shape, Status

Explain = Callable[[str, str], tuple[str, str]]


def _fixed(message: str, fix: str) -> Explain:
    def explain(_text: str, name: str) -> tuple[str, str]:
        return message, fix.format(name=quoted(name))

    return explain


def quoted(name: str) -> str:
    """A profile's name as an argument of a shell command."""
    return name if re.fullmatch(r"[\w@%+=:,./-]+", name) else "'" + name.replace("'", "'\\''") + "'"


def _clock(text: str, _name: str) -> tuple[str, str]:
    which = "wrong"  # RequestTimeTooSkewed does not say more
    if "is now earlier than" in text:
        which = "slow"
    elif "is still later than" in text:
        which = "fast"
    # Slow: "Signature expired: A is now earlier than B (C - 5 min.)": C is the server's time.
    found = re.search(r"\((\d{8}T\d{6}Z) [+-]", text)
    server = f"; AWS's says {found[1]}" if found else ""
    return f"this machine's clock is {which}{server}", "set the clock (timedatectl set-ntp true)"


def _invalid_setting(text: str, name: str) -> tuple[str, str]:
    # botocore checks before it calls: "Parameter validation failed:\nInvalid length for …".
    after = text.partition("Parameter validation failed")[2]
    complaint = next((line for line in after.splitlines()[1:] if line), "a setting is not valid")
    return short(complaint), f"correct the settings of {quoted(name)}"


def _empty_source(text: str, name: str) -> tuple[str, str]:
    found = re.search(r'The source profile "(.*)" must have credentials', text)
    if found is None:  # a credential_source
        return "its source has no credentials here", f"give {quoted(name)} a source that has some"
    fix = f"add keys, a role or an SSO session to {quoted(found[1])}"
    return "its source_profile has no credentials", fix


def _sign_in_refused(text: str, _name: str) -> tuple[str, str]:
    found = re.search(r"\((\w+?)(?:Exception)?\) when calling the \w+ operation[^:]*: *(.*)", text)
    code, reason = found.groups() if found else ("", "")
    message = "AWS refuses the sign-in: " + (f"{code}: {reason}" if reason else code)
    return short(message), "check sso_start_url, sso_region and sso_registration_scopes"


def _corrupt_file(text: str, _name: str) -> tuple[str, str]:
    start = text.strip()[-41:-33]
    fix = "remove it from ~/.aws/cli/cache or ~/.aws/sso/cache"
    return f"cache file {start}… is corrupt", fix


def short(text: str) -> str:
    """A text cut to what a row shows."""
    return text if len(text) <= 120 else text[:119] + "…"


_SIGN_IN: Final = "aws sso login --profile {name}"
_PRESS_R: Final = "press r to sign in"

_SLIPS: Final = (
    r"'(Credentials|AccessKeyId|SecretAccessKey|SessionToken|Expiration)'\s*$"
    r"|(list|string) indices must be integers"
    r"|'\w+' object is not subscriptable"
    r"|argument of type '\w+' is not iterable"
    r"|can't (compare|subtract) offset-naive and offset-aware datetimes"
    r"|Parser must be a string or character stream"
    r"|Unknown string format"
    r"|String does not contain a date"
    r"|maximum recursion depth exceeded while decoding a JSON"
)

_TABLE: Final[tuple[tuple[str, str, Explain], ...]] = (
    (
        # STS checks a code's form before its value, and would repeat it in the text.
        r"MultiFactorAuthentication failed with invalid MFA|at 'tokenCode'|parameter TokenCode",
        "mfa-wrong",
        _fixed("wrong or already used MFA code", "wait for the next code and press r again"),
    ),
    (
        r"the MFA code is spent",
        "mfa-code-spent",
        _fixed("here AWS takes one MFA code for one role only", "press r again with the next code"),
    ),
    (
        r"MultiFactorAuthentication failed, unable to validate",
        "mfa-device",
        _fixed("AWS does not know this MFA device", "correct mfa_serial of {name}"),
    ),
    (
        r"exceeds the MaxSessionDuration",
        "duration-too-long",
        _fixed("duration_seconds exceeds what the role allows", "lower duration_seconds of {name}"),
    ),
    (
        r"1 hour session limit for roles assumed by role chaining",
        "chain-cap",
        _fixed("a chained role lasts one hour at most", "set duration_seconds = 3600 for {name}"),
    ),
    (
        r"Signature expired:|Signature not yet current|RequestTimeTooSkewed",
        "clock-skew",
        _clock,
    ),
    (
        r"\(ExpiredToken\w*\) when calling the AssumeRoleWithWebIdentity",
        "web-token-expired",
        _fixed("the web identity token has expired", "have a new token file written"),
    ),
    (
        r"\(InvalidIdentityToken\w*\)",
        "web-token-invalid",
        _fixed("AWS does not accept this web identity token", "check the token file of {name}"),
    ),
    (
        # GetSessionToken: an MFA code is exchanged with the same source.
        r"\(ExpiredToken\w*\) when calling the (AssumeRole|GetSessionToken) ",
        "source-expired",
        _fixed("the source's session has expired", "renew its source first"),
    ),
    (
        r"\((ExpiredToken|InvalidGrant)Exception\) when calling the CreateToken",
        "code-expired",
        _fixed("the code is no longer good", "press r for a new one"),
    ),
    (
        r"\(AccessDeniedException\) when calling the CreateToken",
        "sign-in-denied",
        _fixed("the sign-in was denied in the browser", "press r to try again"),
    ),
    (
        r"\(Internal(Server|Failure)\w*\)|\(ServiceUnavailable\w*\)|\(5\d\d\) when calling",
        "server-error",
        _fixed("AWS itself has trouble", "wait a minute and press r again"),
    ),
    (
        r"\((?!Thrott|TooMany|SlowDown|429)\w+\) when calling the (RegisterC|StartDeviceA|CreateToken)",
        "sign-in-refused",
        _sign_in_refused,
    ),
    (
        r"\(ExpiredToken\w*\)|\(RequestExpired\)",
        "session-expired",
        _fixed("the session has expired", "press r to renew it"),
    ),
    (
        r"InvalidClientTokenId|UnrecognizedClientException|AuthFailure|InvalidAccessKeyId",
        "key-invalid",
        _fixed("the source's access key is deleted, inactive or wrong", "put in a valid key"),
    ),
    (
        r"SignatureDoesNotMatch",
        "secret-wrong",
        _fixed("the secret access key does not match its key", "put in the secret of that key"),
    ),
    (
        r"not authorized to perform: sts:TagSession",
        "not-authorized",
        _fixed("not allowed to tag the session", "have sts:TagSession allowed for the role"),
    ),
    (
        r"not authorized to perform: sts:GetSessionToken|Cannot call GetSessionToken",
        "not-authorized",
        _fixed(
            "AWS does not let these keys get an MFA session",
            "have sts:GetSessionToken allowed; it takes an IAM user's own keys",
        ),
    ),
    (
        r"not authorized to perform: sts:|\(AccessDenied\)",
        "not-authorized",
        _fixed(
            "AWS does not let this source assume the role",
            "check the role's trust policy and the source's sts:AssumeRole permission",
        ),
    ),
    (
        r"\(ForbiddenException\)",
        "role-not-assigned",
        _fixed("this role is not assigned to you in IAM Identity Center", "ask for the assignment"),
    ),
    (
        r"Error loading SSO Token: Token for .* does not exist",
        "never-signed-in",
        _fixed("not signed in to SSO yet", "run: " + _SIGN_IN),
    ),
    (
        r"Error loading SSO Token: Token for .* is invalid",
        "cache-corrupt",
        _fixed("the file of its SSO token is damaged", "run: " + _SIGN_IN),
    ),
    (
        r"SSO session associated|expired and refresh failed|Unauthorized|loading SSO Token",
        "sign-in",
        _fixed("the SSO session has ended", "run: " + _SIGN_IN),
    ),
    (
        r"Infinite loop in credential configuration",
        "source-loop",
        _fixed("its source_profile leads back to itself", "correct source_profile of {name}"),
    ),
    (
        r"The source_profile .* does not exist",
        "source-missing",
        _fixed("its source_profile does not exist", "correct source_profile of {name}"),
    ),
    (
        r"contains both source_profile and credential_source",
        "two-sources",
        _fixed("both source_profile and credential_source are set", "remove one of {name}'s two"),
    ),
    (
        r"The credential source .* is not valid",
        "bad-credential-source",
        _fixed(
            "its credential_source is not known",
            "write Environment, Ec2InstanceMetadata or EcsContainer, spelled just so",
        ),
    ),
    (
        r"specified sso-session does not exist|sso_session configuration does not exist",
        "sso-session-missing",
        _fixed("its sso_session does not exist", "correct sso_session of {name}"),
    ),
    (
        r"configured to use (SSO|the SSO token provider) but is missing",
        "sso-incomplete",
        _fixed("half of the SSO settings are missing", "complete profile {name}"),
    ),
    (
        r"is inconsistent between profile",
        "sso-inconsistent",
        _fixed("profile and sso-session contradict each other", "remove the setting from {name}"),
    ),
    (
        r"has no role ARN configured",
        "no-role-arn",
        _fixed("a web identity without a role", "add role_arn = … to {name}"),
    ),
    (
        r"The config profile \(.*\) could not be found",
        "profile-missing",
        _fixed("there is no such profile", "correct the name {name}, or AWS_PROFILE"),
    ),
    (
        # RefreshableCredentials: what it got is past its own expiry.
        r"refreshed credentials are still expired",
        "came-expired",
        _fixed(
            "these credentials had ended when the AWS CLI got them",
            "unset AWS_CREDENTIAL_EXPIRATION, or see what credential_process prints",
        ),
    ),
    (
        r"'NoneType' object has no attribute 'get_frozen_token'",
        "cli-too-old",
        _fixed(
            "this AWS CLI is too old for a source with an sso-session",
            "update the AWS CLI (v2 of March 2023 or later)",
        ),
    ),
    (
        r"Partial credentials found in env",
        "env-half-set",
        _fixed(
            "the environment holds half of an access key",
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither",
        ),
    ),
    (
        r"Partial credentials found in assume-role",
        "no-source",
        _fixed(
            "role_arn without source_profile or credential_source",
            "add source_profile = … to {name}",
        ),
    ),
    (
        r"Partial credentials found in (shared-credentials|config)-file",
        "partial-keys",
        _fixed(
            "aws_access_key_id without aws_secret_access_key",
            "add the secret that belongs to the key, or remove the key",
        ),
    ),
    (
        r"Partial credentials found",
        "partial",
        _fixed("half of the settings are missing", "complete profile {name}"),
    ),
    (
        r"No credentials found in credential_source|must have credentials",
        "source-empty",
        _empty_source,
    ),
    (
        r"Unable to locate credentials",
        "no-credentials",
        _fixed(
            "this profile has no credentials",
            "add a role, SSO or keys to {name}, or select another with --profile",
        ),
    ),
    (
        # The second: it printed something else than JSON.
        r"Error when retrieving credentials from custom-process|Expecting value: line \d+ column",
        "process-failed",
        _fixed("its credential_process failed", "run the command by hand to see why"),
    ),
    (
        r"Throttling|TooManyRequests|\(429\) when calling|Rate exceeded|SlowDown",
        "throttled",
        _fixed("AWS asks to go slower", "wait a minute and press r again"),
    ),
    (
        r"Connect timeout|Read timeout|ConnectTimeout|ReadTimeout",
        "timeout",
        _fixed("AWS does not answer", "check network, VPN and proxy, then press r again"),
    ),
    (
        r"Could not connect|Connection was closed|Failed to connect to proxy|SSL validation failed",
        "unreachable",
        _fixed("AWS cannot be reached", "check network, VPN and proxy, then press r again"),
    ),
    (
        r"You must specify a region|Invalid endpoint|doesn't match a supported format",
        "region",
        _fixed("no usable region is set", "add region = … to {name}"),
    ),
    (
        r"awscrt|botocore\[crt\]",
        "crt-missing",
        _fixed("this sign-in needs the awscrt package", "run: aws login --profile {name}"),
    ),
    (
        r"permission for the 'signin:CreateOAuth2Token' action",
        "not-authorized",
        _fixed("AWS does not let this login refresh", "have signin:CreateOAuth2Token allowed"),
    ),
    (
        r"reauthenticate using 'aws login'|loading login session token|a login session profile",
        "aws-login",
        _fixed("its aws login has ended", "run: aws login --profile {name}"),
    ),
    (
        r"Parameter validation failed",
        "setting-invalid",
        _invalid_setting,
    ),
    (
        r"AWS's answer is a session that has expired",
        "clock-skew",
        _fixed(
            "AWS's new session has expired by this machine's clock",
            "set the clock (timedatectl set-ntp true)",
        ),
    ),
    (
        r"cannot write the cache file",
        "cache-unwritable",
        lambda text, _name: (text, "make ~/.aws/cli/cache a folder that you may write to"),
    ),
    (
        r"cannot write the token file",
        "cache-unwritable",
        lambda text, _name: (text, "make ~/.aws/sso/cache a folder that you may write to"),
    ),
    (
        r"'[0-9a-f]{40}'\s*$",
        "cache-corrupt",
        _corrupt_file,
    ),
    (
        # What Python says of a cache file in which something is missing, or of another type.
        rf"^(aws: \[ERROR\]: )?({_SLIPS})",
        "cache-corrupt",
        _fixed("a cache file is damaged", "awsttl shows which; press r or c on its row"),
    ),
    (
        r"^(aws: \[ERROR\]: )?list index out of range",
        "empty-value",
        _fixed("credential_process is empty", "fill it in or remove it in {name}"),
    ),
    (
        r"Unable to parse config file",
        "file-does-not-parse",
        _fixed("config or credentials cannot be parsed", "correct the line that the banner names"),
    ),
    (
        r"No such file or directory|Permission denied|Is a directory|null byte",
        "file",
        _fixed("a file that it needs cannot be read", "check the paths in profile {name}"),
    ),
)


def explain(text: str, name: str) -> Problem:
    """The cause and the remedy for an error text about profile *name*.

    An error that is in no table is given in its own first line, cut to a row's length, without
    the values that AWS quotes: one of them may be a token.
    """
    for pattern, code, build in _TABLE:
        if re.search(pattern, text, re.MULTILINE):
            return Problem(code, *build(text, name))
    first = next((line.strip() for line in text.splitlines() if line.strip()), "no reason given")
    first = re.sub(
        r"^An error occurred \(([^)]*)\) when calling the \w+ operation[^:]*: ", r"\1: ", first
    )
    first = re.sub(r"Value '.*?' at ", "value at ", first)
    return Problem(
        "unknown", short(first), f"try: aws sts get-caller-identity --profile {quoted(name)}"
    )


def known(code: str, name: str) -> Problem:
    """The cause and the remedy of an error that the table knows by its code."""
    build = next(build for _, known_code, build in _TABLE if known_code == code)
    return Problem(code, *build("", name), blocks=True)


def explain_profile(text: str, status: Status) -> Problem:
    """The same for an error that a profile met, which may concern its source."""
    problem = explain(text, status.name)
    if problem.code in ("never-signed-in", "sign-in", "crt-missing", "aws-login"):
        return problem._replace(fix=sign_in(status).fix)
    if problem.code == "source-expired":
        sources = " or ".join(hop.link.name for hop in status.hops[1:])
        return problem._replace(fix=f"renew its source first: {sources}")
    return problem


def explain_renewal(text: str, status: Status) -> Problem:
    """The same for an error that a key met in the dashboard, where ``r`` signs in to SSO."""
    problem = explain_profile(text, status)
    end = status.hops[-1] if status.hops else None
    if end is None or end.link.is_profile or end.link.kind is not Kind.SSO:
        return problem
    if problem.code in ("cache-corrupt", "unknown") and _is_token(text, end):
        return Problem("sign-in", "the file of its SSO token is damaged", _PRESS_R)
    if problem.code in ("never-signed-in", "sign-in"):
        return problem._replace(fix=_PRESS_R)
    return problem


def _is_token(text: str, token: Hop) -> bool:
    """Whether a text is about the file of an SSO token, which signing in replaces."""
    names = (name.removesuffix(".json") for name in token.link.cache_names)
    if "loading SSO Token" in text or any(name in text for name in names):
        return True
    return token.entry is not None and token.entry.shape is Shape.CORRUPT


def sign_in(status: Status) -> Problem:
    """What to run for a sign-in that has ended, or never was."""
    end = status.hops[-1]
    source = status.hops[-2].link.name if len(status.hops) > 1 else status.name
    command = "aws login" if end.link.kind is Kind.LOGIN else "aws sso login"
    message = "never signed in" if end.expires_at is None else "its sign-in has ended"
    return Problem("sign-in", message, f"run: {command} --profile {quoted(source)}")


def sign_in_here(status: Status) -> Problem:
    """The same in the dashboard."""
    problem = sign_in(status)
    is_sso = status.hops[-1].link.kind is Kind.SSO
    return problem._replace(fix=_PRESS_R) if is_sso else problem
