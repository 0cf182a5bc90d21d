"""A claim about a derivative, posed in a plain symbol and held against the numbers: the original f, no engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from . import precise
from .arrays import Array, vec
from .book import standard_book
from .check import Counterexample, complex_step, differences, numerical_hessian, variable
from .circle import POINTS, is_seen, on_circle
from .coincidences import Range, free_indices, large_enough, patterns, placed
from .counting import counted
from .derivation import Derivation, plain_problem, renamed
from .draw import Instance, directions, draw_instances
from .entries import EntryOf, entry_in
from .errors import BadInput, DeriveError
from .higher_order import derivation_of
from .leaves import duplication, is_zero, size_product
from .manifolds import AFFINE, BY_DIAGONAL, FREE, IN_STRUCTURE, named_forms, named_hessians, shows_metric
from .members import apart, checked
from .multilinear import OF_DIRECTIONS, forms
from .nodes import Node, depends, placeholder, symbol, walk
from .numeric import compile, evaluate
from .properties import tangent as along_structure
from .rebuilding import substitute
from .rule import tangent
from .structure import is_diagonal, powers, structure, with_positive_base
from .worked import confirmed

AGREES, DISAGREES = 1e-9, 1e-5  # relative differences; between them an instance is no evidence
ON_CIRCLE = 1e-11  # relative difference of two c_j r^j, whose higher degrees are small
TINY = 1e-13  # where everything is smaller than this, nothing is seen
COUNT = 6


@dataclass(frozen=True)
class Problem:
    """A claim about the derivative of f by the symbol x, or by its entry `by`.

    `form`: derivative, differential, hessian, identity (f = claim) or expansion (up to `degree` in x).
    `layouts`: the only ones in which the claim may be right.
    In a total differential `others` vary too: dX Y + X dY.
    """

    f: Node
    x: Node
    claim: Node
    form: str = "derivative"
    assumptions: tuple[str, ...] = ()
    restore: Callable[[Node], Node] = field(default=lambda n: n)
    others: tuple[Node, ...] = ()
    by: Node | None = None
    layouts: tuple[str, ...] | None = None
    along: Node | None = None  # of d2f and above: the symbol for dX, along which df moves
    degree: int | None = None
    alternatives: tuple[Problem, ...] = ()  # other readings, in one of which the claim may be right
    held: tuple[str, ...] = ()  # names that a differential does not move, though the text does not say so
    unknown: tuple[str, ...] = ()  # names in the claim alone, of which nothing is declared

    @property
    def is_relation(self) -> bool:
        """True for an identity or an expansion, which says nothing of a derivative."""
        return self.form in ("identity", "expansion")

    @property
    def wrt(self) -> Node:
        """The variable as an expression: x, or its entry."""
        return self.x if self.by is None else self.by

    @property
    def entry(self) -> EntryOf | None:
        return None if self.by is None else entry_in(self.by)

    @property
    def indices(self) -> dict[Node, Range]:
        """The indices that the question leaves open."""
        return free_indices(self.f, self.claim, self.wrt)

    @property
    def tangents(self) -> dict[Node, Node]:
        """The differential of every variable that moves."""
        return {v: tangent(v) for v in (self.x, *self.others)}

    def replaced(self, replacements: Mapping[Node, Node]) -> Problem:
        """The same question about other symbols."""
        f, claim, wrt = (substitute(n, dict(replacements)) for n in (self.f, self.claim, self.wrt))
        x, others = replacements.get(self.x, self.x), tuple(replacements.get(v, v) for v in self.others)
        along = None if self.along is None else replacements.get(self.along, self.along)
        return replace(self, f=f, claim=claim, x=x, others=others, by=None if self.by is None else wrt, along=along)


def problem(
    f: Node, wrt: Node, claim: Node, order: int, assumptions: tuple[str, ...], others: tuple[Node, ...] = ()
) -> Problem:
    """The problem in a plain symbol: a derivative by X^T is posed by renaming the variable."""
    _refuse_loose((f, wrt), claim)
    f, claim = checked(f, wrt), apart(claim, wrt)
    (f, claim), counts = counted(f, claim)
    assumptions = (*assumptions, *counts)
    entry = entry_in(wrt)
    if entry is not None and order == 1:
        return Problem(f, entry.of, claim, "derivative", assumptions, by=wrt)
    positive = with_positive_base(wrt, f, claim)
    if positive:
        f, wrt, claim = (substitute(n, positive) for n in (f, wrt, claim))
        assumptions = (*assumptions, *(f"{s} is taken as positive: it is a function of {wrt}" for s in positive))
    plain, x, restore = plain_problem(f, wrt)
    if x is not wrt:
        found = renamed(wrt)
        claim = substitute(claim, {wrt: x, **(powers(claim, wrt, x) if found is None else found[1])})
    if order == 2:
        form = "hessian"
    else:
        form = "differential" if others or depends(claim, [tangent(x)]) else "derivative"
    return Problem(plain, x, claim, form, assumptions, restore, others)


def mixed_problem(
    f: Node, first: Sequence[Node], wrt: Node, claim: Node, oriented: bool, assumptions: tuple[str, ...]
) -> Problem:
    """The derivative by `first`, one after the other, and then by wrt, as a claim about the last derivative.

    What is differentiated last is derived, and held against the values of f. `oriented`: `first` counts the rows.
    """
    _refuse_loose((f, *first, wrt), claim)
    for x in first:
        f = confirmed(Derivation(checked(f, x), x))
    posed = problem(f, wrt, claim, 1, assumptions)
    return replace(posed, layouts=("numerator", "gradient") if oriented and not f.is_scalar else None)


def higher_differential(f: Node, x: Node, claim: Node, order: int, assumptions: tuple[str, ...]) -> Problem:
    """d^k f as the differential of d^(k-1) f along the same dX, which stands as a symbol in both."""
    lower = derivation_of(checked(f, x), x, order - 1, standard_book())
    confirmed(lower)
    moved = symbol(f"d{x.name}", x.shape, x.properties & OF_DIRECTIONS, rf"\mathrm{{d}}{x.name}")
    fixed = {tangent(x): moved}
    before = lower.differential if order == 2 else forms(lower.function, x, [tangent(x)] * (order - 1), lower.book)[-1]
    return Problem(substitute(before, fixed), x, substitute(claim, fixed), "higher differential",
                   assumptions, along=moved)  # fmt: skip


def _refuse_loose(asked_for: Sequence[Node], claim: Node) -> None:
    """An index that the claim alone has free says nothing of the derivative: it was to be summed, or is a slip."""
    known = free_indices(*asked_for)
    for i in free_indices(claim):
        if i not in known and i.param.serial == -1:
            left = ", ".join(map(str, known)) or "none"
            raise BadInput(
                f"the index {i} is left free in the claim, and the derivative has none of that name ({left}); "
                f"sum over it (\\sum_{i}), or write the index that was meant"
            )


def with_tangents(claim: Node, differentials: Mapping[str, Node], *variables: Node) -> Node:
    """The claim with every dX that was read as the differential of a variable."""
    named = {v.name: v for v in variables if v.op in ("symbol", "item")}
    return substitute(claim, {dx: tangent(named[name]) for name, dx in differentials.items() if name in named})


# --- evidence ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Evidence:
    """One instance and every array that is the derivative there, by (layout, convention)."""

    instance: Instance
    right: dict[tuple[str, str | None], Array]
    moved: Mapping[Node, Array] = field(default_factory=dict)  # the values of the differentials
    within: Array | None = None  # the projection on vec of a linear structure, on which a Hessian is a quadratic form
    expanded: tuple[Node, int, float] | None = None  # what is small, the degree up to which values are compared, and r
    zero_is_proved: bool = False  # the derivative is 0 by its rules, not by underflow or on a dead branch


def gather(posed: Problem, count: int | None = None, seed: int = 0) -> list[Evidence]:
    """Random instances of distinct sizes, each with the derivative in every layout and convention."""
    drawn = instances(posed, enough(posed) if count is None else count, seed)
    found = [evidence(posed, i, np.random.default_rng(seed + k)) for k, i in enumerate(drawn)]
    found.sort(key=lambda e: all(_size(r) < TINY for r in e.right.values()))  # first those that say something
    if any(_size(r) < TINY for e in found for r in e.right.values()):
        if posed.form == "identity":  # what cancels is evidence, what is only tiny or underflows is none
            return [replace(e, zero_is_proved=_agree_precisely(posed, e.instance)) for e in found]
        derived = _derived(posed)
        if derived is not None and is_zero(derived):
            return [replace(e, zero_is_proved=True) for e in found]
        if derived is not None and _is_of_units(derived):
            return [replace(e, zero_is_proved=_size(e.instance.value(derived)) == 0) for e in found]
    return found


def _size(a: Array) -> float:
    return float(np.abs(a).max(initial=0.0))


def _agree_precisely(posed: Problem, instance: Instance) -> bool:
    """Are both sides of an identity equal to many digits, where doubles show two zeros?"""
    try:
        return precise.agree_at(posed.f, posed.claim, instance.point, instance.magnitude) is True
    except (DeriveError, ZeroDivisionError, ValueError):
        return False


def _derived(posed: Problem) -> Node | None:
    """What the engine says that the derivative is; of an identity, the left side."""
    if posed.is_relation:
        return posed.f
    try:
        found = Derivation(posed.f, posed.wrt)
        return Derivation(found.gradient, posed.x).result if posed.form == "hessian" else found.result
    except DeriveError:
        return None


def _is_of_units(derived: Node) -> bool:
    """Is it made of unit vectors alone, so that its value is exact?"""
    return all("integer" in n.properties for n in walk(derived) if n.op == "symbol") and not any(
        n.op in ("call", "item") for n in walk(derived)
    )


def instances(posed: Problem, count: int, seed: int, sizes: Mapping[str, int] | None = None) -> list[Instance]:
    """Values for f, the variable and the claim; free indices meet in every pattern, one pattern after the other."""
    x = posed.x
    roots = [posed.f, _at_x(posed), *([posed.wrt] if posed.by is not None or x.op == "item" else [])]
    also = [x] if x.op == "symbol" else [x.param, *(n for n in walk(x) if n.op == "symbol")]
    also += posed.others
    indices = posed.indices
    if not indices:
        return draw_instances(roots, count, seed, sizes, also)
    found, ways = list[Instance](), patterns(indices)
    for k in range(seed, seed + count):
        way, rng = ways[k % len(ways)], np.random.default_rng(k)
        fixed = large_enough(indices, way, rng) if sizes is None else sizes
        found += draw_instances(roots, 1, k, fixed, also, partial(placed, indices, way, rng))
    return found


def enough(posed: Problem) -> int:
    """How many instances show a claim right: COUNT, and every pattern of its free indices three times."""
    indices = posed.indices
    return max(COUNT, 3 * len(patterns(indices))) if indices else COUNT


def _at_x(posed: Problem) -> Node:
    """The claim with X for dX, which any shape law accepts."""
    return substitute(posed.claim, {dx: x for x, dx in posed.tangents.items()})


def evidence(posed: Problem, instance: Instance, rng: np.random.Generator) -> Evidence:
    if posed.form == "identity":
        return Evidence(instance, {("identity", None): instance.value(posed.f)})
    if posed.degree is not None:
        on, radius = _expanded(posed.f, posed.x, posed.degree, instance)
        key = f"expansion to degree {posed.degree}", None
        return Evidence(instance, {key: on}, expanded=(posed.x, posed.degree, radius))
    if posed.along is not None:
        moved = along(posed.f, posed.x, instance, instance.values[posed.along][None])[0]
        return Evidence(instance, {("differential", None): moved})
    if posed.form == "hessian":
        h, g = numerical_hessian(posed.f, posed.x, instance), partials(posed.f, posed.x, instance)[0, 0]
        return second_evidence(posed.x, instance, h, g)
    if posed.form == "differential":
        moved = {dx: directions(x.properties, variable(instance, x), rng, 1)[0] for x, dx in posed.tangents.items()}
        slopes = (partials(posed.f, x, instance) for x in posed.tangents)
        changes = [np.einsum("ijkl,kl->ij", s, d) for s, d in zip(slopes, moved.values(), strict=True)]
        return Evidence(instance, {("differential", None): np.sum(changes, axis=0)}, moved)
    full, at = partials(posed.f, posed.x, instance), variable(instance, posed.x)
    entry = posed.entry
    if entry is not None:
        row, column = (int(instance.value(i).item()) - 1 for i in (entry.row, entry.column))
        return Evidence(instance, _by_entry(full, posed.x, at, (row, column)))
    found = arrangements(full, posed.x, at)
    right = {k: r for k, r in found.items() if posed.layouts is None or k[0] in posed.layouts}
    return Evidence(instance, right, within=within(posed.x, at) if structure(posed.x) else None)


def _expanded(f: Node, h: Node, degree: int, instance: Instance, radius: float | None = None) -> tuple[Array, float]:
    """c_j r^j for degrees j = 0, 1, ... in h one below the other, and r; nan where they are no evidence."""
    found = on_circle(f, h, instance, radius) if degree < POINTS // 2 else None
    m, n = instance.value(f).shape
    if found is None or not is_seen(degree, found[1]):
        return np.full(((degree + 1) * m, n), np.nan), 0.0
    return found[0][: degree + 1].reshape(-1, n), found[1]


def _by_entry(full: Array, x: Node, at: Array, place: tuple[int, int]) -> dict[tuple[str, str | None], Array]:
    """The derivative by one entry of X: with independent entries, or as the structure of X lets them move."""
    gradients = [[named_arrays(g, x, at) for g in row] for row in full]
    found: dict[tuple[str, str | None], Array] = {}
    for convention in gradients[0][0]:
        y = np.array([[named[convention][place] for named in row] for row in gradients])
        found["gradient" if y.size == 1 else "numerator", convention] = y
        found["numerator" if y.size == 1 else "denominator", convention] = y.T
    return found


def second_evidence(x: Node, instance: Instance, h: Array, g: Array) -> Evidence:
    """The Hessian H; of a structured variable also P H P, all that it says of directions in the structure."""
    at = variable(instance, x)
    named = placeholder(x.name, x.shape, x.properties)
    symbols = placeholder("H", (size_product(*x.shape),) * 2), named, placeholder("G", x.shape)
    forms = {} if x.is_scalar else named_hessians(*symbols)
    if len(forms) < 2 and IN_STRUCTURE not in forms:
        return Evidence(instance, {("symmetric", None): h})
    p = within(x, at) if structure(x) else None
    inside = h if p is None else p @ h @ p
    values = dict(zip(symbols, (inside, at, g), strict=True))
    right: dict[tuple[str, str | None], Array] = {("symmetric", FREE): h}
    for name, form in forms.items():
        found = evaluate(form, values)
        right["symmetric", name] = p @ found @ p if p is not None and name == AFFINE else found
    if is_diagonal(x):
        right["symmetric", BY_DIAGONAL] = h[:: len(at) + 1, :: len(at) + 1]
    return Evidence(instance, right, within=p)


def within(x: Node, at: Array) -> Array:
    """P with P vec dX the part of dX in the linear structure of X."""
    units = np.eye(at.size).reshape(at.size, *at.shape, order="F")
    return vec(along_structure(x.properties, at, units))[:, :, 0]


def partials(f: Node, x: Node, instance: Instance) -> Array:
    """df_ij / dx_kl with axes i, j, k, l."""
    at = variable(instance, x)
    units = np.eye(at.size).reshape(at.size, *at.shape)
    return np.moveaxis(along(f, x, instance, units), 0, -1).reshape(*instance.value(f).shape[-2:], *at.shape)


def along(f: Node, x: Node, instance: Instance, units: Array) -> Array:
    """df along each of the directions (k, m, n): by complex steps, or by differences where those do not serve."""
    try:
        rows, _ = complex_step(f, x, instance, units)
        usable = bool(np.isfinite(rows).all()) and not _user_functions(f)
    except (np.linalg.LinAlgError, TypeError, DeriveError):
        usable = False
    if not usable:
        rows = np.array([differences(f, x, instance, u)[0] for u in units])
    return rows.reshape(len(units), *instance.value(f).shape[-2:])


def _user_functions(f: Node) -> bool:
    return any(n.op == "call" and callable(n.fn.numeric) for n in walk(f))


def arrangements(full: Array, x: Node, at: Array) -> dict[tuple[str, str | None], Array]:
    """Every matrix that is called the derivative, by layout and convention; the first that fits names the claim."""
    m, l, n, k = full.shape
    found: dict[tuple[str, str | None], Array] = {}
    if m * l == 1:
        for convention, g in named_arrays(full[0, 0], x, at).items():
            found["gradient", convention] = g
            found["numerator", convention] = g.T
        return found
    if n * k == 1:
        y = full[:, :, 0, 0]
        return {("numerator", None): y, ("denominator", None): y.T}
    jacobian = full.transpose(1, 0, 3, 2).reshape(m * l, n * k)
    found["numerator", None], found["denominator", None] = jacobian, jacobian.T
    if structure(x):
        found["numerator", IN_STRUCTURE] = jacobian @ within(x, at)
    if is_diagonal(x):
        found["numerator", BY_DIAGONAL] = jacobian[:, :: len(at) + 1]
    if structure(x) == ("symmetric",):
        found["numerator", "vech"] = jacobian @ evaluate(duplication(len(at)), {})
    if min(m, l) > 1 or min(n, k) > 1:
        by_rows = full.reshape(m * l, n * k)
        found["numerator, rows stacked", None], found["denominator, rows stacked", None] = by_rows, by_rows.T
    return found


def named_arrays(g: Array, x: Node, at: Array) -> dict[str | None, Array]:
    """The answers in use for a structured variable at this value, from the gradient with independent entries."""
    symbols = placeholder("G", x.shape), placeholder(x.name, x.shape, x.properties)
    forms = named_forms(*symbols)
    if len(forms) == 1:
        return {None: g}
    values = dict(zip(symbols, (g, at), strict=True))
    found: dict[str | None, Array] = {FREE: g}
    for name, form in forms.items():
        found[name] = np.broadcast_to(evaluate(form, values), g.shape)
    return found


@dataclass(frozen=True)
class Outcome:
    """How a claim fares: in which layout it agrees everywhere, or where it fails."""

    status: str
    layout: str | None = None
    convention: str | None = None
    error: float = float("nan")
    instances: int = 0
    counterexample: Counterexample | None = None


def compare(posed: Problem, claim: Node, evidence: Sequence[Evidence], layout: str | None) -> Outcome:
    """The claim's value against every arrangement on every instance; one that never fails is the claim's layout."""
    alive: dict[tuple[str, str | None], float] = {}
    agreed: dict[tuple[str, str | None], int] = {}
    named = {k for item in evidence for k in item.right if k[1] and posed.form != "hessian"}
    dead = {k for k in named if not shows_metric(claim, posed.x, str(k[1]))}
    failure: Counterexample | None = None
    worst = 0.0
    for item in evidence:
        value = value_of(claim, item)
        if value is None:
            continue
        nearest = float("inf")
        agrees, disagrees = (AGREES, DISAGREES) if item.expanded is None else (ON_CIRCLE / 10, ON_CIRCLE)
        for key, right in item.right.items():
            if not asked(key[0], layout):
                continue
            error = gap_between(_as_seen(value, key, item), right, item.zero_is_proved)
            nearest = min(nearest, error)
            if error >= disagrees:
                dead.add(key)
            elif error <= agrees:
                agreed[key] = agreed.get(key, 0) + 1
                alive[key] = max(alive.get(key, 0.0), error)
        if nearest >= disagrees:
            worst = max(worst, nearest)
            failure = _smaller(failure, _counterexample(item, value, layout))
    for key, error in alive.items():
        if key not in dead and agreed[key] >= min(3, len(evidence)):
            return Outcome("correct", key[0], key[1], error, agreed[key])
    if dead and all(key in dead for item in evidence for key in item.right if asked(key[0], layout)):
        return Outcome("wrong", error=worst, instances=len(evidence), counterexample=failure)
    return Outcome("inconclusive", instances=len(evidence))


def _as_seen(value: Array, key: tuple[str, str | None], item: Evidence) -> Array:
    """The claim, or what a Jacobian or a Hessian says of directions in the structure."""
    p, (kind, convention) = item.within, key
    if p is None or convention not in (IN_STRUCTURE, AFFINE) or value.shape[1] != len(p):
        return value
    return value @ p if kind != "symmetric" else p @ value @ p if value.shape == p.shape else value


def value_of(claim: Node, item: Evidence) -> Array | None:
    if item.expanded is not None:
        x, degree, radius = item.expanded
        return _expanded(claim, x, degree, item.instance, radius)[0] if radius else None
    try:
        with np.errstate(all="ignore"):
            value = np.asarray(compile(claim)({**item.instance.values, **item.moved}, item.instance.sizes))
    except np.linalg.LinAlgError:
        return None
    return value if np.isfinite(value).all() else None


def asked(name: str, layout: str | None) -> bool:
    if layout is None or name.startswith(("symmetric", "differential", "identity", "expansion")):
        return True
    wanted = "numerator" if layout.startswith("numerator") else layout
    return (
        name.startswith(wanted)
        or (layout == "numerator" and name == "gradient")  # a scalar's derivative is reported as its gradient
        or (wanted == "denominator" and name == "gradient")
        or (wanted == "gradient" and name == "denominator")
    )


def gap_between(value: Array, right: Array, zero_is_proved: bool = False) -> float:
    """The relative difference; infinite for another shape, save that 0 means zeros of any shape; nan for no evidence.

    Two zeros are evidence only where the derivative is proved to be 0: functions underflow and have dead branches.
    """
    if value.shape != right.shape:
        if value.size != 1 or value.item() != 0:
            return float("inf")
        value = np.zeros_like(right)
    scale = max(_size(right), _size(value))
    if scale < TINY:
        return 0.0 if zero_is_proved else float("nan")
    return float(np.abs(value - right).max()) / scale


def _counterexample(item: Evidence, value: Array, layout: str | None) -> Counterexample:
    right = next((r for k, r in item.right.items() if asked(k[0], layout)), next(iter(item.right.values())))
    return Counterexample(item.instance.values, direction_of(item), right, value, item.instance.sizes)


def direction_of(item: Evidence) -> Array:
    """The differential of the variable, empty where the claim holds none."""
    return next(iter(item.moved.values()), np.zeros(0))


def _smaller(a: Counterexample | None, b: Counterexample) -> Counterexample:
    return b if a is None or b.wanted.size < a.wanted.size else a
