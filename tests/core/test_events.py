"""Events: their lines in the log, and when two of them tell the same."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core import events
from awsttl.core.events import (
    MANY,
    Event,
    ToldEvents,
    What,
    as_line,
    from_line,
    shortened,
    summed_up,
)
from awsttl.core.files import CacheEntry, Shape

PROD = "0" * 40 + ".json"
TOKEN = "a" * 64 + ".json"
NOON = 1_795_003_200.0


def change(key: str, at: float = NOON, name: str = "prod") -> Event:
    return Event(at, What.CHANGED, name, "new session by another program", at + 3600, (key,))


def renewed(key: str, at: float = NOON, name: str = "prod") -> Event:
    return Event(at, What.RENEWED, name, until=at + 3600, keys=(key,))


class TestLine:
    @pytest.mark.parametrize("what", What)
    def test_comes_back_as_it_was(self, what: What) -> None:
        event = Event(NOON, what, "prod", "text", NOON + 60, (f"{PROD} 17", "config x"))
        assert from_line(as_line(event)) == event
        assert from_line(as_line(event).encode() + b"\n") == event

    def test_leaves_out_what_is_empty(self) -> None:
        assert json.loads(as_line(Event(NOON, What.CLEARED, "prod"))).keys() == {
            "at",
            "what",
            "name",
        }

    @pytest.mark.parametrize(
        "line",
        [
            "",
            "{",
            as_line(renewed(f"{PROD} 17"))[:-5],
            as_line(renewed(f"{PROD} 17"))[3:],
            "[]",
            "null",
            "[" * 5000,
            '{"at":1,"what":"invented","name":"x"}',
            '{"at":"noon","what":"renewed","name":"x"}',
            '{"at":true,"what":"renewed","name":"x"}',
            '{"at":NaN,"what":"renewed","name":"x"}',
            '{"at":1e300,"what":"renewed","name":"x"}',
            '{"at":-1,"what":"renewed","name":"x"}',
            '{"at":1' + "0" * 400 + ',"what":"renewed","name":"x"}',
            '{"at":1,"what":"renewed","name":"x","until":-1' + "0" * 400 + "}",
            '{"at":1,"what":"renewed","name":null}',
            '{"at":1,"what":"renewed","name":"x","until":"later"}',
            '{"at":1,"what":"renewed","name":"x","until":Infinity}',
            '{"at":1,"what":"renewed","name":"x","keys":[1]}',
            '{"at":1,"what":"renewed","name":"x","keys":{}}',
            b"\xff\xfe\x00",
        ],
    )
    def test_that_does_not_parse_is_no_event(self, line: str | bytes) -> None:
        assert from_line(line) is None

    @given(st.binary())
    def test_of_anything_at_all_is_an_event_or_none(self, line: bytes) -> None:
        assert from_line(line) is None

    @given(st.text(), st.text(), st.lists(st.text(), max_size=20))
    def test_of_any_texts_is_one_line_that_comes_back(
        self, name: str, text: str, keys: list[str]
    ) -> None:
        event = shortened(Event(NOON, What.FAILED, name, text, keys=tuple(keys)))
        line = as_line(event)
        assert line.encode()
        assert len(line.splitlines()) == 1
        assert from_line(line) == event

    def test_from_a_strangers_hand_cannot_steer_the_terminal(self) -> None:
        said: dict[str, Any] = {"at": NOON, "what": "failed", "name": "a\x1b[2Jb"}
        found = from_line(json.dumps(said | {"text": "one\ntwo\x07" + "x" * 9000}))
        assert found is not None
        assert found.name == "a�[2Jb"
        assert found.text.startswith("one two�x")
        assert len(found.text) == events.MOST_TEXT


class TestTidy:
    def test_bounds_names_texts_and_keys(self) -> None:
        keys = tuple(f"{number:040}.json 17" for number in range(1000))
        event = shortened(Event(NOON, What.CLEARED, "n" * 5000, "t" * 5000, keys=keys))
        assert len(as_line(event)) < 1000
        assert event.name.endswith("…")
        assert event.text.endswith("…")

    def test_of_many_keys_has_the_key_of_the_set_whatever_its_order(self) -> None:
        keys = tuple(f"{number:040}.json gone" for number in range(MANY + 1))
        assert shortened(Event(NOON, What.CLEARED, "x", keys=keys)).keys == (events.many(keys),)
        assert events.many(keys) == events.many(reversed(keys))
        assert events.many(keys) != events.many(keys[1:])


class TestState:
    def test_is_the_expiry_in_whole_seconds(self) -> None:
        entry = CacheEntry(f"/home/ada/.aws/cli/cache/{PROD}", Shape.ROLE, expires_at=17.9)
        assert events.state(entry) == f"{PROD} 17"
        assert events.subject(events.state(entry)) == PROD

    def test_of_a_corrupt_file_says_so(self) -> None:
        assert events.state(CacheEntry(PROD, Shape.CORRUPT)) == f"{PROD} corrupt"


class TestAChange:
    def test_is_news_while_nobody_told(self) -> None:
        told = ToldEvents([renewed(f"{PROD} 16"), renewed(f"{TOKEN} 17")])
        assert not told.knows_change(change(f"{PROD} 17"))

    def test_is_known_from_who_made_it_however_long_ago(self) -> None:
        told = ToldEvents([renewed(f"{PROD} 17", at=NOON - 86400)])
        assert told.knows_change(change(f"{PROD} 17"))

    def test_is_known_from_who_saw_it_too(self) -> None:
        assert ToldEvents([change(f"{PROD} 17")]).knows_change(change(f"{PROD} 17", NOON + 1))

    def test_back_to_what_was_before_is_news(self) -> None:
        told = ToldEvents([renewed(f"{PROD} 17", NOON - 60), change(f"{PROD} gone", NOON - 30)])
        assert not told.knows_change(change(f"{PROD} 17"))
        assert told.knows_change(change(f"{PROD} gone"))

    def test_is_known_although_the_next_one_has_been_told(self) -> None:
        told = ToldEvents([change(f"{PROD} 17", NOON), change(f"{PROD} 18", NOON + 2)])
        assert told.knows_change(change(f"{PROD} 17", NOON + 1))

    def test_of_a_file_is_known_only_with_all_its_facts(self) -> None:
        told = ToldEvents([renewed(f"{PROD} 17")])
        both = change(f"{PROD} 17")._replace(keys=(f"{PROD} 17", f"{TOKEN} 17"))
        assert not told.knows_change(both)

    def test_without_a_key_is_always_news(self) -> None:
        event = Event(NOON, What.CHANGED, "prod")
        assert not ToldEvents([event]).knows_change(event)


class TestAnEdit:
    def test_is_told_once_by_all_who_saw_it(self) -> None:
        edit = change("config profile a added")
        assert ToldEvents([edit]).knows_change(edit._replace(at=NOON + 2))

    def test_is_news_again_when_it_is_done_again(self) -> None:
        edit = change("config profile a changed")
        assert not ToldEvents([edit]).knows_change(edit._replace(at=NOON + 60))

    def test_by_awsttl_is_known_whatever_it_looks_like(self) -> None:
        told = ToldEvents([Event(NOON, What.RENEWED, "mfa", keys=("credentials *",))])
        assert told.knows_change(change("credentials profile mfa changed", NOON + 1))
        assert not told.knows_change(change("credentials profile mfa changed", NOON + 60))
        assert not told.knows_change(change("config profile mfa changed", NOON + 1))


class TestADeed:
    def test_that_two_dashboards_wanted_is_told_once(self) -> None:
        assert ToldEvents([renewed(f"{PROD} 17")]).knows_renewal(renewed(f"{PROD} 17"))

    def test_of_another_profile_or_another_session_is_told_too(self) -> None:
        told = ToldEvents([renewed(f"{PROD} 17")])
        assert not told.knows_renewal(renewed(f"{PROD} 17", name="other"))
        assert not told.knows_renewal(renewed(f"{PROD} 18"))

    def test_that_was_only_seen_is_told_by_who_did_it(self) -> None:
        assert not ToldEvents([change(f"{PROD} 17")]).knows_renewal(renewed(f"{PROD} 17"))

    @pytest.mark.parametrize("what", [What.FAILED, What.CANCELLED, What.CLEARED, What.RESTORED])
    def test_that_makes_no_session_is_told_each_time(self, what: What) -> None:
        event = renewed(f"{PROD} gone")._replace(what=what)
        assert not ToldEvents([event]).knows_renewal(event)

    def test_done_again_after_a_change_is_told(self) -> None:
        told = ToldEvents([renewed(f"{PROD} 17"), change(f"{PROD} gone"), change(f"{PROD} 17")])
        assert not told.knows_renewal(renewed(f"{PROD} 17"))


class TestMany:
    def test_are_told_in_one_line_for_each_sort(self) -> None:
        written = [change(f"{number:040}.json 17", name=f"p{number}") for number in range(1000)]
        removed = [change(f"{number:040}.json gone") for number in range(1000, 1020)]
        edit = change("config profile a added", name="config")
        found = summed_up([*written, *removed, edit])
        assert [event.name for event in found] == ["1,000 files", "20 files", "config"]
        assert found[0].text == "p0, p1, p2 and 997 more written by another program"
        assert found[1].text.endswith("removed by another program")

    def test_that_two_saw_in_another_order_are_told_once(self) -> None:
        alike = [change(f"{number:040}.json 17") for number in range(50)]
        (mine,), (theirs,) = summed_up(alike), summed_up(reversed(alike))
        assert ToldEvents([mine]).knows_change(theirs)

    def test_that_a_deed_removed_are_known(self) -> None:
        keys = tuple(f"{number:040}.json gone" for number in range(50))
        event = shortened(Event(NOON, What.CLEARED, "CLI cache", keys=keys))
        (summary,) = summed_up([change(key) for key in keys])
        assert ToldEvents([event]).knows_change(summary)

    def test_few_stay_as_they_are(self) -> None:
        few = [change(f"{number:040}.json 17") for number in range(MANY)]
        assert summed_up(few) == few
