"""Digests without OpenSSL are those of hashlib."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from awsttl.core import digests


@given(st.binary(max_size=300))
def test_digests_are_those_of_hashlib(content: bytes) -> None:
    assert digests.sha1_hex(content) == hashlib.sha1(content).hexdigest()
    assert digests.sha256_hex(content) == hashlib.sha256(content).hexdigest()
