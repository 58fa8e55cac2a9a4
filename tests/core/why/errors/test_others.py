"""Texts that speak of sessions as AWS does, and are about something else."""

from __future__ import annotations

import pytest

from awsttl.core.why.errors import find
from awsttl.core.why.errors.marks import is_of_others, told_codes
from awsttl.core.why.errors.text import Message

SAID = "Your session has expired. Please reauthenticate."


def operation_error(code: str, said: str = SAID) -> str:
    return f"An error occurred ({code}) when calling the RespondToAuthChallenge operation: {said}"


def test_the_code_that_aws_tells_outweighs_words_that_any_service_may_say() -> None:
    assert find(Message.of(operation_error("NotAuthorizedException"))) is None
    found = find(Message.of(operation_error("ExpiredTokenException")))
    assert found is not None
    assert found.rule.code == "session-expired"


@pytest.mark.parametrize("code", ["AccessDeniedException", "Forbidden", "Unknown", "403"])
def test_a_code_that_says_nothing_outweighs_nothing(code: str) -> None:
    assert told_codes(Message.of(operation_error(code))) == frozenset()


def test_the_codes_are_told_without_what_clients_append() -> None:
    text = "operation error SNS: Publish, api error EndpointDisabledException: it is off"
    assert told_codes(Message.of(text)) == {"endpointdisabled"}


def test_a_log_of_many_calls_is_not_judged_by_the_codes_in_it() -> None:
    log = "\n".join([operation_error("NotAuthorizedException")] * 50)
    assert told_codes(Message.of(log)) == frozenset()


def test_a_cloud_made_after_aws_is_not_aws_unless_it_stands_beside_it() -> None:
    theirs = "endpoint sts.aliyuncs.com of Aliyun: ExpiredToken: the security token has expired"
    assert is_of_others(Message.of(theirs))
    assert not is_of_others(Message.of(f"{theirs}\nfetched for an AWS account"))
    assert find(Message.of(theirs)) is None
