"""The Matrix Cookbook's first-derivative identities are derived, with steps, and agree with NumPy."""

from __future__ import annotations

import pytest

from tests.agreement import assert_derived
from tests.tables import cookbook
from tests.tables.row import Row

FIRST = [row for row in cookbook.ROWS if row.kind in ("derivative", "differential")]


@pytest.mark.parametrize("row", FIRST, ids=lambda row: row.name)
def test_identity_is_derived(row: Row) -> None:
    assert_derived(row)


def test_every_number_is_listed_or_its_absence_explained() -> None:
    listed = {int(row.name.split()[0]) for row in cookbook.ROWS}
    assert set(range(33, 144)) - listed == set(cookbook.SKIPPED)
