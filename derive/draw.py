"""Random instances: distinct sizes, values with the declared properties, directions in their tangent space.

Entries have both signs; where an argument (not the variable) must be positive, invertible or away from a kink, the
variables that it depends on are moved until it is. What cannot be satisfied is a DomainError that names the part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sympy

from .arrays import Array
from .domain import Domain, domain
from .errors import BadInput, DeriveError, DomainError
from .nodes import Node, walk
from .numeric import Program, compile, play, size_value
from .symbols import Family

Generator = np.random.Generator
Key = Node | Family
Maker = Callable[[Generator, int, int, frozenset[str]], Array]

TRIES = (30, 30, 30, 150, 150)  # moves of the variables before other sizes are tried


@dataclass(frozen=True, slots=True)
class Instance:
    """Sizes by name and a value for every symbol and family. What it was drawn for stays compiled and evaluated."""

    sizes: dict[str, int]
    values: dict[Key, Any]
    where: Domain | None = field(default=None, repr=False, compare=False)
    cells: list[Any] = field(default_factory=list, repr=False, compare=False)

    def value(self, node: Node) -> Array:
        """The value of an expression here."""
        if self.where is not None and node in self.where.roots:
            return self.cells[self.where.roots[node]]
        return compile(node)(self.values, self.sizes)

    @property
    def magnitude(self) -> float:
        """The largest modulus of any intermediate value."""
        return max((float(np.abs(c).max()) for c in self.cells if type(c) is np.ndarray and c.size), default=1.0)

    def rerun(self, node: Node, wrt: Node, new: Any) -> tuple[Array, list[Any]]:
        """The value of an expression, and all it was computed from, with another value of one variable."""
        if self.where is not None and node in self.where.roots:
            program, at = self.where.program, self.where.roots[node]
            cells = self.cells[: len(program.inputs) + len(program.leaves)]
        else:
            program = compile(node)
            at, cells = program.result, program.prepare(self.values, self.sizes)
        _replace(program, cells, self, wrt, new)
        steps = max(0, at + 1 - len(cells))  # an expression's steps come before those of the roots after it
        play(program.tape[:steps], cells)
        return cells[at], cells


def _replace(program: Program, cells: list[Any], instance: Instance, wrt: Node, new: Any) -> None:
    """Put another value of the variable into prepared cells; nothing where the program does not hold it."""
    at = program.inputs.get(wrt.param if wrt.op == "item" else wrt)
    if at is None:
        return
    if wrt.op == "item":
        members = list(cells[at])
        members[member(instance, wrt)] = new
        new = members
    cells[at] = new


# --- values with properties -------------------------------------------------------------------------------------
def value(properties: frozenset[str], shape: tuple[int, int], rng: Generator, scale: float = 1.0) -> Array:
    """A random array of this shape that has all of `properties`; entries of both signs where they allow it."""
    m, n = shape
    for name, make in _MAKERS.items():
        if name in properties:
            made = make(rng, m, n, properties)
            return _with_signs(made, properties)
    return _with_signs(scale * rng.standard_normal(shape), properties)


def _with_signs(x: Array, properties: frozenset[str]) -> Array:
    """x with the signs that the properties ask for."""
    exact = properties & _EXACT
    if "unit interval" in properties:
        return np.clip(x, 0.03, 0.97)
    if "positive" in properties or "nonnegative" in properties:
        x = np.abs(x)
    if "positive" in properties and not exact:
        x = np.where(x != 0, x + 0.1, 0) if properties & _PATTERNED else x + 0.1
    if "nonzero" in properties and not exact:
        x = np.where(x < 0, x - 0.1, x + 0.1)
    if "integer" in properties and properties & {"positive", "nonzero"}:
        x = np.where(x == 0, 1, x)
    if "positive determinant" in properties and np.linalg.det(x) < 0:
        x = x.copy()
        x[:, 0] = -x[:, 0]
    return x


_EXACT = frozenset(
    ("integer", "binary", "one-hot", "plus or minus one", "simplex", "unit norm", "identity", "orthogonal")
)
_PATTERNED = frozenset(("diagonal", "lower triangular", "upper triangular"))


def _definite(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    g = rng.standard_normal((m, m))
    if "positive" in properties:
        g = np.abs(g)
    if "diagonal" in properties:
        return np.diag(np.abs(g[0]) + 0.3)
    return g @ g.T / m + 0.3 * np.eye(m)


def _semidefinite(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    """Of full rank or one less, by chance."""
    g = rng.standard_normal((m, m - 1 if m > 1 and rng.random() < 0.5 else m))
    return np.diag(np.abs(g[:, 0])) if "diagonal" in properties else g @ g.T


def _diagonal(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    out = np.zeros((m, n))
    d = rng.standard_normal(min(m, n))
    np.fill_diagonal(out, d + 0.2 * np.sign(d))
    return out


def _orthogonal(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    """Orthonormal columns, or rows where the matrix is wide; a determinant of either sign where it is square."""
    if m < n:
        return _orthogonal(rng, n, m, properties).T
    q, r = np.linalg.qr(rng.standard_normal((m, n)))
    return q * np.sign(np.diagonal(r))


def _positive_eigenvalues(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    """P D P^{-1}: not symmetric."""
    p = np.eye(m) + 0.3 * rng.standard_normal((m, m))
    return p @ np.diag(rng.uniform(0.5, 2, m)) @ np.linalg.inv(p)


def _symmetric(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    g = rng.standard_normal((m, m))
    return (g + g.T) / 2 if "toeplitz" not in properties else _band(g[0], g[0])


def _skew(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    g = rng.standard_normal((m, m))
    return g - g.T


def _band(column: Array, row: Array) -> Array:
    """The Toeplitz matrix with this first column and row."""
    i, j = np.indices((len(column), len(row)))
    line = np.concatenate([column[::-1], row[1:]])
    return line[len(column) - 1 + j - i]


def _toeplitz(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    return _band(rng.standard_normal(m), rng.standard_normal(n))


def _lower(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    return np.tril(_strong_diagonal(rng, m, n))


def _upper(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    return np.triu(_strong_diagonal(rng, m, n))


def _strong_diagonal(rng: Generator, m: int, n: int) -> Array:
    g = rng.standard_normal((m, n))
    d = np.diagonal(g)
    np.fill_diagonal(g, d + 0.5 * np.sign(d))
    return g


def _one_hot(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    """A unit vector; of a matrix, one in every row."""
    if n == 1:
        return _one_hot(rng, 1, m, properties).T
    out = np.zeros((m, n))
    out[np.arange(m), rng.integers(0, n, m)] = 1
    return out


def _simplex(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    """Positive entries with sum 1; of a matrix, in every row."""
    if n == 1:
        return _simplex(rng, 1, m, properties).T
    x = rng.uniform(0.1, 1, (m, n))
    return x / x.sum(axis=1, keepdims=True)


def _unit_norm(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    x = rng.standard_normal((m, n))
    return x / np.sqrt((x * x).sum())


def _integer(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    """A scalar from 2 to 4; entries from -4 to 4."""
    return rng.integers(2, 5, (1, 1)).astype(float) if m == n == 1 else rng.integers(-4, 5, (m, n)).astype(float)


# The first property found makes the matrix; signs and the determinant are seen to afterwards.
_MAKERS: Mapping[str, Maker] = {
    "identity": lambda rng, m, n, p: np.eye(m),
    "positive definite": _definite,
    "positive semidefinite": _semidefinite,
    "diagonal": _diagonal,
    "orthogonal": _orthogonal,
    "positive eigenvalues": _positive_eigenvalues,
    "symmetric": _symmetric,
    "skew": _skew,
    "toeplitz": _toeplitz,
    "lower triangular": _lower,
    "upper triangular": _upper,
    "one-hot": _one_hot,
    "simplex": _simplex,
    "binary": lambda rng, m, n, p: rng.integers(0, 2, (m, n)).astype(float),
    "plus or minus one": lambda rng, m, n, p: rng.integers(0, 2, (m, n)) * 2.0 - 1,
    "unit interval": lambda rng, m, n, p: rng.uniform(0.05, 0.95, (m, n)),
    "unit norm": _unit_norm,
    "integer": _integer,
}
_RIGID = frozenset(_MAKERS) - {"unit interval"}  # a value that may only be drawn anew, not moved a little
_CONES = frozenset(
    ("positive definite", "positive semidefinite", "diagonal", "symmetric", "skew", "positive eigenvalues")
)
_CONES = frozenset(
    ("positive definite", "positive semidefinite", "diagonal", "symmetric", "skew", "positive eigenvalues")
)
FREE = frozenset(("binary", "one-hot", "plus or minus one", "integer", "identity", "unit interval"))


# --- directions -------------------------------------------------------------------------------------------------
def directions(properties: frozenset[str], at: Array, rng: Generator, count: int = 3) -> Array:
    """`count` unit directions (count, m, n) in the tangent space of the matrices with these properties at `at`.

    A discrete property (one-hot, integer ...) has no tangent: there the derivative is the formal one, in any direction.
    """
    d = tangent(properties, at, rng.standard_normal((count, *at.shape)))
    lengths = np.sqrt((d * d).sum(axis=(-1, -2), keepdims=True))
    return d / np.where(lengths > 1e-12, lengths, 1.0)


def tangent(properties: frozenset[str], at: Array, d: Array) -> Array:
    """The part of the directions d (..., m, n) that keeps the properties, to first order."""
    if not properties or properties & FREE:
        return d
    t = d.swapaxes(-1, -2)
    if "toeplitz" in properties:
        d = _along_bands(d)
        t = d.swapaxes(-1, -2)
    if properties & {"symmetric", "positive definite", "positive semidefinite"}:
        d = (d + t) / 2
    if "skew" in properties:
        d = (d - t) / 2
    if "diagonal" in properties:
        d = d * np.eye(*at.shape)
    if "lower triangular" in properties:
        d = np.tril(d)
    if "upper triangular" in properties:
        d = np.triu(d)
    if "orthogonal" in properties:
        d = _along_stiefel(d, at)
    if "unit norm" in properties:
        d = d - at * (at * d).sum(axis=(-1, -2), keepdims=True) / (at * at).sum()
    if "simplex" in properties:
        d = d - d.mean(axis=-2 if at.shape[1] == 1 else -1, keepdims=True)
    return d


def _along_stiefel(d: Array, q: Array) -> Array:
    """D - Q sym(Q^T D): tangent to the matrices with Q^T Q = I (or Q Q^T = I where Q is wide)."""
    if q.shape[0] < q.shape[1]:
        return _along_stiefel(d.swapaxes(-1, -2), q.T).swapaxes(-1, -2)
    inner = q.T @ d
    return d - q @ (inner + inner.swapaxes(-1, -2)) / 2


def _along_bands(d: Array) -> Array:
    out = np.empty_like(d)
    i, j = np.indices(d.shape[-2:])
    for k in range(1 - d.shape[-2], d.shape[-1]):
        band = j - i == k
        out[..., band] = d[..., band].mean(axis=-1, keepdims=True)
    return out


# --- sizes ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Survey:
    """What some expressions need: symbols and families, size symbols by name; and whether they hold sums."""

    roots: tuple[Node, ...]
    keys: list[Key]
    names: list[str]
    sums: bool


def survey(roots: Sequence[Node], also: Iterable[Key] = ()) -> Survey:
    """The inputs and sizes of `roots`, in a fixed order; indices of sums are not among them."""
    order = walk(*roots)
    found: dict[Key, None] = {}
    bound: set[Node] = set()
    sizes: list[Any] = []
    for node in order:
        op = node.op
        if op == "symbol":
            found[node] = None
        elif op == "item":
            found[node.param] = None
        elif op == "sumover":
            bound.add(node.param)
        elif op == "const":
            sizes.append(node.param)
        else:
            sizes += node.shape
    found.update(dict.fromkeys(also))
    keys = [key for key in found if key not in bound]
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
) -> list[Instance]:
    """`count` instances at which every expression of `roots` is smooth. `sizes` fixes some sizes by name; `also`
    names symbols that get values though no root holds them. Raises DomainError, naming the part without a point."""
    rng, fixed = np.random.default_rng(seed), dict(sizes or {})
    needs = survey(roots, also)
    known: dict[tuple[int, ...], Domain] = {}
    chosen = size_choices(needs.names, needs.keys, count, rng, fixed)
    return [_instance(needs, one, rng, fixed, known) for one in chosen]


def _instance(
    needs: Survey, chosen: dict[str, int], rng: Generator, fixed: dict[str, int], known: dict[Any, Domain]
) -> Instance:
    """One instance with these sizes or, where the search fails, with others."""
    for tries in TRIES:
        key = tuple(chosen.values()) if needs.sums else ()  # sums are written out for given sizes
        if key not in known:
            known[key] = domain(needs.roots, chosen)
        search = _Search(known[key], needs.keys, chosen, rng)
        if search.run(tries):
            return search.instance()
        (chosen,) = size_choices(needs.names, needs.keys, 1, rng, fixed)
    raise DomainError(f"could not find a valid instance: {search.complaint()}")


class _Search:
    """Values that satisfy every guard, by drawing anew and by small moves that increase the first bad margin."""

    def __init__(self, where: Domain, keys: list[Key], sizes: dict[str, int], rng: Generator) -> None:
        self.where, self.keys, self.sizes, self.rng = where, keys, sizes, rng
        self.error = ""
        self.cells: list[Any] = []
        self.values = {key: self.fresh(key, 1.0) for key in keys}
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
            with np.errstate(all="ignore"):
                cells = program.cells(program.prepare(values, self.sizes))
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
        if key.properties & _RIGID:
            if "integer" in key.properties and old.size == 1:
                return self.rng.integers(1, 5, (1, 1)).astype(float)
            return value(key.properties, old.shape, self.rng) * self._stretch(key)
        size, kind = self.rng.choice((0.1, 0.5, 2.0)), self.rng.integers(0, 3)
        step = self.rng.standard_normal(old.shape if kind else (1, 1))  # kind 0 shifts all entries alike
        if kind == 2:
            step = step * (self.rng.random(old.shape) < 0.3)
        return _with_signs(old + size * step, key.properties)

    def _stretch(self, key: Key) -> float:
        """A factor that keeps the properties."""
        if "identity" in key.properties or not key.properties & _CONES:
            return 1.0
        return float(self.rng.choice((0.1, 0.5, 1, 3)))

    def other(self, key: Key) -> Any:
        """A value of another kind: small, large, of one sign, or near a multiple of I."""
        drawn = self.fresh(key, 1.0)
        if key.properties & _RIGID:
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
        return _with_signs(x, key.properties)

    def complaint(self) -> str:
        k = self.score[0]
        if k < 0:
            return self.error
        if k < len(self.where.guards):
            guard = self.where.guards[k][0]
            return f"in {guard.node}, no values were found for which {guard.text}"
        return "no values were found for which the expression is finite"


def direction(key: Key, at: Array, rng: Generator) -> Array:
    """One unit direction (m, n) in the tangent space at `at`."""
    return directions(key.properties, at, rng, 1)[0]


def with_value(instance: Instance, wrt: Node, new: Any) -> dict[Key, Any]:
    """The values of an instance with another value for `wrt`, a symbol or a member of a family."""
    if wrt.op == "symbol":
        return {**instance.values, wrt: new}
    if wrt.op != "item":
        raise BadInput(f"the variable must be a symbol or a member of a family, found {wrt}")
    members = list(instance.values[wrt.param])
    members[member(instance, wrt)] = new
    return {**instance.values, wrt.param: members}


def member(instance: Instance, item: Node) -> int:
    """The position of x_i in its list, for the instance's value of i."""
    (i,) = item.args
    index = i.param if i.op == "const" else instance.values[i].flat[0]
    at = round(float(index)) - size_value(item.param.lo, instance.sizes)
    if not 0 <= at < len(instance.values[item.param]):
        raise DomainError(f"{item.name}[{at}] is not a member of its family")
    return at
