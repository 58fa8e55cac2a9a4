"""Where config and credentials lie, as the AWS CLI finds them.

This is a module of its own because a shell's completion needs it, and must import little.
"""

from __future__ import annotations

import os
from collections.abc import Mapping


def config(environ: Mapping[str, str]) -> str:
    """The absolute path of the config file that *environ* selects."""
    return expanded(environ.get("AWS_CONFIG_FILE", "~/.aws/config"))


def credentials(environ: Mapping[str, str]) -> str:
    """The absolute path of the credentials file that *environ* selects."""
    return expanded(environ.get("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"))


def expanded(path: str) -> str:
    """An absolute path. As botocore does it: variables first, then the home folder."""
    return os.path.abspath(os.path.expanduser(os.path.expandvars(path)))
    # (pathlib knows no $VAR, and strings are what the reader compares.)
