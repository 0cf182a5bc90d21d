"""Expressions with a hundred digits (mpmath): the same tape on arrays of multiprecision numbers.

Central differences with h = 1e-30 and 100 digits are right to more than 50; nothing need be analytic here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import numpy as np
from mpmath import mp

from . import arrays, kernels, numeric
from .arrays import Array
from .kernels import Arithmetic
from .nodes import Node
from .numeric import Program

DIGITS = 100


def _entries(f: Callable[..., Any]) -> Callable[..., Array]:
    return np.frompyfunc(f, 1, 1)


_exp, _log, _sqrt = _entries(mp.exp), _entries(mp.log), _entries(mp.sqrt)
_power = np.frompyfunc(mp.power, 2, 1)
exact = _entries(mp.mpf)


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + mp.exp(-x))


def _scalar(x: Any) -> Array:
    return np.array([[x]], dtype=object)


def _matrix(m: Array) -> Any:
    return mp.matrix(m.tolist())


def _array(m: Any) -> Array:
    return np.array(m.tolist(), dtype=object).reshape(m.rows, m.cols)


def _of_matrix(f: Callable[[Any], Any]) -> Callable[[Array], Array]:
    return lambda m: _array(f(_matrix(m)))


def _number_of(f: Callable[[Any], Any]) -> Callable[[Array], Array]:
    return lambda m: _scalar(f(_matrix(m)))


def _matpow(m: Array, k: Array) -> Array:
    exponent = k.flat[0]
    if exponent == int(exponent):
        return _array(_matrix(m) ** int(exponent))
    if exponent == mp.mpf(0.5):
        return _array(mp.sqrtm(_matrix(m)))
    return _array(mp.expm(exponent * mp.logm(_matrix(m))))


def _pinv(m: Array) -> Array:
    if m.shape[0] >= m.shape[1]:
        return _array(mp.inverse(_matrix(m.T @ m))) @ m.T
    return m.T @ _array(mp.inverse(_matrix(m @ m.T)))


def _singular_values(m: Any) -> list[Any]:
    tall = m if m.rows >= m.cols else m.T
    return list(mp.svd_r(tall, compute_uv=False))


def _eigenvalue(m: Array, k: Array) -> Array:
    return _scalar(sorted(mp.eigsy(_matrix((m + m.T) / 2), eigvals_only=True))[int(k.flat[0]) - 1])


def _softmax(m: Array) -> Array:
    e = _exp(m)
    return e / e.sum(axis=-2, keepdims=True)


_BY_NAME = "sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh erf floor ceil".split()
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    **{name: _entries(getattr(mp, name)) for name in _BY_NAME},
    "exp": _exp, "log": _log, "log1p": _entries(mp.log1p), "sigmoid": _entries(_sigmoid),
    "softplus": _entries(lambda x: mp.log1p(mp.exp(x))),
    "normal_cdf": _entries(mp.ncdf), "normal_pdf": _entries(mp.npdf), "gelu": _entries(lambda x: x * mp.ncdf(x)),
    "relu": arrays.relu, "leaky_relu": arrays.leaky_relu, "abs": arrays.absolute, "sign": _entries(mp.sign),
    "step": arrays.step, "maximum": arrays.maximum, "minimum": arrays.minimum,
    "norm": lambda m: _sqrt(arrays.sqnorm(m)), "sqnorm": arrays.sqnorm, "norm1": arrays.norm1,
    "pnorm": lambda m, p: _power(arrays.total(_power(arrays.absolute(m), p)), 1 / p),
    "maxnorm": arrays.maxnorm, "argmax_sign": arrays.argmax_sign, "max": arrays.largest, "argmax": arrays.argmax,
    "logsumexp": lambda m: _log(_exp(m).sum(axis=-2, keepdims=True)),
    "softmax": _softmax, "log_softmax": lambda m: _log(_softmax(m)),
    "det": _number_of(mp.det), "logdet": _number_of(lambda m: mp.log(mp.det(m))),
    "adjugate": lambda m: _scalar(mp.det(_matrix(m))) * _matpow(m, _scalar(-1)), "pinv": _pinv,
    "nuclear": _number_of(lambda m: mp.fsum(_singular_values(m))),
    "spectral": _number_of(lambda m: max(_singular_values(m))), "eigenvalue": _eigenvalue,
    "expm": _of_matrix(mp.expm), "logm": _of_matrix(mp.logm), "sqrtm": _of_matrix(mp.sqrtm),
    "sinm": _of_matrix(mp.sinm), "cosm": _of_matrix(mp.cosm),
    "tril": np.tril, "triu": np.triu, "vech": arrays.vech,
    "diagonal_means": arrays.diagonal_means, "diagonal_sums": arrays.diagonal_sums,
}  # fmt: skip


def _number(value: Any, sizes: Mapping[str, int]) -> Array:
    """A constant to all digits."""
    if isinstance(value, int):
        return _scalar(mp.mpf(value))
    if isinstance(value, Fraction):
        return _scalar(mp.mpf(value.numerator) / value.denominator)
    known = value.subs({s: sizes[s.name] for s in value.free_symbols})
    return _scalar(mp.mpf(known.evalf(mp.dps)))


PRECISE = Arithmetic(FUNCTIONS, {**kernels.KINDS, "matpow": _matpow, "pow": _power}, _number)


def digits(count: int = DIGITS) -> Any:
    """The context in which the functions below compute with so many digits."""
    return mp.workdps(count)


def evaluate(node: Node, values: Mapping[Any, Any], sizes: Mapping[str, int]) -> Array:
    """The value of an expression as multiprecision numbers. NoRule where a function has no such form."""
    program = numeric.compile(node, arithmetic=PRECISE)
    return program.run(_lift(program.prepare(values, sizes)))


def derivative(f: Node, along: Callable[[Any], Mapping[Any, Any]], sizes: Mapping[str, int]) -> Array:
    """d f(along(t)) / dt at t = 0, by central differences; `along` gives the values for a multiprecision t."""
    program = numeric.compile(f, arithmetic=PRECISE)
    h = mp.mpf(10) ** (-3 * mp.dps // 10)
    ahead, behind = (_run(program, along(t), sizes) for t in (h, -h))
    return (ahead - behind) / (2 * h)


def mixed_derivative(f: Node, along: Callable[[Any], Mapping[Any, Any]], order: int, sizes: Mapping[str, int]) -> Array:
    """d^k f(along(t)) / dt_1 ... dt_k at t = 0, by central differences in every t; `along` takes a list of numbers."""
    program = numeric.compile(f, arithmetic=PRECISE)
    h = mp.mpf(10) ** (-mp.dps // (order + 2))
    total: Any = 0
    for signs in product((1, -1), repeat=order):
        total = total + prod(signs) * _run(program, along([s * h for s in signs]), sizes)
    return total / (2 * h) ** order


def _run(program: Program, values: Mapping[Any, Any], sizes: Mapping[str, int]) -> Array:
    """As `Program.__call__`, on values that are multiprecision already."""
    leaves = program.prepare({k: _float(v) for k, v in values.items()}, sizes)[len(program.inputs) :]
    return program.run([_lift(values[k]) for k in program.inputs] + _lift(leaves))


def _float(value: Any) -> Any:
    return [_float(v) for v in value] if isinstance(value, list) else value.astype(float)


def _lift(cell: Any) -> Any:
    """Every float array as exact multiprecision numbers; scalars (1, 1) stay arrays."""
    if isinstance(cell, list):
        return [_lift(c) for c in cell]
    if isinstance(cell, np.ndarray) and cell.dtype != object:
        return exact(cell)
    return cell


def moved(value: Array, direction: Array, t: Any) -> Array:
    """value + t * direction, exactly."""
    return _lift(value) + t * _lift(direction)


def agree(pair: Callable[[], tuple[Array, Array]], magnitude: float) -> tuple[Array, Array, bool | None]:
    """Two values that are computed twice, and whether they are equal: to 30 digits, or both 0.

    Numbers far smaller than what they were computed from may be rounding. With three times the digits rounding shrinks,
    and what is only tiny stays; None where it is so tiny that even these digits do not tell."""
    with digits():
        a, b = pair()
        scale, gap = _largest(a, b), _largest(a - b)
        if gap <= 1e-30 * scale:
            return a, b, True
        if gap > 1e-60 * (1 + magnitude):
            return a, b, False
    with digits(3 * DIGITS):
        a, b = pair()
        finer, gap = _largest(a, b), _largest(a - b)
        if finer <= 1e-50 * scale or gap <= 1e-30 * finer:
            return a, b, True
        return a, b, False if gap > mp.mpf(10) ** -180 * (1 + magnitude) else None


def agree_at(a: Node, b: Node, point: tuple[Mapping[Any, Any], Mapping[str, int]], magnitude: float) -> bool | None:
    """Have two expressions one value there? Errors: NoRule, ZeroDivisionError, ValueError where there is none."""
    return agree(lambda: (evaluate(a, *point), evaluate(b, *point)), magnitude)[2]


def _largest(*arrays: Array) -> Any:
    return max(np.abs(a).max() for a in arrays)


def is_real(x: Array) -> bool:
    """Every entry is a finite real number."""
    return all(isinstance(v, int | float) or (isinstance(v, mp.mpf) and mp.isfinite(v)) for v in x.flat)
