"""Derivatives of any shape as arrays: the cotangent of every entry of f in turn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .adjoint import pullback
from .book import Book
from .nodes import Node, placeholder
from .normal import collect
from .numeric import compile, evaluate


def evaluate_tensor(
    f: Node, x: Node, book: Book, values: Mapping[Any, Any], sizes: Mapping[Any, int] | None = None
) -> np.ndarray[Any, Any]:
    """The array of df_ij / dX_kl in the order i, j, l, k (the shape of f, then that of X reversed), ones dropped."""
    seed = placeholder("U", f.shape)
    carried = pullback(f, [x], seed, book, collect)[x]
    rows, columns = evaluate(f, values, sizes).shape
    known = dict(values)
    known.setdefault(x, values.get(x.name, values.get(x)))
    units = np.eye(rows * columns).reshape(rows * columns, rows, columns)
    shape = np.asarray(known[x], dtype=float)
    shape = shape.reshape(shape.shape if shape.ndim == 2 else (-1, 1))
    program = compile(carried)
    entries = [np.broadcast_to(program({**known, seed: u}, sizes), shape.shape).T for u in units]
    full = np.array(entries).reshape(rows, columns, *shape.T.shape)
    return full.reshape([n for n in full.shape if n != 1] or [1])
