"""A derivative and how it comes about, with shape, conditions, steps and a check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from . import algebra as al
from . import leaves, maps
from .adjoint import entry_of, pullback
from .book import Book, standard_book
from .conditions import conditions
from .entries import EntryOf, entry_in, open_indices
from .entry_sums import matrix_form
from .errors import BadInput, NoClosedForm, UnknownName
from .kronecker_form import gathered
from .layout import reported, tensor_shape
from .linear_map import coefficient
from .linearise import differential
from .members import varying
from .nodes import BINDERS, ONE, Node, make, placeholder, symbol, walk
from .normal import collect, merged, polish
from .random_variables import averaged
from .rebuilding import substitute
from .rule import Condition, tangent
from .sizes import Size, is_one
from .structure import along_entry, in_its_place, is_diagonal, moved_entry, projected, properties_of, solved

if TYPE_CHECKING:
    import numpy as np

    from .check import CheckResult
    from .index_form import IndexForm
    from .steps import Step

Where = Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Derivation:
    """A derivative and how it comes about: `result` as `layout` asks, `gradient` and `jacobian`."""

    function: Node
    wrt: Node
    layout: str = "numerator"
    book: Book = field(default_factory=standard_book, repr=False)
    notes: tuple[str, ...] = ()

    @property
    def order(self) -> int:
        """How often f is differentiated."""
        return 1

    @property
    def variables(self) -> tuple[Node, ...]:
        """What f is differentiated by."""
        return (self.wrt,)

    @property
    def direction(self) -> Node:
        """The direction in which the differential is written: dX."""
        return tangent(self.wrt)

    # --- the derivative ---
    @cached_property
    def _free(self) -> Node:
        """The Jacobian, or for a scalar function the transposed gradient, entries of the variable independent."""
        entry = entry_in(self.wrt)
        if entry is not None:
            return _by_entry(self.function, entry, self.book)
        f, x, restore = plain_problem(self.function, self.wrt)
        return restore(_jacobian(f, x, self.book))

    @cached_property
    def _free_gradient(self) -> Node:
        """The gradient of a scalar function, entries of the variable independent; its transpose is not built."""
        if self.wrt.op == "explicit" or entry_in(self.wrt) is not None:
            return al.transpose(self._free)
        f, x, restore = plain_problem(self.function, self.wrt)
        return restore(_gradient(f, x, self.book))

    @cached_property
    def jacobian(self) -> Node:
        """J with df = J dx; for a scalar by a matrix, df = tr(J dX). Shape of f, then of wrt reversed."""
        if self.function.is_scalar:
            return al.transpose(self.gradient)
        return self._free

    @cached_property
    def gradient(self) -> Node:
        """The transposed Jacobian; for a scalar function it has the shape of wrt."""
        if not self.function.is_scalar:
            return al.transpose(self._free)
        free = self._free_gradient
        own = projected(free, self.wrt)
        return free if own is free else _finished(own, self.function)

    @property
    def differentiated(self) -> Node:
        """What is differentiated once to give the result: f, and for a Hessian the gradient of f."""
        return self.function

    @property
    def layered(self) -> bool:
        """Whether the layers of a network get names in the steps, however short its lines."""
        return True

    @property
    def forms(self) -> dict[str, Node]:
        """For a variable with structure, every gradient in use by name: symmetric, vech, in a metric ..."""
        from .manifolds import BY_DIAGONAL, named_forms, named_jacobians

        if not self.function.is_scalar:
            known = named_jacobians(self.jacobian, self.wrt) if self.layout == "numerator" else {"own": self.result}
            if self.layout == "numerator" and is_diagonal(self.wrt):
                known[BY_DIAGONAL] = Derivation(self.function, maps.diagonal(self.wrt), book=self.book).jacobian
            return {name: _finished(j, self.function) for name, j in known.items()} if len(known) > 1 else known
        forms = named_forms(al.transpose(self._free), self.wrt)
        if list(forms) == ["own"]:
            return {"own": self.gradient}
        return {name: _finished(g, self.function) for name, g in forms.items()}

    @cached_property
    def result(self) -> Node:
        """The derivative in the asked layout: a SymPy expression."""
        if self.layout == "numerator" and self.function.is_scalar:
            return self.gradient
        return reported(self.jacobian, self.function.is_scalar, self.layout)

    @property
    def shape(self) -> tuple[Size, ...]:
        """The shape of the result; of the whole array where no matrix can hold it."""
        if self.is_tensor:
            return tensor_shape(self.function.shape, self.wrt.shape)
        return self.result.shape

    @property
    def is_tensor(self) -> bool:
        """True where the derivative has more than two axes."""
        return len(tensor_shape(self.function.shape, self.wrt.shape)) > 2

    @cached_property
    def differential(self) -> Node:
        """df, linear in the differential of wrt."""
        return differential(self.function, {self.wrt: tangent(self.wrt)}, self.book)

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """What must hold for the result to be right, beyond what was declared."""
        entry = entry_in(self.wrt)
        return conditions(self.function, varying(self.function, [self.wrt if entry is None else entry.of]), self.book)

    # --- numbers ---
    def evaluate(self, values: Mapping[Any, Any], sizes: Mapping[Any, int] | None = None) -> np.ndarray[Any, Any]:
        """The value of `result`; for a derivative with more than two axes, of the Jacobian d vec F / d (vec X)^T.

        `values` maps symbols or their names to arrays, more than needed is fine. Indices without a value, those of an
        entry (X B)_kl in alphabetical order and then those of the variable X_ij, become the axes of the result. The
        value of a random symbol under E[...] is a list, a sample over which E averages.
        """
        from .binding import check_structure
        from .numeric import evaluate, known_sizes

        if not isinstance(values, Mapping):
            raise BadInput(f"evaluate wants a mapping from symbols or names to arrays, found {type(values).__name__}")
        nodes = walk(*averaged(self.function, *self.variables))
        check_structure(nodes, values)
        sizes = known_sizes(nodes, values, sizes)
        loose = [(i, n) for i, n in open_indices(self.function, entry_in(self.wrt)) if not _given(i, values)]
        if loose:
            from .tensor import tabulated

            return tabulated(self.result, loose, values, sizes)
        try:
            result = self.result
        except NoClosedForm:
            from .tensor import vec_jacobian

            array = vec_jacobian(self.differentiated, self.wrt, self.book, values, sizes)
            return array.T if self.layout == "denominator" else array
        self._fitting(result, sizes)
        return evaluate(result, values, sizes)

    def _fitting(self, result: Node, sizes: Mapping[Any, int]) -> None:
        """BadInput for a result that memory should not hold."""
        from .binding import size_value
        from .tensor import fitting

        with suppress(UnknownName):  # a size that no value gives
            rows, columns = (size_value(n, sizes) for n in result.shape)
            fitting(rows * columns, f"the derivative of {self.function} by {self.wrt}")

    def index_form(self) -> IndexForm:
        """The derivative entry by entry, dY_ij/dX_kl = A_ik B_lj: text, LaTeX, terms, and its Kronecker form."""
        from .index_form import index_form

        return index_form(self.function, self.wrt, self.book, self.order)

    def tensor(self, values: Mapping[Any, Any], sizes: Mapping[Any, int] | None = None) -> np.ndarray[Any, Any]:
        """The array df_ij / dX_kl of `tensor_shape`: the shape of f, then that of X reversed, ones dropped."""
        from .numeric import known_sizes
        from .tensor import evaluate_tensor

        sizes = known_sizes(walk(*averaged(self.function, *self.variables)), values, sizes)
        return evaluate_tensor(self.differentiated, self.wrt, self.book, values, sizes)

    def check(self, **options: Any) -> CheckResult:
        """Compare with the numerical derivative of f on random instances; never "correct" without evidence."""
        from .check import check_derivation

        return check_derivation(self, **options)

    # --- showing ---
    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The derivation, a law at a time."""
        from .entry_steps import entry_steps
        from .steps import steps

        entry = entry_in(self.wrt)
        return steps(self) if entry is None else entry_steps(self, entry)

    def latex(self, **options: Any) -> str:
        """The derivation as an aligned environment (KaTeX subset)."""
        from .show import latex_derivation

        return latex_derivation(self, **options)

    def markdown(self, **options: Any) -> str:
        """The derivation as Markdown with LaTeX mathematics."""
        from .show import markdown_derivation

        return markdown_derivation(self, **options)

    def text(self, **options: Any) -> str:
        """The derivation as plain Unicode text."""
        from .show import text_derivation

        return text_derivation(self, **options)

    def document(self, **options: Any) -> str:
        """The derivation as a whole LaTeX document that compiles."""
        from .show import document

        return document(self, **options)

    def to_dict(self) -> dict[str, Any]:
        """The derivation as plain data."""
        from .show import as_dict

        return as_dict(self)

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def __str__(self) -> str:
        return f"d({self.function})/d({self.wrt}) = {self.result}"

    __repr__ = __str__


def _given(i: Node, values: Mapping[Any, Any]) -> bool:
    return i in values or i.name in values


def _finished(g: Node, f: Node) -> Node:
    """Collected and with its signs settled; what stands in f stays as the user wrote it."""
    return polish(matrix_form(merged(collect([g]))), f)


def _gradient(f: Node, x: Node, book: Book) -> Node:
    """G with df = <G, dX> for a scalar f."""
    return polish(matrix_form(merged(pullback(f, [x], ONE, book, collect)[x])), f)


def _jacobian(f: Node, x: Node, book: Book) -> Node:
    """J with df = J dx, dF = J dt, df = tr(J dX), and for matrices vec dF = J vec dX."""
    if x.op == "explicit":
        return _partials(f, x, book)
    if f.is_scalar:
        return al.transpose(_gradient(f, x, book))
    if x.is_scalar:
        return polish(matrix_form(collect([differential(f, {x: ONE}, book)])), f)
    if is_one(f.shape[0]):
        f = al.transpose(f)
    if not (is_one(f.shape[1]) and (is_one(x.shape[0]) or is_one(x.shape[1]))):
        return polish(matrix_form(_kronecker_form(f, x, book)), f)
    seed = placeholder("u", f.shape)
    carried = pullback(f, [x], seed, book, collect)[x]
    if is_one(x.shape[0]):
        carried = al.transpose(carried)
    return al.transpose(polish(matrix_form(coefficient(carried, seed)), f))


def _kronecker_form(f: Node, x: Node, book: Book) -> Node:
    """J with vec dF = J vec dX."""
    u = placeholder("U", x.shape)
    change = differential(f, {x: u}, book)
    return gathered(coefficient(change, u), f.shape, x.shape)


def _by_entry(f: Node, entry: EntryOf, book: Book) -> Node:
    """df/dX_ij: the entry of the gradient; of a matrix function, dF along e_i e_j^T."""
    unit = along_entry(entry)
    if not f.is_scalar or any(n.op in BINDERS for n in walk(f)):
        return _finished(differential(f, {entry.of: unit}, book), f)
    gradient = al.transpose(_jacobian(f, entry.of, book))
    found = maps.inner(unit, gradient)
    if found.op != "matmul" or unit.op != "basis":
        return found
    factors = gradient.args if gradient.op == "matmul" else (gradient,)
    return make("matmul", (al.transpose(unit), *factors), found.shape)


def _partials(f: Node, x: Node, book: Book) -> Node:
    """The partial derivatives by the scalar entries of x, in the columns of J."""
    if f.is_scalar:
        parts = pullback(f, x.args, ONE, book, collect)
        return maps.explicit([[polish(parts[v], f) for v in x.args]])
    if not is_one(f.shape[1]):
        raise NoClosedForm(f"the derivative of {f} by {x} has more than two axes; differentiate by one entry at a time")
    columns = [_jacobian(f, v, book) for v in x.args]
    if isinstance(f.shape[0], int):
        return maps.explicit([[entry_of(c, i, 0) for c in columns] for i in range(f.shape[0])])
    n = len(columns)
    return al.add([al.matmul([c, al.transpose(leaves.basis(n, j + 1))]) for j, c in enumerate(columns)])


def plain_problem(f: Node, x: Node) -> tuple[Node, Node, Callable[[Node], Node]]:
    """f by X^T, X^-1, vec X or s^2 as a problem in a symbol: the variable is renamed, and put back in the answer."""
    if x.op in ("symbol", "item", "explicit"):
        return f, x, lambda j: j
    found = renamed(x)
    if found is not None:
        fresh, replacement = found
        return substitute(f, replacement), fresh, lambda j: substitute(j, {fresh: x})
    if x in set(walk(f)) or x.op == "pow":
        fresh = symbol("z'", x.shape, properties_of(x) if x.op == "pow" else ())
        return in_its_place(f, x, fresh), fresh, lambda j: substitute(j, {fresh: x})
    raise BadInput(f"wrt must be a symbol, found {x}")


def renamed(x: Node) -> tuple[Node, dict[Node, Node]] | None:
    """For x an invertible function of one symbol: a fresh symbol for x, and that symbol in terms of it."""
    entry = entry_in(x)
    if entry is not None:
        t = symbol(entry.of.name + "'", x.shape)
        return t, {entry.of: moved_entry(entry, x, t)}
    if not x.args or x.args[0].op != "symbol":
        return None
    inner = x.args[0]
    kept = properties_of(x) - {"full row rank", "full column rank"}
    fresh = symbol(inner.name + "'", x.shape, kept if x.op not in ("vec", "call", "diagonal") else ())
    replacement = solved(x, fresh)
    return None if replacement is None else (fresh, replacement)
