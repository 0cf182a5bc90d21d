"""One random instance of an expression: sizes, values, and how to move one variable."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .arrays import Array
from .binding import size_value
from .domain import Domain
from .errors import BadInput, DomainError
from .nodes import Node
from .numeric import Program, compile, play
from .properties import Generator, directions
from .symbols import CURVED, Family

Key = Node | Family


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
    def point(self) -> tuple[dict[Key, Any], dict[str, int]]:
        """Values and sizes, as `evaluate` takes them."""
        return self.values, self.sizes

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


def direction(key: Key, at: Array, rng: Generator) -> Array:
    """One unit direction (m, n) that keeps the linear properties; a manifold is left, as all entries may vary there."""
    return directions(key.properties - CURVED, at, rng, 1)[0]


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
