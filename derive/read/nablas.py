r"""How far a nabla reaches, and by what it is: \nabla^2 f(x) h is (\nabla^2 f(x)) h; \nabla f(x)^\top is transposed.

A numerator and brackets say it themselves: \frac{\partial e'e}{\partial\beta} and \nabla(gh) are of the whole product.
So is \nabla_\beta e'e of a quantity e, which is no function of a named argument.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ..errors import ReadError
from . import syntax as s
from .definitions import Definition
from .syntax import mapped, walk

Variable = Callable[[s.Derivative, s.Syntax], s.Syntax]


def settled(tree: s.Syntax, defined: Mapping[str, Definition], text: str, variable: Variable) -> s.Syntax:
    """The tree with every derivative on its function alone, and by a variable: `variable` finds what is not written."""

    def change(node: s.Syntax) -> s.Syntax:
        node = mapped(node, change)
        return _settled(node, defined, text, variable) if isinstance(node, s.Derivative) else node

    return change(tree)


def _settled(node: s.Derivative, defined: Mapping[str, Definition], text: str, variable: Variable) -> s.Syntax:
    body = node.body
    if isinstance(body, s.Product) and not node.closed and _ends_early(node, body, defined, text):
        first = _settled(replace(node, body=body.factors[0]), defined, text, variable)
        return replace(body, factors=(first, *body.factors[1:]))
    if isinstance(body, s.Transpose) and _name(body.body) in defined:
        return replace(body, body=_settled(replace(node, body=body.body), defined, text, variable))
    if body is None or node.variables:
        return node
    return replace(node, variables=(variable(node, body),))


def _ends_early(node: s.Derivative, body: s.Product, defined: Mapping[str, Definition], text: str) -> bool:
    """Is the derivative of the first factor alone, f(x) of f(x) h?"""
    first = body.factors[0]
    name = _name(first.body if isinstance(first, s.Transpose) else first)
    if name not in defined:
        return False
    is_function = bool(defined[name].head.parameters)
    moves_too = any(_name(x) in defined for f in body.factors[1:] for x in _outside_derivatives(f))
    if is_function and moves_too:
        wanted = "brackets around the product or around the derivative"
        raise ReadError(text, node.span, f"this may be the derivative of the product or of {name} alone", wanted)
    return is_function or not (moves_too or node.variables)


def _outside_derivatives(node: s.Syntax) -> list[s.Syntax]:
    inside = {id(x) for d in walk(node) if isinstance(d, s.Derivative) for x in walk(d)}
    return [x for x in walk(node) if id(x) not in inside]


def _name(node: s.Syntax) -> str:
    """The name that a piece is, or that it is a value of."""
    return node.function if isinstance(node, s.Application) else node.text if isinstance(node, s.Name) else ""
