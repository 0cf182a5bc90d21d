"""docs/identities.md is what the tables and the engine say now."""

from __future__ import annotations

from tests.tables.document import PAGE, document


def test_page_is_current() -> None:
    assert document() == PAGE.read_text(encoding="utf-8"), "run: python -m tests.tables.document"
