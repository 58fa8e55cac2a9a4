"""What is made when the package is built: the manual page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ManPageHook(BuildHookInterface):  # type: ignore[type-arg]  # (hatchling's base is generic over its builder)
    """Writes ``awsttl.1`` and has it installed where man(1) looks, below the prefix."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 (the base's)
        """Before the files of the wheel are gathered."""
        sys.path.insert(0, str(Path(self.root) / "app"))
        from awsttl.commands import grammar, man_page

        path = Path(self.directory) / "awsttl.1"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(man_page.page(grammar.read()), encoding="utf-8")
        build_data["shared_data"][str(path)] = "share/man/man1/awsttl.1"
