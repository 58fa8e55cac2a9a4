"""Which settings of a file are secrets, and how they are hidden."""

from __future__ import annotations

import re
from typing import Final

from awsttl.core.secret import Secret

_SECRET: Final = re.compile(
    "secret|passw|private_key|token$|^credential_process$", re.ASCII | re.IGNORECASE
)


def is_secret(key: str) -> bool:
    """Whether the value of a setting must not be seen.

    Of AWS's own these are ``aws_secret_access_key``, ``aws_session_token``, ``aws_security_token``,
    and ``credential_process``, whose arguments may be passwords. Besides, what other tools call
    their secrets. ``web_identity_token_file`` is a path, and none.
    """
    return _SECRET.search(key) is not None


def hidden(values: dict[str, str], *, all_of_them: bool) -> dict[str | Secret, str | Secret]:
    """A nested map with its secrets hidden.

    *all_of_them*: it belongs to a key that is a secret itself. Its names may then be parts of the
    secret: of one that ends in ``=``, on a line below its key, the syntax makes a name.
    """
    if all_of_them:
        return {Secret(name): Secret(value) for name, value in values.items()}
    return {name: Secret(value) if is_secret(name) else value for name, value in values.items()}
