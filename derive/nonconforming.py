"""A claim whose parts do not fit together: the change of it that fits and agrees with the numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any

from . import algebra as al
from .claim import Evidence, Problem, compare, gather, problem, with_tangents
from .diagnose import Diagnosis, spoken_layout
from .errors import DeriveError, ReadError
from .nodes import MINUS_ONE, ONE, Node, const, walk
from .read.amended import Amended, amended
from .worked import worked_out

_FACTORS = (ONE, MINUS_ONE, const(2), const(Fraction(1, 2)))
_SENTENCES = {
    "transposed": "a row stands where a column should, or the reverse: {}",
    "missing-transpose": "a transpose is wrong: {}",
    "product-order": "the factors stand in the wrong order: {}",
}


@dataclass(frozen=True)
class Written:
    """A claim as text, with f and the variable: what is read again with each change."""

    f: str
    wrt: str
    claim: str
    where: Mapping[str, Any] | None = None
    form: str = "derivative"
    definitions: Mapping[str, Node] | None = None


def diagnose_nonconforming(
    written: Written, f: Node, error: DeriveError, layout: str | None = None
) -> Diagnosis | None:
    """What makes the shapes fit and the claim right, by one change or two, rather the gradient than another layout.

    f is the function as it was read without the claim: a change must not make another function of it.
    """
    second: Diagnosis | None = None
    known: dict[Any, list[Evidence]] = {}
    reason = error.message if isinstance(error, ReadError) else str(error)
    for factor, (one, posed) in product(_FACTORS, list(_posed(written, f))):
        p = replace(posed, claim=al.scale(factor, posed.claim))
        if not _agrees(p, known, layout):
            continue
        by = spoken_layout(p, p.claim, known[_key(p)], layout)
        shown = p.restore(p.claim)
        what = _SENTENCES[one.kind].format(one.change)
        also = "" if factor is ONE else f", and the claim must be multiplied by {factor}"
        found = Diagnosis(one.kind, f"{reason}; {what}{also}; right is {shown}{by}", shown)
        if not by:
            return found
        second = second or found
    return second


def _posed(written: Written, f: Node) -> Iterator[tuple[Amended, Problem]]:
    for one in _readable(written):
        x = one.wrt.expression
        if one.f.expression is not f:
            continue
        try:
            said = worked_out(with_tangents(one.claim.expression, one.claim.differentials, x), written.where)
            yield one, problem(worked_out(f, written.where), x, said, 2 if written.form == "hessian" else 1, ())
        except DeriveError:
            continue


def _readable(w: Written) -> Iterator[Amended]:
    try:
        yield from amended(w.f, w.wrt, w.claim, w.where, form=w.form, definitions=w.definitions)
    except ReadError:
        return


def _agrees(posed: Problem, known: dict[Any, list[Evidence]], layout: str | None) -> bool:
    try:
        evidence = known.setdefault(_key(posed), []) or gather(posed)
        known[_key(posed)] = evidence
        if compare(posed, posed.claim, evidence[:1], layout).status == "wrong":
            return False
        return compare(posed, posed.claim, evidence, layout).status == "correct"
    except DeriveError:
        return False


def _key(posed: Problem) -> Any:
    """What the evidence rests on: f, the variable, the form, and the symbols that need values."""
    return posed.f, posed.x, posed.form, frozenset(n for n in walk(posed.claim) if n.op in ("symbol", "item"))
