"""Sums over a family and products of stacked matrices: sum_i x_i x_i^T is X^T X, where the rows of X are the x_i^T.

`matrix_form` computes a sum's body for all indices at once, a scalar as a column of N, a column as a matrix with N
columns; `sum_form` cuts every product along the axis of length N, A B = sum_i (A e_i)(e_i^T B).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import algebra as al
from . import leaves, maps
from .errors import BadInput, NoClosedForm, ShapeError
from .functions import sqnorm
from .members import summed
from .nodes import ONE, SCALAR, Node, const, symbol, walk
from .rebuilding import rebuild, renewed
from .sizes import as_size, is_one, same_shape, same_size, shape_text
from .symbols import Family

Stack = Mapping[Family, Node]


def matrix_form(f: Any, stack: Mapping[Family, Any]) -> Node:
    """f with every sum over a whole family in matrix form. `stack` names for each family of columns (n, 1) the matrix
    X (N, n) whose rows are the x_i^T, and for each family of scalars the column (N, 1).

    Errors: NoClosedForm for a sum that has no matrix form; ShapeError for a matrix that does not fit.

    >>> from derive import declare, matrix, matrix_form, scalar, sumover
    >>> x, i, X = declare("x_i", "n, i=1..N"), scalar("i", "integer"), matrix("X", "N", "n")
    >>> matrix_form(sumover(x[i] * x[i].T, i, 1, "N"), {x: X})
    X.T*X
    """
    known = _checked(stack)
    done: dict[Node, Node] = {}
    for n in walk(leaves.as_node(f)):
        made = renewed(n, tuple(done[a] for a in n.args))
        done[n] = _stacked_sum(made, known) if made.op == "sumover" else made
    return done[leaves.as_node(f)]


def _checked(stack: Mapping[Family, Any]) -> dict[Family, Node]:
    found = {}
    for family, value in stack.items():
        node = leaves.as_node(value)
        if not is_one(family.shape[1]):
            raise BadInput(f"the members of {family.name} are matrices; only columns and scalars are stacked")
        wanted = (_length(family), family.shape[0])
        if node.op != "symbol" or not same_shape(node.shape, wanted):
            seen = f"found {node} {shape_text(node.shape)}"
            raise ShapeError(f"{family.name} is stacked in a matrix {shape_text(wanted)}, {seen}")
        found[family] = node
    return found


def _length(family: Family) -> Any:
    return family.hi if family.lo == 1 else as_size(family.hi - family.lo + 1)


def _stacked_sum(total: Node, stack: Stack) -> Node:
    """sum_i body as a product, where i runs over the whole of every family that the body reads."""
    body, lo, hi = total.args
    index = total.param
    families = {n.param for n in walk(body) if n.op == "item" and index in n.args}
    if not families or not families <= set(stack):
        return total
    for family in families:
        if lo is not const(family.lo) or hi is not const(family.hi):
            raise NoClosedForm(f"{total} does not run over the whole of {family.name}; it has no matrix form")
    inside = _Stacked(index, stack, _length(next(iter(families))))
    terms = body.args if body.op == "add" else (body,)
    return al.add([inside.total(p) for t in terms for p in _parted(t, index)])


def _parted(term: Node, index: Node) -> list[Node]:
    """a |u + v|^2 = a u^T u + 2 a u^T v + a v^T v, where u has this index and v that of a sum around it."""
    factors = term.args if term.op == "had" and term.is_scalar else (term,)
    square = next((f for f in factors if f.op == "call" and f.fn.name == "sqnorm" and f.args[0].op == "add"), None)
    if square is None or len({i for n in walk(square) if n.op == "item" for i in n.args}) < 2:
        return [term]
    parts = square.args[0].args
    own = {p: index in set(walk(p)) for p in parts}
    none = [leaves.zeros_like(parts[0])]
    moving, still = (al.add([p for p in parts if own[p] is held] or none) for held in (True, False))
    rest = [f for f in factors if f is not square]
    pairs = ((1, moving, moving), (2, moving, still), (1, still, still))
    return [al.had([const(c), *rest, al.dot(u, v)]) for c, u, v in pairs]


def _is_square(product: Node) -> bool:
    """True for u^T u."""
    return product.args[0] is al.transpose(product.args[1])


class _Stacked:
    """The values of an expression at all indices at once."""

    def __init__(self, index: Node, stack: Stack, length: Any) -> None:
        self.index, self.stack, self.length = index, stack, length

    def varies(self, n: Node) -> bool:
        return self.index in set(walk(n))

    def total(self, term: Node) -> Node:
        """sum_i term."""
        if term.is_scalar:
            c, term = al.split(term)
            if c != 1:
                return al.scale(const(c), self.total(term))
            weighed = self._weighed(term)
            if weighed is not None:
                return weighed
            if term.op == "call" and term.fn.name == "sqnorm" and self.varies(term):
                return sqnorm(self.columns(term.args[0]))
            if term.op == "matmul" and len(term.args) == 2 and self.varies(term.args[1]) and _is_square(term):
                return sqnorm(self.columns(term.args[1]))
            return self._sum(self.column(term))
        s, m = (term.args[0], term.args[1]) if term.op == "scale" else (ONE, term)
        weights = maps.diag(self.column(s)) if self.varies(s) else s
        if is_one(m.shape[1]):
            return al.matmul([self.columns(m), self.column(s)])
        if m.op == "matmul":
            cut = next((p for p, f in enumerate(m.args) if p and is_one(f.shape[0])), None)
            if cut is not None:
                left, right = al.matmul(m.args[:cut]), al.transpose(al.matmul(m.args[cut:]))
                inner = [self.columns(left), weights, al.transpose(self.columns(right))]
                return al.matmul(inner)
        raise NoClosedForm(f"the sum over {self.index} of {term} has no matrix form here")

    def _sum(self, column: Node) -> Node:
        """1^T c; 1^T diagonal(M) is tr M, and 1^T A diagonal(M) is tr(diag(A^T 1) M)."""
        ones = leaves.ones(1, self.length)
        chain = column.args if column.op == "matmul" else (column,)
        if chain[-1].op != "diagonal" or any("integer" in n.properties for n in walk(column)):
            return al.matmul([ones, column])
        weights = [maps.diag(al.transpose(al.matmul([ones, *chain[:-1]])))] if chain[:-1] else []
        return maps.trace(al.matmul([*weights, chain[-1].args[0]]))

    def _weighed(self, term: Node) -> Node | None:
        """sum_i c_i u_i^T M v_i = tr(U^T M V diag(c)), in that rotation that has the members outside."""
        if term.op != "had":
            return None
        products = [f for f in term.args if f.op == "matmul" and self.varies(f.args[0]) and self.varies(f.args[-1])]
        if len(products) != 1 or any(map(self.varies, products[0].args[1:-1])):
            return None
        weights = self.column(al.had([f for f in term.args if f is not products[0]]))
        if any("integer" in n.properties for n in walk(weights)):  # of a sum around this one
            return None
        first, *middle, last = products[0].args
        left, right = self.columns(al.transpose(first)), self.columns(last)
        return maps.trace(al.matmul([*middle, right, maps.diag(weights), al.transpose(left)]))

    def column(self, s: Node) -> Node:
        """The column of all values of a scalar."""
        if not self.varies(s):
            return al.scale(s, leaves.ones(self.length))
        if s.op == "item":
            return self._stack(s)
        if s.op in ("add", "had"):
            parts = [self.column(a) for a in s.args]
            return al.add(parts) if s.op == "add" else al.had(parts)
        if s.op == "pow" and not self.varies(s.args[1]):
            return al.pow_(self.column(s.args[0]), s.args[1])
        if s.op == "call" and s.fn.elementwise and not any(map(self.varies, s.args[1:])):
            return al.call(s.fn, (self.column(s.args[0]), *s.args[1:]))
        if s.op == "call" and s.fn.name == "sqnorm":
            c = self.columns(s.args[0])
            return maps.diagonal(al.matmul([al.transpose(c), c]))
        if s.op == "matmul":
            return self._inner(s)
        raise NoClosedForm(f"{s} has no matrix form over {self.index}")

    def _inner(self, s: Node) -> Node:
        """u^T M v, with the index on one side or on both."""
        varying = [p for p, f in enumerate(s.args) if self.varies(f)]
        first = varying[0]
        left, right = al.transpose(al.matmul(s.args[: first + 1])), s.args[first + 1 :]
        if not is_one(left.shape[1]):
            raise NoClosedForm(f"{s} has no matrix form over {self.index}")
        if len(varying) == 1:
            if not right:
                return al.transpose(al.matmul([*s.args[:first], self.columns(s.args[first])]))
            return al.matmul([al.transpose(self.columns(left)), *right])
        other = self.columns(al.matmul(right))
        return maps.diagonal(al.matmul([al.transpose(self.columns(left)), other]))

    def columns(self, c: Node) -> Node:
        """The matrix (n, N) whose columns are all values of a column."""
        if not self.varies(c):
            return al.matmul([c, leaves.ones(1, self.length)])
        if c.op == "item":
            return al.transpose(self._stack(c))
        if c.op == "basis" and same_size(c.shape[0], self.length):
            return leaves.eye(self.length)
        if c.op == "add":
            return al.add([self.columns(a) for a in c.args])
        if c.op == "had":
            return al.had([self.columns(a) for a in c.args])
        if c.op == "scale":
            s, body = c.args[0], self.columns(c.args[1])
            return al.matmul([body, maps.diag(self.column(s))]) if self.varies(s) else al.scale(s, body)
        if c.op == "matmul" and not any(map(self.varies, c.args[:-1])):
            return al.matmul([*c.args[:-1], self.columns(c.args[-1])])
        if c.op == "call" and c.fn.elementwise and len(c.args) == 1:
            return al.call(c.fn, (self.columns(c.args[0]),))
        raise NoClosedForm(f"{c} has no matrix form over {self.index}")

    def _stack(self, item: Node) -> Node:
        if item.args != (self.index,):
            raise NoClosedForm(f"{item} is not the member of index {self.index}; it has no matrix form")
        return self.stack[item.param]


# --- and back ---------------------------------------------------------------------------------------------------
def sum_form(f: Any, stack: Mapping[Family, Any]) -> Node:
    """f with every product along the axis of the stacked matrices as a sum over the family, the way back from
    `matrix_form`.

    >>> from derive import declare, matrix, sum_form
    >>> x, X = declare("x_i", "n, i=1..N"), matrix("X", "N", "n")
    >>> print(sum_form(X.T * X, {x: X}))
    sumover(x_i[i]*x_i[i].T, i, 1, N)
    """
    known = {node: family for family, node in _checked(stack).items()}
    root = leaves.as_node(f)
    cutter = _Cutter(known, root)
    done: dict[Node, Node] = {}
    for n in walk(root):
        args = tuple(done[a] for a in n.args)
        same = all(a is b for a, b in zip(args, n.args, strict=True))
        made = n if same else _through(n, args)
        done[n] = cutter.cut(made)
    left = [n for n in walk(done[root]) if n in known]
    if left:
        raise NoClosedForm(f"{left[0]} is not summed over in {root}; an array of members is no sum over them")
    return done[root]


def _through(n: Node, args: tuple[Node, ...]) -> Node:
    """tr sum_i A_i = sum_i tr A_i; other nodes are rebuilt."""
    if n.op == "trace" and args[0].op == "sumover":
        body, lo, hi = args[0].args
        return maps.sumover(maps.trace(body), args[0].param, lo, hi)
    return rebuild(n.op, args, n.param, n.shape)


class _Cutter:
    """Cuts products along the axis of the members."""

    def __init__(self, families: Mapping[Node, Family], root: Node) -> None:
        self.families = families
        first = next(iter(families.values()))
        taken = {n.name for n in walk(root) if n.op in ("symbol", "item")}
        name = next(c for c in (first.index, *"ijklpqrs") if c not in taken)
        self.index = symbol(name, SCALAR, ("integer",))
        self.length, self.lo, self.hi = _length(first), const(first.lo), const(first.hi)

    def holds(self, n: Node) -> bool:
        return any(m in self.families for m in walk(n))

    def cut(self, n: Node) -> Node:
        """A B = sum_i (A e_i)(e_i^T B) at the first inner axis of the members; |M|^2 = sum_i |M^T e_i|^2."""
        if n.op == "call" and n.fn.name == "sqnorm" and same_size(n.args[0].shape[0], self.length) and self.holds(n):
            return self._sum(sqnorm(al.transpose(self.row(n.args[0]))))
        if n.op == "trace" and same_size(n.args[0].shape[0], self.length) and self.holds(n):
            return self._trace(n)
        if n.op != "matmul" or not self.holds(n):
            return n
        joints = [p for p in range(1, len(n.args)) if self._joint(n.args[p - 1], n.args[p])]
        if len(joints) == 1:
            (p,) = joints
            return self._pair(al.matmul(n.args[:p]), al.matmul(n.args[p:]))
        return self._each(list(n.args)) if joints else n

    def _trace(self, n: Node) -> Node:
        """tr(A B) = sum_i (e_i^T A)(B e_i), where neither has the axis of the members inside."""
        chain = n.args[0].args if n.args[0].op == "matmul" else ()
        if len(chain) < 2 or any(same_size(f.shape[0], self.length) for f in chain[1:]):
            return n
        last = al.transpose(self.row(al.transpose(chain[-1])))
        return self._sum(al.matmul([self.row(al.matmul(chain[:-1])), last]))

    def _joint(self, a: Node, b: Node) -> bool:
        """True where a product sums over the members."""
        return same_size(b.shape[0], self.length) and (self.holds(a) or self.holds(b))

    def _each(self, factors: list[Node]) -> Node:
        """Every cut by itself: X^T X C X^T y = (sum_i x_i x_i^T) C (sum_i y_i x_i)."""
        done: list[Node] = []
        while factors:
            f = factors.pop(0)
            if done and self._joint(done[-1], f):
                while same_size(f.shape[1], self.length) and factors:
                    f = al.matmul([f, factors.pop(0)])
                f = self._pair(done.pop(), f)
            done.append(f)
        return al.matmul(done)

    def _pair(self, a: Node, b: Node) -> Node:
        return self._sum(al.matmul([al.transpose(self.row(al.transpose(a))), self.row(b)]))

    def _sum(self, body: Node) -> Node:
        return summed(body, self.index, self.lo, self.hi)

    def row(self, m: Node) -> Node:
        """e_i^T M."""
        if m in self.families:
            return al.transpose(self.families[m][self.index])
        match m.op:
            case "add":
                return al.add([self.row(a) for a in m.args])
            case "had" if not m.is_scalar:
                return al.had([self.row(a) for a in m.args])
            case "scale":
                return al.scale(m.args[0], self.row(m.args[1]))
            case "ones":
                return leaves.ones(1, m.shape[1])
            case "pow":
                return al.pow_(self.row(m.args[0]), m.args[1])
            case "call" if m.fn.elementwise:
                return al.call(m.fn, (self.row(m.args[0]), *m.args[1:]))
            case "matmul" if m.args[0].op == "ones" and is_one(m.args[0].shape[1]):
                return al.matmul(m.args[1:])
            case "matmul" if m.args[0].op == "diag":
                return al.scale(self.row(m.args[0].args[0]), self.row(al.matmul(m.args[1:])))
            case "matmul":
                return al.matmul([self.row(m.args[0]), *m.args[1:]])
            case "transpose" if m.args[0].op == "add":
                return al.add([self.row(al.transpose(a)) for a in m.args[0].args])
        return al.matmul([al.transpose(leaves.basis(m.shape[0], self.index)), m])
