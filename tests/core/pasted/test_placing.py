"""Where a pasted session goes, and when it ends."""

from __future__ import annotations

import pytest

from awsttl.core.ini.plans import Which
from awsttl.core.pasted.model import Pasted
from awsttl.core.pasted.placing import ends, place
from awsttl.core.secret import Secret
from support.home import Home
from support.looking import files

NOW = 1_795_208_400.0
HOUR = 3600.0
SESSION = Pasted("ASIAA2B3C4D5E6F7G2H3", Secret("s"), Secret("t"))
KEYS = Pasted("AKIAA2B3C4D5E6F7G2H3", Secret("s"), None)


class TestTheEnd:
    def test_is_what_the_text_says(self) -> None:
        session = Pasted("ASIA", Secret("s"), Secret("t"), expires_at=NOW + 5)
        assert ends(session, HOUR, NOW) == NOW + 5

    def test_is_so_long_after_aws_made_the_token(self) -> None:
        session = Pasted("ASIA", Secret("s"), Secret("t"), issued_at=NOW - 600)
        assert ends(session, HOUR, NOW) == NOW + HOUR - 600

    @pytest.mark.parametrize("issued", [None, NOW + 60, NOW - 40 * HOUR])
    def test_is_so_long_from_now_where_that_is_not_known(self, issued: float | None) -> None:
        session = Pasted("ASIA", Secret("s"), Secret("t"), issued_at=issued)
        assert ends(session, HOUR, NOW) == NOW + HOUR

    def test_of_long_term_keys_there_is_none(self) -> None:
        assert ends(KEYS, HOUR, NOW) is None


class TestThePlace:
    @pytest.mark.parametrize(
        "settings",
        [
            "role_arn = arn:aws:iam::111122223333:role/a\nsource_profile = base",
            "role_arn = arn:aws:iam::111122223333:role/a\nweb_identity_token_file = /t",
            "sso_session = corp\nsso_account_id = 111122223333\nsso_role_name = a",
        ],
    )
    def test_is_no_profile_that_gets_its_credentials_first_in_another_way(
        self, home: Home, settings: str
    ) -> None:
        home.config(f"[profile x]\n{settings}\n")
        for which in Which:
            placed = place(SESSION, "x", which, files(home), None)
            assert placed.problem is not None
            assert placed.problem.code == "not-used"

    def test_may_be_one_with_a_process_in_the_credentials_file_only(self, home: Home) -> None:
        home.config("[profile x]\ncredential_process = /bin/true\n")
        assert place(SESSION, "x", Which.CREDENTIALS, files(home), None).problem is None
        assert place(SESSION, "x", Which.CONFIG, files(home), None).problem is not None

    def test_in_config_gives_way_to_keys_in_the_credentials_file(self, home: Home) -> None:
        home.credentials("[x]\naws_access_key_id = AKIAOLD\naws_secret_access_key = s\n")
        problem = place(SESSION, "x", Which.CONFIG, files(home), None).problem
        assert problem is not None
        assert "has other keys in the credentials file" in problem.message

    def test_says_what_goes(self, home: Home) -> None:
        home.credentials("[x]\naws_access_key_id = AKIAOLDKEY\naws_secret_access_key = s\n")
        placed = place(SESSION, "x", Which.CREDENTIALS, files(home), None)
        assert (placed.replaces, placed.replaces_long_term) == ("long-term keys …DKEY", True)
        assert place(SESSION, "y", Which.CREDENTIALS, files(home), None).is_new
