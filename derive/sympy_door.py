"""The door: plain SymPy expressions become nodes.

Matrices keep their notation. Formulas in indices (sums over elements, `applyfunc` with a Lambda, `[0, 0]` of a
product, which SymPy turns into a Sum) are read by the position of each index; see `indexed`. What has no meaning is
refused by name. SymPy is never asked to simplify, differentiate or compare: that may be exponential in a shared DAG.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import sympy
from sympy.core.function import AppliedUndef
from sympy.functions.elementary.miscellaneous import Max, Min
from sympy.matrices import expressions as matexpr
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.dotproduct import DotProduct
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.matrices.expressions.slice import MatrixSlice
from sympy.matrices.matrixbase import MatrixBase

from . import algebra, functions, indexed, leaves, maps
from .algebra import had, inv, matmul, matpow, pow_, scale, transpose
from .entries import entry_in
from .errors import BadInput, NoRule, NotAnExpression, ShapeError
from .indexed import Entry, Index, NoMatrixForm, Product
from .nodes import MINUS_ONE, ONE, SCALAR, MatrixNode, Node, ScalarNode, SymbolInfo, _hooks, const, make, walk
from .operators import minus
from .rolling import Levels, roll, roll_matrix
from .sizes import Shape, Size, as_size, same_size, shape_text

Meaning = Node | Product
Scope = Mapping[sympy.Symbol, Any]
"""What bound symbols stand for: an Index, a Product (the variable of a Lambda), a Node (the index of a written sum)."""

DUMMY = 1 << 40  # serials from here on are those of SymPy's Dummies
_DEEPEST = 40  # sums within sums
ASSUMPTIONS = ("positive", "nonnegative", "nonzero", "integer", "real")


def convert(expression: Any) -> Node:
    """A plain SymPy expression as a node.

    >>> from sympy import MatrixSymbol
    >>> x = MatrixSymbol("x", 3, 1)
    >>> convert(x.T * x).shape
    (1, 1)

    Raises BadInput for what has no meaning here (complex numbers, derivatives, blocks), ShapeError where shapes differ.
    """
    if isinstance(expression, Node):
        return expression
    if isinstance(expression, complex):
        raise BadInput(f"complex data: found {expression!r}; derive works over the reals")
    if isinstance(expression, MatrixBase):
        return Reader(expression).explicit(expression, {})
    if not isinstance(expression, sympy.Basic):
        try:
            return const(expression)
        except TypeError:
            raise NotAnExpression(f"not an expression: {expression!r}") from None
    return Reader(expression).whole(expression)


def variable(wrt: Any, f: Node | None = None) -> Node | list[Node]:
    """What to differentiate by, as a symbol; an explicit vector or a list of symbols gives the list of them.

    Raises BadInput when it is not a symbol, or is a size of `f`: a size is an integer.
    """
    if isinstance(wrt, list | tuple | sympy.Tuple):
        return [_one_variable(w, f) for w in wrt]
    if isinstance(wrt, MatrixBase) and wrt.shape != (1, 1):
        return [_one_variable(w, f) for w in wrt.flat()]
    if isinstance(wrt, Node) and wrt.op == "explicit":
        return [_one_variable(w, f) for w in wrt.args]
    return _one_variable(wrt, f)


def _one_variable(wrt: Any, f: Node | None) -> Node:
    if not isinstance(wrt, Node | sympy.Basic | MatrixBase):
        raise BadInput(f"can only differentiate by a symbol, found {wrt!r}")
    node = convert(wrt)
    if f is not None and node.is_scalar and str(wrt) in _sizes_of(f):
        raise BadInput(f"cannot differentiate by {wrt}: it is the size of a matrix, an integer")
    inner = node.args[0] if node.op == "transpose" or (node.op == "matpow" and node.args[1] is MINUS_ONE) else node
    if inner.op not in ("symbol", "item") and entry_in(inner) is None:
        raise BadInput(f"can only differentiate by a symbol, found {node}")
    return node


def _sizes_of(f: Node) -> set[str]:
    found: set[str] = set()
    for n in walk(f):
        for s in n.shape:
            if isinstance(s, sympy.Expr):
                found.update(x.name for x in s.free_symbols)
    return found


class _Reading(NamedTuple):
    """How one class of SymPy is read: which arguments first, and what to make of their values."""

    make: Callable[[Reader, Any, list[Meaning], Scope], Meaning]
    parts: Callable[[Any], Sequence[Any]] | None = None  # None: all arguments


class Reader:
    """Reads one expression; knows which names are sizes, and refuses two symbols with one name."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self._sizes: set[str] | None = None
        self._known: dict[str, Node] = {}
        self._depth = 0
        self._written = False  # an element with integer indices was met: sums may have been written out

    def whole(self, expression: sympy.Basic) -> Node:
        value = self.read(expression, {})
        if self._written:
            rolled = roll(expression)
            value = value if rolled is expression else self.read(rolled, {})
        return value if isinstance(value, Node) else indexed.matrix(value, None, None)

    def read(self, expression: sympy.Basic, scope: Scope) -> Meaning:
        """The value of an expression, children first, each shared part once."""
        done: dict[int, Meaning] = {}
        stack = [expression]
        while stack:
            e = stack[-1]
            if id(e) in done:
                stack.pop()
                continue
            how = READINGS.get(type(e)) or reading(e)
            parts = e._args if how.parts is None else how.parts(e)
            waiting = len(stack)
            for p in parts:
                if id(p) not in done:
                    leaf = LEAVES.get(type(p))
                    if leaf is None:
                        stack.append(p)
                    else:
                        done[id(p)] = leaf(self, p, [], scope)
            if len(stack) == waiting:
                stack.pop()
                done[id(e)] = how.make(self, e, [done[id(p)] for p in parts], scope)
        return done[id(expression)]

    # --- leaves -------------------------------------------------------------------------------------------------
    def matrix_symbol(self, e: Any) -> Node:
        name, m, n = e._args
        rows = m if type(m) is sympy.Symbol and m.is_integer else as_size(m)
        columns = n if type(n) is sympy.Symbol and n.is_integer else as_size(n)
        return self._checked(make("symbol", (), (rows, columns), SymbolInfo(name.name)))

    def scalar_symbol(self, e: sympy.Symbol) -> Node:
        """A scalar; a size, or an integer that is positive by its assumptions, is a constant."""
        if e.is_commutative is False:
            raise BadInput(f"noncommutative symbol {e.name}: a matrix has sizes, MatrixSymbol({e.name!r}, n, n)")
        if e.is_real is False:
            raise BadInput(f"complex data: {e.name} is not real; derive works over the reals")
        if (e.is_integer and e.is_positive) or e.name in self.sizes:
            return const(e)
        return self._checked(scalar_node(e))

    def _checked(self, node: Node) -> Node:
        if node.param.serial < 0:
            other = self._known.setdefault(node.name, node)
            if other is not node:
                both = " and ".join(sorted(map(_described, (node, other))))
                raise BadInput(f"two different symbols are called {node.name}: {both}")
        return node

    @property
    def sizes(self) -> set[str]:
        """The names of all symbols that occur in a size."""
        if self._sizes is None:
            self._sizes = set()
            for e in _subexpressions(self.root):
                for s in _size_parts(e):
                    self._sizes.update(x.name for x in s.free_symbols)
        return self._sizes

    def shape(self, sizes: Sequence[Any]) -> Shape:
        return as_size(sizes[0]), as_size(sizes[1])

    # --- matrices of entries ------------------------------------------------------------------------------------
    def explicit(self, e: Any, scope: Scope) -> Node:
        """A matrix of scalar expressions; one whose entries are those of a known matrix is that matrix."""
        m, n = map(int, e.shape)
        if m * n == 0:
            raise BadInput(f"a size must be at least 1, found the explicit matrix of shape {e.shape}")
        if m == n > 1 and all(x == 0 for k, x in enumerate(e.flat()) if k % (n + 1)):
            return maps.diag(self.explicit(sympy.ImmutableDenseMatrix(n, 1, e.flat()[:: n + 1]), scope))
        levels = Levels()
        entries = [roll(x, levels) if x.args else x for x in e.flat()]
        whole = self._whole_matrix(entries, m, n, scope)
        if whole is not None:
            return whole
        nodes = [self.node(x, scope) for x in entries]
        return special(nodes, m, n) or maps.explicit([nodes[i * n : (i + 1) * n] for i in range(m)])

    def _whole_matrix(self, entries: list[Any], m: int, n: int, scope: Scope) -> Node | None:
        """The matrix expression with these entries, when they are one formula in their row and column."""
        rolled = roll_matrix(entries, m, n) if entries[0].args else None
        if rolled is None:
            return None
        body, *bound = rolled
        row, column = (Index(i.name, k) for i, k in zip(bound, (m, n), strict=True))
        try:
            value = self.read(body, {**scope, bound[0]: row, bound[1]: column})
            return indexed.matrix(product(value), row if m > 1 else None, column if n > 1 else None)
        except NoMatrixForm:
            return None

    def node(self, e: Any, scope: Scope) -> Node:
        return plain(self.read(e, scope))

    def element(self, e: Any, values: list[Meaning], scope: Scope) -> Meaning:
        """M[i, j]: an entry where i or j is a bound index, a scalar elsewhere."""
        m = plain(values[0])
        if m.is_scalar:
            return m
        m, row = self._picked(m, 0, e.args[1], scope)
        m, column = self._picked(m, 1, e.args[2], scope)
        return m if row is None and column is None else (Entry(m, row, column),)

    def _picked(self, m: Node, axis: int, at: Any, scope: Scope) -> tuple[Node, Index | None]:
        """(m, index) for a bound index over this axis; (row or column number `at` of m, None) elsewhere."""
        size = m.shape[axis]
        bound = scope.get(at) if at.is_Symbol else None
        if isinstance(bound, Index):
            if not same_size(bound.size, size):
                raise NoMatrixForm(f"the index {bound.name} does not run over all of {m}")
            return m, bound
        if isinstance(size, int) and size == 1:
            return m, None
        self._written |= at.is_Integer
        if at.is_Integer and isinstance(size, int) and not -size <= int(at) < size:
            raise BadInput(f"the index {at} is outside 0..{size - 1} in an element of {m}")
        unit = leaves.basis(size, algebra.add([self.node(at, scope), ONE]))
        return (matmul([transpose(unit), m]) if axis == 0 else matmul([m, unit])), None

    def applied(self, e: Any, values: list[Meaning], scope: Scope) -> Meaning:
        """M.applyfunc(Lambda(z, body)): the body with the entries of M for z."""
        m, function = plain(values[0]), e.function
        if len(function.variables) != 1:
            raise BadInput(f"applyfunc wants a function of one variable, found {function}")
        row, column = (Index(f"index {k}", s) if s != 1 else None for k, s in enumerate(m.shape, 1))
        entry: Meaning = m if m.is_scalar else (Entry(m, row, column),)
        with _Deeper(self):
            body = self.read(function.expr, {**scope, function.variables[0]: entry})
        return indexed.matrix(product(body), row, column)

    def of_indices(self, e: Any, scope: Scope) -> Node:
        """FunctionMatrix(m, n, Lambda((i, j), body)): the matrix whose entries the body gives."""
        shape = self.shape(e.args[:2])
        bound = {v: Index(v.name, s) for v, s in zip(e.lamda.variables, shape, strict=True)}
        axes = [None if s == 1 else i for i, s in zip(bound.values(), shape, strict=True)]
        with _Deeper(self):
            body = self.read(e.lamda.expr, {**scope, **bound})
        return indexed.matrix(product(body), *axes)

    def delta(self, e: Any, scope: Scope) -> Meaning:
        """KroneckerDelta(i, j): an entry of the identity, or of a unit column when one index is not bound."""
        bound = [scope.get(k) if k.is_Symbol else None for k in e.args[:2]]
        free = [k for k in bound if isinstance(k, Index)]
        if len(free) == 2 and same_size(free[0].size, free[1].size):
            return (Entry(leaves.eye(free[0].size), *free),)
        if len(free) != 1:
            raise BadInput(f"cannot read {e}: wanted an index of a sum over a whole axis")
        fixed = self.node(e.args[1] if bound[0] is free[0] else e.args[0], scope)
        return (Entry(leaves.basis(free[0].size, algebra.add([fixed, ONE])), free[0]),)

    # --- sums ---------------------------------------------------------------------------------------------------
    def sum(self, e: Any, scope: Scope) -> Meaning:
        """A sum in matrix notation where its indices run over whole axes, else a sum written out with its index."""
        with _Deeper(self):
            try:
                return self._contracted(_from_zero(e), scope)
            except NoMatrixForm:
                return self._written_sum(e, scope)

    def _contracted(self, e: Any, scope: Scope) -> Meaning:
        inner, over = dict(scope), []
        for limit in e.limits:
            i, lo, hi = _limits(limit, e)
            if lo != 0 or _has_bound(hi, scope) or _has_bound(hi, {i: None for i, *_ in e.limits}):
                raise NoMatrixForm(f"the index {i} does not run over a whole axis")
            inner[i] = Index(i.name, as_size(hi + 1))
            over.append(inner[i])
        return simplest(indexed.contract(product(self.read(e.function, inner)), over))

    def _written_sum(self, e: Any, scope: Scope) -> Meaning:
        inner, ranges = dict(scope), []
        for limit in reversed(e.limits):
            i, lo, hi = _limits(limit, e)
            ends = self.node(lo, inner), self.node(hi, inner)
            inner[i] = scalar_node(i, ("integer",))
            ranges.append((inner[i], *ends))
        entry = indexed.gather(product(self.read(e.function, inner)))
        node = entry.node
        for i, lo, hi in reversed(ranges):
            node = maps.sumover(node, i, lo, hi)
        return simplest((Entry(node, entry.row, entry.column),))


class _Deeper:
    """Counts binders within binders, which are the only thing that is read by recursion."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def __enter__(self) -> None:
        self.reader._depth += 1
        if self.reader._depth > _DEEPEST:
            raise BadInput(f"more than {_DEEPEST} sums or functions are nested in each other")

    def __exit__(self, *_: object) -> None:
        self.reader._depth -= 1


# --- values -----------------------------------------------------------------------------------------------------
def product(value: Meaning) -> Product:
    return (Entry(value),) if isinstance(value, Node) else value


def simplest(value: Product) -> Meaning:
    """A product without indices as a node."""
    return value if indexed.indices(value) else indexed.gather(value).node


def plain(value: Meaning) -> Node:
    """A value outside index notation."""
    if isinstance(value, Node):
        return value
    raise NoMatrixForm(f"the index {indexed.indices(value)[0].name} is used inside a matrix expression")


def lift(function: Callable[..., Node], *values: Meaning) -> Meaning:
    """An elementwise function of scalars or of entries."""
    if all(isinstance(v, Node) for v in values):
        return function(*values)
    return simplest(indexed.apply(function, [product(v) for v in values]))


def scalar_node(e: sympy.Symbol, properties: Iterable[str] = ()) -> Node:
    """A scalar symbol with SymPy's assumptions as its properties."""
    known = {p for p in ASSUMPTIONS if e.assumptions0.get(p)} - ({"real"} if e.assumptions0.get("integer") else set())
    if "positive" in known:
        known -= {"nonnegative", "nonzero", "real"}
    serial = DUMMY + e.dummy_index if isinstance(e, sympy.Dummy) else -1
    return make("symbol", (), SCALAR, SymbolInfo(e.name, frozenset({*known, *properties}), serial))


def _described(n: Node) -> str:
    return "a scalar" if n.is_scalar else shape_text(n.shape)


def special(nodes: list[Node], m: int, n: int) -> Node | None:
    """The named matrix with these entries, if they have a name."""
    if m * n == 1 or any(x.op != "const" for x in nodes):
        return None
    values = [x.value for x in nodes]
    if all(v == values[0] for v in values) and values[0] in (0, 1):
        return leaves.zeros(m, n) if values[0] == 0 else leaves.ones(m, n)
    if m == n and values == [int(i == j) for i in range(n) for j in range(n)]:
        return leaves.eye(n)
    return None


# --- sums -------------------------------------------------------------------------------------------------------
def _limits(limit: Any, e: Any) -> tuple[Any, Any, Any]:
    if len(limit) != 3:
        raise BadInput(f"the index {limit[0]} of a Sum has no limits; wanted ({limit[0]}, 0, n - 1)")
    if any(x.is_infinite for x in limit[1:]):
        raise BadInput(f"the sum over {limit[0]} is infinite; wanted finite limits")
    return limit[0], limit[1], limit[2]


def _from_zero(e: Any) -> Any:
    """The sum with every index starting at 0: x[i - 1, 0] for i = 1..n is x[i, 0] for i = 0..n-1."""
    shifts = {i: lo for i, lo, _ in (_limits(limit, e) for limit in e.limits) if lo.is_Integer and lo != 0}
    if not shifts:
        return e
    body = e.function.xreplace({i: i + lo for i, lo in shifts.items()})
    return sympy.Sum(body, *((i, 0, hi - lo) if i in shifts else (i, lo, hi) for i, lo, hi in e.limits))


def _has_bound(e: Any, scope: Mapping[Any, Any]) -> bool:
    return bool(e.free_symbols & set(scope))


# --- sizes ------------------------------------------------------------------------------------------------------
def _subexpressions(root: Any) -> Iterator[Any]:
    """All parts of an expression, each shared part once."""
    seen: set[int] = set()
    stack = list(root.flat()) if isinstance(root, MatrixBase) else [root]
    alive = []
    while stack:
        e = stack.pop()
        if id(e) in seen or isinstance(e, Node):
            continue
        seen.add(id(e))
        alive.append(e)
        yield e
        stack.extend(e.flat() if isinstance(e, MatrixBase) else getattr(e, "args", ()))


def _size_parts(e: Any) -> Iterable[Any]:
    if isinstance(e, matexpr.MatrixSymbol):
        return e.args[1:]
    return e.args if isinstance(e, matexpr.Identity | matexpr.OneMatrix | matexpr.ZeroMatrix) else ()


# --- what each class of SymPy means -----------------------------------------------------------------------------
def _none(e: Any) -> Sequence[Any]:
    return ()


def _first(e: Any) -> Sequence[Any]:
    return e.args[:1]


def _refused(hint: str) -> _Reading:
    def refuse(reader: Reader, e: Any, values: list[Meaning], scope: Scope) -> Meaning:
        raise BadInput(f"cannot read {type(e).__name__}{_shown(e)}: {hint}")

    return _Reading(refuse, _none)


def _shown(e: Any) -> str:
    """The expression, when it is short enough to be read."""
    for count, _ in enumerate(_subexpressions(e)):
        if count > 30:
            return ""
    return f", {e}"


def _number(reader: Reader, e: Any, values: list[Meaning], scope: Scope) -> Meaning:
    if e.is_finite is False or e is sympy.nan:
        raise BadInput(f"found {e}, which is not a number")
    return const(e)


def _symbol(reader: Reader, e: Any, values: list[Meaning], scope: Scope) -> Meaning:
    bound = scope.get(e)
    if isinstance(bound, Index):
        raise NoMatrixForm(f"the index {e} is used as a number")
    return reader.scalar_symbol(e) if bound is None else bound


def _added(reader: Reader, e: Any, values: list[Meaning], scope: Scope) -> Meaning:
    if all(isinstance(v, Node) for v in values):
        return algebra.add(values)  # type: ignore[arg-type]
    return simplest(indexed.add([product(v) for v in values]))


def _multiplied(reader: Reader, e: Any, values: list[Meaning], scope: Scope) -> Meaning:
    if all(isinstance(v, Node) for v in values):
        return matmul(values)  # type: ignore[arg-type]
    for v in values:
        if isinstance(v, Node) and not v.is_scalar:
            raise NoMatrixForm("an entry times a matrix")
    return tuple(x for v in values for x in product(v))


def _powered(reader: Reader, e: Any, values: list[Meaning], scope: Scope) -> Meaning:
    base, k = values
    if isinstance(e.base, sympy.Abs) and e.exp.is_even:
        base = _without_abs(base)
    if not isinstance(base, Node) and k is _TWO:
        return (*base, *base)
    if (
        not isinstance(base, Node)
        and len(base) > 1
        and isinstance(k, Node)
        and k.op == "const"
        and isinstance(k.value, int)
    ):
        return tuple(x for b in base for x in product(power((b,), k)))
    return power(base, k)


def _without_abs(base: Meaning) -> Meaning:
    """z for |z|, of which an even power is taken."""
    entry = product(base)[0]
    if entry.node.op != "call" or entry.node.fn is not functions.abs_:
        return base
    return entry.node.args[0] if isinstance(base, Node) else (entry._replace(node=entry.node.args[0]), *base[1:])


def _is_whole(k: Meaning) -> bool:
    return isinstance(k, Node) and k.op == "const" and isinstance(k.value, int)


_TWO, _HALF = const(2), const(Fraction(1, 2))


def power(base: Meaning, k: Meaning) -> Meaning:
    """base^k, a power of a scalar, of an entry, or of a square matrix."""
    if isinstance(k, Node) and not k.is_scalar:
        raise ShapeError(f"an exponent must be a scalar, found {k} {shape_text(k.shape)}")
    if isinstance(base, Node) and isinstance(k, Node):
        return scalar_power(base, k) if base.is_scalar else matrix_power(base, k)
    return lift(entry_power, base, k)


def scalar_power(base: Node, k: Node) -> Node:
    """A power; the square root of u^T u is the norm of u."""
    if k is _HALF and base.op == "matmul" and len(base.args) == 2 and transpose(base.args[0]) is base.args[1]:
        return functions.norm(base.args[1])
    if k is _HALF and base.op == "trace" and base.args[0].op == "matmul":
        factors = base.args[0].args
        if len(factors) == 2 and transpose(factors[0]) is factors[1]:
            return functions.norm(factors[1] if factors[1].flips == 0 else factors[0])
    return pow_(base, k)


def matrix_power(m: Node, k: Node) -> Node:
    """The matrix power; k = 1/2 is the principal square root."""
    if k.op == "const" and isinstance(k.value, Fraction) and k.value.denominator == 2 and same_size(*m.shape):
        return matpow(functions.sqrtm(m), const(k.value.numerator))
    return matpow(m, k)


def entry_power(base: Node, k: Node) -> Node:
    """base^k entry by entry; both may be matrices."""
    if k.is_scalar:
        return pow_(base, k)
    if k.op == "scale" and k.args[1].op == "ones":
        return pow_(base, k.args[0])
    if base.is_scalar:
        return functions.exp(scale(functions.log(base), k))
    if k.op == "ones":
        return base
    return functions.exp(had([k, functions.log(base)]))


def _of_entries(function: Callable[..., Node]) -> _Reading:
    """A function of real numbers."""

    def call(reader: Reader, e: Any, values: list[Meaning], scope: Scope) -> Meaning:
        for v in values:
            if isinstance(v, Node) and not v.is_scalar:
                name = type(e).__name__
                raise ShapeError(
                    f"{name} of the matrix {v} {shape_text(v.shape)}: use applyfunc({name}) for its entries"
                )
        if values and all(isinstance(v, Node) and v.op == "const" for v in values):
            return _constant(e.func(*(sympy.sympify(v.value) for v in values)))  # type: ignore[union-attr]
        return lift(function, *values)

    return _Reading(call)


def _constant(value: Any) -> Node:
    if value.is_extended_real is False or value.is_finite is False:
        raise BadInput(f"found {value}, which is not a real number")
    return const(value)


def _unknown_function(reader: Reader, e: Any, values: list[Meaning], scope: Scope) -> Meaning:
    if values and all(isinstance(v, Node) and v.op == "const" for v in values) and not isinstance(e, AppliedUndef):
        return _constant(e.func(*(sympy.sympify(v.value) for v in values)))  # type: ignore[union-attr]
    raise NoRule(f"no rule for d({_shown(e)[2:] or type(e).__name__}); add a row to rules/ or pass rules=")


def _of_matrices(function: Callable[..., Node]) -> _Reading:
    """A function of whole matrices."""
    return _Reading(lambda reader, e, values, scope: function(*map(plain, values)))


def _of_many(function: Callable[[Sequence[Node]], Node]) -> _Reading:
    """A sum or product of matrices."""
    return _Reading(lambda reader, e, values, scope: function([plain(v) for v in values]))


def _constants_of_shape(function: Callable[..., Node]) -> _Reading:
    return _Reading(lambda reader, e, values, scope: function(*reader.shape(e.args[:2])), _none)


def _hadamard_power(reader: Reader, e: Any, values: list[Meaning], scope: Scope) -> Meaning:
    base, k = map(plain, values)
    if not base.is_scalar and not k.is_scalar:
        algebra.had([base, k])  # the shapes must agree
    return entry_power(base, k)


def _determinant(m: Node) -> Node:
    return functions.det(m)


def _diagonal_matrix(m: Node) -> Node:
    """DiagonalMatrix(M) keeps the diagonal of M; of a vector, SymPy means a matrix of that shape, (x)_11 e_1."""
    if not same_size(*m.shape):
        raise ShapeError(
            f"DiagonalMatrix wants a square matrix, found {m} {shape_text(m.shape)}; write DiagMatrix for a vector"
        )
    return maps.diag(maps.diagonal(m))


def _dot(a: Node, b: Node) -> Node:
    return functions.dot(a, b)


def _slice(reader: Reader, e: Any, values: list[Meaning], scope: Scope) -> Meaning:
    """M[a:b:step, c:d:step] = S M T with 0-1 selections; whole axes and single rows or columns keep their notation."""
    m = plain(values[0])
    rows = _selection(e.rowslice, m.shape[0], e)
    columns = _selection(e.colslice, m.shape[1], e)
    return matmul([*([] if rows is None else [transpose(rows)]), m, *([] if columns is None else [columns])])


def _selection(bounds: Any, size: Size, e: Any) -> Node | None:
    """The matrix whose columns are the unit vectors of these positions."""
    start, stop, step = bounds
    if start == 0 and step == 1 and (stop == size or str(stop) == str(size)):
        return None
    if step == 1 and stop - start == 1:
        return leaves.basis(size, leaves.as_node(start + 1))
    if isinstance(size, int) and all(getattr(b, "is_Integer", isinstance(b, int)) for b in bounds):
        chosen = range(int(start), int(stop), int(step))
        return maps.explicit([[const(int(i == j)) for j in chosen] for i in range(size)])
    raise BadInput(f"cannot read the slice {e}: its bounds are symbols; multiply by a selection matrix")


def chain(factors: Sequence[Node]) -> Node:
    """The product; a 1 x 1 stretch of it that does not fit its neighbours is a scalar, as in x.T*x*A."""
    try:
        return matmul(factors)
    except ShapeError:
        stretches = [matmul(f) for f in _stretches(factors)]
        if sum(not s.is_scalar for s in stretches) > 1:
            raise
        return matmul(stretches)


def _stretches(factors: Sequence[Node]) -> list[list[Node]]:
    """The factors, cut where two neighbours do not fit."""
    found: list[list[Node]] = [[]]
    for f in factors:
        if not f.is_scalar and found[-1] and not same_size(found[-1][-1].shape[1], f.shape[0]):
            found.append([])
        found[-1].append(f)
    return found


READINGS: dict[type, _Reading] = {
    ScalarNode: _Reading(lambda reader, e, values, scope: e, _none),
    MatrixNode: _Reading(lambda reader, e, values, scope: e, _none),
    sympy.Number: _Reading(_number, _none),
    sympy.NumberSymbol: _Reading(_number, _none),
    sympy.Symbol: _Reading(_symbol, _none),
    sympy.Add: _Reading(_added),
    sympy.Mul: _Reading(_multiplied),
    sympy.Pow: _Reading(_powered),
    sympy.exp: _of_entries(functions.exp),
    sympy.log: _of_entries(functions.log),
    sympy.sin: _of_entries(functions.sin),
    sympy.cos: _of_entries(functions.cos),
    sympy.tan: _of_entries(functions.tan),
    sympy.cot: _of_entries(lambda x: pow_(functions.tan(x), MINUS_ONE)),
    sympy.sec: _of_entries(lambda x: pow_(functions.cos(x), MINUS_ONE)),
    sympy.csc: _of_entries(lambda x: pow_(functions.sin(x), MINUS_ONE)),
    sympy.asin: _of_entries(functions.asin),
    sympy.acos: _of_entries(functions.acos),
    sympy.atan: _of_entries(functions.atan),
    sympy.acot: _of_entries(lambda x: functions.atan(pow_(x, MINUS_ONE))),
    sympy.sinh: _of_entries(functions.sinh),
    sympy.cosh: _of_entries(functions.cosh),
    sympy.tanh: _of_entries(functions.tanh),
    sympy.coth: _of_entries(lambda x: pow_(functions.tanh(x), MINUS_ONE)),
    sympy.sech: _of_entries(lambda x: pow_(functions.cosh(x), MINUS_ONE)),
    sympy.csch: _of_entries(lambda x: pow_(functions.sinh(x), MINUS_ONE)),
    sympy.asinh: _of_entries(functions.asinh),
    sympy.acosh: _of_entries(functions.acosh),
    sympy.atanh: _of_entries(functions.atanh),
    sympy.erf: _of_entries(functions.erf),
    sympy.erfc: _of_entries(lambda x: minus(leaves.ones(*x.shape), functions.erf(x))),
    sympy.Abs: _of_entries(functions.abs_),
    sympy.sign: _of_entries(functions.sign),
    sympy.floor: _of_entries(functions.floor),
    sympy.ceiling: _of_entries(functions.ceil),
    sympy.conjugate: _of_entries(lambda x: x),
    sympy.re: _of_entries(lambda x: x),
    matexpr.MatrixSymbol: _Reading(lambda reader, e, values, scope: reader.matrix_symbol(e), _none),
    matexpr.MatAdd: _of_many(algebra.add),
    matexpr.MatMul: _of_many(chain),
    matexpr.MatPow: _Reading(_powered),
    matexpr.Inverse: _Reading(lambda reader, e, values, scope: inv(plain(values[0])), _first),
    matexpr.Transpose: _of_matrices(transpose),
    matexpr.Adjoint: _of_matrices(transpose),
    matexpr.Trace: _of_matrices(maps.trace),
    matexpr.Determinant: _of_matrices(_determinant),
    matexpr.HadamardProduct: _of_many(had),
    matexpr.HadamardPower: _Reading(_hadamard_power),
    matexpr.KroneckerProduct: _of_many(maps.kron),
    matexpr.DiagMatrix: _of_matrices(functions.diag),
    matexpr.DiagonalMatrix: _of_matrices(_diagonal_matrix),
    matexpr.DiagonalOf: _of_matrices(maps.diagonal),
    DotProduct: _of_matrices(_dot),
    matexpr.OneMatrix: _constants_of_shape(leaves.ones),
    matexpr.ZeroMatrix: _constants_of_shape(leaves.zeros),
    matexpr.Identity: _Reading(lambda reader, e, values, scope: leaves.eye(as_size(e.args[0])), _none),
    MatrixBase: _Reading(lambda reader, e, values, scope: reader.explicit(e, scope), _none),
    MatrixSlice: _Reading(_slice, _first),
    MatrixElement: _Reading(lambda reader, e, values, scope: reader.element(e, values, scope), _first),
    ElementwiseApplyFunction: _Reading(
        lambda reader, e, values, scope: reader.applied(e, values, scope), lambda e: e.args[1:]
    ),
    sympy.Sum: _Reading(lambda reader, e, values, scope: reader.sum(e, scope), _none),
}  # fmt: skip


def _maximum(function: Callable[..., Node]) -> Callable[..., Node]:
    def fold_all(*args: Node) -> Node:
        result = args[0]
        for a in args[1:]:
            result = function(result, a)
        return result

    return fold_all


def _pieces(reader: Reader, e: Any, values: list[Meaning], scope: Scope) -> Meaning:
    """f where u > v, else g: g + step(u - v) (f - g); max(u, v) and min(u, v) where they are meant."""
    pieces = [(f, c) for f, c in e.args if c != sympy.false]
    last = next((k for k, (_, c) in enumerate(pieces) if _always(c, scope)), len(pieces))
    if last == len(pieces) or not all(isinstance(c, _ORDER) for _, c in pieces[:last]):
        raise BadInput(f"cannot read Piecewise{_shown(e)}: wanted conditions u < v or u > v, then (f, True)")
    with _Deeper(reader):
        rest = reader.read(pieces[last][0], scope)
        for k in reversed(range(last)):
            f, condition = pieces[k]
            value = reader.read(f, scope)
            if k == last - 1 and {f, pieces[last][0]} == {condition.gts, condition.lts}:
                rest = lift(_max2 if f == condition.gts else functions.minimum, value, rest)
            else:
                sides = (reader.read(side, scope) for side in (condition.gts, condition.lts))
                rest = lift(_switched, value, rest, *sides)
    return rest


_ORDER = (sympy.StrictGreaterThan, sympy.GreaterThan, sympy.StrictLessThan, sympy.LessThan)


def _always(condition: Any, scope: Scope) -> bool:
    """True for what holds for every value of a bound index, 0 <= i and i <= n - 1."""
    parts = condition.args if isinstance(condition, sympy.And) else (condition,)
    return all(c == sympy.true or _within(c, scope) for c in parts)


def _within(condition: Any, scope: Scope) -> bool:
    if not isinstance(condition, sympy.GreaterThan | sympy.LessThan):
        return False
    low, high = condition.lts, condition.gts
    upper, lower = scope.get(low), scope.get(high)
    if isinstance(upper, Index):
        return bool(high == upper.size - 1)
    return isinstance(lower, Index) and bool(low == 0)


def _switched(f: Node, g: Node, u: Node, v: Node) -> Node:
    above = functions.step(minus(u, v))
    return algebra.add([g, had([above, minus(f, g)])])


def _max2(a: Node, b: Node) -> Node:
    if leaves.is_zero(a):
        return functions.relu(b)
    return functions.relu(a) if leaves.is_zero(b) else functions.maximum(a, b)


READINGS.update({
    Max: _of_entries(_maximum(_max2)),
    Min: _of_entries(_maximum(functions.minimum)),
    sympy.Heaviside: _Reading(_of_entries(functions.step).make, _first),
    sympy.core.numbers.ImaginaryUnit: _refused("derive works over the reals"),
    sympy.im: _refused("derive works over the reals"),
    sympy.arg: _refused("derive works over the reals"),
    sympy.Derivative: _refused("write the function itself"),
    sympy.Integral: _refused("evaluate the integral first"),
    sympy.Limit: _refused("evaluate the limit first"),
    sympy.Product: _refused("write the logarithm as a sum, or the product out"),
    sympy.Piecewise: _Reading(_pieces, _none),
    sympy.Indexed: _refused("use MatrixSymbol and its elements x[i, 0], or declare a family in where="),
    sympy.IndexedBase: _refused("use MatrixSymbol"),
    sympy.Lambda: _refused("apply it with applyfunc"),
    sympy.Function: _Reading(_unknown_function),
    AppliedUndef: _Reading(_unknown_function),
    matexpr.BlockMatrix: _refused("write the function of its blocks"),
    matexpr.blockmatrix.BlockDiagMatrix: _refused("write the function of its blocks"),
    matexpr.FunctionMatrix: _Reading(lambda reader, e, values, scope: reader.of_indices(e, scope), _none),
    sympy.KroneckerDelta: _Reading(lambda reader, e, values, scope: reader.delta(e, scope), _none),
    matexpr.MatrixExpr: _refused("it has no meaning here"),
    sympy.Basic: _refused("it has no meaning here"),
})  # fmt: skip


# Functions of sympy.codegen, which is not imported for them.
CODEGEN: dict[str, _Reading] = {
    "log1p": _of_entries(functions.log1p),
    "log2": _of_entries(functions.log2),
    "log10": _of_entries(functions.log10),
    "expm1": _of_entries(lambda x: minus(functions.exp(x), leaves.ones(*x.shape))),
    "exp2": _of_entries(lambda x: entry_power(_TWO, x)),
    "Sqrt": _of_entries(functions.sqrt),
}


# What has no parts to be read first.
LEAVES = {kind: how.make for kind, how in READINGS.items() if how.parts is _none}


def reading(e: Any) -> _Reading:
    """How the nearest known class of e is read."""
    if type(e).__module__ == "sympy.codegen.cfunctions" and type(e).__name__ in CODEGEN:
        return CODEGEN[type(e).__name__]
    found = next((READINGS[k] for k in type(e).__mro__ if k in READINGS), None)
    if found is None:
        raise BadInput(f"cannot read {type(e).__name__}: it is not a SymPy expression")
    return found


_hooks.update(convert=convert)
