"""AWS takes an MFA code once: one role uses it as it is, several exchange it for a session."""

from __future__ import annotations

import threading
from collections import Counter

import pytest

from awsttl.aws.mfa_device import MfaDevice
from awsttl.aws.renewal import Failed, Outcome, Renewed
from awsttl.core.remedies import Act, Problem, Remedy
from awsttl.core.secret import Secret
from support.cloud import Cloud
from support.home import Home, role_file
from support.odd import config_text
from support.renewing import (
    BASE,
    DEVICE,
    OTHER_DEVICE,
    ROLE,
    problem_of,
    renewed,
    role,
    try_to_renew,
    with_code,
)

CODE = "123456"
NAMES = tuple(f"role{number}" for number in range(1, 7))
HALF = len(NAMES) // 2
NOT_ALLOWED = (
    "User: arn:aws:iam::111122223333:user/somebody is not authorized to perform:"
    " sts:GetSessionToken on resource: * with an explicit deny in an identity-based policy"
)
A_SESSION = "Cannot call GetSessionToken with session credentials"


@pytest.fixture(autouse=True)
def profiles(home: Home, cloud: Cloud) -> None:
    """Six roles; the first three with one device, the others with another one."""
    serials = [DEVICE] * HALF + [OTHER_DEVICE] * HALF
    roles = {
        name: role(number=number, mfa_serial=serial)
        for number, (name, serial) in enumerate(zip(NAMES, serials, strict=True), 1)
    }
    plain = {"plain": role(), "empty": role("plain", 9, mfa_serial="")}
    home.config(config_text({"base": BASE, **roles, **plain}))
    cloud.sts.accept_codes(DEVICE, CODE)
    cloud.sts.accept_codes(OTHER_DEVICE, "654321")


def _together(home: Home, names: tuple[str, ...], *devices: MfaDevice) -> dict[str, Outcome]:
    """Renew all of them at once, each with the device that it asks for."""
    by_serial = {device.serial: device for device in devices}
    outcomes: dict[str, Outcome] = {}
    start = threading.Barrier(len(names))

    def work(name: str) -> None:
        start.wait(timeout=20)
        outcomes[name] = try_to_renew(home, name, by_serial.__getitem__)

    threads = [threading.Thread(target=work, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


class TestASingleRole:
    def test_is_assumed_with_the_code_itself(self, home: Home, cloud: Cloud) -> None:
        (path,) = renewed(home, "role1", with_code(CODE))
        (call,) = cloud.calls
        assert call.action == "AssumeRole"
        assert (call.parameters["SerialNumber"], call.parameters["TokenCode"]) == (DEVICE, CODE)
        assert path.name == role_file(role(number=1, mfa_serial=DEVICE))

    @pytest.mark.parametrize("code", ["000000", "1234567", "12"])
    def test_with_a_wrong_code_says_so(self, home: Home, cloud: Cloud, code: str) -> None:
        """Also where the code has the wrong form, which AWS would quote in its answer."""
        problem = problem_of(home, "role1", with_code(code))
        assert problem.code == "mfa-wrong"
        assert code not in repr(problem)

    def test_with_a_used_code_says_so(self, home: Home, cloud: Cloud) -> None:
        renewed(home, "role1", with_code(CODE))
        assert problem_of(home, "role2", with_code(CODE)).code == "mfa-wrong"

    def test_whose_device_is_not_the_users_says_so(self, home: Home, cloud: Cloud) -> None:
        cloud.sts.refuse_next(
            "AccessDenied",
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your"
            " MFA serial number is valid and associated with this user.",
            403,
        )
        assert problem_of(home, "role1", with_code(CODE)) == Problem(
            "mfa-device", "AWS does not know this MFA device", Remedy("correct mfa_serial of role1")
        )

    def test_with_an_empty_serial_is_asked_for_a_code_and_refused(
        self, home: Home, cloud: Cloud
    ) -> None:
        """As by the AWS CLI. The code is for no other hop, though that names no device either."""
        asked: list[str] = []

        def ask(serial: str) -> MfaDevice:
            asked.append(serial)
            return MfaDevice(serial, Secret(CODE), shared=True)

        assert problem_of(home, "empty", ask).code == "setting-invalid"
        assert asked == [""]
        assert [call.parameters["RoleArn"] for call in cloud.calls] == [ROLE]


class TestSeveralRoles:
    def test_of_one_device_are_served_by_one_code(self, home: Home, cloud: Cloud) -> None:
        device = MfaDevice(DEVICE, Secret(CODE), shared=True)
        outcomes = _together(home, NAMES[:HALF], device)
        assert all(isinstance(outcome, Renewed) for outcome in outcomes.values()), outcomes
        assert Counter(cloud.actions) == {"GetSessionToken": 1, "AssumeRole": HALF}
        exchange, *roles = cloud.calls
        assert exchange.parameters["TokenCode"] == CODE
        assert exchange.access_key == "AKIABASE"
        for call in roles:
            assert "TokenCode" not in call.parameters
            assert call.access_key in cloud.sts.issued
        files = {path.name for path in home.cli_folder.iterdir()}
        assert files == {role_file(role(number=n + 1, mfa_serial=DEVICE)) for n in range(HALF)}

    def test_of_two_devices_use_each_its_own_code(self, home: Home, cloud: Cloud) -> None:
        devices = (
            MfaDevice(DEVICE, Secret(CODE), shared=True),
            MfaDevice(OTHER_DEVICE, Secret("654321"), shared=True),
        )
        outcomes = _together(home, NAMES, *devices)
        assert all(isinstance(outcome, Renewed) for outcome in outcomes.values()), outcomes
        exchanges = [call for call in cloud.calls if call.action == "GetSessionToken"]
        codes = {
            call.parameters["SerialNumber"]: call.parameters["TokenCode"] for call in exchanges
        }
        assert len(exchanges) == 2
        assert codes == {DEVICE: CODE, OTHER_DEVICE: "654321"}

    def test_hear_the_same_when_the_code_is_wrong_and_it_is_not_tried_again(
        self, home: Home, cloud: Cloud
    ) -> None:
        device = MfaDevice(DEVICE, Secret("000000"), shared=True)
        outcomes = _together(home, NAMES[:HALF], device)
        assert {_code_of(outcome) for outcome in outcomes.values()} == {"mfa-wrong"}
        assert cloud.actions == ["GetSessionToken"]

    def test_hear_that_their_source_has_expired_in_place_of_trying_the_code(
        self, home: Home, cloud: Cloud
    ) -> None:
        cloud.sts.expire("AKIABASE")
        device = MfaDevice(DEVICE, Secret(CODE), shared=True)
        outcomes = _together(home, NAMES[:HALF], device)
        assert {_code_of(outcome) for outcome in outcomes.values()} == {"source-expired"}
        assert cloud.actions == ["GetSessionToken"]

    @pytest.mark.parametrize("refusal", [NOT_ALLOWED, A_SESSION], ids=["policy", "session"])
    def test_give_the_code_to_the_first_where_it_cannot_be_exchanged(
        self, home: Home, cloud: Cloud, refusal: str
    ) -> None:
        cloud.sts.refuse_next("AccessDenied", refusal, 403)
        device = MfaDevice(DEVICE, Secret(CODE), shared=True)
        outcomes = _together(home, NAMES[:HALF], device)
        assert [type(outcome) for outcome in outcomes.values()].count(Renewed) == 1
        failed = {
            name: outcome.problem
            for name, outcome in outcomes.items()
            if isinstance(outcome, Failed)
        }
        assert failed == {
            name: Problem(
                "mfa-code-spent",
                "here AWS takes one MFA code for one role only",
                Remedy(act=Act.RENEW, profile=name, purpose="again with the next code"),
            )
            for name in failed
        }
        assert cloud.actions == ["GetSessionToken", "AssumeRole"]
        assert cloud.calls[1].parameters["TokenCode"] == CODE


def _code_of(outcome: Outcome) -> str:
    assert isinstance(outcome, Failed), outcome
    return outcome.problem.code


def test_a_device_shows_neither_its_code_nor_its_session() -> None:
    device = MfaDevice(DEVICE, Secret(CODE), shared=True)
    device.session(lambda: {"AccessKeyId": "ASIA", "SecretAccessKey": "hush"})
    assert CODE not in repr(device)
    assert "hush" not in repr(device)
