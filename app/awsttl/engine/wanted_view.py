"""What a person wants to see: what keys have asked for, and what the settings say."""

from __future__ import annotations

from awsttl.core.settings import ColumnSet, Settings
from awsttl.core.view.ranking import View


class WantedView:
    """Order, filter and columns are a pane's own; the rest is the settings', for all panes."""

    def __init__(self) -> None:
        self.asked: View | None = None
        """What the person asked to see; ``None`` until a key says so."""
        self.waited_for: frozenset[str] = frozenset()
        """The profiles of which shells ask for a session in vain: they need somebody, as kept ones
        do."""
        self._column_set: ColumnSet | None = None
        """The set of columns that the settings named at start."""

    def of(self, settings: Settings) -> View:
        """The view that these settings give."""
        if self.asked is None:
            # The settings give the order at start; after that only keys change it.
            self.asked = View(sort=settings.sort)
        return self.asked._replace(
            threshold=settings.threshold,
            hidden=settings.hidden,
            keep=settings.keep | self.waited_for if self.waited_for else settings.keep,
            columns=self._columns(settings.columns),
        )

    def _columns(self, chosen: ColumnSet | tuple[str, ...]) -> ColumnSet | tuple[str, ...]:
        """The columns that the settings ask for.

        Columns that somebody has written down are followed, as all settings are. A set is taken at
        start: the key of another dashboard must not change what this one shows.
        """
        if self._column_set is None:
            self._column_set = chosen if isinstance(chosen, ColumnSet) else ColumnSet.ALL
        return self._column_set if isinstance(chosen, ColumnSet) else chosen
