"""One look at a throwaway home, without the machinery of ``awsttl.disk``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from awsttl.core.model import CacheEntry, Files, Secret, Snapshot, Status
from awsttl.core.profiles import cache_entries
from awsttl.core.profiles.resolve import snapshot
from support.home import Home
from support.odd import ini_files

Reader = Callable[[str, str, bytes], CacheEntry | None]


def files(home: Home) -> Files:
    """What is on disk now."""
    config, credentials = ini_files(home)
    paths = [
        path
        for section in (*config.sections.values(), *credentials.sections.values())
        if isinstance(path := section.get("web_identity_token_file"), str) and Path(path).exists()
    ]
    return Files(
        config,
        credentials,
        cli_cache=_folder(home.cli_folder, cache_entries.cli_entry),
        sso_cache=_folder(home.sso_folder, cache_entries.sso_entry),
        login_cache=_folder(home.login_folder, cache_entries.login_entry),
        web_tokens={path: Secret(Path(path).read_text(encoding="utf-8")) for path in paths},
    )


def _folder(folder: Path, reader: Reader) -> dict[str, CacheEntry]:
    entries = {
        path.name: reader(str(path), path.name, path.read_bytes())
        for path in (folder.iterdir() if folder.exists() else ())
    }
    return {name: entry for name, entry in entries.items() if entry is not None}


def look(home: Home) -> Snapshot:
    return snapshot(files(home))


def status(home: Home, profile: str) -> Status:
    """The status of that profile now."""
    found = look(home).status(profile)
    assert found is not None, f"there is no profile {profile!r}"
    return found
