"""Derivatives of order three and more, and of order two where f is no scalar: what no matrix holds.

By a scalar t the derivative has the shape of f. Otherwise it is the form D^k f(x)[H, ..., H], linear in every H, a
scalar, vector or matrix expression; the entries have an index form, and `tensor` is the array.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from . import algebra as al
from .book import Book
from .conditions import together
from .derivation import Derivation, plain_problem
from .errors import BadInput, NoClosedForm
from .index_form import IndexForm, index_form
from .layout import reported, tensor_shape
from .members import checked
from .multilinear import LARGE, NUMERIC, checked_directions, forms, fresh_direction
from .nodes import ONE, Node, placeholder, walk
from .rule import tangent
from .second_order import hessian_of
from .sizes import Size
from .structure import with_free_entries
from .text import unicode

if TYPE_CHECKING:
    import numpy as np

    from .check import CheckResult
    from .steps import Step


@dataclass(frozen=True, eq=False)
class HigherDerivation(Derivation):
    """A derivative of order `times`: `result` is a matrix by a scalar, and otherwise the form D^k f(x)[h, ..., h]."""

    times: int = 3

    @property
    def order(self) -> int:
        """How often f is differentiated."""
        return self.times

    @property
    def is_tensor(self) -> bool:
        """True where the derivative has more than two axes: by anything but a scalar."""
        return not self.wrt.is_scalar

    @property
    def shape(self) -> tuple[Size, ...]:
        """The shape of the result; of the whole array where no matrix can hold it."""
        return self._array_shape if self.is_tensor else self.result.shape

    @property
    def _array_shape(self) -> tuple[Size, ...]:
        return tensor_shape(self.function.shape, self.wrt.shape, self.times)

    @cached_property
    def direction(self) -> Node:
        """The H of `result`: a symbol of the shape of the variable that f does not have; 1 for a scalar."""
        return fresh_direction(self.function, self.wrt) if self.is_tensor else ONE

    @cached_property
    def lower(self) -> tuple[Node, ...]:
        """f, Df[H], D2f[H, H], ..., up to the order asked for; by a scalar f, f', f'', ..."""
        return tuple(map(self._plain[2], self._forms([self.direction] * self.times)))

    @cached_property
    def _plain(self) -> tuple[Node, Node, Callable[[Node], Node]]:
        """The problem in a symbol for the variable, and the way back."""
        f, x, restore = plain_problem(self.function, self.wrt)
        return checked(f, x), x, restore

    def _forms(self, directions: Sequence[Node], limit: int = LARGE) -> list[Node]:
        f, x, _ = self._plain
        return forms(f, x, directions, self.book, limit)

    def _form(self, directions: Sequence[Node], limit: int = LARGE) -> Node:
        return self._plain[2](self._forms(directions, limit)[-1])

    def along(self, *directions: Node) -> Node:
        """D^k f(x)[H1, ..., Hk] along one direction, or along as many as the order, each of the shape of wrt.

        >>> from derive import derive, logdet, matrix
        >>> X, A, B = (matrix(name, "n", "n") for name in "XAB")
        >>> derive(logdet(X), X, order=3).along(A)
        2*tr(inv(X)*A*inv(X)*A*inv(X)*A)
        """
        return self._form(checked_directions(directions, self.wrt, self.times))

    # --- the derivative ---
    @cached_property
    def result(self) -> Node:
        """The derivative by a scalar; otherwise the form D^k f(x)[H, ..., H] in the one direction `direction`."""
        form = self.lower[-1]
        return form if self.is_tensor or self.function.is_scalar else reported(form, False, self.layout)

    @property
    def forms(self) -> dict[str, Node]:
        """The one form in use."""
        return {"own": self.result}

    @property
    def jacobian(self) -> Node:
        """The derivative by a scalar. NoClosedForm for what no matrix holds."""
        if self.is_tensor:
            raise NoClosedForm(
                f"no matrix holds a derivative of order {self.times} by {self.wrt}; "
                "along(H) is its form, index_form() has its entries, tensor() its numbers"
            )
        return self.lower[-1]

    @property
    def gradient(self) -> Node:
        """The derivative by a scalar, transposed. NoClosedForm for what no matrix holds."""
        return al.transpose(self.jacobian)

    @cached_property
    def differential(self) -> Node:
        """d^k f, in the differential of wrt."""
        return self._form([tangent(self.wrt)] * self.times)

    @cached_property
    def conditions(self) -> tuple[Any, ...]:
        """What must hold for f and all derivatives of lower order."""
        found = [c for f in self.lower[:-1] for c in Derivation(f, self.wrt, book=self.book).conditions]
        return together(found)

    def index_form(self) -> IndexForm:
        """The entries, d3f / dx_i dx_j dx_k = delta_ij delta_jk exp(x_i): text, LaTeX, terms, numbers."""
        return index_form(self.function, self.wrt, self.book, self.times)

    # --- numbers ---
    def evaluate(self, values: Mapping[Any, Any], sizes: Mapping[Any, int] | None = None) -> np.ndarray[Any, Any]:
        """The value of the derivative by a scalar; otherwise the array of `tensor`."""
        if self.is_tensor:
            return self.tensor(values, sizes)
        return Derivation(self.lower[-2], self.wrt, self.layout, self.book).evaluate(values, sizes)

    def tensor(self, values: Mapping[Any, Any], sizes: Mapping[Any, int] | None = None) -> np.ndarray[Any, Any]:
        """The array: the shape of f, then that of X reversed once for each order, ones dropped.

        Errors: BadInput, before anything is computed, for an array that is larger than memory should hold.
        """
        from .numeric import known_sizes
        from .tensor import symmetric_tensor

        if not isinstance(values, Mapping):
            raise BadInput(f"evaluate wants a mapping from symbols or names to arrays, found {type(values).__name__}")
        sizes = known_sizes(walk(self.function, self.wrt), values, sizes)
        directions = [placeholder(f"U_{k}", self.wrt.shape) for k in range(self.times)]
        return symmetric_tensor(
            self.function, self.wrt, directions, lambda: self._form(directions, NUMERIC), values, sizes
        )

    def check(self, **options: Any) -> CheckResult:
        """Each order against the numerical derivative of the one before, f first; of a form, along random H."""
        from .check import check_forms, check_jacobian

        if not self.is_tensor:
            results = [check_jacobian(f, self.wrt, df, **options) for f, df in pairwise(self.lower)]
            return next((r for r in results if not r), results[-1])
        _, x, _ = self._plain
        return check_forms(self._forms([self.direction] * self.times), x, self.direction, **options)

    # --- showing ---
    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The derivation order by order, a law at a time."""
        return self._form_steps() if self.is_tensor else self._chain_steps()

    def _chain_steps(self) -> tuple[Step, ...]:
        """f', then f'' as the derivative of f', ..."""
        from .steps import Step

        found: list[Step] = []
        for k, (f, df) in enumerate(pairwise(self.lower)):
            layout = self.layout if k + 1 == self.times else "numerator"
            written = Derivation(f, self.wrt, layout, self.book).steps
            found += [replace(s, subject=_at_order(s.subject, k)) for s in written]
            wanted = self.result if k + 1 == self.times else df
            last = found[-1]
            if last.after is not wanted:
                found.append(Step("collect and factor", last.after, wanted, subject=last.subject, ground=last.ground))
        return tuple(found)

    def _form_steps(self) -> tuple[Step, ...]:
        """df, then d2f as its differential with dx held fixed, ...; H is put in for dx at the end."""
        from .evidence import Ground
        from .steps import Step, Writer

        _, x, _ = self._plain
        dx = tangent(x)
        stands_for = {} if x is self.wrt else {x: self.wrt}
        written = self._forms([dx] * self.times)
        found: list[Step] = []
        for k in range(self.times):
            writer = Writer(Ground(written[k], (x,), (), stands_for), self.book, subject=f"d^{k + 1}")
            writer.differential(written[k], {x: dx})
            writer.to("collect and factor", written[k + 1])
            found += writer.steps
        h = self.direction
        ground = Ground(written[0], (x,), (), stands_for, also=(h,), at={dx: h})
        last = Step(f"{unicode(dx)} = {unicode(h)}", written[-1], self.result, ground=ground, subject=f"D^{self.times}")
        return (*found, last)

    def __str__(self) -> str:
        if self.is_tensor:
            return f"D^{self.times} f[{', '.join([str(self.direction)] * self.times)}] = {self.result}"
        return f"d^{self.times}({self.function})/d({self.wrt})^{self.times} = {self.result}"

    __repr__ = __str__


def _at_order(subject: Node | str, k: int) -> Node | str:
    """What a line of the derivation of f' is about, in the derivation of a later order."""
    if isinstance(subject, Node):
        return subject
    raised = {"dt": f"p^{k + 1}", "J": f"p^{k + 1}", "Jt": f"q^{k + 1}", "grad": f"p^{k + 1}"}
    later = {"f": f"p^{k}", "df": f"dp^{k}", "vec": f"dp^{k}"} if k else {}
    return {**raised, **later}.get(subject, subject)


def derivation_of(
    f: Node, x: Node, order: int, book: Book, notes: tuple[str, ...] = (), layout: str = "numerator"
) -> Derivation:
    """The derivative of any order: a Hessian for order 2 of a scalar. BadInput for several variables at once."""
    if order == 1:
        return Derivation(f, x, layout, book, notes)
    if order == 2 and f.is_scalar:
        return hessian_of(f, x, book, layout, notes)
    if x.op == "explicit":
        raise BadInput(f"a derivative of order {order} wants one variable, found {x}; differentiate by one at a time")
    f, (x,) = with_free_entries(f, x)
    return HigherDerivation(f, x, layout, book, notes, order)
