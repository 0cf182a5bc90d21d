r"""How far a nabla reaches, and by what it is: \nabla^2 f(x) h is (\nabla^2 f(x)) h; \nabla f(x)^\top is transposed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from . import syntax as s
from .syntax import mapped

Variable = Callable[[s.Derivative, s.Syntax], s.Syntax]


def settled(tree: s.Syntax, functions: Collection[str], variable: Variable) -> s.Syntax:
    """The tree with every derivative on its function alone, and by a variable: `variable` finds what is not written."""

    def change(node: s.Syntax) -> s.Syntax:
        node = mapped(node, change)
        return _settled(node, functions, variable) if isinstance(node, s.Derivative) else node

    return change(tree)


def _settled(node: s.Derivative, functions: Collection[str], variable: Variable) -> s.Syntax:
    body = node.body
    if isinstance(body, s.Product) and _is_function(body.factors[0], functions):
        first = _settled(replace(node, body=body.factors[0]), functions, variable)
        return replace(body, factors=(first, *body.factors[1:]))
    if isinstance(body, s.Transpose) and _is_function(body.body, functions):
        return replace(body, body=_settled(replace(node, body=body.body), functions, variable))
    if body is None or node.variables:
        return node
    return replace(node, variables=(variable(node, body),))


def _is_function(node: s.Syntax, functions: Collection[str]) -> bool:
    """A name that the text defines, perhaps at an argument, perhaps transposed."""
    if isinstance(node, s.Transpose):
        return _is_function(node.body, functions)
    name = node.function if isinstance(node, s.Application) else node.text if isinstance(node, s.Name) else ""
    return name in functions
