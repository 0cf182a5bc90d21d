"""Rational expressions modulo a large prime: what agrees at random residues is an identity, but for a tiny chance.

Numbers are dual, a + b eps with eps^2 = 0, so that f(X + eps D) = f(X) + eps df: no rounding, and no engine. What is
not rational (exp, norm, an orthogonal matrix) has no exact form: NoRule. Two polynomials of degree d that differ agree
at a point drawn from N with a chance of at most d/N (Schwartz 1980, Zippel 1979); here N is 2^29 for every entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from . import kernels, numeric
from .arrays import Array
from .errors import NoRule
from .instance import Instance, Key, member
from .kernels import Arithmetic
from .nodes import Node
from .properties import Generator, tangent

PRIME = 2**61 - 1
RATIONAL = frozenset(  # properties that residues can have, or that only say where a rational identity is used
    "symmetric skew diagonal toeplitz invertible positive nonnegative nonzero random identity integer".split()
) | {
    "positive definite", "positive semidefinite", "positive determinant", "positive eigenvalues", "full row rank",
    "full column rank", "lower triangular", "upper triangular", "unit interval",
}  # fmt: skip


class Dual:
    """a + b eps modulo the prime. An array of them stands on the left: array * dual."""

    __slots__ = ("a", "b")

    def __init__(self, a: int, b: int = 0) -> None:
        self.a, self.b = a % PRIME, b % PRIME

    def __add__(self, other: Any) -> Dual:
        y = _dual(other)
        return Dual(self.a + y.a, self.b + y.b)

    def __mul__(self, other: Any) -> Dual:
        y = _dual(other)
        return Dual(self.a * y.a, self.a * y.b + self.b * y.a)

    def __neg__(self) -> Dual:
        return Dual(-self.a, -self.b)

    def __sub__(self, other: Any) -> Dual:
        return self + (-_dual(other))

    def __rsub__(self, other: Any) -> Dual:
        return _dual(other) - self

    def inverse(self) -> Dual:
        r = pow(self.a, -1, PRIME)  # ValueError for 0
        return Dual(r, -self.b * r * r)

    def __truediv__(self, other: Any) -> Dual:
        return self * _dual(other).inverse()

    def __rtruediv__(self, other: Any) -> Dual:
        return _dual(other) * self.inverse()

    def __float__(self) -> float:
        return float(self.a)

    __radd__, __rmul__ = __add__, __mul__


def _dual(x: Any) -> Dual:
    if isinstance(x, Dual):
        return x
    if x != int(x):
        raise NoRule(f"{x} has no exact form")
    return Dual(int(x))


_as_duals = np.frompyfunc(_dual, 1, 1)
_value = np.frompyfunc(lambda x: _dual(x).a, 1, 1)
_slope = np.frompyfunc(lambda x: _dual(x).b, 1, 1)


# --- matrices ---------------------------------------------------------------------------------------------------
def _eliminated(m: Array, right: Array) -> tuple[Array, Dual]:
    """M^{-1} right and det M, by Gauss and Jordan; ValueError for a singular M."""
    n = len(m)
    table, det = _as_duals(np.concatenate([m, right], axis=1)), Dual(1)
    for k in range(n):
        pivot = next((i for i in range(k, n) if table[i, k].a), None)
        if pivot is None:
            raise ValueError("singular")
        if pivot != k:
            table[[k, pivot]] = table[[pivot, k]]
            det = -det
        det = det * table[k, k]
        table[k] = table[k] * table[k, k].inverse()
        for i in range(n):
            if i != k:
                table[i] = table[i] - table[k] * table[i, k]
    return table[:, n:], det


def _identity(n: int) -> Array:
    return np.eye(n, dtype=int).astype(object)


def _inverse(m: Array) -> Array:
    return _eliminated(m, _identity(len(m)))[0]


def _det(m: Array) -> Array:
    return np.array([[_eliminated(m, np.empty((len(m), 0), dtype=object))[1]]], dtype=object)


def _integer(k: Array) -> int:
    exponent = _dual(k.flat[0])
    small = exponent.a if exponent.a < PRIME // 2 else exponent.a - PRIME
    if exponent.b or abs(small) > 64:
        raise NoRule("an exponent that is not a small integer has no exact form")
    return small


def _repeated(m: Array, k: int, times: Callable[[Array, Array], Array], one: Array) -> Array:
    product = one
    for _ in range(k):
        product = times(product, m)
    return product


def _matpow(m: Array, k: Array) -> Array:
    n = _integer(k)
    return _repeated(m if n >= 0 else _inverse(m), abs(n), np.matmul, _identity(len(m)))


def _pow(x: Array, k: Array) -> Array:
    n = _integer(k)
    base = x if n >= 0 else 1 / _as_duals(x)
    return _repeated(base, abs(n), np.multiply, np.ones(x.shape, dtype=int).astype(object))


def _pinv(m: Array) -> Array:
    return _inverse(m.T @ m) @ m.T if m.shape[0] >= m.shape[1] else m.T @ _inverse(m @ m.T)


def _constant(value: Any, sizes: Mapping[str, int]) -> Array:
    if not isinstance(value, int | Fraction):
        known = value.subs({s: sizes[s.name] for s in value.free_symbols})
        if not known.is_Rational:
            raise NoRule(f"{value} has no exact form")
        value = Fraction(int(known.p), int(known.q))
    return np.array([[Dual(value.numerator) / Dual(value.denominator)]], dtype=object)


EXACT = Arithmetic(
    {
        "sqnorm": lambda m: np.array([[(m * m).sum()]], dtype=object),
        "det": _det,
        "adjugate": lambda m: _det(m) * _inverse(m),
        "pinv": _pinv,
        "tril": np.tril,
        "triu": np.triu,
        "vech": kernels.FUNCTIONS["vech"],
    },
    {**kernels.KINDS, "matpow": _matpow, "pow": _pow},
    _constant,
)


# --- random residues --------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Point:
    """Random residues for the inputs of some expressions, and the direction in which one of them moves."""

    sizes: Mapping[str, int]
    values: dict[Key, Any]
    wrt: Node
    direction: Array
    member: int = 0  # which one moves, of a family

    def value(self, node: Node, moving: bool) -> Array:
        """The value of an expression; its eps part is the differential where the variable moves."""
        program = numeric.compile(node, arithmetic=EXACT)
        leaves = program.prepare(self.values, self.sizes)[len(program.inputs) :]
        return program.run([self._input(key, moving) for key in program.inputs] + [_leaf(c) for c in leaves])

    def _input(self, key: Key, moving: bool) -> Any:
        value = self.values[key]
        if isinstance(value, list):
            at = self.member if moving and self.wrt.op == "item" and key is self.wrt.param else None
            return [self._lifted(v, k == at) for k, v in enumerate(value)]
        return self._lifted(value, moving and key is self.wrt)

    def _lifted(self, value: Array, moving: bool) -> Array:
        return _as_duals(value) + _as_duals(self.direction) * Dual(0, 1) if moving else _as_duals(value)


def _leaf(cell: Any) -> Any:
    return _as_duals(cell) if isinstance(cell, np.ndarray) else cell


def draw_point(instance: Instance, wrt: Node, rng: Generator) -> Point:
    """Residues for the symbols and families of an instance, with their linear properties; NoRule without them."""
    values = {key: _residues(key, old, rng) for key, old in instance.values.items()}
    at = values[wrt.param][0] if wrt.op == "item" else values[wrt]
    place = member(instance, wrt) if wrt.op == "item" else 0
    return Point(instance.sizes, values, wrt, _random(wrt.properties, at.shape, rng), place)


def _residues(key: Key, old: Any, rng: Generator) -> Any:
    if key.properties - RATIONAL:
        raise NoRule(f"{key.name} has no exact values: it is {', '.join(sorted(key.properties - RATIONAL))}")
    if isinstance(old, list):
        return [_residues(key, v, rng) for v in old]
    return old if key.properties & {"identity", "integer"} else _random(key.properties, old.shape, rng)


def _random(properties: frozenset[str], shape: tuple[int, ...], rng: Generator) -> Array:
    """Multiples of 2520 below 2^40, so that symmetric parts and means over bands are integers and exact as floats."""
    return tangent(properties, np.zeros(shape), 2520.0 * rng.integers(-(2**28), 2**28, shape))


def agrees(
    f: Node, wrt: Node, apply: Callable[[Any, Array], Array], claim: Node, instance: Instance, rng: Generator
) -> bool:
    """Is df = apply(claim, dX), exactly, at random residues of the instance's sizes? NoRule where f is not rational."""
    for _ in range(5):
        point = draw_point(instance, wrt, rng)
        try:
            df = _slope(point.value(f, moving=True))
            claimed = apply(point.value(claim, moving=False), _as_duals(point.direction)[None])
        except ValueError:  # a singular matrix or a division by 0: another point
            continue
        return bool(np.all(df.ravel() == _value(claimed).ravel()))
    raise NoRule("every point drawn was singular")
