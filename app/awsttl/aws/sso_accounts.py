"""The accounts and roles that a sign-in to IAM Identity Center gives."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from awsttl.aws.outcome import Failed
from awsttl.core.files import Shape
from awsttl.core.forms.populating import Assigned
from awsttl.core.profiles import cache_entries
from awsttl.core.remedies import Problem, Remedy
from awsttl.core.why import causes
from awsttl.disk import plain_files

_AT_ONCE: Final = 4
"""Accounts whose roles are asked for at a time. AWS allows some twenty calls a second."""
_CONFIG: Final = Config(
    signature_version=UNSIGNED,
    connect_timeout=8,
    read_timeout=10,
    max_pool_connections=_AT_ONCE,
    # AWS answers 429 where there are many accounts: botocore waits, longer each time.
    retries={"mode": "standard", "total_max_attempts": 8},
)

NOT_SIGNED_IN: Final = Problem("sign-in", "not signed in to this SSO session", Remedy("sign in"))


def assigned(
    token_path: str, tell: Callable[[int, int], None] = lambda _done, _of: None
) -> tuple[Assigned, ...] | Failed:
    """Every role of every account that the token at that path may have, by account and role.

    *tell* hears from any thread how many accounts are done, and of how many. Blocks: with a
    hundred accounts for some seconds. Where AWS refuses the roles of one account, it has none.
    """
    try:
        raw = plain_files.read(token_path)
        entry = cache_entries.sso_entry(token_path, Path(token_path).name, raw)
        if entry is None or entry.shape is not Shape.SSO_TOKEN:
            return Failed(NOT_SIGNED_IN)
        token = json.loads(raw)
        client = botocore.session.Session().create_client(
            "sso", region_name=token["region"], config=_CONFIG
        )
        return _assigned(client, token["accessToken"], tell)
    except FileNotFoundError:
        return Failed(NOT_SIGNED_IN)
    except ClientError as error:
        if _code(error) == "UnauthorizedException":
            return Failed(NOT_SIGNED_IN)
        return Failed(causes.explain(str(error), ""))
    except (BotoCoreError, OSError, ValueError, KeyError) as error:
        return Failed(causes.explain(str(error), ""))


def _assigned(client: Any, token: str, tell: Callable[[int, int], None]) -> tuple[Assigned, ...]:
    pages = client.get_paginator("list_accounts").paginate(accessToken=token)
    accounts = [account for page in pages for account in page["accountList"]]
    done = 0

    def roles(account: dict[str, str]) -> list[Assigned]:
        nonlocal done
        identifier = account["accountId"]
        name = account.get("accountName") or identifier
        found = _roles(client, token, identifier)
        done += 1
        tell(done, len(accounts))
        return [Assigned(identifier, name, role) for role in found]

    with ThreadPoolExecutor(_AT_ONCE, "sso") as pool:
        lists = list(pool.map(roles, accounts))
    return tuple(
        sorted(
            (role for found in lists for role in found),
            key=lambda role: (role.account.lower(), role.account_id, role.role.lower()),
        )
    )


def _roles(client: Any, token: str, account: str) -> list[str]:
    pager = client.get_paginator("list_account_roles")
    try:
        pages = pager.paginate(accessToken=token, accountId=account)
        return [role["roleName"] for page in pages for role in page["roleList"]]
    except ClientError as error:
        if _code(error) == "ForbiddenException":
            return []
        raise


def _code(error: ClientError) -> str:
    code = error.response.get("Error", {}).get("Code", "")
    return str(code)
