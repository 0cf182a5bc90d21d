"""The total differential: how f changes when several variables do, df = f_x dx + f_y dy, or along given directions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from . import algebra as al
from . import leaves
from .adjoint import pullback
from .book import Book, standard_book
from .errors import BadInput, ShapeError
from .evidence import Ground, compare
from .latex import latex
from .linearise import differential as linearised
from .members import checked
from .nodes import ONE, Node
from .normal import collect, merged, polish
from .rebuilding import substitute
from .rule import d, tangent
from .sizes import same_shape, shape_text
from .step_record import Step
from .steps import Writer
from .text import unicode
from .unfold import is_mark, right_form

if TYPE_CHECKING:
    from .evidence import StepCheck


@dataclass(frozen=True, eq=False)
class Total:
    """df by several variables at once: `result` is the sum of `parts`, the change by each variable.

    Linear in the differentials dX of the variables or, where `directions` are given, in these.
    """

    function: Node
    variables: tuple[Node, ...]
    directions: tuple[Node, ...]
    book: Book = field(default_factory=standard_book, repr=False)
    notes: tuple[str, ...] = ()

    @cached_property
    def differential(self) -> Node:
        """df in the differentials of the variables."""
        f = self.function
        if f.is_scalar:
            gradients = pullback(f, self.variables, ONE, self.book, collect)
            return al.add([right_form(_tidy(gradients[x], f), tangent(x)) for x in self.variables])
        return _tidy(linearised(f, {x: tangent(x) for x in self.variables}, self.book), f)

    @cached_property
    def result(self) -> Node:
        """df, or its value along the directions."""
        return substitute(self.differential, self._along)

    @cached_property
    def parts(self) -> dict[Node, Node]:
        """What each variable contributes: df with the others held fixed."""
        return {x: self._held(x) for x in self.variables}

    def _held(self, x: Node) -> Node:
        still = {tangent(v): leaves.zeros_like(v) for v in self.variables if v is not x}
        return substitute(substitute(self.differential, still), self._along)

    @property
    def _along(self) -> dict[Node, Node]:
        return {tangent(x): v for x, v in zip(self.variables, self.directions, strict=True) if tangent(x) is not v}

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The differential law by law, then the directions in the place of dX."""
        ground = Ground(self.function, self.variables)
        writer = Writer(ground, self.book)
        tangents = {x: tangent(x) for x in self.variables}
        change = writer.differential(self.function, tangents)
        if self.function.is_scalar and not is_mark(change):
            writer.bring_right(change, list(tangents.values()))
        writer.to("collect", self.differential)
        found = tuple(writer.steps)
        if not self._along:
            return found
        put = ", ".join(f"{unicode(t)} = {unicode(v)}" for t, v in self._along.items())
        along = Ground(self.function, self.variables, also=self.directions, at=self._along)
        return (*found, Step(put, self.differential, self.result, ground=along))

    def check(self, seed: int = 0) -> StepCheck:
        """Compare with the change of the original f when all variables move at random."""
        return compare(Ground(self.function, self.variables), d(self.function), self.differential)

    def evaluate(self, values: Mapping[Any, Any]) -> Any:
        """The value of `result`; the differential dX has the name of the variable with a d before it."""
        from .numeric import evaluate

        return evaluate(self.result, values)

    def text(self) -> str:
        """The equation in Unicode."""
        left = f"Df [{', '.join(map(unicode, self.directions))}]" if self._along else "df"
        return f"{left} = {unicode(self.result)}"

    def latex(self) -> str:
        """The equation in LaTeX."""
        left = rf"\mathrm{{D}} f\,[{', '.join(map(latex, self.directions))}]" if self._along else r"\mathrm{d} f"
        return f"{left} = {latex(self.result)}"

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


def total(f: Node, variables: Sequence[Node], directions: Sequence[Node] | None, notes: tuple[str, ...]) -> Total:
    """df by these variables. BadInput for none or the same one twice, ShapeError for a direction of another shape."""
    if not variables or len(set(variables)) != len(variables):
        raise BadInput(f"a total differential wants different variables, found [{', '.join(map(str, variables))}]")
    for x in variables:
        if x.op not in ("symbol", "item"):
            raise BadInput(f"a total differential is by symbols, found {x}; give it a name of its own")
        f = checked(f, x)
    found = [tangent(x) for x in variables] if directions is None else list(directions)
    if len(found) != len(variables):
        raise BadInput(f"{len(variables)} variables want as many directions, found {len(found)}")
    for x, v in zip(variables, found, strict=True):
        if not same_shape(v.shape, x.shape):
            raise ShapeError(
                f"a direction must have the shape of {x} {shape_text(x.shape)}, found {v} {shape_text(v.shape)}"
            )
    return Total(f, tuple(variables), tuple(found), notes=notes)


def _tidy(node: Node, source: Node) -> Node:
    return polish(merged(collect([node])), source)
