"""IAM Identity Center as far as awsttl meets it: the SSO portal and the OIDC service."""

from __future__ import annotations

import base64
import hashlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from support.sts import Sts
from support.wire import Call, RefusalError, Reply, json_reply


@dataclass(slots=True)
class _DeviceCode:
    scopes: tuple[str, ...] = ()
    approved: bool = False
    denied: bool = False
    expired: bool = False


@dataclass(frozen=True, slots=True)
class _Authorization:
    """A sign-in in the browser that the AWS CLI itself waits for (PKCE)."""

    client: str
    challenge: str
    """The hash of a word that only whoever began the sign-in knows."""


class Portal:
    """The state of both services. Tests set it; :meth:`answer` reads it.

    A token that nobody issued or allowed is refused, as a revoked one is.
    """

    def __init__(self, clock: Callable[[], float], sts: Sts, url: Callable[[], str]) -> None:
        self._clock = clock
        self._sts = sts
        self._url = url
        self.token_seconds = 3600
        """How long a new SSO token lives."""
        self.role_seconds = 3600
        """How long role credentials from the portal live."""
        self.poll_seconds = 1
        """How long the device flow asks a client to wait between two polls."""
        self.code_seconds = 600
        """How long a device code is good, by what the flow says."""
        self.registration_seconds = 90 * 86400
        """How long a client that registers now stays known."""
        self.confirms_at_once = False
        """Whether the person confirms each code as soon as it is given out."""
        self.clients: dict[str, tuple[str, ...]] = {}
        """Client → the scopes that it registered with."""
        self.user_codes: list[str] = []
        """The codes that were given out, in order."""
        self.rotate = True
        """Whether a refresh gives a new refresh token, as AWS does."""
        self.refreshes_meet: RefusalError | Reply | None = None
        """What every refresh of a token is answered with, before AWS looks at it."""
        self.accounts: dict[str, tuple[str, list[str]]] = {}
        """Account id → the account's name, and the roles that are assigned in it."""
        self.closed_accounts: set[str] = set()
        """Accounts whose roles nobody may list."""
        self.page = 2
        """How many accounts or roles are on a page of a listing."""
        self.throttled = 0
        """How many of the next listings come too fast."""
        self._tokens: set[str] = set()
        self._refresh_tokens: set[str] = set()
        self._assignments: set[tuple[str, str]] | None = None
        self._devices: dict[str, _DeviceCode] = {}
        self._authorizations: dict[str, _Authorization] = {}
        self._next_polls: list[RefusalError | Reply] = []
        self._numbers = itertools.count(1)

    # --- what a test may say ---

    def allow(self, access_token: str, refresh_token: str | None = None) -> None:
        """Take these tokens for issued ones."""
        self._tokens.add(access_token)
        if refresh_token is not None:
            self._refresh_tokens.add(refresh_token)

    def revoke(self, access_token: str) -> None:
        self._tokens.discard(access_token)

    def assign_only(self, *account_and_role: tuple[str, str]) -> None:
        """Nobody gets any other role; without this, everybody gets every role."""
        self._assignments = set(account_and_role)

    def approve(self, user_code: str) -> None:
        """The person confirmed the code in a browser."""
        self._devices[f"device-{user_code}"].approved = True

    def reject(self, user_code: str) -> None:
        self._devices[f"device-{user_code}"].denied = True

    def run_out(self, user_code: str) -> None:
        """From now on the code is too old."""
        self._devices[f"device-{user_code}"].expired = True

    def forget_clients(self) -> None:
        """From now on no client that has registered is known."""
        self.clients.clear()

    def slow_down(self, times: int = 1) -> None:
        """The next polls come too fast, whatever their pace."""
        self._refuse_polls("SlowDownException", "Slow down", 400, times)

    def break_down(self, times: int = 1) -> None:
        """The next polls meet a fault of AWS's own."""
        self._refuse_polls("InternalServerException", "Something is broken", 500, times)

    def intercept(self, times: int = 1) -> None:
        """The next polls do not reach AWS: a hotel's sign-in page answers."""
        page = Reply(200, b"<html>Welcome to our hotel</html>", {"Content-Type": "text/html"})
        self._next_polls.extend(page for _ in range(times))

    def _refuse_polls(self, code: str, message: str, status: int, times: int) -> None:
        self._next_polls.extend(RefusalError(code, message, status) for _ in range(times))

    # --- the services ---

    def answer(self, call: Call) -> Reply:
        """The reply to a call. Raises :class:`RefusalError`."""
        actions: dict[str, Callable[[Call], Reply]] = {
            "GetRoleCredentials": self._get_role_credentials,
            "Logout": self._logout,
            "ListAccounts": self._list_accounts,
            "ListAccountRoles": self._list_account_roles,
            "RegisterClient": self._register_client,
            "StartDeviceAuthorization": self._start_device_authorization,
            "CreateToken": self._create_token,
            "ConfirmDevice": self._confirm_device,
            "Authorize": self._authorize,
        }
        return actions[call.action](call)

    def _get_role_credentials(self, call: Call) -> Reply:
        if call.parameters.get("token", "") not in self._tokens:
            raise RefusalError("UnauthorizedException", "Session token not found or invalid", 401)
        account, role = call.parameters["account_id"], call.parameters["role_name"]
        if self._assignments is not None and (account, role) not in self._assignments:
            raise RefusalError("ForbiddenException", "No access", 403)
        arn = f"arn:aws:sts::{account}:assumed-role/AWSReservedSSO_{role}_0123456789abcdef/me"
        session = self._sts.issue(arn, self.role_seconds)
        return json_reply(
            {
                "roleCredentials": {
                    "accessKeyId": session.access_key,
                    "secretAccessKey": session.secret_key,
                    "sessionToken": session.token,
                    "expiration": int(session.expires_at * 1000),
                }
            }
        )

    def _list_accounts(self, call: Call) -> Reply:
        self._check_listing(call)
        rows = [
            {"accountId": account, "accountName": name, "emailAddress": "a@example.com"}
            for account, (name, _roles) in self.accounts.items()
        ]
        return self._page_of("accountList", rows, call)

    def _list_account_roles(self, call: Call) -> Reply:
        self._check_listing(call)
        account = call.parameters["account_id"]
        if account in self.closed_accounts or account not in self.accounts:
            raise RefusalError("ForbiddenException", "No access", 403)
        rows = [{"roleName": r, "accountId": account} for r in self.accounts[account][1]]
        return self._page_of("roleList", rows, call)

    def _check_listing(self, call: Call) -> None:
        if self.throttled > 0:
            self.throttled -= 1
            raise RefusalError("TooManyRequestsException", "HTTP 429 Unknown Code", 429)
        if call.parameters.get("token", "") not in self._tokens:
            raise RefusalError("UnauthorizedException", "Session token not found or invalid", 401)

    def _page_of(self, name: str, rows: list[dict[str, str]], call: Call) -> Reply:
        begin = int(call.parameters.get("next_token") or 0)
        end = begin + self.page
        body: dict[str, object] = {name: rows[begin:end]}
        if end < len(rows):
            body["nextToken"] = str(end)
        return json_reply(body)

    def _logout(self, call: Call) -> Reply:
        self.revoke(call.parameters.get("token", ""))
        return json_reply({})

    def _register_client(self, call: Call) -> Reply:
        now = int(self._clock())
        scopes = tuple(call.parameters.get("scopes", "").split())
        if unknown := [scope for scope in scopes if ":" not in scope]:
            raise RefusalError("InvalidScopeException", f"Invalid scope: {unknown[0]}")
        client = f"client-{next(self._numbers)}"
        self.clients[client] = scopes
        return json_reply(
            {
                "clientId": client,
                "clientSecret": f"secret-of-{client}",
                "clientIdIssuedAt": now,
                "clientSecretExpiresAt": now + self.registration_seconds,
            }
        )

    def _check_client(self, call: Call) -> tuple[str, ...]:
        """The scopes of whoever calls."""
        client = call.parameters.get("clientId", "")
        if client not in self.clients or call.parameters["clientSecret"] != f"secret-of-{client}":
            raise RefusalError("InvalidClientException", "Invalid client provided", 401)
        return self.clients[client]

    def _start_device_authorization(self, call: Call) -> Reply:
        scopes = self._check_client(call)
        if not any(known in call.parameters["startUrl"] for known in ("awsapps.com", ".portal.")):
            raise RefusalError("InvalidRequestException", "Invalid start URL provided")
        user_code = f"ABCD-{next(self._numbers):04}"
        self.user_codes.append(user_code)
        self._devices[f"device-{user_code}"] = _DeviceCode(scopes, approved=self.confirms_at_once)
        page = f"{self._url()}/device"
        return json_reply(
            {
                "deviceCode": f"device-{user_code}",
                "userCode": user_code,
                "verificationUri": page,
                "verificationUriComplete": f"{page}?user_code={user_code}",
                "expiresIn": self.code_seconds,
                "interval": self.poll_seconds,
            }
        )

    def _confirm_device(self, call: Call) -> Reply:
        """What a browser does that is signed in: it opens the page, and the person agrees."""
        self.approve(call.parameters["user_code"])
        return json_reply({})

    def _authorize(self, call: Call) -> Reply:
        """The page of a sign-in without a code: the person agrees, and is sent back."""
        code = f"authorization-{next(self._numbers)}"
        self._authorizations[code] = _Authorization(
            call.parameters["client_id"], call.parameters["code_challenge"]
        )
        query = urlencode({"code": code, "state": call.parameters["state"]})
        return Reply(302, b"", {"Location": f"{call.parameters['redirect_uri']}?{query}"})

    def _after_authorization(self, call: Call) -> Reply:
        began = self._authorizations.pop(call.parameters.get("code", ""), None)
        word = hashlib.sha256(call.parameters["codeVerifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(word).decode().rstrip("=")
        if began != _Authorization(call.parameters["clientId"], challenge):
            raise RefusalError("InvalidGrantException", "Invalid authorization code provided")
        return self._new_token(refreshes="sso:account:access" in self._check_client(call))

    def _create_token(self, call: Call) -> Reply:
        if call.parameters.get("grantType") == "refresh_token":
            return self._refresh(call.parameters.get("refreshToken", ""))
        if call.parameters.get("grantType") == "authorization_code":
            return self._after_authorization(call)
        self._check_client(call)
        device = self._devices.get(call.parameters.get("deviceCode", ""))
        if device is None:
            raise RefusalError("InvalidGrantException", "Invalid device code provided")
        if device.expired:
            raise RefusalError("ExpiredTokenException", "Device code has expired")
        if device.denied:
            raise RefusalError("AccessDeniedException", "The request was denied")
        if self._next_polls:
            answer = self._next_polls.pop(0)
            if isinstance(answer, Reply):
                return answer
            raise answer
        if not device.approved:
            raise RefusalError("AuthorizationPendingException", "Authorization is pending")
        del self._devices[call.parameters["deviceCode"]]
        return self._new_token(refreshes="sso:account:access" in device.scopes)

    def _refresh(self, presented: str) -> Reply:
        if isinstance(self.refreshes_meet, Reply):
            return self.refreshes_meet
        if self.refreshes_meet is not None:
            raise self.refreshes_meet
        if presented not in self._refresh_tokens:
            raise RefusalError("InvalidGrantException", "Invalid refresh token provided")
        if self.rotate:
            self._refresh_tokens.discard(presented)
        return self._new_token(keep=None if self.rotate else presented)

    def _new_token(self, keep: str | None = None, *, refreshes: bool = True) -> Reply:
        number = next(self._numbers)
        token, refresh = f"sso-access-token-{number}", keep or f"sso-refresh-token-{number}"
        self.allow(token, refresh if refreshes else None)
        return json_reply(
            {
                "accessToken": token,
                **({"refreshToken": refresh} if refreshes else {}),
                "tokenType": "Bearer",
                "expiresIn": self.token_seconds,
            }
        )
