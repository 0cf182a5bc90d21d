"""The shape of every piece of a formula. Declared names have theirs; the rest follows by unification.

Nothing is built here. An unknown size is a `Dim`; two sizes that meet are made equal, or the formula is refused with
the span of the smallest piece that does not fit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy

from ..errors import ReadError, ShapeError
from ..sizes import named_size
from . import laws
from . import syntax as s
from .choices import NOTHING_CHOSEN, Ambiguous, Choices
from .dims import SCALAR, AnyShape, AnySize, Dim, find, is_scalar, is_unit, product, shown, unify, unify_shapes
from .products import Algebra, fold
from .scope import Scope


class ShapeMismatch(ReadError, ShapeError):
    """The text can be read, but its shapes do not fit; the caret stands under the smallest piece."""


class Inference:
    """Shapes of syntax trees that share their names. `kinds` says what the undeclared names are."""

    def __init__(self, scope: Scope, kinds: dict[str, str] | None = None, choices: Choices = NOTHING_CHOSEN) -> None:
        self.scope, self.kinds, self.choices = scope, kinds or {}, choices
        self.shapes: dict[int, AnyShape] = {}
        self.free: dict[str, AnyShape] = {}
        self.sizes: dict[str, AnySize] = {}
        self.bound: list[tuple[str, AnySize | None]] = []
        self.ranges: dict[int, AnySize] = {}
        self.index_sizes: dict[str, AnySize] = {}  # of letters that are free indices
        self.products: list[tuple[AnySize, AnySize, AnySize]] = []
        self.penalty = 0
        self.mixed = 0  # how often a scalar stands beside arrays, or a quotient must be taken entry by entry
        self.odd = 0  # how often a scalar is transposed or has a norm
        self.members: dict[str, AnyShape] = {n: self._open(m.kind) for n, m in choices.members.items()}
        self.text = ""

    @staticmethod
    def _open(kind: str) -> AnyShape:
        """A shape of this kind, its sizes not yet known."""
        return (Dim() if kind in ("vector", "matrix") else 1, Dim() if kind == "matrix" else 1)

    def infer(self, text: str, tree: s.Syntax) -> AnyShape:
        """The shape of one formula. Raises ShapeMismatch, or ReadError where the text must say more."""
        self.text = text
        shape = self.shape(tree)
        self.solve_products()
        return shape

    def shape(self, node: s.Syntax) -> AnyShape:
        law: Callable[[Inference, Any], AnyShape] = _LAWS[type(node)]
        found = law(self, node)
        self.shapes[id(node)] = found
        return found

    def solve_products(self) -> None:
        """Sizes that are products of others, from Kronecker products and vec."""
        for a, b, whole in self.products:
            known = product(a, b)
            if known is not None:
                if isinstance(find(whole), Dim):
                    unify(whole, known)
                continue
            total = find(whole)
            if isinstance(total, Dim):
                continue
            one, other = (find(a), find(b)) if isinstance(find(b), Dim) else (find(b), find(a))
            if isinstance(one, Dim):
                continue
            ratio = sympy.cancel(sympy.sympify(total) / one)
            if not ratio.as_numer_denom()[1].free_symbols:
                unify(other, int(ratio) if ratio.is_Integer else ratio)

    def refuse(self, node: s.Syntax, message: str, wanted: str = "") -> ShapeMismatch:
        return ShapeMismatch(self.text, node.span, message, wanted)

    def ask(self, node: s.Syntax, message: str, wanted: str = "") -> ReadError:
        return ReadError(self.text, node.span, message, wanted)

    def source(self, node: s.Syntax) -> str:
        """The text of a piece, for messages."""
        piece = " ".join(self.text[node.span[0] : node.span[1]].split())
        return piece if len(piece) <= 40 else piece[:37] + "..."

    def describe(self, node: s.Syntax) -> str:
        return f"{self.source(node)} {shown(self.shapes[id(node)])}"

    # --- leaves -------------------------------------------------------------------------------------------------
    def number(self, node: s.Syntax) -> AnyShape:
        return SCALAR

    def name(self, node: s.Name) -> AnyShape:
        if any(b == node.text for b, _ in self.bound):
            return SCALAR
        declared = self.scope.names.get(node.text)
        if declared is not None:
            return declared.shape
        if node.text in self.scope.sizes:
            return SCALAR
        if node.text not in self.free:
            kind = self.kinds.get(node.text, "scalar")
            self.free[node.text] = self._open(kind)
        return self.free[node.text]

    def literal(self, node: s.Literal) -> AnyShape:
        dims = [self.size(n) for n in node.sizes]
        if node.kind == "eye":
            if len(dims) == 2 and not unify(dims[0], dims[1]):
                raise self.refuse(node, "the identity is square")
            n = dims[0] if dims else Dim()
            return (n, n)
        if not dims:
            return (Dim(), Dim()) if node.matrix else (Dim(), 1)
        return (dims[0], dims[1] if len(dims) > 1 else 1)

    def size(self, node: s.Syntax) -> AnySize:
        """A size written in a formula: n, 3, m n, n+1."""
        if isinstance(node, s.Number) and node.value.denominator == 1 and node.value > 0:
            return int(node.value)
        if isinstance(node, s.Name):
            if node.text in self.scope.sizes:
                return self.scope.sizes[node.text]
            if node.text in self.scope.names and "integer" not in self.scope.names[node.text].properties:
                raise self.ask(node, f"{node.text} is declared, but not as a size", "a size, as in ones(n)")
            return self.sizes.setdefault(node.text, Dim(node.text))
        if isinstance(node, s.Power) and isinstance(node.exponent, s.Number) and node.exponent.value == 2:
            node = s.Product(node.span, (node.base, node.base), ("",))
        parts = node.factors if isinstance(node, s.Product) else node.terms if isinstance(node, s.Sum) else ()
        found = [find(self.size(p)) for p in parts]
        if not found or any(isinstance(f, Dim) and not f.hint for f in found):
            raise self.ask(node, "cannot read this size", "n, 3 or m \\times n")
        known = [named_size(f.hint) if isinstance(f, Dim) else sympy.sympify(f) for f in found]
        return sympy.Mul(*known) if isinstance(node, s.Product) else sympy.Add(*known)

    def unit(self, node: s.Unit) -> AnyShape:
        self.scalar(node.index, "an index")
        n = Dim()
        self._range_is(node.index, n)
        return (n, 1)

    def item(self, node: s.Item) -> AnyShape:
        family = next(f.family for fs in self.scope.families.values() for f in fs if f.family.name == node.family)
        for index in node.indices:
            self.scalar(index, "an index")
            self._range_is(index, family.hi)
        return family.shape

    def _range_is(self, index: s.Syntax, size: AnySize) -> None:
        """The index of a sum without limits runs over what it is used for."""
        if isinstance(index, s.Name) and not any(b == index.text for b, _ in self.bound):
            unify(self.index_sizes.setdefault(index.text, size), size)  # \delta_{ij} beside X_{ij}; no more than a hint
        elif isinstance(index, s.Name):
            open_range = next((r for b, r in reversed(self.bound) if b == index.text), None)
            if open_range is not None and not unify(open_range, size):
                raise self.refuse(index, f"the index {index.text} runs over {find(open_range)} and over {find(size)}")

    def scalar(self, node: s.Syntax, what: str) -> AnyShape:
        shape = self.shape(node)
        if not is_scalar(shape):
            raise self.refuse(node, f"{what} must be a scalar, found {self.describe(node)}")
        return SCALAR

    # --- sums and products --------------------------------------------------------------------------------------
    def sum(self, node: s.Sum) -> AnyShape:
        return self.alike(list(node.terms), node, "add")

    def alike(self, parts: list[s.Syntax], node: s.Syntax, verb: str) -> AnyShape:
        """Terms of one shape; scalars go with anything, a bare 1 or 0 takes the shape of the others."""
        bare = [p for p in parts if is_bare(p)]
        firm = [p for p in parts if not is_bare(p)]
        shapes = [(p, self.shape(p)) for p in firm]
        full = [(p, shape) for p, shape in shapes if not is_scalar(shape)]
        if full and len(full) < len(shapes):
            self.mixed += 1
            self.penalty += 4 * (verb == "add")  # an undeclared letter is rather a scalar than that one is widened
        if not full:
            return self._alike_bare(bare) if bare else SCALAR
        first, result = full[0]
        for p, shape in full[1:]:
            if not unify_shapes(result, shape):
                raise self.refuse(node, f"cannot {verb} {self.describe(first)} and {self.describe(p)}")
        for p in bare:
            self.adopt(p, result)
        return result

    def _alike_bare(self, bare: list[s.Syntax]) -> AnyShape:
        shapes = [self.shape(p) for p in bare]
        for shape in shapes[1:]:
            unify_shapes(shapes[0], shape)
        return shapes[0]

    def adopt(self, node: s.Syntax, shape: AnyShape) -> None:
        self.shapes[id(node)] = shape
        if isinstance(node, s.Negative):
            self.adopt(node.body, shape)

    def negative(self, node: s.Negative) -> AnyShape:
        return self.shape(node.body)

    def product(self, node: s.Product) -> AnyShape:
        shapes = [self.shape(f) for f in node.factors]
        self._refuse_star(node, shapes)
        _, segments = fold(shapes, node.signs, _SHAPES)
        if len(segments) > 1:
            self._refuse_product(node, [k for k, _ in segments])
        return segments[0][1] if segments else SCALAR

    def _refuse_star(self, node: s.Product, shapes: list[AnyShape]) -> None:
        """`A * B` of two matrices in a formula with an @: in NumPy it is another product than here."""
        if "@" not in self.text:
            return
        for k, sign in enumerate(node.signs, 1):
            if sign == "*" and not is_scalar(shapes[k]) and fold(shapes[:k], node.signs[: k - 1], _SHAPES)[1]:
                a, b = node.factors[k - 1], node.factors[k]
                message = (
                    f"{self.describe(a)} * {self.describe(b)} may be a matrix product, or entry by entry as in NumPy"
                )
                raise ReadError(self.text, (a.span[0], b.span[1]), message, "@ or .* for it")

    def _refuse_product(self, node: s.Product, starts: list[int]) -> None:
        """Name the factor at the last place where the chain breaks, and what stands before it."""
        k = starts[-1]
        before = next(j for j in range(k - 1, -1, -1) if not is_scalar(self.shapes[id(node.factors[j])]))
        a, b = node.factors[before], node.factors[k]
        span = (a.span[0], b.span[1])
        raise ShapeMismatch(self.text, span, f"cannot multiply {self.describe(a)} by {self.describe(b)}")

    def hadamard(self, node: s.Hadamard) -> AnyShape:
        return self.alike([node.left, node.right], node, "multiply elementwise")

    def kronecker(self, node: s.Kronecker) -> AnyShape:
        a, b = self.shape(node.left), self.shape(node.right)
        return (self.size_product(a[0], b[0]), self.size_product(a[1], b[1]))

    def size_product(self, a: AnySize, b: AnySize) -> AnySize:
        known = product(a, b)
        if known is not None:
            return known
        if is_unit(a):
            return b
        if is_unit(b):
            return a
        whole = Dim()
        self.products.append((a, b, whole))
        return whole

    def quotient(self, node: s.Quotient) -> AnyShape:
        top, bottom = self.shape(node.top), self.shape(node.bottom)
        if is_scalar(bottom):
            return top
        if is_scalar(top):
            if not (node.elementwise or is_unit(bottom[0]) or is_unit(bottom[1])):
                raise self.refuse(
                    node,
                    f"cannot divide by the matrix {self.describe(node.bottom)}",
                    "an inverse ^{-1}, or ./ entrywise",
                )
            self.penalty += 2
            self.mixed += 1
            return bottom
        if not unify_shapes(top, bottom):
            raise self.refuse(node, f"cannot divide {self.describe(node.top)} by {self.describe(node.bottom)}")
        self.penalty += 2
        self.mixed += 1
        return top

    def power(self, node: s.Power) -> AnyShape:
        base = self.shape(node.base)
        self.scalar(node.exponent, "an exponent")
        if is_scalar(base) or node.elementwise or is_unit(base[0]) or is_unit(base[1]):
            self.penalty += not (is_scalar(base) or node.elementwise)
            return base
        return self.square(node.base, "take a power of")

    def square(self, node: s.Syntax, what: str) -> AnyShape:
        shape = self.shapes[id(node)]
        if not unify(shape[0], shape[1]):
            raise self.refuse(node, f"cannot {what} {self.describe(node)}: it is not square")
        return shape

    def transpose(self, node: s.Transpose | s.PseudoInverse) -> AnyShape:
        m, n = self.shape(node.body)
        self._no_number(node.body)
        self.odd += is_unit(m) and is_unit(n)
        return (n, m)

    def _no_number(self, body: s.Syntax) -> None:
        """x_i^T beside a declared vector x is meant as a member of a family: an entry is not transposed."""
        if isinstance(body, s.Index) and isinstance(body.body, s.Name) and is_scalar(self.shapes[id(body)]):
            name, written = body.body.text, self.source(body)
            if name in self.scope.names and self.bound:
                message = f"{written} is an entry of {name}, a number, and is transposed here"
                raise self.ask(body, message, f"for vectors a declaration of the family, {written}: 'n, i=1..N'")

    # --- functions ----------------------------------------------------------------------------------------------
    def call(self, node: s.Call) -> AnyShape:
        sizes = size_arguments(node)
        for arg in node.args:
            if not any(arg is n for n in sizes):
                self.shape(arg)
        if node.base is not None:
            self.scalar(node.base, "the base")
        return laws.law(node.function)(self, node)

    def map(self, node: s.Map) -> AnyShape:
        if node.arg is None:
            raise self.ask(node, "this function is not applied to anything", "(...)_{\\circ}(X)")
        self.bound.append((node.variable, None))
        self.scalar(node.body, "the value of an entrywise function")
        self.bound.pop()
        return self.shape(node.arg)

    def norm(self, node: s.Norm) -> AnyShape:
        shape = self.shape(node.body)
        self.odd += is_scalar(shape)
        if isinstance(node.order, s.Syntax):
            weight = self.shape(node.order)
            if not is_scalar(weight) and not (unify(shape[0], weight[0]) and unify(shape[0], weight[1])):
                raise self.refuse(
                    node, f"the weight {self.describe(node.order)} does not fit {self.describe(node.body)}"
                )
        return SCALAR

    def bars(self, node: s.Bars) -> AnyShape:
        shape = self.shape(node.body)
        if is_scalar(shape):
            return SCALAR
        if is_unit(shape[0]) or is_unit(shape[1]):
            if node.squared:
                return SCALAR
            if id(node) in self.choices.entrywise:
                return shape if self.choices.entrywise[id(node)] else SCALAR
            raise Ambiguous(
                self.text,
                node,
                f"|...| of the vector {self.describe(node.body)} may be its norm or its absolute values",
                "\\|x\\| or abs(x)",
            )
        self.square(node.body, "take the determinant of")
        return SCALAR

    def inner(self, node: s.Inner) -> AnyShape:
        a, b = self.shape(node.left), self.shape(node.right)
        if not unify_shapes(a, b):
            raise self.refuse(node, f"inner product of {self.describe(node.left)} and {self.describe(node.right)}")
        return SCALAR

    def index(self, node: s.Index) -> AnyShape:
        if isinstance(node.body, s.Name) and node.body.text in self.members:
            return self._member(node, node.body.text)
        shape = self.shape(node.body)
        given = list(node.indices)
        if is_scalar(shape):
            raise self.refuse(node, f"{self.source(node.body)} is a scalar and has no entries")
        if len(given) == 1 and is_unit(shape[1]):
            given, sizes = given, [shape[0]]
        elif len(given) == 1 and is_unit(shape[0]):
            sizes = [shape[1]]
        elif len(given) == 2:
            for i, n in zip(given, shape, strict=True):
                if i is not None and is_unit(n) and not isinstance(i, s.Number):
                    raise self.ask(node, f"two indices of the vector {self.describe(node.body)}", "one index")
            sizes = [shape[0], shape[1]]
        elif len(given) == 1:
            raise self.ask(
                node, f"one index of the matrix {self.describe(node.body)}", "X_{ij}, a row X_{i:} or a column X_{:j}"
            )
        else:
            raise self.ask(node, "too many indices", "one for a vector, two for a matrix")
        for i, n in zip(given, sizes, strict=True):
            if i is not None:
                self.scalar(i, "an index")
                self._range_is(i, n)
        if len(given) == 1:
            return SCALAR
        return (shape[0] if given[0] is None else 1, shape[1] if given[1] is None else 1)

    def _member(self, node: s.Index, name: str) -> AnyShape:
        for i in node.indices:
            if i is not None:
                self.scalar(i, "an index")
                self._range_is(i, self.scope.sizes[self.choices.members[name].high])
        return self.members[name]

    def big_sum(self, node: s.BigSum) -> AnyShape:
        for limit in (node.low, node.high):
            if limit is not None:
                self.scalar(limit, "a limit of a sum")
        open_range = Dim() if node.high is None else None
        self.bound.append((node.index, open_range))
        shape = self.shape(node.body)
        self.bound.pop()
        if open_range is not None:
            self.ranges[id(node)] = open_range
        return shape

    def matrix(self, node: s.Matrix) -> AnyShape:
        for row in node.rows:
            for entry in row:
                self.scalar(entry, "an entry of a matrix")
        return (len(node.rows), len(node.rows[0]))

    def same(self, node: Any) -> AnyShape:
        return self.shape(node.body)

    def island(self, node: s.Island) -> AnyShape:
        for piece in node.names:
            self.scalar(piece, "a piece of this expression")
        return SCALAR

    def derivative(self, node: s.Derivative) -> AnyShape:
        """The shape of what derive() reports: a gradient, a Jacobian, a Hessian."""
        if node.body is None or not node.variables or len(node.variables) > 2 or node.order > 2 or node.vec:
            raise self.ask(node, "a derivative inside a formula that does not say of what and by what", "\\nabla_x f")
        of, *by = (self.shape(piece) for piece in (node.body, *map(s.without_transpose, node.variables)))
        x, again = by[0], node.order == 2
        flipped = isinstance(node.variables[-1], s.Transpose)
        if is_scalar(x):
            return of
        if is_scalar(of) and not again:
            return x[::-1] if flipped else x
        unify(x[1], 1)
        if not is_scalar(of):
            unify(of[1], 1)
        return (x[0], by[-1][0]) if again else (of[0], x[0])

    def equation(self, node: s.Equation) -> AnyShape:
        raise self.ask(node, "found an equation", "one expression")


_SIZED = frozenset("ones zeros eye commutation duplication elimination symmetrizer".split())


def size_arguments(node: s.Syntax) -> tuple[s.Syntax, ...]:
    """The pieces of a node that are sizes, not expressions: n in I_n, zeros(m, n), basis(n, i)."""
    if isinstance(node, s.Literal):
        return node.sizes
    if not isinstance(node, s.Call):
        return ()
    if node.function in _SIZED:
        return node.args
    return node.args[1:] if node.function == "unvec" else node.args[:1] if node.function == "basis" else ()


def is_bare(node: s.Syntax) -> bool:
    """A bold 1 or 0 without a size."""
    while isinstance(node, s.Negative):
        node = node.body
    return isinstance(node, s.Literal) and node.kind in ("ones", "zeros") and not node.sizes


_SHAPES: Algebra[AnyShape] = Algebra(
    scalar=is_scalar,
    column=lambda a: is_unit(a[1]),
    row=lambda a: is_unit(a[0]),
    joins=lambda a, b: unify(a[1], b[0]),
    multiply=lambda a, b: (a[0], b[1]),
    dot=lambda a, b: SCALAR if unify_shapes(a, b) else a,
)


_LAWS: dict[type[s.Syntax], Callable[[Inference, Any], AnyShape]] = {
    s.Number: Inference.number, s.Constant: Inference.number, s.Quoted: Inference.number,
    s.Name: Inference.name, s.Literal: Inference.literal,
    s.Unit: Inference.unit, s.Item: Inference.item, s.Sum: Inference.sum, s.Negative: Inference.negative,
    s.Product: Inference.product, s.Hadamard: Inference.hadamard, s.Kronecker: Inference.kronecker,
    s.Quotient: Inference.quotient, s.Power: Inference.power, s.Transpose: Inference.transpose,
    s.PseudoInverse: Inference.transpose, s.Call: Inference.call, s.Map: Inference.map, s.Norm: Inference.norm,
    s.Bars: Inference.bars, s.Inner: Inference.inner, s.Index: Inference.index, s.BigSum: Inference.big_sum,
    s.Expectation: Inference.same, s.Matrix: Inference.matrix, s.Differential: Inference.same,
    s.Derivative: Inference.derivative, s.Island: Inference.island, s.Equation: Inference.equation,
}  # fmt: skip
