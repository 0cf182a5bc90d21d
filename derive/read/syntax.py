"""The syntax tree of a formula: what was written and where it stands, before any shape is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Syntax:
    """Any piece of a formula; `span` is its place in the text."""

    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Number(Syntax):
    value: Fraction


@dataclass(frozen=True, slots=True, eq=False)
class Name(Syntax):
    """A symbol: `text` is its canonical name, `bold` how it was set."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Constant(Syntax):
    """pi, e or infinity."""

    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Quoted(Syntax):
    """'fro', an order of a norm in program text."""

    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Literal(Syntax):
    """The identity ("eye"), all-ones ("ones") or zero ("zeros") of a size that the text gives or leaves open."""

    kind: str
    sizes: tuple[Syntax, ...] = ()
    matrix: bool = False  # ones and zeros: a matrix of any shape instead of a column


@dataclass(frozen=True, slots=True, eq=False)
class Unit(Syntax):
    """The unit column e_i."""

    index: Syntax


@dataclass(frozen=True, slots=True, eq=False)
class Sum(Syntax):
    terms: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Negative(Syntax):
    body: Syntax


@dataclass(frozen=True, slots=True, eq=False)
class Product(Syntax):
    """Factors in order; `signs[i]` is what stands before factor i+1: "" (nothing), *, @, ·, ×."""

    factors: tuple[Syntax, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Hadamard(Syntax):
    left: Syntax
    right: Syntax


@dataclass(frozen=True, slots=True, eq=False)
class Kronecker(Syntax):
    left: Syntax
    right: Syntax


@dataclass(frozen=True, slots=True, eq=False)
class Quotient(Syntax):
    top: Syntax
    bottom: Syntax
    elementwise: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Power(Syntax):
    """`elementwise` for .^ and Hadamard powers."""

    base: Syntax
    exponent: Syntax
    elementwise: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Transpose(Syntax):
    body: Syntax
    note: str = ""  # what had to be assumed to read it so


@dataclass(frozen=True, slots=True, eq=False)
class PseudoInverse(Syntax):
    body: Syntax


@dataclass(frozen=True, slots=True, eq=False)
class Call(Syntax):
    """A known function applied: `entrywise` when the text says so (\\sin_\\circ, sin.)."""

    function: str
    args: tuple[Syntax, ...]
    entrywise: bool = False
    base: Syntax | None = None  # of a logarithm; the order of a root
    primes: int = 0
    axis: int | None = None
    whole: bool = False  # of a matrix: over all entries, as in Python, not row by row


@dataclass(frozen=True, slots=True, eq=False)
class Map(Syntax):
    """(d -> body) applied to every entry of `arg`."""

    variable: str
    body: Syntax
    arg: Syntax | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Norm(Syntax):
    """`order`: "", "2", "fro", "1", "inf", "*", or a syntax tree (a number p, or the matrix of a weighted norm)."""

    body: Syntax
    order: str | Syntax = ""
    squared: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Bars(Syntax):
    """|x|: a determinant or an absolute value; of a vector, |x|^2 is the square of its norm."""

    body: Syntax
    squared: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Inner(Syntax):
    left: Syntax
    right: Syntax


@dataclass(frozen=True, slots=True, eq=False)
class Index(Syntax):
    """Entry x_i or X_ij; a None index is a colon."""

    body: Syntax
    indices: tuple[Syntax | None, ...]
    note: str = ""  # what had to be assumed to read it so


@dataclass(frozen=True, slots=True, eq=False)
class Item(Syntax):
    """Member of a declared family."""

    family: str
    indices: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True, eq=False)
class BigSum(Syntax):
    """Sum over `index` from `low` to `high`; None where the text does not say. Or the product."""

    index: str
    low: Syntax | None
    high: Syntax | None
    body: Syntax
    implied: bool = False  # by the summation convention
    product: bool = False
    note: str = ""  # what had to be assumed to read it so


@dataclass(frozen=True, slots=True, eq=False)
class Expectation(Syntax):
    body: Syntax


@dataclass(frozen=True, slots=True, eq=False)
class Matrix(Syntax):
    rows: tuple[tuple[Syntax, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Differential(Syntax):
    """dX."""

    body: Syntax


@dataclass(frozen=True, slots=True, eq=False)
class Derivative(Syntax):
    """d body / d variables: `sign` is what was written (d, ∂, ∇, D); `body` is None until the operand is known.

    `vec`: a vec or vech was written out; `oriented`: a variable is written transposed, so that it counts the columns.
    `closed`: the text says where the body ends, as a numerator or with brackets.
    """

    body: Syntax | None
    variables: tuple[Syntax, ...]
    sign: str
    order: int = 1
    vec: bool = False
    oriented: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Application(Syntax):
    """f(x) of a name that the text defines."""

    function: str
    args: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Island(Syntax):
    """A scalar piece for the second reader; `names` are the pieces that it sees as placeholders."""

    source: str
    names: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Equation(Syntax):
    """A chain left = middle = right."""

    sides: tuple[Syntax, ...] = field(default=())


@lru_cache(maxsize=64)
def _fields(kind: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind) if f.name not in ("span", "text", "bold", "value", "note"))


def children(node: Syntax) -> Iterator[Syntax]:
    """The pieces one level below, from left to right."""
    kind: Any = type(node)
    for name in _fields(kind):
        value = getattr(node, name)
        if isinstance(value, Syntax):
            yield value
        elif isinstance(value, tuple):
            for v in value:
                if isinstance(v, Syntax):
                    yield v
                elif isinstance(v, tuple):
                    yield from (x for x in v if isinstance(x, Syntax))


def without_transpose(node: Syntax) -> Syntax:
    """x of x and of x^T."""
    return node.body if isinstance(node, Transpose) else node


def mapped(node: Syntax, change: Callable[[Syntax], Syntax]) -> Syntax:
    """The piece with `change` made to every piece one level below."""
    kind: Any = type(node)
    changed: dict[str, Any] = {}
    for name in _fields(kind):
        old = getattr(node, name)
        new = _mapped(old, change)
        if new is not old:
            changed[name] = new
    return replace(node, **changed) if changed else node


def _mapped(value: Any, change: Callable[[Syntax], Syntax]) -> Any:
    if isinstance(value, Syntax):
        return change(value)
    if not isinstance(value, tuple):
        return value
    new = tuple(_mapped(v, change) for v in value)
    return value if all(a is b for a, b in zip(new, value, strict=True)) else new


def same(a: Syntax, b: Syntax) -> bool:
    """Was the same written twice?"""
    if type(a) is not type(b):
        return False
    kind: Any = type(a)
    names = [f.name for f in fields(kind) if f.name not in ("span", "bold", "note")]
    return all(_same(getattr(a, n), getattr(b, n)) for n in names)


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, Syntax) and isinstance(b, Syntax):
        return same(a, b)
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(_same, a, b))
    return bool(a == b)


def walk(node: Syntax) -> Iterator[Syntax]:
    """The tree, a piece before its parts, from left to right."""
    stack = [node]
    while stack:
        top = stack.pop()
        yield top
        stack.extend(reversed(list(children(top))))
