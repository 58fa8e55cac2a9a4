"""Pictures of the main screens: what a person sees, down to the colours.

``make pictures`` accepts the screen as it is; look at them before you commit them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from awsttl.demo.home import build_home
from awsttl.disk.locations import Locations
from awsttl.engine.feed import Feed
from awsttl.tui.app import Dashboard
from support.accounts import LISTED, portal
from support.home import Home
from support.pasted_renderings import RENDERINGS
from support.pasted_shapes import TEMPORARY
from support.stage import NOW, Clock

Snap = Callable[..., bool]


@pytest.fixture(autouse=True)
def place_and_time(timezone: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    timezone("Europe/Berlin")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("SHELL", "/bin/bash")


@pytest.fixture
def picture(snap_compare: Snap) -> Iterator[Callable[..., bool]]:
    """Opens the dashboard on ``HOME``, presses keys, and compares with the stored picture."""
    feeds: list[Feed] = []

    def compare(
        size: tuple[int, int],
        *keys: str,
        cursor: str = "",
        theme: str = "",
        sees: str = "",
        pasted: str = "",
    ) -> bool:
        locations = Locations.of(os.environ)
        feed = Feed(locations, os.environ, clock=Clock())
        feeds.append(feed)
        app = Dashboard(feed, locations, clock=Clock())
        feed.start()

        async def before(pilot: Pilot[Any]) -> None:
            while feed.latest is None or app.main.arrangement.total != feed.latest.total:
                await pilot.pause(0.01)
            if theme:
                app.theme = theme
            if cursor:
                app.main.table.move_to(app.main.arrangement.keys.index(cursor))
            await pilot.press(*keys)
            from support.stage import screen_text

            if pasted:
                app.post_message(events.Paste(pasted))
            while sees and sees not in screen_text(app):
                await pilot.pause(0.01)
            await pilot.pause()

        return snap_compare(app, terminal_size=size, run_before=before)

    yield compare
    for feed in feeds:
        feed.stop()


@pytest.fixture
def demo(hermetic: Path) -> Path:
    build_home(hermetic, NOW)
    return hermetic


SIZES = [(160, 50), (120, 40), (80, 24), (50, 15)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
def test_the_dashboard(demo: Path, picture: Callable[..., bool], size: tuple[int, int]) -> None:
    # Where the details are open, they are complete when the file's lines are there.
    sees = "~/.aws/config:" if size[0] >= 120 else ""
    assert picture(size, cursor="profile deploy", sees=sees)


@pytest.mark.parametrize("theme", ["awsttl-light", "ansi-dark", "nord"])
def test_other_themes(demo: Path, picture: Callable[..., bool], theme: str) -> None:
    assert picture((120, 40), cursor="profile deploy", theme=theme, sees="~/.aws/config:")


@pytest.mark.parametrize(
    "size",
    [pytest.param(size, marks=() if size[0] == 120 else pytest.mark.heavy) for size in SIZES],
    ids=lambda size: "x".join(map(str, size)),
)
def test_without_colours(
    demo: Path,
    picture: Callable[..., bool],
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    sees = "~/.aws/config:" if size[0] >= 120 else ""
    assert picture(size, cursor="profile deploy", sees=sees)


@pytest.mark.heavy
@pytest.mark.parametrize("theme", ["awsttl-light", "ansi-dark"])
@pytest.mark.parametrize("size", [SIZES[0], SIZES[2]], ids=lambda size: "x".join(map(str, size)))
def test_other_sizes_in_other_themes(
    demo: Path, picture: Callable[..., bool], theme: str, size: tuple[int, int]
) -> None:
    sees = "~/.aws/config:" if size[0] >= 120 else ""
    assert picture(size, cursor="profile deploy", theme=theme, sees=sees)


@pytest.mark.parametrize("theme", ["awsttl-light", "ansi-light"])
def test_the_smallest_pane_in_other_themes(
    demo: Path, picture: Callable[..., bool], theme: str
) -> None:
    assert picture((50, 15), cursor="profile deploy", theme=theme)


@pytest.mark.parametrize("theme", ["awsttl-light", "ansi-dark"])
def test_a_menu_above_the_table(demo: Path, picture: Callable[..., bool], theme: str) -> None:
    assert picture((80, 24), "full_stop", "down", cursor="profile staging", theme=theme)


@pytest.mark.heavy
@pytest.mark.parametrize("theme", ["awsttl-dark", "awsttl-light", "ansi-dark"])
def test_the_next_twelve_hours(demo: Path, picture: Callable[..., bool], theme: str) -> None:
    assert picture((80, 44), cursor="profile audit", theme=theme)


def test_a_message(demo: Path, picture: Callable[..., bool]) -> None:
    assert picture((50, 15), "c", cursor="profile saml", sees="where its keys come from")


def test_the_details_in_a_small_pane(demo: Path, picture: Callable[..., bool]) -> None:
    assert picture((80, 24), "enter", cursor="profile data-dev", sees="~/.aws/config:")


@pytest.mark.parametrize("size", [(120, 40), (50, 15)], ids=lambda size: "x".join(map(str, size)))
def test_rows_by_account(home: Home, picture: Callable[..., bool], size: tuple[int, int]) -> None:
    home.config(portal())
    home.settings('sort = "account"\n')
    token = "https://corp.awsapps.com/start"
    home.sso_token(token, expires_at=NOW + 5 * 3600)
    for number, keys in enumerate(LISTED.values()):
        session = home.cli_cache(keys, expires_at=NOW + 900 * (number - 1))
        os.utime(session, (NOW - 600, NOW - 600))
    assert picture(size, cursor="profile acme-prod-Billing", sees="acme-prod · 4")


@pytest.mark.heavy
def test_the_filter(demo: Path, picture: Callable[..., bool]) -> None:
    assert picture((80, 24), "slash", *"prod", sees="2 of 21")


def test_the_help(demo: Path, picture: Callable[..., bool]) -> None:
    assert picture((120, 40), "question_mark", sees="Renew the session")


def test_the_export_dialog(demo: Path, picture: Callable[..., bool]) -> None:
    assert picture((80, 24), "e", cursor="profile staging", sees="AWS_PROFILE")


def test_the_dialog_for_a_pasted_session(demo: Path, picture: Callable[..., bool]) -> None:
    text = RENDERINGS["export"](TEMPORARY)
    assert picture((80, 24), cursor="profile base", pasted=text, sees="takes the place of")


def test_the_question_before_a_large_clearing(demo: Path, picture: Callable[..., bool]) -> None:
    assert picture((80, 24), "C", sees="cache entries?")


def test_an_empty_home(hermetic: Path, picture: Callable[..., bool]) -> None:
    assert picture((80, 24), sees="No profiles yet")


def test_a_file_that_does_not_parse(home: Home, picture: Callable[..., bool]) -> None:
    home.config("[profile a]\nrole_arn = arn:aws:iam::111122223333:role/A\nno delimiter\n")
    home.credentials("[base]\naws_access_key_id = A\naws_secret_access_key = S\n")
    assert picture((80, 24), sees="line 3")
