"""Steps of a second derivative: the gradient, its differential one law at a time, and the Hessian read off.

Where the Hessian is written in the names rho = f and g = grad f, its derivation is: differentiate g = N/D by the
quotient rule, dg = (dN - g dD)/D, put in d rho = g^T dx, collect, read off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from . import algebra as al
from .evidence import Ground
from .hessian_form import Quotient, written_out
from .nodes import MINUS_ONE, Node, make
from .rule import d, tangent
from .sizes import is_one
from .step_record import READ_OFF, STACKED, TRANSPOSED, Step, stacked
from .steps import UNNAMED, Writer
from .unfold import factors

if TYPE_CHECKING:
    from .mixed_hessian import MixedHessian
    from .second_order import Hessian

# What the subjects of the gradient's own derivation are called here.
SECOND = {"df": "dg", "vec": "vec g", "J": "H", "dt": "H", "grad": "H", "f": "grad"}


def hessian_steps(hessian: Hessian) -> tuple[Step, ...]:
    """The steps from d(f) to the Hessian."""
    found = hessian.quotient
    second = _by_laws(hessian) if found is None else _by_quotient(hessian, found)
    last = second[-1]
    if last.after is not hessian.jacobian:
        second.append(Step(UNNAMED, last.after, hessian.jacobian, subject="H", ground=last.ground))
    return (*hessian.first.steps, *second)


def _by_laws(hessian: Hessian) -> list[Step]:
    """The Jacobian of the gradient, which is the Hessian."""
    second = _renamed(hessian.second.steps, SECOND)
    while len(second) > 1 and second[-1].relation == TRANSPOSED and second[-2].relation == READ_OFF:
        second.pop()
    return second


def mixed_steps(mixed: MixedHessian) -> tuple[Step, ...]:
    """The gradient by x, and its derivative by y."""
    subject = "Mt" if mixed.wrt.is_scalar else "M"
    second = _renamed(mixed.second.steps, {**SECOND, **dict.fromkeys(("J", "dt", "grad"), subject)})
    while len(second) > 1 and second[-1].relation == TRANSPOSED and second[-2].relation == READ_OFF:
        second.pop()
    last = second[-1]
    if mixed.rows.is_scalar and not mixed.wrt.is_scalar:  # the change of one partial derivative, read off as a row
        second[-1] = replace(last, rule="read off the Jacobian", after=mixed.result)
    elif last.after is not mixed.result:
        second.append(
            Step("vec of both sides", last.after, mixed.result, relation=STACKED, subject=subject, ground=last.ground)
        )
    return (*mixed.first.steps, *second)


def _renamed(steps: Sequence[Step], subjects: dict[str, str]) -> list[Step]:
    return [replace(s, subject=subjects.get(str(s.subject), s.subject)) for s in steps]


def _by_quotient(hessian: Hessian, q: Quotient) -> list[Step]:
    """dg of g = N/D, over the names."""
    x, gradient = hessian.wrt, q.names[-1][1]
    column = is_one(x.shape[1])
    dx, under = tangent(x) if column else stacked(tangent(x)), al.pow_(q.denominator, MINUS_ONE)
    writer = Writer(Ground(gradient, (x,), q.names), hessian.book, subject="dg" if column else "vec g")
    if q.value is not None:
        writer.define(q.value, dict(q.names)[q.value])
    writer.define(q.gradient, al.scale(under, q.numerator))
    writer.now = d(gradient)
    falls = al.matmul([al.transpose(q.falls), dx])
    slopes = [al.matmul([t, dx]) for t in written_out(q.slope, set())]
    minus_g = al.scale(MINUS_ONE, q.gradient)
    change = _over(under, [d(q.numerator), al.scale(_plain(q, falls), minus_g)])
    writer.write("quotient rule", change)
    if q.value is not None and q.moved is not None:
        moved = al.scale(al.had([MINUS_ONE, tangent(q.value)]), q.moved)
        writer.to("linearity, product rule", _over(under, [*slopes, moved, al.scale(falls, minus_g)]))
    back = [_applied(minus_g, q.falls, dx)]
    if q.moved is not None:
        back.append(_applied(al.scale(MINUS_ONE, q.moved), q.gradient, dx))
    known = "the gradient of the quotient is g" if q.value is not None else "a scalar times a vector"
    writer.to(known, _over(under, [*slopes, *back]))
    s, m = (q.form.args[0], q.form.args[1]) if q.form.op == "scale" else (None, q.form)
    product = make("matmul", (*factors(m), dx), (m.shape[0], 1))
    writer.to("collect", product if s is None else al.scale(s, product))
    writer.write("read off the Jacobian", q.form, relation=READ_OFF, subject="H")
    return writer.steps


def _plain(q: Quotient, falls: Node) -> Node:
    """dD, marked where it is not one product."""
    return falls if q.value is None else d(q.denominator)


def _over(under: Node, terms: Sequence[Node]) -> Node:
    return al.scale(under, al.add(list(terms)))


def _applied(column: Node, row: Node, dx: Node) -> Node:
    """u v^T dx as it reads, the outer product not yet made a scalar times a column."""
    s, u = (column.args[0], column.args[1]) if column.op == "scale" else (None, column)
    c, v = (row.args[0], row.args[1]) if row.op == "scale" else (None, row)
    v = al.transpose(v)
    product = make("matmul", (*factors(u), *factors(v), dx), (u.shape[0], 1))
    for t in (s, c):
        product = product if t is None else al.scale(t, product)
    return product


__all__ = ["hessian_steps", "mixed_steps"]
