"""Expressions on arrays: a node is compiled once to a tape, a list of (function, where its arguments lie).

Every value is an array (..., m, n), a scalar (..., 1, 1); leading axes are a batch, so that several directions are one
evaluation. The functions are those of `arrays` and `spectra`, safe for complex-step arguments.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .arrays import Array
from .binding import Sizes, bind_sizes, known_sizes, number, read_value, size_value
from .kernels import DOUBLE, LEAVES, Arithmetic, Kernel, Leaf, constant, kernel, shape_leaf, zero
from .nodes import BINDERS, Node, walk
from .random_variables import averaged
from .symbols import Family

__all__ = ["Program", "compile", "evaluate", "free_indices", "known_sizes", "number", "play", "size_value"]

Tape = list[tuple[Kernel, tuple[int, ...]]]


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled expression. Cells hold inputs, then leaves that depend on sizes only, then one value for each step."""

    inputs: dict[Node | Family, int]
    leaves: list[Leaf]
    tape: Tape
    result: int
    at: dict[Node, int]  # the cell of every node outside the bodies of sums
    known: dict[tuple[tuple[str, int], ...], list[Any]] = field(default_factory=dict)

    def __call__(self, values: Mapping[Any, Any], sizes: Mapping[Any, int] | None = None) -> Array:
        """The value for `values`: a mapping from symbols, families or their names to arrays."""
        with np.errstate(all="ignore"):
            return self.run(self.prepare(values, sizes))

    def prepare(self, values: Mapping[Any, Any], sizes: Mapping[Any, int] | None = None) -> list[Any]:
        """The cells before the first step: the values, checked, and the leaves for their sizes."""
        found = [read_value(key, values) for key in self.inputs]
        bound = {getattr(n, "name", str(n)): int(v) for n, v in (sizes or {}).items()}
        bind_sizes(zip(self.inputs, found, strict=True), bound)
        return self.place(found, bound)

    def place(self, found: list[Any], bound: Sizes) -> list[Any]:
        """The cells for arrays, in the order of the inputs, that are known to have the shapes of these sizes."""
        if not self.leaves:
            return found
        key = tuple(sorted(bound.items()))
        if key not in self.known:
            self.known.clear()
            self.known[key] = [leaf(bound) for leaf in self.leaves]
        return found + self.known[key]

    def cells(self, prepared: Sequence[Any]) -> list[Any]:
        """Play the tape: the value of every node."""
        return play(self.tape, list(prepared))

    def run(self, prepared: Sequence[Any]) -> Array:
        """The value of the root."""
        return play(self.tape, list(prepared))[self.result]


def play(tape: Tape, cells: list[Any]) -> list[Any]:
    for step, at in tape:
        cells.append(step(*[cells[i] for i in at]))
    return cells


def evaluate(node: Node, values: Mapping[Any, Any], sizes: Mapping[Any, int] | None = None) -> Array:
    """The value of an expression, shape (m, n), a scalar (1, 1).

    `values` maps symbols (or their names) to arrays: a vector may be 1-d, a scalar a float, a family a list; more than
    needed is fine. `sizes` maps size symbols that occur in no value's shape. Raises UnknownName, ShapeError, BadInput.

    >>> from derive.symbols import vector
    >>> x = vector("x", "n")
    >>> evaluate(x.T * x, {x: [3, 4]})
    array([[25.]])
    """
    more = [key for key in values if isinstance(key, Node) and key.op == "symbol"]
    return compile(node)(values, known_sizes(more, values, sizes))


# --- compiling --------------------------------------------------------------------------------------------------
def compile(root: Node, *more: Node, arithmetic: Arithmetic | None = None, order: list[Node] | None = None) -> Program:
    """The tape of an expression, linear in its DAG; `more` expressions have their values on the same tape. `order` is
    walk(root, *more), where it is known."""
    if order is None:
        root, *others = averaged(root, *more)
        more = tuple(others)
        order = walk(root, *more)
    compiler = _Compiler(free_indices(order), arithmetic or DOUBLE)
    if compiler.free:
        order, _ = _demand((root, *more), None, compiler.free)
    compiler.place_all(order)
    return compiler.program(root)


Place = tuple[int, int]  # (zone, k): zone 0 holds inputs, 1 leaves, 2 steps; laid out once all are known


class _Compiler:
    """One tape under construction; the body of a sum is a tape of its own."""

    def __init__(self, free: Mapping[Node, frozenset[Node]], arithmetic: Arithmetic) -> None:
        self.free, self.arithmetic = free, arithmetic
        self.inside = False  # in the body of a sum
        self.at: dict[Node, Place] = {}
        self.inputs: dict[Any, int] = {}
        self.leaves: list[Leaf] = []
        self.tape: list[tuple[Kernel, list[Place]]] = []

    def place_all(self, order: Iterable[Node]) -> None:
        for node in order:
            if node not in self.at:
                self.at[node] = self.place(node)

    def place_body(self, body: Node, index: Node) -> list[Any]:
        """Place what depends on the index; the inputs besides the index are returned, for the enclosing tape."""
        self.inside = True
        inner, outer = _demand((body,), index, self.free)
        for node in (index, *outer):
            self.at[node] = self.input(node)
        self.place_all(inner)
        return list(self.inputs)[1:]

    def input(self, key: Any) -> Place:
        return 0, self.inputs.setdefault(key, len(self.inputs))

    def leaf(self, make: Leaf) -> Place:
        self.leaves.append(make)
        return 1, len(self.leaves) - 1

    def step(self, kernel: Kernel, at: Iterable[Place]) -> Place:
        self.tape.append((kernel, list(at)))
        return 2, len(self.tape) - 1

    def program(self, root: Node) -> Program:
        first = (0, len(self.inputs), len(self.inputs) + len(self.leaves))
        tape = [(kernel, tuple([first[zone] + k for zone, k in at])) for kernel, at in self.tape]
        at = {node: first[zone] + k for node, (zone, k) in self.at.items()}
        return Program(self.inputs, self.leaves, tape, at[root], at)

    def place(self, node: Node) -> Place:
        op = node.op
        if op == "symbol":
            return self.input(node)
        if op == "const":
            return self.leaf(constant(node.param, self.arithmetic))
        if op in LEAVES:
            return self.leaf(LEAVES[op](node))
        if op in BINDERS:
            return self.sum(node)
        at = [self.at[a] for a in node.args]
        if op == "item":
            at.append(self.input(node.param))
        extra = shape_leaf(node)
        if extra is not None:  # inside a sum, leaves belong to the enclosing tape
            at.append(self.input(extra) if self.inside else self.leaf(extra))
        return self.step(kernel(node, self.arithmetic), at)

    def sum(self, node: Node) -> Place:
        """sum_{i=lo..hi} or prod_{i=lo..hi}: what depends on i is played once for each i."""
        body, lo, hi = node.args
        inner = _Compiler(self.free, self.arithmetic)
        imports = inner.place_body(body, node.param)
        nothing = zero(node.shape) if node.op == "sumover" else constant(1, self.arithmetic)  # of an empty range
        at = [self.at[lo], self.at[hi], self.input(nothing) if self.inside else self.leaf(nothing)]
        for key in imports:
            if isinstance(key, Node):
                at.append(self.at[key])
            elif isinstance(key, Family) or self.inside:
                at.append(self.input(key))
            else:
                at.append(self.leaf(key))
        return self.step(_loop(inner.program(body), operator.add if node.op == "sumover" else operator.mul), at)


def free_indices(order: list[Node]) -> dict[Node, frozenset[Node]]:
    """For every node, the indices of sums on which its value depends; empty where there are no sums."""
    indices = {n.param for n in order if n.op in BINDERS}
    found: dict[Node, frozenset[Node]] = {}
    for node in order if indices else ():
        free = frozenset((node,)) if node in indices else frozenset().union(*(found[a] for a in node.args))
        found[node] = free - {node.param} if node.op in BINDERS else free
    return found


def _demand(
    roots: tuple[Node, ...], index: Node | None, free: Mapping[Node, frozenset[Node]]
) -> tuple[list[Node], list[Node]]:
    """What `roots` need: the nodes that depend on the index, children first, and the tops of those that do not."""
    needed, inner, outer = set(roots), [], []
    for node in reversed(walk(*roots)):
        if node not in needed:
            continue
        if index is not None and index not in free[node]:
            outer.append(node)
            continue
        inner.append(node)
        if node.op in BINDERS:
            needed.update(node.args[1:], _demand(node.args[:1], node.param, free)[1])
        else:
            needed.update(node.args)
    return inner[::-1], outer


def _loop(program: Program, join: Callable[[Any, Any], Any]) -> Kernel:
    tape, result = program.tape, program.result

    def total(lo: Array, hi: Array, nothing: Array, *outer: Any) -> Any:
        first, last = (round(float(a.real.flat[0])) for a in (lo, hi))
        value: Any = nothing
        for i in range(first, last + 1):
            value = join(value, play(tape, [np.array([[float(i)]]), *outer])[result])
        return value

    return total
