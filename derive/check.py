"""The oracle: is a derivative right? It evaluates the original f only and never asks the engine.

Tier 1, the complex step: Im f(X + ihD) / h with h = 1e-30 has no cancellation and is exact to rounding. Tier 2, where
f is not analytic as coded or the data are doubtful: Ridders' extrapolated central differences with a floor for
rounding. Tier 3: central differences with 100 digits. A verdict is "correct" only on evidence from every instance.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from . import arrays, exact, precise
from .arrays import Array
from .domain import guard
from .draw import draw_instances
from .entries import entry_in
from .errors import DeriveError, DomainError, NoClosedForm, NoRule, ShapeError
from .instance import Instance, with_value
from .leaves import is_zero
from .maps import vec
from .nodes import Node, placeholder, walk
from .oracle import complex_step, differences, fastest, numerical_hessian, numerical_jacobian, variable
from .properties import directions
from .rebuilding import substitute
from .sizes import same_shape, shape_text
from .structure import in_its_place, moved_entry, properties_of
from .symbols import CURVED

if TYPE_CHECKING:
    from .derivation import Derivation

__all__ = [
    "CheckResult", "Counterexample", "check_derivation", "check_gradient", "check_jacobian", "check_linear",
    "complex_step", "differences", "equal", "numerical_hessian", "numerical_jacobian", "variable",
]  # fmt: skip

TOLERANCE = 1e-9
_DOUBT = 1e-6  # a relative difference between this and TOLERANCE is looked at with more digits
_DIRECT = 5  # an order k costs 2^k values in many digits
NOISE = 1e-12  # a derivative this small beside those of the intermediate values is not seen in double precision
DIRECTIONS = 3


@dataclass(frozen=True, slots=True)
class Counterexample:
    """Values at which a claim fails: along `direction`, f changes at the rate `wanted`; the claim says `found`."""

    values: Mapping[Any, Any]
    direction: Array
    wanted: Array
    found: Array
    sizes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What the numbers say. `tier`: 1 complex step, 2 Ridders, 3 many digits, 0 not reached. `exact`: it also holds
    exactly, at random points modulo a large prime."""

    status: str
    tier: int
    instances: int
    max_error: float
    message: str
    counterexample: Counterexample | None = None
    conditions: tuple[str, ...] = ()
    seed: int = 0
    exact: bool = False

    def __bool__(self) -> bool:
        return self.status == "correct"

    def __str__(self) -> str:
        return f"{self.status}: {self.message}"


# --- the public questions ---------------------------------------------------------------------------------------
def check_gradient(f: Node, wrt: Node, gradient: Node, **options: Any) -> CheckResult:
    """Is df = <gradient, dX> for a scalar f? `gradient` has the shape of `wrt`. Options: seed, count, sizes."""
    if not f.is_scalar:
        raise ShapeError(f"a gradient is of a scalar; {f} is {shape_text(f.shape)}; use check_jacobian")
    if not same_shape(gradient.shape, wrt.shape):
        raise ShapeError(f"the gradient by {wrt} {shape_text(wrt.shape)} cannot be {shape_text(gradient.shape)}")
    return check_linear(f, wrt, _inner, gradient, **options)


def check_jacobian(f: Node, wrt: Node, jacobian: Node, **options: Any) -> CheckResult:
    """Is df = tr(J dX) (f a scalar), dF = J dt (t a scalar), or else vec dF = J vec dX?"""
    if f.is_scalar:
        return check_linear(f, wrt, _inner_transposed, jacobian, **options)
    if wrt.is_scalar:
        return check_linear(f, wrt, operator.mul, jacobian, **options)
    return check_linear(vec(f), wrt, _times_vec, jacobian, **options)


def _inner_transposed(j: Array, d: Array) -> Array:
    return _inner(j.swapaxes(-1, -2), d)


def _times_vec(j: Array, d: Array) -> Array:
    return j @ arrays.vec(d)


def _inner(g: Array, d: Array) -> Array:
    """<G, D> for each direction."""
    return (g * d).sum(axis=(-1, -2), keepdims=True)


def check_linear(
    f: Node,
    wrt: Node,
    apply: Callable[[Any, Array], Array],
    claim: Node | Callable[[Instance], Any],
    *,
    seed: int = 0,
    count: int = 6,
    sizes: Mapping[str, int] | None = None,
    exactly: bool = False,
) -> CheckResult:
    """Is df = apply(claim's value, dX)? `claim` is a node or a function of the instance; `apply` works on a batch of
    directions (k, m, n) and gives (k, *shape of f). `exactly` asks for one without rounding too (rational f)."""
    posed, variable, also = pose(f, wrt)
    roots = [f, claim] if isinstance(claim, Node) else [f]
    if variable is not wrt or wrt.op == "item":
        roots.append(wrt)
    try:
        instances = draw_instances(roots, count, seed, sizes, also)
    except (DomainError, NoRule) as error:
        return CheckResult("inconclusive", 0, 0, float("nan"), str(error), seed=seed)
    if variable is not wrt:
        instances = [Instance(i.sizes, {**i.values, variable: i.value(wrt)}) for i in instances]
    question = _Question(posed, variable, apply, claim)
    result = _judge(question, instances, seed)
    return _exactly(question, instances[:2], result) if exactly and result else result


def pose(f: Node, wrt: Node) -> tuple[Node, Node, list[Any]]:
    """f by X^T, by X^{-1}, by a vector of scalars or by a part of f, as a question about a symbol; and what must have
    a value besides the symbols of f."""
    if wrt.op == "symbol":
        return f, wrt, [wrt]
    if wrt.op == "item":
        return f, wrt, [wrt.param, *(i for i in wrt.args if i.op == "symbol")]
    entry = entry_in(wrt)
    if entry is not None:
        t = placeholder("t", wrt.shape)
        return substitute(f, {entry.of: moved_entry(entry, wrt, t)}), t, []
    fresh = placeholder("z", wrt.shape, properties_of(wrt))
    if wrt.op == "explicit":
        columns = wrt.shape[1]
        return substitute(f, {e: fresh[divmod(k, columns)] for k, e in enumerate(wrt.args)}), fresh, []
    return in_its_place(f, wrt, fresh), fresh, []


def check_derivation(derivation: Derivation, **options: Any) -> CheckResult:
    """Check what derive() returned: the matrix it is or, where there is no closed form, the array."""
    f, wrt = derivation.function, derivation.wrt
    try:
        return check_jacobian(f, wrt, derivation.jacobian, **options)
    except NoClosedForm:
        return _check_stacked(derivation, **options)


def check_hessian(hessian: Derivation, gradient: Derivation, **options: Any) -> CheckResult:
    """Check the gradient against f and then, that being right, the Hessian as the Jacobian of the gradient."""
    first = check_derivation(gradient, **options)
    return _check_stacked(hessian, **options) if first else first


def _check_stacked(derivation: Derivation, **options: Any) -> CheckResult:
    """Is d vec F = J d vec X, for what is differentiated to give J?"""

    def array(instance: Instance) -> Array:
        found = derivation.evaluate(instance.values, instance.sizes)
        return found.T if derivation.layout == "denominator" else found

    try:
        claim: Any = derivation.jacobian
    except NoClosedForm:
        claim = array
    return check_linear(vec(derivation.differentiated), derivation.wrt, _times_vec, claim, **options)


def check_forms(
    forms: Sequence[Node],
    x: Node,
    h: Node,
    *,
    seed: int = 0,
    count: int = 6,
    sizes: Mapping[str, int] | None = None,
) -> CheckResult:
    """Is each of f, Df(x)[h], D2f(x)[h, h], ... the derivative of the one before along h, by complex steps?"""
    also = [x, h] if x.op == "symbol" else [x.param, h, *(n for n in walk(*x.args) if n.op == "symbol")]
    try:
        roots = [*forms, x] if x.op == "item" else forms
        instances = draw_instances(roots, count, seed, sizes, also)
    except (DomainError, NoRule) as error:
        return CheckResult("inconclusive", 0, 0, float("nan"), str(error), seed=seed)
    worst = 0.0
    for n, instance in enumerate(instances, 1):
        for k, (lower, form) in enumerate(itertools.pairwise(forms), 1):
            said = f"order {k}, instance {n}"
            status, gap = _along(lower, form, x, instance, instance.values[h])
            if status != "correct":
                message = "differs from the derivative of the order before" if status == "wrong" else "no evidence"
                return CheckResult(status, 1, n, gap, f"{said}: {message}", seed=seed)
            worst = max(worst, gap)
    message = f"each order agrees with the derivative of the one before on {len(instances)} instances"
    direct = _directly(forms, x, h, instances[0])
    if direct is False:
        return CheckResult("wrong", 3, 1, 1.0, "differs from the differences of f along h", seed=seed)
    message += ", and the last with differences of f alone" if direct else ""
    return CheckResult("correct", 1, len(instances), worst, message, seed=seed)


def _along(lower: Node, form: Node, x: Node, instance: Instance, h: Array) -> tuple[str, float]:
    """Whether `form` is the change of `lower` along h at an instance, and the relative difference."""
    try:
        wanted, cells = complex_step(lower, x, instance, h[None])
    except (np.linalg.LinAlgError, TypeError, DeriveError):
        return "inconclusive", float("nan")
    found = instance.value(form).reshape(1, -1)
    if not (np.isfinite(wanted).all() and np.isfinite(found).all()):
        return "inconclusive", float("nan")
    scale, gap = _scale_and_gap(wanted, found)
    noise = NOISE * (1 + fastest(cells) + instance.magnitude)
    if gap <= max(TOLERANCE * scale, noise):
        return "correct", gap / scale if scale else 0.0
    return ("wrong" if gap > max(_DOUBT * scale, 100 * noise) else "inconclusive"), gap / scale


def _directly(forms: Sequence[Node], x: Node, h: Node, instance: Instance) -> bool | None:
    """Whether the last form agrees with differences of f alone, in many digits; None where that cannot be said."""
    order, at, d = len(forms) - 1, variable(instance, x), instance.values[h]
    if order > _DIRECT:
        return None
    try:
        with precise.digits():
            wanted = precise.mixed_derivative(
                forms[0],
                lambda t: with_value(instance, x, precise.moved(at, d, sum(t))),
                order,
                instance.sizes,
            )
    except (NoRule, ZeroDivisionError, ValueError, TypeError):
        return None
    if not precise.is_real(wanted):
        return None
    scale, gap = _scale_and_gap(wanted.astype(float), instance.value(forms[-1]))
    noise = 100 * NOISE * (1 + instance.magnitude)
    if gap <= max(1e3 * TOLERANCE * scale, noise):
        return True
    return False if gap > max(_DOUBT * scale, 100 * noise) else None


def equal(a: Node, b: Node, seed: int = 0, count: int = 3, sizes: Mapping[str, int] | None = None) -> bool:
    """Do two expressions agree on random instances? Raises DomainError where no instance is found."""
    if a is b:
        return True
    if not same_shape(a.shape, b.shape):
        return False
    return all(_agree_at(a, b, instance) for instance in draw_instances([a, b], count, seed, sizes))


def _agree_at(a: Node, b: Node, instance: Instance) -> bool:
    """To rounding; where cancellation hides the answer, to many digits."""
    scale, gap = _scale_and_gap(instance.value(a), instance.value(b))
    if gap <= TOLERANCE * scale and (scale > NOISE * instance.magnitude or scale == 0):
        return True
    if gap > max(_DOUBT * scale, 100 * NOISE * instance.magnitude):
        return False
    try:
        return bool(precise.agree_at(a, b, instance.point, instance.magnitude))
    except (NoRule, ZeroDivisionError, ValueError):
        return gap <= NOISE * instance.magnitude


# --- judging ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked: f, its variable, and how the claim predicts df along directions."""

    f: Node
    wrt: Node
    apply: Callable[[Any, Array], Array]
    claim: Node | Callable[[Instance], Any]

    @property
    def is_void(self) -> bool:
        """The variable does not occur, and the claim says 0."""
        key = self.wrt.param if self.wrt.op == "item" else self.wrt
        zero = isinstance(self.claim, Node) and is_zero(self.claim)
        return zero and not any(n is key or (n.op == "item" and n.param is key) for n in walk(self.f))

    def found(self, instance: Instance, d: Array) -> Array:
        """df as claimed, one row for each direction."""
        value = instance.value(self.claim) if isinstance(self.claim, Node) else self.claim(instance)
        with np.errstate(all="ignore"):
            return np.asarray(self.apply(value, d)).reshape(len(d), -1)


@dataclass(frozen=True, slots=True)
class _Outcome:
    status: str
    tier: int
    error: float
    wanted: Array
    found: Array


def _judge(question: _Question, instances: Sequence[Instance], seed: int) -> CheckResult:
    rng = np.random.default_rng(seed + 1)
    analytic = _is_analytic(question, instances[0])
    tier, worst = 1, 0.0
    for k, instance in enumerate(instances):
        kept = question.wrt.properties - CURVED  # on a manifold the entries are taken as independent
        d = directions(kept, variable(instance, question.wrt), rng, DIRECTIONS)
        outcome = _compare(question, instance, d, analytic)
        tier, worst = max(tier, outcome.tier), max(worst, outcome.error)
        if outcome.status != "correct":
            return _failure(question, outcome, instance, d, k + 1, seed)
    message = f"agrees with the numerical derivative on {len(instances)} instances, {DIRECTIONS} directions each"
    return CheckResult("correct", tier, len(instances), worst, message, None, _conditions(question), seed)


def _exactly(question: _Question, instances: Sequence[Instance], result: CheckResult) -> CheckResult:
    """The result with its badge; wrong after all where the difference was hidden by rounding."""
    claim, rng = question.claim, np.random.default_rng(result.seed + 2)
    if not isinstance(claim, Node):
        return result
    try:
        good = all(exact.agrees(question.f, question.wrt, question.apply, claim, i, rng) for i in instances)
    except NoRule:  # not rational
        return result
    if not good:
        return replace(result, status="wrong", message="differs from the derivative, by less than rounding errors show")
    return replace(result, exact=True, message=result.message + "; exactly, modulo a large prime")


def _failure(question: _Question, outcome: _Outcome, instance: Instance, d: Array, k: int, seed: int) -> CheckResult:
    if outcome.status == "inconclusive":
        message = f"instance {k}: rounding errors are larger than the difference"
        if not np.isfinite(outcome.found).all():
            message = f"instance {k}: the claim has no finite value there"
        return CheckResult("inconclusive", outcome.tier, k, outcome.error, message, seed=seed)
    row = int(np.abs(outcome.wanted - outcome.found).max(axis=-1).argmax())
    shape = instance.value(question.f).shape
    example = Counterexample(
        instance.values, d[row], outcome.wanted[row].reshape(shape), outcome.found[row].reshape(shape), instance.sizes
    )
    message = f"differs from the numerical derivative, by {outcome.error:.2g} of its size"
    return CheckResult("wrong", outcome.tier, k, outcome.error, message, example, seed=seed)


def _conditions(question: _Question) -> tuple[str, ...]:
    """What the instances satisfied because the claim, though not f, needs it."""
    if not isinstance(question.claim, Node):
        return ()
    guarded = {g.node.args[0] for n in walk(question.f) if (g := guard(n))}
    extra = (g for n in walk(question.claim) if (g := guard(n)) and g.node.args[0] not in guarded)
    return tuple(dict.fromkeys(g.text for g in extra))


def _compare(question: _Question, instance: Instance, d: Array, analytic: bool) -> _Outcome:
    """One instance, by the first tier that can decide."""
    found = question.found(instance, d)
    if not np.isfinite(found).all():
        return _Outcome("inconclusive", 1, float("nan"), found, found)
    tiers = (_by_complex_step, _by_many_digits) if analytic else ()
    for tier in tiers:
        outcome = tier(question, instance, d, found)
        if outcome is not None:
            return outcome
    return _by_differences(question, instance, d, found)


def _scale_and_gap(wanted: Array, found: Array) -> tuple[float, float]:
    scale = max(float(np.abs(wanted).max(initial=0.0)), float(np.abs(found).max(initial=0.0)))
    return scale, float(np.abs(wanted - found).max(initial=0.0))


# --- tier 1 -----------------------------------------------------------------------------------------------------
def _by_complex_step(question: _Question, instance: Instance, d: Array, found: Array) -> _Outcome | None:
    try:
        wanted, cells = complex_step(question.f, question.wrt, instance, d)
    except (np.linalg.LinAlgError, TypeError, DeriveError):
        return None
    scale, gap = _scale_and_gap(wanted, found)
    if scale == 0:  # something may have underflowed
        return _Outcome("correct", 1, 0.0, wanted, found) if question.is_void else None
    if gap <= TOLERANCE * scale:  # rounding errors of two different computations do not agree to nine digits
        return _Outcome("correct", 1, gap / scale, wanted, found)
    if not np.isfinite(gap) or gap <= max(_DOUBT * scale, 100 * NOISE * (fastest(cells) + instance.magnitude)):
        return None
    return _Outcome("wrong", 1, gap / scale, wanted, found)


def _is_analytic(question: _Question, instance: Instance) -> bool:
    """False where a user's own NumPy function is not safe for complex steps: they disagree with differences."""
    if not any(n.op == "call" and callable(n.fn.numeric) for n in walk(question.f)):
        return True
    d = directions(question.wrt.properties, variable(instance, question.wrt), np.random.default_rng(0), 1)
    try:
        step, _ = complex_step(question.f, question.wrt, instance, d)
    except (np.linalg.LinAlgError, TypeError, ValueError, DeriveError):
        return False
    rough, error = differences(question.f, question.wrt, instance, d[0])
    return bool(np.abs(step[0] - rough).max() <= 1e-5 * (1e-3 + np.abs(rough).max()) + 10 * error)


# --- tier 2 -----------------------------------------------------------------------------------------------------
def _by_differences(question: _Question, instance: Instance, d: Array, found: Array) -> _Outcome:
    """Three-valued: a gap must be far above, or far below, what the differences themselves are good for."""
    rows, errors = zip(*(differences(question.f, question.wrt, instance, x) for x in d), strict=True)
    wanted, error = np.array(rows), max(errors)
    scale, gap = _scale_and_gap(wanted, found)
    status = "inconclusive"
    evidence = scale > 0 or question.is_void
    if evidence and np.isfinite(wanted).all() and error <= 1e-4 * scale:
        if gap <= max(1e-6 * scale, 10 * error):
            status = "correct"
        elif gap > max(1e-4 * scale, 100 * error):
            status = "wrong"
    return _Outcome(status, 2, gap / scale if scale else gap, wanted, found)


# --- tier 3 -----------------------------------------------------------------------------------------------------
def _by_many_digits(question: _Question, instance: Instance, d: Array, found: Array) -> _Outcome | None:
    """One direction with 100 digits; the claim too, where it is an expression."""
    try:
        wanted, said, good = _many_digits(question, instance, d[0], found[0])
    except (NoRule, ZeroDivisionError, ValueError, TypeError):
        return None
    if good is None or not precise.is_real(wanted) or not precise.is_real(said):
        return None
    a, b = (x.astype(float).reshape(1, -1) for x in (wanted, said))
    scale, gap = _scale_and_gap(a, b)
    return _Outcome("correct" if good else "wrong", 3, gap / scale if scale else 0.0, a, b)


def _many_digits(question: _Question, instance: Instance, d: Array, found: Array) -> tuple[Array, Array, bool | None]:
    """df along d, df as claimed, and whether they agree; a claim that is only known in double precision, roughly."""
    f, wrt, claim, at = question.f, question.wrt, question.claim, variable(instance, question.wrt)

    def wanted() -> Array:
        return precise.derivative(f, lambda t: with_value(instance, wrt, precise.moved(at, d, t)), instance.sizes)

    if isinstance(claim, Node):
        node = claim

        def both() -> tuple[Array, Array]:
            value = precise.evaluate(node, *instance.point)
            return wanted().ravel(), question.apply(value, precise.exact(d)[None]).ravel()

        return precise.agree(both, instance.magnitude)
    with precise.digits():
        df = wanted().ravel()
    scale, gap = _scale_and_gap(df.astype(float), found)
    return df, found, gap <= _DOUBT * scale or scale <= NOISE * (1 + instance.magnitude)
