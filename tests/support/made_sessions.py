"""Sessions that AWS might have given out: ids and tokens are made up, and built like real ones."""

from __future__ import annotations

import base64
import random
import string
from typing import Final, NamedTuple

_BASE64: Final = string.ascii_letters + string.digits + "+/"


class Made(NamedTuple):
    """A session as it would be pasted."""

    id: str
    secret: str
    token: str = ""
    """Empty for long-term keys."""

    @property
    def values(self) -> tuple[str, str, str | None]:
        """Id, secret, token: as they should be understood."""
        return self.id, self.secret, self.token or None


def long_term(seed: int, account: str = "111122223333") -> Made:
    """Long-term keys."""
    rng = random.Random(seed)
    return Made(key_id(rng, "AKIA", account), secret(rng))


def temporary(seed: int, account: str = "111122223333", *, style: str = "newer") -> Made:
    """Temporary keys. *style*: which of the structures the token has, or ``opaque``."""
    rng = random.Random(seed)
    tokens = {"newer": newer_token, "older": older_token, "opaque": opaque_token}
    return Made(key_id(rng, "ASIA", account), secret(rng), tokens[style](rng, account))


def key_id(rng: random.Random, prefix: str, account: str) -> str:
    """An id that encodes an account, as those of today do."""
    number = 1 << 47 | int(account) << 7 | rng.getrandbits(7)
    return prefix + base64.b32encode(number.to_bytes(6, "big") + rng.randbytes(4)).decode()


def secret(rng: random.Random) -> str:
    """Forty characters; upper case, lower case and digits are among them."""
    text = "".join(rng.choices(_BASE64, k=37))
    return text[:9] + "aB7" + text[9:]


def newer_token(rng: random.Random, account: str, issued: int = 1_795_000_000) -> str:
    """A token of the structure that begins with ``IQoJ``."""
    halves = (b"\x02\x20" + b"\x11" + rng.randbytes(31), b"\x02\x20" + b"\x12" + rng.randbytes(31))
    inner = b"".join(halves)
    signature = b"\x30" + bytes([len(inner)]) + inner
    scope = b"\x08\x46\x10\x00\x1a\x0c" + account.encode() + b"\x22\x0c" + rng.randbytes(12)
    session = scope + _field(5, rng.randbytes(rng.randrange(300, 400)))
    data = b"!" + _field(1, b"origin_ec") + b"\x10\x6d" + _field(3, b"eu-west-2")
    data += _field(4, signature) + _field(5, session)
    data += b"\x30" + _number(issued) + _field(7, rng.randbytes(158))
    return base64.b64encode(data).decode()


def older_token(rng: random.Random, account: str) -> str:
    """A token of the structure that begins with ``FwoG``."""
    del account  # it is sealed in there
    data = b"\x17" + _field(1, b"er/aws") + b"\x10\x18" + _field(3, rng.randbytes(12))
    data += _field(4, rng.randbytes(190)) + b"\x28" + _number(1_795_000_000)
    return base64.b64encode(data + _field(6, rng.randbytes(45))).decode()


def opaque_token(rng: random.Random, account: str) -> str:
    """A token of no structure that is known."""
    del account
    return base64.b64encode(b"\x99" + rng.randbytes(rng.randrange(150, 400))).decode()


def _field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2]) + _number(len(content)) + content


def _number(value: int) -> bytes:
    found = b""
    while value >= 0x80:
        found += bytes([value & 0x7F | 0x80])
        value >>= 7
    return found + bytes([value])
