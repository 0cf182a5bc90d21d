"""The identities of Wikipedia's Matrix calculus are derived in the layout of their column."""

from __future__ import annotations

import pytest

from tests.agreement import assert_derived
from tests.tables import wikipedia
from tests.tables.row import Row

FIRST = [row for row in wikipedia.ROWS if row.kind != "hessian"]


@pytest.mark.parametrize("row", FIRST, ids=lambda row: row.name)
def test_identity_is_derived(row: Row) -> None:
    assert_derived(row)
