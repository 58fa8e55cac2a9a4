"""One look at a throwaway home, without the machinery of ``awsttl.disk``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from awsttl.core.files import CacheEntry, Files
from awsttl.core.model import Snapshot, Status
from awsttl.core.profiles import cache_entries, environment
from awsttl.core.profiles.resolve import Resolver, snapshot
from awsttl.core.secret import Secret
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


def look(home: Home, environ: Mapping[str, str] | None = None) -> Snapshot:
    """What is seen in a home, with *environ* in an environment that is known."""
    if environ is None:
        return snapshot(files(home))
    places = environment.credential_sources(environ)
    return Resolver(places=places).snapshot(files(home), environment.read(environ))


def status(home: Home, profile: str, environ: Mapping[str, str] | None = None) -> Status:
    """The status of that profile now."""
    found = look(home, environ).status(profile)
    assert found is not None, f"there is no profile {profile!r}"
    return found
