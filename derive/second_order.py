"""Second derivatives: the Jacobian of the gradient, symmetric; for a matrix variable, of the vec of its gradient."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from . import algebra as al
from . import leaves, maps
from .book import Book
from .conditions import together
from .definiteness import Definiteness, definiteness
from .derivation import Derivation
from .errors import NoRule, ShapeError
from .hessian_form import Quotient, quotient, symmetrized, with_facts
from .linearise import differential
from .manifolds import BY_DIAGONAL, named_hessians
from .nodes import ONE, Node, const, walk
from .normal import collect, expanded_terms, polish
from .rebuilding import substitute
from .sizes import Size, same_shape, shape_text
from .structure import entries_kept, is_diagonal, structure, with_free_entries

if TYPE_CHECKING:
    from .check import CheckResult
    from .step_record import Step


@dataclass(frozen=True, eq=False)
class GradientJacobian(Derivation):
    """The Jacobian of a gradient, in symmetric form; `known` is the f of that gradient."""

    known: Node = ONE

    @property
    def layered(self) -> bool:
        """False: a gradient A^T softmax(A x) is no network."""
        return False

    @cached_property
    def _free(self) -> Node:
        try:
            h = with_facts(super()._free, self.wrt)
        except NoRule as error:
            raise type(error)(f"no Hessian of {self.known}: its gradient is {self.function}; {error}") from None
        kept = entries_kept(self.wrt)
        if kept is not None:  # dX has no other entries
            h = al.matmul([h, maps.diag(maps.vec(kept))])
        known = set(walk(self.known, self.function))
        h = symmetrized(h, known, self.wrt.shape)
        if structure(self.wrt) == ("symmetric",) and al.transpose(h) is not h:
            return symmetrized(on_symmetric(h, self.wrt.shape[0]), known, self.wrt.shape)
        return h


def on_symmetric(h: Node, n: Size) -> Node:
    """H (I + K)/2, which is H on vec dX of a symmetric dX, term by term."""
    k, half = leaves.commutation(n, n), const(Fraction(1, 2))
    return collect([al.scale(half, al.matmul([t, m])) for t in expanded_terms(h) for m in (leaves.eye(h.shape[0]), k)])


@dataclass(frozen=True, eq=False)
class SecondDerivative(Derivation):
    """The derivative of a gradient: `first` is the gradient's derivation, `second` that of its Jacobian."""

    @property
    def order(self) -> int:
        """How often f is differentiated."""
        return 2

    @cached_property
    def first(self) -> Derivation:
        """The gradient."""
        raise NotImplementedError

    @cached_property
    def second(self) -> Derivation:
        """The derivative of the gradient."""
        raise NotImplementedError

    @property
    def gradient(self) -> Node:
        """The gradient of the function."""
        return self.first.gradient

    @property
    def is_tensor(self) -> bool:
        """Always a matrix, of the vecs of the variables."""
        return False

    @property
    def conditions(self) -> tuple[Any, ...]:
        """What must hold for the gradient and its derivative."""
        return together(self.first.conditions, self.second.conditions)

    def check(self, **options: Any) -> CheckResult:
        """Compare the gradient with f, and its derivative with the gradient, on random instances."""
        from .check import check_hessian

        return check_hessian(self, self.first, **options)


@dataclass(frozen=True, eq=False)
class Hessian(SecondDerivative):
    """The Hessian of a scalar function; `first` is the gradient's derivation, `second` that of its Jacobian.

    `asked` is the variable on its manifold, where `wrt` has independent entries.
    """

    asked: Node = ONE

    @cached_property
    def first(self) -> Derivation:
        """The gradient."""
        return Derivation(self.function, self.wrt, "numerator", self.book, self.notes)

    @cached_property
    def second(self) -> Derivation:
        """The Jacobian of the gradient."""
        return GradientJacobian(self.first.gradient, self.wrt, "numerator", self.book, known=self.function)

    @cached_property
    def quotient(self) -> Quotient | None:
        """Where f is a quotient, a root or a logarithm: the Hessian in the names rho = f and g = grad f, if shorter."""
        found = quotient(self.function, self.wrt, self.first.gradient, self._derivatives)
        return found if found is not None and found.form.weight < self.second.jacobian.weight else None

    def _derivatives(self, p: Node) -> tuple[Node, Node]:
        """The gradient of a part of f, as a column, and its Hessian."""
        part = Hessian(p, self.wrt, "numerator", self.book)
        return maps.vec(part.gradient), part.second.jacobian

    @property
    def names(self) -> tuple[tuple[Node, Node], ...]:
        """The names, rho = f and g = grad f, that `in_names` has; none where the Hessian is as short without."""
        return () if self.quotient is None else self.quotient.names

    @cached_property
    def in_names(self) -> Node:
        """The Hessian as a person writes it, over `names`."""
        return self.second.jacobian if self.quotient is None else self.quotient.form

    def named(self, tex: bool = False) -> str:
        """The Hessian in Unicode or LaTeX, with what its names stand for.

        >>> from derive import hessian, matrix, vector
        >>> S, x = matrix("S", "n", "n", "symmetric"), vector("x", "n")
        >>> print(hessian(x.T * S * x / (x.T * x), x).named())
        2(S − gxᵀ − xgᵀ − ρI)/xᵀx  where ρ = xᵀSx/xᵀx, g = ∇f
        """
        from .show import hessian_text

        return hessian_text(self, tex)

    @property
    def differentiated(self) -> Node:
        """The gradient, whose Jacobian the Hessian is."""
        return self.first.gradient

    @cached_property
    def jacobian(self) -> Node:
        """H, with d2f = dx^T H dx; for a matrix X, d2f = (vec dX)^T H vec dX."""
        return self.in_names if self.quotient is None else self.quotient.written_out(self.in_names)

    @property
    def result(self) -> Node:
        """The Hessian; the same in every layout, since it is symmetric."""
        return self.jacobian if self.asked is ONE else substitute(self.jacobian, {self.wrt: self.asked})

    @property
    def forms(self) -> dict[str, Node]:
        """Every Hessian in use by name: of a symmetric variable as a form on symmetric dX and by vech ..."""
        x = self.wrt if self.asked is ONE else self.asked
        g = self.first.gradient if x is self.wrt else substitute(self.first.gradient, {self.wrt: x})
        known = named_hessians(self.result, x, g)
        if is_diagonal(x):
            known[BY_DIAGONAL] = Hessian(self.function, maps.diagonal(x), book=self.book).result
        return {n: polish(collect([h]), self.function) if h is not self.result else h for n, h in known.items()}

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The gradient's steps, then those of its Jacobian."""
        from .hessian_steps import hessian_steps

        return hessian_steps(self)

    @property
    def definiteness(self) -> Definiteness | None:
        """What the Hessian certainly is, such as positive semidefinite, with the reason; None where nothing follows."""
        return definiteness(self.result)

    def __str__(self) -> str:
        return f"d2({self.function})/d({self.wrt})2 = {self.result}"

    __repr__ = __str__

    def bilinear(self, left: Any, right: Any) -> Node:
        """D2f[left, right], the second derivative along two directions of the variable's shape.

        >>> from derive import hessian, logdet, matrix
        >>> X, H, K = (matrix(name, "n", "n") for name in "XHK")
        >>> hessian(logdet(X), X).bilinear(H, K)
        -tr(inv(X)*K*inv(X)*H)
        """
        left, right = leaves.as_node(left), leaves.as_node(right)
        for name, direction in (("left", left), ("right", right)):
            if not same_shape(direction.shape, self.wrt.shape):
                raise ShapeError(
                    f"the {name} direction must have the shape of {self.wrt} {shape_text(self.wrt.shape)}, "
                    f"found {direction} {shape_text(direction.shape)}"
                )
        change = differential(self.first.gradient, {self.wrt: right}, self.book)
        change = polish(collect([change]), self.function)
        form = min(maps.inner(left, change), maps.inner(change, left), key=lambda n: (n.flips, n.weight))
        return form if self.asked is ONE else substitute(form, {self.wrt: self.asked})


def hessian_of(function: Node, x: Node, book: Book, layout: str, notes: tuple[str, ...]) -> Hessian:
    """The Hessian as a derivation; ShapeError for a function that is not scalar."""
    if not function.is_scalar:
        raise ShapeError(f"a Hessian wants a scalar function, found {function} {shape_text(function.shape)}")
    function, (free,) = with_free_entries(function, x)
    return Hessian(function, free, layout, book, notes, ONE if free is x else x)
