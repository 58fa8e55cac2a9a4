"""What every test stands on: a fresh home, a quiet environment, UTC, and no way to the network."""

from __future__ import annotations

import gc
import importlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import hypothesis
import pytest

from support import programs
from support.cloud import Cloud
from support.home import Home
from support.needs import demand

# A slow machine is no failure; and in CI the same commit gives the same result.
hypothesis.settings.register_profile("awsttl", deadline=None)
hypothesis.settings.register_profile("awsttl-ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("awsttl-ci" if os.environ.get("CI") else "awsttl")

_NOBODY = "http://127.0.0.1:9"
"""Where requests to AWS's real addresses go: the discard port, which nobody answers."""


def pytest_collection_finish(session: pytest.Session) -> None:
    """Have garbage collected seldom: a third of a dashboard's test was that.

    A dashboard leaves some hundred thousand objects behind, and by Python's own thresholds all of
    them are looked at after every second one. What was imported and collected is never garbage.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


def pytest_configure(config: pytest.Config) -> None:
    """Heed Ctrl+C also where a shell has started the tests in its background.

    There it is ignored, and would be so by all that the tests start and send it to.
    """
    for number, usual in (
        (signal.SIGINT, signal.default_int_handler),
        (signal.SIGQUIT, signal.SIG_DFL),
    ):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, usual)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """``@pytest.mark.needs("aws-v2", "tmux")``: skipped, or in CI failed, without them."""
    demand(*(name for marker in item.iter_markers("needs") for name in marker.args))


@pytest.fixture(autouse=True)
def hermetic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Each test has a home of its own and nothing of the person's who runs it."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("TEXTUAL_SNAPSHOT"):
                continue  # where the snapshot plugin keeps its report
            if name.startswith(("AWS_", "TEXTUAL_", "XDG_")) or name in (
                "NO_COLOR",
                "TMUX",
                "COLORTERM",
            ):
                patch.delenv(name)
        for name in ("HOME", "USERPROFILE"):
            patch.setenv(name, str(home))
        for name in ("HTTPS_PROXY", "https_proxy"):
            patch.setenv(name, _NOBODY)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setenv("TZ", "UTC")
        time.tzset()
        _move_botocore(home, patch)
        yield home
    time.tzset()


def _move_botocore(home: Path, patch: pytest.MonkeyPatch) -> None:
    """Some folders botocore works out when it is imported; they would outlive the test."""
    for module, owner, attribute, folder in (
        ("botocore.credentials", "SSOProvider", "_SSO_TOKEN_CACHE_DIR", ".aws/sso/cache"),
        ("botocore.tokens", "SSOTokenProvider", "_SSO_TOKEN_CACHE_DIR", ".aws/sso/cache"),
        ("botocore.loaders", "Loader", "CUSTOMER_DATA_PATH", ".aws/models"),
    ):
        if module in sys.modules:
            class_ = getattr(sys.modules[module], owner)
            patch.setattr(class_, attribute, str(home / folder))


@pytest.fixture
def home(hermetic: Path) -> Home:
    """The home of this test: what ``~`` means here."""
    return Home(hermetic)


@pytest.fixture
def one_aws_cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On ``PATH`` is one AWS CLI that says its version, and nothing else of this machine."""
    aws = programs.aws_that_says("aws-cli/2.33.0 Python/3.13.9 Linux/6.8", tmp_path / "path")
    monkeypatch.setenv("PATH", str(aws.parent))


@pytest.fixture
def timezone(hermetic: Path) -> Iterator[Callable[[str], None]]:
    """``timezone("Europe/Berlin")``: for the rest of the test, local time is that zone's."""
    with pytest.MonkeyPatch.context() as patch:

        def move(name: str) -> None:
            patch.setenv("TZ", name)
            time.tzset()
            # pendulum asks the system once, and remembers.
            zones: ModuleType = importlib.import_module("pendulum.tz.local_timezone")
            patch.setattr(zones, "_local_timezone", None)

        yield move
    time.tzset()


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """A loopback AWS, to which botocore in this process speaks as well."""
    with Cloud() as cloud:
        for name, value in cloud.environ().items():
            monkeypatch.setenv(name, value)
        yield cloud


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS's own STS can do without, but not one behind ``AWS_ENDPOINT_URL_STS``."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.fixture(scope="session")
def moto_sts() -> Iterator[str]:
    """The address of moto's STS: another one's idea of what AWS answers."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()
