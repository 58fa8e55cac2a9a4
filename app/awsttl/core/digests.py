"""SHA-1 and SHA-256 by Python's own code.

``hashlib`` loads OpenSSL for them, which takes 2.6 ms: a fifteenth of ``awsttl status``. It falls
back on the same modules itself where there is no OpenSSL. Some distributions leave these out;
then it is ``hashlib`` here too.
"""

from __future__ import annotations

import sys

try:
    from _sha1 import sha1  # type: ignore[import-not-found]  # CPython's own; typeshed leaves it out

    if sys.version_info >= (3, 12):
        from _sha2 import sha256  # type: ignore[import-not-found]  # as above
    else:
        from _sha256 import sha256  # type: ignore[import-not-found]  # as above
except ImportError:
    from hashlib import sha1, sha256


def sha1_hex(content: bytes) -> str:
    """SHA-1 in 40 hex digits: it names files here, and protects nothing."""
    found: str = sha1(content, usedforsecurity=False).hexdigest()
    return found


def sha256_hex(content: bytes) -> str:
    """SHA-256 in 64 hex digits."""
    found: str = sha256(content).hexdigest()
    return found
