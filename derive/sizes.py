"""Sizes and shapes: a size is a positive int or an integer-valued SymPy expression such as n or m*n."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

import sympy

from .errors import BadInput

Size: TypeAlias = int | sympy.Expr
Shape: TypeAlias = tuple[Size, Size]


@lru_cache(maxsize=4096)
def named_size(name: str) -> sympy.Symbol:
    """The symbolic size called `name`: a positive integer."""
    return sympy.Symbol(name, integer=True, positive=True)


def as_size(value: object) -> Size:
    """Read a size: 3, "3", "n", a SymPy integer or symbol. Zero, negative and non-integer sizes are errors."""
    if isinstance(value, str):
        text = value.strip()
        if text.isdigit():
            value = int(text)
        elif text.isidentifier() or text.startswith("\\"):
            return named_size(text)
        else:
            return _expression_size(text)
    if isinstance(value, bool | float | complex):
        raise BadInput(f"a size must be a positive integer or a symbol, found {value!r}")
    if isinstance(value, sympy.Integer):
        value = int(value)
    if isinstance(value, int):
        if value < 1:
            raise BadInput(f"a size must be at least 1, found {value}")
        return value
    if isinstance(value, sympy.Expr) and value.is_integer is not False and not value.is_number:
        return value
    index = getattr(value, "__index__", None)
    if index is not None:
        return as_size(int(index()))
    raise BadInput(f"a size must be a positive integer or a symbol, found {value!r}")


def _expression_size(text: str) -> Size:
    names = {
        w: named_size(w)
        for w in "".join(c if c.isalnum() or c == "_" else " " for c in text).split()
        if not w[0].isdigit()
    }
    try:
        return as_size(sympy.sympify(text, locals=names))
    except (sympy.SympifyError, SyntaxError, TypeError) as error:
        raise BadInput(f"a size must be a positive integer or a symbol, found {text!r}") from error


def same_size(a: Size, b: Size) -> bool:
    """True when two sizes are certainly equal; symbols are compared by name."""
    if a is b:
        return True
    if isinstance(a, int) or isinstance(b, int):
        return type(a) is type(b) and a == b
    if isinstance(a, sympy.Symbol) and isinstance(b, sympy.Symbol):
        return bool(a.name == b.name)
    return bool(a == b)


def same_shape(a: Shape, b: Shape) -> bool:
    return a is b or (same_size(a[0], b[0]) and same_size(a[1], b[1]))


def is_one(a: Size) -> bool:
    return isinstance(a, int) and a == 1


def is_wide(shape: Shape) -> bool:
    """Certainly fewer rows than columns; of named sizes the first is taken for the larger, save 1."""
    m, n = shape
    return m < n if isinstance(m, int) and isinstance(n, int) else is_one(m) and not is_one(n)


def shape_text(shape: Shape) -> str:
    """(n, 1) as people read it."""
    return f"({shape[0]}, {shape[1]})"
