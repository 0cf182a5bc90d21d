"""Random plain SymPy, built together with its value: what the door reads has the value that was meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy
from numpy.typing import NDArray
from sympy import (
    DiagMatrix,
    HadamardProduct,
    Identity,
    MatrixSymbol,
    OneMatrix,
    Sum,
    Symbol,
    Trace,
    cos,
    exp,
    sin,
    tanh,
)
from sympy.matrices.expressions.diagonal import DiagonalOf

from derive.numeric import evaluate
from derive.sympy_door import convert

Array = NDArray[Any]
Pair = tuple[Any, Any]
"""A SymPy expression and its value; for a formula in indices, its values over all of them."""

FUNCTIONS: list[tuple[Callable[[Any], Any], Callable[[Any], Any]]] = [
    (sin, np.sin), (cos, np.cos), (tanh, np.tanh), (lambda z: exp(z / 4), lambda z: np.exp(z / 4)),
    (lambda z: z**2, lambda z: z * z), (lambda z: 1 / (1 + z**2), lambda z: 1 / (1 + z * z)),
    (lambda z: z**2 - z / 2, lambda z: z * z - z / 2), (sympy.Abs, np.abs),
    (lambda z: sympy.Max(z, 0), lambda z: np.maximum(z, 0)),
]  # fmt: skip


class Builder:
    """Builds expressions of n x n matrices, n-vectors, scalars and formulas in indices."""

    def __init__(self, seed: int, size: int | None) -> None:
        self.rng = np.random.default_rng(seed)
        self.count = 3
        self.n: Any = size if size is not None else Symbol("n", integer=True, positive=True)
        if size is not None:
            self.count = size
        self.values = {name: self.rng.normal(size=(self.count, self.count)) for name in "AB"}
        self.values |= {name: self.rng.normal(size=(self.count, 1)) for name in "xyz"}
        self.bound = 0

    def choose(self, *makers: Callable[[int], Pair]) -> Callable[[int], Pair]:
        return makers[self.rng.integers(len(makers))]

    def function(self) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
        return FUNCTIONS[self.rng.integers(len(FUNCTIONS))]

    # --- leaves ---
    def square(self) -> Pair:
        name = str(self.rng.choice(["A", "B"]))
        return MatrixSymbol(name, self.n, self.n), self.values[name]

    def column(self) -> Pair:
        name = str(self.rng.choice(["x", "y", "z"]))
        return MatrixSymbol(name, self.n, 1), self.values[name]

    # --- matrices ---
    def matrix(self, depth: int) -> Pair:
        if depth == 0:
            return self.square()
        kind = self.rng.integers(8)
        p, pv = self.matrix(depth - 1)
        f, fv = self.function()
        if kind == 0:
            return p.T, pv.T
        if kind == 1:
            return p.applyfunc(f), fv(pv)
        if kind == 2:
            v, vv = self.vector(depth - 1)
            return DiagMatrix(v) * p, vv * pv
        if kind == 3:
            (v, vv), (w, wv) = self.vector(depth - 1), self.vector(depth - 1)
            return v * w.T + p, vv @ wv.T + pv
        if kind == 4:
            s, sv = self.scalar(depth - 1)
            return s * p + Identity(self.n), sv * pv + np.eye(self.count)
        q, qv = self.matrix(depth - 1)
        if kind == 5:
            return p + 2 * q, pv + 2 * qv
        return (p * q, pv @ qv) if kind == 6 else (HadamardProduct(p, q), pv * qv)

    def vector(self, depth: int) -> Pair:
        if depth == 0:
            return self.column()
        kind = self.rng.integers(6)
        v, vv = self.vector(depth - 1)
        f, fv = self.function()
        if kind == 0:
            return v.applyfunc(f), fv(vv)
        if kind == 1:
            s, sv = self.scalar(depth - 1)
            return s * v, sv * vv
        if kind == 2:
            w, wv = self.vector(depth - 1)
            return v - w / 2, vv - wv / 2
        if kind == 3:
            w, wv = self.vector(depth - 1)
            return HadamardProduct(v, w), vv * wv
        p, pv = self.matrix(depth - 1)
        return (p * v, pv @ vv) if kind == 4 else (DiagonalOf(p), np.diag(pv)[:, None])

    def scalar(self, depth: int) -> Pair:
        if depth == 0:
            return sympy.Rational(3, 2), 1.5
        kind = self.rng.integers(8)
        if kind == 0:
            (v, vv), (w, wv) = self.vector(depth - 1), self.vector(depth - 1)
            return (v.T * w)[0, 0], (vv.T @ wv)[0, 0]
        if kind == 1:
            (v, vv), (p, pv) = self.vector(depth - 1), self.matrix(depth - 1)
            return (v.T * p * v)[0, 0], (vv.T @ pv @ vv)[0, 0]
        if kind == 2:
            p, pv = self.matrix(depth - 1)
            return Trace(p), np.trace(pv)
        if kind == 3:
            p, pv = self.matrix(depth - 1)
            return (OneMatrix(1, self.n) * p * OneMatrix(self.n, 1))[0, 0], np.sum(pv)
        if kind == 4:
            p, pv = self.matrix(depth - 1)
            return p[0, 1], pv[0, 1]
        if kind == 5:
            return self.total(depth)
        (s, sv), (r, rv) = self.scalar(depth - 1), self.scalar(depth - 1)
        f, fv = self.function()
        return (f(s) + r, fv(sv) + rv) if kind == 6 else (s * r, sv * rv)

    # --- formulas in indices ---
    def index(self) -> Any:
        self.bound += 1
        return Symbol(f"i{self.bound}", integer=True)

    def over(self, body: Any, *indices: Any) -> Any:
        return Sum(body, *((i, 0, self.n - 1) for i in indices))

    def total(self, depth: int) -> Pair:
        i, j = self.index(), self.index()
        if self.rng.integers(2):
            e, ev = self.entry(depth, i)
            return self.over(e, i), np.sum(ev)
        (e, ev), (g, gv), (p, pv) = self.entry(depth - 1, i), self.entry(depth - 1, j), self.element(i, j)
        f, fv = self.function()
        if self.rng.integers(2):
            return self.over(e * p * g, i, j), np.sum(ev[:, None] * pv * gv)
        return self.over(f(e - g) * p, i, j), np.sum(fv(ev[:, None] - gv) * pv)

    def element(self, i: Any, j: Any) -> Pair:
        p, pv = self.square()
        return (p[i, j], pv) if self.rng.integers(2) else (p[j, i], pv.T)

    def entry(self, depth: int, i: Any) -> Pair:
        """A formula in the index i and its values over i."""
        if depth <= 0:
            v, vv = self.column()
            return v[i, 0], vv[:, 0]
        kind = self.rng.integers(5)
        e, ev = self.entry(depth - 1, i)
        f, fv = self.function()
        if kind == 0:
            return f(e), fv(ev)
        if kind == 1:
            j = self.index()
            (g, gv), (p, pv) = self.entry(depth - 1, j), self.element(i, j)
            return self.over(p * g, j), pv @ gv
        if kind == 2:
            v, vv = self.vector(depth - 1)
            return (v + v)[i, 0] / 2 * e, vv[:, 0] * ev
        g, gv = self.entry(depth - 1, i)
        return (e * g, ev * gv) if kind == 3 else (e - g / 2 + 1, ev - gv / 2 + 1)


@pytest.mark.parametrize("size", [None, 3], ids=["symbolic size", "integer size"])
@pytest.mark.parametrize("kind", ["matrix", "vector", "scalar", "total"])
def test_what_is_read_has_the_value_that_was_meant(kind: str, size: int | None) -> None:
    for seed in range(25):
        check(seed, kind, size)


def check(seed: int, kind: str, size: int | None, depth: int = 3) -> None:
    """Build, read, evaluate, compare."""
    b = Builder(seed, size)
    plain, wanted = getattr(b, kind)(depth)
    got = evaluate(convert(plain), b.values, sizes={"n": b.count})
    scale = 1 + np.max(np.abs(wanted))
    np.testing.assert_allclose(
        np.squeeze(got) / scale, np.squeeze(wanted) / scale, atol=1e-9, err_msg=f"seed {seed}: {plain}"
    )
