"""What ids and tokens say of themselves: their account, whether they are whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core.pasted.keys import Extent, account_of_key, facts_of_token
from support.made_sessions import long_term, temporary

ACCOUNTS = st.integers(0, 10**12 - 1).map("{:012}".format)


@given(st.integers(0, 1000), ACCOUNTS)
def test_an_id_names_its_account(seed: int, account: str) -> None:
    assert account_of_key(long_term(seed, account).id) == account
    assert account_of_key(temporary(seed, account).id) == account


@pytest.mark.parametrize("key", ["AKIAIOSFODNN7ABCDEFG", "AKIAJIWOJ6L32GWAUUUQ", "AKIA", "", "x"])
def test_an_older_id_and_what_is_none_name_no_account(key: str) -> None:
    assert account_of_key(key) == ""


@given(st.integers(0, 200), ACCOUNTS)
def test_a_token_names_its_account_and_when_it_was_made(seed: int, account: str) -> None:
    facts = facts_of_token(temporary(seed, account).token)
    assert facts == (Extent.WHOLE, account, 1_795_000_000.0)


@pytest.mark.parametrize("style", ["newer", "older"])
def test_a_token_that_is_cut_off_anywhere_is_known_for_it(style: str) -> None:
    token = temporary(7, style=style).token
    assert facts_of_token(token).extent is Extent.WHOLE
    for length in range(64, len(token)):
        assert facts_of_token(token[:length]).extent is Extent.CUT_OFF, length


@given(st.text("abcXYZ019+/=", max_size=400))
def test_a_token_of_no_known_structure_is_left_as_it_is(token: str) -> None:
    for text in (token, "IQoJb3JpZ2luX2VjEXAMPLE" + token, "FwoGZXIvYXdzEXAMPLE" + token):
        assert facts_of_token(text).extent is Extent.UNKNOWN
