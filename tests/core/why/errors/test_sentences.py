"""Kinds of sentences: any program's words for a cause, near their subject and under AWS's mark."""

from __future__ import annotations

import pytest

from awsttl.core.why.errors import sentences
from awsttl.core.why.errors.sentences import places_of_sentence
from awsttl.core.why.errors.text import Message
from explain_table import answer

SAID = {
    "no-credentials": (
        "could not find any AWS credentials",
        "error while loading AWS credentials",
        "the AWS credentials were not provided",
        "AWS credentials file is empty",
        "AWS: an access key ID is required",
        "AWS_SECRET_ACCESS_KEY environment variable is not set",
        "please specify your aws access key",
    ),
    "session-expired": (
        "the AWS credentials for 'dev' have already expired",
        "AWS session is no longer valid",
        "AWS: the session token (dev) has expired",
        "stale AWS credentials",
    ),
    "sign-in": ("AWS SSO login has expired", "AWS SSO session 'corp' is no longer active"),
    "key-invalid": (
        "the AWS access key you provided is inactive",
        "wrong AWS credentials",
        "the AWS session token is incorrect",
    ),
    "profile-missing": (
        "failed to load the AWS profile",
        "AWS profile 'dev' isn't configured",
        "AWS: unknown profile",
        "AWS profile [dev] does not exist",
    ),
    "mfa-needed": ("the AWS role requires MFA", "AWS: MFA token code was not provided"),
    "region": (
        "no AWS region",
        "AWS region is not set",
        "AWS_DEFAULT_REGION environment variable is not set",
        "unable to determine the AWS region",
        "please set a default region for AWS",
    ),
}
"""What no list of phrases holds, by its cause."""

OTHERWISE = (
    "aws: the profile picture was not found",
    "aws: the model of region us-east-1 is not set up",
    "an error was found in the credentials page of the AWS handbook",
    "AWS: your password has expired",
    "AWS: no regional endpoint for this service in eu-west-1",
    "AWS: ResourceNotFoundException: inference profile abc was not found",
)
"""The same words of another subject, or too far from it."""


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code, texts in SAID.items() for text in texts]
)
def test_a_kind_of_sentence_tells_its_cause(code: str, text: str) -> None:
    assert answer(text).problem.code == code


@pytest.mark.parametrize("text", [text for texts in SAID.values() for text in texts])
def test_it_tells_nothing_without_awss_mark(text: str) -> None:
    others = text.replace("AWS_", "VENDOR_").replace("AWS", "vendor").replace("aws", "vendor")
    assert not answer(others).recognised


@pytest.mark.parametrize("text", OTHERWISE)
def test_the_same_words_of_another_subject_tell_nothing(text: str) -> None:
    assert not answer(text).recognised


def test_places_are_looked_at_from_both_ends_and_each_once() -> None:
    sentence = sentences.missing("region")
    text = "no region. " + "region. " * 300 + "no region."
    places = list(places_of_sentence(Message.of(text), sentence))
    assert places == [text.index("region"), text.rindex("region")]
