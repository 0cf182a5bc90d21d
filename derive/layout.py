"""Layouts: how one linear map is written down. The only file that knows them.

Numerator layout: df = J dx; the shape of df/dX is the shape of f, then the shape of X reversed, ones dropped.
"""

from __future__ import annotations

from . import algebra as al
from .errors import BadInput
from .nodes import Node
from .sizes import Shape, Size, is_one

LAYOUTS = ("numerator", "numerator-strict", "denominator")


def check_layout(layout: str) -> str:
    """The layout's name, or an error that lists the names there are."""
    if layout not in LAYOUTS:
        raise BadInput(f"unknown layout {layout!r}; wanted one of {', '.join(LAYOUTS)}")
    return layout


def reported(jacobian: Node, scalar_function: bool, layout: str) -> Node:
    """What `result` shows: a scalar's gradient, a Jacobian otherwise; transposed where the layout says so."""
    if layout == "numerator":
        return al.transpose(jacobian) if scalar_function else jacobian
    return jacobian if layout == "numerator-strict" else al.transpose(jacobian)


def tensor_shape(f: Shape, x: Shape, order: int = 1) -> tuple[Size, ...]:
    """The shape of the whole derivative as an array: f, then x reversed once for each order, ones dropped.

    scalar by vector: n (as the row 1 x n); vector by matrix: m, k, n; matrix by matrix: m, l, k, n.
    """
    return (*(s for s in f if not is_one(s)), *(s for s in x[::-1] * order if not is_one(s)))
