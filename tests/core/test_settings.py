"""settings.toml once it is parsed: what its keys mean, and what a bad one costs."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core.countdown import THRESHOLD
from awsttl.core.settings import ColumnSet, Settings, Sort, Warn, parse
from support.programs import CHECKOUT

SOUND: dict[str, object] = {
    "threshold": 1800,
    "theme": "nord",
    "shell": "fish",
    "sort": "name",
    "hidden": ["old", "a b"],
    "keep": ["prod"],
    "allowed_processes": {"vault": "0123"},
    "warn": {"bell": False},
    "keys": {"hide": ["X", "ctrl+h"], "renew": "b"},
    "forget_copied": "5m",
    "ahead": False,
    "mouse": False,
    "columns": ["account", "until"],
}
MEANT = Settings(
    1800.0,
    "nord",
    "fish",
    Sort.NAME,
    frozenset({"old", "a b"}),
    frozenset({"prod"}),
    {"vault": "0123"},
    Warn(bell=False),
    {"hide": ("X", "ctrl+h"), "renew": ("b",)},
    300.0,
    ahead=False,
    mouse=False,
    columns=("account", "until"),
)


def test_every_key_is_understood() -> None:
    assert SOUND.keys() == set(Settings._fields)
    assert parse(SOUND) == (MEANT, {})


def test_an_empty_file_means_the_defaults() -> None:
    assert parse({}) == (Settings(), {})


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(0, 0), (90, 90), (12.5, 12.5), ("15m", 900), ("1h", 3600), ("1h30m", 5400),
     ("2h 5m 1s", 7501), (" 45s ", 45)],
)  # fmt: skip
def test_a_threshold_is_seconds_or_a_text(value: object, seconds: float) -> None:
    assert parse({"threshold": value}) == (Settings(threshold=seconds), {})


@pytest.mark.parametrize(
    "value", ["", "soon", "15", "1m1h", "-5m", -1, True, float("inf"), float("nan"), 10**400, [900]]
)
def test_a_threshold_that_is_no_time_is_not_taken(value: object) -> None:
    settings, problems = parse({"threshold": value})
    assert settings.threshold == THRESHOLD
    assert "15m" in problems["threshold"].message


@pytest.mark.parametrize(
    ("value", "shell"),
    [("bash", "bash/zsh"), ("zsh", "bash/zsh"), ("bash/zsh", "bash/zsh"), ("", ""),
     ("powershell", "PowerShell"), ("Nushell", "nushell")],
)  # fmt: skip
def test_a_shell_is_known_by_its_usual_names(value: str, shell: str) -> None:
    assert parse({"shell": value}) == (Settings(shell=shell), {})


@pytest.mark.parametrize("key", Settings._fields)
@pytest.mark.parametrize("value", [None, 5.5j, object(), b"x"])
def test_a_value_of_the_wrong_type_costs_itself_and_names_its_key(key: str, value: object) -> None:
    settings, problems = parse({**SOUND, key: value})
    assert settings == MEANT._replace(**{key: getattr(Settings(), key)})
    assert list(problems) == [key]
    assert f"settings.toml: {key} should be" in problems[key].message
    assert problems[key].fix


@pytest.mark.parametrize(
    ("key", "value", "sound"),
    [
        ("hidden", ["a", 5, "b"], frozenset({"a", "b"})),
        ("keep", [["a"], "b"], frozenset({"b"})),
        ("allowed_processes", {"a": "1", "b": 2}, {"a": "1"}),
        ("warn", {"bell": False, "toast": 0, "horn": True}, Warn(bell=False)),
        ("columns", ["role", "rank", 5, "from"], ("role", "from")),
    ],
)
def test_of_a_list_or_table_the_sound_part_counts(key: str, value: object, sound: object) -> None:
    settings, problems = parse({key: value})
    assert getattr(settings, key) == sound
    assert list(problems) == [key]


@pytest.mark.parametrize("value", list(ColumnSet))
def test_columns_are_a_set_or_a_list(value: ColumnSet) -> None:
    assert parse({"columns": str(value)}) == (Settings(columns=value), {})
    assert parse({"columns": ["needs-you", "meter"]})[0].columns == ("needs-you", "meter")


@pytest.mark.parametrize("value", ["time ", "profile", [], ["rank"], 5])
def test_columns_that_there_are_not_are_told_with_those_that_there_are(value: object) -> None:
    settings, problems = parse({"columns": value})
    assert settings == Settings()
    said = problems["columns"].message
    assert '"all", "time", "identity" or a list of: profile, state, left, until, renews' in said
    assert ('"rank" is none of them' in said) == (value == ["rank"])


def test_an_unknown_key_is_named_with_the_one_that_may_be_meant() -> None:
    settings, problems = parse({**SOUND, "treshold": 5, "colour": "red"})
    assert settings == MEANT
    assert problems["treshold"].message.endswith('"treshold" is no setting; threshold is')
    assert problems["colour"].message.endswith('"colour" is no setting')


def test_the_readme_shows_every_key_with_its_default() -> None:
    text = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    _, _, rest = text.partition("## Settings")
    found = tomllib.loads(rest.partition("```toml\n")[2].partition("```")[0])
    assert list(found) == ["threshold", "hidden", "keep", "sort", "columns", "theme", "shell",
                           "forget_copied", "ahead", "mouse", "allowed_processes", "warn",
                           "keys"]  # fmt: skip
    assert set(found) == set(Settings._fields)
    assert found["warn"] == Warn()._asdict()
    assert parse(found) == (Settings(), {})


toml = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
keys = st.sampled_from(Settings._fields) | st.text(max_size=8)


@given(st.dictionaries(keys, toml, max_size=5))
def test_whatever_stands_there_each_key_is_read_or_told(found: dict[str, object]) -> None:
    settings, problems = parse(found)
    assert problems.keys() <= found.keys()
    hash((settings.hidden, settings.keep, settings.sort, settings.threshold))
    for key in found:
        assert key in Settings._fields or key in problems
    # What is wrong with one key changes nothing about another.
    alone = {key: value for key, value in found.items() if key not in problems}
    without, none = parse(alone)
    assert not none
    for key in alone:
        assert getattr(without, key) == getattr(settings, key)
