r"""Signs of derivatives: \frac{\partial f}{\partial x}, \nabla_x f, \partial_x f, dX."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    variables, vec = _variables(p, bottom)
    body: Syntax | None = None
    if body_first < top[1]:
        body = p.within((body_first, top[1]))
        if isinstance(body, Call) and body.function == "vec":
            body, vec = body.args[0], True
    elif p.binding(p.peek()) == 30 or p.peek().text == "-":
        body = p.expression(19)
    order = max(order, len(variables))
    return Derivative(p.since(start), body, tuple(variables), sign, order, vec)


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


def _variables(p: Brackets, piece: tuple[int, int]) -> tuple[list[Syntax], bool]:
    """The variables below: dx, dx^2, dx dx^T, dvec(X)^T."""
    saved = p.i, p.stop, p.bars
    p.i, p.stop = piece
    found: list[Syntax] = []
    vec = False
    while p.i < piece[1]:
        sign = p.take()
        if sign.text not in ("∂", "d"):
            raise p.unexpected(sign, "the variable of the derivative, \\partial x")
        p.stop = _next_sign(p, p.i + 1, piece[1])
        variable = p.atom()
        p.stop = piece[1]
        if (
            isinstance(variable, Power)
            and isinstance(variable.exponent, Number)
            and variable.exponent.value in (2, 3, 4)
        ):
            found += [variable.base] * (int(variable.exponent.value) - 1)
            variable = variable.base
        inner = variable.body if isinstance(variable, Transpose) else variable
        if isinstance(inner, Call) and inner.function == "vec":
            variable, vec = inner.args[0], True
        elif isinstance(inner, Call) and inner.function == "vech":
            variable, vec = inner, True
        found.append(variable)
    p.i, p.stop, p.bars = saved
    return found, vec


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
    body = p.expression(19) if p.binding(p.peek()) == 30 or p.peek().text == "-" else None
    return Derivative(p.since(start), body, tuple(variables), token.text, max(order, len(variables)))


def _gradient_variables(p: Brackets, script: Script) -> list[Syntax | None]:
    if any(t.text == "," for t in p.tokens[script.piece[0] : script.piece[1]]):
        return list(scripts.indices(p, script.piece))
    found = p.within(script.piece)
    several = isinstance(found, Product) and all(isinstance(f, Name) for f in found.factors)  # \nabla_{xy}
    return list(found.factors) if isinstance(found, Product) and several else [found]
