"""Reading the values that a user gives: arrays of the declared shapes, and the sizes that follow from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import sympy

from .arrays import LINEAR_PARTS, Array
from .errors import BadInput, DomainError, ShapeError, UnknownName
from .nodes import Node
from .sizes import Shape, Size, shape_text
from .symbols import Family

Sizes = dict[str, int]


def read_value(key: Node | Family, values: Mapping[Any, Any]) -> Any:
    value = values.get(key)
    if value is None:
        value = values.get(key.name)
    if value is None:  # a symbol of this name that was declared with other properties
        value = next((v for k, v in values.items() if getattr(k, "op", "") == "symbol" and k.name == key.name), None)
    if value is None:
        raise UnknownName(f"no value for {key.name} {shape_text(key.shape)}")
    if isinstance(key, Family):
        return _read_members(key, value)
    return as_array(value, key.shape, key.name)


def _read_members(family: Family, value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        value = [value[i] for i in sorted(value)]
    if not isinstance(value, list | tuple | np.ndarray):
        raise BadInput(f"the family {family.name} wants a list of arrays {shape_text(family.shape)}, found {value!r}")
    return [as_array(v, family.shape, f"{family.name}[{i}]") for i, v in enumerate(value, _known_int(family.lo) or 0)]


def as_array(value: Any, shape: Shape, name: str) -> Array:
    """A user's value as an array with at least two axes: 1-d is a column (or a row where a row is declared)."""
    array = value if type(value) is np.ndarray else np.asarray(value)
    if array.dtype.kind in "biu" or array.dtype == np.float32:
        array = array.astype(float)
    if array.dtype.kind != "f":
        kind = "complex" if array.dtype.kind == "c" else "not numeric"
        raise BadInput(f"the value of {name} is {kind}; wanted real numbers")
    if array.ndim == 0:
        array = array.reshape(1, 1)
    elif array.ndim == 1:
        array = array.reshape((1, -1) if shape[0] == 1 and shape[1] != 1 else (-1, 1))
    return array


def _known_int(size: Size) -> int | None:
    return size if isinstance(size, int) else None


def bind_sizes(values: Iterable[tuple[Node | Family, Any]], bound: Sizes) -> None:
    """Read the size symbols off the shapes of the values; a size that is found twice must agree."""
    later: list[tuple[Size, int, Node | Family, Any]] = []
    source: dict[str, str] = {}
    for key, value in values:
        if isinstance(key, Family):
            later.append((_length(key), len(value), key, value))
        for member in value if isinstance(key, Family) else (value,):
            for size, found in zip(key.shape, member.shape[-2:], strict=True):
                if isinstance(size, sympy.Symbol):
                    if bound.setdefault(size.name, found) != found:
                        raise _mismatch(key, value, bound, source)
                    source.setdefault(size.name, key.name)
                elif size != found:
                    later.append((size, found, key, value))
    for size, found, key, value in later:
        if _solve_size(size, found, bound) != found:
            raise _mismatch(key, value, bound, source)


def _length(family: Family) -> Size:
    return family.hi - family.lo + 1


def _solve_size(size: Size, found: int, bound: Sizes) -> int | None:
    """The value of a size such as n + 1; its one unknown symbol, if any, is bound so that it equals `found`."""
    if isinstance(size, int):
        return size
    unknown = [s for s in size.free_symbols if s.name not in bound]
    if len(unknown) == 1:
        rest = size.subs({s: bound[s.name] for s in size.free_symbols if s.name in bound})
        answers = [a for a in sympy.solve(sympy.Eq(rest, found), unknown[0]) if a.is_Integer]
        if answers:
            bound[unknown[0].name] = int(answers[0])
    return size_value(size, bound) if all(s.name in bound for s in size.free_symbols) else None


def _mismatch(key: Node | Family, value: Any, bound: Sizes, source: Mapping[str, str]) -> ShapeError:
    """What was found, what was wanted, and which other value fixed the sizes."""
    wanted, sizes = shape_text(key.shape), [*key.shape]
    if isinstance(key, Family):
        found = f"{len(value)} members of shape {', '.join(map(str, sorted({v.shape for v in value})))}"
        wanted, sizes = f"{_length(key)} of {wanted}", [*sizes, key.lo, key.hi]
    else:
        found = f"shape {value.shape}"
    names = dict.fromkeys(s.name for size in sizes if isinstance(size, sympy.Expr) for s in size.free_symbols)
    known = [f"{n} = {bound[n]}" + (f" (from {source[n]})" if n in source else "") for n in names if n in bound]
    return ShapeError(
        f"the value of {key.name} has {found}; wanted {wanted}" + " with " * bool(known) + ", ".join(known)
    )


def check_structure(nodes: Iterable[Node], values: Mapping[Any, Any]) -> None:
    """BadInput for a value that has not the structure its symbol was declared with."""
    for node in nodes:
        structured = node.op == "symbol" and node.properties & (LINEAR_PARTS.keys() | MANIFOLDS.keys())
        if structured and (node in values or node.name in values):
            a = read_value(node, values)
            for name, part in LINEAR_PARTS.items():
                tolerance = 1e-7 * (1e-2 + np.abs(a).max())
                if name in node.properties and not np.abs(a - part(a)).max() <= tolerance:
                    raise BadInput(f"{node.name} is declared {name}, but its value is not")
            for name, excess in MANIFOLDS.items():
                if name in node.properties and not np.abs(excess(a)).max() <= 1e-5:
                    raise BadInput(f"{node.name} is declared {name}, but its value is not")


def _excess_of_columns(q: Array) -> Array:
    """Q^T Q - I, of a wide matrix Q Q^T - I."""
    tall = q if q.shape[0] >= q.shape[1] else q.T
    return tall.T @ tall - np.eye(tall.shape[1])


def _excess_of_weights(p: Array) -> Array:
    """What the sums of a vector, or of the rows of a matrix, are from 1, and what lies below 0."""
    sums = p.sum(axis=0 if p.shape[1] == 1 else 1) - 1
    return np.append(sums, np.minimum(p, 0).min())


def _below_zero(m: Array) -> Array:
    """The negative eigenvalues of a symmetric matrix, beside the largest."""
    values = np.linalg.eigvalsh(m)
    return np.minimum(values, 0) / (np.abs(values).max() + 1e-300)


MANIFOLDS: dict[str, Callable[[Array], Array]] = {  # what is 0 for a matrix that has the structure
    "orthogonal": _excess_of_columns,
    "unit norm": lambda a: (a * a).sum() - 1,
    "simplex": _excess_of_weights,
    "positive definite": _below_zero,
    "positive semidefinite": _below_zero,
}


def known_sizes(
    nodes: Iterable[Node], values: Mapping[Any, Any], sizes: Mapping[Any, int] | None = None
) -> dict[Any, int]:
    """The sizes that the values of these symbols give, with those already known."""
    bound: Sizes = {str(k): int(v) for k, v in (sizes or {}).items()}
    given = []
    for node in nodes:
        if node.op == "symbol" and (node in values or node.name in values):
            given.append((node, read_value(node, values)))
    bind_sizes(given, bound)
    return dict(bound)


def size_value(size: Size, sizes: Mapping[str, int]) -> int:
    """A size as a number."""
    if isinstance(size, int):
        return size
    return _known(size, sizes) if isinstance(size, sympy.Symbol) else int(number(size, sizes))


def number(value: Any, sizes: Mapping[str, int]) -> float:
    """A constant as a float; the size symbols in it by their values."""
    if isinstance(value, int | Fraction):
        return float(value)
    if isinstance(value, sympy.Symbol):
        return float(_known(value, sizes))
    found = value.subs({s: _known(s, sizes) for s in value.free_symbols})
    if found.is_real is False:
        raise DomainError(f"{value} is not a real number")
    return float(found)


def _known(size: sympy.Symbol, sizes: Mapping[str, int]) -> int:
    found = sizes.get(size.name)
    if found is None:
        raise UnknownName(f"the size {size} is not the size of any given value; pass sizes={{'{size}': ...}}")
    return found
