"""One run of forward and of reverse accumulation on numbers: value, tangent and adjoint, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .arrays import Array
from .binding import as_array, read_value
from .errors import BadInput, ShapeError
from .nodes import Node, symbol, walk
from .numeric import evaluate, known_sizes
from .rule import tangent
from .text import unicode

if TYPE_CHECKING:
    from .modes import Accumulation


@dataclass(frozen=True)
class Numbers:
    """The `values`, `tangents` and `adjoints` of the variables and of every line, by name."""

    values: Mapping[Node, Array]
    tangents: Mapping[Node, Array]
    adjoints: Mapping[Node, Array]

    def text(self) -> str:
        """A table: values and tangents in the order of evaluation; adjoints are to be read from below."""
        rows = [["", "value", "tangent ↓", "adjoint ↑"]]
        for v, value in self.values.items():
            rows.append([unicode(v), _shown(value), _shown(self.tangents[v]), _shown(self.adjoints[v])])
        widths = [max(len(r[k]) for r in rows) for k in range(4)]
        return "\n".join("   ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)).rstrip() for r in rows)

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__


def _shown(a: Array) -> str:
    if a.size == 1:
        return f"{a.item():.6g}"
    flat = a.reshape(-1) if 1 in a.shape else a
    return np.array2string(flat, precision=4, suppress_small=True).replace("\n", "")


def numbers(both: Accumulation, values: Mapping[Any, Any], along: Any, seed: Any) -> Numbers:
    """The run at these values; see Accumulation.numbers."""
    if not isinstance(values, Mapping):
        raise BadInput(f"numbers wants a mapping from symbols or names to arrays, found {type(values).__name__}")
    symbols = [n for n in walk(both.function, *both.variables) if n.op == "symbol"]
    sizes = known_sizes(symbols, values, None)
    cells: dict[Any, Any] = {s: read_value(s, values) for s in dict.fromkeys(symbols)}
    cells.update(_directions(both, cells, along))
    for line in both.lines:
        cells[line.name] = evaluate(line.value, cells, sizes)
        cells[tangent(line.name)] = evaluate(line.tangent, cells, sizes)
    names = (*both.variables, *(line.name for line in both.lines))
    bars = {v: np.zeros(cells[v].shape) for v in names}
    bars[names[-1]] = _unit(cells[names[-1]]) if seed is None else _of_shape("the seed", seed, cells[names[-1]])
    for line in reversed(both.lines):
        here = {**cells, bar(line.name): bars[line.name]}
        for argument, g in line.contributions:
            bars[argument] = bars[argument] + evaluate(g, here, sizes)
    return Numbers({v: cells[v] for v in names}, {v: cells[tangent(v)] for v in names}, bars)


def _directions(both: Accumulation, cells: Mapping[Any, Any], along: Any) -> Iterable[tuple[Node, Array]]:
    """The tangents of the variables, 0 for those that are not named."""
    given = {getattr(k, "name", k): v for k, v in dict(along).items()} if along is not None else None
    for k, x in enumerate(both.variables):
        still = np.zeros(cells[x].shape)
        if given is None:
            yield tangent(x), _unit(still) if k == 0 else still
        else:
            yield tangent(x), _of_shape(f"the direction of {x}", given[x.name], still) if x.name in given else still


def _of_shape(what: str, value: Any, like: Array) -> Array:
    """The value in this shape; ShapeError where it has another number of entries."""
    found = as_array(value, like.shape, what)
    if found.size != like.size:
        raise ShapeError(f"{what} must have the shape {like.shape}, found {np.shape(value)}")
    return found.reshape(like.shape)


def _unit(like: Array) -> Array:
    """1 in the first entry, 0 elsewhere."""
    out = np.zeros(like.shape)
    out.flat[0] = 1
    return out


def bar(v: Node) -> Node:
    """The adjoint of v, the derivative of f by it."""
    return symbol(rf"\bar{{{v.name.split('_')[0]}}}" + "".join("_" + p for p in v.name.split("_")[1:]), v.shape)
