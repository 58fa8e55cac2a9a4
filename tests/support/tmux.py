"""A real tmux with one pane in it, on a server of its own."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from support.programs import required

DEADLINE = 30.0
"""Seconds after which what never shows up fails the test."""

AWSTTL = f"{shlex.quote(sys.executable)} -m awsttl"
"""The program under test, as a shell command."""


class Pane:
    """A pane of *size* that runs a shell command in a given environment, and nothing else."""

    def __init__(
        self, command: str, environ: Mapping[str, str], size: tuple[int, int] = (120, 40)
    ) -> None:
        self._server = f"awsttl-test-{uuid.uuid4().hex[:12]}"
        self._environ = {"TERM": "xterm-256color", "LANG": "C.UTF-8", **environ}
        self._command, self._size = command, size

    def __enter__(self) -> Self:
        width, height = self._size
        # The command line of the shell is kept free of variables: they come by the environment.
        self._tmux(
            "-f", os.devnull,
            "new-session", "-d", "-x", str(width), "-y", str(height),
            "sh", "-c", f'{self._command}; echo "exit $?"; exec sleep 600',
        )  # fmt: skip
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._tmux("kill-server", check=False)

    def _tmux(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            [required("tmux"), "-L", self._server, *arguments],
            env=self._environ,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=check,
        )
        return done.stdout

    @property
    def socket_environ(self) -> dict[str, str]:
        """``TMUX`` as programs in this pane see it."""
        return {"TMUX": self._tmux("display-message", "-p", "#{socket_path},#{pid},0").strip()}

    def press(self, *keys: str) -> None:
        """Press keys, by tmux's names for them."""
        self._tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type a text, letter by letter."""
        self._tmux("send-keys", "-l", text)

    def resize(self, width: int, height: int) -> None:
        """Give the pane another size."""
        self._tmux("resize-window", "-x", str(width), "-y", str(height))

    def split(self, *command: str) -> str:
        """Open another pane of the window, with a program in it; returns tmux's name for it."""
        arguments = ("split-window", "-d", "-P", "-F", "#{pane_id}", *command)
        return self._tmux(*arguments).strip()

    def screen(self, *, colours: bool = False, of: str = "") -> str:
        """What is on the screen of the pane, or *of* another one."""
        which = ["-t", of] if of else []
        return self._tmux("capture-pane", "-p", *which, *(["-e"] if colours else []))

    def tmux(self, *arguments: str) -> str:
        """What another command of tmux prints."""
        return self._tmux(*arguments)

    def buffer(self) -> str:
        """The latest tmux buffer."""
        return self._tmux("show-buffer")

    def title(self) -> str:
        """The title that the program has given the pane."""
        return self._tmux("display-message", "-p", "#{pane_title}").strip()

    def leaves_its_shell(self, shell: str) -> None:
        """Wait until another program than *shell* has the terminal: what is typed is for that."""
        end = time.monotonic() + DEADLINE
        while self._tmux("display-message", "-p", "#{pane_current_command}").strip() == shell:
            assert time.monotonic() < end, self.screen()
            time.sleep(0.02)

    def sees(self, *texts: str, of: str = "") -> str:
        """Wait until all *texts* are on the screen; returns it."""
        end = time.monotonic() + DEADLINE
        while True:
            screen = self.screen(of=of)
            if all(text in screen for text in texts):
                return screen
            if time.monotonic() > end:
                raise AssertionError(f"never on the screen: {texts}\n{screen}")
            time.sleep(0.02)

    def sees_no_more(self, text: str) -> str:
        """Wait until *text* is gone from the screen; returns it."""
        end = time.monotonic() + DEADLINE
        while text in (screen := self.screen()):
            if time.monotonic() > end:
                raise AssertionError(f"still on the screen: {text!r}\n{screen}")
            time.sleep(0.02)
        return screen
