r"""Functions in pieces: \begin{cases} x & x > 0 \\ 0 & \text{otherwise} \end{cases} is x 1[x > 0]."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from .syntax import Call, Name, Negative, Number, Product, Sum, Syntax, Transpose, Unit
from .tokens import Token

if TYPE_CHECKING:
    from .brackets import Brackets

ENVIRONMENTS = frozenset({"cases", "dcases", "rcases", "numcases"})
_LEADS = frozenset({"if", "for", "when", "where"})
_OTHERWISE = frozenset({"otherwise", "else"})
_INDICES = frozenset("ijklmnpqrst")
_AND = frozenset({"and", "∧", "\\land", "\\wedge"})
_EQUALITIES = frozenset({"=", "≠", "\\ne", "\\neq"})


@dataclass(frozen=True, slots=True)
class _Condition:
    """1[greater > smaller], or of two indices 1[i = j] and 1[i != j]; the sides as they were written."""

    indicator: Syntax
    greater: str
    smaller: str
    sign: str = ">"

    def excludes(self, other: _Condition) -> bool:
        if {self.sign, other.sign} == {"=", "≠"}:
            return {self.greater, self.smaller} == {other.greater, other.smaller}
        return self.sign == other.sign == ">" and (self.greater, self.smaller) == (other.smaller, other.greater)


@dataclass(frozen=True, slots=True)
class _Row:
    """A value and where it holds: under all conditions, of which `otherwise` has none; at a point only, with x = 0."""

    value: Syntax
    conditions: tuple[_Condition, ...]
    at_point: bool
    end: Token


def cases(p: Brackets) -> Syntax:
    """The sum of the values, each times the indicator of its conditions and of the failure of all before it.

    The value at a border between two pieces is nobody's concern: the pieces of what has a derivative agree there.
    """
    opening = p.take()
    rows = [_row(p, opening)]
    while rows[-1].end.kind != "end":
        rows.append(_row(p, opening))
    rows = [r for r in rows if not r.at_point]
    span = (opening.start, p.tokens[p.i - 1].end)
    terms = [_term(r, rows[:k]) for k, r in enumerate(rows) if not _is_zero(r.value)]
    if not terms:
        return Number(span, Fraction(0))
    return terms[0] if len(terms) == 1 else Sum(span, tuple(terms))


def _is_zero(value: Syntax) -> bool:
    return isinstance(value, Number) and value.value == 0


def _term(row: _Row, before: list[_Row]) -> Syntax:
    failures = [_fails(b.conditions) for b in before if not _exclude(b, row)]
    return _product((*failures, *(c.indicator for c in row.conditions), row.value))


def _exclude(one: _Row, other: _Row) -> bool:
    return any(a.excludes(b) for a in one.conditions for b in other.conditions)


def _fails(conditions: tuple[_Condition, ...]) -> Syntax:
    """1 - 1[c], which is 1[-c] for one condition."""
    holds = _product(tuple(c.indicator for c in conditions))
    if isinstance(holds, Call):
        return Call(holds.span, "step", (Negative(holds.span, holds.args[0]),))
    return Sum(holds.span, (Number(holds.span, Fraction(1)), Negative(holds.span, holds)))


def _product(factors: tuple[Syntax, ...]) -> Syntax:
    if len(factors) == 1:
        return factors[0]
    return Product((factors[0].span[0], factors[-1].span[1]), factors, ("",) * (len(factors) - 1))


def _row(p: Brackets, opening: Token) -> _Row:
    saved, p.bars = p.bars, []
    p.cells += 1
    value = p.expression(0)
    p.accept(",")
    if p.peek().kind == "amp":
        p.take()
    conditions, at_point = _conditions(p)
    p.cells -= 1
    p.bars = saved
    while p.peek().text in (".", ",", ";"):
        p.take()
    token = p.take()
    if token.kind == "row" and p.peek().kind == "end" and p.peek().text:
        token = p.take()
    if token.kind not in ("row", "end") or not token.text:
        raise p.error(token, f"found {token.text or 'the end'} in the {opening.text}", "\\\\ or \\end")
    return _Row(value, conditions, at_point, token)


def conditions(p: Brackets) -> Syntax:
    """One where the conditions that stand here hold, else zero: of 1[i = j], of 1_{x > 0}."""
    start = p.i
    found, at_point = _conditions(p)
    if at_point or not found:
        raise p.error(p.since(start), "this is no condition", "a relation such as x > 0, or i = j of indices")
    return _product(tuple(c.indicator for c in found))


def _conditions(p: Brackets) -> tuple[tuple[_Condition, ...], bool]:
    """x > 0, 0 < x < 1, x = 0, i = j and k = l, otherwise."""
    words = 0
    while p.peek().text in _LEADS | _OTHERWISE:
        words += p.take().text in _OTHERWISE
    if p.peek().kind in ("row", "end") or p.at("."):
        if not words:
            raise p.error(p.peek(), "the last piece has no condition", "value & condition, or otherwise")
        return (), False
    found: list[_Condition] = []
    at_point = False
    while True:
        saved, p.stop = p.stop, _before_and(p)
        more, at = _condition(p)
        p.stop = saved
        found, at_point = found + more, at_point or at
        if p.peek().text not in _AND:
            return tuple(found), at_point
        p.take()


def _before_and(p: Brackets) -> int:
    """Where the condition that begins here ends: at the word `and`, or with the row."""
    for k in range(p.i, p.stop):
        if p.tokens[k].kind in ("row", "end") or p.tokens[k].text in _AND:
            return k if p.tokens[k].text in _AND else p.stop
    return p.stop


def _condition(p: Brackets) -> tuple[list[_Condition], bool]:
    """A chain of relations, and whether one of them holds at a point only."""
    left = p.expression(0)
    found: list[_Condition] = []
    while p.compares() or p.peek().text in _EQUALITIES:
        sign = p.peek().text
        if sign in _EQUALITIES:
            p.take()
            right = p.expression(0)
            if not (_is_index(p, left) and _is_index(p, right)):
                if sign != "=":
                    raise p.error(right.span, "this is no condition", "a relation such as x > 0")
                return [], True
            found.append(_equality(p, left, right, sign))
        else:
            right, indicator = p.indicator(left)
            one, two = _written(p, left), _written(p, right)
            found.append(_Condition(indicator, one, two) if sign in (">", "≥") else _Condition(indicator, two, one))
        left = right
    if not found:
        raise p.error(left.span, "this is no condition", "a relation such as x > 0")
    return found, False


def _equality(p: Brackets, left: Syntax, right: Syntax, sign: str) -> _Condition:
    r"""1[i = j], which is \delta_{ij} = e_i^T e_j, and 1[i != j], which is 1 - \delta_{ij}."""
    span = (left.span[0], right.span[1])
    delta: Syntax = Product(span, (Transpose(span, Unit(span, left)), Unit(span, right)), ("",))
    if sign != "=":
        delta = Sum(span, (Number(span, Fraction(1)), Negative(span, delta)))
    return _Condition(delta, _written(p, left), _written(p, right), "=" if sign == "=" else "≠")


def _is_index(p: Brackets, side: Syntax) -> bool:
    """A letter for an index that nothing declares to be a quantity."""
    return isinstance(side, Name) and side.text in _INDICES and side.text not in (p.scope.names | p.scope.sizes)


def _written(p: Brackets, side: Syntax) -> str:
    return p.text[side.span[0] : side.span[1]].strip()
