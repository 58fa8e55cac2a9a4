"""Sessions that live on: what shells get, and what they hear where there is nothing to get."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from awsttl.core.secret import Secret
from awsttl.disk.log_file import LogFile
from awsttl.server import supply
from awsttl.server.grants import Grant
from support.cloud import Cloud
from support.home import Home
from support.programs import loaded_by
from support.renewing import ROLE
from support.scripted import Scripted
from support.serving import Serving, heard, request, say
from support.states import CODE, LIVING_KEY, SECTIONS, furnish


def told(what: str) -> list[tuple[str, str]]:
    """Name and text of the events of a sort, as the log has them."""
    return [(event.name, event.text) for event in LogFile().read().events if event.what == what]


# --- what a shell gets ---


def test_the_answer_is_what_aws_documents(serving: Serving, cloud: Cloud) -> None:
    got = serving.ask(serving.hand_out("living", at_once=True))
    assert (got.status, got.headers["cache-control"]) == (200, "no-store")
    expiry = got.json.pop("Expiration")
    assert expiry.endswith("Z")
    assert got.json == {
        "AccessKeyId": LIVING_KEY,
        "SecretAccessKey": "cached-secret",
        "Token": "cached-token",
        "AccountId": "111122223333",
        "Expiration": expiry,
    }
    assert cloud.calls == ()


def test_long_term_keys_have_an_empty_token_and_an_end_to_ask_again_at(serving: Serving) -> None:
    got = serving.ask(serving.hand_out("base")).json
    assert (got["AccessKeyId"], got["Token"]) == ("AKIABASE", "")
    assert got["Expiration"] > time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


@pytest.mark.parametrize("profile", ["fresh", "over"])
def test_who_asks_where_there_is_no_session_waits_for_one(
    serving: Serving, cloud: Cloud, profile: str
) -> None:
    grant = serving.hand_out(profile)
    serving.until(lambda: serving.ask(grant).status == 200)
    assert serving.key(grant) in cloud.sts.issued
    assert cloud.actions == ["AssumeRole"]


def test_many_at_once_are_one_renewal(serving: Serving, cloud: Cloud) -> None:
    grant = serving.hand_out("fresh")
    with ThreadPoolExecutor(40) as pool:
        found = list(pool.map(lambda _: serving.ask(grant), range(200)))
    serving.until(lambda: serving.ask(grant).status == 200)
    assert {answer.status for answer in found} <= {200, 503}
    assert cloud.actions == ["AssumeRole"]


def test_a_session_that_nears_its_end_is_served_and_renewed_behind_it(
    serving: Serving, cloud: Cloud
) -> None:
    with cloud.hanging():
        grant = serving.hand_out("ending", at_once=True)
        assert serving.key(grant) == LIVING_KEY
        cloud.wait_for_calls(1, "AssumeRole")
        assert serving.key(grant) == LIVING_KEY, "nobody waits for the renewal"
    serving.until(lambda: serving.key(grant) != LIVING_KEY)
    assert cloud.actions == ["AssumeRole"]


def test_another_programs_session_is_served_too(home: Home, serving: Serving) -> None:
    grant = serving.hand_out("living", at_once=True)
    assert serving.key(grant) == LIVING_KEY
    home.cli_cache(SECTIONS["living"], expires_at=time.time() + 7000, access_key="ASIAOTHERS")
    serving.until(lambda: serving.key(grant) == "ASIAOTHERS")


def test_another_role_in_the_settings_voids_the_session(
    home: Home, serving: Serving, cloud: Cloud
) -> None:
    grant = serving.hand_out("living", at_once=True)
    assert serving.key(grant) == LIVING_KEY
    home.config(home.config_file.read_text().replace(f"{ROLE}1\n", f"{ROLE}99\n"))
    serving.until(lambda: serving.ask(grant).json.get("AccessKeyId") not in (LIVING_KEY, None))
    assert [call.parameters["RoleArn"] for call in cloud.calls] == [f"{ROLE}99"]


# --- where there is nothing to get ---


def test_what_needs_a_person_is_refused_at_once_with_its_reason(
    serving: Serving, cloud: Cloud
) -> None:
    grant = serving.hand_out("mfa")
    begun = time.monotonic()
    got = serving.ask(grant)
    assert time.monotonic() - begun < 5
    assert (got.status, got.json["code"]) == (403, "NeedsPerson")
    assert got.json["message"].startswith("mfa: each renewal asks for an MFA code; do: ")
    assert got.json["Message"] == got.json["message"]
    trouble = serving.service.standing("mfa").trouble
    assert trouble is not None
    assert trouble.problem.code == "mfa"
    serving.until(lambda: bool(told("refused")))
    ((name, text),) = told("refused")
    assert (name, text.partition(";")[0]) == ("mfa", "each renewal asks for an MFA code")
    assert cloud.calls == ()


def test_what_nobody_asked_for_in_vain_is_no_trouble(
    home: Home, cloud: Cloud, region: None
) -> None:
    furnish(home, cloud)
    moved = [0.0]
    with Serving(os.environ, clock=lambda: time.time() + moved[0]) as serving:
        grant = serving.hand_out("mfa-ending", at_once=True)
        assert serving.ask(grant).status == 200
        moved[0] = 3600.0  # it ends, and no shell is there any more
        looks = serving.service.supply.looks
        assert serving.feed.latest is not None
        serving.service.show(serving.feed.latest)
        serving.until(lambda: serving.service.supply.looks > looks)
        assert serving.service.standing("mfa-ending").trouble is None
        assert serving.ask(grant).status == 403
        assert serving.service.standing("mfa-ending").trouble is not None


def test_after_the_person_has_renewed_it_is_served_again(
    home: Home, cloud: Cloud, region: None
) -> None:
    furnish(home, cloud)
    with Serving(os.environ, Scripted(cloud, [CODE])) as serving:
        grant = serving.hand_out("mfa")
        assert serving.ask(grant).status == 403
        assert serving.engine.renewing.start(serving.status("mfa"))
        serving.until(lambda: serving.ask(grant).status == 200)
        assert serving.service.standing("mfa").trouble is None
        assert serving.news.count("mfa") >= 2


@pytest.mark.parametrize("profile", ["sso-over", "pasted-over", "broken"])
def test_nobody_is_ever_asked(serving: Serving, profile: str) -> None:
    got = serving.ask(serving.hand_out(profile))
    assert got.status == 403
    assert got.json["message"].startswith(f"{profile}: ")


@pytest.mark.heavy
def test_while_sts_is_down_what_lives_is_served_and_what_does_not_is_told(
    serving: Serving, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    ending, over = serving.hand_out("ending", at_once=True), serving.hand_out("over")
    serving.until(lambda: serving.ask(over).json.get("code") == "Unavailable")
    assert serving.ask(over).status == 503
    serving.until(lambda: any(job.name == "ending" and job.phase.over for job in serving.jobs))
    assert serving.key(ending) == LIVING_KEY
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", cloud.url)
    serving.until(lambda: serving.ask(over).status == 200)


def test_a_profile_that_is_gone_is_refused(home: Home, serving: Serving) -> None:
    grant = serving.hand_out("living", at_once=True)
    home.config("[profile other]\nregion = eu-west-1\n")
    serving.until(lambda: serving.ask(grant).status == 403)
    assert "no such profile" in serving.ask(grant).json["message"]


def test_what_nobody_asks_for_is_not_renewed_for_ever(
    home: Home, cloud: Cloud, region: None
) -> None:
    furnish(home, cloud)
    moved = [0.0]
    with Serving(os.environ, clock=lambda: time.time() + moved[0]) as serving:
        grant = serving.hand_out("living", at_once=True)
        for hours in (1, 2, 3):
            moved[0] = 3600.0 * hours
            looks = serving.service.supply.looks
            assert serving.feed.latest is not None
            serving.service.show(serving.feed.latest)
            serving.until(lambda looks=looks: serving.service.supply.looks > looks)  # type: ignore[misc]  # mypy does not see the type of a bound default
        assert cloud.actions == [], "it had ended, and nobody asked"
        serving.ask(grant)
        cloud.wait_for_calls(1, "AssumeRole")


# --- strangers ---


def test_a_wrong_token_or_path_gets_nothing(serving: Serving) -> None:
    grant = serving.hand_out("living", at_once=True)
    port = serving.service.endpoint.port
    other = serving.hand_out("base")
    for token in ("", "x", other.token.reveal(), grant.token.reveal()[:-1], "é"):
        got = say(port, request(grant.path, port, token))
        assert b"cached-secret" not in got
        assert heard(got).status in (400, 401)
    for path in ("/", "/awsttl/", grant.path + "x", grant.path[:-1], grant.path + "?x", "/favicon"):
        assert heard(say(port, request(path, port, grant.token.reveal()))).status == 404


def test_pages_and_names_that_lead_here_get_nothing(serving: Serving) -> None:
    grant = serving.hand_out("living", at_once=True)
    for headers in (
        {"origin": "https://evil.example"},
        {"host": "evil.example"},
        {"x_forwarded_for": "10.0.0.1"},
    ):
        assert serving.ask(grant, **headers).status == 403


def test_each_shell_has_an_address_and_a_token_of_its_own(serving: Serving) -> None:
    grants = [serving.hand_out("living", at_once=True) for _ in range(20)]
    assert len({grant.path for grant in grants}) == len({g.token for g in grants}) == 20
    assert all(len(grant.token.reveal()) >= 43 for grant in grants), "256 bits"
    assert all(grant.path.endswith("/living") for grant in grants)
    assert "•" in repr(grants[0])
    assert grants[0].token.reveal() not in repr(grants[0])


def test_what_is_revoked_leads_nowhere(serving: Serving) -> None:
    grants = [serving.hand_out("living", at_once=True) for _ in range(2)]
    other = serving.hand_out("base")
    assert serving.service.revoke("living") == 2
    for grant in grants:
        assert serving.ask(grant).status == 403
        assert serving.ask(grant).json["code"] == "Revoked"
    assert serving.ask(other).status == 200
    assert serving.service.revoke("living") == 0
    new = serving.hand_out("living", at_once=True)
    assert serving.ask(new).status == 200, "the next shell may have it again"


def test_what_was_shown_and_not_taken_is_withdrawn(serving: Serving) -> None:
    kept, shown = serving.hand_out("base"), serving.hand_out("living", at_once=True)
    serving.service.withdraw(shown)
    assert serving.ask(shown).status == 404
    assert serving.ask(kept).status == 200
    assert serving.service.grants.profiles == {"base"}


# --- what is told ---


def test_it_counts_the_shells_that_have_asked_lately(serving: Serving) -> None:
    grants = [serving.hand_out("living", at_once=True) for _ in range(3)]
    assert serving.service.standing("living").shells[:2] == (3, 0)
    for grant in (*grants[:2], grants[0]):
        serving.ask(grant)
    found = serving.service.standing("living").shells
    assert (found.handed_out, found.lately) == (3, 2)
    assert found.until > time.time() + 3000


def test_the_log_says_when_shells_asked_and_nothing_secret(serving: Serving) -> None:
    grant = serving.hand_out("living", at_once=True)
    serving.service.note(grant)
    for _ in range(5):
        serving.ask(grant)
    serving.service.revoke("living")
    serving.engine.recorder.close()
    assert told("served") == [
        ("living", "handed out live to a shell"),
        ("living", "a shell asks for the first time"),
        ("living", "live credentials revoked, of 1 shell"),
    ]
    secrets = (grant.token.reveal(), grant.path.split("/")[2], "cached-secret", "cached-token")
    text = "".join(map(str, LogFile().read().events))
    assert not any(secret in text for secret in secrets)


def test_the_token_is_a_secret() -> None:
    assert "t0k" not in repr(Grant("p", "/a", Secret("t0k"), 0.0))


def test_neither_the_engine_nor_a_command_loads_the_server() -> None:
    loaded = loaded_by("import awsttl.engine.engine, awsttl.engine.feed, awsttl.commands.exec")
    assert not {name for name in loaded if name.startswith("awsttl.server")}
    loaded = loaded_by("import awsttl.server.service")
    assert not {"textual", "rich", "asyncio", "http.server", "boto3"} & loaded


def test_a_failed_renewal_is_tried_ever_more_seldom() -> None:
    stock = supply._Stock(failures=1, tried_at=100.0)
    waits = []
    for failures in range(1, 9):
        stock.failures = failures
        waits.append(stock.again_at - 100.0)
    assert waits == [2, 4, 8, 16, 32, 60, 60, 60]
    assert stock.may_try(99.0), "the clock was set back"
