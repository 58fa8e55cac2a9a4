"""``d`` and ``v``: why a row fails, and whose session it is."""

from __future__ import annotations

import re
import threading

import pytest
from textual import events
from textual.widgets import Static

from awsttl.core.why.findings import Check, Result, Tell
from awsttl.tui.features.diagnosing.dialog import DiagnosisDialog
from support.cloud import Cloud
from support.heavy import also_heavy
from support.home import Home
from support.odd import config_text
from support.renewing import BASE, role
from support.stage import DEADLINE, NOW, stage

HOUR = 3600.0

pytestmark = pytest.mark.usefixtures("one_aws_cli")


@pytest.fixture
def corp(home: Home) -> Home:
    """A role that works, one that cannot, and one whose session nobody reuses."""
    region = {"region": "eu-west-1"}
    profiles = {
        "base": BASE | region,
        "good": role(number=1) | region,
        "lost": role("nobody") | region,
        "short": role(number=2, duration_seconds="900") | region,
    }
    home.config(config_text(profiles))
    home.cli_cache(role(number=1), expires_at=NOW + HOUR)
    return home


async def test_d_shows_every_check_as_its_result_comes(corp: Home, cloud: Cloud) -> None:
    with cloud.hanging():
        async with stage() as opened:
            await opened.go_to("good")
            await opened.press("d", "enter")
            await opened.sees("✓ cache")
            # The network has not answered yet.
            assert "… endpoint" in opened.text()
            assert "… identity" in opened.text()
            cloud.release()
            await opened.sees("✓ endpoint")
            await opened.sees("✓ identity")
            await opened.press("escape")
            await opened.sees_no_more("✓ endpoint")


async def test_what_is_known_without_the_network_can_be_read_at_once(
    corp: Home, cloud: Cloud
) -> None:
    with cloud.hanging():
        async with stage((80, 24)) as opened:
            await opened.go_to("lost")
            await opened.press("d")
            await opened.sees('✗ source_profile "nobody" does not exist')
            await opened.sees("… asking       endpoint")
            cloud.release()
            await opened.sees_no_more("… asking")


@pytest.mark.parametrize("name", ["good", "lost", *also_heavy("short", "base")])
async def test_the_answer_is_one_screen_and_enter_shows_all_that_was_looked_at(
    corp: Home, cloud: Cloud, name: str
) -> None:
    async with stage((80, 24)) as opened:
        await opened.go_to(name)
        await opened.press("d")
        await opened.until(lambda: isinstance(opened.app.screen, DiagnosisDialog), "the dialog")
        dialog = opened.app.screen
        assert isinstance(dialog, DiagnosisDialog)
        await opened.until(lambda: dialog._is_over, "all results")
        await opened.settle()
        findings = dialog.query_one("#findings")
        assert findings.max_scroll_y == 0
        assert "✓ all right" in opened.text()
        in_short = opened.text()
        await opened.press("enter")
        await opened.until(lambda: findings.max_scroll_y > 0, "more than a screen")
        await opened.press("enter")
        await opened.until(lambda: opened.text() == in_short, "the short form again")


async def test_of_a_healthy_row_it_says_first_that_nothing_is_wrong_with_it(
    corp: Home, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    async with stage() as opened:
        await opened.go_to("good")
        await opened.press("d", "enter")
        await opened.sees("nothing is wrong with good")
        text = opened.text()
        first = text.index("✓ nothing is wrong with good")
        assert first < text.index("! this machine: there is no aws on PATH") < text.index("✓ cache")
        # What concerns every row comes after what concerns this one.
        assert text.index("✓ identity") < text.index("! AWS CLI") < text.index("✓ clock")


async def test_of_a_row_that_cannot_work_it_says_first_what_is_wrong_with_it(
    corp: Home, cloud: Cloud
) -> None:
    cloud.skew = -3 * 60
    async with stage() as opened:
        await opened.go_to("lost")
        await opened.press("d", "enter")
        await opened.sees("clock is 3 minutes ahead of AWS's")
        lines = [line.strip(" │") for line in opened.text().splitlines()]
        said = [line for line in lines if line.startswith(("✗", "!"))]
        assert said[0] == '✗ source_profile "nobody" does not exist'
        # A lesser thing that has nothing to do with the row is not put beside it.
        assert said[1].startswith("✗ source")


async def test_what_was_not_looked_at_is_not_right(corp: Home, cloud: Cloud) -> None:
    async with stage() as opened:
        await opened.go_to("lost")
        await opened.press("d", "enter")
        await opened.sees("· identity")
        await opened.sees("not asked: it has no session on this machine")
        text = opened.text()
        assert "· credentials" in text
        assert "✓ credentials" not in text
        assert "✓ identity" not in text


async def test_aws_is_not_asked_about_a_session_that_is_over(corp: Home, cloud: Cloud) -> None:
    """It would say no, and a role that renews silently has nothing wrong with it."""
    corp.cli_cache(role(number=1), expires_at=NOW - HOUR)
    async with stage() as opened:
        await opened.go_to("good")
        await opened.press("d", "enter")
        await opened.sees("· identity")
        await opened.sees("not asked: its session has expired")
        first = next(line for line in opened.text().splitlines() if "its session has" in line)
        assert "· its session has expired; the AWS CLI gets a new one at next use" in first
    assert cloud.actions == ["GetCallerIdentity"]  # without a key: is AWS there?


async def test_lines_are_wrapped_for_a_width_that_a_scrollbar_does_not_change(corp: Home) -> None:
    goes_on = threading.Event()

    def examine(tell: Tell) -> None:
        goes_on.wait(DEADLINE)
        tell(Result(Check.CREDENTIALS, "good", lines=("word " * 200,)))

    async with stage((80, 30)) as opened:
        opened.app.main.open(DiagnosisDialog("good", examine), lambda _: None)
        await opened.sees("… looking")
        findings = opened.app.screen.query_one("#findings")
        text = opened.app.screen.query_one("#text", Static)
        await opened.until(lambda: text.size.width > 0, "a layout")
        before = text.size.width
        assert not findings.show_vertical_scrollbar
        await opened.press("enter")
        goes_on.set()
        await opened.until(lambda: findings.show_vertical_scrollbar, "more than fits")
        await opened.settle()
        assert text.size.width == before
        assert text.size.height == len(str(text.render()).splitlines())


async def test_nothing_is_asked_before_the_key(corp: Home, cloud: Cloud) -> None:
    async with stage() as opened:
        for name in ("good", "lost", "short", "base"):
            await opened.go_to(name)
        assert cloud.calls == ()


async def test_the_fix_is_a_key_of_the_dialog(corp: Home, cloud: Cloud) -> None:
    section = role(number=1)
    corp.cli_cache(section, expires_at=NOW - HOUR)
    async with stage() as opened:
        await opened.go_to("good")
        await opened.press("d")
        await opened.sees("r renew")
        await opened.press("r")
        await opened.until(lambda: "AssumeRole" in cloud.actions, "a renewal")


async def test_keys_that_would_mend_nothing_do_nothing(corp: Home, cloud: Cloud) -> None:
    async with stage() as opened:
        await opened.go_to("lost")
        await opened.press("d")
        await opened.sees('source_profile "nobody" does not exist')
        await opened.press("r")
        await opened.settle()
        assert "why: lost" in opened.text()


@pytest.mark.heavy
async def test_which_credentials_win_is_shown_without_their_secrets(
    corp: Home, cloud: Cloud
) -> None:
    async with stage() as opened:
        await opened.go_to("base")
        await opened.press("d", "enter")
        await opened.sees("access_key ****************BASE  config-file  ~/.aws/config:2")
        assert "base-secret" not in opened.text()


async def test_it_fits_a_small_pane(corp: Home, cloud: Cloud) -> None:
    async with stage((50, 15)) as opened:
        await opened.go_to("lost")
        await opened.press("d", "enter")
        await opened.sees("why: lost")
        await opened.sees("nobody")
        # Further down is the rest.
        dialog = opened.app.screen
        assert isinstance(dialog, DiagnosisDialog)
        await opened.until(lambda: dialog._is_over, "all results")
        await opened.until(lambda: dialog.query_one("#findings").max_scroll_y > 5)
        assert "the cache folders can be" not in opened.text()
        await opened.press(*["pagedown"] * 5)
        await opened.sees("the cache folders can be")


async def test_the_row_says_what_its_state_does_not(corp: Home) -> None:
    async with stage() as opened:
        await opened.sees("! never reused (15 min)")


async def test_capital_v_says_whose_the_session_is(corp: Home, cloud: Cloud) -> None:
    async with stage() as opened:
        await opened.go_to("base")
        await opened.press("V")
        await opened.hears("base: arn:aws:iam::111122223333")


async def test_the_answer_to_capital_v_takes_the_place_of_the_question(
    corp: Home, cloud: Cloud
) -> None:
    async with stage() as opened:
        await opened.go_to("base")
        with cloud.hanging():
            await opened.press("V")
            await opened.hears("base: asking AWS …")
            cloud.release()
            await opened.hears("base: arn:aws:iam::111122223333")
        await opened.sees_no_more("asking AWS …")
        await opened.press("V")
        await opened.until(lambda: len(cloud.calls) == 2, "another question")
        await opened.hears("base: arn:aws:iam::111122223333")
        assert len(opened.messages) == 1


async def test_a_message_in_a_narrow_pane_breaks_no_word_that_fits_in_a_line(
    corp: Home, cloud: Cloud
) -> None:
    async with stage((50, 15)) as opened:
        await opened.go_to("short")
        await opened.press("V")
        await opened.hears("it has no session on this machine")
        said = "short: not asked: it has no session on this machine"
        await opened.sees("short: not asked")
        shown = [line[2:].strip() for line in opened.text().splitlines()[-3:]]
        assert said in " ".join(shown)


async def test_capital_v_on_a_row_without_keys_says_so(corp: Home, cloud: Cloud) -> None:
    async with stage() as opened:
        await opened.go_to("short")
        await opened.press("V")
        await opened.hears("it has no session on this machine")
        assert cloud.calls == ()


@pytest.mark.heavy
async def test_a_message_that_is_pasted_is_explained(corp: Home) -> None:
    path = corp.cli_cache(role(number=2, duration_seconds="900"), expires_at=NOW + HOUR)
    path.write_text("{")
    async with stage() as opened:
        await opened.go_to("good")
        await opened.until(lambda: opened.row("short").word == "broken", "the damage seen")
        opened.app.post_message(events.Paste(f"aws: [ERROR]: '{path.stem}'\n"))
        await opened.sees("what this message means")
        assert "is corrupt" in opened.text()
        # A long path is wrapped.
        assert path.name in re.sub(r"[\s│]", "", opened.text())
        await opened.press("enter")
        await opened.until(lambda: opened.cursor == "short", "the cursor on the profile")


async def test_a_message_that_nobody_knows_is_no_row(corp: Home) -> None:
    async with stage() as opened:
        opened.app.post_message(events.Paste("the dog ate my credentials"))
        await opened.sees("not known: the dog ate my credentials")
        await opened.press("enter")
        await opened.sees_no_more("not known")
