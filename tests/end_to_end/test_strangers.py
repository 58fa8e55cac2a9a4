"""Who else is on the machine: port scans, floods of connections, another user."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from awsttl.core.profiles.container_lead import TOKEN
from support import flood
from support.cloud import Cloud
from support.home import Home
from support.served import DEFAULT_KEYS, ask, line_of, port_of, served, serving
from support.serving import heard, request, say
from support.states import LIVING_KEY, furnish
from support.tmux import AWSTTL, Pane

NOBODY: Final = 65534
SCANS: Final = {
    "nothing": b"",
    "TLS": b"\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03" + bytes(180),
    "SSH": b"SSH-2.0-OpenSSH_9.2\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "Redis": b"*1\r\n$4\r\nINFO\r\n",
    "SMB": b"\x00\x00\x00\xa4\xffSMB" + bytes(160),
    "a proxy's": b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n",
    "a page": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "an old page": b"GET /\r\n\r\n",
    "noise": bytes(range(256)) * 8,
}
"""What port scanners say first, to find out who answers."""


@pytest.fixture
def states(home: Home, cloud: Cloud) -> Home:
    """A home with a profile in each state."""
    furnish(home, cloud)
    return home


def test_a_port_scan_learns_nothing_and_costs_nobody_an_answer(states: Home, cloud: Cloud) -> None:
    with served(states, cloud, "living") as variables:
        port = port_of(variables)
        for name, text in SCANS.items():
            # Some hang up at once, as most scanners do; some wait for what is said.
            socket.create_connection(("127.0.0.1", port)).close()
            with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
                connection.sendall(text)
                connection.shutdown(socket.SHUT_WR)
                told = b""
                while more := connection.recv(65536):
                    told += more
            assert not told or heard(told).status >= 400, name
            for secret in (LIVING_KEY, variables[TOKEN], "living"):
                assert secret.encode() not in told, name
            assert ask(variables).json["AccessKeyId"] == LIVING_KEY, name


@pytest.mark.heavy
@pytest.mark.needs("tmux")
def test_ten_thousand_connections_starve_and_neither_shell_nor_screen_does(
    states: Home, cloud: Cloud
) -> None:
    with Pane(AWSTTL, states.environ() | cloud.environ(), size=(150, 40)) as pane:
        variables = copied(pane)
        command = [sys.executable, flood.__file__, str(port_of(variables)), "10000"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as flooding:
            answers = 0
            while flooding.poll() is None:
                got = ask(variables)
                assert (got.status, got.json["AccessKeyId"]) == (200, LIVING_KEY)
                # A key is heard, and drawn, in the middle of it.
                pane.press("?")
                pane.sees("─ keys ─")
                pane.press("Escape")
                pane.sees_no_more("─ keys ─")
                answers += 1
                # Else the drawing holds up the flood, which is to come as fast as it can.
                time.sleep(0.5)
            assert flooding.stdout is not None
            assert flooding.stdout.read() == "10000\n"
            assert answers
        assert ask(variables).json["AccessKeyId"] == LIVING_KEY
        pane.press("q")
        pane.sees("exit 0")


def copied(pane: Pane) -> dict[str, str]:
    """The variables that the dialog puts into tmux's buffer for a shell."""
    pane.sees("living")
    pane.press("/")
    pane.type("living")
    pane.sees("1 of 11")
    pane.press("Enter")
    pane.sees("r renew")
    pane.press("e")
    pane.sees("export AWS_")
    pane.press("3")
    pane.sees("AWS_CONTAINER_CREDENTIALS_FULL_URI=")
    pane.press("c")
    pane.sees("copied")
    pane.press("Escape")
    pane.sees_no_more("export living")
    found = re.findall(r"^export (\w+)='?([^';\n]*)", pane.buffer(), re.MULTILINE)
    return dict(found)


# --- another user ---


def as_nobody(act: Callable[[], object]) -> str:
    """What *act* comes to for another user of this machine: ``repr`` of its value or error."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            told = repr(act())
        except BaseException as error:  # noqa: BLE001 (it is what the test asks for)
            told = repr(error)
        os.write(writing, told.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return told


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")
class TestAnotherUserOfTheMachine:
    def test_finds_the_token_in_no_file_and_in_no_process(
        self, states: Home, cloud: Cloud, tmp_path: Path
    ) -> None:
        # As a home is on many machines: others may look into it.
        for folder in (states.path, *states.path.parents, tmp_path, *tmp_path.parents):
            if folder.owner() == "root" and folder != Path("/"):
                folder.chmod(folder.stat().st_mode | 0o055)
        states.credentials(DEFAULT_KEYS)
        file = tmp_path / "token"
        with serving(
            states, cloud, "living", "--format", "json", "--token-file", str(file)
        ) as process:
            line_of(process)
            assert as_nobody(lambda: [*tmp_path.iterdir()]).startswith("["), "it gets there"
            assert "PermissionError" in as_nobody(file.read_text)
            where = Path("/proc", str(process.pid))
            assert "PermissionError" in as_nobody((where / "environ").read_bytes)
            assert "Error" in as_nobody(lambda: (where / "mem").open("rb"))
            token = file.read_bytes()
            assert token not in (where / "cmdline").read_bytes(), "which everybody may read"
            assert as_nobody(lambda: file.write_text("theirs")).startswith("PermissionError")

    def test_gets_nothing_from_the_port_and_the_owner_goes_on(
        self, states: Home, cloud: Cloud
    ) -> None:
        with served(states, cloud, "living") as variables:
            port = port_of(variables)
            told = as_nobody(lambda: say(port, request("/awsttl/x/living", port, "x" * 43)))
            assert "HTTP/1.1 404" in told
            assert LIVING_KEY not in told
            assert ask(variables).json["AccessKeyId"] == LIVING_KEY

    def test_does_not_take_the_port_while_it_is_served(self, states: Home, cloud: Cloud) -> None:
        """Or a shell would show its token to them."""
        with served(states, cloud, "living") as variables:
            port = port_of(variables)
            for option in (0, socket.SO_REUSEADDR, socket.SO_REUSEPORT):
                assert "in use" in as_nobody(lambda: listen(port, option))  # noqa: B023


def listen(port: int, option: int) -> object:
    with socket.socket() as other:
        if option:
            other.setsockopt(socket.SOL_SOCKET, option, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        return other.getsockname()
