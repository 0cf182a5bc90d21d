"""From the syntax tree, its shapes known, to the engine's expressions; what the text left open is noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import sympy

from .. import algebra, leaves, letters, maps
from .. import functions as f
from ..errors import DeriveError, ReadError, ShapeError
from ..nodes import ONE, Node, const, symbol
from ..operators import _entrywise, broadcast
from ..pending import derivative_of
from ..sizes import is_one, same_shape, same_size, shape_text
from ..symbols import Family, matrix, scalar, vector
from . import syntax as s
from .builders import BY_AXIS, ENTRYWISE, FUNCTIONS, HALF, PRIMES, STRUCTURED
from .dims import AnySize, Dim, find, is_scalar, settle
from .inference import Inference, ShapeMismatch
from .products import Algebra, fold
from .scope import joined
from .syntax import walk as walk_syntax
from .vocabulary import ELEMENTWISE, MATRIX_FUNCTIONS
from .words import is_program

MAX_EXPONENT = 1_000
Facts = Mapping[str, frozenset[str]]  # properties that the text gives to undeclared names
NO_FACTS: Facts = {}
_TWO = const(2)


class Converter:
    """Builds expressions from the trees that one Inference has typed; `assumptions` is what had to be assumed.

    `calls`: the text is written as a program, though no product in it shows it.
    """

    def __init__(
        self,
        inference: Inference,
        taken: set[str],
        text: str,
        calls: bool = False,
        facts: Facts = NO_FACTS,
    ) -> None:
        self.inference, self.scope, self.taken, self.text = inference, inference.scope, taken, text
        self.program = is_program(text) or calls
        self.assumptions: list[str] = []
        self.differentials: dict[str, Node] = {}
        self.facts = facts
        self.indices: list[tuple[str, Node]] = []
        self.entries: list[tuple[str, Node]] = []  # the variable of an elementwise map, and what it stands for

    def convert(self, node: s.Syntax) -> Node:
        try:
            return _BUILDERS[type(node)](self, node)
        except ReadError:
            raise
        except ShapeError as error:
            raise ShapeMismatch(self.text, node.span, str(error)) from error
        except DeriveError as error:
            raise ReadError(self.text, node.span, str(error)) from error

    def note(self, text: str) -> None:
        if text not in self.assumptions:
            self.assumptions.append(text)

    def source(self, node: s.Syntax) -> str:
        piece = " ".join(self.text[node.span[0] : node.span[1]].split())
        return piece if len(piece) <= 40 else piece[:37] + "..."

    def refuse(self, node: s.Syntax, message: str, wanted: str = "") -> ReadError:
        return ReadError(self.text, node.span, message, wanted)

    def sizes(self, node: s.Syntax) -> tuple[Any, Any]:
        m, n = self.inference.shapes[id(node)]
        return settle(m, self.taken), settle(n, self.taken)

    # --- leaves -------------------------------------------------------------------------------------------------
    def number(self, node: s.Number) -> Node:
        return const(node.value)

    def constant(self, node: s.Constant) -> Node:
        if node.text == "infinity":
            raise self.refuse(node, "infinity is not a number here", "a finite expression")
        return const(sympy.pi if node.text == "pi" else sympy.E)

    def quoted(self, node: s.Quoted) -> Node:
        raise self.refuse(node, "a word in quotes is only the order of a norm", "norm(X, 'fro')")

    def name(self, node: s.Name) -> Node:
        for text, meaning in reversed(self.entries + self.indices):
            if text == node.text:
                return meaning
        declared = self.scope.names.get(node.text)
        if declared is not None:
            return declared
        if node.text in self.scope.sizes:
            return const(self.scope.sizes[node.text])
        m, n = (settle(d, self.taken) for d in self.inference.free[node.text])
        if is_one(m) and is_one(n):
            return scalar(node.text, *(["integer"] if self.inference.kinds.get(node.text) == "integer" else []))
        if is_one(n):
            return vector(node.text, m)
        return matrix(node.text, m, n, *self.facts.get(node.text, ()))

    def literal(self, node: s.Literal) -> Node:
        self._determined(node, *self.inference.shapes[id(node)])
        m, n = self.sizes(node)
        if node.kind == "eye":
            return leaves.eye(m)
        return leaves.ones(m, n) if node.kind == "ones" else leaves.zeros(m, n)

    def _determined(self, node: s.Syntax, *sizes: AnySize) -> None:
        """Among declared names a size that nothing fixes is a question, not a new letter."""
        for size in sizes:
            d = find(size)
            if isinstance(d, Dim) and not d.hint and self.scope.declared:
                raise self.refuse(node, f"nothing fixes the size of {self.source(node)}", f"{self.source(node)}_n")

    def unit(self, node: s.Unit) -> Node:
        self._determined(node, self.inference.shapes[id(node)][0])
        return leaves.basis(self.sizes(node)[0], self.convert(node.index))

    def item(self, node: s.Item) -> Node:
        family = next(x.family for xs in self.scope.families.values() for x in xs if x.family.name == node.family)
        return family[self.convert(node.indices[0])]

    def differential(self, node: s.Differential) -> Node:
        if not isinstance(node.body, s.Name):
            raise self.refuse(node, "the differential of an expression", "dX of one symbol")
        of = self.convert(node.body)
        name = f"d{node.body.text}"
        latex = rf"\mathrm{{d}}{node.body.text}"
        found = symbol(name, of.shape, latex=latex)
        self.differentials[node.body.text] = found
        return found

    # --- sums and products --------------------------------------------------------------------------------------
    def sum(self, node: s.Sum) -> Node:
        return self.added([self.convert(t) for t in node.terms])

    def added(self, terms: list[Node]) -> Node:
        scalars = [t for t in terms if t.is_scalar]
        full = [t for t in terms if not t.is_scalar]
        if not full:
            return algebra.add(scalars)
        whole = algebra.add(full)
        if not scalars:
            return whole
        if self.entries:
            return algebra.add([whole, algebra.scale(algebra.add(scalars), leaves.ones(*whole.shape))])
        extra = algebra.add(scalars)
        like = next((t for t in full if _entrywise(t)), full[0])
        return algebra.add([whole, broadcast(extra, like)])

    def negative(self, node: s.Negative) -> Node:
        return algebra.scale(const(-1), self.convert(node.body))

    def product(self, node: s.Product) -> Node:
        factors = [self.convert(x) for x in node.factors]
        if self.entries:
            return f.hadamard(*factors)
        scalars, segments = fold(factors, node.signs, _NODES)
        if len(segments) > 1:
            a, b = segments[-2][1], segments[-1][1]
            raise ShapeMismatch(
                self.text, node.span, f"cannot multiply {a} {shape_text(a.shape)} by {b} {shape_text(b.shape)}"
            )
        coefficient = algebra.had(scalars) if scalars else ONE
        if not segments:
            return coefficient
        return algebra.scale(coefficient, segments[0][1])

    def hadamard(self, node: s.Hadamard) -> Node:
        return f.hadamard(self.convert(node.left), self.convert(node.right))

    def kronecker(self, node: s.Kronecker) -> Node:
        return maps.kron([self.convert(node.left), self.convert(node.right)])

    def quotient(self, node: s.Quotient) -> Node:
        top, bottom = self.convert(node.top), self.convert(node.bottom)
        if bottom.is_scalar:
            if bottom.op == "const" and bottom.value == 0:
                raise self.refuse(node, "division by zero")
            return algebra.scale(algebra.pow_(bottom, const(-1)), top)
        if not node.elementwise and not self.entries:
            self.note(f"{self.source(node)} is read entry by entry")
        return f.divide(top, bottom)

    def power(self, node: s.Power) -> Node:
        base, exponent = self.convert(node.base), self.convert(node.exponent)
        self._bounded(node, base, exponent)
        if base.is_scalar or node.elementwise or self.entries:
            return f.power(base, exponent)
        if is_one(base.shape[0]) or is_one(base.shape[1]):
            self.note(f"{self.source(node)} is read entry by entry")
            return f.power(base, exponent)
        if exponent is HALF:
            return f.sqrtm(base)
        if exponent.op == "const" and isinstance(exponent.value, Fraction):
            if exponent.value == Fraction(-1, 2):
                return algebra.inv(f.sqrtm(base))
            raise self.refuse(node, f"cannot take the power {exponent.value} of a matrix", "a whole number or 1/2")
        return algebra.matpow(base, exponent)

    def _bounded(self, node: s.Power, base: Node, exponent: Node) -> None:
        """Numbers stay printable: no 10^(10^10)."""
        if exponent.op != "const" or not isinstance(exponent.value, int | Fraction):
            return
        size = max(exponent.value, -exponent.value)
        if size > MAX_EXPONENT or (base.op == "const" and size > 100 and base.value not in (0, 1, -1)):
            raise self.refuse(node, "this power is too large", f"an exponent up to {MAX_EXPONENT}")

    def transpose(self, node: s.Transpose) -> Node:
        if node.note:
            self.note(node.note)
        return algebra.transpose(self.convert(node.body))

    def pseudo_inverse(self, node: s.PseudoInverse) -> Node:
        return f.pinv(self.convert(node.body))

    # --- functions ----------------------------------------------------------------------------------------------
    def call(self, node: s.Call) -> Node:
        name = node.function
        if name == "det" and isinstance(node.args[0], s.Bars):  # \det|A| is one determinant
            return f.det(self.convert(node.args[0].body))
        if name in ("ones", "zeros", "eye"):
            m, n = self.sizes(node)
            return leaves.eye(m) if name == "eye" else leaves.ones(m, n) if name == "ones" else leaves.zeros(m, n)
        if name in STRUCTURED:
            return self._structured(node)
        if name == "unvec":
            return maps.unvec(self.convert(node.args[0]), self.sizes(node))
        if name == "basis":
            return leaves.basis(self.sizes(node)[0], self.convert(node.args[1]))
        if name == "norm" and len(node.args) == 2 and isinstance(node.args[1], s.Quoted):
            return f.norm(self.convert(node.args[0]), node.args[1].text)
        args = [self.convert(a) for a in node.args]
        if self.text[node.span[0] : node.span[1]].startswith(("\\sigma", "σ")):
            self.note("σ(...) is read as the logistic function")
        if name == "normal_density":
            self.note(f"{self.source(node)} is the Gaussian density with this mean and covariance")
        if name in BY_AXIS:
            return self._by_axis(node, args[0])
        if node.primes:
            return self._prime(node, args[0])
        if name in ELEMENTWISE:
            self._one_argument(node, (1, 2) if name == "leaky_relu" else (1,))
            return self._entrywise(node, args)
        builder = FUNCTIONS.get(name)
        if builder is None:
            raise self.refuse(node, f"no derivative is known for {name}", "a function with a rule")
        low, high, build = builder
        self._one_argument(node, tuple(range(low, high + 1)))
        if name == "diag" and id(node) in self.inference.choices.diagonals and not is_one(args[0].shape[1]):
            self.note(f"{self.source(node)} is read as the diagonal matrix, since the vector does not fit")
            return maps.diag(maps.diagonal(args[0]))
        return build(*args)

    def _structured(self, node: s.Call) -> Node:
        sizes = [settle(self.inference.size(a), self.taken) for a in node.args]
        self.note(f"{self.source(node)} is read as the {node.function} matrix")
        return STRUCTURED[node.function](*sizes)

    def _by_axis(self, node: s.Call, x: Node) -> Node:
        """Sums and softmax, of a whole or along an axis; a matrix in a formula is taken row by row."""
        build, axis = BY_AXIS[node.function], node.axis
        vector_or_scalar = is_one(x.shape[0]) or is_one(x.shape[1])
        by_row = node.function in ("softmax", "log_softmax") or (node.function == "logsumexp" and not node.whole)
        if axis is None and by_row and not vector_or_scalar:
            self.note(f"{self.source(node)} is taken of each row")
            axis = 1
        if x.is_scalar and node.function in ("softmax", "log_softmax"):
            raise self.refuse(node, f"{node.function} of a scalar", "a vector")
        return build(x, axis)

    def _one_argument(self, node: s.Call, counts: tuple[int, ...]) -> None:
        if len(node.args) not in counts:
            wanted = " or ".join(str(c) for c in counts)
            raise self.refuse(
                node, f"{node.function} takes {wanted} argument{'s' * (wanted != '1')}, found {len(node.args)}"
            )

    def _entrywise(self, node: s.Call, args: list[Node]) -> Node:
        name, x = node.function, args[0]
        if name in MATRIX_FUNCTIONS and not (x.is_scalar or node.entrywise or self.entries) and node.base is None:
            square = same_size(*x.shape)
            if square and not self.program:
                self.note(
                    f"{self.source(node)} is read as the function of the matrix, not entry by entry ({name}_\\circ)"
                )
                function: Callable[[Node], Node] = getattr(f, MATRIX_FUNCTIONS[name])
                return function(x)
            if square:
                whole = MATRIX_FUNCTIONS[name]
                self.note(f"{self.source(node)} is read entry by entry ({whole} is the function of the matrix)")
        if node.base is None:
            return ENTRYWISE[name](*args)
        base = self.convert(node.base)
        if name == "sqrt":
            return f.power(x, algebra.pow_(base, const(-1)))
        return algebra.scale(algebra.pow_(f.log(base), const(-1)), f.log(x))

    def _prime(self, node: s.Call, x: Node) -> Node:
        """The derivative of an elementwise function: \\sigma'(z)."""
        known = PRIMES.get(node.function)
        if known is None or node.primes > 1:
            raise self.refuse(node, f"cannot read the derivative {node.function}'", "the derivative written out")
        return known(x)

    def map(self, node: s.Map) -> Node:
        assert node.arg is not None
        self.entries.append((node.variable, self.convert(node.arg)))
        try:
            body = self.convert(node.body)
            shape = self.entries[-1][1].shape
        finally:
            self.entries.pop()
        return body if same_shape(body.shape, shape) else algebra.scale(body, leaves.ones(*shape))

    def norm(self, node: s.Norm) -> Node:
        x = self.convert(node.body)
        if isinstance(node.order, s.Syntax):
            return self._weighted(node, x, self.convert(node.order))
        is_vector = is_one(x.shape[0]) or is_one(x.shape[1])
        if x.is_scalar or node.order in ("", "fro") or (node.order == "2" and is_vector):
            return f.sqnorm(x) if node.squared else f.norm(x)
        if node.order == "2" and node.squared:
            self.note(f"{self.source(node)} is read as the sum of squares (Frobenius)")
            return f.sqnorm(x)
        body = f.norm(x, self._order(node, is_vector))
        return algebra.pow_(body, _TWO) if node.squared else body

    def _order(self, node: s.Norm, is_vector: bool) -> Any:
        match node.order:
            case "0":
                raise self.refuse(node, "the number of non-zero entries has no derivative", "another norm")
            case "2":
                self.note(f"{self.source(node)} is read as the largest singular value")
                return "spectral"
            case "1":
                if not is_vector:
                    self.note(f"{self.source(node)} is read as the sum of absolute entries")
                return 1
            case "inf" if not is_vector:
                raise self.refuse(
                    node,
                    "the infinity norm of a matrix may be its largest entry or its largest row sum",
                    "\\|X\\|_{max}",
                )
            case "*":
                return "nuc"
        return node.order

    def _weighted(self, node: s.Norm, x: Node, weight: Node) -> Node:
        if weight.is_scalar:
            body = f.norm(x, weight.value if weight.op == "const" else weight)
            return algebra.pow_(body, _TWO) if node.squared else body
        square = algebra.matmul([algebra.transpose(x), weight, x])
        if not square.is_scalar:
            raise self.refuse(node, "a weighted norm is of a vector", "\\|x\\|_A")
        return square if node.squared else f.sqrt(square)

    def bars(self, node: s.Bars) -> Node:
        x = self.convert(node.body)
        if not x.is_scalar and (is_one(x.shape[0]) or is_one(x.shape[1])):
            if node.squared:
                self.note(f"{self.source(node)} is read as the square of the norm")
                return f.sqnorm(x)
            if is_scalar(self.inference.shapes[id(node)]):
                self.note(f"{self.source(node)} is read as the norm")
                return f.norm(x)
            self.note(f"{self.source(node)} is read entry by entry")
            return f.abs(x)
        value = f.abs(x) if x.is_scalar else f.det(x)
        return algebra.pow_(value, _TWO) if node.squared else value

    def inner(self, node: s.Inner) -> Node:
        return f.dot(self.convert(node.left), self.convert(node.right))

    def family(self, name: str) -> Family:
        """The family of an undeclared name whose members are summed over."""
        m, n = (settle(d, self.taken) for d in self.inference.members[name])
        member = self.inference.choices.members[name]
        return Family(joined(name, 0, member.index), (m, n), member.index, member.low, self.scope.sizes[member.high])

    def index(self, node: s.Index) -> Node:
        if isinstance(node.body, s.Name) and node.body.text in self.inference.members and node.indices[0] is not None:
            return self.family(node.body.text)[self.convert(node.indices[0])]
        if node.note:
            self.note(node.note)
        x = self.convert(node.body)
        found = [None if i is None else self.convert(i) for i in node.indices]
        self._within(node, x, found)
        if len(found) == 1:
            found = [found[0], ONE] if is_one(x.shape[1]) else [ONE, found[0]]
        chain = [x]
        for side, i in enumerate(found):
            if i is None or is_one(x.shape[side]):
                continue
            e = leaves.basis(x.shape[side], i)
            chain = [algebra.transpose(e), *chain] if side == 0 else [*chain, e]
        return algebra.matmul(chain) if len(chain) > 1 else x

    def _within(self, node: s.Index, x: Node, found: list[Node | None]) -> None:
        """Refuse numbers that are no index: x_0 and x_{n+1} of x (n, 1)."""
        sizes = x.shape if len(found) == 2 else [n for n in x.shape if not is_one(n)]
        for i, size in zip(found, sizes, strict=False):
            if i is not None and i.op == "const" and not _may_be_index(i.param, size):
                raise self.refuse(node, f"{i} is no index of {x} {shape_text(x.shape)}", f"1 to {size}")

    def big_sum(self, node: s.BigSum) -> Node:
        if any(name == node.index for name, _ in self.indices):
            message = f"the index {node.index} is used twice, in a sum and in one inside it"
            raise self.refuse(node, message, "another letter for one of them")
        if node.implied:
            self.note(f"the repeated index {node.index} is summed")
        if node.note:
            self.note(node.note)
        self._no_family(node)
        low = ONE if node.low is None else self.convert(node.low)
        if node.high is not None:
            high = self.convert(node.high)
        else:
            self._determined(node, self.inference.ranges[id(node)])
            high = const(settle(self.inference.ranges[id(node)], self.taken))
        index = scalar(node.index, "integer")
        self.indices.append((node.index, index))
        try:
            body = self.convert(node.body)
        finally:
            self.indices.pop()
        if not node.product:
            return maps.sumover(body, index, low, high)
        count = _few(low, high)
        if not count:
            return maps.prodover(body, index, low, high)
        factors = [maps.at_index(body, index, const(low.param + k)) for k in range(count)]
        return algebra.had([ONE, *factors]) if body.is_scalar else algebra.matmul(factors)

    def _no_family(self, node: s.BigSum) -> None:
        """Refuse sum_i x_i of an x_i that was declared without a range: it would be read as a constant."""
        for x in walk_syntax(node.body):
            declared = self.scope.names.get(x.text) if isinstance(x, s.Name) else None
            if declared is not None and letters.parse(declared.name or "").sub == node.index:
                shape = str(declared.shape[0]) if is_one(declared.shape[1]) else " x ".join(map(str, declared.shape))
                wanted = f"a declaration with one, such as {declared.name}: '{shape}, {node.index}=1..N'"
                raise self.refuse(
                    x, f"{declared.name} is summed over {node.index} but declared without a range", wanted
                )

    def expectation(self, node: s.Expectation) -> Node:
        self.note("the expectation is read as a linear operator; derivatives pass inside")
        return f.expectation_(self.convert(node.body))

    def derivative(self, node: s.Derivative) -> Node:
        assert node.body is not None
        body, by = self.convert(node.body), [self.convert(s.without_transpose(v)) for v in node.variables]
        found = derivative_of(body, by * 2 if node.order > len(by) else by)
        row = len(by) == 1 and isinstance(node.variables[0], s.Transpose) and body.is_scalar
        return algebra.transpose(found) if row else found

    def matrix(self, node: s.Matrix) -> Node:
        return maps.explicit([[self.convert(e) for e in row] for row in node.rows])

    def island(self, node: s.Island) -> Node:
        from .islands import evaluate

        return evaluate(self, node)


def _may_be_index(i: Any, size: Any) -> bool:
    """May the number i, or an expression in sizes, be one of 1..size?"""
    i, rest = sympy.sympify(i), sympy.sympify(size) - sympy.sympify(i)
    return not (i.is_positive is False or rest.is_negative is True)


def _few(low: Node, high: Node) -> int | None:
    """How many factors a product has that is written out."""
    if not (isinstance(low.param, int) and isinstance(high.param, int)) or {low.op, high.op} != {"const"}:
        return None
    count = max(0, high.param - low.param + 1)
    return count if count <= 4 else None


_NODES: Algebra[Node] = Algebra(
    scalar=lambda a: a.is_scalar,
    column=lambda a: is_one(a.shape[1]),
    row=lambda a: is_one(a.shape[0]),
    joins=lambda a, b: same_size(a.shape[1], b.shape[0]),
    multiply=lambda a, b: algebra.matmul([a, b]),
    dot=f.dot,
)

_BUILDERS: dict[type[s.Syntax], Callable[[Converter, Any], Node]] = {
    s.Number: Converter.number, s.Constant: Converter.constant, s.Quoted: Converter.quoted,
    s.Name: Converter.name, s.Literal: Converter.literal,
    s.Unit: Converter.unit, s.Item: Converter.item, s.Sum: Converter.sum, s.Negative: Converter.negative,
    s.Product: Converter.product, s.Hadamard: Converter.hadamard, s.Kronecker: Converter.kronecker,
    s.Quotient: Converter.quotient, s.Power: Converter.power, s.Transpose: Converter.transpose,
    s.PseudoInverse: Converter.pseudo_inverse, s.Call: Converter.call, s.Map: Converter.map, s.Norm: Converter.norm,
    s.Bars: Converter.bars, s.Inner: Converter.inner, s.Index: Converter.index, s.BigSum: Converter.big_sum,
    s.Expectation: Converter.expectation, s.Matrix: Converter.matrix, s.Differential: Converter.differential,
    s.Derivative: Converter.derivative, s.Island: Converter.island,
}  # fmt: skip
