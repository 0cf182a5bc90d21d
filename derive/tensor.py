"""Derivatives of any shape as arrays: the cotangent of every entry of f in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .adjoint import pullback
from .binding import size_value
from .book import Book
from .nodes import Node, placeholder
from .normal import collect
from .numeric import compile, evaluate
from .sizes import Size

Values = Mapping[Any, Any]
Array = np.ndarray[Any, Any]


def partials(f: Node, x: Node, book: Book, values: Values, sizes: Mapping[Any, int] | None = None) -> Array:
    """The array of df_ij / dX_kl with axes i, j, k, l."""
    seed = placeholder("U", f.shape)
    carried = pullback(f, [x], seed, book, collect)[x]
    rows, columns = evaluate(f, values, sizes).shape
    point = evaluate(x, values, sizes)
    program = compile(carried)
    units = np.eye(rows * columns).reshape(rows * columns, rows, columns)
    entries = [np.broadcast_to(program({**values, seed: u}, sizes), point.shape) for u in units]
    return np.array(entries).reshape(rows, columns, *point.shape)


def evaluate_tensor(f: Node, x: Node, book: Book, values: Values, sizes: Mapping[Any, int] | None = None) -> Array:
    """df_ij / dX_kl in numerator layout: the shape of f, then that of X reversed (i, j, l, k), ones dropped."""
    full = partials(f, x, book, values, sizes).swapaxes(-1, -2)
    return full.reshape([n for n in full.shape if n != 1] or [1])


def vec_jacobian(f: Node, x: Node, book: Book, values: Values, sizes: Mapping[Any, int] | None = None) -> Array:
    """d vec F / d (vec X)^T, vec stacking columns."""
    full = partials(f, x, book, values, sizes)
    m, n, k, l = full.shape
    return full.transpose(1, 0, 3, 2).reshape(m * n, k * l)


def tabulated(
    result: Node, indices: Sequence[tuple[Node, Size]], values: Values, sizes: Mapping[Any, int] | None = None
) -> Array:
    """An expression at all values of its indices (1..n each), one axis for each, before its own axes longer than 1."""
    program, lengths = compile(result), [size_value(n, dict(sizes or {})) for _, n in indices]
    names = [i for i, _ in indices]
    found = [
        program({**values, **{i: np.full((1, 1), float(k + 1)) for i, k in zip(names, at, strict=True)}}, sizes)
        for at in np.ndindex(*lengths)
    ]
    own = [n for n in found[0].shape if n != 1]
    return np.array(found).reshape(*lengths, *own)
