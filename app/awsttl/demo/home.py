"""A throwaway home and a loopback AWS: every key works, and nothing of the user's is touched.

``awsttl demo`` makes a home in a temporary folder, starts moto's STS and a small IAM Identity
Center in a process of their own, opens the dashboard on them, and removes all of it afterwards. The
module is also what the README's pictures and the snapshot tests are made from.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from awsttl.core.profiles import cache_names
from awsttl.core.profiles.timestamps import iso_utc
from awsttl.demo import programs
from awsttl.disk.whole_files import replace

MINUTE, HOUR, DAY = 60, 3600, 86400

CONFIG = """\
[default]
region = eu-central-1

[profile base]
region = eu-central-1

[profile corp]
role_arn = arn:aws:iam::111122223333:role/Hub
source_profile = base
duration_seconds = 2400

[profile prod-admin]
role_arn = arn:aws:iam::111122223333:role/Admin
source_profile = base
mfa_serial = arn:aws:iam::999900001111:mfa/ada
region = eu-central-1
duration_seconds = 1800

[profile prod-readonly]
role_arn = arn:aws:iam::111122223333:role/ReadOnly
source_profile = base
mfa_serial = arn:aws:iam::999900001111:mfa/ada
region = eu-central-1
duration_seconds = 3600

[profile staging]
role_arn = arn:aws:iam::333344445555:role/Deploy
source_profile = base
region = eu-west-1
duration_seconds = 960

[profile deploy]
role_arn = arn:aws:iam::444455556666:role/Deployer
source_profile = corp
region = eu-west-1
role_session_name = ada

[profile sandbox]
role_arn = arn:aws:iam::555566667777:role/Admin
source_profile = base
region = us-east-1

[profile partner]
role_arn = arn:aws:iam::666677778888:role/Integration
source_profile = base
external_id = 7c1f-partner
region = us-east-1
duration_seconds = 1200

[profile data-dev]
sso_session = corp
sso_account_id = 222233334444
sso_role_name = Developer
region = eu-central-1

[profile audit]
sso_session = audit
sso_account_id = 777788889999
sso_role_name = ReadOnly
region = eu-central-1

[profile research]
sso_session = lab
sso_account_id = 141414141414
sso_role_name = Analyst
region = eu-central-1

[profile ci]
role_arn = arn:aws:iam::888899990000:role/Pipeline
web_identity_token_file = {home}/ci-token
role_session_name = ci
region = eu-west-1

[profile vault]
credential_process = vault-helper --role backup
region = eu-west-1

[profile billing]
role_arn = arn:aws:iam::111122223333:role/Billing
source_profile = base
region = us-east-1

[profile legacy]
role_arn = arn:aws:iam::101010101010:role/Old
source_profile = old

[profile laptop]
login_session = arn:aws:iam::121212121212:user/ada
region = eu-central-1

[profile ops]
region = eu-central-1

[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-central-1
sso_registration_scopes = sso:account:access

[sso-session audit]
sso_start_url = https://audit.awsapps.com/start
sso_region = eu-central-1

[sso-session lab]
sso_start_url = https://lab.awsapps.com/start
sso_region = eu-central-1
"""

CREDENTIALS = """\
[base]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY

[saml]
aws_access_key_id = ASIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
aws_session_token = demo-token
x_security_token_expires = {saml_expiry}

[ops-long-term]
aws_access_key_id = AKIAI44QH8DHBEXAMPLE
aws_secret_access_key = je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY
mfa_serial = arn:aws:iam::999900001111:mfa/ops

[ops]
assumed_role = False
aws_access_key_id = ASIAI44QH8DHBEXAMPLE
aws_secret_access_key = je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY
aws_session_token = demo-token
aws_security_token = demo-token
expiration = {ops_expiry}

[pasted]
aws_access_key_id = ASIAI44QH8DHBEXAMPLE
aws_secret_access_key = je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY
aws_session_token = demo-token
"""

_ROLE_SESSIONS: Mapping[str, float] = {
    "prod-admin": -12 * MINUTE,
    "prod-readonly": -38 * MINUTE,
    "corp": 31 * MINUTE + 5,
    "staging": 15 * MINUTE + 42,
    "deploy": 47 * MINUTE + 12,
    "partner": 4 * MINUTE + 20,
    "ci": 2 * HOUR + 41 * MINUTE,
}
_SSO_SESSIONS: Mapping[str, float] = {
    "data-dev": 9 * MINUTE + 41,
    "audit": 7 * HOUR + 12 * MINUTE,
    "research": -1 * HOUR - 10 * MINUTE,
}
_SIGN_INS: Mapping[str, float] = {
    "corp": 6 * HOUR + 4 * MINUTE,
    "audit": 41 * MINUTE,
    "lab": -26 * MINUTE,
}


def build_home(home: Path, now: float, login_key: str = "demo") -> None:
    """Write a home with a session of every kind, as the AWS CLI would have left it at *now*.

    *login_key* signs the refreshes of ``aws login``.
    """

    def write(path: Path, text: str, age: float = 5 * MINUTE) -> None:
        replace(str(path), text.encode())
        os.utime(path, (now - age, now - age))

    aws = home / ".aws"
    write(aws / "config", CONFIG.format(home=home))
    ops_expiry = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(now - 2 * HOUR))
    expiries = {"saml_expiry": iso_utc(now + 3 * HOUR), "ops_expiry": ops_expiry}
    write(aws / "credentials", CREDENTIALS.format(**expiries))
    write(home / "ci-token", "demo-web-identity-token")
    sections = _sections(CONFIG)
    cache = aws / "cli" / "cache"
    for profile, left in _ROLE_SESSIONS.items():
        section = sections[profile]
        name = (
            cache_names.web_identity_names(section)[0]
            if "web_identity_token_file" in section
            else cache_names.assume_role_name(section)
        )
        lasts = float(section.get("duration_seconds", 3 * HOUR))
        answer = _sts_answer(section["role_arn"], now + left)
        write(cache / name, json.dumps(answer), age=max(MINUTE, lasts - left))
    for profile, left in _SSO_SESSIONS.items():
        name = cache_names.sso_role_name(sections[profile], None)
        body = {"ProviderType": "sso", "Credentials": _keys(now + left)}
        write(cache / name, json.dumps(body))
    write(cache / cache_names.assume_role_name(sections["billing"]), '{"Credentials": {"Acc')
    orphan = {"role_arn": "arn:aws:iam::131313131313:role/Gone"}
    answer = _sts_answer(orphan["role_arn"], now + 22 * MINUTE)
    write(cache / cache_names.assume_role_name(orphan), json.dumps(answer), age=38 * MINUTE)
    for session, left in _SIGN_INS.items():
        token = {
            "startUrl": f"https://{session}.awsapps.com/start",
            "region": "eu-central-1",
            "accessToken": f"demo-{session}",
            "expiresAt": iso_utc(now + left),
        }
        write(aws / "sso" / "cache" / cache_names.sso_token_name(session), json.dumps(token))
    login = {
        "accessToken": {
            "accessKeyId": "ASIADEMOLOGIN0000000",
            "secretAccessKey": "demo",
            "sessionToken": "demo",
            "accountId": "121212121212",
            "expiresAt": iso_utc(now + 11 * MINUTE),
        },
        "tokenType": "aws_sigv4",
        "clientId": "arn:aws:signin:::devtools/same-device",
        "refreshToken": "demo",
        "idToken": "demo",
        "dpopKey": login_key,
    }
    name = cache_names.login_token_name(sections["laptop"]["login_session"])
    write(aws / "login" / "cache" / name, json.dumps(login))


def _sections(config: str) -> dict[str, dict[str, str]]:
    import configparser

    parser = configparser.RawConfigParser()
    parser.read_string(config)
    return {name.removeprefix("profile "): dict(parser[name]) for name in parser.sections()}


def _keys(expires_at: float) -> dict[str, str]:
    return {
        "AccessKeyId": "ASIADEMO000000000042",
        "SecretAccessKey": "demo-secret",
        "SessionToken": "demo-token",
        "Expiration": iso_utc(expires_at).replace("Z", "+00:00"),
    }


def _sts_answer(role_arn: str, expires_at: float) -> dict[str, object]:
    account, role = role_arn.split(":")[4], role_arn.rpartition("/")[2]
    return {
        "Credentials": _keys(expires_at),
        "AssumedRoleUser": {
            "AssumedRoleId": "AROADEMO:ada",
            "Arn": f"arn:aws:sts::{account}:assumed-role/{role}/ada",
        },
        "ResponseMetadata": {"HTTPStatusCode": 200},
    }


# -------------------------------------------------------------------- the loopback AWS


def run(dashboard: Callable[[], int]) -> int:
    """Open *dashboard* on the sandbox. Returns its exit code; 2 without the demo extra."""
    sys.stderr.write("awsttl demo: starting a loopback STS …\n")
    folder = tempfile.mkdtemp(prefix="awsttl-demo-")
    server = subprocess.Popen(  # noqa: S603 (this very module)
        [sys.executable, "-m", "awsttl.demo.home", folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl+C in the dashboard is not for the server
    )
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        if not line:
            sys.stderr.write('awsttl demo: needs its extra: pip install "awsttl[demo]"\n')
            return 2
        build_home(Path(folder), time.time(), programs.private_key())
        programs.write(Path(folder) / "bin")
        _enter(Path(folder), json.loads(line))
        return dashboard()
    finally:
        # Its stdin ends with us, however we end; then it removes the folder and is gone.
        server.communicate()


def _enter(home: Path, endpoints: Mapping[str, str]) -> None:
    """Make the sandbox this process's world: no AWS variable of the user's is left."""
    for name in [name for name in os.environ if name.startswith(("AWS", "XDG_"))]:
        del os.environ[name]
    os.environ.update(
        HOME=str(home),
        USERPROFILE=str(home),
        PATH=os.pathsep.join((str(home / "bin"), os.environ.get("PATH", os.defpath))),
        AWS_EC2_METADATA_DISABLED="true",
        **endpoints,
    )


def serve(folder: str) -> None:
    """Be the loopback AWS until stdin ends; print the endpoints as one line of JSON.

    Whoever holds stdin may be killed, or lose its terminal: so it is here that the sandbox's
    *folder* is removed.
    """
    try:
        _serve()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serve() -> None:
    import threading
    from http.server import ThreadingHTTPServer

    from moto.moto_server.werkzeug_app import UNSIGNED_ACTIONS
    from moto.server import ThreadedMotoServer

    from awsttl.demo.portal import Portal

    # The diagnosis asks without keys whether AWS is reached; moto would take that for S3.
    UNSIGNED_ACTIONS["GetCallerIdentity"] = ("sts", "us-east-1")

    # Flask announces itself on stdout, where only our one line belongs.
    answer, sys.stdout = sys.stdout, sys.stderr
    sts = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    sts.start()
    _, port = sts.get_host_and_port()
    portal = ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    threading.Thread(target=portal.serve_forever, daemon=True).start()
    endpoints = {
        "AWS_ENDPOINT_URL_STS": f"http://127.0.0.1:{port}",
        "AWS_ENDPOINT_URL_SSO": f"http://127.0.0.1:{portal.server_port}",
        "AWS_ENDPOINT_URL_SSO_OIDC": f"http://127.0.0.1:{portal.server_port}",
        "AWS_ENDPOINT_URL_SIGNIN": f"http://127.0.0.1:{portal.server_port}",
    }
    answer.write(json.dumps(endpoints) + "\n")
    answer.flush()
    sys.stdin.read()


if __name__ == "__main__":
    serve(sys.argv[1])
