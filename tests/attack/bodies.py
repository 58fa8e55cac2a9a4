"""Damaged bodies of every file that awsttl reads: each costs its own row, and shows no secret."""

from __future__ import annotations

import itertools
import json
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from awsttl.commands.remedies import said
from awsttl.core import events
from awsttl.core.files import Files, IniFile
from awsttl.core.ini.document import parse
from awsttl.core.ini.misread import in_config, in_credentials
from awsttl.core.ini.names import by_name
from awsttl.core.profiles import cache_entries, resolve
from awsttl.core.view.listing import json_lines
from awsttl.core.why.errors.text import decoded
from awsttl.core.why.explain import explain
from awsttl.disk.ini_files import encoding
from awsttl.disk.locations import Locations
from awsttl.disk.reader import Reader
from awsttl.disk.settings_file import SettingsFile

from .damage import damaged
from .kit import Attack, Effort, Finding

SECRET: Final = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
TOKEN: Final = "IQoJb3JpZ2luX2VjEOz//////////wEaCXVzLWVhc3QtMSJHMEUCIQD7"

_SESSION: Final = {
    "Credentials": {
        "AccessKeyId": "ASIAWXYZ123456781234",
        "SecretAccessKey": SECRET,
        "SessionToken": TOKEN,
        "Expiration": "2036-11-20T21:00:00+00:00",
    },
    "AssumedRoleUser": {"Arn": "arn:aws:sts::111122223333:assumed-role/Admin/me"},
}
_SSO: Final = {
    "startUrl": "https://d-1.awsapps.com/start",
    "region": "eu-central-1",
    "accessToken": TOKEN,
    "expiresAt": "2036-11-20T21:00:00Z",
    "clientId": "client",
    "clientSecret": SECRET,
    "registrationExpiresAt": "2036-11-20T21:00:00Z",
    "refreshToken": TOKEN,
}
_LOGIN: Final = {
    "accessToken": {
        "accessKeyId": "ASIAWXYZ123456781234",
        "secretAccessKey": SECRET,
        "sessionToken": TOKEN,
        "accountId": "111122223333",
        "expiresAt": "2036-11-20T21:00:00Z",
    },
    "refreshToken": TOKEN,
    "dpopKey": f"-----BEGIN EC PRIVATE KEY-----\n{SECRET}\n-----END EC PRIVATE KEY-----",
    "clientId": "arn:aws:signin:::devtools/same-device",
}
_ENTRIES: Final = [json.dumps(body).encode() for body in (_SESSION, _SSO, _LOGIN)]

_CONFIG: Final = [
    b"""[default]
region = eu-central-1

[profile admin]
role_arn = arn:aws:iam::111122223333:role/Admin
source_profile = base
mfa_serial = arn:aws:iam::111122223333:mfa/me
duration_seconds = 3600
""",
    b"""[sso-session corp]
sso_start_url = https://d-1.awsapps.com/start
sso_region = us-east-1

[profile dev]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Dev
""",
    b"""[profile s3]
s3 =
  max_concurrent_requests = 20
  addressing_style = path
region: us-west-2 # no
; a comment
[services x]
dynamodb =
  endpoint_url = http://x
""",
    b"""[profile p]
credential_process = /bin/echo {}
[profile q]
role_arn = a
credential_source = Environment
[DEFAULT]
output = json
[profile 'a b']
region=x
""",
]
_CREDENTIALS: Final = [
    f"""[base]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = {SECRET}

[old]
aws_access_key_id = ASIA
aws_secret_access_key = {SECRET}
aws_session_token = {TOKEN}
expiration = 2036-11-20T21:00:00Z
""".encode(),
]
_SETTINGS: Final = [
    b'# mine\nthreshold = 900\ntheme = "nord"\nhidden = ["a", "b"]\nkeep = []\n',
    b"""threshold = "15m"
sort = "name"
shell = "fish"
[warn]
bell = false
[allowed_processes]
p = "0123"
""",
]
_LOG: Final = [
    b'{"at": 1795000000.0, "what": "renewed", "profile": "admin", "keys": ["x"], "until": 1.0}',
    b'{"at": 1795000000.5, "what": "failed", "profile": "dev", "text": "AWS says no"}',
]
_ERRORS: Final = [
    b"An error occurred (ExpiredToken) when calling the GetCallerIdentity operation: expired",
    b"Error when retrieving token from sso: Token has expired and refresh failed",
    b'Unable to locate credentials. You can configure credentials by running "aws configure".',
    b"[Errno 13] Permission denied: '/home/me/.aws/credentials'\n\x1b[31mfatal\x1b[0m",
]
_NO_FILES: Final = Files(IniFile("config"), IniFile("credentials"))


def _read_entry(body: bytes) -> object:
    return [
        read("/x/y.json", "1" * 40 + ".json", body, 0.0) for read in cache_entries.PARSERS.values()
    ]


def _read_config(body: bytes) -> object:
    document = parse(body.decode(encoding(), "surrogateescape"))
    return document.faults, in_config(document, by_name(document.settings()))


def _read_credentials(body: bytes) -> object:
    document = parse(body.decode(encoding(), "surrogateescape"))
    headers = document.settings()
    return document.faults, in_credentials(document, headers)


def _read_log(body: bytes) -> object:
    return events.from_line(body)


def _explain(body: bytes) -> object:
    return explain(decoded(body), resolve.snapshot(_NO_FILES), {}, 1.8e9)


def _pure(
    name: str, seeds: list[bytes], read: Callable[[bytes], object], short: int, long: int
) -> Callable[[Effort], Finding]:
    """An attack on a function that reads bytes and touches nothing."""

    def run(effort: Effort) -> Finding:
        finding = Finding(name)
        bodies = damaged(seeds, effort.dice(name))
        for body in itertools.islice(bodies, effort.times(short, long)):
            finding.tried += 1
            try:
                told = repr(read(body))
            except Exception as error:  # noqa: BLE001 (that is what is looked for)
                finding.count("ended", f"{type(error).__name__}: {error} of {body[:200]!r}")
                continue
            if SECRET in told or TOKEN in told:
                finding.count("leaked", f"{body[:300]!r}")
        return finding

    return run


def _whole_home(effort: Effort) -> Finding:
    """Every file of a home at once, through the reader to the rows and findings."""
    finding = Finding("damaged homes, from files to rows")
    aws = Path.home() / ".aws"
    for folder in ("cli/cache", "sso/cache", "login/cache"):
        (aws / folder).mkdir(parents=True, exist_ok=True)
    dice = effort.dice("homes")
    files = {
        "config": damaged(_CONFIG, dice),
        "credentials": damaged(_CREDENTIALS, dice),
        **{f"{cache}/cache/{'1' * 40}.json": damaged(_ENTRIES, dice) for cache in ("cli", "sso")},
        f"login/cache/{'1' * 64}.json": damaged(_ENTRIES, dice),
    }
    reader = Reader(Locations.of(os.environ))
    old = time.time() - 60
    for _ in range(effort.times(150, 6_000)):
        finding.tried += len(files)
        for name, bodies in files.items():
            (aws / name).write_bytes(next(bodies))
            # A file of this moment might still be being written, and is given time.
            os.utime(aws / name, (old, old))
        try:
            told = "\n".join(json_lines(resolve.snapshot(reader.look()), 1.8e9, said))
        except Exception as error:  # noqa: BLE001 (that is what is looked for)
            finding.count("ended", f"{type(error).__name__}: {error}")
            continue
        if SECRET in told or TOKEN in told:
            finding.count("leaked", told[:300])
    return finding


def _settings_files(effort: Effort) -> Finding:
    finding = Finding("damaged settings")
    path = effort.scratch / "settings.toml"
    bodies = damaged(_SETTINGS, effort.dice("settings"))
    settings = SettingsFile(str(path))
    for body in itertools.islice(bodies, effort.times(300, 15_000)):
        finding.tried += 1
        path.write_bytes(body)
        try:
            settings.look()
        except Exception as error:  # noqa: BLE001 (that is what is looked for)
            finding.count("ended", f"{type(error).__name__}: {error} of {body[:200]!r}")
    return finding


_PURE: Final = (
    _pure("damaged cache entries", _ENTRIES, _read_entry, 3_000, 60_000),
    _pure("damaged config files", _CONFIG, _read_config, 2_000, 30_000),
    _pure("damaged credentials files", _CREDENTIALS, _read_credentials, 2_000, 30_000),
    _pure("damaged lines of the log", _LOG, _read_log, 2_000, 20_000),
    _pure("damaged error messages", _ERRORS, _explain, 300, 5_000),
)


def _run(effort: Effort) -> Sequence[Finding]:
    return [*(each(effort) for each in _PURE), _settings_files(effort), _whole_home(effort)]


ATTACKS: Final = (Attack("bodies", _run),)
