"""Which files lean on private parts of a library: what it may change in any release without a word.

They are few, and named here. A private part that goes away is missed there and nowhere else, and
nobody uses one without a thought: one more file is one more line here.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

import awsttl

PACKAGE: Final = Path(awsttl.__file__).parent

LEANING: Final = {
    "textual": (
        "tui",
        [f"tui/inside_textual/{name}.py" for name in ("app", "drawing", "driver", "terminal")],
    ),
    "botocore": ("aws", ["aws/credential_process.py", "aws/login_session.py", "aws/providers.py"]),
}
"""Library → the folder that may import it, and the files of it that lean on private parts."""

NAMED_TUPLES: Final = ("_replace", "_fields", "_asdict")
"""Public in spite of their names."""


@pytest.mark.parametrize("library", LEANING)
def test_only_these_files_lean_on_private_parts_of(library: str) -> None:
    folder, expected = LEANING[library]
    found = [
        (str(path.relative_to(PACKAGE)), name)
        for path in sorted((PACKAGE / folder).rglob("*.py"))
        for name in sorted({*used(path, library), *inherited(path, library)})
    ]
    others = [each for each in found if each[0] not in expected]
    assert others == []
    assert sorted({file for file, _ in found}) == expected, "a line here is no longer needed"


def used(path: Path, library: str) -> Iterator[str]:
    """Private parts that are imported, or asked of another object than ``self``."""
    for node in ast.walk(tree(path)):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == library:
            names = [*str(node.module).split("."), *(alias.name for alias in node.names)]
        elif isinstance(node, ast.Import):
            modules = [alias.name.split(".") for alias in node.names]
            names = [name for parts in modules if parts[0] == library for name in parts]
        elif isinstance(node, ast.Attribute) and not is_own(node):
            names = [node.attr] if node.attr not in NAMED_TUPLES else []
        yield from filter(is_private, names)


def inherited(path: Path, library: str) -> Iterator[str]:
    """Private parts of the library's classes that a class derived from them defines or uses."""
    for node in tree(path).body:
        if not isinstance(node, ast.ClassDef):
            continue
        mro = getattr(importlib.import_module(module_name(path)), node.name).__mro__
        bases = [base for base in mro if base.__module__.split(".")[0] == library]
        theirs = frozenset[str]().union(*map(private_parts, bases))
        yield from filter(theirs.__contains__, own_names(node))


# -------------------------------------------------------------------- reading source


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def is_own(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")


def defined(scope: ast.AST) -> Iterator[str]:
    """The names that a class or a module defines, and that are set on any object in it."""
    for node in ast.walk(scope):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        if isinstance(node, ast.ClassDef | ast.Module):
            # What a function has in variables of its own is nobody else's.
            lines = (line for line in node.body if isinstance(line, ast.Assign | ast.AnnAssign))
            targets = (each for line in lines for each in ast.walk(line))
            yield from (each.id for each in targets if isinstance(each, ast.Name))
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


def own_names(node: ast.ClassDef) -> set[str]:
    """What a class defines, and what it uses of itself."""
    own = (each for each in ast.walk(node) if isinstance(each, ast.Attribute) and is_own(each))
    return {*defined(node), *(each.attr for each in own)}


@cache
def private_parts(base: type) -> frozenset[str]:
    """The private names of one class: what it defines, and what it has of itself."""
    (node,) = ast.parse(textwrap.dedent(inspect.getsource(base))).body
    assert isinstance(node, ast.ClassDef)
    return frozenset(filter(is_private, {*vars(base), *own_names(node)}))
