"""Cache files that are no profile's, or that nobody can read: their rows, and in which words."""

from __future__ import annotations

from pathlib import Path

from awsttl.core.model import Snapshot
from awsttl.core.view import details, rows
from awsttl.core.view.arrangement import arrange
from awsttl.core.view.ranking import View
from support.home import START_URL, Home, role_file, token_file
from support.looking import look
from support.odd import config_text
from support.renewing import BASE, LEGACY, role

NOW = 1_795_208_400.0
HOUR = 3600.0
NOBODY = "0" * 40 + ".json"
DAMAGE = '{"Credentials": {'


def _damage(folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(DAMAGE)


def _rows(seen: Snapshot, filter_: str = "") -> list[tuple[str, str]]:
    items = arrange(seen, View(filter=filter_), NOW).items
    return [(row.name, row.word) for row in (rows.row(item, NOW) for item in items)]


class TestCorrupt:
    def test_a_file_of_a_profile_has_that_profiles_row_and_no_other(self, home: Home) -> None:
        home.config(config_text({"dev": role(), "base": BASE}))
        _damage(home.cli_folder, role_file(role()))
        assert _rows(look(home)) == [("dev", "broken"), ("base", "long-term")]

    def test_that_row_is_found_by_what_is_wrong_with_the_file(self, home: Home) -> None:
        home.config(config_text({"dev": role(), "base": BASE}))
        _damage(home.cli_folder, role_file(role()))
        assert _rows(look(home), "corrupt") == [("dev", "broken")]

    def test_all_profiles_that_share_the_file_say_so(self, home: Home) -> None:
        home.config(config_text({"a": role(), "b": role(), "base": BASE}))
        _damage(home.cli_folder, role_file(role()))
        assert _rows(look(home), "corrupt") == [("a", "broken"), ("b", "broken")]

    def test_a_file_of_nobody_has_a_row_of_its_own(self, home: Home) -> None:
        home.config(config_text({"base": BASE}))
        _damage(home.cli_folder, NOBODY)
        seen = look(home)
        assert _rows(seen) == [("base", "long-term"), ("00000000…json", "corrupt")]
        arrangement = arrange(seen, View(), NOW)
        assert (arrangement.orphans, arrangement.corrupt) == (0, 1)

    def test_a_token_is_told_by_the_rows_of_all_that_need_it(self, home: Home) -> None:
        home.config(config_text({"sso": LEGACY, "behind": role("sso")}))
        _damage(home.sso_folder, token_file(START_URL))
        assert _rows(look(home), "corrupt") == [("behind", "broken"), ("sso", "broken")]

    def test_a_token_has_a_row_of_its_own_while_nobody_needs_it(self, home: Home) -> None:
        home.config(config_text({"sso": LEGACY}))
        home.cli_cache(LEGACY, expires_at=NOW + 3600)
        name = token_file(START_URL)
        _damage(home.sso_folder, name)
        assert _rows(look(home)) == [("sso", "valid"), (f"{name[:8]}…json", "corrupt")]

    def test_the_json_list_still_names_each_such_file(self, home: Home) -> None:
        home.config(config_text({"dev": role(), "base": BASE}))
        _damage(home.cli_folder, role_file(role()))
        assert [orphan.entry.name for orphan in look(home).orphans] == [role_file(role())]

    def test_its_row_and_its_details_say_corrupt_once(self, home: Home) -> None:
        _damage(home.cli_folder, NOBODY)
        orphan = look(home).orphans[0]
        row, page = rows.row(orphan, NOW), details.page(orphan, NOW, str)
        assert row.note == "not JSON: half-written or damaged"
        assert (page.glyph, page.state) == (row.glyph, row.word) == ("✗", "corrupt")
        assert page.lines[0].text == "corrupt: not JSON: half-written or damaged"

    def test_the_details_promise_no_clearing_of_what_nobody_recognises(self, home: Home) -> None:
        _damage(home.cli_folder, NOBODY)
        told = [line.text for line in details.page(look(home).orphans[0], NOW, str).lines]
        assert "clear it" not in told
        assert told[-1].startswith("awsttl leaves it alone")


class TestOfNoProfile:
    def test_has_a_source_that_fits_and_the_sentence_in_the_details(self, home: Home) -> None:
        home.cli_cache(role(), expires_at=NOW + HOUR)
        orphan = look(home).orphans[0]
        assert rows.row(orphan, NOW).source == "no profile"
        told = [line.text for line in details.page(orphan, NOW, str).lines]
        assert "no profile in config or credentials leads to this entry" in told
        assert told[-1] == "clear it"

    def test_has_one_glyph_in_the_table_and_in_the_details_alive_and_ended(
        self, home: Home
    ) -> None:
        home.cli_cache(role(), expires_at=NOW)
        orphan = look(home).orphans[0]
        for now, glyph in ((NOW - 1, "●"), (NOW, "○")):
            row, page = rows.row(orphan, now), details.page(orphan, now, str)
            assert (page.glyph, page.state) == (row.glyph, row.word) == (glyph, "orphan")
