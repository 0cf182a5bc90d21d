"""verify(): is a derivative that somebody claims right, in which layout, and what went wrong when it is not?

The claim is compared with the numerical derivative of f, entry by entry; the engine is asked only for a repair.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sympy

from . import algebra as al
from . import leaves, maps
from .book import Book, standard_book
from .check import Counterexample
from .claim import (
    AGREES,
    Evidence,
    Problem,
    compare,
    gap_between,
    gather,
    higher_differential,
    mixed_problem,
    problem,
    value_of,
    with_tangents,
)
from .conditions import conditions
from .diagnose import Diagnosis, diagnose, wrong_shape
from .errors import BadInput, DeriveError, DomainError, ReadError, ShapeError
from .logarithms import of_products
from .manifolds import AFFINE
from .moments import with_moments
from .nodes import Node, depends, walk
from .nonconforming import Written, diagnose_nonconforming
from .random_variables import is_expectation, is_random
from .rebuilding import substitute
from .relation import expansion, first_difference, identity, over_sample, where_it_must_exist
from .rule import Condition, Primary, Rule, tangent
from .sizes import is_one, same_shape, shape_text
from .smallest import counterexample_text, smallest_counterexample
from .verbs import derive, whole_order
from .worked import worked_out

if TYPE_CHECKING:
    from .read import Claim, Equation

Where = Mapping[str, str]
MORE = 24  # instances, where the first few were no evidence


@dataclass(frozen=True)
class Verdict:
    """What the numbers say of a claim. `status`: "correct", "wrong" or "inconclusive"; true only when correct.

    `layout` is the layout in which the claim is right, `convention` the convention for a structured variable.
    """

    status: str
    layout: str | None = None
    convention: str | None = None
    conditions: tuple[Condition, ...] = ()
    assumptions: tuple[str, ...] = ()
    diagnosis: Diagnosis | None = None
    counterexample: Counterexample | None = None
    max_error: float = float("nan")
    instances: int = 0
    message: str = ""

    def __bool__(self) -> bool:
        return self.status == "correct"

    def __str__(self) -> str:
        return f"{self._found()} ({'; '.join(self.assumptions)})" if self.assumptions else self._found()

    def _found(self) -> str:
        if self.status == "correct":
            named = "" if self.convention is None else f", {self.convention}"
            under = "".join(f", if {c}" for c in self.conditions)
            return f"correct ({self.layout}{named}{under}), on {self.instances} random instances"
        if self.diagnosis is not None:
            shown = "" if self.counterexample is None else f"; {counterexample_text(self.counterexample)}"
            return f"{self.status}: {self.diagnosis.message}{shown}"
        return f"{self.status}: {self.message}"


def verify(
    f: Any,
    wrt: Any = None,
    claim: Any = None,
    *,
    where: Where | None = None,
    layout: str | None = None,
    order: int = 1,
    rules: Sequence[Rule | Primary] | None = None,
) -> Verdict:
    """Is the claim the derivative of f by wrt? `layout=None` accepts any layout and says which.

    f, wrt, claim: expressions, plain SymPy or text; or f alone a whole equation as text.
    A claim may hold a differential (dX) or, with order=2, be a Hessian; above that it is by a scalar, or d^k f in dX.
    Errors: ReadError for what cannot be read.

    >>> from derive import matrix, vector, verify
    >>> A, x = matrix("A", "n", "n"), vector("x", "n")
    >>> verify(x.T * A * x, x, 2 * A * x).diagnosis.kind
    'assumes-symmetric'
    """
    if layout not in (None, "numerator", "numerator-strict", "denominator", "gradient"):
        raise BadInput(f"unknown layout {layout!r}; wanted numerator, denominator, gradient or None")
    order = whole_order(order)
    book = standard_book().extended(rules) if rules else standard_book()
    where = with_moments(where)
    for link in _links(claim, where):
        posed = _pose(f, wrt, link, where, order, layout)
        verdict = posed if isinstance(posed, Verdict) else judge(posed, layout, book)
        if not verdict:
            return verdict
    return verdict


def _links(claim: Any, where: Where | None) -> list[Any]:
    """The sides of a claim A = B = C, which is right when all of them are."""
    if not isinstance(claim, str) or "=" not in claim:
        return [claim]
    from .read import links

    return links(claim, where)


def _pose(f: Any, wrt: Any, claim: Any, where: Where | None, order: int, layout: str | None) -> Problem | Verdict:
    if isinstance(f, str) and wrt is None and claim is None:
        return _pose_equation(f, where)
    if wrt is None or claim is None:
        raise BadInput("verify wants f, wrt and claim, or one equation as text")
    if isinstance(wrt, list | tuple):
        return _pose_total(f, wrt, claim, where, order)
    if all(isinstance(t, str) for t in (f, wrt, claim)):
        from .read import read_claim

        form = "hessian" if order == 2 else "derivative"
        reading = read_claim(f, wrt, claim, where, form=form)
        if reading.claim is None:
            assert reading.error is not None
            written = Written(f, wrt, claim, where, form)
            return _unreadable(reading.error, reading.f.expression, reading.wrt.expression, order, (), written, layout)
        texts = (reading.f, reading.wrt, reading.claim)
        assumptions = tuple(dict.fromkeys(a for t in texts for a in t.assumptions))
        said = with_tangents(reading.claim.expression, reading.claim.differentials, reading.wrt.expression)
        f, said = of_products(worked_out(reading.f.expression, where)), worked_out(said, where)
        return _with_unknown(_problem(f, reading.wrt.expression, said, order, assumptions), reading.claim.guessed)
    if any(isinstance(t, str) for t in (f, wrt, claim)):
        raise BadInput("f, wrt and claim must all be text or all be expressions: text has symbols of its own")
    return _problem(leaves.as_node(f), leaves.as_node(wrt), leaves.as_node(claim), order, ())


def _problem(f: Node, x: Node, claim: Node, order: int, assumptions: tuple[str, ...]) -> Problem:
    """The claim about a derivative of any order: above 2 by a scalar, or the differential d^k f in dX."""
    claim = _along_dx(f, x, claim) if order > 1 else claim
    moves = order > 1 and depends(claim, [tangent(x)])
    if order == 1 or (order == 2 and f.is_scalar and not moves):
        return problem(f, x, claim, order, assumptions)
    if x.is_scalar and not moves:
        return mixed_problem(f, (x,) * (order - 1), x, claim, False, assumptions)
    if not moves:
        raise BadInput(
            f"no matrix holds a derivative of order {order} by {x}; claim the differential d^{order} f in d{x}, "
            "or an entry, d^k f over dx_i dx_j ... as text"
        )
    return higher_differential(f, x, claim, order, assumptions)


def _along_dx(f: Node, x: Node, claim: Node) -> Node:
    """The claim D^k f[H, H, ...] with dX for H: the one symbol of the shape of X that f does not know."""
    if x.is_scalar or not same_shape(claim.shape, f.shape):
        return claim
    known = walk(f, x)
    fresh = [n for n in walk(claim) if n.op == "symbol" and n not in known]
    if len(fresh) != 1 or not same_shape(fresh[0].shape, x.shape):
        return claim
    return substitute(claim, {fresh[0]: tangent(x)})


def _pose_total(f: Any, wrt: Sequence[Any], claim: Any, where: Where | None, order: int) -> Problem:
    """A claim about the differential by several variables at once, or with order=2 about d2f / dx dy^T."""
    items = [f, *wrt, claim]
    if all(isinstance(i, str) for i in items):
        from .read import read_many

        found = read_many(items, where, differentials=True)
        function, *variables, said = (worked_out(r.expression, where) for r in found)
        said = with_tangents(said, found[-1].differentials, *variables)
        assumptions = tuple(dict.fromkeys(a for r in found for a in r.assumptions))
    elif any(isinstance(i, str) for i in items):
        raise BadInput("f, wrt and claim must all be text or all be expressions: text has symbols of its own")
    else:
        (function, *variables, said), assumptions = [leaves.as_node(i) for i in items], ()
    for x in variables:
        if x.op not in ("symbol", "item"):
            raise BadInput(f"a total differential is by symbols, found {x}; give it a name of its own")
    if not variables:
        raise BadInput("verify wants a variable, found an empty list")
    if order == 1:
        return problem(function, variables[0], said, 1, assumptions, tuple(variables[1:]))
    if order != 2 or len(variables) != 2:
        raise BadInput(f"a claim of order {order} is by one variable, or with order=2 by two, found {len(variables)}")
    return mixed_problem(function, variables[:1], variables[1], said, True, assumptions)


def _pose_equation(text: str, where: Where | None) -> Problem | Verdict:
    """The last claim of a text as a problem, or the verdict on the first that is not correct."""
    from .read import read_equations

    equations = sorted(read_equations(text, where), key=lambda e: e.kind != "identity")
    posed = [p for equation in equations for p in _posed(equation, where)]
    if not posed:
        raise BadInput(f"no claim was found in {text!r}: wanted a derivative, '=' and what it is")
    beside = any(e.kind != "identity" for e in equations)
    for one in posed[:-1]:
        verdict = one if isinstance(one, Verdict) else judge(one, None, standard_book())
        if not verdict:
            return _as_condition(one, verdict) if beside else verdict
    return posed[-1]


def _as_condition(posed: Problem | Verdict, verdict: Verdict) -> Verdict:
    """An equation beside a derivative that does not always hold, Q^T Q = I, is no mistake but a condition."""
    if isinstance(posed, Verdict) or posed.form != "identity":
        return verdict
    message = f"{posed.f} = {posed.claim} does not hold for all values; a condition is declared, as in Q: 'orthogonal'"
    return Verdict("inconclusive", assumptions=verdict.assumptions, message=message)


def _posed(equation: Equation, where: Where | None) -> Iterator[Problem | Verdict]:
    """Every claim of a chain, as a problem; one whose shapes do not fit, as a verdict."""
    of, x = worked_out(equation.f, where), equation.wrt
    by_scalars = equation.kind == "hessian" and x.is_scalar
    if equation.kind == "hessian" and not of.is_scalar and not by_scalars:
        wanted = "differentiate by two entries, x_i and x_j"
        raise ShapeError(f"a Hessian wants a scalar function, found {of} {shape_text(of.shape)}; {wanted}")
    order = 2 if equation.kind == "hessian" else 1
    related = equation.kind in ("identity", "expansion")
    for c in equation.claims:
        notes = tuple(dict.fromkeys((*equation.assumptions, *c.assumptions)))
        if c.error is not None:
            yield _unreadable(c.error, of, x, order, equation.first)
            continue
        if related and c.expression is not None:
            yield _with_unknown(_related(equation, of, worked_out(c.expression, where), notes), c.guessed)
            continue
        others = _others(equation)
        said = worked_out(with_tangents(_said(c, equation, order), equation.differentials, x, *others), where)
        if equation.kind == "mixed" or by_scalars:
            yield mixed_problem(of, equation.first or (x,), x, said, equation.oriented, notes)
        elif equation.kind == "differential" and equation.order > 1:
            yield higher_differential(of, x, said, equation.order, notes)
        else:
            posed = problem(of, x, _of_stacked(said, equation), order, notes, others)
            yield _with_unknown(_with_held(_as_written(posed, equation)), c.guessed)


def _with_held(posed: Problem) -> Problem:
    """d(XY) = dX Y moves X alone: the names that stand still are said, since only the claim tells them apart."""
    if posed.form != "differential":
        return posed
    moved = (posed.x, *posed.others)
    still = {n.name for n in walk(posed.f) if n.op in ("symbol", "item") and n not in moved}
    return replace(posed, held=tuple(sorted(still)))


def _of_stacked(claim: Node, equation: Equation) -> Node:
    """The claimed gradient of a scalar by vec X, or its row by vec(X)^T, as a matrix of the shape of X."""
    x = equation.wrt
    if equation.kind != "vec" or not equation.f.is_scalar or x.op not in ("symbol", "item"):
        return claim
    column = al.transpose(claim) if equation.oriented else claim
    return maps.unvec(column, x.shape) if same_shape(column.shape, maps.vec(x).shape) else claim


def _as_written(posed: Problem, equation: Equation) -> Problem:
    """The problem in the layouts that the text leaves open: x^T below counts the columns, and vec stacks columns."""
    stacked, f, x = equation.kind == "vec", equation.f, equation.wrt
    row = equation.oriented and not x.is_scalar and (is_one(x.shape[0]) or (f.is_scalar and x.op == "transpose"))
    if posed.form != "derivative" or posed.by is not None or not (stacked or row):
        return posed
    if f.is_scalar:  # the gradient has the shape of the variable, and that is a row, or was made a matrix
        flipped = equation.oriented and x.op == "call"
        return replace(posed, layouts=("numerator",) if flipped else ("gradient",))
    if is_one(f.shape[0]):
        return posed
    if not equation.oriented:
        return replace(posed, layouts=("numerator", "denominator"))
    return replace(posed, layouts=("numerator",) if stacked else ("numerator", "numerator, rows stacked"))


def _with_unknown(posed: Problem, guessed: frozenset[str]) -> Problem:
    """The problem, with the names that stand in the claim alone and that nothing declares."""
    known = {n.name for n in walk(posed.f, posed.wrt, *posed.others) if n.op in ("symbol", "item")}
    found = {n.name for n in walk(posed.claim) if n.op == "symbol"} & guessed - known
    return replace(posed, unknown=tuple(sorted(found)))


def _related(equation: Equation, left: Node, right: Node, notes: tuple[str, ...]) -> Problem:
    """A claim that is no derivative: an identity, or an expansion."""
    if equation.remainder is None:
        return identity(left, right, notes)
    known = {n: x for n, x in equation.symbols.items() if isinstance(x, Node)}
    small, together = ([known[n] for n in names if n in known] for names in (equation.small, equation.together))
    around = [
        (known[x], known[a] if isinstance(a, str) else leaves.as_node(a)) for x, a in equation.around if x in known
    ]
    return expansion(left, right, small, equation.remainder.degree, notes, around, together)


def _others(equation: Equation) -> tuple[Node, ...]:
    """The variables whose differentials stand in the claim besides the first."""
    names = [n for n in equation.differentials if n != getattr(equation.wrt, "name", None)]
    found = (equation.symbols.get(n) for n in names)
    return tuple(x for x in found if isinstance(x, Node))


def _said(claim: Claim, equation: Equation, order: int) -> Node:
    """What a link of a chain says: its expression, or the derivative of the function that it names."""
    if claim.expression is not None:
        return claim.expression
    assert claim.function is not None
    return _derived(claim.function, equation.wrt, order, equation.first)


def _derived(f: Node, x: Node, order: int, first: Sequence[Node] = ()) -> Node:
    """The derivative by `first`, one after the other, and then by x."""
    for v in first:
        f = derive(f, v).result
    return derive(f, x, order=order).result


def _unreadable(
    error: ReadError,
    f: Node,
    x: Node,
    order: int,
    first: Sequence[Node] = (),
    written: Written | None = None,
    layout: str | None = None,
) -> Verdict:
    """A claim whose shapes do not fit is wrong; one that cannot be read is an error."""
    if not isinstance(error, ShapeError):
        raise error
    found = diagnose_nonconforming(written, f, error, layout) if written is not None else None
    if found is not None:
        return Verdict("wrong", diagnosis=found, message=str(error))
    try:
        right = _derived(f, x, order, first)
        diagnosis = wrong_shape(f"{error.message}; right is {right}", right)
    except DeriveError:
        diagnosis = wrong_shape(error.message)
    return Verdict("wrong", diagnosis=diagnosis, message=str(error))


# --- judging ----------------------------------------------------------------------------------------------------
def judge(posed: Problem, layout: str | None, book: Book) -> Verdict:
    """Compare the claim with the numerical derivative on random instances."""
    posed, doubt = over_sample(posed)
    try:
        evidence = gather(posed)
    except DomainError as error:
        return Verdict("inconclusive", assumptions=posed.assumptions, message=str(error))
    outcome = compare(posed, posed.claim, evidence, layout)
    if outcome.status == "inconclusive":  # a dead branch, as of relu(x), where most x happen to be negative
        with suppress(DomainError):
            evidence += gather(posed, MORE, seed=1)
            outcome = compare(posed, posed.claim, evidence, layout)
    for other in posed.alternatives if outcome.status != "correct" else ():
        if verdict := judge(other, layout, book):
            return verdict
    if outcome.status == "wrong" and (open_question := doubt or _unsaid(posed)):
        return Verdict("inconclusive", assumptions=posed.assumptions, message=open_question)
    if outcome.status == "wrong":
        diagnosis = diagnose(posed, evidence, layout, book)
        if posed.degree is not None:
            diagnosis, example = replace(diagnosis, message=diagnosis.message + first_difference(posed)), None
        else:
            diagnosis = replace(diagnosis, message=diagnosis.message + _by_its_metric(posed, evidence))
            example = _in_its_variable(posed, smallest_counterexample(posed, layout) or outcome.counterexample)
        return Verdict(
            "wrong", assumptions=posed.assumptions, diagnosis=diagnosis, counterexample=example,
            max_error=outcome.error, instances=outcome.instances, message=diagnosis.message,
        )  # fmt: skip
    if outcome.status == "inconclusive":
        return Verdict("inconclusive", assumptions=posed.assumptions, message="no instance gave evidence")
    differentiated = (posed.f, depends(posed.f, [posed.x]))
    told = conditions(*(where_it_must_exist(posed) if posed.is_relation else differentiated), book)
    restored = (c.about(posed.restore(c.subject)) for c in told)
    under = tuple(c for c in restored if not c.holds())
    held = f"with {', '.join(posed.held)} held constant" if posed.held else None
    return Verdict(
        "correct", outcome.layout, outcome.convention or held, under, posed.assumptions, max_error=outcome.error,
        instances=outcome.instances,
    )  # fmt: skip


def _unsaid(posed: Problem) -> str:
    """What would have to be known before the claim could be called wrong; nothing where all is said."""
    if posed.unknown:
        name = posed.unknown[0]
        return f"{name} stands in the claim alone, and nothing says what it is; declare it, or define it: {name} = ..."
    if stacked := _stacked(posed):
        return stacked
    x = posed.wrt
    if posed.form in ("derivative", "hessian") and x.op == "symbol" and x not in walk(posed.f):
        return f"{x} does not occur in f, so that its derivative by {x} is 0; one along {x} is written D f(x)[{x}]"
    random = [n for e in walk(posed.f) if is_expectation(e) for n in walk(e) if is_random(n)]
    known = walk(posed.f, posed.wrt)
    loose = [n for n in walk(posed.claim) if n.op == "symbol" and n not in known and not is_random(n)]
    if random and loose:
        x, names = random[0], " and ".join(sorted({n.name for n in loose}))
        return (
            f"nothing says what {names} has to do with the random {x}; declare its moments, as in "
            f"{x}: 'n random mean mu cov Sigma'"
        )
    return ""


def _stacked(posed: Problem) -> str:
    """What ties X of one side to the members x_i of the other: nothing, unless that is said."""
    for one, other in ((posed.f, posed.claim), (posed.claim, posed.f)):
        families = {n.param for n in walk(one) if n.op == "item"} - {n.param for n in walk(other) if n.op == "item"}
        known = set(walk(one, posed.wrt))
        loose = [n for n in walk(other) if n.op == "symbol" and n not in known]
        for family, n in itertools.product(families, loose):
            count = sympy.sympify(family.hi) - sympy.sympify(family.lo) + 1
            long, wide = family.shape[0], (count, family.shape[0])
            if is_one(family.shape[1]) and (same_shape(n.shape, wide) or same_shape(n.shape, (long, count))):
                return f"nothing says that {n} holds the members of {family.name}; write both sides in one of the two"
    return ""


def _by_its_metric(posed: Problem, evidence: Sequence[Evidence]) -> str:
    """What else the claim is: a gradient in a metric that takes an inverse out, as a mistake does, is not right."""
    key = ("gradient", AFFINE)
    pairs = [(value_of(posed.claim, e), e.right[key]) for e in evidence if key in e.right]
    if not pairs or not all(v is not None and gap_between(v, right) <= AGREES for v, right in pairs):
        return ""
    x = posed.wrt
    return f" (it is the gradient in the {AFFINE}, {x} sym(G) {x}, which no one calls the derivative)"


def _in_its_variable(posed: Problem, example: Counterexample | None) -> Counterexample | None:
    """The values by the variable as it was written, vech S, where a symbol stands for it."""
    if example is None:
        return None
    values = {posed.restore(k) if isinstance(k, Node) else k: v for k, v in example.values.items()}
    return replace(example, values=values)
