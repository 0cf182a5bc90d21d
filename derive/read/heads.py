r"""The left side of an equation as a derivative: a fraction, \nabla, a slash, D f(x), nested ones, d^2 f."""

from __future__ import annotations

from collections.abc import Callable, Collection

from . import syntax as s
from .scope import Scope, closing
from .tokens import Token

_OPERATORS = {"D": 1, "J": 1, "grad": 1, "Jac": 1, "H": 2, "Hess": 2, "\\mathcal{J}": 1, "\\mathcal{H}": 2}
_SIGNS = frozenset(("∂", "d"))
Parse = Callable[[list[Token]], s.Syntax]


def as_fraction(side: list[Token]) -> list[Token]:
    r"""∂(AXB)_ij / ∂X_kl as \frac{∂(AXB)_ij}{∂X_kl}; other sides as they are."""
    cuts = [k for k in range(1, len(side) - 1) if side[k].text == "/" and side[k].kind == "op"
            and side[k + 1].text in _SIGNS and side[k + 1].kind in ("op", "symbol")]  # fmt: skip
    if not cuts or side[0].text not in _SIGNS:
        return side
    slash = side[cuts[0]]
    left, right = (Token(kind, text, slash.start, slash.end) for kind, text in (("open", "{"), ("close", "}")))
    command = Token("command", "\\frac", side[0].start, side[0].start)
    return [command, left, *side[: cuts[0]], right, left, *side[cuts[0] + 1 :], right]


def sign_length(left: list[Token]) -> int:
    """1 for d f, more for d^2 f."""
    end = closing(left, 2) if len(left) > 2 and left[1].kind == "sup" else 0
    return end + 1 if end and raised_order(left[2 : end + 1]) else 1


def raised_order(exponent: list[Token]) -> int | None:
    """2, 3 or 4 of an exponent that says how often; None for any other."""
    digits = [t.text for t in exponent if t.text not in ("{", "}")]
    return int(digits[0]) if len(digits) == 1 and digits[0] in ("2", "3", "4") else None


def as_derivative(node: s.Syntax) -> tuple[s.Derivative | None, bool]:
    """A side as a derivative, and whether it is transposed."""
    if isinstance(node, s.Transpose):
        inner, flipped = as_derivative(node.body)
        return inner, not flipped
    if (
        isinstance(node, s.Quotient)
        and isinstance(node.top, s.Differential)
        and isinstance(node.bottom, s.Differential)
    ):
        return s.Derivative(node.span, node.top.body, (node.bottom.body,), "d"), False
    return (node, False) if isinstance(node, s.Derivative) else (None, False)


def nested(node: s.Derivative) -> tuple[s.Syntax | None, list[s.Syntax], bool]:
    """What is differentiated in the end, and all variables, the innermost first; whether the innermost is by vec X."""
    variables, inner, flipped = list(node.variables), node.body, False
    while isinstance(inner, s.Transpose) and isinstance(inner.body, s.Derivative | s.Transpose):
        inner, flipped = inner.body, not flipped
    if not isinstance(inner, s.Derivative) or not variables:
        return node.body, variables, node.vec
    body, first, vec = nested(inner)
    if flipped:
        first = [v.body if isinstance(v, s.Transpose) else s.Transpose(v.span, v) for v in first]
    return body, [*first, *variables], vec


def is_operator_of(side: list[Token], defined: Collection[str]) -> bool:
    """Is a side J_f, H_f or H_f(x) of a defined f?"""
    if len(side) < 3 or side[0].text not in _OPERATORS or side[0].text in defined or side[1].kind != "sub":
        return False
    below = [t.text for t in side[2 : closing(side, 2) + 1] if t.text not in ("{", "}")]
    return len(below) == 1 and below[0] in defined


class Operator:
    """D f(x), H_x(...), J_f(x), D^2 f, Df(x)[h]: letters that mean this only where a left side begins."""

    def __init__(self, parse: Parse, scope: Scope, defined: Collection[str]) -> None:
        self.parse, self.scope, self.defined = parse, scope, defined
        self.directions: list[s.Syntax] = []  # of Df(x)[h]

    def read(self, left: list[Token]) -> s.Derivative | None:
        """The derivative that the side is; None for any other side."""
        first = left[0]
        if first.text in self.defined and len(left) > 5 and left[1].kind == "prime" and left[2].text == "(":
            return self._primed(left)
        known = self.scope.find(first.text) is not None or first.text in self.defined
        if first.kind != "symbol" or first.text not in _OPERATORS or known:
            return None
        order, below, k = _OPERATORS[first.text], list[Token](), 1
        while k + 1 < len(left) and left[k].kind in ("sub", "sup"):
            end = closing(left, k + 1)
            inner = [t for t in left[k + 1 : end + 1] if t.text not in ("{", "}")]
            if left[k].kind == "sub":
                below = inner
            else:
                found = raised_order(inner)
                if found is None:
                    return None
                order = found
            k = end + 1
        if k == len(left) and is_operator_of(left, self.defined):
            return s.Derivative((first.start, below[0].end), self.parse(below), (), "D", order)
        return self._applied(left, below, self._without_directions(left[k:]), order) if k < len(left) else None

    def _primed(self, left: list[Token]) -> s.Derivative | None:
        """f'(x; h)."""
        cuts = [k for k, t in enumerate(left) if t.text == ";"]
        if len(cuts) != 1 or left[-1].text != ")":
            return None
        self.directions = [self.parse(left[cuts[0] + 1 : -1])]
        of = self.parse([left[0], *left[2 : cuts[0]], left[-1]])
        return s.Derivative((left[0].start, left[-1].end), of, (), "D")

    def _applied(self, left: list[Token], below: list[Token], rest: list[Token], order: int) -> s.Derivative:
        span = (left[0].start, left[-1].end)
        body = self.parse(rest)
        if not below:
            return s.Derivative(span, body, (), "D", order)
        if len(below) == 1 and below[0].text in self.defined:  # J_f(x): of f, by x
            function = s.Application((below[0].start, below[0].end), below[0].text, (body,))
            return s.Derivative(span, function, (body,), "D", order)
        return s.Derivative(span, body, (self.parse(below),), "D", order)

    def _without_directions(self, rest: list[Token]) -> list[Token]:
        """f(x) of f(x)[h, h]; the directions are noted."""
        opens = [k for k, t in enumerate(rest) if t.text == "[" and t.kind == "open"]
        if len(rest) < 4 or rest[-1].text != "]" or not opens or opens[-1] == 0:
            return rest
        pieces: list[list[Token]] = [[]]
        for t in rest[opens[-1] + 1 : -1]:
            if t.text == ",":
                pieces.append([])
            else:
                pieces[-1].append(t)
        self.directions = [self.parse(p) for p in pieces if p]
        return rest[: opens[-1]]
