"""A session at work in a shell of tmux, with canaries for secrets: where do they turn up?"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from support.cloud import Cloud
from support.home import Home
from support.states import CODE, furnish
from support.tmux import AWSTTL, Pane

SECRETS: Final = ("cached-secret", "cached-token", "base-secret", "pasted-secret", "pasted-token")


@contextlib.contextmanager
def arguments_of_all() -> Iterator[set[str]]:
    """The command lines of all processes that were there meanwhile, as everybody may read them."""
    found: set[str] = set()
    is_over = threading.Event()

    def look() -> None:
        while not is_over.wait(0.02):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                with contextlib.suppress(OSError):
                    found.add(path.read_text(errors="replace"))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        is_over.set()
        thread.join()


@pytest.mark.heavy
@pytest.mark.needs("tmux", "bash")
def test_no_secret_is_in_ps_in_a_history_in_a_buffer_or_in_a_log(home: Home, cloud: Cloud) -> None:
    furnish(home, cloud)
    history = home.path / "history"
    environ = home.environ() | cloud.environ() | {"HISTFILE": str(history)}
    environ["AWS_DEFAULT_REGION"] = "us-east-1"
    with Pane("bash --norc -i", environ, size=(150, 40)) as pane, arguments_of_all() as arguments:
        pane.sees("bash-")
        at_the_command_line(pane)
        in_the_dashboard(pane, cloud)
        run(pane, "history -a; history | wc -l")
        on_the_screen = pane.tmux("capture-pane", "-p", "-S", "-")
        buffers = pane.tmux("list-buffers", "-F", "#{buffer_sample}")
    assert buffers == "", "nothing was copied"
    assert "export living" in history.read_text(), "the premise"
    assert any("renew" in each for each in arguments), "the premise"
    log = (home.path / ".local/state/awsttl/log.jsonl").read_text()
    assert "renewed" in log, "the premise"
    issued = cloud.sts.issued.values()
    secrets = {*SECRETS, CODE, *(x.secret_key for x in issued), *(x.token for x in issued)}
    # What the test types is in the arguments of its own tmux.
    of_others = [each for each in arguments if "send-keys" not in each]
    everywhere = "\0".join((on_the_screen, history.read_text(), log, *of_others))
    assert not [secret for secret in secrets if secret in everywhere]
    assert "Traceback" not in on_the_screen


def at_the_command_line(pane: Pane) -> None:
    run(pane, f'eval "$({AWSTTL} export living)"')
    run(pane, f'eval "$({AWSTTL} unset)"')
    run(pane, f"{AWSTTL} exec living -- sleep 0.2")
    run(pane, f"{AWSTTL} exec --server living -- sleep 0.2")
    run(pane, f"{AWSTTL} renew over")
    run(pane, f"{AWSTTL} export living --format process")  # refused: it would be on the terminal


_times = iter(range(1, 100))


def run(pane: Pane, command: str) -> None:
    """Run a command in the shell of the pane, and wait for its end."""
    number = next(_times)
    pane.type(f"{command}; echo do''ne {number}.")
    pane.press("Enter")
    pane.sees(f"done {number}.")


def in_the_dashboard(pane: Pane, cloud: Cloud) -> None:
    pane.type(AWSTTL)
    pane.press("Enter")
    pane.sees("living")
    pane.press("/")
    pane.type("mfa-ending")
    pane.sees("1 of 11")
    pane.press("Enter")
    pane.sees("r renew")
    for key, shown in (("e", "export AWS_"), ("u", "unset"), ("d", "MFA"), ("l", "renewed")):
        pane.press(key)
        pane.sees(shown)
        pane.press("Escape")
        time.sleep(0.3)  # a key behind an escape in one piece is another key
    pane.press("r")
    pane.sees("MFA code")
    pane.type(CODE)
    pane.press("Enter")
    cloud.wait_for_calls(2, "AssumeRole")
    pane.sees("59:")
    pane.press("q")
    pane.sees_no_more("r renew")
