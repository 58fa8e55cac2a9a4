"""Any session, in any form and surroundings, comes back exactly; nothing else is taken for one."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from awsttl.core.pasted.names import names
from awsttl.core.pasted.reading import read
from support.error_messages import samples
from support.made_sessions import Made, long_term, temporary
from support.pasted_renderings import DISTORTIONS, RENDERINGS
from support.pasted_shapes import shapes

SESSIONS = st.builds(
    temporary, st.integers(0, 10_000), style=st.sampled_from(["newer", "older", "opaque"])
) | st.builds(long_term, st.integers(0, 10_000))

AROUND = st.sampled_from(
    [
        "",
        "Hi Ann,\nhere you are:\n\n",
        "$ aws sts assume-role --role-arn arn:aws:iam::111122223333:role/Admin\n",
        "2026-11-20 20:00:00,123 - INFO - Found credentials in shared credentials file\n",
        "The security token included in the request is expired.\n\n",
        "# keys of the week, do not share\n",
        "PS C:\\> \n",
        '{"level": "info", "msg": "done", "key": "value", "id": 7}\n',
        "https://corp.awsapps.com/start/#/console?account_id=111122223333\n",
    ]
)
BELOW = st.sampled_from(
    [
        "",
        "\n",
        "\n\nThanks\nAnn\n",
        "\n$ aws s3 ls\n2026-11-20 20:00:00 my-bucket\n",
        "\nDone.",
        "\n-- \nAnn Example, Platform\n",
        '\n{"Account": "111122223333"}\n',
    ]
)


def _values(text: str) -> tuple[str, str, str | None] | str:
    """What was understood, in the form of ``Made.values``; or the code of the problem."""
    reading = read(text)
    if reading.session is None:
        return reading.problem.code if reading.problem else "?"
    found = reading.session
    token = found.session_token.reveal() if found.session_token else None
    return found.access_key_id, found.secret_access_key.reveal(), token


class TestAnyRendering:
    @pytest.mark.parametrize("distortion", DISTORTIONS)
    def test_comes_back_exactly(self, distortion: str) -> None:
        made = temporary(7)
        for rendering, render in RENDERINGS.items():
            assert _values(DISTORTIONS[distortion](render(made))) == made.values, rendering

    @given(
        SESSIONS, st.sampled_from(sorted(RENDERINGS)), st.sampled_from(sorted(DISTORTIONS)),
        st.tuples(AROUND, BELOW, st.booleans()),
    )  # fmt: skip
    def test_comes_back_exactly_in_any_surroundings(
        self, made: Made, rendering: str, distortion: str, around: tuple[str, str, bool]
    ) -> None:
        above, below, all_of_it = around
        text = RENDERINGS[rendering](made)
        distort = DISTORTIONS[distortion]
        text = distort(above + text + below) if all_of_it else above + distort(text) + below
        assert _values(text) == made.values


class TestNoShapeIsHalfUnderstood:
    @given(
        SESSIONS, st.sampled_from(sorted(RENDERINGS)), st.sampled_from(sorted(DISTORTIONS)),
        st.floats(0, 1),
    )  # fmt: skip
    def test_not_where_its_end_is_missing(
        self, made: Made, rendering: str, distortion: str, where: float
    ) -> None:
        assume(not made.token or made.token.startswith(("IQoJ", "FwoG")))
        whole = DISTORTIONS[distortion](RENDERINGS[rendering](made))
        found = _values(whole[: int(len(whole) * where)])
        # A token that is as short as that may be one of an emulator.
        is_short = not isinstance(found, str) and len(found[2] or "-" * 99) < 64
        assert isinstance(found, str) or found == made.values or is_short

    @given(SESSIONS, SESSIONS, *[st.sampled_from(sorted(RENDERINGS))] * 2)
    def test_two_sessions_are_never_mixed(self, a: Made, b: Made, first: str, second: str) -> None:
        assume(a.secret != b.secret)
        text = RENDERINGS[first](a) + "\n\n" + RENDERINGS[second](b)
        reading = read(text)
        for found in reading.sessions:
            token = found.session_token.reveal() if found.session_token else None
            values = (found.access_key_id, found.secret_access_key.reveal(), token)
            assert values in (a.values, b.values)
        assert len(reading.sessions) != 1

    @pytest.mark.parametrize("rendering", RENDERINGS)
    def test_the_token_of_another_account_is_noticed(self, rendering: str) -> None:
        mixed = temporary(1, "999988887777")._replace(token=temporary(2).token)
        assert _values(RENDERINGS[rendering](mixed)) == "contradiction"


class TestTextWithoutCredentials:
    @given(st.text(max_size=300))
    @example("aws_access_key_id aws_secret_access_key")
    def test_of_any_kind_is_not_taken_for_any(self, text: str) -> None:
        assert not read(text).is_credentials

    def test_an_error_message_is_not_taken_for_any(self) -> None:
        for sample in samples():
            assert not read(sample.text).is_credentials, sample.text

    def test_the_messages_that_people_asked_about_are_not_taken_for_any(self) -> None:
        corpus = Path(__file__).parents[4] / "shared" / "corpora" / "error-messages.jsonl"
        if not corpus.is_file():
            pytest.skip("the corpus of error messages is not on this machine")
        for line in corpus.read_text(encoding="utf-8").splitlines():
            text = json.loads(line)["text"]
            assert not read(text).is_credentials, text

    def test_this_projects_own_texts_are_not_taken_for_any(self) -> None:
        root = Path(__file__).parents[3]
        for path in [*root.glob("*.md"), *root.glob("app/awsttl/core/**/*.py")]:
            assert not read(path.read_text(encoding="utf-8")).is_credentials, path

    def test_neither_are_examples(self) -> None:
        for shape in shapes():
            if shape.outcome == "no-credentials":
                assert not read(shape.text).is_credentials, shape.title


class TestALongText:
    """What takes more time than grows with the length runs into the time limit of the suite."""

    @pytest.mark.heavy
    @pytest.mark.parametrize("place", ["above", "below"])
    def test_is_read_to_its_end(self, place: str) -> None:
        made = temporary(3)
        keys = RENDERINGS["export"](made)
        log = "2026-11-20 INFO the key of the session token, id=5: access_key\n" * 15_000
        text = log + keys if place == "above" else keys + log
        assert _values(text) == made.values

    def test_is_searched_in_pieces_that_cut_no_name(self) -> None:
        name = "aws_secret_access_key"
        for place in range((1 << 16) - 2 * len(name), (1 << 16) + len(name)):
            found = list(names(" " * place + name + " = x"))
            assert [each.start for each in found] == [place]

    def test_is_read_at_its_beginning_only(self) -> None:
        keys = RENDERINGS["export"](long_term(3))
        assert _values(keys + "x" * 2_000_000) == long_term(3).values
        assert _values("x" * 2_000_000 + keys) == "no-credentials"

    @pytest.mark.parametrize(
        "piece",
        [
            "aws_access_key_id=", "session_token=\n", 'token="', "access_key ", "secret_key: {",
            "ASIAA2B3C4D5E6F7G2H3 ", "Access key ID,Secret access key\n", "\x1b[", "> ", "| ",
            "aws_session_token=IQoJb3JpZ2luX2Vj\n", "A1b2" * 16 + "\n", "&quot;", '\\"', "[a]\n",
        ],
    )  # fmt: skip
    def test_of_nothing_but_beginnings_ends_soon(self, piece: str) -> None:
        assert read((piece * 200_000)[: 1 << 18] + "ASIA").session is None

    def test_of_random_characters_ends_soon(self) -> None:
        letters = random.Random(1).choices(" \n=:\"'|<>[]{}\\aAkK/+_-0", k=100_000)
        assert read("".join(letters) + "secret_access_key").session is None
