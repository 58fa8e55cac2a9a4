"""STS as far as awsttl meets it: who may assume what, for how long, and how AWS says no.

The refusals are AWS's own codes and sentences, because awsttl tells people what they mean.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping

from support.wire import Call, Issued, RefusalError, Reply, compact, iso, xml_reply

DEFAULT_ACCOUNT = "111122223333"
TOLERANCE = 300.0
"""Seconds by which STS lets a caller's clock differ from its own."""

_ROLE_ARN = re.compile(r"arn:aws[\w-]*:iam::(\d+):role/(.+)")
_EXPIRED = "The security token included in the request is expired"
_INVALID = "The security token included in the request is invalid."
_WRONG_CODE = "MultiFactorAuthentication failed with invalid MFA one time pass code. "


class Sts:
    """The state of the service. Tests set it; :meth:`answer` reads it.

    Unknown keys are welcome, unless a test says otherwise: a throwaway home is full of them.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.duration: int | None = None
        """Seconds that each session lives, whatever was asked for."""
        self.issued: dict[str, Issued] = {}
        """Access key → the session that it belongs to."""
        self._expired: set[str] = set()
        self._deleted: set[str] = set()
        self._denied: set[str] = set()
        self._limits: dict[str, int] = {}
        self._codes: dict[str, set[str]] = {}
        self._used_codes: set[tuple[str, str]] = set()
        self._needs_mfa: set[str] = set()
        self._refused_tokens: dict[str, RefusalError] = {}
        self._next: list[RefusalError] = []
        self._numbers = itertools.count(1)
        self.users: set[str] = set()
        """The users that IAM knows, for a client that waits for one."""

    # --- what a test may say ---

    def expire(self, access_key: str) -> None:
        """From now on that key's session is over: ``ExpiredToken``."""
        self._expired.add(access_key)

    def delete_key(self, access_key: str) -> None:
        """From now on that key does not exist: ``InvalidClientTokenId``."""
        self._deleted.add(access_key)

    def deny(self, role_arn: str) -> None:
        """Nobody may assume that role: ``AccessDenied``."""
        self._denied.add(role_arn)

    def allow(self, role_arn: str) -> None:
        self._denied.discard(role_arn)

    def limit(self, role_arn: str, seconds: int) -> None:
        """The role's ``MaxSessionDuration``."""
        self._limits[role_arn] = seconds

    def accept_codes(self, serial: str, *codes: str) -> None:
        """Only these codes are right for that device; without this, any six digits are.

        As on AWS, each is accepted once.
        """
        self._codes.setdefault(serial, set()).update(codes)

    def require_mfa(self, role_arn: str) -> None:
        """The role's trust policy asks for MFA."""
        self._needs_mfa.add(role_arn)

    def refuse_web_token(self, token: str, code: str, message: str) -> None:
        self._refused_tokens[token] = RefusalError(code, message)

    def refuse_next(self, code: str, message: str, status: int = 400, *, times: int = 1) -> None:
        """The next calls are refused, whatever they are."""
        self._next.extend(RefusalError(code, message, status) for _ in range(times))

    def throttle(self, times: int) -> None:
        """The next calls are too many; the ones after them are not."""
        self.refuse_next("Throttling", "Rate exceeded", times=times)

    # --- the service ---

    def answer(self, call: Call) -> Reply:
        """The reply to a call. Raises :class:`RefusalError`."""
        if self._next:
            raise self._next.pop(0)
        actions: Mapping[str, Callable[[Call], Reply]] = {
            "AssumeRole": self._assume_role,
            "AssumeRoleWithWebIdentity": self._assume_role_with_web_identity,
            "GetCallerIdentity": self._get_caller_identity,
            "GetSessionToken": self._get_session_token,
            "GetFederationToken": self._get_federation_token,
            "GetUser": self._get_user,
        }
        if call.action not in actions:
            raise RefusalError("InvalidAction", f"Could not find operation {call.action}")
        if call.action != "AssumeRoleWithWebIdentity":
            self._check_signature(call)
        return actions[call.action](call)

    def _check_signature(self, call: Call) -> None:
        if not call.access_key or call.signed_at is None:
            raise RefusalError(
                "MissingAuthenticationToken", "Request is missing Authentication Token", 403
            )
        now = self._clock()
        signed, here = compact(call.signed_at), compact(now)
        if call.signed_at < now - TOLERANCE:
            raise RefusalError(
                "SignatureDoesNotMatch",
                f"Signature expired: {signed} is now earlier than "
                f"{compact(now - TOLERANCE)} ({here} - 5 min.)",
                403,
            )
        if call.signed_at > now + TOLERANCE:
            raise RefusalError(
                "SignatureDoesNotMatch",
                f"Signature not yet current: {signed} is still later than "
                f"{compact(now + TOLERANCE)} ({here} + 5 min.)",
                403,
            )
        if call.access_key in self._deleted:
            raise RefusalError("InvalidClientTokenId", _INVALID, 403)
        session = self.issued.get(call.access_key)
        if call.access_key in self._expired or (session and now >= session.expires_at):
            raise RefusalError("ExpiredToken", _EXPIRED, 403)

    def _assume_role(self, call: Call) -> Reply:
        role_arn = call.parameters.get("RoleArn", "")
        name = call.parameters.get("RoleSessionName", "")
        caller = self.identity(call.access_key)
        seconds = int(call.parameters.get("DurationSeconds", "3600"))
        account, role = self._check_role(role_arn)
        self._check_duration(role_arn, seconds, chained=":assumed-role/" in caller)
        denied = RefusalError(
            "AccessDenied",
            f"User: {caller} is not authorized to perform: sts:AssumeRole on resource: {role_arn}",
            403,
        )
        serial = call.parameters.get("SerialNumber")
        if role_arn in self._denied or (serial is None and role_arn in self._needs_mfa):
            raise denied
        if serial is not None:
            self._check_code(serial, call.parameters.get("TokenCode"), call.action)
        by = "chained" if call.session_token else call.action
        return self._session_reply(call.action, account, role, name, seconds, by=by)

    def _assume_role_with_web_identity(self, call: Call) -> Reply:
        role_arn = call.parameters.get("RoleArn", "")
        account, role = self._check_role(role_arn)
        if refusal := self._refused_tokens.get(call.parameters.get("WebIdentityToken", "")):
            raise refusal
        if role_arn in self._denied:
            raise RefusalError(
                "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403
            )
        seconds = int(call.parameters.get("DurationSeconds", "3600"))
        name = call.parameters.get("RoleSessionName", "")
        return self._session_reply(call.action, account, role, name, seconds)

    def _get_caller_identity(self, call: Call) -> Reply:
        arn = self.identity(call.access_key)
        fields = {"Arn": arn, "UserId": "AIDAEXAMPLE", "Account": arn.split(":")[4]}
        return xml_reply(call.action, fields)

    def _get_session_token(self, call: Call) -> Reply:
        if (serial := call.parameters.get("SerialNumber")) is not None:
            self._check_code(serial, call.parameters.get("TokenCode"), call.action)
        seconds = int(call.parameters.get("DurationSeconds", "43200"))
        session = self.issue(self.identity(call.access_key), seconds, call.action)
        return xml_reply(call.action, {"Credentials": _credentials(session)})

    def _get_federation_token(self, call: Call) -> Reply:
        if call.session_token:
            raise RefusalError(
                "AccessDenied", "Cannot call GetFederationToken with session credentials", 403
            )
        name = call.parameters.get("Name", "")
        if not re.fullmatch(r"[\w+=,.@-]{2,32}", name):
            raise RefusalError("ValidationError", f"Value '{name}' at 'name' failed to satisfy")
        # A session without a policy may do nothing at all, which AWS does not call an error.
        may = "federated-user" if '"Allow"' in call.parameters.get("Policy", "") else "powerless"
        seconds = int(call.parameters.get("DurationSeconds", "43200"))
        arn = f"arn:aws:sts::{DEFAULT_ACCOUNT}:{may}/{name}"
        session = self.issue(arn, seconds, call.action)
        return xml_reply(call.action, {"Credentials": _credentials(session)})

    def _get_user(self, call: Call) -> Reply:
        """IAM's, which an ``aws iam wait user-exists`` calls once a second."""
        name = call.parameters.get("UserName", "")
        if name not in self.users:
            raise RefusalError("NoSuchEntity", f"The user with name {name} cannot be found.", 404)
        return xml_reply(call.action, {"User": {"UserName": name, "UserId": "AIDAEXAMPLE"}})

    def identity(self, access_key: str) -> str:
        """The ARN of whoever holds that key."""
        if session := self.issued.get(access_key):
            return session.arn
        return f"arn:aws:iam::{DEFAULT_ACCOUNT}:user/somebody"

    def issue(self, arn: str, seconds: int, by: str = "") -> Issued:
        """A new session for *arn*, good for *seconds* unless :attr:`duration` says otherwise."""
        number = next(self._numbers)
        session = Issued(
            access_key=f"ASIA{number:016}",
            secret_key=f"issued-secret-{number:026}",
            token=f"issued-token-{number}-{'x' * 64}",
            expires_at=self._clock() // 1 + (self.duration or seconds),
            arn=arn,
            by=by,
        )
        self.issued[session.access_key] = session
        return session

    def _session_reply(
        self, action: str, account: str, role: str, name: str, seconds: int, *, by: str = ""
    ) -> Reply:
        arn = f"arn:aws:sts::{account}:assumed-role/{role.rsplit('/', 1)[-1]}/{name}"
        session = self.issue(arn, seconds, by or action)
        return xml_reply(
            action,
            {
                "Credentials": _credentials(session),
                "AssumedRoleUser": {"AssumedRoleId": f"AROAEXAMPLE:{name}", "Arn": arn},
            },
        )

    def _check_role(self, role_arn: str) -> tuple[str, str]:
        match = _ROLE_ARN.fullmatch(role_arn)
        if match is None:
            raise RefusalError("ValidationError", f"{role_arn} is invalid")
        return match[1], match[2]

    def _check_duration(self, role_arn: str, seconds: int, *, chained: bool) -> None:
        if chained and seconds > 3600:
            raise RefusalError(
                "ValidationError",
                "The requested DurationSeconds exceeds the 1 hour session limit for roles"
                " assumed by role chaining.",
            )
        if seconds > self._limits.get(role_arn, 43200):
            raise RefusalError(
                "ValidationError",
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
            )

    def _check_code(self, serial: str, code: str | None, action: str) -> None:
        if code is None:
            raise RefusalError(
                "AccessDenied",
                "MultiFactorAuthentication failed, must provide both MFA serial number and one"
                " time pass code. ",
                403,
            )
        if not re.fullmatch(r"\d{6}", code):
            raise RefusalError(
                "ValidationError",
                f"1 validation error detected: Value '{code}' at 'tokenCode' failed to satisfy"
                r" constraint: Member must satisfy regular expression pattern: [\d]*",
            )
        right = serial not in self._codes or code in self._codes[serial]
        if not right or (serial, code) in self._used_codes:
            raise RefusalError("AccessDenied", _WRONG_CODE, 403)
        self._used_codes.add((serial, code))


def _credentials(session: Issued) -> dict[str, str]:
    return {
        "AccessKeyId": session.access_key,
        "SecretAccessKey": session.secret_key,
        "SessionToken": session.token,
        "Expiration": iso(session.expires_at),
    }
