"""The exit codes of all commands that take a profile, for a profile in each state.

0 is yes or done, 1 no or failed, 2 usage or no such profile, 3 that a person is needed and nobody
was asked; ``exec`` has 125 for all that awsttl itself could not do.
"""

from __future__ import annotations

from typing import Final

import pytest

from support.cloud import Cloud
from support.commands import awsttl
from support.home import Home
from support.states import SECTIONS

STATES: Final = (*SECTIONS, "nosuch")
SHOWN: Final = """
                   base living ending over fresh mfa mfa-e broken pasted pasted-o sso-o nosuch
status                0      0      0    0     0   0     0      0      0        0     0      0
list                  0      0      0    0     0   0     0      0      0        0     0      2
can                   0      0      1    1     1   3     3      3      3        3     3      2
can --renew           0      0      0    0     0   3     3      3      3        3     3      2
renew                 0      0      0    0     0   3     3      1      3        3     3      2
renew --force         1      0      0    0     0   3     3      1      3        3     3      2
login                 2      2      2    2     2   2     2      2      2        2     3      2
logout                2      2      2    2     2   2     2      2      2        2     0      2
clear                 0      0      0    0     0   0     0      0      0        0     0      2
export                0      0      0    0     0   3     0      1      0        3     3      2
export --name-only    0      0      0    0     0   0     0      0      0        0     0      2
exec                  0      0      0    0     0 125     0    125      0      125   125    125
exec --server         0      0      0    0     0 125     0    125      0      125   125    125
"""
"""What stands behind the command's words is the profile, and behind that ``-- true`` for ``exec``.

A profile that is broken is nothing that a renewal could ask a person for: it fails (1). Who only
wants to know whether there will be a session hears that somebody has to do something (3).
"""


def rows() -> dict[str, tuple[int, ...]]:
    """Command → its codes, in the order of the states."""
    head, *lines = SHOWN.strip().splitlines()
    assert all(map(str.startswith, STATES, head.split()))
    found = {}
    for line in lines:
        words = line.split()
        codes = words[-len(STATES) :]
        found[" ".join(words[: -len(STATES)])] = tuple(map(int, codes))
    return found


@pytest.mark.heavy
@pytest.mark.parametrize(("command", "codes"), rows().items())
def test_a_command_ends_with_the_code_of_its_profiles_state(
    furnished: Home, cloud: Cloud, command: str, codes: tuple[int, ...]
) -> None:
    behind = ("--", "true") if command.startswith("exec") else ()
    found = [
        awsttl(
            furnished,
            *command.split(),
            profile,
            *behind,
            cloud=cloud,
            environ={"AWS_DEFAULT_REGION": "us-east-1"},
        ).code
        for profile in STATES
    ]
    assert tuple(found) == codes
