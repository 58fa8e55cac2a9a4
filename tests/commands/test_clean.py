"""Whatever stands in names and values, nothing that awsttl prints steers a terminal."""

from __future__ import annotations

import json
import unicodedata

import pytest

from awsttl.commands.main import main
from support.home import Home

ODD = {
    "C0": "\x1b[31m\x07",
    "C1": "\u009b31m\u0085",
    "bidi": "\u202e\u2066\u200f",
    "no width": "\u200b\ufeff\u2060",
    "lines": "\u2028\u2029",
    "tags": "\U000e0041",
}


@pytest.fixture(params=list(ODD.values()), ids=list(ODD))
def odd(request: pytest.FixtureRequest, home: Home) -> str:
    """Characters that stand in every name and value of this home."""
    it = str(request.param)
    (home.aws / f"sso-{it}").mkdir(parents=True)
    home.config(
        f'[profile "role{it}x"]\nrole_arn = arn:aws:iam::111122223333:role/Dev{it}\n'
        f"source_profile = no{it}body\nregion = eu{it}\nmfa_serial = m{it}\n"
        f"[sso-session corp{it}]\nsso_start_url = https://x{it}/start\nsso_region = eu{it}\n"
        f'[profile "sso{it}x"]\nsso_session = corp{it}\nsso_account_id = 1{it}\n'
        f'sso_role_name = R{it}\n[profile "vault{it}x"]\ncredential_process = /no{it} --x\n'
        f"[nothing{it}]\nregion = x\n[profile keys]\nnested{it} =\n  a{it} = b{it}\n"
    )
    home.credentials(f"[base{it}]\naws_access_key_id = AKIA{it}\naws_secret_access_key = x\n")
    home.settings(f'threshold = "{json.dumps(it)[1:-1]}"\nsort = "x"\n')
    return it


def unclean(text: str) -> list[str]:
    """The characters in a text that steer a terminal, but for ends of lines."""
    return [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") and c != "\n"]


COMMANDS = (
    "list",
    "list --json",
    "list --columns profile,account,role,region,from",
    "doctor --offline",
    "doctor --offline --full",
    "doctor --offline --json",
    "doctor --offline role{}x",
    "status role{}x",
    "status role{}x --json",
    "can role{}x",
    "clear --dry-run role{}x",
    "renew --no-input role{}x",
    "renew --no-input --json role{}x",
    "login --no-input corp{}",
    "logout corp{}",
    "exec role{}x -- true",
    "export role{}x",
    "console role{}x",
    "keep --once role{}x",
    "explain An error occurred {} (ExpiredToken) role{}x",
    "explain --json gibberish{} \x1b",
    "edit no{}body region=x --dry-run",
    "remove role{}x --dry-run",
    "paste role{}x --json",
    # What they cannot read they quote.
    "list --sta{}te",
    "list --state {}",
    "status no{}body",
    "{}",
    "help {}",
    "renew --for {}",
    "--{}",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_prints_it(odd: str, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = [word.replace("{}", odd) for word in command.split(" ")]
    main(words)
    printed = capsys.readouterr()
    assert printed.out or printed.err
    assert not unclean(printed.out + printed.err), (printed.out, printed.err)


@pytest.mark.parametrize("command", ["list --json", "doctor --offline --json"])
def test_a_program_reads_it_as_it_is(
    odd: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(command.split())
    found = json.loads(capsys.readouterr().out)
    assert json.dumps(f"role{odd}x") in json.dumps(found)
