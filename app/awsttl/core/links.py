"""Addresses of pages, as they may be handed to a browser or a clipboard."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

_AS_IT_IS: Final = "!#$%&'()*+,-./:;=?@[]_~"
"""The characters besides letters and digits that stand in an address as they are."""


def is_page(url: str) -> bool:
    """Whether an address is one of the web; awsttl makes a link of no other."""
    return url.startswith(("https://", "http://"))


def plain(url: str) -> str:
    """An address as a browser writes it: each other character by its number, such as ``%1B``.

    Of a server's answer nothing steers a terminal then, and nothing turns the text beside it.
    """
    return quote(url, safe=_AS_IT_IS, errors="replace")
