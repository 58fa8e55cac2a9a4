"""A Secret is not seen by accident; and the small rules of the other values."""

from __future__ import annotations

import copy
import io
import json
import logging
import pickle
import traceback
from collections.abc import Callable
from typing import Any, Final

import pytest
from rich.console import Console
from rich.traceback import Traceback

from awsttl.core.files import CacheEntry, Files, IniFile, Shape
from awsttl.core.model import Hop, Kind, Link, Profile, Renewal, Snapshot, Status
from awsttl.core.remedies import Problem, Remedy
from awsttl.core.secret import Secret

HIDDEN: Final = "wJalrXUtnFEMI/K7MDENG"


class TestASecret:
    def test_is_given_away_by_reveal_alone(self) -> None:
        assert Secret(HIDDEN).reveal() == HIDDEN

    @pytest.mark.parametrize(
        "show",
        [
            repr,
            str,
            ascii,
            format,
            lambda secret: f"{secret!r:>60}",
            lambda secret: f"{secret:>60}",
            "{0:s} {0}".format,
            lambda secret: "%s %r" % (secret, secret),  # noqa: UP031 (the operator itself)
            lambda secret: repr([secret, {secret: secret}]),
            lambda secret: repr(Files(IniFile(""), IniFile(""), web_tokens={"path": secret})),
        ],
    )
    def test_is_in_no_text(self, show: Callable[[Secret], str]) -> None:
        assert HIDDEN not in show(Secret(HIDDEN))

    @pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
    def test_is_not_pickled(self, protocol: int) -> None:
        with pytest.raises(TypeError, match="not to be pickled"):
            pickle.dumps(Secret(HIDDEN), protocol)

    @pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
    def test_is_not_copied(self, copied: Callable[[Secret], Secret]) -> None:
        with pytest.raises(TypeError):
            copied(Secret(HIDDEN))

    def test_is_not_written_as_json(self) -> None:
        with pytest.raises(TypeError) as caught:
            json.dumps({"secret": Secret(HIDDEN)})
        assert HIDDEN not in str(caught.value)
        assert HIDDEN not in json.dumps(Secret(HIDDEN), default=str)

    def test_does_not_leave_with_the_value_that_holds_it(self) -> None:
        files = Files(IniFile(""), IniFile(""), web_tokens={"path": Secret(HIDDEN)})
        for leave in (json.dumps, pickle.dumps):
            with pytest.raises(TypeError):
                leave(files)

    def test_has_no_place_for_anything_beside_it(self) -> None:
        assert not hasattr(Secret(HIDDEN), "__dict__")

    def test_is_in_no_traceback_even_one_with_locals(self) -> None:
        """Textual prints such a traceback when an app fails."""

        def fail(secret: Secret) -> None:
            held = {"in a local": secret}
            raise ValueError(f"with {secret} and {held}")

        try:
            fail(Secret(HIDDEN))
        except ValueError as error:
            plain = "".join(traceback.TracebackException.from_exception(
                error, capture_locals=True).format())  # fmt: skip
            console = Console(file=io.StringIO(), width=200)
            console.print(Traceback.from_exception(
                type(error), error, error.__traceback__, show_locals=True))  # fmt: skip
            assert isinstance(console.file, io.StringIO)
            rich = console.file.getvalue()
        for text in (plain, rich):
            assert "in a local" in text
            assert "Secret(•••)" in text
            assert HIDDEN not in text

    def test_is_in_no_log_line(self, caplog: pytest.LogCaptureFixture) -> None:
        logging.getLogger("anything").warning("%s %r", Secret(HIDDEN), [Secret(HIDDEN)])
        assert "Secret(•••)" in caplog.text
        assert HIDDEN not in caplog.text

    def test_is_not_in_the_diff_of_a_failed_test(self) -> None:
        with pytest.raises(AssertionError) as caught:
            assert [Secret(HIDDEN)] == [Secret("other")]
        assert HIDDEN not in str(caught.value)

    def test_is_compared_by_its_text_and_only_with_its_kind(self) -> None:
        assert Secret(HIDDEN) == Secret(HIDDEN)
        assert Secret(HIDDEN) != Secret("other")
        assert len({Secret(HIDDEN), Secret(HIDDEN)}) == 1
        other: Any = HIDDEN
        assert Secret(HIDDEN) != other
        assert (bool(Secret(HIDDEN)), bool(Secret(""))) == (True, False)


class TestValues:
    @pytest.mark.parametrize("path", ["/a b/[c]/x.json", "C:\\Users\\é\\x.json", "x.json"])
    def test_a_cache_entry_knows_its_files_name(self, path: str) -> None:
        assert CacheEntry(path, Shape.ROLE).name == "x.json"

    def test_renewals_are_ordered_by_what_they_ask(self) -> None:
        order = sorted(Renewal, key=lambda renewal: renewal.effort)
        assert order == [
            Renewal.NOTHING,
            Renewal.SILENT,
            Renewal.MFA,
            Renewal.PROCESS,
            Renewal.SIGN_IN,
            Renewal.PASTE,
        ]

    def test_a_hop_is_usable_before_its_instant_and_not_at_it(self) -> None:
        hop = Hop(Link("it", Kind.ROLE, Renewal.SILENT), usable_until=100.0)
        assert hop.usable(99.999)
        assert not hop.usable(100.0)
        assert not Hop(hop.link).usable(0.0)

    def test_a_chain_has_profiles_only_and_each_once(self) -> None:
        links = (
            Link("it", Kind.ROLE, Renewal.SILENT),
            Link("it", Kind.SSO, Renewal.SILENT),
            Link("corp", Kind.SSO, Renewal.SIGN_IN, is_profile=False),
        )
        assert Profile("it", Kind.ROLE, links).chain == ("it",)

    def test_a_status_is_broken_by_what_blocks_it(self) -> None:
        link = Link("it", Kind.ROLE, Renewal.SILENT)
        remark, fault = Problem("a", "a", Remedy("a")), Problem("b", "b", Remedy("b"), blocks=True)
        profile = Profile("it", Kind.ROLE, (link,))
        assert Status(profile, problems=(remark,)).broken is None
        assert Status(profile, problems=(remark, fault)).broken is fault

    def test_a_snapshot_finds_a_profile_by_its_name(self) -> None:
        link = Link("a [b]", Kind.ROLE, Renewal.SILENT)
        status = Status(Profile("a [b]", Kind.ROLE, (link,)))
        assert Snapshot((status,)).status("a [b]") is status
        assert Snapshot((status,)).status("a") is None
