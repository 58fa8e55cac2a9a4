"""The two files themselves: refused, closed to this user, or read otherwise than it looks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from awsttl.core.files import Files, IniFile, Passage
from awsttl.core.remedies import Remedy
from awsttl.core.why.checks.case import Case, of_problem
from awsttl.core.why.findings import Check, Finding, Severity

_VARIABLES: Final = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")


def check_places(environ: Mapping[str, str], files: Files) -> Iterator[Finding]:
    """Variables that name a file which is not there. The AWS CLI goes on as if it were empty."""
    for name, file in zip(_VARIABLES, (files.config, files.credentials), strict=True):
        if name in environ and not file.exists:
            yield Finding(
                Check.FILES,
                Severity.WARNING,
                "file-missing",
                f'{name} names "{environ[name]}", and there is no such file',
                Remedy(f"correct it, or unset {name}"),
                (name,),
            )


def whole_files(files: Files, names: Collection[str], *, are_all: bool) -> Iterator[Finding]:
    """What concerns a file as a whole, or a part of it that is no profile's.

    *names* are the profiles that are examined. Unless these *are all* that there are, a passage
    that has nothing to do with them is only good to know.
    """
    for file in (files.config, files.credentials):
        if file.problem is not None:
            yield of_problem(Check.FILES, file.problem)._replace(severity=Severity.CAUSE)
        for passage in file.misread:
            if passage.profile not in names:
                concerns = are_all or passage.meant[1] in names
                yield _finding(Check.FILES, passage, matters=passage.matters and concerns)


def check_passages(examined: Case) -> Iterator[Finding]:
    """Lines of the profile that are read otherwise than it looks, and lines that are not."""
    for passage in (
        *_misread(examined.context.files.config, examined.name),
        *_misread(examined.context.files.credentials, examined.name),
    ):
        yield _finding(Check.CREDENTIALS, passage, matters=passage.matters)


def _misread(file: IniFile, name: str) -> Iterator[Passage]:
    return (passage for passage in file.misread if passage.profile == name)


def _finding(check: Check, passage: Passage, *, matters: bool) -> Finding:
    return Finding(
        check,
        Severity.WARNING if matters else Severity.NOTE,
        passage.problem.code,
        passage.message,
        Remedy(passage.fix),
        (passage.place,),
    )
