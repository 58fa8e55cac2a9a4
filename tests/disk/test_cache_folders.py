"""Whether the AWS CLI can write its caches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from awsttl.core.why.findings import Finding
from awsttl.disk.cache_folders import check_cache_folders
from awsttl.disk.locations import Locations
from support.home import Home


def _found(home: Home) -> tuple[Finding, ...]:
    return check_cache_folders(Locations.of(home.environ())).findings


def _read_only_folders() -> Iterator[str]:
    """Where something is mounted for reading only, which binds root too."""
    mounts = Path("/proc/self/mounts")
    for line in mounts.read_text().splitlines() if mounts.exists() else ():
        place, options = line.split()[1], line.split()[3]
        if "ro" in options.split(",") and "\\" not in place and Path(place).is_dir():
            yield place


def test_folders_that_are_not_there_yet_and_folders_that_are(home: Home) -> None:
    assert _found(home) == ()
    home.cli_folder.mkdir(parents=True)
    assert _found(home) == ()


def test_a_file_in_the_place_of_a_folder(home: Home) -> None:
    home.cli_folder.parent.mkdir(parents=True)
    home.cli_folder.write_text("")
    (finding,) = _found(home)
    assert finding.code == "cache-unwritable"
    assert finding.evidence == ("~/.aws/cli/cache is no folder",)
    assert str(finding.fix) == "make ~/.aws/cli/cache a folder that you may write to"


def test_a_folder_on_a_read_only_file_system(home: Home) -> None:
    place = next(_read_only_folders(), None)
    if place is None:
        pytest.skip("nothing is mounted for reading only here")
    home.cli_folder.parent.mkdir(parents=True)
    home.cli_folder.symlink_to(place)
    (finding,) = _found(home)
    assert finding.evidence == ("~/.aws/cli/cache is on a read-only file system",)
    assert str(finding.fix) == "mount what ~/.aws/cli/cache is on for writing"


def test_what_is_said_to_root_is_what_root_can_do(home: Home) -> None:
    """A mode that forbids writing binds others only (test_permissions.py)."""
    home.cli_folder.mkdir(parents=True)
    home.cli_folder.chmod(0o500)
    try:
        (home.cli_folder / "new").write_text("")
        can_write = True
    except PermissionError:
        can_write = False
    finally:
        said = _found(home)
        home.cli_folder.chmod(0o700)
    assert (said == ()) is can_write
