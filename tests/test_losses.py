"""The losses that people write are derived, with steps, and agree with NumPy."""

from __future__ import annotations

import pytest

from tests.agreement import assert_derived
from tests.tables import losses
from tests.tables.row import Row


@pytest.mark.parametrize("row", losses.ROWS, ids=lambda row: row.name)
def test_gradient_is_derived(row: Row) -> None:
    assert_derived(row)
