"""awsttl as people run it: a real tmux, a real shell, the real AWS CLI in another pane."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.awscli import BOTH_CLIS, Version, aws_cli
from support.cloud import Cloud
from support.home import Home, role_file
from support.tmux import AWSTTL, Pane

pytestmark = pytest.mark.needs("tmux")

DEV = {
    "role_arn": "arn:aws:iam::111122223333:role/Dev",
    "source_profile": "base",
    "region": "eu-central-1",
}
DEVICE = "arn:aws:iam::111122223333:mfa/ada"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


@pytest.fixture
def dev(home: Home) -> Home:
    """A home with long-term keys and one role that is assumed with them."""
    home.credentials(
        f"""\
        [base]
        aws_access_key_id = AKIAIOSFODNN7EXAMPLE
        aws_secret_access_key = {SECRET}
        """
    )
    home.config("[profile dev]\n" + "".join(f"{key} = {value}\n" for key, value in DEV.items()))
    return home


@pytest.fixture
def pane(dev: Home, cloud: Cloud) -> Iterator[Pane]:
    """The dashboard on that home."""
    with Pane(AWSTTL, dev.environ() | cloud.environ()) as opened:
        opened.sees("dev", "no session")
        yield opened


# -------------------------------------------------------------------- following the files


@BOTH_CLIS
def test_what_the_aws_cli_does_in_another_pane_shows_by_itself(
    version: Version, dev: Home, cloud: Cloud, pane: Pane
) -> None:
    called = aws_cli(
        version, "sts", "get-caller-identity", "--profile", "dev", home=dev, cloud=cloud
    )
    assert called.exit_code == 0, called.stderr
    screen = pane.sees("valid")
    assert "59:" in screen or "1h 00m" in screen


@pytest.mark.heavy
@BOTH_CLIS
def test_after_r_the_aws_cli_uses_our_session_without_a_call(
    version: Version, dev: Home, cloud: Cloud, pane: Pane
) -> None:
    pane.press("g", "r")
    pane.sees("valid")
    before = cloud.actions.count("AssumeRole")
    called = aws_cli(
        version, "sts", "get-caller-identity", "--profile", "dev", home=dev, cloud=cloud
    )
    assert called.exit_code == 0, called.stderr
    assert "assumed-role/Dev" in called.json["Arn"]
    assert cloud.actions.count("AssumeRole") == before


def test_rm_of_the_cache_an_edit_and_a_late_folder_show_by_themselves(
    dev: Home, pane: Pane
) -> None:
    dev.cli_cache(DEV, expires_at=time.time() + 3000)
    pane.sees("valid")
    shutil.rmtree(dev.aws / "cli")
    pane.sees_no_more("valid")
    dev.cli_cache(DEV, expires_at=time.time() - 300)
    pane.sees("expired")
    config = dev.config_file.read_text()
    dev.config(config + "\n[profile second]\nrole_arn = arn:aws:iam::1:role/x\n")
    pane.sees("second", "role_arn without source_profile")
    dev.config(config)
    pane.sees_no_more("second")


def test_a_home_behind_a_symlink_and_replaced_is_followed(dev: Home, tmp_path: Path) -> None:
    elsewhere = tmp_path / "dotfiles"
    dev.aws.rename(elsewhere)
    dev.aws.symlink_to(elsewhere)
    with Pane(AWSTTL, dev.environ()) as pane:
        pane.sees("no session")
        dev.cli_cache(DEV, expires_at=time.time() + 3000)
        pane.sees("valid")
        another = tmp_path / "others"
        shutil.copytree(elsewhere, another)
        shutil.rmtree(another / "cli")
        dev.aws.unlink()
        dev.aws.symlink_to(another)
        pane.sees("no session")


def test_the_countdown_moves_and_a_session_expires_before_your_eyes(dev: Home) -> None:
    dev.cli_cache(DEV, expires_at=time.time() + 4)
    with Pane(AWSTTL, dev.environ()) as pane:
        pane.sees("expiring")
        pane.sees("0:01")
        pane.sees("expired", "just now")


# -------------------------------------------------------------------- keys


def test_r_asks_for_a_code_and_renews(home: Home, cloud: Cloud, dev: Home) -> None:
    dev.config(dev.config_file.read_text() + f"mfa_serial = {DEVICE}\n")
    cloud.sts.accept_codes(DEVICE, "123456")
    with Pane(AWSTTL, dev.environ() | cloud.environ()) as pane:
        pane.sees("dev", "mfa")
        pane.press("g", "r")
        pane.sees("⏎ renew", DEVICE)
        pane.type("000000")
        pane.press("Enter")
        pane.sees("wrong or already used MFA code")
        pane.type("123456")
        pane.press("Enter")
        pane.sees("valid")


def test_the_pane_lives_through_a_hanging_aws_and_quits_at_once(
    dev: Home, cloud: Cloud, pane: Pane
) -> None:
    with cloud.hanging():
        pane.press("g", "r")
        pane.sees("renewing")
        pane.press("?")
        pane.sees("alive, and reused")
        pane.press("Escape")
        pane.sees_no_more("alive, and reused")
        pane.press("q")
        pane.sees("exit 0")


def test_c_and_z(dev: Home, pane: Pane) -> None:
    path = dev.cli_cache(DEV, expires_at=time.time() + 3000)
    before = path.read_bytes()
    pane.sees("valid")
    pane.press("g", "c")
    pane.sees("cleared dev", "no session")
    assert not path.exists()
    pane.press("z")
    pane.sees("brought back 1 cache entry", "valid")
    assert path.read_bytes() == before


def test_a_filter_that_is_typed_in_one_go_presses_no_keys(dev: Home, pane: Pane) -> None:
    pane.sees("dev")
    # Every letter of it is a key of the table: clear, hide, quit …
    pane.type("/rchquz")
    pane.sees("rchquz", "0 of")
    pane.press("Escape")
    pane.sees("dev")


def test_every_size_of_pane(dev: Home, pane: Pane) -> None:
    dev.cli_cache(DEV, expires_at=time.time() + 30_000)
    pane.sees("8h ")
    for width, height in ((160, 50), (80, 24), (50, 15), (20, 5), (120, 40)):
        pane.resize(width, height)
        if width >= 50:
            screen = pane.sees("dev", "valid", "8h ")
            assert max(map(len, screen.splitlines())) <= width
    pane.press("q")
    pane.sees("exit 0")


# -------------------------------------------------------------------- the calling shell


@pytest.mark.parametrize(
    ("shell", "command"),
    [
        pytest.param("bash", 'eval "$({awsttl})"', marks=pytest.mark.needs("bash")),
        pytest.param(
            "zsh", 'eval "$({awsttl})"', marks=[pytest.mark.needs("zsh"), pytest.mark.heavy]
        ),
        pytest.param("fish", "{awsttl} | source", marks=pytest.mark.needs("fish")),
    ],
)
def test_e_then_p_changes_the_calling_shell(
    shell: str, command: str, dev: Home, tmp_path: Path
) -> None:
    dev.cli_cache(DEV, expires_at=time.time() + 3000, access_key="ASIAHANDEDOUT0000001")
    script = tmp_path / "script"
    told = "echo got=$AWS_ACCESS_KEY_ID in=$AWS_REGION"
    script.write_text(command.format(awsttl=AWSTTL) + f"\n{told}\n")
    with Pane(f"{shell} {script}", dev.environ() | {"SHELL": f"/bin/{shell}"}) as pane:
        pane.sees("valid")
        pane.press("g", "e", "e")
        pane.sees("AWS_SESSION_TOKEN", "••••")
        pane.press("p")
        pane.sees("got=ASIAHANDEDOUT0000001 in=eu-central-1")


@BOTH_CLIS
def test_e_then_p_has_the_aws_cli_work_by_the_profiles_name_whatever_keys_were_there(
    version: Version, dev: Home, cloud: Cloud, tmp_path: Path
) -> None:
    script, after = tmp_path / "script", tmp_path / "after"
    script.write_text(f'eval "$({AWSTTL})"\nenv > {after}\necho done\n')
    stale = {
        "AWS_ACCESS_KEY_ID": "ASIASTALE",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_SESSION_TOKEN": "y",
        "AWS_DEFAULT_PROFILE": "gone",
    }
    with Pane(f"bash {script}", dev.environ() | stale) as pane:
        pane.sees("no session")
        pane.press("g", "j", "e")
        pane.sees("export AWS_PROFILE='dev';", "the AWS CLI works by itself")
        pane.press("p")
        pane.sees("done")
    pairs = (line.partition("=") for line in after.read_text().splitlines())
    left = {name: value for name, _, value in pairs if name.startswith("AWS_")}
    assert not left.keys() & stale.keys()
    called = aws_cli(
        version,
        "sts",
        "get-caller-identity",
        home=dev,
        cloud=cloud,
        env={"AWS_PROFILE": left["AWS_PROFILE"]},
    )
    assert called.exit_code == 0, called.stderr
    assert "assumed-role/Dev" in called.json["Arn"]


def test_u_then_p_takes_the_variables_from_the_calling_shell(dev: Home, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text(f'eval "$({AWSTTL})"\nenv | grep -c ^AWS_; echo done\n')
    stale = {
        "AWS_ACCESS_KEY_ID": "ASIASTALE",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_SESSION_TOKEN": "y",
        "AWS_SECURITY_TOKEN": "z",
        "AWS_CREDENTIAL_EXPIRATION": "2020-01-01T00:00:00Z",
        "AWS_PROFILE": "gone",
    }
    environ = {k: v for k, v in dev.environ().items() if not k.startswith("AWS_")} | stale
    with Pane(f"bash {script}", environ) as pane:
        pane.sees("(environment)", "expired")
        pane.press("u")
        pane.sees("unset ")
        pane.press("p")
        screen = pane.sees("done")
        assert "0\n" in screen


def test_with_stdout_in_a_pipe_the_screen_has_the_terminals_size(dev: Home, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text(f'eval "$({AWSTTL})"\n')
    with Pane(f"bash {script}", dev.environ(), size=(160, 50)) as pane:
        pane.sees("no session")
        assert "settings" in pane.sees("~/.aws/config:")
        pane.resize(50, 15)
        pane.sees_no_more("~/.aws/config:")


def test_c_in_the_snippet_copies_into_the_tmux_buffer_and_not_to_the_screen(
    dev: Home, pane: Pane
) -> None:
    dev.cli_cache(DEV, expires_at=time.time() + 3000)
    pane.sees("valid")
    pane.press("g", "e", "e")
    pane.sees("export AWS_SESSION_TOKEN")
    pane.press("c")
    pane.sees("copied to the tmux buffer")
    assert "export AWS_SECRET_ACCESS_KEY='cached-secret'" in pane.buffer()
    assert "cached-secret" not in pane.screen()


# -------------------------------------------------------------------- the door


def run(*arguments: str, home: Home, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "awsttl", *arguments],
        env=home.environ(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_without_a_terminal_it_says_so_and_exits_with_2(dev: Home) -> None:
    done = run(home=dev)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "awsttl list --json" in done.stderr


def test_an_unknown_word_is_a_usage_error(dev: Home) -> None:
    assert run("frobnicate", home=dev).returncode == 2
    assert run("--version", home=dev).stdout.startswith("awsttl ")


def test_list_json_is_what_the_readme_says_and_holds_no_secret(dev: Home) -> None:
    path = dev.cli_cache(DEV, expires_at=float(int(time.time()) + 3000))
    done = run("list", "--json", home=dev)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert list(document) == ["generated_at", "environment", "profiles", "orphans", "problems"]
    assert document["environment"] is None
    found = next(each for each in document["profiles"] if each["profile"] == "dev")
    assert list(found) == [
        "profile", "kind", "state", "needs_you", "renewal", "needs", "expires_at", "seconds_left",
        "reuse_until", "parent", "chain", "account_id", "role", "region", "sso_session",
        "mfa_serial",
        "cache_file", "shared_with", "problems",
    ]  # fmt: skip
    assert found["kind"] == "role"
    assert found["state"] == "valid"
    assert found["renewal"] == "silent"
    assert found["chain"] == ["dev", "base"]
    assert found["account_id"] == "111122223333"
    assert found["cache_file"] == str(path)
    assert found["expires_at"].endswith("Z")
    assert 2900 < found["seconds_left"] <= 3000
    for secret in (SECRET, "cached-secret", "cached-token", "AKIAIOSFODNN7", "ASIACACHED"):
        assert secret not in done.stdout


def test_list_prints_the_same_rows_as_a_table(dev: Home) -> None:
    dev.cli_cache(DEV, expires_at=time.time() - 300)
    done = run("list", home=dev)
    assert "dev" in done.stdout
    assert "expired" in done.stdout
    assert "5m ago" in done.stdout
    assert SECRET not in done.stdout


def test_list_touches_nothing(dev: Home) -> None:
    dev.cli_cache(DEV, expires_at=time.time() + 3000)

    def tree() -> list[tuple[str, int]]:
        paths = sorted(dev.path.rglob("*"))
        return [(str(path), path.stat().st_mtime_ns) for path in paths]

    before = tree()
    run("list", home=dev)
    run("list", "--json", home=dev)
    assert tree() == before


# -------------------------------------------------------------------- what happened


@pytest.mark.heavy
@BOTH_CLIS
def test_the_log_tells_our_renewal_from_the_clis_in_every_pane_and_after_a_restart(
    version: Version, dev: Home, cloud: Cloud
) -> None:
    dev.config(dev.config_file.read_text() + section_of("other", "Other"))
    environ = dev.environ() | cloud.environ()
    with Pane(AWSTTL, environ) as pane, Pane(AWSTTL, environ, (50, 15)) as narrow:
        narrow.sees("no session")
        pane.sees("other", "no session")
        pane.press("g", "r")
        pane.sees("✓ renewed")
        called = aws_cli(
            version, "sts", "get-caller-identity", "--profile", "other", home=dev, cloud=cloud
        )
        assert called.exit_code == 0, called.stderr
        pane.press("l")
        narrow.press("l")
        for each in (pane, narrow):
            screen = each.sees("what happened", "✓ renewed    dev", "~ changed    other")
            assert "~ changed    dev" not in screen
        narrow.press("l")
        narrow.sees_no_more("what happened")
        narrow.press("q")
        narrow.sees("exit 0")
    with Pane(AWSTTL, environ, (80, 24)) as pane:
        pane.sees("valid")
        pane.press("l")
        screen = pane.sees("✓ renewed    dev", "~ changed    other")
        assert screen.count("dev") == 1
        assert screen.count("other") == 2, "the profile, and: by another program"


def section_of(name: str, role: str) -> str:
    keys = {**DEV, "role_arn": f"arn:aws:iam::111122223333:role/{role}"}
    return f"[profile {name}]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items())


# -------------------------------------------------------------------- promises


def test_no_secret_is_in_argv_title_or_screen(dev: Home, pane: Pane) -> None:
    dev.cli_cache(DEV, expires_at=time.time() + 3000)
    pane.sees("valid")
    pane.press("g", "e", "e")
    pane.sees("••••")
    lines = subprocess.run(["ps", "axww", "-o", "args"], capture_output=True, text=True, check=True)
    for secret in (SECRET, "cached-secret", "cached-token"):
        assert secret not in lines.stdout
        assert secret not in pane.screen()
        assert secret not in pane.title()


@pytest.mark.heavy
def test_a_terminal_that_is_closed_ends_the_program(dev: Home) -> None:
    def processes() -> list[int]:
        wanted = f"HOME={dev.path}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    command = (entry / "cmdline").read_bytes()
                    if b"awsttl" in command and wanted in (entry / "environ").read_bytes():
                        found.append(int(entry.name))
                except OSError:
                    continue
        return found

    with Pane(f"trap '' HUP; {AWSTTL}", dev.environ()) as pane:
        pane.sees("no session")
        assert processes()
    end = time.monotonic() + 20
    while processes():
        if time.monotonic() > end:
            for process in processes():
                os.kill(process, signal.SIGKILL)
            raise AssertionError("it outlives its terminal")
        time.sleep(0.05)


@pytest.mark.heavy
def test_the_role_file_is_the_clis_own(dev: Home, pane: Pane) -> None:
    pane.press("g", "r")
    pane.sees("valid")
    path = dev.cli_folder / role_file(DEV)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in dev.cli_folder.iterdir()] == [path.name]
