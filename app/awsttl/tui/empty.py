"""What a home without profiles shows: what to do next."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

from awsttl.disk.locations import Locations, shown


class EmptyHome(Static):
    """Instead of a blank table."""

    def __init__(self, locations: Locations) -> None:
        text = Text(justify="left")
        text.append("No profiles yet.\n\n", "bold")
        text.append("awsttl shows what is in\n", "dim")
        text.append(f"  {shown(locations.config)}\n  {shown(locations.credentials)}\n\n")
        text.append("To begin, in another pane:\n", "dim")
        text.append("  aws configure sso        ", "bold")
        text.append("sign in through a browser\n", "dim")
        text.append("  aws configure            ", "bold")
        text.append("keys of an IAM user\n", "dim")
        text.append("  awsttl demo              ", "bold")
        text.append("a sandbox to play with\n\n", "dim")
        text.append("This screen follows the files: profiles show up by themselves.", "dim")
        super().__init__(text, id="empty")
