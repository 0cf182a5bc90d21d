"""Forward and reverse accumulation: both tables are run by hand on numbers, and the counts of simple products."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy

from derive import (
    Node,
    accumulation,
    exp,
    inv,
    logdet,
    logsumexp,
    matrix,
    norm,
    sigmoid,
    softmax,
    sum,
    tanh,
    tr,
    vector,
)
from derive.draw import draw_instances
from derive.modes import Accumulation, bar
from derive.numeric import evaluate
from derive.oracle import numerical_jacobian
from derive.rule import tangent

A, W, U = matrix("A", "m", "n"), matrix("W", "m", "n"), matrix("U", "k", "m")
x, b, y, S = vector("x", "n"), vector("b", "m"), vector("y", "k"), matrix("S", "n", "n")
X = matrix("X", "n", "n")

FUNCTIONS = [
    (norm(A * x - b) ** 2, x), (x.T * S * x, x), (norm(U * tanh(W * x + b) - y) ** 2, x), (softmax(W * x), x),
    (W * x, x), (sigmoid(W * x), x), (logsumexp(A * x), x), (logdet(X.T * X), X), (tr(inv(X) * S), X),
    (sum(exp(X * x)), X),
    (norm(X * x - x) ** 2 + tr(X), X),
]  # fmt: skip


@pytest.mark.parametrize(("f", "v"), FUNCTIONS, ids=[f"{f} by {v}" for f, v in FUNCTIONS])
def test_both_tables_compute_the_derivative(f: Node, v: Node) -> None:
    both = accumulation(f, v)
    for instance in draw_instances([f], 2):
        whole = numerical_jacobian(f, v, instance)
        d = np.random.default_rng(0).standard_normal(whole.shape[2:])
        u = np.random.default_rng(1).standard_normal(whole.shape[:2])
        forward = _forward(both, {**instance.values, tangent(v): d}, instance.sizes)
        np.testing.assert_allclose(forward, np.einsum("ijkl,kl->ij", whole, d), rtol=1e-9, atol=1e-9)
        reverse = _reverse(both, dict(instance.values), u, instance.sizes)
        np.testing.assert_allclose(reverse, np.einsum("ijkl,ij->kl", whole, u), rtol=1e-9, atol=1e-9)


def _forward(both: Accumulation, values: dict[Any, Any], sizes: dict[str, int]) -> Any:
    for line in both.lines:
        values[line.name] = evaluate(line.value, values, sizes)
        values[tangent(line.name)] = evaluate(line.tangent, values, sizes)
    return values[tangent(both.lines[-1].name)]


def _reverse(both: Accumulation, values: dict[Any, Any], seed: Any, sizes: dict[str, int]) -> Any:
    for line in both.lines:
        values[line.name] = evaluate(line.value, values, sizes)
    values[bar(both.lines[-1].name)] = seed
    for line in reversed(both.lines):
        for argument, contribution in line.contributions:
            values[bar(argument)] = values.get(bar(argument), 0) + evaluate(contribution, values, sizes)
    return values[bar(both.wrt)]


def test_counts_of_a_matrix_vector_product() -> None:
    m, n = (sympy.Symbol(s, integer=True, positive=True) for s in "mn")
    both = accumulation(A * x, x)
    assert sympy.expand(2 * m * n - m) == both.primal  # m inner products of n multiplications and n - 1 additions
    assert sympy.expand(2 * (2 * m * n - m)) == both.forward.operations
    assert sympy.expand(2 * m * n - m + 2 * m * n - n) == both.reverse.operations
    assert (n, m) == (both.forward.runs, both.reverse.runs)
    numbers = {"operations": 20, "runs": 3, "total": 60, "memory": 10}  # two runs over A x; x and A x with tangents
    assert numbers == both.counts({"m": 2, "n": 3})["forward"]


def test_a_scalar_loss_is_for_reverse_mode() -> None:
    assert "reverse" == accumulation(norm(U * tanh(W * x + b) - y) ** 2, x).better


def test_reverse_mode_holds_every_value() -> None:
    both = accumulation(norm(A * x - b) ** 2, x)
    assert "2*m + n + 1" == str(both.reverse.memory)


def test_table_reads_from_left_to_right() -> None:
    first = accumulation(norm(A * x - b) ** 2, x).text().splitlines()[1]
    assert ["v₁ = Ax", "dv₁ = A dx", "x̄ += Aᵀv̄₁"] == [c.strip() for c in first.split("   ") if c.strip()]


def test_picture_has_a_node_for_every_value() -> None:
    pytest.importorskip("matplotlib")
    both = accumulation(norm(A * x - b) ** 2, x)
    figure = both.picture()
    figure.canvas.draw()
    texts = {t.get_text() for t in figure.axes[0].texts}
    assert {"$v_{1}$", "$v_{2}$", "$v_{3}$", "$x$"} <= texts
