"""Derivatives of any shape as arrays: the cotangent of every entry of f in turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations_with_replacement, permutations
from math import prod
from typing import Any

import numpy as np

from .adjoint import pullback
from .binding import size_value
from .book import Book
from .errors import BadInput
from .nodes import Node, placeholder, walk
from .normal import collect
from .numeric import compile, evaluate
from .sizes import Size

Values = Mapping[Any, Any]
Array = np.ndarray[Any, Any]

ENTRIES = 1 << 26  # half a GiB; an array that is larger is refused before it is made
BATCH = 1 << 12  # directions at once


def fitting(entries: int, what: str) -> None:
    """BadInput for an array with more entries than memory should hold."""
    if entries > ENTRIES:
        raise BadInput(
            f"{what} has {entries:,} entries ({8 * entries / 2**30:,.1f} GiB), more than {ENTRIES:,}; "
            "take the derivative along directions (directional(), along(H)) or single entries (index_form())"
        )


def partials(f: Node, x: Node, book: Book, values: Values, sizes: Mapping[Any, int] | None = None) -> Array:
    """The array of df_ij / dX_kl with axes i, j, k, l."""
    seed = placeholder("U", f.shape)
    carried = pullback(f, [x], seed, book, collect)[x]
    rows, columns = evaluate(f, values, sizes).shape
    point = evaluate(x, values, sizes)
    fitting(rows * columns * point.size, f"the derivative of {rows} x {columns} entries by {point.size}")
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
    fitting(prod(lengths), "the table of all indices")
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


def symmetric_tensor(
    f: Node,
    x: Node,
    directions: Sequence[Node],
    form: Callable[[], Node],
    values: Values,
    sizes: Mapping[Any, int] | None = None,
) -> Array:
    """The array of a form that is symmetric in its directions: f, then x reversed once for each, ones dropped.

    The form is computed along units, once for all orders of the same ones.
    """
    shape, point, k = evaluate(f, values, sizes).shape, evaluate(x, values, sizes), len(directions)
    n = point.size
    fitting(prod(shape) * n**k, f"the derivative of order {k} by {n} entries")
    found = np.zeros((*[n] * k, *shape))
    run = _batches(form(), directions, values, sizes)
    chosen = np.array(list(combinations_with_replacement(range(n), k)))
    units = np.eye(n).reshape(n, *point.shape)
    for start in range(0, len(chosen), BATCH):
        part = chosen[start : start + BATCH]
        entries = np.broadcast_to(run([units[c] for c in part.T]), (len(part), *shape))
        for order in set(permutations(range(k))):
            found[tuple(part.T[list(order)])] = entries
    full = np.moveaxis(found, (-2, -1), (0, 1)).reshape(*shape, *point.shape * k)
    turned = [0, 1, *(axis for p in range(k) for axis in (2 * p + 3, 2 * p + 2))]
    full = full.transpose(turned)
    return full.reshape([m for m in full.shape if m != 1] or [1])


def _batches(
    form: Node, directions: Sequence[Node], values: Values, sizes: Mapping[Any, int] | None
) -> Callable[[Sequence[Array]], Array]:
    """The form as a function of stacks of directions, one value for each member of a stack."""
    program = compile(form)
    held = [u for u in directions if u in program.inputs]

    def run(stacks: Sequence[Array]) -> Array:
        given = dict(zip(directions, stacks, strict=True))
        cells = program.prepare({**values, **{u: given[u][0] for u in held}}, sizes)
        for u in held:
            cells[program.inputs[u]] = given[u]
        with np.errstate(all="ignore"):
            return np.asarray(program.run(cells))

    return run
