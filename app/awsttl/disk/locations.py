"""Where AWS's files and caches are, found as the AWS CLI finds them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import assert_never

from awsttl.core.files import Cache
from awsttl.core.named_tuples import NamedTuple
from awsttl.disk import aws_files
from awsttl.disk.aws_files import expanded


class Locations(NamedTuple):
    """The two files and the three caches of one user, as absolute paths."""

    config: str
    credentials: str
    cli_cache: str
    sso_cache: str
    login_cache: str

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Locations:
        """The places that *environ* selects.

        ``AWS_CONFIG_FILE``, ``AWS_SHARED_CREDENTIALS_FILE`` and
        ``AWS_LOGIN_CACHE_DIRECTORY`` may hold ``~`` and ``$VAR``; one that is set and empty names
        the working folder, so that the AWS CLI finds no such file. The CLI and SSO caches are
        fixed below the home folder.
        """
        return cls(
            config=aws_files.config(environ),
            credentials=aws_files.credentials(environ),
            cli_cache=expanded("~/.aws/cli/cache"),
            sso_cache=expanded("~/.aws/sso/cache"),
            login_cache=expanded(environ.get("AWS_LOGIN_CACHE_DIRECTORY", "~/.aws/login/cache")),
        )

    def folder(self, cache: Cache) -> str:
        """Where one of the caches lies."""
        match cache:
            case Cache.CLI:
                return self.cli_cache
            case Cache.SSO:
                return self.sso_cache
            case Cache.LOGIN:
                return self.login_cache
            case _:
                assert_never(cache)

    @property
    def caches(self) -> tuple[str, ...]:
        """The cache folders."""
        return tuple(self.folder(cache) for cache in Cache)

    @property
    def folders(self) -> tuple[str, ...]:
        """Every folder in which one of these files or caches is, each once."""
        files = (os.path.dirname(self.config), os.path.dirname(self.credentials))
        return tuple(dict.fromkeys((*self.caches, *files)))


def shown(path: str) -> str:
    """A path for people: the home folder as ``~``."""
    home = os.path.expanduser("~")
    return "~" + path[len(home) :] if home and path.startswith(home + os.sep) else path
