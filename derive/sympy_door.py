"""The door: plain SymPy expressions become nodes.

Matrices keep their notation. Formulas in indices (sums over elements, `applyfunc` with a Lambda, `[0, 0]` of a
product, which SymPy turns into a Sum) are read by the position of each index; see `indexed`. What has no meaning is
refused by name. SymPy is never asked to simplify, differentiate or compare: that may be exponential in a shared DAG.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sympy
from sympy.matrices import expressions as matexpr
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.matrices.matrixbase import MatrixBase

from . import algebra, indexed, leaves, maps
from .algebra import matmul, transpose
from .entries import entry_in
from .errors import BadInput, NotAnExpression
from .indexed import Entry, Index, NoMatrixForm
from .meaning import (
    Meaning,
    Reading,
    Reads,
    Scope,
    first_part,
    no_parts,
    plain,
    product,
    shown,
    simplest,
    subexpressions,
)
from .nodes import BINDERS, MINUS_ONE, ONE, SCALAR, MatrixNode, Node, ScalarNode, SymbolInfo, _hooks, const, make, walk
from .rolling import Levels, roll, roll_matrix
from .sizes import Shape, as_size, same_size, shape_text
from .sympy_matrices import MATRICES
from .sympy_scalars import CODEGEN, SCALARS

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
        raise BadInput(f"cannot differentiate by {wrt}: it is a size, a whole number")
    inner = node.args[0] if _is_invertible(node) else node
    if inner.op not in ("symbol", "item") and entry_in(inner) is None:
        raise BadInput(f"can only differentiate by a symbol, found {node}")
    return node


def _is_invertible(x: Node) -> bool:
    """X^T, X^-1 and the power s^k of a scalar, by which one can differentiate as by a symbol."""
    if x.op in ("matpow", "pow"):
        k = x.args[1]
        return k is MINUS_ONE or (x.is_scalar and k.op == "const")
    return x.op == "transpose"


def _sizes_of(f: Node) -> set[str]:
    """The names of the sizes of its matrices, and of the ends of its sums and families."""
    found: set[str] = set()
    for n in walk(f):
        ends = [a.param for a in n.args[1:] if a.op == "const"] if n.op in BINDERS else []
        ends += [n.param.lo, n.param.hi] if n.op == "item" else []
        for s in (*n.shape, *ends):
            if isinstance(s, sympy.Expr):
                found.update(x.name for x in s.free_symbols)
    return found


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
            for e in subexpressions(self.root):
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
        with self.deeper():
            body = self.read(function.expr, {**scope, function.variables[0]: entry})
        return indexed.matrix(product(body), row, column)

    def of_indices(self, e: Any, scope: Scope) -> Node:
        """FunctionMatrix(m, n, Lambda((i, j), body)): the matrix whose entries the body gives."""
        shape = self.shape(e.args[:2])
        bound = {v: Index(v.name, s) for v, s in zip(e.lamda.variables, shape, strict=True)}
        axes = [None if s == 1 else i for i, s in zip(bound.values(), shape, strict=True)]
        with self.deeper():
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

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Counts binders within binders, which are the only thing that is read by recursion."""
        self._depth += 1
        try:
            if self._depth > _DEEPEST:
                raise BadInput(f"more than {_DEEPEST} sums or functions are nested in each other")
            yield
        finally:
            self._depth -= 1

    # --- sums ---------------------------------------------------------------------------------------------------
    def sum(self, e: Any, scope: Scope) -> Meaning:
        """A sum in matrix notation where its indices run over whole axes, else a sum written out with its index."""
        with self.deeper():
            try:
                return self._contracted(_from_zero(e), scope)
            except NoMatrixForm:
                return self._indexed_form(e, scope, maps.sumover)

    def _contracted(self, e: Any, scope: Scope) -> Meaning:
        inner, over = dict(scope), []
        for limit in e.limits:
            i, lo, hi = _limits(limit, e)
            if lo != 0 or _has_bound(hi, scope) or _has_bound(hi, {i: None for i, *_ in e.limits}):
                raise NoMatrixForm(f"the index {i} does not run over a whole axis")
            inner[i] = Index(i.name, as_size(hi + 1))
            over.append(inner[i])
        return simplest(indexed.contract(product(self.read(e.function, inner)), over))

    def written_product(self, e: Any, scope: Scope) -> Meaning:
        """A product with its index; of a matrix there is none."""
        with self.deeper():
            return self._indexed_form(e, scope, maps.prodover)

    def _indexed_form(self, e: Any, scope: Scope, over: Callable[..., Node]) -> Meaning:
        inner, ranges = dict(scope), []
        for limit in reversed(e.limits):
            i, lo, hi = _limits(limit, e)
            ends = self.node(lo, inner), self.node(hi, inner)
            inner[i] = scalar_node(i, ("integer",))
            ranges.append((inner[i], *ends))
        entry = indexed.gather(product(self.read(e.function, inner)))
        node = entry.node
        for i, lo, hi in reversed(ranges):
            node = over(node, i, lo, hi)
        return simplest((Entry(node, entry.row, entry.column),))


# --- symbols and entries ----------------------------------------------------------------------------------------
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
def _size_parts(e: Any) -> Iterable[Any]:
    if isinstance(e, matexpr.MatrixSymbol):
        return e.args[1:]
    return e.args if isinstance(e, matexpr.Identity | matexpr.OneMatrix | matexpr.ZeroMatrix) else ()


# --- what each class of SymPy means -----------------------------------------------------------------------------
def _refused(hint: str) -> Reading:
    def refuse(reader: Reads, e: Any, values: list[Meaning], scope: Scope) -> Meaning:
        raise BadInput(f"cannot read {type(e).__name__}{shown(e)}: {hint}")

    return Reading(refuse, no_parts)


READINGS: dict[type, Reading] = {
    **SCALARS,
    **MATRICES,
    ScalarNode: Reading(lambda reader, e, values, scope: e, no_parts),
    MatrixNode: Reading(lambda reader, e, values, scope: e, no_parts),
    matexpr.MatrixSymbol: Reading(lambda reader, e, values, scope: reader.matrix_symbol(e), no_parts),
    MatrixBase: Reading(lambda reader, e, values, scope: reader.explicit(e, scope), no_parts),
    MatrixElement: Reading(lambda reader, e, values, scope: reader.element(e, values, scope), first_part),
    ElementwiseApplyFunction: Reading(
        lambda reader, e, values, scope: reader.applied(e, values, scope), lambda e: e.args[1:]
    ),
    sympy.Product: Reading(lambda reader, e, values, scope: reader.written_product(e, scope), no_parts),
    sympy.Sum: Reading(lambda reader, e, values, scope: reader.sum(e, scope), no_parts),
    matexpr.FunctionMatrix: Reading(lambda reader, e, values, scope: reader.of_indices(e, scope), no_parts),
    sympy.KroneckerDelta: Reading(lambda reader, e, values, scope: reader.delta(e, scope), no_parts),
    sympy.core.numbers.ImaginaryUnit: _refused("derive works over the reals"),
    sympy.im: _refused("derive works over the reals"),
    sympy.arg: _refused("derive works over the reals"),
    sympy.Derivative: _refused("write the function itself"),
    sympy.Integral: _refused("evaluate the integral first"),
    sympy.Limit: _refused("evaluate the limit first"),
    sympy.Indexed: _refused("use MatrixSymbol and its elements x[i, 0], or declare a family in where="),
    sympy.IndexedBase: _refused("use MatrixSymbol"),
    sympy.Lambda: _refused("apply it with applyfunc"),
    matexpr.BlockMatrix: _refused("write the function of its blocks"),
    matexpr.blockmatrix.BlockDiagMatrix: _refused("write the function of its blocks"),
    matexpr.MatrixExpr: _refused("it has no meaning here"),
    sympy.Basic: _refused("it has no meaning here"),
}  # fmt: skip

# What has no parts to be read first.
LEAVES = {kind: how.make for kind, how in READINGS.items() if how.parts is no_parts}


def reading(e: Any) -> Reading:
    """How the nearest known class of e is read."""
    if type(e).__module__ == "sympy.codegen.cfunctions" and type(e).__name__ in CODEGEN:
        return CODEGEN[type(e).__name__]
    found = next((READINGS[k] for k in type(e).__mro__ if k in READINGS), None)
    if found is None:
        raise BadInput(f"cannot read {type(e).__name__}: it is not a SymPy expression")
    return found


_hooks.update(convert=convert)
