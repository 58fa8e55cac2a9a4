"""``awsttl keep``: the keeper without a screen."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from awsttl.disk.log_file import LogFile
from support.cloud import Cloud
from support.commands import AWSTTL, awsttl
from support.home import Home


@contextmanager
def keeping(home: Home, cloud: Cloud, *names: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*AWSTTL, "keep", *names],
        env=home.environ() | cloud.environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def lines_until(process: subprocess.Popen[str], text: str) -> list[str]:
    """What it prints, without the times, up to the line that ends so."""
    assert process.stdout is not None
    found: list[str] = []
    for line in process.stdout:
        found.append(line.rstrip("\n").partition(" ")[2])
        if found[-1].endswith(text):
            return found
    assert process.stderr is not None
    raise AssertionError(f"it has ended after {found}: {process.stderr.read()}")


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130), (signal.SIGHUP, 129)]
)
def test_it_renews_what_is_due_and_ends_by_a_signal(
    furnished: Home, cloud: Cloud, number: signal.Signals, code: int
) -> None:
    with keeping(furnished, cloud, "fresh", "living") as process:
        told = lines_until(process, "fresh: renewed")
        assert any(line.startswith("living: kept alive, 59:") for line in told)
        process.send_signal(number)
        assert process.wait(30) == code
    assert cloud.actions == ["AssumeRole"]
    assert [(str(e.what), e.name) for e in LogFile().read().events] == [("renewed", "fresh")]


def test_without_names_it_keeps_what_the_settings_say_and_follows_them(
    furnished: Home, cloud: Cloud
) -> None:
    furnished.settings('keep = ["living"]\n')
    with keeping(furnished, cloud) as process:
        lines_until(process, " left")
        furnished.settings('keep = ["fresh"]\n')
        told = lines_until(process, "fresh: renewed")
        assert "living: no longer kept alive" in told


def test_what_cannot_be_kept_is_exit_3_and_nothing_to_keep_2(furnished: Home, cloud: Cloud) -> None:
    done = awsttl(furnished, "keep", "mfa", cloud=cloud)
    assert (done.code, done.out) == (3, "")
    assert "mfa is not kept alive: each renewal asks for an MFA code" in done.err
    assert awsttl(furnished, "keep", cloud=cloud).code == 2
    assert cloud.calls == ()
