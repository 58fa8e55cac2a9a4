"""The file names that the AWS CLI gives its cache entries.

A name is a hash of the arguments of the call that made the session. The source profile and the
region are not among these, so profiles with equal arguments share one file. Which profiles own a
file is therefore decided by the name, and never by what is in the file.

The rules are botocore's (``AssumeRoleCredentialFetcher``, ``SSOCredentialFetcher``,
``SSOTokenLoader``, ``LoginTokenLoader``), unchanged from 1.29 to 1.44.
"""

from __future__ import annotations

import json
from typing import Final

from awsttl.core.digests import sha1_hex, sha256_hex
from awsttl.core.files import Section
from awsttl.core.secret import Secret

_HEX: Final = "0123456789abcdef"


def is_cache_name(name: str) -> bool:
    """Whether an entry of ``cli/cache`` or ``sso/cache`` may have this name: 40 hex digits."""
    # No pattern: thousands of names are looked at before the first paint, and this takes a fifth.
    return len(name) == 45 and name.endswith(".json") and not name[:40].strip(_HEX)


def is_login_name(name: str) -> bool:
    """Whether an entry of ``login/cache`` may have this name: 64 hex digits."""
    return len(name) == 69 and name.endswith(".json") and not name[:64].strip(_HEX)


def is_entry_name(name: str) -> bool:
    """Whether a file of any of the three folders may be a cache entry, by its name."""
    return is_cache_name(name) or is_login_name(name)


_SORTED: Final = json.JSONEncoder(sort_keys=True)
_quoted: Final = json.encoder.encode_basestring_ascii
_RARE: Final = frozenset({"external_id", "mfa_serial", "duration_seconds"})
_COMPACT: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


def text_of(section: Section, key: str) -> str | None:
    """The value of a key, or ``None`` when it is missing, a secret or a nested map."""
    value = section.get(key)
    return value if isinstance(value, str) else None


def secret_of(section: Section, key: str) -> Secret | None:
    """The same for the value of a key that must not be seen."""
    value = section.get(key)
    return value if isinstance(value, Secret) else None


def duration_seconds(section: Section) -> int | None:
    """``duration_seconds`` as botocore takes it: what ``int()`` cannot read is ignored."""
    text = text_of(section, "duration_seconds")
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        return None


def assume_role_name(section: Section) -> str:
    """The cache file of a profile with ``role_arn`` and a source."""
    arn = text_of(section, "role_arn")
    # An empty name is replaced by a random one, which botocore leaves out of the hash.
    session_name = text_of(section, "role_session_name")
    if arn is not None and _RARE.isdisjoint(section):
        # Thousands of names are made before the first paint, most of them of these two arguments.
        # Written by hand they take 1 of the 2 µs that an encoder takes.
        named = f', "RoleSessionName": {_quoted(session_name)}' if session_name else ""
        return _name(f'{{"RoleArn": {_quoted(arn)}{named}}}')
    arguments: dict[str, object] = {"RoleArn": arn}
    for key, argument in (("external_id", "ExternalId"), ("mfa_serial", "SerialNumber")):
        if (value := text_of(section, key)) is not None:
            arguments[argument] = value
    if (duration := duration_seconds(section)) is not None:
        arguments["DurationSeconds"] = duration
    if session_name:
        arguments["RoleSessionName"] = session_name
    return _name(_SORTED.encode(arguments))


def web_identity_names(section: Section, token: str | None = None) -> tuple[str, ...]:
    """The cache files of a profile with ``web_identity_token_file``.

    AWS CLI v1 from 1.46.2 hashes the token's text too; v2, botocore and older v1 do not. Both
    names are given where the token is known, the common one first.
    """
    arguments: dict[str, object] = {"RoleArn": text_of(section, "role_arn")}
    if session_name := text_of(section, "role_session_name"):
        arguments["RoleSessionName"] = session_name
    names = [_name(_SORTED.encode(arguments))]
    if token is not None:
        names.append(_name(_SORTED.encode(arguments | {"WebIdentityToken": token})))
    return tuple(names)


def sso_role_name(section: Section, start_url: str | None) -> str:
    """The cache file of the role credentials that AWS CLI v2 gets from the SSO portal."""
    arguments: dict[str, object] = {
        "roleName": text_of(section, "sso_role_name"),
        "accountId": text_of(section, "sso_account_id"),
    }
    if session := text_of(section, "sso_session"):
        arguments["sessionName"] = session
    else:
        arguments["startUrl"] = start_url
    return _name(_COMPACT.encode(arguments))


def sso_token_name(session_or_start_url: str) -> str:
    """The token file of an ``sso-session``'s name or, for a legacy profile, of its start URL."""
    return _name(session_or_start_url)


def login_token_name(login_session: str) -> str:
    """The token file of ``aws login``, for the ARN in ``login_session``."""
    return sha256_hex(login_session.encode()) + ".json"


def process_fingerprint(command: str) -> str:
    """Tells one ``credential_process`` from another without repeating it."""
    return sha256_hex(command.encode())


def key_fingerprint(access_key_id: str) -> str:
    """Tells one access key from another without repeating it; empty for none."""
    if not access_key_id:
        return ""
    # JSON may hold half a pair of surrogates.
    return sha256_hex(access_key_id.encode(errors="surrogatepass"))[:16]


def _name(text: str) -> str:
    return sha1_hex(text.encode()) + ".json"
