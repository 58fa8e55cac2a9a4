"""What happened between two looks at the files."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest

from awsttl.core.changes import changes
from awsttl.core.events import Event, What, as_line, subject
from awsttl.core.files import Files, IniFile
from awsttl.core.model import Snapshot
from awsttl.core.profiles.resolve import Resolver
from awsttl.core.remedies import Problem, Remedy
from support.home import START_URL, Home, login_file, role_file, sso_role_file, token_file
from support.looking import files

NOON = 1_795_003_200.0
ROLE = {"role_arn": "arn:aws:iam::111122223333:role/Admin", "source_profile": "base"}
SSO = {"sso_session": "corp", "sso_account_id": "111122223333", "sso_role_name": "Dev"}
LOGIN = "arn:aws:iam::121212121212:user/ada"


def section(header: str, keys: dict[str, str]) -> str:
    return f"[{header}]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items())


CONFIG = (
    section("profile prod", ROLE)
    + section("profile twin", ROLE)
    + section("profile dev", SSO)
    + section("profile laptop", {"login_session": LOGIN})
    + section("sso-session corp", {"sso_start_url": START_URL, "sso_region": "us-east-1"})
)
CREDENTIALS = "[base]\naws_access_key_id = AKIA\naws_secret_access_key = never-to-be-seen\n"


class Watch:
    """Looks at a home again and again."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self.files = files(home)

    def sees(self) -> list[Event]:
        """What is new since the last look."""
        before, self.files = self.files, files(self._home)
        resolver = Resolver()
        snapshot = resolver.snapshot(self.files)
        return changes(before, self.files, resolver.owners, snapshot, NOON)

    def sees_one(self) -> Event:
        (event,) = self.sees()
        assert event.at == NOON
        assert event.what is What.CHANGED
        return event


@pytest.fixture
def watch(home: Home) -> Watch:
    home.config(CONFIG)
    home.credentials(CREDENTIALS)
    return Watch(home)


def test_a_new_session_is_told_with_all_its_profiles_and_its_end(home: Home, watch: Watch) -> None:
    home.cli_cache(ROLE, expires_at=NOON + 3600)
    event = watch.sees_one()
    assert (event.name, event.until) == ("prod, twin", NOON + 3600)
    assert event.text == "new session by another program"
    assert event.keys == (f"{role_file(ROLE)} {int(NOON + 3600)}",)


def test_a_session_that_replaces_another_is_told_and_one_written_again_is_not(
    home: Home, watch: Watch
) -> None:
    home.cli_cache(ROLE, expires_at=NOON)
    watch.sees()
    home.cli_cache(ROLE, expires_at=NOON, writer="v1")
    assert watch.sees() == []
    home.cli_cache(ROLE, expires_at=NOON + 1)
    assert watch.sees_one().until == NOON + 1


def test_a_session_that_is_gone_and_one_that_is_corrupt(home: Home, watch: Watch) -> None:
    path = home.cli_cache(SSO, expires_at=NOON)
    watch.sees()
    path.write_text('{"Credentials": never-to-be-seen')
    event = watch.sees_one()
    assert event.name == "dev"
    assert event.text == (
        f"cache file {sso_role_file(SSO)[:8]}… is corrupt: not JSON: half-written or damaged"
    )
    path.unlink()
    event = watch.sees_one()
    assert event.text == "session removed by another program"
    assert event.keys == (f"{path.name} gone",)


def test_a_session_of_no_profile_is_named_by_its_file(home: Home, watch: Watch) -> None:
    home.cli_cache("0" * 40 + ".json", expires_at=NOON)
    assert watch.sees_one().name == "00000000…json"


def test_a_sign_in_its_renewal_and_its_end(home: Home, watch: Watch) -> None:
    home.sso_token("corp", expires_at=NOON)
    event = watch.sees_one()
    assert (event.name, event.text) == ("corp", "signed in by another program")
    home.sso_token("corp", expires_at=NOON + 60)
    assert watch.sees_one().text == "token renewed by another program"
    (home.sso_folder / token_file("corp")).unlink()
    event = watch.sees_one()
    assert (event.name, event.text) == ("corp", "signed out by another program")


def test_a_legacy_token_is_named_by_its_start_url(home: Home, watch: Watch) -> None:
    home.sso_token("https://old.awsapps.com/start", expires_at=NOON, start_url="https://old")
    assert watch.sees_one().name == "https://old"


def test_a_client_registration_and_other_tools_files_are_nothing(home: Home, watch: Watch) -> None:
    home.sso_registration("1" * 40 + ".json", expires_at=NOON)
    (home.cli_folder).mkdir(parents=True)
    (home.cli_folder / ("2" * 40 + ".json")).write_text('{"another": "tool"}')
    assert watch.sees() == []
    (home.sso_folder / ("1" * 40 + ".json")).unlink()
    assert watch.sees() == []


def test_an_aws_login_is_named_by_its_profile(home: Home, watch: Watch) -> None:
    home.login_token(LOGIN, expires_at=NOON)
    event = watch.sees_one()
    assert event.name == "laptop"
    assert subject(event.keys[0]) == login_file(LOGIN)


def test_profiles_that_come_go_and_change(home: Home, watch: Watch) -> None:
    changed = section("profile prod", ROLE | {"region": "eu-west-1"})
    home.config(changed + "".join(section(f"profile n{number}", {}) for number in range(5)))
    event = watch.sees_one()
    assert event.name == "config"
    assert event.text == (
        "profiles n0, n1, n2 and 2 more added; profiles twin, dev, laptop removed;"
        " profile prod changed; sso-session corp removed"
    )


def test_new_keys_are_told_without_them(home: Home, watch: Watch) -> None:
    home.credentials(CREDENTIALS.replace("never", "never-ever"))
    event = watch.sees_one()
    assert (event.name, event.text) == ("credentials", "profile base changed")
    assert "never" not in as_line(event)


def test_a_file_that_does_not_parse_any_more(watch: Watch) -> None:
    text = "~/.aws/credentials, line 4: no delimiter"
    problem = Problem("file-does-not-parse", text, Remedy("mend it"))
    before = watch.files
    after = before._replace(credentials=before.credentials._replace(problem=problem))
    (event,) = changes(before, after, {}, Snapshot(), NOON)
    assert (event.name, event.text) == ("credentials", problem.message)
    assert changes(after, before, {}, Snapshot(), NOON) == []


def test_a_config_that_was_written_again_as_it_was_is_nothing(home: Home, watch: Watch) -> None:
    home.config(CONFIG)
    assert watch.sees() == []


class Untouchable(dict[str, Any]):
    """A map that must not be looked at."""

    def _fail(self, *_arguments: object) -> NoReturn:
        raise AssertionError("what did not change was looked at")

    __iter__ = __len__ = __getitem__ = __eq__ = _fail
    items = keys = values = get = _fail


def test_what_was_not_read_again_costs_nothing() -> None:
    ini = IniFile("x", Untouchable(), Untouchable())
    before = Files(ini, ini, Untouchable(), Untouchable(), Untouchable())
    after = before._replace(web_tokens={})
    assert changes(before, after, Untouchable(), Snapshot(), NOON) == []
