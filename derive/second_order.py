"""Second derivatives: the Jacobian of the gradient, symmetric; for a matrix variable, of the vec of its gradient."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from . import algebra as al
from . import maps
from .book import Book
from .definiteness import Definiteness, definiteness
from .derivation import Derivation
from .errors import ShapeError
from .nodes import Node
from .normal import collect, expanded_terms, polish
from .sizes import shape_text


@dataclass(frozen=True, eq=False)
class Hessian(Derivation):
    """The Hessian of a scalar function; `first` is the gradient's derivation, `second` that of its Jacobian."""

    order = 2

    @cached_property
    def first(self) -> Derivation:
        """The gradient."""
        return Derivation(self.function, self.wrt, "numerator", self.book, self.notes)

    @cached_property
    def second(self) -> Derivation:
        """The Jacobian of the gradient."""
        return Derivation(self.first.gradient, self.wrt, "numerator", self.book)

    @property
    def differentiated(self) -> Node:
        """The gradient, whose Jacobian the Hessian is."""
        return self.first.gradient

    @cached_property
    def jacobian(self) -> Node:
        """H, with d2f = dx^T H dx; for a matrix X, d2f = (vec dX)^T H vec dX."""
        return symmetrized(self.second.jacobian, self.function)

    @property
    def gradient(self) -> Node:
        """The gradient of the function."""
        return self.first.gradient

    @property
    def result(self) -> Node:
        """The Hessian; the same in every layout, since it is symmetric."""
        return self.jacobian

    @property
    def is_tensor(self) -> bool:
        """A Hessian is always reported as a matrix, of the vec of the variable."""
        return False

    @property
    def conditions(self) -> tuple[Any, ...]:
        """What must hold for gradient and Hessian."""
        return tuple({str(c): c for c in (*self.first.conditions, *self.second.conditions)}.values())

    @property
    def definiteness(self) -> Definiteness | None:
        """What the Hessian certainly is, such as positive semidefinite, with the reason; None where nothing follows."""
        return definiteness(self.result)

    def bilinear(self, left: Node, right: Node) -> Node:
        """D2f[left, right], the second derivative along two directions of the variable's shape."""
        return al.matmul([al.transpose(maps.vec(left)), self.result, maps.vec(right)])


def symmetrized(h: Node, source: Node) -> Node:
    """The form with the fewest symbols among H, H^T, and H multiplied out and collected anew."""
    spread = polish(collect(expanded_terms(h)), source)
    return min((h, al.transpose(h), spread), key=lambda n: n.weight)


def hessian_of(function: Node, x: Node, book: Book, layout: str, notes: tuple[str, ...]) -> Hessian:
    """The Hessian as a derivation; ShapeError for a function that is not scalar."""
    if not function.is_scalar:
        raise ShapeError(f"a Hessian wants a scalar function, found {function} {shape_text(function.shape)}")
    return Hessian(function, x, layout, book, notes)
