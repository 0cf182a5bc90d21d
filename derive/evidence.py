"""Are the two sides of a step equal? Both are evaluated on random instances, with d(g) as the change of g itself.

Every value is taken at X + ih dX with h = 1e-30: its real part is the value at X, and the imaginary part of g, divided
by h, is the differential of g along dX, which is what a mark d(g) or a symbol dz stands for. No rule is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from .arrays import Array
from .draw import Instance, direction, draw_instances, member, with_value
from .errors import DeriveError
from .nodes import Function, Node, make, walk, with_args
from .numeric import Program, compile
from .rebuilding import substitute
from .rule import differential_of, tangent
from .structure import solved

STEP = 1e-30
TOLERANCE = 1e-9
NOISE = 1e-12  # beside the largest intermediate value; what is smaller is rounding, and no evidence
INSTANCES = 3
ROUGH = 1e6  # an instance whose values are larger than this is badly conditioned

Definition = tuple[Node, Node]


@dataclass(frozen=True, slots=True)
class StepCheck:
    """What the numbers say of one step: "correct" only when both sides agreed on every instance."""

    status: str
    instances: int
    max_error: float
    message: str

    def __bool__(self) -> bool:
        return self.status == "correct"

    def __str__(self) -> str:
        return f"{self.status}: {self.message}"


@dataclass(frozen=True, slots=True)
class Point:
    """A random instance with a direction: values at X + ih dX, and the sizes."""

    sizes: dict[str, int]
    real: dict[Any, Any]
    shifted: dict[Any, Any]


@dataclass(frozen=True, eq=False)
class Ground:
    """What the steps of one derivation stand on: its function, its variables, the names it has introduced in order,
    the expression in whose place a variable stands (X^T for X'), and the values of variables not drawn (X_ij)."""

    function: Node
    variables: tuple[Node, ...]
    definitions: Sequence[Definition] = ()
    stands_for: Mapping[Node, Node] = field(default_factory=dict)
    also: tuple[Node, ...] = ()
    at: Mapping[Node, Node] = field(default_factory=dict)

    @cached_property
    def points(self) -> list[Point]:
        """Random instances on which f is smooth. Raises DomainError where none is found."""
        also: list[Any] = []
        for v in self.variables:
            also += [v] if v.op == "symbol" else [v.param, *(n for n in walk(*v.args) if n.op == "symbol")]
        members = [v for v in self.variables if v.op == "item"]
        instances = draw_instances([self.function, *members, *self.also], INSTANCES, also=also)
        return [self._point(i, k) for k, i in enumerate(instances)]

    def _point(self, instance: Instance, seed: int) -> Point:
        rng = np.random.default_rng(seed)
        values: dict[Any, Any] = dict(instance.values)
        values.update((x, instance.value(e)) for x, e in self.at.items())
        instance = Instance(instance.sizes, values)
        real, shifted = dict(values), dict(values)
        for x in self.variables:
            at = instance.values[x] if x.op == "symbol" else instance.values[x.param][member(instance, x)]
            d = direction(x, at, rng)
            d = values.get(tangent(x), d * (1 + rng.random()))  # unlike the value, whatever the size
            real[tangent(x)] = shifted[tangent(x)] = d
            moved = at + 1j * STEP * d
            if x.op == "symbol":
                shifted[x] = moved
            else:
                shifted[x.param] = with_value(Instance(instance.sizes, shifted), x, moved)[x.param]
        point = Point(instance.sizes, real, shifted)
        for name, meaning in self.definitions:
            value, _ = self._run(meaning, point)
            point.real[name], point.shifted[name] = value.real, value
            point.real[tangent(name)] = point.shifted[tangent(name)] = value.imag / STEP
        return point

    def value(self, node: Node, point: Point) -> tuple[Array, float]:
        """The value of an expression that may hold d(g) and names, and the largest intermediate value."""
        value, peak = self._run(node, point)
        return value.real, peak

    def _run(self, node: Node, point: Point) -> tuple[Array, float]:
        if self.stands_for:
            inside = [solved(x, fresh) or {} for fresh, x in self.stands_for.items()]
            whole = {x: fresh for fresh, x in self.stands_for.items()}
            node = substitute(node, {k: v for found in (*inside, whole) for k, v in found.items()})
        program = compile(measured(node))
        cells = program.prepare(point.real, point.sizes)
        _shift(program, cells, point)
        with np.errstate(all="ignore"):
            values = program.cells(cells)
        peak = max((float(np.abs(v.real).max(initial=0.0)) for v in values if isinstance(v, np.ndarray)), default=0.0)
        return np.asarray(values[program.result]), peak


def _shift(program: Program, cells: list[Any], point: Point) -> None:
    for key, at in program.inputs.items():
        if key in point.shifted:
            cells[at] = point.shifted[key]


_change = Function("change", lambda shape: shape, numeric=lambda value: np.imag(value) / STEP)


def measured(node: Node) -> Node:
    """The same expression with every mark d(g) as the imaginary part of g over h; nothing is simplified."""
    done: dict[Node, Node] = {}
    for n in walk(node):
        args = tuple(done[a] for a in n.args)
        if n.op == "call" and n.fn is differential_of:
            done[n] = make("call", args, n.shape, (_change,))
        else:
            done[n] = with_args(n, args)
    return done[node]


def compare(ground: Ground, before: Node, after: Node) -> StepCheck:
    """Do two expressions agree on random instances, in random directions?"""
    worst, seen = 0.0, 0
    try:
        for point in ground.points:
            (a, peak_a), (b, peak_b) = ground.value(before, point), ground.value(after, point)
            if not (np.isfinite(a).all() and np.isfinite(b).all()):
                return StepCheck("inconclusive", seen, float("nan"), "a side of the step is not finite")
            a, b = np.broadcast_arrays(a, b)
            scale, gap = max(np.abs(a).max(), np.abs(b).max()), np.abs(a - b).max()
            peak = max(peak_a, peak_b, 1e-300)
            error = float(gap / scale) if scale else 0.0
            if 0 < scale < NOISE * peak or (error > TOLERANCE and (gap < NOISE * peak or peak > ROUGH)):
                continue
            worst, seen = max(worst, error), seen + 1
            if error > TOLERANCE:
                return StepCheck("wrong", seen, worst, f"the sides differ by a relative {error:.1e}")
    except (DeriveError, np.linalg.LinAlgError, TypeError, ValueError) as error:
        return StepCheck("inconclusive", seen, float("nan"), str(error))
    if not seen:
        return StepCheck("inconclusive", 0, float("nan"), "both sides are lost in rounding")
    return StepCheck("correct", seen, worst, f"both sides agree on {seen} random instances")
