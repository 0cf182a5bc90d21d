"""Unknown dimensions: equal to each other or to a declared size, as the formula demands."""

from __future__ import annotations

import sympy

from ..sizes import Size, is_one, named_size, same_size

LETTERS = "n m k p q r s l d h u v".split()


class Dim:
    """An unknown size, never 1. `hint` is the name that the text gives it."""

    __slots__ = ("hint", "ref")

    def __init__(self, hint: str = "") -> None:
        self.ref: Dim | Size | None = None
        self.hint = hint


AnySize = Dim | Size
AnyShape = tuple[AnySize, AnySize]
SCALAR: AnyShape = (1, 1)


def find(d: AnySize) -> AnySize:
    while isinstance(d, Dim) and d.ref is not None:
        d = d.ref
    return d


def unify(a: AnySize, b: AnySize) -> bool:
    """Make two sizes equal; False when they cannot be."""
    a, b = find(a), find(b)
    if a is b:
        return True
    if isinstance(a, Dim):
        if isinstance(b, Dim):
            b.hint = b.hint or a.hint
        elif is_one(b):
            return False
        a.ref = b
        return True
    if isinstance(b, Dim):
        return unify(b, a)
    return same_size(a, b)


def unify_shapes(a: AnyShape, b: AnyShape) -> bool:
    return unify(a[0], b[0]) and unify(a[1], b[1])


def is_unit(d: AnySize) -> bool:
    d = find(d)
    return not isinstance(d, Dim) and is_one(d)


def is_scalar(shape: AnyShape) -> bool:
    return is_unit(shape[0]) and is_unit(shape[1])


def shown(shape: AnyShape) -> str:
    """(n, 1); an unknown size is shown by its hint or as ?."""
    return (
        "("
        + ", ".join(str(d.hint or "?") if isinstance(d, Dim) else str(d) for d in (find(shape[0]), find(shape[1])))
        + ")"
    )


def product(a: AnySize, b: AnySize) -> sympy.Expr | int | None:
    """The product of two sizes, None while one is unknown."""
    a, b = find(a), find(b)
    if isinstance(a, Dim) or isinstance(b, Dim):
        return None
    return int(a) * int(b) if isinstance(a, int) and isinstance(b, int) else sympy.expand(sympy.sympify(a) * b)


def settle(d: AnySize, taken: set[str]) -> Size:
    """The size; an unknown one gets the first free letter."""
    d = find(d)
    if not isinstance(d, Dim):
        return d
    name = d.hint or next((c for c in LETTERS if c not in taken), f"n_{len(taken)}")
    taken.add(name)
    size: Size = named_size(name)
    d.ref = size
    return size
