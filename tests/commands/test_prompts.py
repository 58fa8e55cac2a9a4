"""The person at the command line, and the thread on which they are asked."""

from __future__ import annotations

from awsttl.commands.prompts import Prompts


class TestWaiting:
    def test_does_what_was_asked_for_before_it_was_over(self) -> None:
        """A renewal that ends is over a moment before its line is printed."""
        person, done = Prompts(no_input=True), list[str]()
        person.do(lambda: done.append("renewed"))
        person.wait(lambda: True)
        assert done == ["renewed"]

    def test_looks_again_after_each_call_whether_it_is_over(self) -> None:
        person, done = Prompts(no_input=True), list[str]()
        person.do(lambda: done.append("one"))
        person.do(lambda: done.append("two"))
        person.wait(lambda: bool(done))
        assert done == ["one", "two"]
