"""Every writer of awsttl: what lies there before, what it does, and which files it may change.

A writer runs in a process of its own (:mod:`tests.attack.stage`), where a call to the system fails
or the process is killed. It tells how it went by its exit code.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from awsttl.engine.editing import Editing

DONE: Final = 0
"""What was to be written is written."""
TOLD: Final = 3
"""It was not, and a line says why."""
ENDED: Final = 4
"""An exception that nobody foresees."""

SECRET: Final = "a-secret-of-this-writer"
_OLD_ENTRY: Final = b'{"Credentials": {"SecretAccessKey": "the-old-one"}}'
_NAME: Final = "1" * 40 + ".json"
_CREDENTIALS: Final = f"""# Keys of the team.
[base]
aws_access_key_id = AKIABASE
aws_secret_access_key = {SECRET}
"""
_CONFIG: Final = "# mine\n[profile dev]\nregion = eu-west-1\n\n[profile other]\nregion=x # kept\n"
_SETTINGS: Final = '# mine\nthreshold = 900\nhidden = ["a"] # kept\n'


class Writer(NamedTuple):
    """One writer. *before* are the files as they are at first."""

    name: str
    run: Callable[[Path], object]
    """Writes below this home. Returns a text or a problem where it says that it could not."""
    before: Mapping[str, bytes]
    changes: tuple[str, ...]
    """The files that it changes; each is the old one or the new one at every moment."""
    links: Mapping[str, str] = {}
    """Links, and where they lead: they are links afterwards too."""
    is_quiet: bool = False
    """It only remembers something: where that cannot be, it is not, and nobody is told."""


def _replace(home: Path) -> None:
    from awsttl.disk.whole_files import replace

    replace(str(home / ".aws/cli/cache" / _NAME), b'{"new": "entry"}' * 500)


def _write_new(home: Path) -> None:
    from awsttl.disk.whole_files import write_new

    write_new(str(home / ".aws/cli/cache" / _NAME), b'{"new": "entry"}')


def _session(home: Path) -> None:
    """What a renewal writes: one session under two names."""
    import threading

    from awsttl.aws.file_cache import SessionCache

    keys = {"AccessKeyId": "ASIA", "SecretAccessKey": SECRET, "SessionToken": SECRET}
    answer = {"Credentials": keys | {"Expiration": "2036-11-20T21:00:00+00:00"}}
    alias = {_NAME: ("2" * 40 + ".json",)}
    cache = SessionCache(str(home / ".aws/cli/cache"), {_NAME}, alias, threading.Event())
    cache[_NAME.removesuffix(".json")] = answer


def _registration(home: Path) -> None:
    from awsttl.aws.sso_registration import write

    write(str(home / ".aws/sso/cache" / _NAME), {"clientSecret": SECRET})


def _credentials(home: Path) -> None:
    from awsttl.core.secret import Secret
    from awsttl.disk.credentials_file import put

    keys = {"aws_access_key_id": Secret("ASIA"), "aws_secret_access_key": Secret("a-new-one")}
    put(str(home / ".aws/credentials"), "dev", keys | {"aws_session_token": Secret(SECRET)})


def _edit(home: Path) -> None:
    from awsttl.core.ini.edits import Put, change
    from awsttl.core.secret import Secret
    from awsttl.disk import ini_writer

    ini_writer.write(
        str(home / ".aws/config"),
        lambda document, text: Secret(
            change(document, text.reveal(), [Put("profile dev", {"region": "us-east-1"})])
        ),
        "by hand",
    )


class _Silent:
    """Hears what happened, and writes no log: that is a writer of its own."""

    def record(self, event: object, wrote: object = ()) -> None:
        pass


def _editing(home: Path) -> Editing:
    from awsttl.disk.locations import Locations
    from awsttl.engine.editing import Editing
    from awsttl.engine.look import OneLook

    aws = home / ".aws"
    places = Locations(
        str(aws / "config"),
        str(aws / "credentials"),
        str(aws / "cli/cache"),
        str(aws / "sso/cache"),
        str(aws / "login/cache"),
    )
    return Editing(OneLook(places, {}), places, _Silent(), lambda: 1.8e9)  # type: ignore[arg-type]  # has what an edit uses


def _whole_edit(home: Path) -> None:
    """Both files in one go, with what is kept for an undo."""
    from awsttl.core.ini.plans import RemoveSections, SetKeys, Which

    plan = (
        SetKeys(Which.CONFIG, "dev", {"region": "us-east-1"}),
        RemoveSections(Which.CREDENTIALS, "base"),
    )
    _editing(home).write(plan, "dev")


def _undo(home: Path) -> None:
    """Both files get the bytes back that they had."""
    import hashlib

    from awsttl.core.secret import Secret
    from awsttl.disk import last_edit

    def kept(name: str, now: str) -> last_edit.KeptFile:
        digest = hashlib.sha256(now.encode()).hexdigest()
        return last_edit.KeptFile(str(home / ".aws" / name), Secret("# before\n"), digest)

    files = (kept("config", _CONFIG), kept("credentials", _CREDENTIALS))
    last_edit.keep(last_edit.KeptEdit(1.0, "dev", files))
    _editing(home).undo(although_changed=True)


def _settings(home: Path) -> object:
    from awsttl.disk.settings_file import SettingsFile

    file = SettingsFile(str(home / ".config/awsttl/settings.toml"))
    return file.change(lambda now: now._replace(threshold=1200.0))


def _clearing(home: Path) -> object:
    from awsttl.core.files import CacheEntry, Shape
    from awsttl.disk import cache_store

    entry = CacheEntry(str(home / ".aws/cli/cache" / _NAME), Shape.ROLE)
    return "; ".join(cache_store.clear([entry]).failures)


def _restoring(home: Path) -> object:
    from awsttl.core.secret import Secret
    from awsttl.disk import cache_store

    path = str(home / ".aws/cli/cache" / _NAME)
    cleared = cache_store.Cleared((path,), ((path, Secret(_OLD_ENTRY.decode())),))
    return "; ".join(cache_store.restore(cleared)[1])


def _last_clearing(home: Path) -> None:
    from awsttl.core.secret import Secret
    from awsttl.disk import cache_store, last_clearing

    last_clearing.keep("dev", cache_store.Cleared(("x",), (("x", Secret(SECRET)),)))


def _last_edit(home: Path) -> None:
    from awsttl.core.secret import Secret
    from awsttl.disk import last_edit

    last_edit.keep(last_edit.KeptEdit(1.0, "x", (last_edit.KeptFile("x", Secret(SECRET), ""),)))


def _log(home: Path) -> object:
    """A line of the log, and the turn to a new one."""
    from awsttl.core.events import Event, What
    from awsttl.disk import log_file

    log = log_file.LogFile()
    log.record(Event(1.8e9, What.RENEWED, "dev"))
    log.close(20)
    return log.read().problem


def _identity(home: Path) -> None:
    from awsttl.disk import identities

    identities.remember("dev", "111122223333")


def _announced(home: Path) -> None:
    from awsttl.disk.announced import mark_announced

    mark_announced(["dev ends"])


def _handed_over(home: Path) -> None:
    from awsttl.core.secret import Secret
    from awsttl.disk import handed_over

    handed_over.write(Secret(SECRET), "dev", ".sh")


_CACHE: Final = f".aws/cli/cache/{_NAME}"
_OTHER: Final = f".aws/cli/cache/{'2' * 40}.json"
_STATE: Final = ".local/state/awsttl"
_DOTFILES: Final = {
    "dotfiles/credentials": _CREDENTIALS.encode(),
    "dotfiles/config": _CONFIG.encode(),
    "dotfiles/settings": _SETTINGS.encode(),
}
_BOTH: Final = {".aws/config": _CONFIG.encode(), ".aws/credentials": _CREDENTIALS.encode()}

WRITERS: Final = (
    Writer("a cache entry", _replace, {_CACHE: _OLD_ENTRY}, (_CACHE,)),
    Writer("a new file in a new folder", _write_new, {}, (_CACHE,)),
    Writer("a session", _session, {_CACHE: _OLD_ENTRY}, (_CACHE, _OTHER)),
    Writer("a registration", _registration, {}, (f".aws/sso/cache/{_NAME}",)),
    Writer(
        "keys, behind a link",
        _credentials,
        _DOTFILES,
        ("dotfiles/credentials",),
        {".aws/credentials": "../dotfiles/credentials"},
    ),
    Writer("keys, in a new file", _credentials, {}, (".aws/credentials",)),
    Writer("an edit of config", _edit, {".aws/config": _CONFIG.encode()}, (".aws/config",)),
    Writer("an edit of both files", _whole_edit, _BOTH, (".aws/config", ".aws/credentials")),
    Writer("an undo of both files", _undo, _BOTH, (".aws/config", ".aws/credentials")),
    Writer(
        "a setting, behind a link",
        _settings,
        _DOTFILES,
        ("dotfiles/settings",),
        {".config/awsttl/settings.toml": "../../dotfiles/settings"},
    ),
    Writer("a setting, in a new file", _settings, {}, (".config/awsttl/settings.toml",)),
    Writer("a clearing", _clearing, {_CACHE: _OLD_ENTRY}, (_CACHE,)),
    Writer("what was cleared, again", _restoring, {}, (_CACHE,)),
    Writer("the last clearing", _last_clearing, {}, (f"{_STATE}/cleared.json",)),
    Writer("the last edit", _last_edit, {}, (f"{_STATE}/edited.json",)),
    Writer(
        "a line of a full log",
        _log,
        {f"{_STATE}/log.jsonl": b'{"at": 1, "what": "renewed"}\n' * 9500},
        (f"{_STATE}/log.jsonl", f"{_STATE}/log.1.jsonl"),
    ),
    Writer("an account", _identity, {}, (f"{_STATE}/identities.json",), is_quiet=True),
    Writer("an announcement", _announced, {}, (), is_quiet=True),
    Writer("a session for a shell", _handed_over, {}, ()),
)


def by_name(name: str) -> Writer:
    """The writer of that name."""
    return next(writer for writer in WRITERS if writer.name == name)


def prepare(writer: Writer, home: Path) -> None:
    """Lay the files before the writer into an empty home."""
    for name, body in writer.before.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_bytes(body)
        path.chmod(0o600)
    for name, target in writer.links.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.symlink_to(target)


def run(writer: Writer, home: Path) -> int:
    """Let it write; what it tells goes to stderr. Returns the exit code."""
    import sys
    import traceback

    try:
        told = writer.run(home)
    except (OSError, ValueError) as error:
        told = f"{type(error).__name__}: {error}"
    except BaseException:  # noqa: BLE001 (that is what is looked for)
        traceback.print_exc()
        return ENDED
    if told:
        print(told, file=sys.stderr)
        return TOLD
    return DONE


def state(writer: Writer, home: Path) -> dict[str, bytes | None]:
    """What the files hold that it may change; ``None`` for none."""
    return {
        name: (home / name).read_bytes() if (home / name).is_file() else None
        for name in writer.changes
    }


def left_over(home: Path) -> list[str]:
    """The temporary files below a home."""
    return sorted(
        str(path.relative_to(home)) for path in home.rglob(".awsttl-*.tmp") if path.is_file()
    )


def sweep(home: Path) -> None:
    """What the next dashboard does, once the leftovers are some seconds old."""
    from awsttl.disk import leftovers
    from awsttl.disk.locations import Locations

    for path in home.rglob("*"):
        if path.is_file() and (path.name.startswith(".awsttl-") or path.suffix == ".sh"):
            os.utime(path, (time.time() - 100,) * 2)
    leftovers.sweep(Locations.of(os.environ), str(home / ".config/awsttl/settings.toml"))


def as_json(found: Mapping[str, bytes | None]) -> str:
    """A state in one line, for an example."""
    return json.dumps({name: body and body[:80].decode("latin-1") for name, body in found.items()})
