"""No secret is in what a program says, however it is written down there."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core.masking import MASK, assigned, masked, plain, values_of

KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
TOKEN = "IQoJb3JpZ2luX2VjEOz//////////wEaCXVzLWVhc3QtMSJHMEUCIQD7"
PRIVATE = f"-----BEGIN EC PRIVATE KEY-----\n{KEY}\n{KEY[:20]}==\n-----END EC PRIVATE KEY-----"


class TestPlain:
    @pytest.mark.parametrize(
        "data",
        [
            b"the key",
            b"th\x01e \x00k\x7fey",
            b"\x1b[31mthe\x1b[0m key\x1b]0;title\x07",
            "the key".encode("utf-16"),
            "the key".encode("utf-16-le"),
            "the key".encode("utf-16-be"),
            "t\u200bhe\u202e key\u2066\ufeff".encode(),
            "\u009b31mthe\u009b0m key\u0085\u0007".encode(),
            b"50 %\r the key\r".replace(b" the", b"the"),
            b"t\0h\0e\0 \0k\0e\0y\0",
        ],
    )
    def test_is_what_a_terminal_would_show(self, data: bytes) -> None:
        assert plain(data) == "the key"

    @given(st.binary(max_size=400))
    def test_has_no_character_that_steers_a_terminal(self, data: bytes) -> None:
        assert all(line.isprintable() for line in plain(data).split("\n"))


class TestByShape:
    @pytest.mark.parametrize(
        "text",
        [
            f"the key is {KEY}.",
            f"{KEY}",
            f"[{KEY}]",
            f"export AWS_SECRET_ACCESS_KEY={KEY}",
            "+ aws_secret_access_key=short-one",
            '{"SecretAccessKey": "short-one", "x": 1}',
            '"{\\"SecretAccessKey\\": \\"short-one\\"}"',
            "secretAccessKey: short-one",
            "db password is here: password = short-one",
            "Password: short-one",
            "vault login --password short-one --quiet",
            "vault login --client-secret=short-one",
            "passphrase 'short-one'",
            "https://me:short-one@proxy:3128/",
            "Authorization: Bearer short-one1",
            f"token {TOKEN}",
            f"X-Amz-Security-Token={TOKEN}&X-Amz-Signature=short-one",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZSJ9.short-one",
            "github: ghp_short-one0123456789",
            PRIVATE,
            PRIVATE[:60],
        ],
    )
    def test_a_secret_is_masked(self, text: str) -> None:
        told = masked(text)
        assert MASK in told
        for secret in (KEY, KEY[:20], TOKEN, TOKEN[:20], "short-one"):
            assert secret not in told

    @pytest.mark.parametrize(
        "text",
        [
            "The security token included in the request is expired",
            "An error occurred (ExpiredToken) when calling the AssumeRole operation",
            "Error: invalid token: ExpiredToken",
            "no credentials: none were found in the keychain",
            "secret not found",
            "arn:aws:sts::111122223333:assumed-role/OrganizationAccountAccessRole1/session",
            "open /home/me/Documents/Projects2026/CompanyTools/Vault/helper: no such file",
            "aws_access_key_id = AKIAIOSFODNN7EXAMPLE",
            "commit da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "cannot read token file: /var/run/token",
        ],
    )
    def test_what_is_none_stays(self, text: str) -> None:
        assert masked(text) == text

    def test_the_words_around_it_stay(self) -> None:
        told = masked(f"vault: role dev: secret_access_key={KEY}, ttl=1h")
        assert told == f"vault: role dev: secret_access_key={MASK}, ttl=1h"


class TestByValue:
    @pytest.mark.parametrize(
        "shown",
        ["wholly-mine", "wholly\n-mine", "wholly\\-mine", "who lly-\u00a0mine", "«wholly-mine»"],
    )
    def test_what_is_known_is_masked_however_it_is_wrapped(self, shown: str) -> None:
        told = masked(f"it is {shown} indeed", ["wholly-mine"])
        assert MASK in told
        assert "wholly" not in told
        assert told.startswith("it is ")
        assert told.endswith(" indeed")

    def test_values_that_overlap_leave_nothing(self) -> None:
        assert masked("abcdefghij!", ["abcdefgh", "efghij"]) == f"{MASK}!"

    def test_of_an_answer_every_text_counts_but_what_is_shown_of_any_session(self) -> None:
        answer = {
            "Version": 1,
            "AccessKeyId": "ASIAWXYZ123456781234",
            "SecretAccessKey": KEY,
            "Expiration": "2036-11-20T21:00:00Z",
            "more": [{"deep": "wholly-mine"}],
        }
        for encoding in ("utf-8", "utf-16"):
            values = values_of(json.dumps(answer).encode(encoding))
            assert values == (KEY, "wholly-mine")

    def test_of_an_answer_that_is_no_json_the_words_that_are_none(self) -> None:
        answer = f'{{"SecretAccessKey": "{KEY}", "Session: unfinished and wholly m1ne-0ne'.encode()
        assert set(values_of(answer)) == {KEY, "m1ne-0ne"}

    def test_one_too_deep_to_read_is_no_error(self) -> None:
        assert values_of(b"[" * 100_000) == ()

    @pytest.mark.parametrize(
        "command", ["get --password wholly-mine", "env API_TOKEN='wholly-mine' get"]
    )
    def test_of_a_command_what_it_gives_to_a_secret_s_name(self, command: str) -> None:
        assert set(assigned(command)) == {"wholly-mine"}

    @given(st.binary(max_size=300), st.binary(max_size=300))
    def test_nothing_of_an_answer_is_in_the_words_beside_it(
        self, noise: bytes, more: bytes
    ) -> None:
        body = noise + KEY.encode() + more
        values = values_of(json.dumps({"SecretAccessKey": KEY}).encode())
        told = masked(plain(body), values)
        assert KEY not in told
        assert KEY not in "".join(told.split())
