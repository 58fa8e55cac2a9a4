"""Every client's messages, and everybody else's: the cause is found, and nothing else is."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from awsttl.core.why.errors import CODES, TABLE
from awsttl.core.why.errors.marks import bears_mark
from awsttl.core.why.errors.rule import places_of_phrase
from awsttl.core.why.errors.text import Message
from explain_table import CORPUS, ENOUGH, answer, corpus_scores
from support.error_messages import ANSWERS, FORMS, UNRELATED, Said, Sample, samples

SAMPLES = tuple(samples())
CLEAR = tuple(sample for sample in SAMPLES if len(sample.codes) == 1)


@pytest.mark.parametrize("client", FORMS)
@pytest.mark.parametrize("said", ANSWERS, ids=lambda said: f"{said.cause}-{said.operation}")
def test_what_aws_says_is_known_in_the_words_of_every_client(client: str, said: Said) -> None:
    form = FORMS[client]
    codes = {said.cause} if form.names_operation else {said.cause, said.without_operation}
    assert answer(form.dress(said)).problem.code in codes


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.client}-{sample.codes[0]}")
def test_a_message_is_explained(sample: Sample) -> None:
    assert answer(sample.text).problem.code in sample.codes


@pytest.mark.parametrize("text", UNRELATED)
def test_an_error_that_is_none_of_awss_is_left_alone(text: str) -> None:
    found = answer(text)
    assert (found.recognised, found.profiles) == (False, ())


noise_lines = st.sampled_from(
    (
        "2026-11-20 21:00:00,123 INFO starting worker 3",
        "+ docker compose up --detach",
        "npm warn deprecated glob@7.2.3: no longer supported",
        "Downloading 12.4 MB  ━━━━━━━━━━━━━━━━━━━━  100%",
        "\x1b[32m✓\x1b[0m 214 passed in 3.1 s",
        "",
        "At 3:15 the request was retried: {'attempt': 2, 'of': 5}",
        "    at Object.<anonymous> (/srv/app/server.js:12:9)",
        "C:\\Users\\me\\new folder\\run.ps1",
    )
)
prefixes = st.sampled_from(
    (
        "",
        "2026-11-20T21:00:00.1234567Z ",
        "[21:00:00] ",
        "web-1  | ",
        "│ ",
        "> ",
        "\x1b[2m│\x1b[0m ",
    )
)
endings = st.sampled_from(("\n", "\r\n", "\n\n", "#012"))


class TestNoiseAroundAMessage:
    @settings(max_examples=300)
    @given(
        sample=st.sampled_from(CLEAR),
        before=st.lists(noise_lines, max_size=5),
        after=st.lists(noise_lines, max_size=5),
        prefix=prefixes,
        ending=endings,
    )
    def test_keeps_its_answer(
        self, sample: Sample, before: list[str], after: list[str], prefix: str, ending: str
    ) -> None:
        lines = [*before, *sample.text.splitlines(), *after]
        text = ending.join(prefix + line for line in lines)
        assert answer(text).problem.code in sample.codes

    @settings(max_examples=200)
    @given(sample=st.sampled_from(CLEAR), width=st.integers(60, 120))
    def test_of_a_narrow_terminal_keeps_it_too(self, sample: Sample, width: int) -> None:
        """Where the terminal cuts a code in two, the sentence beside it is known."""
        cut = "\n".join(
            line[start : start + width]
            for line in sample.text.splitlines()
            for start in range(0, len(line), width)
        )
        found = answer(cut)
        assert found.problem.code in sample.codes or not tells_by_sentence(sample)


def tells_by_sentence(sample: Sample) -> bool:
    """Whether one of its rule's phrases stands in it, and not only a code."""
    words = Message.of(sample.text).words
    return any(
        rule.code == sample.codes[0] and phrase.lower().replace(" ", "") in words
        for rule in TABLE
        for phrase in rule.phrases
        if "…" not in phrase
    )


def words_of_others() -> Iterator[str]:
    """Words and codes by which a cause is known, and which bear no mark of AWS's."""
    for rule in TABLE:
        for words in (*rule.shared, *(f"({code})" for code in rule.codes)):
            text = words.replace("…", "x")
            if not bears_mark(Message.of(text), CODES):
                yield text


OTHERS = tuple(words_of_others())


@pytest.mark.parametrize("words", OTHERS)
def test_words_that_others_say_too_have_no_cause_without_awss_mark(words: str) -> None:
    assert not answer(f"Error: {words}, says the vendor's own service").recognised


@given(st.lists(st.one_of(st.sampled_from(OTHERS), st.text(max_size=40)), max_size=6))
def test_nor_have_several_of_them(words: list[str]) -> None:
    text = "\n".join(f"1: {each} ;" for each in words)
    message = Message.of(text)
    # Several together may make a phrase that is AWS's alone.
    own = any(
        next(places_of_phrase(message, phrase), None) is not None
        for rule in TABLE
        for phrase in rule.phrases
    )
    if not own and not bears_mark(message, CODES):
        assert not answer(text).recognised


@pytest.mark.heavy
def test_ten_thousand_mutations_are_answered() -> None:
    """A message that is cut, doubled, shuffled or spoilt has an answer, and no traceback."""
    chance = random.Random(12)
    odd = ("\0", "\x1b[", "'", '"', "…", "\\u00", "\ud800", "(", "│", "&#x", "#012", "\r", "💥")
    for _ in range(10_000):
        text = chance.choice(SAMPLES).text
        for _ in range(chance.randint(1, 4)):
            at, to = sorted((chance.randrange(len(text) + 1), chance.randrange(len(text) + 1)))
            text = chance.choice(
                (
                    text[:at] + text[to:],
                    text[:at] + chance.choice(odd) + text[at:],
                    text[:to] + text[at:],
                    text[:at] + text[at:to][::-1] + text[to:],
                    text[at:] + chance.choice(SAMPLES).text[:to],
                )
            )
        found = answer(text)
        assert found.problem.message
        assert str(found.problem.fix)


@pytest.mark.skipif(not CORPUS.exists(), reason="the shared corpus is not beside the project")
def test_the_shared_corpus_is_answered_as_its_reporters_needed() -> None:
    for score in corpus_scores():
        assert score.right >= ENOUGH * score.total, score
