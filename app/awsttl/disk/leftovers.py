"""Removes what killed processes left, wherever awsttl writes."""

from __future__ import annotations

import os

from awsttl.disk import handed_over, own_folders, whole_files
from awsttl.disk.locations import Locations


def sweep(locations: Locations, settings: str) -> None:
    """Sweep every folder in which awsttl writes. Never raises.

    *settings* is the path of the settings file. A file that is a link is written behind it, in
    another folder.
    """
    files = (locations.config, locations.credentials, settings)
    behind = map(os.path.realpath, files)
    folders = (*locations.folders, *map(os.path.dirname, (*behind, settings)))
    for folder in dict.fromkeys((*folders, own_folders.state_folder())):
        whole_files.sweep(folder)
    handed_over.sweep()
