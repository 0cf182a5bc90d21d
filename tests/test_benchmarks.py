"""The measurements measure what they say: their expressions are derived right, and a missed bound is shown."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from benchmarks import growth
from benchmarks.sympy_ratio import problem, sympy_is_right
from benchmarks.timing import Figure
from derive import Node, derive
from derive.numeric import evaluate
from tests.tables import spellings


@pytest.mark.parametrize("make", [growth.layers, growth.sharing, growth.residual, growth.woven, growth.occurrences])
def test_what_is_timed_is_right(make: Callable[[int], tuple[Node, Node]], rng: np.random.Generator) -> None:
    f, x = make(3)
    values = {s: 0.5 * rng.normal(size=[3 if k != 1 else 1 for k in s.shape]) for s in f.free_symbols}
    direction, h = rng.normal(size=values[x].shape), 1e-5
    above, below = (evaluate(f, {**values, x: values[x] + step * direction}) for step in (h, -h))
    slope = np.sum(derive(f, x).evaluate(values) * direction)
    np.testing.assert_allclose(slope, (above - below).item() / (2 * h), rtol=1e-6, atol=1e-7)


def test_a_thousand_layers_are_differentiated() -> None:
    f, x = growth.layers(1000)
    assert x.shape == derive(f, x).result.shape


def test_the_names_are_new_at_each_call() -> None:
    row = spellings.ROWS[0]
    assert sympy_is_right(row)
    assert problem(row, "_1")[1] != problem(row, "_2")[1]


def test_a_missed_bound_is_shown() -> None:
    missed, held = Figure("ratio", 50, 100, at_least=True), Figure("growth", 1.0, 1.15)
    assert "MISSED" in str(missed)
    assert not missed.holds
    assert held.holds
