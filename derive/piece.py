"""What is printed for a node: its parts, how tightly it binds, and what decides where it stands among others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

# What binds tighter has the larger number. OPEN is `tr X`: it may stand in a sum, but not in a product.
NOTHING, SUM, OPEN, HAD, QUOTIENT, PRODUCT, POWER, ATOM = range(8)
RAISED = frozenset("ᵀᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")  # letters to Python, exponents to us


class Piece:
    """What is printed for a node, without its sign.

    `closed` replaces it where it does not bind tightly enough: `tr(X)` for `tr X`. `size` and `lead` (the leading
    symbol) decide the order of terms. `first` and `last` tell which kind of character stands at the edges: d a digit,
    l a letter, w a longer name, f a function's name, o the vector 1, ( a bracket, p anything else.
    """

    __slots__ = (
        "bare", "closed", "first", "indexed", "kind", "last", "lead",
        "moves", "neg", "parts", "prec", "ratio", "size", "under",
    )  # fmt: skip

    def __init__(
        self,
        parts: Sequence[Any],
        prec: int,
        kind: str,
        size: int = 1,
        lead: str = "~",
        first: str = "p",
        last: str = "p",
    ) -> None:
        self.parts, self.prec, self.kind, self.size, self.lead = parts, prec, kind, size, lead
        self.first, self.last = first, last
        self.neg = False
        self.bare = True  # no numeric or letter coefficient
        self.indexed = False  # ends in a subscript
        self.moves = False  # holds a differential, which reads best as the last factor
        self.closed: Piece | None = None
        self.ratio: Ratio | None = None
        self.under: Piece | None = None  # of 1/a entrywise: a


class Ratio:
    """number * product of `over` / product of `under`: a scalar product, or a scalar times a matrix, taken apart."""

    __slots__ = ("number", "over", "under")

    def __init__(self, number: Fraction, over: tuple[Piece, ...] = (), under: tuple[Piece, ...] = ()) -> None:
        self.number, self.over, self.under = number, over, under


def copied(p: Piece) -> Piece:
    new = Piece(p.parts, p.prec, p.kind, p.size, p.lead, p.first, p.last)
    new.neg, new.bare, new.closed, new.ratio = p.neg, p.bare, p.closed, p.ratio
    new.indexed, new.moves = p.indexed, p.moves
    return new


def positive(p: Piece) -> Piece:
    if not p.neg:
        return p
    new = copied(p)
    new.neg = False
    return new


def edge(c: str, following: str) -> str:
    """Which kind of character stands at an edge."""
    if c == "(" or c == "{":
        return "(" if c == "(" else "p"
    if c.isdecimal():
        return "d"
    if c.isalpha() and c not in RAISED:
        return "f" if following.isalpha() else "l"
    return "p"


@lru_cache(maxsize=4096)
def alphabetical(name: str) -> tuple[Any, ...]:
    """The order of an index: a, A, b; W_2 before W_10."""
    words = re.split(r"(\d+)", name)
    numbers = [int(w) for w in words[1::2]]
    return [w.lower() for w in words[::2]], numbers, name


_SLOT = r"<(\d)(?::(\d))?>"


@lru_cache(maxsize=512)
def template_pieces(template: str) -> tuple[tuple[str, int | None, int], ...]:
    """(text, None, 0) and ("", index of an argument, how tightly it must bind), in turn."""
    found: list[tuple[str, int | None, int]] = []
    end = 0
    for slot in re.finditer(_SLOT, template):
        if slot.start() > end:
            found.append((template[end : slot.start()], None, 0))
        found.append(("", int(slot[1]), int(slot[2] or 0)))
        end = slot.end()
    if end < len(template):
        found.append((template[end:], None, 0))
    return tuple(found)


_FACTOR_ORDER = {"number": 0, "ones": 1, "symbol": 1, "power": 2}


def factor_order(p: Piece) -> tuple[Any, ...]:
    """2 t t^3 (1 + t) exp(t), but s(z)(1 - s(z)): numbers, letters, powers, then the smaller before the larger."""
    return p.moves, _FACTOR_ORDER.get(p.kind, 3), p.size, p.kind == "sum", alphabetical(p.lead)


def reading_order(terms: Iterable[Piece]) -> list[Piece]:
    """Positive terms first, then the more complex ones; constants last, but 1 - s, 1 + exp(z), I + X."""
    terms = list(terms)
    others = any(not p.neg and p.kind not in _CONSTANT for p in terms)  # x - y + 1, but 1 - s
    ordered = sorted(terms, key=lambda p: (others and p.kind in _CONSTANT, *_term_key(p)))
    if len(ordered) == 2:
        first, last = ordered
        if (
            not last.neg
            and last.bare
            and (last.kind == "eye" or (last.kind == "number" and first.kind in ("call", "matrix call", "power")))
        ):
            return [last, first]
    return ordered


_CONSTANT = ("number", "ones")


def _term_key(p: Piece) -> tuple[Any, ...]:
    return p.neg, p.kind in _CONSTANT, -p.size, not p.bare, p.kind == "transpose", alphabetical(p.lead)
