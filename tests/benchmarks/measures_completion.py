"""What a shell waits for at each press of Tab: the names of all profiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from . import homes, programs
from .homes import Home
from .measures_start import wall_seconds
from .report import Finding, Group, Settings, Target, median, milliseconds

_NAMES: Final = Target("__complete profiles, 5,000 profiles", 3.0, "×", "python -c pass")
_WARM_UP: Final = 1


def measure_completion(settings: Settings) -> Sequence[Finding]:
    """Beside a Python that does nothing, for most of it is Python's own start."""
    home = Home(settings.scratch / "completion", 5000)
    home.write(homes.usual)
    environ = home.environ()
    rounds = [
        (
            wall_seconds(programs.NAMES, environ, 5000),
            wall_seconds(programs.BARE_PYTHON, environ, 0),
        )
        for _ in range(settings.runs + _WARM_UP)
    ]
    ours, nothing = zip(*rounds[_WARM_UP:], strict=True)
    figures = f"{milliseconds(ours)}; python -c pass {milliseconds(nothing)}"
    return [Finding(_NAMES, median(ours) / median(nothing), figures)]


GROUPS: Final = (Group("completion", (_NAMES,), measure_completion),)
