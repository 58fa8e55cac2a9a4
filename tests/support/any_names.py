"""Names of profiles as hypothesis draws them.

Not in ``odd.py``: dashboards that tests start as programs need that, and hypothesis is a quarter
of their start.
"""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st

from support.odd import ODD_NAMES

names: Final = st.one_of(
    st.sampled_from(ODD_NAMES),
    st.text(
        # What fits on one line of an ini file; blanks at the ends cannot be referred to.
        st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")),
        min_size=1,
        max_size=12,
    ).filter(lambda name: name.strip() == name),
)
"""Any name that a profile can have."""
