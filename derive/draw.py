"""Random instances: distinct sizes, values with the declared properties, directions in their tangent space.

Entries have both signs; where an argument (not the variable) must be positive, invertible or away from a kink, the
variables that it depends on are moved until it is. What cannot be satisfied is a DomainError that names the part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy

from .arrays import Array
from .binding import size_value
from .domain import Domain, domain
from .errors import DeriveError, DomainError
from .instance import Instance, Key, direction, member, with_value
from .nodes import BINDERS, Node, walk
from .numeric import free_indices
from .properties import CONES, RIGID, Generator, directions, value, with_signs
from .random_variables import SAMPLES, averaged
from .symbols import CURVED, Family

__all__ = ["Instance", "direction", "directions", "draw_instances", "member", "survey", "value", "with_value"]

TRIES = (*(30,) * 8, 150, 150)  # moves of the variables before other sizes are tried


# --- sizes ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Survey:
    """What some expressions need: symbols and families, size symbols by name; and whether they hold sums."""

    roots: tuple[Node, ...]
    keys: list[Key]
    names: list[str]
    sums: bool


def survey(roots: Sequence[Node], also: Iterable[Key] = ()) -> Survey:
    """The inputs and sizes of `roots`, in a fixed order; indices of sums are not among them, but within their sums."""
    read = averaged(*roots)
    order = walk(*read)
    found: dict[Key, None] = {}
    bound: set[Node] = set()
    sizes: list[Any] = []
    for node in order:
        op = node.op
        if op == "symbol":
            found[node] = None
        elif op == "item":
            found[node.param] = None
        elif op in BINDERS:
            bound.add(node.param)
        elif op == "const":
            sizes.append(node.param)
        else:
            sizes += node.shape
    found.update(dict.fromkeys(also))
    free = free_indices(order)
    loose = frozenset().union(*(free.get(root, ()) for root in read))
    keys = [key for key in found if key not in bound or key in loose]
    sizes += [s for key in keys for s in key.shape]
    sizes += [s for key in keys if isinstance(key, Family) for s in (key.lo, key.hi)]
    return Survey(tuple(roots), keys, sorted(_names(sizes)), bool(bound))


def inputs(roots: Iterable[Node]) -> list[Key]:
    """The symbols and families whose values `roots` need."""
    return survey(tuple(roots)).keys


def _names(sizes: Iterable[Any]) -> set[str]:
    found: set[str] = set()
    for size in sizes:
        if isinstance(size, sympy.Symbol):
            found.add(size.name)
        elif isinstance(size, sympy.Expr):
            found.update(s.name for s in size.free_symbols)
    return found


def size_choices(
    names: Sequence[str], keys: Sequence[Key], count: int, rng: Generator, fixed: Mapping[str, int]
) -> list[dict[str, int]]:
    """`count` choices of sizes: distinct ones from 2..5 (more where there are more symbols), and one all equal."""
    free = [n for n in names if n not in fixed]
    pool = range(2, max(6, 2 + len(free)))
    chosen: list[dict[str, int]] = []
    for k in range(count):
        for _attempt in range(100):
            square = k % 6 == 2
            values = [int(rng.integers(2, 5))] * len(free) if square else rng.permutation(pool)[: len(free)].tolist()
            sizes = {**fixed, **dict(zip(free, values, strict=True))}
            if SAMPLES.name in free:  # more points than coordinates, so that their covariance is invertible
                sizes[SAMPLES.name] += max(values)
            if _admissible(sizes, keys):
                break
        else:
            raise DomainError(f"no sizes from {pool.start} to {pool.stop - 1} fit the declared properties")
        chosen.append(sizes)
    return chosen


def _admissible(sizes: Mapping[str, int], keys: Sequence[Key]) -> bool:
    for key in keys:
        m, n = (size_value(s, sizes) for s in key.shape)
        if m < 1 or n < 1:
            return False
        if ("full column rank" in key.properties and m < n) or ("full row rank" in key.properties and m > n):
            return False
        if "skew" in key.properties and m % 2 and key.properties & {"orthogonal", "invertible"}:
            return False
        if isinstance(key, Family) and size_value(key.hi, sizes) < size_value(key.lo, sizes):
            return False
    return True


# --- instances --------------------------------------------------------------------------------------------------
def draw_instances(
    roots: Sequence[Node],
    count: int = 6,
    seed: int = 0,
    sizes: Mapping[str, int] | None = None,
    also: Iterable[Key] = (),
    given: Callable[[Mapping[str, int]], Mapping[Key, Array]] | None = None,
) -> list[Instance]:
    """`count` instances at which every expression of `roots` is smooth. `sizes` fixes some sizes by name; `also`
    names symbols that get values though no root holds them; `given` fixes some values, when the sizes are known.
    Raises DomainError, naming the part without a point."""
    rng, fixed = np.random.default_rng(seed), dict(sizes or {})
    needs = survey(roots, also)
    known: dict[tuple[int, ...], Domain] = {}
    chosen = size_choices(needs.names, needs.keys, count, rng, fixed)
    with np.errstate(all="ignore"):
        return [_instance(needs, one, rng, fixed, known, given or (lambda _: {})) for one in chosen]


def _instance(
    needs: Survey,
    chosen: dict[str, int],
    rng: Generator,
    fixed: dict[str, int],
    known: dict[Any, Domain],
    given: Callable[[Mapping[str, int]], Mapping[Key, Array]],
) -> Instance:
    """One instance with these sizes or, where the search fails, with others."""
    for tries in TRIES:
        key = tuple(chosen.values()) if needs.sums else ()  # sums are written out for given sizes
        if key not in known:
            known[key] = domain(needs.roots, chosen)
        search = _Search(known[key], needs.keys, chosen, rng, given(chosen))
        if search.run(tries):
            return search.instance()
        (chosen,) = size_choices(needs.names, needs.keys, 1, rng, fixed)
    raise DomainError(f"could not find a valid instance: {search.complaint()}")


class _Search:
    """Values that satisfy every guard, by drawing anew and by small moves that increase the first bad margin."""

    def __init__(
        self, where: Domain, keys: list[Key], sizes: dict[str, int], rng: Generator, given: Mapping[Key, Array]
    ) -> None:
        self.where, self.sizes, self.rng = where, sizes, rng
        self.keys = [key for key in keys if key not in given]
        self.error = ""
        self.cells: list[Any] = []
        self.values = {key: given[key] if key in given else self.fresh(key, 1.0) for key in keys}
        self.score = self.rate(self.values)

    def run(self, tries: int) -> bool:
        done = len(self.where.guards) + 1
        suspects: dict[int, list[Key]] = {}
        for attempt in range(tries):
            k = self.score[0]
            if k >= done:
                return True
            movable = suspects.get(k)
            if movable is None:
                movable = suspects[k] = self.suspects(k)
            if not movable:
                return False
            candidate = self.move(movable, attempt)
            score = self.rate(candidate)
            if score > self.score:
                self.values, self.score = candidate, score
        return self.score[0] >= done

    def rate(self, values: dict[Key, Any]) -> tuple[int, float]:
        program = self.where.program
        try:
            cells = program.cells(program.place([values[key] for key in program.inputs], self.sizes))
            score = self.where.violated(cells)
            if score[0] > len(self.where.guards):
                self.cells = cells
            return score
        except (DeriveError, np.linalg.LinAlgError) as error:
            self.error = str(error)
            return -1, 0.0

    def instance(self) -> Instance:
        return Instance(self.sizes, self.values, self.where, self.cells)

    def suspects(self, k: int) -> list[Key]:
        """The variables on which the k-th guard depends; all of them where the failure has no guard."""
        if not 0 <= k < len(self.where.guards):
            return self.keys
        needed = set(inputs(self.where.guards[k][0].node.args))
        return [key for key in self.keys if key in needed]

    def move(self, movable: list[Key], attempt: int) -> dict[Key, Any]:
        rng = self.rng
        moved = dict(self.values)
        if attempt < 6:  # as drawn at first: entries of both signs
            return {**moved, **{key: self.fresh(key, 1.0) for key in movable}}
        kind = int(rng.integers(0, 6))
        some = movable if kind % 2 else [movable[int(rng.integers(0, len(movable)))]]
        for key in some:
            moved[key] = self.nudged(key, moved[key]) if kind < 4 else self.other(key)
        return moved

    def fresh(self, key: Key, scale: float) -> Any:
        shape = (size_value(key.shape[0], self.sizes), size_value(key.shape[1], self.sizes))
        if isinstance(key, Family):
            length = size_value(key.hi, self.sizes) - size_value(key.lo, self.sizes) + 1
            return [value(key.properties, shape, self.rng, scale) for _ in range(length)]
        return value(key.properties, shape, self.rng, scale)

    def nudged(self, key: Key, old: Any) -> Any:
        """A small move, or a new draw where the properties leave no room for one."""
        if isinstance(old, list):
            return [self.nudged(key, x) for x in old]
        if key.properties & RIGID:
            if "integer" in key.properties and old.size == 1:
                return self.rng.integers(1, 5, (1, 1)).astype(float)
            return value(key.properties, old.shape, self.rng) * self._stretch(key)
        size, kind = self.rng.choice((0.1, 0.5, 2.0)), self.rng.integers(0, 3)
        step = self.rng.standard_normal(old.shape if kind else (1, 1))  # kind 0 shifts all entries alike
        if kind == 2:
            step = step * (self.rng.random(old.shape) < 0.3)
        return with_signs(old + size * step, key.properties)

    def _stretch(self, key: Key) -> float:
        """A factor that keeps the properties."""
        if key.properties & {"identity", *CURVED} or not key.properties & CONES:
            return 1.0
        return float(self.rng.choice((0.1, 0.5, 1, 3)))

    def other(self, key: Key) -> Any:
        """A value of another kind: small, large, of one sign, or near a multiple of I."""
        drawn = self.fresh(key, 1.0)
        if key.properties & RIGID:
            return [x * self._stretch(key) for x in drawn] if isinstance(drawn, list) else drawn * self._stretch(key)
        return [self._varied(key, x) for x in drawn] if isinstance(drawn, list) else self._varied(key, drawn)

    def _varied(self, key: Key, x: Array) -> Array:
        choice = int(self.rng.integers(0, 5))
        if choice == 0 and not key.properties & {"unit interval"}:
            x = np.abs(x) + self.rng.choice((0.1, 1.2))
        elif choice == 1 and "positive" not in key.properties:
            x = -np.abs(x) - 0.1
        elif choice == 2 and x.shape[0] == x.shape[1] and "unit interval" not in key.properties:
            x = 0.2 * x + self.rng.uniform(0.5, 2) * np.eye(len(x))
        elif choice == 3:
            x = 0.1 * x
        elif "unit interval" not in key.properties:
            x = 3 * x
        return with_signs(x, key.properties)

    def complaint(self) -> str:
        k = self.score[0]
        if k < 0:
            return self.error
        if k < len(self.where.guards):
            guard = self.where.guards[k][0]
            return f"in {guard.node}, no values were found for which {guard.text}"
        return "no values were found for which the expression is finite"
