"""Second derivatives by two variables, and the Hessian of several variables as a matrix of such blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from . import algebra as al
from . import maps
from .book import Book, standard_book
from .conditions import together
from .derivation import Derivation
from .errors import BadInput, UnknownName
from .latex import latex
from .nodes import ONE, Node
from .second_order import Hessian, SecondDerivative
from .structure import with_free_entries
from .text import unicode

if TYPE_CHECKING:
    import numpy as np

    from .check import CheckResult
    from .index_form import IndexForm
    from .rule import Condition
    from .step_record import Step


@dataclass(frozen=True, eq=False)
class MixedHessian(SecondDerivative):
    """d2f / dx dy^T, rows by x (`rows`), columns by y (`wrt`): the Jacobian by y of the gradient by x.

    Shape m x n for x of length m and y of length n; of a matrix, the entries stacked by vec.
    """

    rows: Node = ONE

    def index_form(self) -> IndexForm:
        """The entries d(grad_x f)_i / dy_j."""
        return self.second.index_form()

    @cached_property
    def first(self) -> Derivation:
        """The gradient by x."""
        return Derivation(self.function, self.rows, "numerator", self.book, self.notes)

    @cached_property
    def second(self) -> Derivation:
        """The derivative by y of the gradient by x."""
        return Derivation(self.first.gradient, self.wrt, "numerator", self.book)

    @cached_property
    def jacobian(self) -> Node:
        """M, with d vec(grad_x f) = M d vec y."""
        if self.rows.is_scalar and not self.wrt.is_scalar:
            return al.transpose(maps.vec(self.second.gradient))
        return maps.vec(self.second.jacobian) if self.wrt.is_scalar else self.second.jacobian

    @property
    def result(self) -> Node:
        """M; the same in every layout."""
        return self.jacobian

    @property
    def differentiated(self) -> Node:
        """The gradient by x, stacked."""
        return maps.vec(self.first.gradient)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The gradient by x, then its derivative by y."""
        from .hessian_steps import mixed_steps

        return mixed_steps(self)

    @property
    def forms(self) -> dict[str, Node]:
        """The one form in use."""
        return {"own": self.result}

    @property
    def variables(self) -> tuple[Node, ...]:
        """Both variables."""
        return (self.rows, self.wrt)

    def __str__(self) -> str:
        return f"d2({self.function})/d({self.rows})d({self.wrt}) = {self.result}"

    __repr__ = __str__


@dataclass(frozen=True, eq=False)
class BlockHessian:
    """The Hessian of f by several variables: `blocks[i][j]` is d2f / dx_i dx_j^T, and [j][i] its transpose.

    Indexed by positions, variables or their names: `h[0, 1]`, `h[x, y]`, `h["x", "y"]`.
    """

    function: Node
    variables: tuple[Node, ...]
    book: Book = field(default_factory=standard_book, repr=False)
    notes: tuple[str, ...] = ()

    @cached_property
    def derivations(self) -> dict[tuple[int, int], Hessian | MixedHessian]:
        """The derivation of each block on and above the diagonal."""
        f, xs = self.function, self.variables
        found: dict[tuple[int, int], Hessian | MixedHessian] = {}
        for i, x in enumerate(xs):
            found[i, i] = Hessian(f, x, "numerator", self.book, self.notes)
            for j in range(i + 1, len(xs)):
                found[i, j] = MixedHessian(f, xs[j], "numerator", self.book, self.notes, rows=x)
        return found

    @cached_property
    def blocks(self) -> tuple[tuple[Node, ...], ...]:
        """All blocks, row by row."""
        n = range(len(self.variables))
        return tuple(tuple(self._block(i, j) for j in n) for i in n)

    def _block(self, i: int, j: int) -> Node:
        return self.derivations[i, j].result if i <= j else al.transpose(self.derivations[j, i].result)

    @property
    def result(self) -> tuple[tuple[Node, ...], ...]:
        """The blocks, row by row."""
        return self.blocks

    def __getitem__(self, key: tuple[Any, Any]) -> Node:
        if not isinstance(key, tuple) or len(key) != 2:
            raise BadInput(f"a block has two positions, as in h[0, 1] or h[x, y]; found {key!r}")
        i, j = (self._position(k) for k in key)
        return self.blocks[i][j]

    def _position(self, key: Any) -> int:
        """The place of a variable or of its name; a position as it is. UnknownName for another variable."""
        names, count = [str(x) for x in self.variables], len(self.variables)
        if isinstance(key, Node | str):  # by its name: a variable on a manifold stands here with free entries
            if str(key) not in names:
                raise UnknownName(f"{key} is no variable of this Hessian; it has blocks by {', '.join(names)}")
            return names.index(str(key))
        if isinstance(key, bool) or not isinstance(key, int) or not -count <= key < count:
            raise BadInput(f"no block {key!r}; the positions are 0 to {count - 1}, for {', '.join(names)}")
        return key

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the blocks on and above the diagonal, row by row; those of each gradient once."""
        found: list[Step] = []
        for (i, j), d in self.derivations.items():
            found += d.steps if i == j else d.steps[len(d.first.steps) :]
        return tuple(found)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What must hold for all blocks."""
        return together(*(d.conditions for d in self.derivations.values()))

    def check(self, **options: Any) -> CheckResult:
        """Check every block; the first that is not right, or the last with the largest error of all."""
        results = [d.check(**options) for d in self.derivations.values()]
        return next((r for r in results if not r), replace(results[-1], max_error=max(r.max_error for r in results)))

    def evaluate(self, values: Mapping[Any, Any]) -> np.ndarray[Any, Any]:
        """The whole matrix as one array."""
        import numpy as np

        parts = {key: np.atleast_2d(d.evaluate(values)) for key, d in self.derivations.items()}
        n = range(len(self.variables))
        return np.block([[parts[i, j] if i <= j else parts[j, i].T for j in n] for i in n])

    def text(self) -> str:
        """The block matrix in Unicode, columns aligned."""
        cells = [[unicode(b) for b in row] for row in self.blocks]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        rows = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in cells]
        if len(rows) == 1:
            return f"[{rows[0]}]"
        edges = ["⎡⎤", *["⎢⎥"] * (len(rows) - 2), "⎣⎦"]
        return "\n".join(f"{e[0]}{row}{e[1]}" for e, row in zip(edges, rows, strict=True))

    def latex(self) -> str:
        """The block matrix in LaTeX."""
        rows = (" & ".join(map(latex, row)) for row in self.blocks)
        return "\\begin{bmatrix} " + r" \\ ".join(rows) + r" \end{bmatrix}"

    def markdown(self, **options: Any) -> str:
        """The block matrix, and then the derivation of every block on and above the diagonal."""
        out = [f"$$\n\\nabla^2 f = {self.latex()}\n$$"]
        for (i, j), d in self.derivations.items():
            rows, columns = (latex(self.variables[k]) for k in (i, j))
            out += [f"**Rows by ${rows}$, columns by ${columns}$**", d.markdown(**options)]
        return "\n\n".join(out)

    def to_dict(self) -> dict[str, Any]:
        """The blocks and their derivations as plain data, ready for json.dumps."""
        names = [str(x) for x in self.variables]
        return {
            "function": str(self.function),
            "variables": names,
            "blocks": [[{"text": str(b), "latex": latex(b)} for b in row] for row in self.blocks],
            "conditions": [str(c) for c in self.conditions],
            "notes": list(self.notes),
            "derivations": [{"by": [names[i], names[j]], **d.to_dict()} for (i, j), d in self.derivations.items()],
        }

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle \\nabla^2 f = {self.latex()}$"


def several(f: Node, variables: Sequence[Node], book: Book, notes: tuple[str, ...]) -> BlockHessian:
    """The blocks, worked out, so that a missing rule is an error here. BadInput for a variable named twice."""
    if len(set(variables)) < len(variables):
        raise BadInput(f"a variable is named twice in {', '.join(map(str, variables))}")
    f, variables = with_free_entries(f, *variables)
    found = BlockHessian(f, tuple(variables), book, notes)
    _ = found.blocks
    return found
