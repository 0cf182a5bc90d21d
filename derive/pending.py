"""Derivatives that stand inside a formula, grad f(x)^T h: calls that wait until they are worked out."""

from __future__ import annotations

from collections.abc import Sequence

from .errors import ShapeError
from .nodes import Function, Node
from .sizes import Shape, is_one, shape_text


def _shape(f: Shape, *by: Shape) -> Shape:
    """The shape of what derive() reports: a gradient, a Jacobian, a Hessian."""
    x = by[0]
    if is_one(x[0]) and is_one(x[1]):
        return f
    if is_one(f[0]) and is_one(f[1]) and (len(by) == 1 or is_one(x[1])):
        return x if len(by) == 1 else (x[0], by[1][0])
    if len(by) == 1 and is_one(f[1]) and is_one(x[1]):
        return f[0], x[0]
    raise ShapeError(f"no matrix holds the derivative of {shape_text(f)} by {shape_text(x)} inside a formula")


_derivative = Function("derivative", _shape, differentiable=False)


def derivative_of(f: Node, by: Sequence[Node]) -> Node:
    """The derivative of f by each of the variables in turn, not yet worked out."""
    return _derivative(f, *by)


def is_pending(n: Node) -> bool:
    """True for a derivative that is still to be worked out."""
    return bool(n.op == "call" and n.fn is _derivative)
