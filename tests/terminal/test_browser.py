"""Opening a page: where there is a browser, and away from the terminal."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from awsttl.terminal import browser

URL = "https://device.sso.eu-central-1.amazonaws.com/?user_code=ABCD-EFGH"


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


class TestIsHere:
    @pytest.fixture
    def desktop(self, tmp_path: Path) -> str:
        script(tmp_path / "bin" / "xdg-open", "exit 0")
        return str(tmp_path / "bin")

    @pytest.mark.parametrize("display", ["DISPLAY", "WAYLAND_DISPLAY"])
    def test_on_a_desktop_with_something_that_opens_pages(self, desktop: str, display: str) -> None:
        assert browser.is_here({"PATH": desktop, display: ":0"}, "linux")
        assert browser.is_here({"PATH": desktop, display: ":10", "SSH_CONNECTION": "x"}, "linux")

    @pytest.mark.parametrize(
        "environ", [{}, {"SSH_CONNECTION": "10.0.0.1 22 10.0.0.2 22"}, {"BROWSER": ""}]
    )
    def test_not_without_a_display(self, desktop: str, environ: dict[str, str]) -> None:
        assert not browser.is_here({"PATH": desktop} | environ, "linux")

    def test_not_on_a_desktop_without_a_browser(self, tmp_path: Path) -> None:
        assert not browser.is_here({"PATH": str(tmp_path), "DISPLAY": ":0"}, "linux")

    def test_on_a_mac_unless_somebody_came_over_ssh(self) -> None:
        assert browser.is_here({}, "darwin")
        assert not browser.is_here({"SSH_CONNECTION": "10.0.0.1 22 10.0.0.2 22"}, "darwin")

    def test_wherever_the_person_names_one(self) -> None:
        assert browser.is_here({"BROWSER": "wslview"}, "linux")
        assert browser.is_here({"BROWSER": "/opt/firefox/firefox %s:w3m"}, "linux")

    @pytest.mark.parametrize("named", ["w3m", "/usr/bin/lynx", "links -g", " "])
    def test_not_where_it_would_draw_over_the_screen(self, named: str) -> None:
        assert not browser.is_here({"BROWSER": named, "DISPLAY": ":0"}, "linux")


class TestOpenPage:
    @pytest.fixture(autouse=True)
    def elsewhere(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)

    def _browser(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
        monkeypatch.setenv("BROWSER", str(script(tmp_path / "bin" / "browser", text)))

    def test_hands_over_the_page_and_no_shell_reads_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self._browser(tmp_path, monkeypatch, f'printf "%s|" "$@" > {tmp_path}/got')
        url = URL + "&x='$(touch pwned)';y"
        assert browser.open_page(url) == ""
        assert (tmp_path / "got").read_text() == url.replace(" ", "%20") + "|"
        assert not (tmp_path / "pwned").exists()

    def test_the_browser_has_no_terminal(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        # Whether or not these tests run on a terminal: another session has none.
        session = f"{sys.executable} -c 'import os; print(os.getsid(0))' > {tmp_path}/session"
        look = f"wc -c > {tmp_path}/read; (echo noise > /dev/tty) 2> /dev/null; {session}"
        self._browser(tmp_path, monkeypatch, f"echo noise; echo noise >&2; {look}; exit 0")
        assert browser.open_page(URL) == ""
        assert capfd.readouterr() == ("", "")
        assert (tmp_path / "read").read_text().strip() == "0"
        assert int((tmp_path / "session").read_text()) != os.getsid(0)

    def test_the_browser_gets_no_session_of_the_environment(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            monkeypatch.setenv(name, "never")
        monkeypatch.setenv("AWS_PROFILE", "dev")
        self._browser(tmp_path, monkeypatch, f"env > {tmp_path}/env")
        assert browser.open_page(URL) == ""
        told = (tmp_path / "env").read_text()
        assert "AWS_PROFILE=dev" in told
        assert "never" not in told

    def test_says_when_none_opens(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._browser(tmp_path, monkeypatch, "exit 3")
        monkeypatch.setenv("PATH", str(tmp_path))
        assert browser.open_page(URL) == "the browser did not open"

    @pytest.mark.parametrize("url", ["file:///etc/passwd", "--help", "javascript:alert(1)", ""])
    def test_opens_pages_only(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
    ) -> None:
        self._browser(tmp_path, monkeypatch, f"touch {tmp_path}/opened")
        assert browser.open_page(url) == "this is no web page"
        assert not (tmp_path / "opened").exists()

    @pytest.mark.parametrize(
        ("raw", "handed"),
        [
            ("\x1b]52;c;AAAA\x07", "%1B]52;c;AAAA%07"),
            ("\u009b31m", "%C2%9B31m"),
            ("\u202e\u2066", "%E2%80%AE%E2%81%A6"),
            (" a\nb", "%20a%0Ab"),
            ("ä%20", "%C3%A4%20"),
        ],
    )
    def test_no_character_that_steers_a_terminal_is_in_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raw: str, handed: str
    ) -> None:
        self._browser(tmp_path, monkeypatch, f'printf "%s|" "$@" > {tmp_path}/got')
        assert browser.open_page(URL + raw) == ""
        assert (tmp_path / "got").read_text() == f"{URL}{handed}|"

    def test_runs_no_module_of_the_working_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "webbrowser.py").write_text(f"open({str(tmp_path / 'mine')!r}, 'w')")
        self._browser(tmp_path, monkeypatch, "exit 0")
        assert browser.open_page(URL) == ""
        assert not (tmp_path / "mine").exists()
