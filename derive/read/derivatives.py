r"""Signs of derivatives: \frac{\partial f}{\partial x}, \nabla_x f, \partial_x f, dX."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import ReadError
from . import names, scripts
from .scripts import Script
from .syntax import Call, Derivative, Name, Number, Power, Product, Syntax, Transpose
from .vocabulary import TRANSPOSES

if TYPE_CHECKING:
    from .brackets import Brackets


def _is_sign(p: Brackets, piece: tuple[int, int]) -> bool:
    if piece[1] <= piece[0]:
        return False
    token = p.tokens[piece[0]]
    return token.text == "∂" or (
        token.text == "d"
        and token.kind == "symbol"
        and (token.mark == "roman" or "d" not in p.scope.names or piece[1] - piece[0] > 1)
    )


def derivative_fraction(p: Brackets, top: tuple[int, int], bottom: tuple[int, int], start: int) -> Syntax | None:
    r"""\frac{\partial f}{\partial x}, \frac{d}{dx}, \frac{\partial^2 f}{\partial x \partial x^T}; else None."""
    if not (_is_sign(p, top) and _is_sign(p, bottom)) or bottom[1] - bottom[0] < 2:
        return None
    sign = p.tokens[top[0]].text
    body_first, order = _order(p, top)
    below, vec = _below(p, bottom)
    variables = _counted(p, below, order)
    body: Syntax | None = None
    closed = body_first < top[1]
    if closed:
        body = p.within((body_first, top[1]))
        if isinstance(body, Call) and body.function == "vec":
            body, vec = body.args[0], True
    elif p.binding(p.peek()) == 30 or p.peek().text == "-":
        body, closed = _operand(p)
    order = max(order, len(variables))
    oriented = any(isinstance(b.whole, Transpose) for b in below)
    return Derivative(p.since(start), body, tuple(variables), sign, order, vec, oriented, closed)


def _operand(p: Brackets) -> tuple[Syntax, bool]:
    """What a sign of a derivative stands before, and whether one pair of brackets holds it all."""
    first = p.i
    body = p.expression(19)
    depth = 0
    for k in range(first, p.i):
        depth += (p.tokens[k].kind == "open") - (p.tokens[k].kind == "close")
        if depth == 0:
            return body, p.tokens[k].kind == "close" and k == p.i - 1
    return body, False


def _order(p: Brackets, piece: tuple[int, int]) -> tuple[int, int]:
    """Where the numerator's function begins, and the order of the derivative."""
    first = piece[0] + 1
    if first < piece[1] and p.tokens[first].kind == "sup":
        saved = p.i, p.stop
        p.i, p.stop = first + 1, piece[1]
        inner = p.script()
        order = "".join(p.texts(inner))
        first = p.i
        p.i, p.stop = saved
        return first, int(order) if order in ("1", "2", "3", "4") else 9
    return first, 1


@dataclass(frozen=True, slots=True)
class _Below:
    r"""What one sign below is about: \partial x^2 is of `variable` x and `power` 2, or of x^2, the `whole`."""

    variable: Syntax
    power: int
    whole: Syntax


def _below(p: Brackets, piece: tuple[int, int]) -> tuple[list[_Below], bool]:
    """The variables below: dx, dx^2, dx dx^T, dvec(X)^T, and whether one of them is a vec."""
    saved = p.i, p.stop, p.bars
    p.i, p.stop = piece
    found: list[_Below] = []
    vec = False
    while p.i < piece[1]:
        sign = p.take()
        if sign.text not in ("∂", "d"):
            raise p.unexpected(sign, "the variable of the derivative, \\partial x")
        p.stop = _next_sign(p, p.i + 1, piece[1])
        held = p.peek().text == "("
        whole = p.atom()
        variable, power = _raised(whole) if not held or p.tokens[p.i - 1].text != ")" else (whole, 1)
        p.stop = piece[1]
        inner = variable.body if isinstance(variable, Transpose) else variable
        if isinstance(inner, Call) and inner.function == "vec":
            variable, vec = inner.args[0], True
        elif isinstance(inner, Call) and inner.function == "vech":
            variable, vec = inner, True
        found.append(_Below(variable, power, whole))
    p.i, p.stop, p.bars = saved
    return found, vec


def _raised(whole: Syntax) -> tuple[Syntax, int]:
    """x and 2 of x^2."""
    if isinstance(whole, Power) and isinstance(whole.exponent, Number) and whole.exponent.value in (2, 3, 4):
        return whole.base, int(whole.exponent.value)
    return whole, 1


def _counted(p: Brackets, below: list[_Below], order: int) -> list[Syntax]:
    r"""The variables one by one: x twice of \partial^2/\partial x^2, but \sigma^2 of \partial/\partial \sigma^2.

    The order above says which it is.
    """
    if sum(b.power for b in below) == order or all(b.power == 1 for b in below):
        return [b.variable for b in below for _ in range(b.power)]
    if len(below) == order:
        return [b.whole for b in below]
    raised = next(b for b in below if b.power > 1).whole
    written = p.text[raised.span[0] : raised.span[1]]
    message = f"the derivative is of order {order} above, which does not fit {written} below"
    raise ReadError(p.text, raised.span, message, rf"that order, or \partial({written}) for the quantity {written}")


def _next_sign(p: Brackets, first: int, last: int) -> int:
    """Where the next ∂ stands that is in no bracket."""
    depth = 0
    for k in range(first, last):
        token = p.tokens[k]
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0 and token.text == "∂":
            return k
    return last


def derivative_sign(p: Brackets) -> Syntax:
    r"""\partial X (a differential), \partial_x f, \nabla_x f, \nabla^2 f."""
    start = p.i
    token = p.take()
    if token.text == "∂" and p.peek().kind != "sub":
        return names.differential(p, start)
    order, transposed = 1, False
    variables: list[Syntax] = []
    for s in scripts.gather(p):
        if s.kind == "sup" and "".join(p.texts(s.piece)) in TRANSPOSES:
            transposed = True
        elif s.kind == "sup":
            order = 2 if p.texts(s.piece) == ["2"] else 9
        elif s.kind == "sub":
            variables = [v for v in _gradient_variables(p, s) if v is not None]
    if transposed:
        variables = [Transpose(v.span, v) for v in variables]
    body, closed = _operand(p) if p.binding(p.peek()) == 30 or p.peek().text == "-" else (None, False)
    return Derivative(p.since(start), body, tuple(variables), token.text, max(order, len(variables)), closed=closed)


def _gradient_variables(p: Brackets, script: Script) -> list[Syntax | None]:
    if any(t.text == "," for t in p.tokens[script.piece[0] : script.piece[1]]):
        return list(scripts.indices(p, script.piece))
    found = p.within(script.piece)
    several = isinstance(found, Product) and all(isinstance(f, Name) for f in found.factors)  # \nabla_{xy}
    return list(found.factors) if isinstance(found, Product) and several else [found]
