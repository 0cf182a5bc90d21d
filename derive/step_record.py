"""A step of a derivation, as data: the rule, what it matched, before and after, and whether the numbers agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from . import algebra as al
from . import leaves, maps
from .book import Row
from .evidence import Ground, StepCheck, compare
from .law import Law
from .nodes import ONE, Node, make
from .rule import Condition, tangent
from .sizes import is_one

EQUAL, DEFINED, STACKED, READ_OFF, TRANSPOSED = "=", "define", "vec", "read off", "transposed"


@dataclass(frozen=True, eq=False)
class Step:
    """One step: `rule` turned `before` into `after`.

    `relation` says what the two have to do with each other: "=" they are equal; "define": `after` is a new name
    for `before`; "vec": `after` is vec of `before`; "read off": `before` is linear in dX
    and `after` its Jacobian or gradient; "transposed": `after` is `before` transposed. `where` is the path to the
    matched subexpression, as argument positions in `before`; `row` the row or law that was applied, if it has one.
    """

    rule: str
    before: Node
    after: Node
    where: tuple[int, ...] = ()
    conditions: tuple[Condition, ...] = ()
    substeps: tuple[Step, ...] = ()
    row: Row | Law | None = None
    relation: str = EQUAL
    subject: Node | str = "df"
    ground: Ground = field(default_factory=lambda: Ground(ONE, ()), repr=False)

    @property
    def matched(self) -> Node:
        """The subexpression of `before` to which the rule was applied."""
        node = self.before
        for i in self.where:
            node = node.args[i]
        return node

    @cached_property
    def check(self) -> StepCheck:
        """Whether the step is right, on random instances with a random dX; "correct" only on evidence."""
        if self.relation == TRANSPOSED:
            return compare(self.ground, make("transpose", (self.before,), self.before.shape[::-1]), self.after)
        if self.relation == READ_OFF:
            change = self.before if self.before.is_scalar else stacked(self.before)
            return compare(self.ground, change, self._change())
        if self.relation == STACKED:
            return compare(self.ground, stacked(self.before), self.after)
        return compare(self.ground, self.before, self.after)

    def _change(self) -> Node:
        """The change that the derivative in `after` stands for: J dx, Y' dt, tr(J dX), <G, dX>."""
        derivative, dx = self.after, direction_of(self.ground.variables)
        if dx.is_scalar:
            return stacked(al.scale(dx, derivative))
        if self.before.is_scalar and self.subject != "M":
            return maps.inner(derivative if self.subject == "grad" else al.transpose(derivative), dx)
        return al.matmul([derivative, stacked(dx)])

    def __str__(self) -> str:
        return f"{self.before} = {self.after}    ({self.rule})"


def direction_of(variables: Sequence[Node]) -> Node:
    """dX; of several scalars, the column of their differentials."""
    tangents = [tangent(v) for v in variables]
    return tangents[0] if len(tangents) == 1 else maps.explicit([[t] for t in tangents])


def stacked(m: Node) -> Node:
    return m if is_one(m.shape[1]) else make("vec", (m,), (leaves.size_product(*m.shape), 1))
