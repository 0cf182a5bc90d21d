"""The function near a point: differential, directional derivatives, Hessian-vector products and Taylor polynomials."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from math import factorial, isfinite
from typing import TYPE_CHECKING, Any

from . import algebra as al
from . import leaves
from .adjoint import pullback
from .book import Book, standard_book
from .derivation import Derivation
from .errors import BadInput, DomainError, NoClosedForm, ShapeError, UnknownName
from .evidence import Ground, compare
from .hessian_form import Quotient, regrouped
from .higher_order import derivation_of
from .latex import latex
from .linearise import differential as linearised
from .members import checked
from .multilinear import forms, fresh_direction, same_direction
from .naming import name_intermediates, named
from .nodes import MINUS_ONE, ONE, ZERO, Node, const, depends, make, symbol, walk, with_args
from .normal import collect, merged, polish
from .rebuilding import renewed, substitute
from .rule import d, tangent
from .second_order import Hessian
from .sizes import is_one, shape_text
from .step_record import EQUAL, Step
from .structure import projected, with_free_entries
from .symbols import declare
from .text import unicode
from .total import Total, total
from .unfold import right_form
from .values import value_product
from .verbs import read_all, whole_order

if TYPE_CHECKING:
    from .check import CheckResult
    from .evidence import StepCheck

HALF = const(Fraction(1, 2))
SMALL = 60  # nodes; a larger quotient is not tried in names
Where = Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Along:
    """A derivative along a direction V, linear in it: `result` is Df(X)[V], or D grad f(X)[V] where `order` is 2."""

    function: Node
    wrt: Node
    direction: Node
    result: Node
    order: int = 1
    book: Book = field(default_factory=standard_book, repr=False)
    notes: tuple[str, ...] = ()
    names: tuple[tuple[Node, Node], ...] = ()  # rho = f and g = grad f, where `in_names` is written over them
    in_names: Node | None = None

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The differential law by law, up to the direction in the place of dX."""
        source = self.function if self.order == 1 else _gradient(self.function, self.wrt, self.book)
        steps = Derivation(source, self.wrt, book=self.book).steps
        found = [s for s in steps if s.relation == EQUAL and s.subject == "df"]
        ground = found[-1].ground if found else Ground(source, (self.wrt,))
        before = found[-1].after if found else linearised(source, {self.wrt: tangent(self.wrt)}, self.book)
        if self.direction is tangent(self.wrt):
            last = Step("collect", before, self.result, ground=ground)
            return (*found, last) if self.result is not before else tuple(found)
        along = replace(ground, also=(self.direction,), at={tangent(self.wrt): self.direction}) if found else ground
        put = f"{unicode(tangent(self.wrt))} = {unicode(self.direction)}"
        return (*found, Step(put, before, self.result, ground=along))

    def check(self, seed: int = 0) -> StepCheck:
        """Compare with the change of the original f (or of its gradient) along random directions."""
        source = self.function if self.order == 1 else _gradient(self.function, self.wrt, self.book)
        result = substitute(self.result, {self.direction: tangent(self.wrt)})
        return compare(Ground(source, (self.wrt,)), d(source), result)

    def evaluate(self, values: Mapping[Any, Any]) -> Any:
        """The value of `result`; the differential dX has the name of the variable with a d before it."""
        from .numeric import evaluate

        return evaluate(self.result, values)

    def text(self) -> str:
        """The equation in Unicode."""
        return f"{self._left(unicode)} = {self._right(unicode, ' where ', '∇f')}"

    def latex(self) -> str:
        """The equation in LaTeX."""
        where = r" \quad \text{where } "
        gradient = rf"\nabla_{{{latex(self.wrt)}}} f"
        return f"{self._left(latex)} = {self._right(latex, where, gradient)}"

    def _right(self, style: Callable[[Node], str], where: str, gradient: str) -> str:
        """The result, with what its names stand for; the gradient is what it is."""
        if self.in_names is None:
            return named(self.result, style, where, [self.function]) if self.order == 2 else style(self.result)
        *others, (g, _) = self.names
        told = [*(f"{style(s)} = {style(e)}" for s, e in others), f"{style(g)} = {gradient}"]
        return f"{style(self.in_names)}{where}{', '.join(told)}"

    def _left(self, style: Any) -> str:
        tex = style is latex
        if self.direction is tangent(self.wrt):
            return r"\mathrm{d} f" if tex else "df"
        if self.order == 2:
            return rf"\nabla^2 f\,[{latex(self.direction)}]" if tex else f"∇²f [{unicode(self.direction)}]"
        return rf"\mathrm{{D}} f\,[{latex(self.direction)}]" if tex else f"Df [{unicode(self.direction)}]"

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


def _gradient(f: Node, x: Node, book: Book) -> Node:
    return Derivation(f, x, book=book).gradient


# --- verbs ------------------------------------------------------------------------------------------------------
def differential(f: Any, wrt: Any, *, where: Where | None = None) -> Along | Total:
    """df, linear in the differential dX of wrt: of any shape, also where no matrix holds the Jacobian.

    >>> from derive import differential, inv, matrix
    >>> X = matrix("X", "n", "n")
    >>> print(differential(inv(X), X))
    df = −X⁻¹dX X⁻¹

    wrt: one variable, or a list of them for the total differential.

    >>> Y = matrix("Y", "n", "n")
    >>> print(differential(X * Y, [X, Y]))
    df = dX Y + X dY
    """
    if isinstance(wrt, list | tuple):
        (function, *variables), notes = read_all([f, *wrt], where) if wrt else ([f], ())
        return total(function, variables, None, notes)
    (function, x), notes = read_all([f, wrt], where)
    return _along(function, x, tangent(x), notes)


def directional(f: Any, wrt: Any, direction: Any, *, where: Where | None = None) -> Along | Total:
    """Df(X)[V], the rate of change of f along V, a matrix of the shape of wrt; of lists, along all V at once.

    >>> from derive import directional, logdet, matrix
    >>> X, V = matrix("X", "n", "n"), matrix("V", "n", "n")
    >>> directional(logdet(X), X, V).result
    tr(inv(X)*V)
    """
    if isinstance(wrt, list | tuple):
        along = list(direction) if isinstance(direction, list | tuple) else [direction]
        (function, *rest), notes = read_all([f, *wrt, *along], where)
        return total(function, rest[: len(wrt)], rest[len(wrt) :], notes)
    (function, x, v), notes = read_all([f, wrt, direction], _with_direction(where, wrt, direction))
    same_direction("a direction", v, x)
    return _along(function, x, v, notes)


def hvp(f: Any, wrt: Any, direction: Any, *, where: Where | None = None) -> Along:
    """The Hessian of a scalar f times a direction of the shape of wrt, without the Hessian: D grad f(X)[V].

    The cost grows linearly with the expression. Errors: ShapeError for an f that is not scalar.

    >>> from derive import hvp, matrix, norm, vector
    >>> A, x, b, v = matrix("A", "m", "n"), vector("x", "n"), vector("b", "m"), vector("v", "n")
    >>> hvp(norm(A*x - b)**2, x, v).result
    2*A.T*A*v
    """
    (function, x, v), notes = read_all([f, wrt, direction], _with_direction(where, wrt, direction))
    if not function.is_scalar:
        raise ShapeError(f"a Hessian wants a scalar function, found {function} {shape_text(function.shape)}")
    same_direction("a direction", v, x)
    book = standard_book()
    function, (x,) = with_free_entries(function, x)
    gradient = projected(pullback(function, [x], ONE, book, collect)[x], x)
    form = _quotient(function, x, book)
    if form is not None:
        body = form.along(v)
        return Along(function, x, v, form.written_out(body), 2, book, notes, form.names, body)
    tidy = _tidy(linearised(gradient, {x: v}, book), function)
    return Along(function, x, v, polish(regrouped(tidy, {}, set(walk(function))), function), 2, book, notes)


def _with_direction(where: Where | None, wrt: Any, direction: Any) -> Where | None:
    """A direction that is a name and is not declared has the shape of its variable."""
    if not where or not isinstance(wrt, str) or not isinstance(direction, str):
        return where
    if wrt not in where or direction in where or not direction.isidentifier():
        return where
    x = declare(wrt, where[wrt])
    return {**where, direction: f"{x.shape[0]} x {x.shape[1]}"} if isinstance(x, Node) else where


def _quotient(f: Node, x: Node, book: Book) -> Quotient | None:
    """The form in the names rho and g of a small quotient by a column."""
    if f.weight > SMALL or not is_one(x.shape[1]) or x.properties:
        return None
    return Hessian(f, x, "numerator", book).quotient


def _along(f: Node, x: Node, v: Node, notes: tuple[str, ...]) -> Along:
    book = standard_book()
    f = checked(f, x)
    if f.is_scalar:
        result = right_form(_tidy(pullback(f, [x], ONE, book, collect)[x], f), v)
    else:
        result = _tidy(linearised(f, {x: v}, book), f)
    return Along(f, x, v, result, 1, book, notes)


def _tidy(node: Node, source: Node) -> Node:
    return polish(merged(collect([node])), source)


# --- Taylor -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, eq=False)
class Taylor:
    """The Taylor polynomial of f at `at`, in `step` = X - at: `terms` by order, `result` their sum."""

    function: Node
    wrt: Node
    at: Node
    step: Node
    order: int
    terms: tuple[Node, ...]
    book: Book = field(default_factory=standard_book, repr=False)
    notes: tuple[str, ...] = ()

    @property
    def result(self) -> Node:
        """The polynomial."""
        kept = [t for t in self.terms if not leaves.is_zero(t)] or self.terms[:1]
        return make("add", tuple(kept), self.function.shape) if len(kept) > 1 else kept[0]

    @cached_property
    def derivation(self) -> Derivation:
        """The derivation of the highest derivative that the polynomial needs."""
        return derivation_of(self.function, self.wrt, self.order, self.book, self.notes)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the derivatives that the polynomial needs."""
        return self.derivation.steps

    def check(self, seed: int = 0, count: int = 4) -> CheckResult:
        """Each derivative against the change of the one before, and each term against its derivative over k!."""
        from .check import CheckResult, check_forms, equal

        h = symbol("h'", self.wrt.shape, self.step.properties)
        derivatives = forms(self.function, self.wrt, [h] * self.order, self.book)
        for k, (term, form) in enumerate(zip(self.terms, derivatives, strict=True)):
            placed = _placed(al.scale(const(Fraction(1, factorial(k))), form), self.wrt, self.at, h, self.step)
            if not equal(term, placed, seed, count):
                return CheckResult("wrong", 1, 0, float("nan"), f"the term of order {k} is wrong", seed=seed)
        return check_forms(derivatives, self.wrt, h, seed=seed, count=count)

    def text(self) -> str:
        """The expansion in Unicode: f(a + h) ≈ ..."""
        polynomial, told = self._written(unicode, "−")
        return f"f({self._point(unicode)}) ≈ {polynomial}{'  where ' if told else ''}{told}"

    def latex(self) -> str:
        """The expansion in LaTeX, with its remainder."""
        polynomial, told = self._written(latex, "-")
        left = rf"f({self._point(latex)}) = {polynomial} + o(\lVert {latex(self.step)} \rVert^{{{self.order}}})"
        return rf"{left} \quad \text{{where }} {told}" if told else left

    def _written(self, style: Callable[[Node], str], minus: str) -> tuple[str, str]:
        """The terms that are not 0, in order, and what the names in them stand for."""
        definitions, terms = self._in_names()
        kept = [t for t in terms if not leaves.is_zero(t)] or terms[:1]
        left, right = (r"\left(", r"\right)") if style is latex else "()"
        said = [f"{left}{style(t)}{right}" if n and t.op == "add" else style(t) for n, t in enumerate(kept)]
        return _joined(said, minus), ", ".join(f"{style(s)} = {style(e)}" for s, e in definitions)

    def _in_names(self) -> tuple[Sequence[tuple[Node, Node]], Sequence[Node]]:
        """What repeats in the terms by name, s = sigma(W x), and the terms over the names."""
        value, *others = self.terms
        if self.wrt.is_scalar or not others:
            return (), self.terms
        definitions, named = name_intermediates(*others)
        for name, meaning in definitions:
            value = substitute(value, {meaning: name})
        return definitions, (value, *named)

    def _point(self, style: Callable[[Node], str]) -> str:
        return style(self.wrt) if depends(self.step, [self.wrt]) else f"{style(self.at)} + {style(self.step)}"

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


def _joined(terms: Sequence[str], minus: str) -> str:
    """The terms in the order of their degree."""
    first, *rest = terms
    return first + "".join(f" {minus} {t[len(minus) :].lstrip()}" if t.startswith(minus) else f" + {t}" for t in rest)


def taylor(f: Any, wrt: Any, order: int = 2, *, at: Any = None, where: Where | None = None) -> Taylor:
    """The Taylor polynomial of f, of any order, in matrix form.

    at: the point, of the shape of wrt, and then the step is wrt - at; without it the point is wrt and the step h (H).

    >>> from derive import logdet, matrix, taylor, vector
    >>> A, x, X = matrix("A", "n", "n"), vector("x", "n"), matrix("X", "n", "n")
    >>> print(taylor(x.T * A * x, x))
    f(x + h) ≈ xᵀAx + xᵀ(A + Aᵀ)h + ½hᵀ(A + Aᵀ)h
    >>> print(taylor(logdet(X), X, 3))
    f(X + H) ≈ log det X + tr(X⁻¹H) − ½ tr(X⁻¹HX⁻¹H) + tr(X⁻¹HX⁻¹HX⁻¹H)/3
    """
    order = whole_order(order)
    if at is None:
        (function, x), notes = read_all([f, wrt], where)
        function, (x,) = with_free_entries(function, x)
        point = x
        step = fresh_direction(function, x)
    else:
        (function, x, point), notes = read_all([f, wrt, at], where)
        function, (x,) = with_free_entries(function, x)
        same_direction("the point", point, x)
        step = al.add([x, al.scale(MINUS_ONE, point)])
    if depends(point, [x]) and point is not x:
        raise BadInput(f"the point must not depend on {x}, found {point}; leave at= out for an expansion at {x}")
    book = standard_book()
    try:
        terms = _polynomial(checked(function, x), x, point, step, order, book)
    except BadInput as error:
        if point is x or "division by zero" not in str(error):
            raise
        raise DomainError(f"{function} has no Taylor polynomial at {x} = {point}: a derivative divides by 0") from error
    _check_point(terms, function, x, point)
    return Taylor(function, x, point, step, order, terms, book, notes)


def _check_point(terms: Sequence[Node], f: Node, x: Node, point: Node) -> None:
    """DomainError for a point in numbers at which f has no value."""
    if point is x or any(n.op in ("symbol", "item") for n in walk(terms[0])):
        return
    from .numeric import evaluate

    sizes = {s.name: 2 for n in walk(terms[0]) for size in n.shape for s in getattr(size, "free_symbols", ())}
    with suppress(UnknownName):
        if not isfinite(float(abs(evaluate(terms[0], {}, sizes)).max())):
            raise DomainError(f"{f} has no value at {x} = {point}")


def _polynomial(f: Node, x: Node, point: Node, step: Node, order: int, book: Book) -> tuple[Node, ...]:
    """D^k f(a)[h, ..., h] / k! for k = 0, ..., order."""
    h = step if step.op == "symbol" and step is not x else fresh_direction(f, x)
    terms = _terms(f, x, h, order, book)
    return tuple(substitute(t, {x: point}) if t is f else _placed(t, x, point, h, step) for t in terms)


def _terms(f: Node, x: Node, h: Node, order: int, book: Book) -> list[Node]:
    """The terms at x; half a Hessian is written h^T H h where a matrix holds it."""
    direction = ONE if x.is_scalar else h
    found = forms(f, x, [direction] * order, book)
    terms = [_over_factorial(form, k, h if x.is_scalar else ONE) for k, form in enumerate(found)]
    hessian = _hessian(f, x, book) if order > 1 else None
    if hessian is not None:
        terms[2] = _quadratic(hessian, h)
    return terms


def _over_factorial(form: Node, k: int, h: Node) -> Node:
    """A form over k!, times h^k where it was taken along 1."""
    if k == 0 or leaves.is_zero(form):
        return form
    c, rest = al.split(form)
    divided = al.scale(const(value_product(c, Fraction(1, factorial(k)))), rest)
    return al.scale(al.pow_(h, const(k)), divided)


def _placed(term: Node, x: Node, point: Node, h: Node, step: Node) -> Node:
    """The term at the point, its step put in last, so that a product reads as it was arranged."""
    at_point = term if point is x else _replaced(term, {x: point})
    return _replaced(at_point, {h: step})


def _replaced(root: Node, replacements: dict[Node, Node]) -> Node:
    """Substitution that leaves the arrangement of scalar products alone."""
    done: dict[Node, Node] = dict(replacements)
    for n in walk(root):
        if n not in done:
            args = tuple(done[a] for a in n.args)
            keeps = n.op in ("matmul", "had", "trace", "scale") and n.is_scalar
            done[n] = with_args(n, args) if keeps else renewed(n, args)
    return done[root]


def _hessian(f: Node, x: Node, book: Book) -> Node | None:
    """The Hessian of a scalar by a vector, where it has a closed form."""
    if not f.is_scalar or x.is_scalar or not is_one(x.shape[1]):
        return None
    try:
        return Hessian(f, x, "numerator", book).result
    except NoClosedForm:
        return None


def _quadratic(hessian: Node, h: Node) -> Node:
    """Half of h^T H h, the factor 2 of H cancelled."""
    c, rest = al.split(al.scale(HALF, hessian))
    s, m = (rest.args[0], rest.args[1]) if rest.op == "scale" else (ONE, rest)
    if m.op == "zeros":
        return ZERO
    middle = () if m.op == "eye" else m.args if m.op == "matmul" else (m,)
    body = make("matmul", (al.transpose(h), *middle, h), (1, 1))
    outside = [f for f in (const(c), s) if f is not ONE]
    return make("had", (*outside, body), (1, 1)) if outside else body


__all__ = ["Along", "Taylor", "differential", "directional", "hvp", "taylor"]
