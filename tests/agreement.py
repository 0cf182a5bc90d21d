"""What every table test asks of a row: it is derived, with steps, and agrees with the independent NumPy function."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from derive import Derivation, derive
from tests.tables import numeric, reading
from tests.tables.row import Row

__all__ = ["agrees", "assert_derived", "derivation"]

SEEDS = (1, 2, 3)
LAYOUTS = {"gradient": "numerator", "numerator": "numerator-strict", "denominator": "denominator"}


def derivation(row: Row) -> Derivation:
    """The engine's derivation of a row."""
    return derive(reading.function(row), reading.variable(row), order=row.order, layout=LAYOUTS[row.layout])


def assert_derived(row: Row) -> None:
    """The row is derived with steps, and agrees at random instances of distinct sizes."""
    d = derivation(row)
    assert d.steps, "no steps"
    assert d.is_tensor or d.result.shape == d.shape, "no closed form"
    assert not [f"{step.rule}: {step.check}" for step in d.steps if not step.check]
    assert d.check(), d.check().message
    for seed in SEEDS:
        error, seen = agrees(row, d, seed)
        assert error < tolerance(row), f"seed {seed}: {d.result} is off by {error:.3g} of its size\n{seen}"


def tolerance(row: Row) -> float:
    """Relative precision of the numerical derivative: the complex step is exact to round-off."""
    return 1e-9 if row.analytic and row.kind != "hessian" else 1e-5


def agrees(row: Row, d: Derivation, seed: int) -> tuple[float, Any]:
    """The largest error relative to the derivative's size, and the values it was seen at."""
    values, sizes = numeric.instance(row, seed)
    wanted = numerical(row, {**sizes, **values})
    got = np.asarray((d.tensor if d.is_tensor else d.evaluate)(values), dtype=float)
    assert np.squeeze(got).shape == np.squeeze(wanted).shape, f"shape {got.shape}, wanted {wanted.shape}"
    error = np.max(np.abs(np.squeeze(got) - np.squeeze(wanted))) / (1 + np.max(np.abs(wanted)))
    return float(error), values


def numerical(row: Row, scope: numeric.Instance) -> NDArray[Any]:
    """The derivative by complex step, as `evaluate` shapes it: y's shape, then x's reversed, for four indices."""
    if row.kind in ("vec", "differential"):
        t = numeric.tensor(row, scope)
        scalar = t.shape[:2] == (1, 1)
        return numeric.project(t[0, 0], row.declarations[row.wrt]) if scalar else np.transpose(t, (0, 1, 3, 2))
    return numeric.derivative(row, scope)
