"""One home, one CLI: what awsttl predicts, what the CLI did, and where the two differ."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from awsttl.core.model import Snapshot
from awsttl.core.profiles import environment
from awsttl.core.profiles.resolve import Resolver
from awsttl.core.why.explain import Explanation, explain
from awsttl.core.why.prediction import PROMPT, RUN, V1, V2, Cli, Prediction, Step, predict
from awsttl.disk.locations import Locations
from awsttl.disk.reader import Reader
from support import programs
from support.awscli import Outcome, Version, aws_cli
from support.awscli import environ as clis_environ
from support.cloud import Cloud
from support.error_messages import FORMS, Said
from support.home import Home

from .boto3_process import Boto3
from .kit import PROCESS_KEY, Case, mark

COMMAND: Final = "GetCallerIdentity"

CLIS: Final[dict[Version, Cli]] = {"v1": V1, "v2": V2}
"""What awsttl takes the CLIs of today for."""

KNOWN_FAULTS: Final[dict[str, Cli]] = {
    # Debian 12. Each is a fault or a lack of that version, mended in a later one.
    "2.9.19": V2._replace(
        knows_login=False,  # `aws login` came in 2025
        knows_expired_legacy_tokens=False,  # aws-cli #9356, of 2025
        knows_sso_sources=False,  # aws-cli #7496, mended by #7686 in February 2023
    ),
}
"""The CLIs of these tests that differ from today's: all exceptions there are."""


@dataclass(frozen=True, slots=True)
class Deeds:
    """What a CLI did, or is to do."""

    calls: tuple[str, ...]
    """The calls to AWS, each with the last four characters of the key that signed it; without
    them where the key is one that the CLI has just been given."""
    prompts: tuple[str, ...]
    """The MFA devices for which it asked a code."""
    ran: bool
    """Whether it ran a ``credential_process``."""
    failed: str
    """Why it failed, as a code of ``diagnosis``; empty when it did not."""

    def __str__(self) -> str:
        words = [f"asks {serial.rsplit('/', 1)[-1]!r}" for serial in self.prompts]
        words += ["runs"] if self.ran else []
        words += self.calls
        words += [f"✗ {self.failed}"] if self.failed else []
        return " › ".join(words)


@dataclass(frozen=True, slots=True)
class Encounter:
    """One home in the hands of one CLI."""

    prediction: Prediction
    predicted: Deeds
    done: Deeds
    snapshot: Snapshot
    outcome: Outcome
    explained: Explanation | None
    """What awsttl makes of the words with which the CLI failed."""
    environ: Mapping[str, str]

    @property
    def agrees(self) -> bool:
        return self.predicted == self.done


def cli_of(version: Version) -> Cli:
    """What awsttl knows of the CLI that is installed here."""
    return KNOWN_FAULTS.get(programs.version("aws-" + version), CLIS[version])


def look(home: Home, environ: Mapping[str, str]) -> Snapshot:
    """What awsttl sees in a home, in that environment."""
    places = Locations(
        str(home.config_file),
        str(home.credentials_file),
        str(home.cli_folder),
        str(home.sso_folder),
        str(home.login_folder),
    )
    resolver = Resolver(places=environment.credential_sources(environ))
    return resolver.snapshot(Reader(places).settle(), environment.read(environ))


@contextmanager
def _home(case: Case) -> Iterator[tuple[Home, Cloud]]:
    """The home of a case, and the AWS that goes with it."""
    with tempfile.TemporaryDirectory() as folder, Cloud() as cloud:
        home = Home(Path(folder))
        case.write(home)
        for tell in case.aws:
            tell(cloud)
        yield home, cloud


def meet(case: Case, version: Version) -> Encounter:
    """Write the home, predict, and run the CLI in it."""
    with _home(case) as (home, cloud):
        added = case.variables(home)
        environ = clis_environ(version, home, cloud) | added
        seen = look(home, environ)
        prediction = predict(seen, case.profile, environ, time.time(), cli_of(version))
        arguments = ["sts", "get-caller-identity"]
        if case.profile is not None:
            arguments += ["--profile", case.profile]
        outcome = aws_cli(
            version, *arguments, home=home, cloud=cloud, env=added, typed="123456\n" * 3
        )
        assert cloud.strays == [], f"the AWS CLI went to {cloud.strays}"
        explained = None
        if outcome.exit_code:
            explained = explain(outcome.stderr, seen, environ, time.time())
        done = _done(outcome, cloud, explained, ran=mark(home).exists())
        predicted = _predicted(prediction, case)
        return Encounter(prediction, predicted, done, seen, outcome, explained, environ)


BOTO3: Final = V1._replace(has_crt=True, caches=False)
"""boto3 does as AWS CLI v1 does, whose botocore it is; it caches no role's session."""


class Told(NamedTuple):
    """What another client than the AWS CLI makes of a home, and what awsttl makes of its words."""

    predicted: str
    """Why it is to fail."""
    explained: str
    text: str


def tell(case: Case, boto3: Boto3) -> Told | None:
    """boto3 in a home; ``None`` where it does not fail."""
    with _home(case) as (home, cloud):
        environ = clis_environ("v1", home, cloud) | case.variables(home)
        seen = look(home, environ)
        prediction = predict(seen, case.profile, environ, time.time(), BOTO3)
        text = boto3.traceback(environ, home.path, case.profile)
        if not text:
            return None
        found = explain(text, seen, environ, time.time())
        return Told(_predicted(prediction, case).failed, found.problem.code, text)


STRUCTURED: Final = ("aws-cli json", "aws-cli yaml", "aws-cli text", "aws-cli table")
"""The forms of an error that AWS CLI v2 has had since 2.34 (``cli_error_format``)."""
_CODED: Final = (
    (r"An error occurred \((\w+)\) when calling the \w+ operation[^:]*: (.*)", ""),
    (r"()(Parameter validation failed:.*)", "ParamValidation"),
    (r"()(Unable to locate credentials.*)", "NoCredentials"),
)
"""What these forms are made of: AWS's answers, and a few of the AWS CLI's own errors."""


def explained_in(form: str, encounter: Encounter, case: Case) -> str:
    """The cause that is found in what an AWS CLI said, put into such a form.

    These name no operation, so that the profile has to be told.
    """
    said = encounter.outcome.stderr.strip()
    for pattern, code in _CODED:
        if found := re.search(pattern + r"\s*$", said, re.DOTALL):
            said = FORMS[form].dress(Said("", code or found[1], found[2].strip()))
            break
    environ = encounter.environ
    return explain(said, encounter.snapshot, environ, time.time(), case.profile).problem.code


def _predicted(prediction: Prediction, case: Case) -> Deeds:
    """The prediction as effects, up to what AWS or a process refuses unforeseen."""
    failed = prediction.problem.code if prediction.problem else ""
    reached = []
    for step in prediction.steps:
        reached.append(step)
        if case.refused and case.refused[0] == step.action:
            failed = case.refused[1]
            break
    else:
        if not failed or prediction.is_refused:
            reached.append(_command(prediction))
            if case.refused and case.refused[0] == COMMAND:
                failed = case.refused[1]
    calls = [step for step in reached if step.action not in (PROMPT, RUN)]
    return Deeds(
        tuple(f"{step.action} {step.access_key}".rstrip() for step in calls),
        tuple(step.name for step in reached if step.action == PROMPT),
        any(step.action == RUN for step in reached),
        failed,
    )


def _command(prediction: Prediction) -> Step:
    return Step(COMMAND, "", prediction.access_key)


def _done(outcome: Outcome, cloud: Cloud, explained: Explanation | None, *, ran: bool) -> Deeds:
    just_given = {*cloud.sts.issued, PROCESS_KEY}
    calls = []
    for call in cloud.calls:
        key = "" if call.access_key in just_given else call.access_key[-4:]
        calls.append(f"{call.action} {key}".rstrip())
    failed = explained.problem.code if explained else ""
    prompts = re.findall(r"Enter MFA code for (.*): ?$", outcome.stderr, re.MULTILINE)
    return Deeds(tuple(calls), tuple(prompts), ran, failed)
