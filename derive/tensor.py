"""Derivatives of any shape as arrays: the cotangent of every entry of f in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .adjoint import pullback
from .binding import size_value
from .book import Book
from .nodes import Node, placeholder, walk
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
    places = np.array(list(np.ndindex(*lengths)), dtype=float).reshape(-1, len(names)) + 1
    if any(n.op == "item" for n in walk(result)):  # a member is picked by one index at a time
        found = np.array([program({**values, **_at(names, p[:, None, None])}, sizes) for p in places])
    else:
        batch = program({**values, **_at(names, places.T[:, :, None, None])}, sizes)
        found = np.broadcast_to(batch, (len(places), *batch.shape[-2:]))
    own = [n for n in found.shape[1:] if n != 1]
    return found.reshape(*lengths, *own)


def _at(names: Sequence[Node], places: Array) -> dict[Node, Array]:
    return dict(zip(names, places, strict=True))
