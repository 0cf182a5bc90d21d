"""What went wrong with a claim: the smallest edit that makes it right, and the mistake it undoes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, islice
from typing import Any

import numpy as np

from . import algebra as al
from . import maps
from .adjoint import pullback
from .book import Book
from .claim import Evidence, Problem, asked, compare, gather
from .derivation import Derivation
from .edits import Edit, edits, reshaped
from .errors import DeriveError
from .linearise import differential
from .nodes import ONE, Node, const, depends, placeholder, symbol, walk
from .normal import collect, expanded_terms, factored
from .numeric import compile
from .rebuilding import substitute
from .relation import right_side
from .rule import tangent
from .second_order import hessian_of
from .sizes import same_shape, same_size, shape_text
from .values import is_negative

_BUDGET = 900  # edits tried before giving up


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`kind` of mistake, a sentence about it, and the repaired claim."""

    kind: str
    message: str
    repaired: Node | None = None


def wrong_shape(message: str, repaired: Node | None = None) -> Diagnosis:
    """A claim whose parts do not fit together, or that has not the shape of the derivative."""
    return Diagnosis("wrong-shape", message, repaired)


def diagnose(posed: Problem, evidence: Sequence[Evidence], layout: str | None, book: Book) -> Diagnosis:
    """The first explanation that the numbers accept, likeliest first; the derived answer where none is found."""
    case = _Case(posed, evidence, layout, book)
    for explain in (
        _as_a_multiple, _as_one_edit, _as_symmetric, _as_missing_terms, _as_missing_chain, _as_a_part,
        _as_transposed_terms, _as_commuting, _as_two_edits,
    ):  # fmt: skip
        try:
            found = explain(case)
        except DeriveError:
            continue
        if found is not None:
            return found
    return case.unexplained()


class _Case:
    """A wrong claim, the evidence against it, and what is tried on it."""

    def __init__(self, posed: Problem, evidence: Sequence[Evidence], layout: str | None, book: Book) -> None:
        self.posed, self.evidence, self.layout, self.book = posed, evidence, layout, book
        self.claim: Node = posed.claim
        self._derived: Node | None = None

    def right(self, claim: Node) -> bool:
        """Does a changed claim agree? One instance first, since most do not."""
        try:
            if compare(self.posed, claim, self.evidence[:1], self.layout).status == "wrong":
                return False
            return bool(compare(self.posed, claim, self.evidence, self.layout).status == "correct")
        except (DeriveError, ZeroDivisionError, FloatingPointError):
            return False

    def derived(self) -> Node:
        """The right answer in the layout nearest to the claim's shape."""
        if self._derived is None:
            p = self.posed
            d = Derivation(p.f, p.wrt, "numerator", self.book)
            if p.is_relation:
                self._derived = right_side(p)
            elif p.form == "differential":
                self._derived = differential(p.f, p.tangents, self.book)
            elif p.along is not None:
                self._derived = substitute(d.differential, {tangent(p.x): p.along})
            elif p.form == "hessian":
                self._derived = hessian_of(p.f, p.x, self.book, "numerator", ()).result
            else:
                answer = d.forms.get("entries independent", d.result)
                flipped = al.transpose(answer)
                if self.layout is not None:
                    self._derived = answer if asked(_layout_of(p), self.layout) else flipped
                    return self._derived
                fits = same_shape(answer.shape, self.claim.shape) or not same_shape(flipped.shape, self.claim.shape)
                self._derived = answer if fits else flipped
        return self._derived

    def shown(self, node: Node) -> Node:
        return self.posed.restore(node)

    def said(self, kind: str, message: str, repaired: Node) -> Diagnosis:
        shown = self.shown(repaired)
        return Diagnosis(kind, f"{message}; right is {shown}{self.layout_of(repaired)}", shown)

    def layout_of(self, repaired: Node) -> str:
        return spoken_layout(self.posed, repaired, self.evidence, self.layout)

    def unexplained(self) -> Diagnosis:
        """No edit explains it: shape first."""
        try:
            answer = self.derived()
        except DeriveError:
            return Diagnosis("other", self.disagrees())
        if not same_shape(answer.shape, self.claim.shape) and not same_shape(answer.shape, self.claim.shape[::-1]):
            found, wanted = shape_text(self.claim.shape), shape_text(answer.shape)
            return wrong_shape(
                f"the claim has shape {found}, {self.asked_for()} {wanted}: right is {self.shown(answer)}",
                self.shown(answer),
            )
        return self.said("other", self.disagrees(), answer)

    def asked_for(self) -> str:
        return "the left side" if self.posed.is_relation else "the derivative"

    def disagrees(self) -> str:
        return "the two sides differ" if self.posed.is_relation else "the claim disagrees with the numerical derivative"


def _layout_of(posed: Problem) -> str:
    """The layout in which derive() reports a derivative."""
    return "gradient" if posed.f.is_scalar else "numerator"


def spoken_layout(posed: Problem, claim: Node, evidence: Sequence[Evidence], layout: str | None) -> str:
    """The layout in which a claim is right, in words; nothing for the one in which derivatives are reported."""
    try:
        found = compare(posed, claim, evidence, layout).layout
    except DeriveError:
        return ""
    usual = (
        found is None
        or posed.is_relation
        or layout is not None
        or found in (_layout_of(posed), "symmetric", "differential")
    )
    return "" if usual else f" in {found} layout"


# --- multiples --------------------------------------------------------------------------------------------------
def _as_a_multiple(case: _Case) -> Diagnosis | None:
    """-G, 2G, G/2, or G without a scalar factor: the ratio of derivative and claim, if there is one."""
    ratios = _ratios(case)
    if ratios is None:
        return None
    for c in (-1, 2, Fraction(1, 2), -2, Fraction(-1, 2), 4, Fraction(1, 4), 3, Fraction(1, 3)):
        if np.allclose(ratios, float(c), rtol=1e-8):
            repaired = al.scale(const(c), case.claim)
            if case.right(repaired):
                kind = "sign" if c == -1 else "factor"
                what = "the sign is wrong" if c == -1 else f"the claim must be multiplied by {c}"
                return case.said(kind, what, repaired)
    for factor in _scalar_factors(case):
        repaired = al.scale(factor, case.claim)
        if case.right(repaired):
            return case.said("factor", f"the factor {case.shown(factor)} is missing", repaired)
    return None


def _ratios(case: _Case) -> np.ndarray[Any, Any] | None:
    """derivative / claim on every instance, where one is a multiple of the other in some layout."""
    ratios = []
    for item in case.evidence:
        value = _value(case, case.claim, item)
        if value is None:
            return None
        for right in item.right.values():
            if right.shape == value.shape and (norm := float((value * value).sum())) > 0:
                r = float((value * right).sum()) / norm
                if r != 0 and np.abs(right - r * value).max() <= 1e-7 * np.abs(right).max():
                    ratios.append(r)
                    break
        else:
            return None
    return np.array(ratios)


def _value(case: _Case, node: Node, item: Evidence) -> np.ndarray[Any, Any] | None:
    try:
        with np.errstate(all="ignore"):
            return np.asarray(compile(node)({**item.instance.values, **item.moved}, item.instance.sizes))
    except (np.linalg.LinAlgError, DeriveError):
        return None


def _scalar_factors(case: _Case) -> Iterator[Node]:
    """Scalars that f is made of, and sizes, with the powers in which they are forgotten."""
    scalars = [n for n in reversed(walk(case.posed.f)) if n.is_scalar and n.op != "const"]
    sizes = {str(s): const(s) for n in walk(case.posed.f) for s in n.shape if not isinstance(s, int)}
    constants = [n for n in walk(case.posed.f) if n.op == "const" and n.param not in (0, 1, -1)]
    for s in chain(scalars, sizes.values(), constants):
        for sign in (1, -1):
            for power in (1, -1, 2, -2, Fraction(1, 2), Fraction(-1, 2)):
                if s.op == "const" and is_negative(s.param) and isinstance(power, Fraction):
                    continue  # no real root
                for c in (1, 2, Fraction(1, 2)):
                    try:
                        yield al.had([const(sign * c), al.pow_(s, const(power))])
                    except DeriveError:
                        continue


# --- edits ------------------------------------------------------------------------------------------------------
_SENTENCES = {
    "missing-transpose": "a transpose is wrong: {}",
    "inverse-vs-transpose": "an inverse is taken for a transpose, or the reverse: {}",
    "product-order": "the factors stand in the wrong order: {}",
    "sign": "a sign is wrong: {}",
    "factor": "a factor is wrong: {}",
    "other": "{}",
}


def _as_one_edit(case: _Case) -> Diagnosis | None:
    """One transpose, inverse, sign, coefficient or order changed."""
    wholly = al.transpose(case.claim)
    if wholly is not case.claim and case.right(wholly):
        return case.said("transposed", "the claim is the transpose of the derivative", wholly)
    return _first(case, islice(_varied(case.claim), _BUDGET))


def _varied(claim: Node) -> Iterator[Edit]:
    """Edits of the claim as it stands and, when it has brackets, of the claim multiplied out."""
    yield from edits(claim)
    yield from (e for e in reshaped(claim) if not same_shape(e.result.shape, claim.shape))
    terms = expanded_terms(claim)
    if len(terms) > 1:
        yield from edits(al.add(terms))


def _first(case: _Case, tried: Iterator[Edit]) -> Diagnosis | None:
    """The first edit that is right, rather in the layout of the gradient than in another."""
    second: Edit | None = None
    for edit in tried:
        if case.right(edit.result):
            if not case.layout_of(edit.result):
                return case.said(edit.kind, _SENTENCES[edit.kind].format(edit.change), edit.result)
            second = second or edit
    if second is None:
        return None
    return case.said(second.kind, _SENTENCES[second.kind].format(second.change), second.result)


def _as_two_edits(case: _Case) -> Diagnosis | None:
    """Two mistakes of one kind, such as two transposes."""
    firsts = list(islice(edits(case.claim), 40))
    seconds = ((a, b) for a in firsts for b in islice(edits(a.result), 40))
    for a, b in islice(seconds, _BUDGET):
        if case.right(b.result):
            kind = a.kind if a.kind == b.kind else b.kind if a.kind == "other" else a.kind
            return case.said(kind, _SENTENCES[kind].format(f"{a.change}, and {b.change}"), b.result)
    return None


# --- assumptions ------------------------------------------------------------------------------------------------
def _as_symmetric(case: _Case) -> Diagnosis | None:
    """Right only if some square matrix is symmetric."""
    squares = [n for n in _symbols(case) if not n.is_scalar and same_size(*n.shape) and al.transpose(n) is not n]
    for chosen in (*([s] for s in squares), squares):
        if chosen and _right_when(case, {s: symbol(s.name, s.shape, {*s.properties, "symmetric"}) for s in chosen}):
            names = " and ".join(str(case.shown(s)) for s in chosen)
            message = f"right only if {names} {'is' if len(chosen) == 1 else 'are'} symmetric, which was not declared"
            return case.said("assumes-symmetric", message, case.derived())
    return None


def _symbols(case: _Case) -> list[Node]:
    return [n for n in walk(case.posed.f, case.claim) if n.op == "symbol" and n.param.serial == -1]


def _right_when(case: _Case, replacements: dict[Node, Node]) -> bool:
    """Is the claim right for other, more special symbols?"""
    p = case.posed
    if p.form == "differential":
        replacements = {**replacements, **{tangent(a): tangent(b) for a, b in replacements.items()}}
    try:
        special = p.replaced(replacements)
        outcome = compare(special, special.claim, gather(special, 3), case.layout)
        if outcome.status == "inconclusive":  # a square X, of which f happens not to depend
            outcome = compare(special, special.claim, gather(special, 8), case.layout)
        return bool(outcome.status == "correct")
    except DeriveError:
        return False


def _as_commuting(case: _Case) -> Diagnosis | None:
    """Right only if the matrices commute, as numbers do: tried with diagonal ones."""
    squares = [n for n in _symbols(case) if not n.is_scalar and same_size(*n.shape)]
    if len(squares) < 1 or not _right_when(
        case, {s: symbol(s.name, s.shape, {*s.properties, "diagonal", "symmetric"}) for s in squares}
    ):
        return None
    return case.said("product-order", "right only if the matrices commute, as scalars do", case.derived())


# --- what is missing --------------------------------------------------------------------------------------------
def _as_missing_terms(case: _Case) -> Diagnosis | None:
    """The claim is the derivative without some of its terms."""
    answer = case.derived()
    terms = expanded_terms(answer)
    if not same_shape(answer.shape, case.claim.shape) or not 1 < len(terms) <= 32:
        return None
    for missing in _subsets(terms):
        repaired = al.add([case.claim, *missing])
        if case.right(repaired):
            what = factored(al.add(missing))
            count = "term" if len(missing) == 1 else "terms"
            return case.said(
                "missing-term",
                f"the {count} {case.shown(what)} {'is' if len(missing) == 1 else 'are'} missing",
                repaired,
            )
    return None


def _subsets(terms: list[Node]) -> Iterator[list[Node]]:
    yield from ([t] for t in terms)
    if len(terms) <= 8:
        for i, a in enumerate(terms):
            yield from ([a, b] for b in terms[i + 1 :])
    if len(terms) <= 16:
        yield from ([t for t in terms if t is not kept] for kept in terms)


def _as_missing_chain(case: _Case) -> Diagnosis | None:
    """The claim is the derivative by an intermediate value, or the derivative without one of its factors."""
    for z, inner in _inner_derivatives(case) if case.posed.form == "derivative" else ():
        if _equal(case, inner):
            by = case.shown(z)
            message = f"this is the derivative by {by}; the factor that belongs to d({by}) is missing"
            return case.said("missing-chain-factor", message, case.derived())
    answer = case.derived()
    for edit in islice(_dropped_factors(answer), 200):
        if _equal(case, edit.result):
            return case.said("missing-chain-factor", f"the factor {edit.change} of the chain rule is missing", answer)
    return None


def _as_a_part(case: _Case) -> Diagnosis | None:
    """The claim is the diagonal of the derivative, or one summand of its sum."""
    answer = case.derived()
    if not answer.is_scalar and same_size(*answer.shape):
        diagonal = maps.diagonal(answer)
        if any(_equal(case, d) for d in (maps.diag(diagonal), diagonal, al.transpose(diagonal))):
            message = "this is the diagonal of the derivative; the terms off the diagonal are missing"
            return case.said("missing-term", message, answer)
    for n in walk(answer):
        if n.op != "sumover" or n.args[1].op != "const":
            continue
        if _equal(case, substitute(answer, {n: substitute(n.args[0], {n.param: n.args[1]})})):
            message = f"this is the summand of {case.shown(n.param)} = {n.args[1]}; the sum is missing"
            return case.said("missing-term", message, answer)
    return None


def _as_transposed_terms(case: _Case) -> Diagnosis | None:
    """One term of the derivative, transposed: 2 X^T dX for dX^T X + X^T dX."""
    answer = case.derived()
    terms = expanded_terms(answer)
    if not same_size(*answer.shape) or not 1 < len(terms) <= 16:
        return None
    for k, t in enumerate(terms):
        if _equal(case, al.add([*terms[:k], al.transpose(t), *terms[k + 1 :]])):
            right, wrong = case.shown(t), case.shown(al.transpose(t))
            return case.said("missing-transpose", f"the transpose of a term: {wrong} for {right}", answer)
    return None


def _inner_derivatives(case: _Case) -> Iterator[tuple[Node, Node]]:
    p = case.posed
    for z in [n for n in reversed(walk(p.f)) if n in depends(p.f, [p.x]) and n is not p.f and n is not p.x]:
        yield from ((z, inner) for inner in _derivatives_by(case, z) if inner is not None)


def _derivatives_by(case: _Case, z: Node) -> Iterator[Node]:
    p = case.posed
    if p.f.is_scalar:
        g = pullback(p.f, [z], ONE, case.book, collect)[z]
        yield from (g, al.transpose(g)) if not g.is_scalar else (g,)
        return
    fresh = placeholder("z", z.shape)
    outer = Derivation(substitute(p.f, {z: fresh}), fresh, "numerator", case.book)
    if not outer.is_tensor:
        j = substitute(outer.jacobian, {fresh: z})
        yield from (j, al.transpose(j))


def _equal(case: _Case, node: Node) -> bool:
    """Do two expressions agree on the instances at hand?"""
    if not same_shape(node.shape, case.claim.shape):
        return False
    for item in case.evidence[:4]:
        a, b = _value(case, node, item), _value(case, case.claim, item)
        if a is None or b is None or np.abs(a - b).max() > 1e-8 * max(np.abs(a).max(), np.abs(b).max(), 1e-12):
            return False
    return True


def _dropped_factors(answer: Node) -> Iterator[Edit]:
    for n in reversed(walk(answer)):
        if n.op in ("matmul", "had", "scale") and len(n.args) > 1:
            for i, a in enumerate(n.args):
                rest = [*n.args[:i], *n.args[i + 1 :]]
                try:
                    parent = al.had(rest) if n.op == "had" else al.matmul(rest)
                    yield Edit("missing-chain-factor", str(a), substitute(answer, {n: parent}))
                except DeriveError:
                    continue
        if n.op == "diag":
            try:
                yield Edit("missing-chain-factor", str(n), substitute(answer, {n: n.args[0]}))
            except DeriveError:
                continue
