"""A row's expressions as the engine's: the strings `f`, `book` and `named` evaluated over the names that `derive` exports."""

from __future__ import annotations

import types
from typing import Any

import sympy

from derive import functions
from derive.symbols import declare, scalar

from .row import Row

__all__ = ["book", "function", "scope", "variable"]

INDICES = ("i", "j", "r")


def exported() -> dict[str, Any]:
    """Everything callable in derive.functions, by name, and pi."""
    public = {k: v for k, v in vars(functions).items() if not k.startswith("_") and not isinstance(v, types.ModuleType)}
    return {**public, "pi": sympy.pi}


def scope(row: Row) -> dict[str, Any]:
    """The names of a row: sizes, bound indices, declared symbols, and the differential of the variable."""
    symbols = {name: declare(name, text) for name, text in row.declarations.items()}
    sizes = {str(s): s for symbol in symbols.values() for s in symbol.shape}
    indices = {name: scalar(name, "integer") for name in INDICES}
    differential = "d" + row.wrt
    names = {**exported(), **indices, **sizes, **symbols}
    shape = row.declarations[row.wrt].split()
    names[differential] = declare(differential, " ".join(shape[:3] if "x" in shape[1:2] else shape[:1]))
    return names


def variable(row: Row) -> Any:
    """The node by which a row differentiates."""
    return scope(row)[row.wrt]


def function(row: Row) -> Any:
    """The node of f."""
    return eval(row.f, scope(row))


def book(row: Row) -> Any:
    """The node of the book's derivative, its named intermediates put in; None where the book's form has no node."""
    if not row.book:
        return None
    names = scope(row)
    for definition in filter(None, row.named.split(";")):
        name, _, text = definition.partition("=")
        names[name.strip()] = eval(text.strip(), names)
    return eval(row.book, names)
