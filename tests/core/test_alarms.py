"""When somebody is warned, of what, and in which words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core import alarms, countdown
from awsttl.core.alarms import Alarm, Ending, Stage, Watch, endings, latest, listed, notice
from awsttl.core.countdown import DAY, HOUR, MINUTE
from awsttl.core.files import CacheEntry, Shape
from awsttl.core.model import (
    FOREVER,
    Environment,
    Hop,
    Kind,
    Link,
    Profile,
    Renewal,
    Session,
    Snapshot,
    State,
    Status,
)
from awsttl.core.remedies import Problem, Remedy

NOW: Final = 1_795_208_400.0  # Fri 2026-11-20 21:00:00 UTC
OLD: Final = NOW - DAY


def entry(path: str, expires_at: float, written_at: float = OLD) -> CacheEntry:
    return CacheEntry(path, Shape.ROLE, expires_at, written_at)


def role(
    name: str,
    expires_at: float | None,
    *,
    path: str = "",
    written_at: float = OLD,
    needs: Renewal = Renewal.SILENT,
    problem: Problem | None = None,
) -> Status:
    """A role profile with a cached session, in a file of its own unless told otherwise."""
    link = Link(name, Kind.ROLE, needs, cache_names=("x",))
    session = None
    if expires_at is not None:
        found = entry(path or f"/cache/{name}.json", expires_at, written_at)
        session = Session(expires_at, expires_at - 900, found)
    return Status(
        Profile(name, Kind.ROLE, (link,)),
        session,
        (Hop(link),),
        problems=(problem,) if problem else (),
    )


def pasted(name: str, expires_at: float | None, access_key: str = "0001") -> Status:
    """Temporary keys in the credentials file."""
    link = Link(name, Kind.TEMPORARY, Renewal.PASTE, expires_at=expires_at)
    profile = Profile(name, Kind.TEMPORARY, (link,), access_key=access_key)
    return Status(profile, Session(expires_at), (Hop(link, expires_at=expires_at),))


def sso(name: str, token_ends_at: float) -> Status:
    """An SSO profile that has a sign-in but no role credentials."""
    own = Link(name, Kind.SSO, Renewal.SILENT, cache_names=("x",))
    behind = Link("corp", Kind.SSO, Renewal.SIGN_IN, is_profile=False, cache_names=("t",))
    token = CacheEntry("/sso/corp.json", Shape.SSO_TOKEN, token_ends_at)
    hops = (Hop(own), Hop(behind, token, token_ends_at, token_ends_at))
    return Status(Profile(name, Kind.SSO, (own, behind)), None, hops)


def found(*statuses: Status, threshold: float = countdown.THRESHOLD) -> tuple[Ending, ...]:
    return endings(Snapshot(statuses), threshold)


def stages(ending: Ending) -> list[tuple[str, float]]:
    """The stages of a session: which, and how long before its end."""
    return [(alarm.stage, ending.expires_at - alarm.at) for alarm in ending.alarms()]


# -------------------------------------------------------------------- what there is to warn of


def test_a_session_is_announced_when_it_is_expiring_at_five_minutes_and_at_its_end() -> None:
    (ending,) = found(role("prod", NOW + HOUR))
    assert ending.names == ("prod",)
    assert stages(ending) == [("expiring", 900), ("soon", 300), ("expired", 0)]


@pytest.mark.parametrize("threshold", [120.0, 600.0, 900.0, 1800.0])
@pytest.mark.parametrize("make", [role, pasted])
def test_the_first_stage_is_the_moment_at_which_the_row_becomes_expiring(
    make: type, threshold: float
) -> None:
    status = make("prod", NOW + HOUR)
    (ending,) = found(status, threshold=threshold)
    at = ending.alarms()[0].at
    assert countdown.standing(status, at - 0.001, threshold).state is State.VALID
    assert countdown.standing(status, at, threshold).state is State.EXPIRING


@pytest.mark.parametrize("threshold", [120.0, 300.0])
def test_five_minutes_are_no_stage_where_the_row_is_not_expiring_before(threshold: float) -> None:
    (ending,) = found(pasted("prod", NOW + HOUR), threshold=threshold)
    assert stages(ending) == [("expiring", threshold), ("expired", 0)]


def test_rows_that_share_a_cache_entry_are_one_alarm_that_names_them() -> None:
    statuses = [role(name, NOW + HOUR, path="/cache/one.json") for name in ("a", "b", "c")]
    (ending,) = found(*statuses)
    assert ending.names == ("a", "b", "c")


def test_what_has_no_end_is_no_alarm() -> None:
    broken = Problem("x", "broken", Remedy("fix it"), blocks=True)
    assert not found(
        role("none", None), pasted("unknown", None), role("broken", NOW + HOUR, problem=broken)
    )


def announced(found: Iterable[Ending]) -> list[tuple[str, ...]]:
    """The names of those that somebody is warned of."""
    return [each.names for each in found if not each.is_quiet]


def test_of_profiles_that_are_hidden_only_the_log_tells_and_only_their_end() -> None:
    snapshot = Snapshot((role("a", NOW + HOUR), role("b", NOW + HOUR)))
    hidden, shown = endings(snapshot, hidden={"a"})
    assert announced((hidden, shown)) == [("b",)]
    assert stages(hidden) == [("expired", 0)]


@pytest.mark.parametrize("hidden", ["a", "b"])
def test_rows_that_share_a_session_are_announced_without_the_hidden_one(hidden: str) -> None:
    statuses = [role(name, NOW + HOUR, path="/cache/one.json") for name in ("a", "b", "c")]
    (ending,) = endings(Snapshot(tuple(statuses)), hidden={hidden})
    assert ending.names == tuple(name for name in ("a", "b", "c") if name != hidden)
    assert len(ending.alarms()) == 3


@pytest.mark.parametrize("threshold", [120.0, 900.0, 1800.0, 3600.0])
def test_what_is_kept_alive_is_announced_from_where_it_is_overdue(threshold: float) -> None:
    status = role("prod", NOW + 2 * HOUR)
    overdue = NOW + 2 * HOUR - 900
    (ending,) = endings(Snapshot((status,)), threshold, overdue={"prod": overdue})
    assert stages(ending) == [("expiring", 900), ("soon", 300), ("expired", 0)]
    (ending,) = endings(Snapshot((status,)), threshold, overdue={"prod": FOREVER})
    assert stages(ending) == [("expired", 0)]


def test_without_silent_only_what_needs_somebody_at_its_end_is_announced() -> None:
    mfa = role("b", NOW + HOUR, needs=Renewal.MFA)
    snapshot = Snapshot((role("a", NOW + HOUR), mfa, pasted("c", NOW + HOUR)))
    assert announced(endings(snapshot, silent=False)) == [("b",), ("c",)]


@pytest.mark.parametrize(("token_ends", "left"), [(NOW + DAY, 0), (NOW + MINUTE, 1)])
def test_a_session_is_silent_if_it_is_so_at_its_end(token_ends: float, left: int) -> None:
    """With the token ending first, somebody has to sign in when the session ends."""
    status = sso("dev", token_ends)._replace(
        session=Session(NOW + HOUR, NOW + HOUR - 900, entry("/cache/x.json", NOW + HOUR))
    )
    assert len(announced(endings(Snapshot((status,)), silent=False))) == left


def test_a_sign_in_on_which_rows_rely_is_announced_once_at_its_end() -> None:
    (ending,) = found(sso("dev", NOW + HOUR), sso("audit", NOW + HOUR))
    assert ending.names == ("sso corp",)
    assert stages(ending) == [("expired", 0)]


def test_the_environments_session_is_one_as_well() -> None:
    environment = Environment(Kind.TEMPORARY, ("AWS_SESSION_TOKEN",), NOW + HOUR)
    (ending,) = endings(Snapshot(environment=environment))
    assert ending.names == ("(environment)",)
    assert [seconds for _, seconds in stages(ending)] == [900, 300, 0]
    lasting = Environment(Kind.LONG_TERM, ("AWS_ACCESS_KEY_ID",))
    assert not endings(Snapshot(environment=lasting))


def test_a_session_that_is_expiring_from_its_birth_is_not_announced_for_it() -> None:
    """``duration_seconds = 900``, on a clock that is two seconds behind AWS's."""
    written_at = NOW
    watch = Watch()
    watch.take(found(role("prod", written_at + 902, written_at=written_at)), NOW + 0.1)
    assert watch.due_at() == NOW + 602
    assert watch.title(NOW + 0.1).text == "awsttl: prod 15m"


def test_a_renewed_session_has_another_key_and_the_same_one_in_every_process() -> None:
    one, again, renewed = (
        found(role("prod", at))[0].key for at in (NOW + HOUR, NOW + HOUR, NOW + 2 * HOUR)
    )
    assert one == again != renewed


# -------------------------------------------------------------------- what falls due when


def watching(*sessions: Ending, now: float = NOW) -> Watch:
    watch = Watch()
    watch.take(sessions, now)
    return watch


def keys(given: Iterable[Alarm]) -> list[str]:
    return [f"{alarm.ending.names[0]} {alarm.stage}" for alarm in given]


def test_it_knows_when_there_is_next_something_to_say() -> None:
    watch = watching(*found(role("prod", NOW + HOUR)))
    for at, stage in ((2700, "expiring"), (3300, "soon"), (3600, "expired")):
        assert watch.due_at() == NOW + at
        assert not watch.due(NOW + at - 0.001)
        assert keys(watch.due(NOW + at)) == [f"prod {stage}"]
    assert watch.due_at() == FOREVER


def test_stages_that_are_past_at_the_start_are_not_announced() -> None:
    watch = watching(*found(role("a", NOW - HOUR), role("b", NOW + 600), role("c", NOW)))
    assert keys(watch.due(NOW)) == []
    assert keys(watch.due(NOW + HOUR)) == ["b soon", "b expired"]


def test_a_session_that_appears_late_is_not_announced_for_what_it_has_passed() -> None:
    watch = watching()
    watch.take(found(role("a", NOW + HOUR + 600)), NOW + HOUR)
    assert keys(watch.due(NOW + HOUR)) == []
    assert watch.due_at() == NOW + HOUR + 300


def test_renewing_cancels_what_was_to_come() -> None:
    watch = watching(*found(role("a", NOW + HOUR)))
    watch.take(found(role("a", NOW + 2 * HOUR)), NOW + 600)
    assert watch.due_at() == NOW + 2 * HOUR - 900


def test_news_about_others_loses_no_alarm_that_fell_due_meanwhile() -> None:
    prod = role("prod", NOW + HOUR)
    watch = watching(*found(prod))
    watch.take(found(prod, role("new", NOW + DAY)), NOW + 2701)
    assert keys(watch.due(NOW + 2701)) == ["prod expiring"]


def test_a_wider_threshold_announces_nothing_after_the_event() -> None:
    prod = pasted("prod", NOW + 1200)
    watch = watching(*found(prod))
    watch.take(found(prod, threshold=1800), NOW + 60)
    assert keys(watch.due(NOW + 60)) == []
    assert watch.due_at() == NOW + 900


def test_alarms_that_follow_each_other_closely_are_one() -> None:
    watch = watching(*found(*(role(f"p{i}", NOW + HOUR + 2 * i) for i in range(4))))
    assert watch.due_at() == NOW + 2706
    assert not watch.due(NOW + 2703)
    assert len(watch.due(NOW + 2706)) == 4


def test_no_alarm_waits_for_others_forever() -> None:
    watch = watching(*found(*(role(f"p{i:02}", NOW + HOUR + i) for i in range(60))))
    assert watch.due_at() == NOW + 2700 + alarms.PATIENCE
    assert len(watch.due(watch.due_at())) == 11


def test_a_clock_that_is_set_back_announces_nothing_again() -> None:
    prod = role("prod", NOW + HOUR)
    watch = watching(*found(prod))
    assert keys(watch.due(NOW + 2700)) == ["prod expiring"]
    for now in (NOW, NOW + 2700):
        watch.take(found(prod, role("new", NOW + DAY)), now)
        assert keys(watch.due(now)) == []
    assert watch.due_at() == NOW + 3300


class Change(NamedTuple):
    """A new snapshot: after how many seconds it comes, and what it holds."""

    after: int
    sessions: tuple[Ending, ...]


sessions = st.builds(
    lambda name, end: Ending(f"{end} {name}", (name,), NOW + end, NOW + end - 900),
    st.sampled_from("abcdef"),
    st.integers(-1000, 7000),
)
changes = st.lists(
    st.builds(
        Change,
        st.integers(0, 2000),
        st.lists(sessions, max_size=6, unique_by=lambda ending: ending.names).map(tuple),
    ),
    min_size=1,
    max_size=8,
)


@given(changes)
def test_each_stage_is_given_at_most_once_and_none_is_lost(news: list[Change]) -> None:
    """Somebody who wakes when told to, and at each change, hears all that happens."""
    watch, now = Watch(), NOW
    given_at: dict[str, float] = {}
    present: dict[str, tuple[Ending, float, float]] = {}
    """Key → the session, since when it is there, and until when."""

    def hear(at: float) -> None:
        for alarm in watch.due(at):
            assert alarm.key not in given_at
            given_at[alarm.key] = at

    for after, held in [*news, Change(20_000, ())]:
        changed_at = now + after
        while watch.due_at() < changed_at:
            now = watch.due_at()
            hear(now)
        now = changed_at
        for ending in held:
            _, since, until = present.get(ending.key, (ending, now, -FOREVER))
            # Once gone and back it counts as new.
            present[ending.key] = (ending, since if until == FOREVER else now, FOREVER)
        for key in present.keys() - {ending.key for ending in held}:
            ending, since, until = present[key]
            present[key] = (ending, since, min(until, now))
        watch.take(held, now)
        hear(now)
    for key, (ending, since, until) in present.items():
        for alarm in ending.alarms():
            if since < alarm.at < until - alarms.PATIENCE:
                at = given_at[alarm.key]
                assert alarm.at <= at <= alarm.at + alarms.PATIENCE, key


@given(st.lists(sessions, max_size=8, unique_by=lambda ending: ending.names), st.integers(1, 8000))
def test_a_gap_makes_exactly_one_summary_of_how_things_stand(held: list[Ending], gap: int) -> None:
    watch, now = watching(*held), NOW + gap
    told = latest(watch.due(now))
    assert not watch.due(now)
    missed = [a.at for ending in held for a in ending.alarms() if NOW < a.at < now - alarms.GAP]
    if missed and any(alarm.at < now - alarms.GAP for alarm in told):
        text = notice(told, now).text
        assert text.startswith("while this machine slept: ")
        ended = sum(NOW < ending.expires_at <= now for ending in held)
        assert sum(alarm.stage is Stage.EXPIRED for alarm in told) == ended
        assert ("expired" in text) == bool(ended)
        if len(told) > 1 and ended:
            assert f" {ended} session" in text
    assert bool(told) >= bool(missed)


# -------------------------------------------------------------------- the title


def test_the_title_names_what_ends_next_once_it_is_expiring() -> None:
    watch = watching(*found(role("late", NOW + 1000), role("prod", NOW + 960)))
    assert watch.title(NOW) == ("awsttl", NOW + 60)
    assert watch.title(NOW + 60).text == "awsttl: prod 15m"
    assert watch.title(NOW + 960 - 250) == ("awsttl: prod 4m", NOW + 960 - 239)
    assert watch.title(NOW + 960).text == "awsttl: late <1m"
    assert watch.title(NOW + 1000) == ("awsttl", FOREVER)


def test_the_title_does_not_wait_for_alarms_that_are_announced_together() -> None:
    watch = watching(*found(role("one", NOW + 960), role("two", NOW + 962)))
    watch.due(NOW + 60)
    assert watch.due_at() == NOW + 62
    assert watch.title(NOW + 59).until == NOW + 60
    assert watch.title(NOW + 60).text == "awsttl: one 15m"


@given(st.lists(sessions, max_size=6, unique_by=lambda e: e.names), st.integers(0, 8000))
def test_the_title_is_true_until_it_says(held: list[Ending], after: int) -> None:
    watch, now = watching(*held), NOW + after
    watch.due(now)
    title = watch.title(now)
    assert title.until > now
    until = min(title.until, watch.due_at(), now + DAY)
    for moment in (now + (until - now) / 2, until - 0.001):
        assert watch.title(moment).text == title.text


def test_the_title_counts_the_rows_that_share_the_session() -> None:
    statuses = [role(name, NOW + 600, path="/cache/one.json") for name in ("a", "b", "c")]
    assert watching(*found(*statuses)).title(NOW).text == "awsttl: a +2 10m"


def test_a_session_that_is_valid_to_a_later_moment_hides_no_title() -> None:
    """A login token ends before prod, but is not expiring yet."""
    login = Ending("login", ("laptop",), NOW + 500, NOW + 200)
    watch = watching(login, *found(role("prod", NOW + 600)))
    assert watch.title(NOW).text == "awsttl: prod 10m"
    assert watch.title(NOW + 200).text == "awsttl: laptop 5m"


# -------------------------------------------------------------------- words


def at_stage(stage: Stage, *names: Sequence[str], left: float = 0.0) -> list[Alarm]:
    """One session for each group of names, that has just reached that stage."""
    made = [Ending(group[0], tuple(group), NOW + left, NOW) for group in names]
    return [Alarm(NOW, stage, ending) for ending in made]


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([["prod"]], "prod expires in 5m"),
        ([["prod", "dev"]], "prod and dev expire in 5m"),
        ([["a", "b", "c", "d", "e"]], "a, b, c and 2 more expire in 5m"),
        ([["a"], ["b"]], "2 sessions expire in 5m: a and b"),
        ([["a"], ["b"], ["c"], ["d"]], "4 sessions expire in 5m: a, b, c and 1 more"),
    ],
)
def test_a_few_are_named_and_the_rest_counted(names: list[list[str]], text: str) -> None:
    assert notice(at_stage(Stage.SOON, *names, left=300), NOW) == (text, False)


def test_what_has_ended_is_said_first_and_is_urgent() -> None:
    both = at_stage(Stage.EXPIRED, ["prod"]) + at_stage(Stage.EXPIRING, ["dev"], left=900)
    assert notice(both, NOW) == ("prod has expired; dev expires in 15m", True)


def test_different_ends_are_said_to_lie_within_the_last() -> None:
    both = at_stage(Stage.SOON, ["a"], left=300) + at_stage(Stage.EXPIRING, ["b"], left=5400)
    assert notice(both, NOW).text == "2 sessions expire within 1h 30m: a and b"


@pytest.mark.parametrize(
    ("expired", "expiring", "text"),
    [
        (3, 2, "3 sessions expired, 2 expiring"),
        (1, 1, "1 session expired, 1 expiring"),
        (0, 2, "2 sessions expiring"),
        (1, 0, "e0 expired"),
        (0, 1, "i0 expiring"),
    ],
)
def test_after_a_sleep_there_is_one_summary(expired: int, expiring: int, text: str) -> None:
    told = at_stage(Stage.EXPIRED, *([f"e{i}"] for i in range(expired)))
    told += at_stage(Stage.EXPIRING, *([f"i{i}"] for i in range(expiring)), left=9 * HOUR)
    said = notice(told, NOW + 8 * HOUR)
    assert said == (f"while this machine slept: {text}", bool(expired))


def test_a_moments_delay_is_no_sleep() -> None:
    told = at_stage(Stage.EXPIRED, ["prod"])
    assert notice(told, NOW + alarms.GAP).text == "prod has expired"


def test_of_a_session_that_passed_several_stages_only_the_last_counts() -> None:
    (ending,) = found(role("prod", NOW + HOUR))
    assert [alarm.stage for alarm in latest(ending.alarms())] == [Stage.EXPIRED]


@given(st.lists(st.text("abc", min_size=1), min_size=1, max_size=9))
def test_no_name_is_lost_in_counting(names: list[str]) -> None:
    text = listed(names)
    if len(names) <= alarms.NAMED:
        assert text.replace(" and ", ", ").split(", ") == names
    else:
        assert text.endswith(f" and {len(names) - alarms.NAMED} more")


# -------------------------------------------------------------------- for the log


def test_the_log_tells_of_each_session_that_has_ended_at_its_own_time() -> None:
    ended = found(role("a", NOW - HOUR), pasted("b", NOW - 1), role("c", NOW - 1, path="/cache/s"))
    assert [event[:4] for event in alarms.told(ended)] == [
        (NOW - HOUR, "expired", "a", ""),
        (NOW - 1, "expired", "b", ""),
        (NOW - 1, "expired", "c", ""),
    ]


def test_the_log_tells_of_many_in_one_line() -> None:
    ended = found(*(role(f"r{number}", NOW - number) for number in range(1234)))
    assert [event[:4] for event in alarms.told(ended)] == [
        (NOW, "expired", "1,234 sessions", "r0, r1, r2 and 1231 more")
    ]
    assert alarms.told(()) == []
