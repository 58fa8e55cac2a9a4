"""From the text that people see to its cause, and to what they can do about it."""

from __future__ import annotations

import shlex

import pytest
from botocore import exceptions as ex
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core.remedies import Problem, Remedy
from awsttl.core.why import causes
from support.any_names import names
from support.home import Home
from support.looking import status
from support.odd import ODD_NAMES, config_text
from support.renewing import BASE, CORP, SSO, role

NOW = 1_795_208_400.0
HOUR = 3600.0
DAY = 24 * HOUR
LOGIN = "arn:aws:iam::111122223333:user/me"
SIGN_IN = "run: aws sso login --profile dev"
TO_SIGN_IN = "renew dev to sign in"
WAIT = "wait a minute, then renew dev again"
NETWORK = "check network, VPN and proxy, then renew dev again"
ARN = "arn:aws:iam::111122223333:role/Admin"


SLOW = (
    "Signature expired: 20261120T210000Z is now earlier than 20261120T215500Z"
    " (20261120T220000Z - 5 min.)"
)
FAST = (
    "Signature not yet current: 20261120T220000Z is still later than 20261120T210500Z"
    " (20261120T210000Z + 5 min.)"
)


def _refused(code: str, text: str = "no", operation: str = "AssumeRole") -> Exception:
    error: Exception = ex.ClientError({"Error": {"Code": code, "Message": text}}, operation)
    return error


ERRORS: tuple[tuple[Exception, str, str], ...] = (
    (
        _refused("ExpiredToken", "The security token included in the request is expired"),
        "source-expired",
        "renew the session that the role is assumed with",
    ),
    (
        _refused("ExpiredToken", "", "GetSessionToken"),
        "source-expired",
        "renew the session that the role is assumed with",
    ),
    (
        _refused("ExpiredToken", "", "GetCallerIdentity"),
        "session-expired",
        "renew dev",
    ),
    (_refused("RequestExpired"), "session-expired", "renew dev"),
    (
        _refused("ExpiredTokenException", "Token expired", "AssumeRoleWithWebIdentity"),
        "web-token-expired",
        "have a new token file written",
    ),
    (
        _refused("InvalidIdentityToken", "Incorrect token audience", "AssumeRoleWithWebIdentity"),
        "web-token-invalid",
        "check the token file of dev",
    ),
    (_refused("InvalidClientTokenId"), "key-invalid", "put in a valid key"),
    (_refused("UnrecognizedClientException"), "key-invalid", "put in a valid key"),
    (_refused("AuthFailure"), "key-invalid", "put in a valid key"),
    (_refused("InvalidAccessKeyId"), "key-invalid", "put in a valid key"),
    (
        _refused("SignatureDoesNotMatch", "The request signature we calculated does not match"),
        "secret-wrong",
        "put in the secret of that key",
    ),
    (
        _refused("AccessDenied", f"User: x is not authorized to perform: sts:AssumeRole on {ARN}"),
        "not-authorized",
        "check the role's trust policy and the source's sts:AssumeRole permission",
    ),
    (
        _refused("AccessDenied", f"User: x is not authorized to perform: sts:TagSession on {ARN}"),
        "not-authorized",
        "have sts:TagSession allowed for the role",
    ),
    (
        _refused(
            "AccessDenied",
            "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
        ),
        "mfa-wrong",
        "wait for the next code, then renew dev again",
    ),
    (
        _refused(
            "AccessDenied",
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA"
            " serial number is valid and associated with this user.",
        ),
        "mfa-device",
        "correct mfa_serial of dev",
    ),
    (
        _refused(
            "ValidationError",
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ),
        "duration-too-long",
        "lower duration_seconds of dev",
    ),
    (
        _refused(
            "ValidationError",
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by"
            " role chaining.",
        ),
        "chain-cap",
        "set duration_seconds = 3600 for dev",
    ),
    (_refused("Throttling", "Rate exceeded"), "throttled", "wait a minute, then renew dev again"),
    (
        _refused("TooManyRequestsException", "", "GetRoleCredentials"),
        "throttled",
        "wait a minute, then renew dev again",
    ),
    (
        _refused("ForbiddenException", "No access", "GetRoleCredentials"),
        "role-not-assigned",
        "ask for the assignment",
    ),
    (
        _refused("ExpiredTokenException", "Device code has expired", "CreateToken"),
        "code-expired",
        "renew dev for a new one",
    ),
    (
        _refused("InvalidGrantException", "Invalid device code", "CreateToken"),
        "code-expired",
        "renew dev for a new one",
    ),
    (
        _refused("AccessDeniedException", "", "CreateToken"),
        "sign-in-denied",
        "renew dev to try again",
    ),
    (
        _refused("InvalidRequestException", "", "StartDeviceAuthorization"),
        "sign-in-refused",
        "check sso_start_url, sso_region and sso_registration_scopes",
    ),
    (
        _refused("UnauthorizedClientException", "", "RegisterClient"),
        "sign-in-refused",
        "check sso_start_url, sso_region and sso_registration_scopes",
    ),
    (_refused("ThrottlingException", "", "RegisterClient"), "throttled", WAIT),
    (_refused("InternalServerException", "", "CreateToken"), "server-error", WAIT),
    (_refused("InternalFailure"), "server-error", WAIT),
    (ex.UnauthorizedSSOTokenError(), "sign-in", SIGN_IN),
    (
        ex.TokenRetrievalError(provider="sso", error_msg="Token has expired and refresh failed"),
        "sign-in",
        SIGN_IN,
    ),
    (ex.SSOTokenLoadError(error_msg="Token for https://x is invalid"), "cache-corrupt", SIGN_IN),
    (ex.SSOTokenLoadError(error_msg="Token for x does not exist"), "never-signed-in", SIGN_IN),
    (
        ex.InfiniteLoopConfigError(source_profile="a", visited_profiles=["a", "b"]),
        "source-loop",
        "correct source_profile of dev",
    ),
    (
        ex.InvalidConfigError(
            error_msg='The source_profile "a" referenced in the profile "dev" does not exist.'
        ),
        "source-missing",
        "correct source_profile of dev",
    ),
    (
        ex.PartialCredentialsError(
            provider="assume-role", cred_var="source_profile or credential_source"
        ),
        "no-source",
        "add source_profile = … to dev",
    ),
    (
        ex.PartialCredentialsError(
            provider="shared-credentials-file", cred_var="aws_secret_access_key"
        ),
        "partial-keys",
        "add the secret that belongs to the key, or remove the key",
    ),
    (
        ex.PartialCredentialsError(provider="new-provider", cred_var="x"),
        "partial",
        "complete dev",
    ),
    (
        ex.InvalidConfigError(
            error_msg='The profile "dev" is configured to use the SSO token provider but the "x" '
            "sso_session configuration does not exist."
        ),
        "sso-session-missing",
        "correct sso_session of dev",
    ),
    (
        ex.NoCredentialsError(),
        "no-credentials",
        "add a role, SSO or keys to dev, or select another with --profile",
    ),
    (ex.ProfileNotFound(profile="dev"), "profile-missing", "correct the name dev, or AWS_PROFILE"),
    (
        ex.PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"),
        "env-half-set",
        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither",
    ),
    (
        ex.InvalidConfigError(error_msg='The source profile "a" must have credentials.'),
        "source-empty",
        "add keys, a role or an SSO session to a",
    ),
    (
        ex.CredentialRetrievalError(provider="custom-process", error_msg="exit 1"),
        "process-failed",
        "run the command by hand to see why",
    ),
    (ex.ConnectTimeoutError(endpoint_url="https://x"), "timeout", NETWORK),
    (ex.ReadTimeoutError(endpoint_url="https://x"), "timeout", NETWORK),
    (ex.EndpointConnectionError(endpoint_url="https://x"), "unreachable", NETWORK),
    (ex.ConnectionClosedError(endpoint_url="https://x"), "unreachable", NETWORK),
    (ex.ProxyConnectionError(proxy_url="http://me:hush@x"), "unreachable", NETWORK),
    (ex.SSLError(endpoint_url="https://x", error="self-signed"), "unreachable", NETWORK),
    (ex.NoRegionError(), "region", "add region = … to dev"),
    (
        ex.MissingDependencyException(
            msg='You will need to pip install "botocore[crt]" before proceeding.'
        ),
        "crt-missing",
        "run: aws login --profile dev",
    ),
    (
        ex.ConfigParseError(path="/home/me/.aws/config", error="at line 3"),
        "file-does-not-parse",
        "correct the file",
    ),
    (
        FileNotFoundError(2, "No such file or directory", "/tmp/token"),
        "file",
        "check the paths in dev",
    ),
    (
        ex.ParamValidationError(report="Invalid length for parameter ExternalId, value: 1"),
        "setting-invalid",
        "correct the settings of dev",
    ),
)


class TestKnown:
    def test_gives_the_cause_of_a_code_where_there_are_no_words(self) -> None:
        problem = causes.known("source-empty", "my dev")
        assert problem.blocks
        assert str(problem.fix) == "give 'my dev' a source that has some"


class TestExplain:
    @pytest.mark.parametrize(
        ("error", "code", "fix"), ERRORS, ids=[f"{code}-{fix}" for _, code, fix in ERRORS]
    )
    @pytest.mark.parametrize(
        "dressed", ["{}", "aws: [ERROR]: {}", "\n{}\n", "{} (reached max retries: 2)"]
    )
    def test_the_words_of_aws_and_botocore_have_a_cause_and_a_remedy(
        self, error: Exception, code: str, fix: str, dressed: str
    ) -> None:
        """However a client dresses them."""
        problem = causes.explain(dressed.format(error), "dev")
        assert (problem.code, str(problem.fix)) == (code, fix)
        assert "hush" not in problem.message

    @pytest.mark.parametrize(
        ("code", "text", "message"),
        [
            (
                "SignatureDoesNotMatch",
                SLOW,
                "this machine's clock is slow by 1 h; AWS's says 2026-11-20 22:00:00 UTC",
            ),
            (
                "SignatureDoesNotMatch",
                FAST,
                "this machine's clock is fast by 1 h; AWS's says 2026-11-20 21:00:00 UTC",
            ),
            (
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
                "this machine's clock is wrong",
            ),
        ],
        ids=["slow", "fast", "some way"],
    )
    def test_a_wrong_clock_is_told_with_the_servers_time(
        self, code: str, text: str, message: str
    ) -> None:
        problem = causes.explain(str(_refused(code, text)), "dev")
        assert (problem.code, problem.message) == ("clock-skew", message)

    def test_the_hash_that_the_cli_prints_is_a_corrupt_file(self) -> None:
        text = f"'{'0123456789abcdef' * 2}01234567'"
        problem = causes.explain(text, "dev")
        assert problem == Problem(
            "cache-corrupt",
            "cache file 01234567… is corrupt",
            Remedy("remove it from ~/.aws/cli/cache or ~/.aws/sso/cache"),
        )
        assert causes.explain("aws: [ERROR]: " + text, "dev") == problem

    def test_what_is_in_no_table_is_given_as_aws_said_it(self) -> None:
        problem = causes.explain(str(_refused("RegionDisabled", "STS is off\nhere")), "my dev")
        assert problem == Problem(
            "unknown",
            "RegionDisabled: STS is off",
            Remedy("try: aws sts get-caller-identity --profile 'my dev'"),
        )

    def test_without_words_it_says_that_there_are_none(self) -> None:
        assert causes.explain(" \n ", "dev").message == "no reason given"

    def test_a_value_that_aws_quotes_is_left_out(self) -> None:
        text = "1 validation error detected: Value 'hush' at 'webIdentityToken' failed to satisfy"
        problem = causes.explain(str(_refused("ValidationError", text)), "dev")
        assert "hush" not in problem.message
        assert "webIdentityToken" in problem.message

    @given(text=st.text(), name=names)
    def test_any_text_gives_a_row_and_a_line(self, text: str, name: str) -> None:
        problem = causes.explain(text, name)
        for line in (problem.message, str(problem.fix)):
            assert line
            assert line.splitlines() == [line]
        assert len(problem.message) <= 120

    @pytest.mark.parametrize("name", ODD_NAMES)
    def test_a_remedy_can_be_pasted_whatever_the_profiles_name(self, name: str) -> None:
        fix = causes.explain(str(ex.UnauthorizedSSOTokenError()), name).fix
        words = ["aws", "sso", "login", "--profile", name]
        assert shlex.split(str(fix).removeprefix("run: ")) == words


class TestExplainRenewal:
    def test_a_sign_in_is_a_keys_affair(self, home: Home) -> None:
        home.config(config_text({"my sso": SSO, "dev": role("my sso")}, CORP))
        text = str(ex.UnauthorizedSSOTokenError())
        assert str(causes.explain_renewal(text, status(home, "dev")).fix) == TO_SIGN_IN
        fix = str(causes.sign_in(status(home, "dev")).fix)
        assert fix == "run: aws sso login --profile 'my sso'"

    def test_a_token_file_that_nobody_can_read_is_replaced_by_signing_in(self, home: Home) -> None:
        home.config(config_text({"sso": SSO, "dev": role("sso")}, CORP))
        path = home.sso_token("corp", expires_at=NOW + HOUR)
        problem = causes.explain_renewal(f"'{path.stem}'", status(home, "dev"))
        assert (problem.code, str(problem.fix)) == ("sign-in", TO_SIGN_IN)
        path.write_text("{")
        problem = causes.explain_renewal("Unknown string format", status(home, "dev"))
        assert (problem.code, str(problem.fix)) == ("sign-in", TO_SIGN_IN)

    def test_a_login_that_nobody_can_read_is_replaced_by_aws_login(self, home: Home) -> None:
        home.config(config_text({"in": {"login_session": LOGIN}, "dev": role("in")}))
        path = home.login_token(LOGIN, expires_at=NOW + HOUR)
        path.write_text("{")
        for text in (f"'{path.stem}'", "Unknown string format"):
            problem = causes.explain_renewal(text, status(home, "dev"))
            # With that code the renewal lends the terminal (engine/aws_login.py).
            assert (problem.code, str(problem.fix)) == (
                "aws-login",
                "run: aws login --profile in",
            )

    def test_another_file_that_nobody_can_read_is_named(self, home: Home) -> None:
        home.config(config_text({"sso": SSO}, CORP))
        home.sso_token("corp", expires_at=NOW + HOUR)
        problem = causes.explain_renewal(f"'{'0' * 40}'", status(home, "sso"))
        assert problem.code == "cache-corrupt"

    def test_a_sign_in_that_never_was_differs_from_one_that_has_ended(self, home: Home) -> None:
        home.config(config_text({"sso": SSO}, CORP))
        never = causes.sign_in(status(home, "sso"))
        home.sso_token("corp", expires_at=NOW - HOUR)
        ended = causes.sign_in(status(home, "sso"))
        assert (never.message, ended.message) == ("never signed in", "its sign-in has ended")

    def test_who_logs_in_is_the_login_profile_behind_the_role(self, home: Home) -> None:
        home.config(config_text({"in": {"login_session": LOGIN}, "dev": role("in")}))
        error = ex.MissingDependencyException(msg='pip install "botocore[crt]"')
        problem = causes.explain_renewal(str(error), status(home, "dev"))
        assert str(problem.fix) == "run: aws login --profile in"

    def test_an_expired_source_is_named(self, home: Home) -> None:
        environment = {"role_arn": ARN, "credential_source": "Environment"}
        home.config(
            config_text({"base": BASE, "mid": role(), "dev": role("mid", 2), "here": environment})
        )
        text = str(_refused("ExpiredToken"))
        for name, fix in (
            ("dev", "renew mid first"),
            ("mid", "renew its source first: base"),
            ("here", "renew its source first: Environment"),
        ):
            problem = causes.explain_renewal(text, status(home, name))
            assert str(problem.fix) == fix
