"""Says that sessions end: by a toast, the bell, the terminal's title and its notifications."""

from __future__ import annotations

import os
from typing import Final

from awsttl.core.alarms import Notice
from awsttl.terminal import notifications
from awsttl.tui.host import Host

TOAST_SECONDS: Final = 10.0


class Warnings:
    """Shows on one screen what the engine announces."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.title = ""
        """The title that the terminal has been given; empty for the one that it had."""

    def show(self, notice: Notice | None, title: str) -> None:
        """Tell the person, in the ways that are switched on."""
        warn = self._host.arrangement.settings.warn
        speaks = notifications.takes_sequences(os.environ)
        if notice is not None:
            if warn.toast:
                self._host.say(notice.text, "error" if notice.urgent else "warning", TOAST_SECONDS)
            signals = notifications.BELL if warn.bell else ""
            if warn.desktop and speaks:
                signals += notifications.desktop(notice.text, os.environ)
            if signals:
                self._host.write(signals)
        title = title if warn.title and speaks else ""
        if title != self.title:
            self.title = title
            self._host.set_title(title)
