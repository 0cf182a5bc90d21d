r"""Derivatives along something: d/dt of x^T P x while \dot x = Ax, D_v f(x), Df(x)h.

What moves with t is a name whose rate \dot x (or dx/dt) is defined beside the claim, declared, or stands in it.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from . import syntax as s
from .syntax import mapped, walk


def rate_of(name: str) -> str:
    r"""\dot{x} of x."""
    return rf"\dot{{{name}}}"


def moving(body: s.Syntax, rates: Collection[str]) -> list[s.Name]:
    """The names of a formula that move, in the order in which they stand."""
    names = {x.text: x for x in walk(body) if isinstance(x, s.Name)}
    return [x for n, x in names.items() if rate_of(n) in rates]


def with_rates(tree: s.Syntax, t: str) -> s.Syntax:
    r"""\dot{A} for dA/dt."""
    if isinstance(tree, s.Derivative) and isinstance(tree.body, s.Name) and tree.order == 1:
        by = tree.variables[0] if len(tree.variables) == 1 else None
        if isinstance(by, s.Name) and by.text == t:
            return s.Name(tree.span, rate_of(tree.body.text))
    return mapped(tree, partial(with_rates, t=t))


def along_motion(body: s.Syntax, names: list[s.Name], scalar: bool) -> s.Syntax:
    r"""\sum_v \langle\nabla_v f, \dot v\rangle of a scalar f, \sum_v (\partial f/\partial v) \dot v of a vector."""
    terms: list[s.Syntax] = []
    for v in names:
        slope, rate = s.Derivative(body.span, body, (v,), "∇"), s.Name(body.span, rate_of(v.text))
        terms.append(s.Inner(body.span, slope, rate) if scalar else s.Product(body.span, (slope, rate), ("",)))
    return terms[0] if len(terms) == 1 else s.Sum(body.span, tuple(terms))
