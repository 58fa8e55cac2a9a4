"""Fails when the documents no longer say what the program does. Part of ``make check``."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from awsttl import __version__
from awsttl.tui.actions import ACTIONS

ROOT = Path(__file__).parent.parent


def keys_table() -> str:
    """The README's table of keys, from the actions."""
    lines = ["| key | what it does |", "|---|---|"]
    lines += [f"| `{action.key}` | {action.description} |" for action in ACTIONS]
    return "\n".join(lines)


def faults() -> list[str]:
    """What is out of step, a line each."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    found = []
    if keys_table() not in readme:
        found.append(f"README.md: the table of keys should be\n{keys_table()}")
    if f"## {__version__}" not in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"):
        found.append(f"CHANGELOG.md: has no section for {__version__}")
    found.extend(
        f"{name}: points to {path}, which is not there"
        for name, text in (("README.md", readme), ("CONTRIBUTING.md", contributing))
        for path in re.findall(r"\]\(((?!https?:|#)[^)#]+)", text)
        if not (ROOT / path).exists()
    )
    package = ROOT / "app" / "awsttl"
    found.extend(
        f"CONTRIBUTING.md: the rooms lack {path.parent.relative_to(package)}/"
        for path in sorted(package.rglob("__init__.py"))
        if path.parent.parent.name != "features"
        and path.parent != package
        and f"  {path.parent.name}/ " not in contributing
    )
    roots = (ROOT, package, ROOT / "tests")
    found.extend(
        f"{name}: names {path}, which is not there"
        for name, text in (("README.md", readme), ("CONTRIBUTING.md", contributing))
        for path in re.findall(r"`((?:[a-z_]+/)+[a-z_]+(?:\.(?:py|tcss))?/?)`", text)
        if not any((root / path).exists() for root in roots)
    )
    targets = re.findall(r"^([a-z0-9-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    found.extend(
        f"Makefile: {target} is missing, and the documents name it"
        for target in re.findall(r"`make ([a-z0-9-]+)`", readme + contributing)
        if target not in targets
    )
    return found


if __name__ == "__main__":
    problems = faults()
    sys.stderr.write("".join(f"{problem}\n" for problem in problems))
    sys.exit(bool(problems))
