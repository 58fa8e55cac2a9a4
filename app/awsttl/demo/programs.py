"""The programs of the demo's sandbox: a ``credential_process``, and an ``aws`` to log in with.

Both are real programs that awsttl runs as it runs any other. The ``aws`` is a stand-in, and says
so: the real one would open a browser on the real AWS.
"""

from __future__ import annotations

import base64
import shlex
import sys
from pathlib import Path
from typing import Final

_VAULT_HELPER: Final = """\
import json, sys, time

time.sleep(1)
ends = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 1800))
print(json.dumps({
    "Version": 1,
    "AccessKeyId": "ASIADEMO000000000044",
    "SecretAccessKey": "demo-secret",
    "SessionToken": "demo-token",
    "Expiration": ends,
    "AccountId": "141414141414",
}))
"""

_AWS: Final = """\
import json, os, pathlib, sys, time

if sys.argv[1:] == ["--version"]:
    sys.exit(print("aws-cli/2.32.0 a stand-in, of awsttl demo"))
if sys.argv[1:2] != ["login"]:
    sys.exit("This aws is a stand-in of awsttl demo; all that it knows is: aws login")
print("A stand-in for aws login: there is no browser, and no AWS, in awsttl demo.")
input("Press Enter to be signed in, Ctrl+C not to be. ")
for path in pathlib.Path.home().glob(".aws/login/cache/*.json"):
    token = json.loads(path.read_text())
    ends = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 900))
    token["accessToken"]["expiresAt"] = ends
    path.with_suffix(".new").write_text(json.dumps(token))
    path.with_suffix(".new").replace(path)
"""


def write(folder: Path) -> None:
    """Write the programs; *folder* is to be the first of ``PATH``."""
    folder.mkdir(mode=0o700)
    for name, program in {"vault-helper": _VAULT_HELPER, "aws": _AWS}.items():
        path = folder / name
        command = shlex.join([sys.executable, "-I", "-c", program])
        path.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        path.chmod(0o700)


def private_key() -> str:
    """A key as ``aws login`` makes one to sign refreshes with, where ``awscrt`` is there."""
    try:
        from awscrt.crypto import EC, ECExportFormat, ECType
    except ImportError:
        return ""
    key = EC.new_generate(ECType.P_256).export_key(ECExportFormat.SEC1)
    return base64.b64encode(key).decode()
