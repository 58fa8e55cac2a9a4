"""The link of a sign-in: in one line, as a hyperlink, for a phone, and under the mouse."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

import pytest

from awsttl.aws.outcome import Failed
from awsttl.aws.sso_sign_in import Code, SignedIn
from awsttl.core.remedies import Problem, Remedy
from awsttl.terminal.qr_code import QUIET, QrCode
from awsttl.tui.features.signing_in.dialog import SignInDialog
from support.stage import NOW, Stage, stage

if TYPE_CHECKING:
    from awsttl.engine.signing_in import SignInRequest

LINK = "https://device.sso.eu-central-1.amazonaws.com/?user_code=ABCD-EFGH"

pytestmark = pytest.mark.usefixtures("home")


class Request:
    """A sign-in that waits until it is told how it ends."""

    session = "corp"
    waiting = ("dev",)

    def __init__(self, url: str) -> None:
        self._url = url
        self._over = threading.Event()
        self._outcome: Failed | None = None

    def begin(self) -> Code:
        return Code("ABCD-EFGH", self._url, NOW + 600, 600, 1, cast("object", None))  # type: ignore[arg-type]  # nobody asks AWS

    def finish(
        self, _code: Code, cancelled: threading.Event, _tell: Callable[[str], None]
    ) -> SignedIn | Failed | None:
        while not cancelled.is_set():
            if self._over.wait(0.01):
                return self._outcome
        return None

    def fails(self, message: str) -> None:
        self._outcome = Failed(Problem("code-expired", message, Remedy()))
        self._over.set()


class Opened:
    """An open dialog, and what it has written to the terminal."""

    def __init__(self, on: Stage, request: Request, written: list[str]) -> None:
        self.on, self.request, self.written = on, request, written

    @property
    def links(self) -> set[str]:
        """Where the hyperlinks on the screen lead to."""
        strips = self.on.app.screen._compositor.render_strips(self.on.app.size)
        return {
            segment.style.link
            for strip in strips
            for segment in strip
            if segment.style is not None and segment.style.link
        }


@asynccontextmanager
async def dialog(url: str = LINK, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Opened]:
    async with stage(size) as opened:
        request, written = Request(url), list[str]()
        asked = cast("SignInRequest", request)
        opened.app.push_screen(SignInDialog(asked, opened.clock, written.append))
        await opened.sees("A B C D - E F G H")
        yield Opened(opened, request, written)


class TestTheLink:
    @pytest.mark.parametrize("size", [(120, 40), (80, 24)])
    async def test_is_one_line_where_the_pane_has_room_and_a_hyperlink(
        self, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TERM", "xterm-256color")
        async with dialog(size=size) as opened:
            assert LINK in opened.on.text()
            assert opened.links == {LINK}

    @pytest.mark.heavy
    async def test_that_is_long_has_a_wider_dialog(self) -> None:
        url = LINK + "&state=" + "x" * 30
        async with dialog(url) as opened:
            assert url in opened.on.text()

    async def test_is_one_hyperlink_where_it_has_to_be_broken(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TERM", "xterm-256color")
        async with dialog(size=(50, 20)) as opened:
            assert LINK not in opened.on.text()
            assert opened.links == {LINK}

    async def test_that_is_hostile_steers_no_terminal_and_looks_like_what_it_is(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TERM", "xterm-256color")
        evil = "https://a.example/\x1b]8;;https://b.example\x07\x9c\u202ex[red]"
        plain = "https://a.example/%1B]8;;https://b.example%07%C2%9C%E2%80%AEx[red]"
        async with dialog(evil) as opened:
            assert plain in opened.on.text()
            assert opened.links == {plain}

    @pytest.mark.heavy
    async def test_is_none_where_it_leads_to_no_page(self) -> None:
        async with dialog("javascript:alert(1)") as opened:
            assert "javascript:alert(1)" in opened.on.text()
            assert opened.links == set()

    async def test_is_none_on_a_terminal_that_might_show_its_letters(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TERM", "linux")
        async with dialog() as opened:
            assert LINK in opened.on.text()
            assert opened.links == set()

    async def test_is_copied_by_a_click_where_there_is_no_browser(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY", "TMUX"):
            monkeypatch.delenv(name, raising=False)
        async with dialog() as opened:
            await opened.on.pilot.click("#page", offset=(5, 1))
            await opened.on.sees("copied to the terminal (OSC 52)")
            assert opened.written


class TestQ:
    async def test_shows_the_link_for_a_phone_and_the_words_again(self) -> None:
        async with dialog(size=(80, 24)) as opened:
            await opened.on.press("Q")
            lines = QrCode(LINK).lines(QUIET)
            await opened.on.until(lambda: lines[5] in opened.on.text(), "the code")
            assert all(line in opened.on.text() for line in lines)
            assert "A B C D - E F G H" in opened.on.text()
            assert "Q link" in opened.on.text()
            await opened.on.press("Q")
            await opened.on.sees(LINK)
            assert "Q QR" in opened.on.text()

    @pytest.mark.heavy
    @pytest.mark.parametrize(("background", "is_reversed"), [("15;0", False), ("0;15", True)])
    async def test_is_bright_on_dark_without_any_colour(
        self, monkeypatch: pytest.MonkeyPatch, background: str, *, is_reversed: bool
    ) -> None:
        """Blocks are the light squares, so a light terminal has to draw them reversed."""
        monkeypatch.setenv("NO_COLOR", "1")
        monkeypatch.setenv("COLORFGBG", background)
        async with dialog(size=(80, 24)) as opened:
            await opened.on.press("Q")
            await opened.on.until(lambda: "█████" in opened.on.text())
            app = opened.on.app
            line = next(
                s for s in app.screen._compositor.render_strips(app.size) if "███" in s.text
            )
            segments = list(line)
            for each in app.get_line_filters():
                segments = each.apply(segments, app.screen.background_colors[0])
            styles = {segment.style for segment in segments if "█" in segment.text}
            assert {bool(style and style.reverse) for style in styles} == {is_reversed}

    async def test_says_how_much_room_it_needs(self) -> None:
        async with dialog(size=(50, 15)) as opened:
            await opened.on.press("Q")
            await opened.on.sees("the QR code needs 43 columns and 22 lines")
            assert "waiting" in opened.on.text()

    @pytest.mark.heavy
    async def test_gives_way_in_a_pane_that_becomes_too_small(self) -> None:
        async with dialog() as opened:
            await opened.on.press("Q")
            await opened.on.until(lambda: "█████" in opened.on.text())
            await opened.on.pilot.resize_terminal(60, 20)
            await opened.on.sees("the QR code needs")
            assert "█████" not in opened.on.text()

    async def test_shows_no_code_that_has_run_out(self) -> None:
        async with dialog() as opened:
            await opened.on.press("Q")
            await opened.on.until(lambda: "█████" in opened.on.text())
            opened.request.fails("the code has run out")
            await opened.on.sees("n gets a new code")
            assert "█████" not in opened.on.text()
            await opened.on.press("Q")
            await opened.on.settle()
            assert "█████" not in opened.on.text()

    @pytest.mark.heavy
    async def test_of_a_link_that_is_too_long_says_so(self) -> None:
        async with dialog("https://a.example/" + "x" * 2990, (160, 50)) as opened:
            await opened.on.press("Q")
            await opened.on.sees("the link is too long for a QR code")
