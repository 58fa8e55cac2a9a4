"""Puts the keys of a session into the credentials file, and changes nothing else in it.

Other tools have emptied this file, removed its comments, or put a file in the place of a link.
awsttl changes one section and no other byte (:mod:`awsttl.core.ini.edits`), and goes the one way of
all edits (:mod:`awsttl.disk.ini_writer`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from awsttl.core.files import Section
from awsttl.core.ini import edits
from awsttl.core.ini.document import Document
from awsttl.core.secret import Secret
from awsttl.disk import ini_writer
from awsttl.disk.rewriting import RefusedError

__all__ = ["RefusedError", "check", "holds_long_term_keys", "put"]


def put(
    path: str, section: str, values: Mapping[str, Secret], remove: Collection[str] = ()
) -> None:
    """Set *values* in a section of the credentials file at *path*; take the keys *remove* out.

    The section, and the file, are made where they are missing. A section with long-term keys is
    never overwritten. Raises :class:`RefusedError` where the file does not parse or cannot be
    written; then it is as it was.
    """
    ini_writer.write(path, _change(section, values, remove), _by_hand(section), closed=True)


def check(path: str, section: str) -> None:
    """Raise :class:`RefusedError` for what :func:`put` would refuse, as far as can be foreseen.

    An MFA code can be used only once, so a refusal is better known before it is used.
    """
    change = _change(section, {"expiration": Secret("-")}, ())
    ini_writer.foresee(path, change, _by_hand(section))


def holds_long_term_keys(section: Section) -> bool:
    """Whether the keys of a section, or half of them, live until somebody deletes them."""
    has_keys = section.get("aws_access_key_id") or section.get("aws_secret_access_key")
    has_token = section.get("aws_session_token") or section.get("aws_security_token")
    return bool(has_keys and not has_token)


def _by_hand(section: str) -> str:
    return f"write the section [{section}] by hand once"


def _change(
    section: str, values: Mapping[str, Secret], remove: Collection[str]
) -> ini_writer.Change:
    def change(document: Document, text: Secret) -> Secret:
        if holds_long_term_keys(document.settings().get(section, {})):
            raise ValueError(f"[{section}] in it holds long-term keys")
        wanted = dict.fromkeys(remove) | {key: value.reveal() for key, value in values.items()}
        put = edits.Put(section, wanted)
        return Secret(edits.change(document, text.reveal(), [put]))

    return change
