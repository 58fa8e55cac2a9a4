"""``make explain-table``: what ``awsttl explain`` knows, rule by rule and client by client.

The messages are the project's own, and those of ``../shared/corpora/error-messages.jsonl`` where
that file stands beside the project.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

# As pytest does it: the tests' helpers are imported as `support`.
sys.path.insert(0, str(Path(__file__).resolve().parent))

from awsttl.commands.remedies import said
from awsttl.core.files import Files, IniFile
from awsttl.core.profiles.resolve import snapshot
from awsttl.core.why.errors import TABLE
from awsttl.core.why.explain import Explanation, explain
from support.error_messages import UNRELATED, samples

CORPUS: Final = Path(__file__).resolve().parents[1].parent / "shared/corpora/error-messages.jsonl"
NOWHERE: Final = {"AWS_EC2_METADATA_DISABLED": "true"}
NOTHING: Final = snapshot(Files(IniFile("config"), IniFile("credentials")))
ENOUGH: Final = 0.95


class Score(NamedTuple):
    """How many messages of a kind were answered as they should be."""

    kind: str
    right: int
    total: int

    @property
    def enough(self) -> bool:
        return self.right >= ENOUGH * self.total

    def __str__(self) -> str:
        share = 100 * self.right / self.total if self.total else 0
        return f"{self.kind}: {self.right} of {self.total} ({share:.1f} %)"


def answer(text: str) -> Explanation:
    """What is said about a text on a machine without any profile."""
    return explain(text, NOTHING, NOWHERE, 0.0)


def corpus_scores(path: Path = CORPUS) -> Iterator[Score]:
    """The shared corpus: causes that are right, unrelated texts that are left alone."""
    right: defaultdict[str, int] = defaultdict(int)
    total: defaultdict[str, int] = defaultdict(int)
    for line in path.read_text(encoding="utf-8").splitlines():
        message = json.loads(line)
        found = answer(message["text"])
        known = "" if found.recognised else "not known: "
        words = f"cause    {known}{found.problem.message}\nnext     {said(found.problem.fix)}\n"
        total[message["kind"]] += 1
        right[message["kind"]] += _is_right(words.lower(), message)
    for kind, word in (("positive", "corpus"), ("negative", "corpus, unrelated")):
        yield Score(word, right[kind], total[kind])


def _is_right(words: str, message: dict[str, str]) -> bool:
    not_that = message.get("must_not_re")
    return bool(re.search(message["want_re"], words)) and not (
        not_that and re.search(not_that, words)
    )


def main() -> int:
    """Print the table and the scores. 1 where one of these is not enough."""
    marks: defaultdict[str, dict[str, str]] = defaultdict(dict)
    right = total = 0
    for sample in samples():
        is_right = answer(sample.text).problem.code in sample.codes
        right += is_right
        total += 1
        row = marks[sample.codes[0]]
        row[sample.client] = "✗" if not is_right else row.get(sample.client, "✓")
    clients = sorted({client for row in marks.values() for client in row})
    for place, client in enumerate(clients):
        print(f"{'│' * place}┌ {client}")
    for code in dict.fromkeys(rule.code for rule in TABLE if rule.code in marks):
        print("".join(marks[code].get(client, "·") for client in clients), code)
    alone = sum(not answer(text).recognised for text in UNRELATED)
    scores = [Score("own", right, total), Score("own, unrelated", alone, len(UNRELATED))]
    if CORPUS.exists():
        scores += corpus_scores()
    print(*scores, sep="\n")
    return int(not all(score.enough for score in scores))


if __name__ == "__main__":
    sys.exit(main())
