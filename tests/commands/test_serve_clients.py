"""Real clients that are started once, and outlive the session that they have begun with."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Final

import pytest

from support import awscli
from support.cloud import Cloud
from support.driven import DrivenClock
from support.home import Home
from support.programs import required
from support.served import DEFAULT_KEYS, ask, served
from support.states import LIVING_KEY
from support.tmux import AWSTTL as AWSTTL_IN_SHELL
from support.wire import Call

CLIENTS: Final = [
    "boto3",
    pytest.param("aws-v1", marks=[pytest.mark.needs("aws-v1"), pytest.mark.heavy]),
    pytest.param("aws-v2", marks=[pytest.mark.needs("aws-v2"), pytest.mark.heavy]),
    pytest.param("sdk-js", marks=[pytest.mark.needs("sdk-js"), pytest.mark.heavy]),
]

BOTOCORE: Final = """
import sys, time
from botocore.session import Session
sts = Session().create_client("sts")
for wait in {waits}:
    time.sleep(wait)
    sts.get_caller_identity()
"""
AWS_CLI: Final = """
import sys, time
from awscli.clidriver import create_clidriver
driver = create_clidriver()
for wait in {waits}:
    time.sleep(wait)
    assert driver.main(["sts", "get-caller-identity"]) == 0
"""
JS: Final = """
const { STSClient, GetCallerIdentityCommand } = require("@aws-sdk/client-sts");
(async () => {
  const sts = new STSClient({ region: "us-east-1", endpoint: process.env.AWS_ENDPOINT_URL_STS });
  for (const wait of {waits}) {
    await new Promise((done) => setTimeout(done, wait * 1000));
    await sts.send(new GetCallerIdentityCommand({}));
  }
})();
"""


def command(client: str, waits: Sequence[float]) -> list[str]:
    """The command line that starts a client once, for a call after each of these seconds."""
    if client == "sdk-js":
        return ["node", "-e", JS.replace("{waits}", str(list(waits)))]
    if client == "boto3":
        return [sys.executable, "-c", BOTOCORE.replace("{waits}", str(list(waits)))]
    python = awscli._python_of(required(client))
    assert python is not None, "an AWS CLI that is no Python program cannot be started once"
    return [python, "-c", AWS_CLI.replace("{waits}", str(list(waits)))]


def environ_of(client: str, home: Home, cloud: Cloud) -> dict[str, str]:
    environ = awscli.environ("v2", home, cloud)
    if client == "sdk-js":
        environ["NODE_PATH"] = required("sdk-js")
    return environ


class TestASessionOfSeconds:
    LASTS: Final = 4

    @pytest.mark.parametrize("client", CLIENTS)
    @pytest.mark.parametrize(
        "default",
        [DEFAULT_KEYS, pytest.param("", marks=pytest.mark.heavy)],
        ids=["default-has-keys", ""],
    )
    def test_a_client_that_is_started_once_outlives_it(
        self, furnished: Home, cloud: Cloud, client: str, default: str
    ) -> None:
        furnished.credentials(default)
        cloud.sts.duration = self.LASTS
        environ = environ_of(client, furnished, cloud)
        with served(furnished, cloud, "over") as variables:
            done = subprocess.run(
                command(client, (0, self.LASTS + 1)),
                env=environ | variables,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
        assert done.returncode == 0, done.stderr
        keys = [call.access_key for call in cloud.calls if call.action == "GetCallerIdentity"]
        assert len(set(keys)) == 2, "two sessions"
        assert set(keys) <= cloud.sts.issued.keys()


def waiting_command(client: str, cloud: Cloud) -> list[str]:
    """A client that calls once a second or so, until it is ended or has what it waits for."""
    if client.startswith("aws-"):
        waits = ["iam", "wait", "user-exists", "--user-name", "ada"]
        return [required(client), *waits, "--endpoint-url", cloud.url]
    return command(client, [0.3] * 200)


Lead = Callable[[Home, Cloud, DrivenClock], AbstractContextManager[dict[str, str]]]


def by_server(
    home: Home, cloud: Cloud, clock: DrivenClock
) -> AbstractContextManager[dict[str, str]]:
    """The variables that lead a client to ``awsttl serve``."""
    return served(home, cloud, "over", **clock.environ())


def by_process(
    home: Home, _cloud: Cloud, _clock: DrivenClock
) -> AbstractContextManager[dict[str, str]]:
    """Those that lead it to a profile whose ``credential_process`` is awsttl."""
    process = f"{AWSTTL_IN_SHELL} export over --format process"
    home.config(home.config_file.read_text() + f"[profile led]\ncredential_process = {process}\n")
    return nullcontext({"AWS_PROFILE": "led"})


@pytest.mark.heavy
@pytest.mark.needs("faketime")
class TestASessionOfSixteenMinutes:
    """Its time is driven: for the AWS CLI or SDK, for awsttl and for AWS alike."""

    LASTS: Final = 16 * 60.0
    STEP: Final = 4 * 60.0

    @pytest.mark.parametrize("client", CLIENTS)
    @pytest.mark.parametrize("lead", [by_server, by_process])
    def test_a_client_that_is_started_once_outlives_it(
        self, furnished: Home, cloud: Cloud, client: str, lead: Lead, tmp_path: Path
    ) -> None:
        clock = DrivenClock(tmp_path / "clock", cloud)
        cloud.sts.duration = int(self.LASTS)
        begun = cloud.clock()
        with (
            lead(furnished, cloud, clock) as variables,
            subprocess.Popen(
                waiting_command(client, cloud),
                env=environ_of(client, furnished, cloud) | variables | clock.environ(),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            ) as process,
        ):
            try:
                ahead = 0.0
                while ahead < self.LASTS + self.STEP:
                    self.wait_for_calls(cloud, process, 1)
                    ahead += self.STEP
                    clock.move_to(ahead)
                self.wait_for_calls(cloud, process, 2)
                cloud.sts.users.add("ada")
                if client.startswith("aws-"):
                    assert process.wait(30) == 0, process.stdout and process.stdout.read()
            finally:
                process.kill()
        used = self.calls(cloud)
        ends = [cloud.sts.issued[call.access_key].expires_at for call in used]
        signed = [call.signed_at or 0.0 for call in used]
        assert ends[0] == pytest.approx(begun + self.LASTS, abs=30)
        assert ends[0] < signed[-1], "the first session is over"
        assert all(at < end for at, end in zip(signed, ends, strict=True))

    def wait_for_calls(self, cloud: Cloud, process: subprocess.Popen[str], count: int) -> None:
        """Return when the client has called so many more times."""
        before = len(self.calls(cloud))
        end = time.monotonic() + 30
        while len(self.calls(cloud)) < before + count:
            assert time.monotonic() < end
            assert process.poll() is None, process.stdout and process.stdout.read()
            time.sleep(0.05)

    def calls(self, cloud: Cloud) -> list[Call]:
        wanted = ("GetCallerIdentity", "GetUser")
        return [call for call in cloud.calls if call.action in wanted]


@pytest.mark.heavy
@pytest.mark.needs("faketime")
def test_after_a_sleep_of_the_machine_what_is_due_is_renewed_though_nobody_asks(
    furnished: Home, cloud: Cloud, tmp_path: Path
) -> None:
    clock = DrivenClock(tmp_path / "clock", cloud)
    with served(furnished, cloud, "living", **clock.environ()) as variables:
        assert ask(variables).json["AccessKeyId"] == LIVING_KEY
        assert cloud.calls == (), "it is not due for half an hour"
        clock.move_to(50 * 60.0)
        cloud.wait_for_calls(1, "AssumeRole")
        (key,) = cloud.sts.issued
        end = time.monotonic() + 20
        while ask(variables).json["AccessKeyId"] != key:
            assert time.monotonic() < end
            time.sleep(0.05)
