"""Which keys the actions have: their own, or those of ``[keys]`` in the settings.

A key that the settings give to an action is taken from whatever had it. What cannot be given, and
what is left without any key, is a problem for the top of the screen.
"""

from __future__ import annotations

import contextlib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from textual.keys import KEY_NAME_REPLACEMENTS, Keys

from awsttl.core.files import EMPTY
from awsttl.core.named_tuples import NamedTuple
from awsttl.core.remedies import Problem, Remedy
from awsttl.tui.actions import ACTIONS, BY_NAME

NEVER: Final = "f24"
"""Stands for no key where Textual wants one: no keyboard has it."""

_NAMED: Final = {
    "up": "↑", "down": "↓", "left": "←", "right": "→", "enter": "⏎", "escape": "esc", "tab": "⇥",
    "pageup": "PgUp", "pagedown": "PgDn", "home": "Home", "end": "End",
}  # fmt: skip


class Keymap(NamedTuple):
    """What the settings make of the keys."""

    keys: Mapping[str, tuple[str, ...]] = EMPTY
    """Action → its keys, as Textual names them; only those that are not its own ones."""
    shown: Mapping[str, str] = EMPTY
    """Action → its key for people, of the same actions."""
    problems: tuple[Problem, ...] = ()

    @property
    def for_textual(self) -> dict[str, str]:
        """The same as Textual takes it."""
        return {name: ",".join(keys) or NEVER for name, keys in self.keys.items()}


_current = Keymap()


def use(keymap: Keymap) -> None:
    """Say these keys from now on, wherever a key is named."""
    global _current  # noqa: PLW0603 (a program has one keyboard)
    _current = keymap


def key_of(name: str) -> str:
    """The key of an action, for people; ``(no key)`` where it has none."""
    return _current.shown.get(name) or BY_NAME[name].key


def keys_of(name: str) -> tuple[str, ...]:
    """The keys of an action, as Textual names them."""
    return _current.keys.get(name, BY_NAME[name].keys)


def made(chosen: Mapping[str, tuple[str, ...]]) -> Keymap:
    """The keymap for ``[keys]``: action → keys as the person wrote them."""
    if not chosen:
        return Keymap()
    problems: list[Problem] = []
    keys = {action.name: action.keys for action in ACTIONS}
    wanted: dict[str, str] = {}
    """Key → the action that the settings give it to."""
    for name, written in chosen.items():
        if name not in BY_NAME:
            problems.append(_unknown(name))
            continue
        found: list[str] = []
        for text in written:
            names = tuple(_names(text))
            if not names:
                problems.append(_wrong(f'{name}: "{text}" is no key'))
            elif taken := [wanted[key] for key in names if key in wanted]:
                problems.append(_wrong(f'"{text}" is given to {taken[0]} and to {name}'))
            else:
                wanted.update(dict.fromkeys(names, name))
                found += names
        keys[name] = tuple(found) or keys[name]
    problems += _take(keys, wanted)
    other = {name: each for name, each in keys.items() if each != BY_NAME[name].keys}
    shown = {name: " ".join(_words(each)) or "(no key)" for name, each in other.items()}
    return Keymap(other, shown, tuple(problems))


def _take(keys: dict[str, tuple[str, ...]], wanted: Mapping[str, str]) -> Iterator[Problem]:
    """Take the keys that others got from those that had them."""
    for name, had in list(keys.items()):
        keys[name] = tuple(key for key in had if wanted.get(key, name) == name)
        if had and not keys[name]:
            takers = " and ".join(dict.fromkeys(wanted[key] for key in had if key in wanted))
            yield _wrong(f"{name} has no key any more: {takers} took it; give it another")


def _names(text: str) -> Iterator[str]:
    """What Textual calls a key that a person wrote; none where it is no key."""
    text = text.strip()
    head, plus, last = text.rpartition("+")
    if plus and not last:  # "ctrl++", or "+" alone
        head, last = head.removesuffix("+"), "+"
    modifiers = [part.lower() for part in head.split("+") if part]
    if not set(modifiers) <= {"ctrl", "alt", "shift", "super"}:
        return
    lead = "".join(f"{modifier}+" for modifier in modifiers)
    if len(last) == 1:
        if last.isupper():
            # Terminals that tell modifiers apart say shift+r, others R.
            yield f"{lead}shift+{last.lower()}"
            if not modifiers:
                yield last
        elif name := _name(last):
            yield lead + name
    elif last.lower() in {str(key.value) for key in Keys}:
        yield lead + last.lower()


def _name(character: str) -> str:
    if character.isalnum():
        return character
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


def _words(keys: Iterable[str]) -> Iterator[str]:
    """Keys for people: ``R`` and not ``shift+r`` beside it."""
    keys = tuple(keys)
    for key in keys:
        lead, _, last = key.rpartition("+")
        if lead == "shift" and last.upper() in keys:
            continue
        yield lead + "+" * bool(lead) + (_NAMED.get(last) or _character(last) or last)


def _character(name: str) -> str:
    backwards = {new: old for old, new in KEY_NAME_REPLACEMENTS.items()}
    spelt = backwards.get(name, name).replace("_", " ").upper()
    for plain, hyphened in (("", ""), ("N MINUS", "N-MINUS"), ("R THAN", "R-THAN"), ("S T", "S-T")):
        with contextlib.suppress(KeyError):
            return unicodedata.lookup(spelt.replace(plain, hyphened))
    return ""


def _unknown(name: str) -> Problem:
    from difflib import get_close_matches  # 3 ms, and few need it

    near = get_close_matches(name, BY_NAME, 1, cutoff=0.7)
    meant = f"; {near[0]} is" if near else "; the README lists them"
    return _wrong(f'"{name}" is no action{meant}')


def _wrong(message: str) -> Problem:
    fix = Remedy("mend [keys] in the file; ? lists the actions")
    return Problem("setting", f"settings.toml: keys: {message}", fix)
