"""Checks of which credentials are used: of the two files, or of the environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from awsttl.core.model import Snapshot
from awsttl.core.profiles import environment
from awsttl.core.profiles.cache_names import text_of
from awsttl.core.profiles.kinds import FACTS
from awsttl.core.remedies import NOTHING_TO_DO, Act, Remedy
from awsttl.core.why.checks.case import KEY_ID, Case, moment, of_problem
from awsttl.core.why.findings import Check, Finding, Severity


def check_credentials(examined: Case) -> Iterator[Finding]:
    """Settings that stand in both files and differ, and settings that are never used."""
    twice = sorted(examined.config.keys() & examined.credentials.keys())
    differing = [key for key in twice if examined.config[key] != examined.credentials[key]]
    if differing:
        yield Finding(
            Check.CREDENTIALS,
            Severity.WARNING,
            "set-twice",
            f"{_listed(differing)} in config and in credentials, and they differ: the "
            "credentials file wins",
            Remedy("remove the one that is not meant"),
            keys=tuple(differing),
        )
    facts = examined.facts
    keys = [each for each in (examined.credentials, examined.config) if KEY_ID in each]
    if facts.outranks_keys and keys and not _own_source(examined):
        yield Finding(
            Check.CREDENTIALS,
            Severity.WARNING,
            "keys-never-used",
            f"static keys stand beside its {facts.settings}, which win: the keys are never used",
            Remedy("remove the keys, or move them to a profile of their own"),
            keys=(KEY_ID,),
        )
    for other in FACTS.values():
        key = other.setting
        if key and key in examined.config and facts is not other:
            yield Finding(
                Check.CREDENTIALS,
                Severity.WARNING,
                "setting-never-used",
                f"{key} is never asked: the profile's {facts.settings} come first",
                Remedy(f"remove {key}, or what comes before it"),
                keys=(key,),
            )


def _own_source(examined: Case) -> bool:
    """Whether the role has its own static keys as its source: then they are used."""
    return text_of(examined.config, "source_profile") == examined.name


def _listed(words: list[str]) -> str:
    return " and ".join(words) + (" stands" if len(words) == 1 else " stand")


def check_environment(examined: Case) -> Iterator[Finding]:
    """Whether the environment's credentials win over this profile."""
    held = examined.context.snapshot.environment
    if held is None or held.leads_to or (held.profile or "default") != examined.name:
        return
    yield Finding(
        Check.ENVIRONMENT,
        Severity.WARNING,
        "environment-wins",
        "the environment's credentials win over this profile, unless --profile names it",
        Remedy(act=Act.UNSET),
        held.variables,
    )


def check_variables(
    environ: Mapping[str, str], snapshot: Snapshot, now: float
) -> Iterator[Finding]:
    """What the AWS variables of the environment change for every profile."""
    held = snapshot.environment
    if held is not None:
        for problem in held.problems:
            yield of_problem(Check.ENVIRONMENT, problem)
        if held.expires_at is not None and now >= held.expires_at:
            yield Finding(
                Check.ENVIRONMENT,
                Severity.CAUSE,
                "environment-expired",
                "the environment's session has expired, and still wins wherever --profile is "
                "not given",
                Remedy(act=Act.UNSET),
                (held.expiry_variable, moment(held.expires_at)),
            )
    yield from _container(environ, snapshot)
    first, second = (environ.get(name, "") for name in environment.SELECTION)
    if first and second and first != second:
        yield Finding(
            Check.ENVIRONMENT,
            Severity.WARNING,
            "selection-differs",
            f'AWS CLI v2 takes AWS_PROFILE "{first}"; v1 and boto3 take AWS_DEFAULT_PROFILE '
            f'"{second}"',
            Remedy("unset AWS_DEFAULT_PROFILE"),
            environment.SELECTION,
        )
    for name, selected in zip(environment.SELECTION, (first, second), strict=True):
        # A variable that is set and empty selects a profile with an empty name; there is none.
        if name in environ and snapshot.status(selected) is None:
            passage = snapshot.instead_of(selected)
            yield Finding(
                Check.ENVIRONMENT,
                Severity.CAUSE,
                "selection-missing",
                f'{name} names "{selected}", and there is no such profile',
                passage.remedy if passage else Remedy(f"unset {name}, or correct it"),
                (name, passage.message) if passage else (name,),
            )


def _container(environ: Mapping[str, str], snapshot: Snapshot) -> Iterator[Finding]:
    """Whom the container variables lead to, and whether anything comes before that."""
    if not any(name in environ for name in environment.CONTAINER):
        return
    from awsttl.core.profiles.container_lead import FULL_URI, RELATIVE_URI, lead

    found = lead(environ)
    if found is None:
        return
    if RELATIVE_URI in environ and FULL_URI in environ:
        yield Finding(
            Check.ENVIRONMENT,
            Severity.WARNING,
            "container-twice",
            f"{RELATIVE_URI} wins over {FULL_URI}, which nobody asks",
            Remedy(f"unset the one that is not meant, {RELATIVE_URI} most likely"),
            environment.CONTAINER,
        )
    name = environment.selected(environ)
    status = snapshot.status("default" if name is None else name)
    held = snapshot.environment
    if held is not None and not held.leads_to:
        before = "the environment has keys, which win"
    elif status is not None and FACTS[status.profile.kind].methods:
        before = f"the profile {status.name} has credentials, which win"
    else:
        text = f"{found.variable} leads to {found.words}: it gives the credentials"
        yield Finding(Check.ENVIRONMENT, Severity.NOTE, "container-leads", text, NOTHING_TO_DO)
        return
    yield Finding(
        Check.ENVIRONMENT,
        Severity.WARNING,
        "container-beaten",
        f"{found.variable} leads to {found.words}, but {before}",
        Remedy(act=Act.UNSET),
        (found.variable,),
    )
