"""What a part of a plain SymPy expression means while it is read: a node, or a product of entries with free indices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol

import sympy
from sympy.matrices.matrixbase import MatrixBase

from . import indexed
from .errors import BadInput
from .indexed import Entry, NoMatrixForm, Product
from .nodes import Node, const
from .sizes import Shape

Meaning = Node | Product
Scope = Mapping[sympy.Symbol, Any]
"""What bound symbols stand for: an Index, a Product (the variable of a Lambda), a Node (the index of a written sum)."""


class Reads(Protocol):
    """What the tables of meanings ask of the reader."""

    def read(self, expression: sympy.Basic, scope: Scope) -> Meaning: ...

    def scalar_symbol(self, e: sympy.Symbol) -> Node: ...

    def shape(self, sizes: Sequence[Any]) -> Shape: ...

    def deeper(self) -> AbstractContextManager[None]: ...


class Reading(NamedTuple):
    """How one class of SymPy is read: which arguments first, and what to make of their values."""

    make: Callable[[Any, Any, list[Meaning], Scope], Meaning]
    parts: Callable[[Any], Sequence[Any]] | None = None  # None: all arguments


def no_parts(e: Any) -> Sequence[Any]:
    return ()


def first_part(e: Any) -> Sequence[Any]:
    return e.args[:1]


# --- values -----------------------------------------------------------------------------------------------------
def product(value: Meaning) -> Product:
    return (Entry(value),) if isinstance(value, Node) else value


def simplest(value: Product) -> Meaning:
    """A product without indices as a node."""
    return value if indexed.indices(value) else indexed.gather(value).node


def plain(value: Meaning) -> Node:
    """A value outside index notation."""
    if isinstance(value, Node):
        return value
    raise NoMatrixForm(f"the index {indexed.indices(value)[0].name} is used inside a matrix expression")


def lift(function: Callable[..., Node], *values: Meaning) -> Meaning:
    """An elementwise function of scalars or of entries."""
    if all(isinstance(v, Node) for v in values):
        return function(*values)
    return simplest(indexed.apply(function, [product(v) for v in values]))


def constant(value: Any) -> Node:
    if value.is_extended_real is False or value.is_finite is False:
        raise BadInput(f"found {value}, which is not a real number")
    return const(value)


# --- what an error shows ---
def subexpressions(root: Any) -> Iterator[Any]:
    """All parts of an expression, each shared part once."""
    seen: set[int] = set()
    stack = list(root.flat()) if isinstance(root, MatrixBase) else [root]
    alive = []
    while stack:
        e = stack.pop()
        if id(e) in seen or isinstance(e, Node):
            continue
        seen.add(id(e))
        alive.append(e)
        yield e
        stack.extend(e.flat() if isinstance(e, MatrixBase) else getattr(e, "args", ()))


def shown(e: Any) -> str:
    """The expression, when it is short enough to be read."""
    for count, _ in enumerate(subexpressions(e)):
        if count > 30:
            return ""
    return f", {e}"
