"""awsttl's own folders are where each platform has such folders."""

from __future__ import annotations

import platformdirs
import pytest

from awsttl.disk.own_folders import state_folder


@pytest.mark.parametrize("base", [None, "", " ", "/var/state", "relative"])
def test_the_state_folder_is_platformdirs_own(
    base: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if base is not None:
        monkeypatch.setenv("XDG_STATE_HOME", base)
    assert state_folder() == platformdirs.user_state_dir("awsttl", appauthor=False)
