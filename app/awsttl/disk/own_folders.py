"""The folders of awsttl's own files, by each platform's custom.

On Linux: ``$XDG_CONFIG_HOME/awsttl`` (``~/.config``) and ``$XDG_STATE_HOME/awsttl``
(``~/.local/state``). awsttl keeps no file of its own in ``~/.aws``: that folder is AWS's.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys

from awsttl.disk import folders


def settings_file() -> str:
    """The settings that outlast a restart: TOML, written by keys and by hand."""
    return os.path.join(_settings_folder(), "settings.toml")


def _settings_folder() -> str:
    if sys.platform == "linux":
        # What platformdirs says, without its import: 10 ms, which a command that only reads need
        # not pay.
        base = os.environ.get("XDG_CONFIG_HOME", "").strip()
        if not os.path.isabs(base):
            base = os.path.expanduser("~/.config")
        return os.path.join(base, "awsttl")
    import platformdirs

    return platformdirs.user_config_dir("awsttl", appauthor=False)


def state_folder() -> str:
    """The folder for locks, the log, and what is remembered. Its mode is 0700."""
    if sys.platform == "linux":
        # What platformdirs says, without its import: a command that only reads looks here too.
        base = os.environ.get("XDG_STATE_HOME", "").strip()
        if not os.path.isabs(base):
            base = os.path.expanduser("~/.local/state")
        return os.path.join(base, "awsttl")
    import platformdirs

    return platformdirs.user_state_dir("awsttl", appauthor=False)


def private(folder: str) -> str:
    """The same folder, made if it is not there, and closed to others. Raises ``OSError``."""
    folders.make(folder)
    if stat.S_IMODE(os.stat(folder).st_mode) & 0o077:
        with contextlib.suppress(OSError):
            os.chmod(folder, 0o700)
    return folder
