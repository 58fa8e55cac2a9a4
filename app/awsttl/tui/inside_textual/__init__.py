"""Everything that leans on Textual's private parts, in one room.

Textual is pinned in pyproject.toml for its sake.
"""
