"""One question at a time, from a thread that is there only while something is asked."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

Question = Callable[[], None]
"""Asks a person something and hands the answer on. Blocks as long as the person takes.

If it raises, it must have told those who wait that there will be no answer."""


class Questions:
    """Asks in the order in which the questions came."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[Question] = deque()
        self._is_asking = False

    def ask(self, question: Question) -> None:
        """Ask once those before it are answered. Waits for nothing; any thread may call it."""
        with self._lock:
            self._waiting.append(question)
            if not self._is_asking:
                self._is_asking = True
                threading.Thread(target=self._run, name="questions", daemon=True).start()

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._is_asking = False
                    return
                question = self._waiting.popleft()
            try:
                question()
            except Exception:  # noqa: BLE001, S112 (what waited was cancelled, and its row says so)
                continue
