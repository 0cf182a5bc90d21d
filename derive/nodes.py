"""Nodes: the closed set of expressions that the engine works on.

A node is a SymPy object, interned: two equal nodes are one object, so that equality is identity, a shared
subexpression is one node of a DAG, and nothing is ever compared by walking it. Shape is cached when a node is made.
What the kinds mean is written in ARCHITECTURE.md; how they simplify is in `algebra`.
"""

from __future__ import annotations

import itertools
import zlib
from _weakref import _remove_dead_weakref  # type: ignore[attr-defined]
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias
from weakref import ref

import sympy
from sympy.matrices.expressions.matexpr import MatrixExpr

from .sizes import Shape, Size, is_one

Value: TypeAlias = int | Fraction | sympy.Expr
SCALAR: Shape = (1, 1)
BINDERS = frozenset(("sumover", "prodover"))  # kinds whose parameter is an index that runs from args[1] to args[2]
_CAP = 1 << 60  # weights of shared DAGs grow exponentially; beyond this they are only "huge"
_pool: dict[tuple[Any, ...], _Pooled] = {}
_serial = itertools.count()


@dataclass(frozen=True, slots=True)
class SymbolInfo:
    """What a symbol is: its name as the user wrote it, its declared properties, and whether it is a placeholder."""

    name: str
    properties: frozenset[str] = frozenset()
    serial: int = -1  # placeholders are unique; declared symbols are equal by name, shape and properties
    latex: str = ""


@dataclass(frozen=True, slots=True)
class Function:
    """A named function of the engine: the fixed questions that every function answers.

    `shape` maps argument shapes to the result's shape; `numeric` names or is the NumPy implementation, safe for
    complex-step arguments; `latex` is the operator's name; `domain` is the condition under which it is smooth.
    """

    name: str
    shape: Callable[..., Shape]
    numeric: Callable[..., Any] | str = ""
    latex: str = ""
    elementwise: bool = False
    differentiable: bool = True
    domain: tuple[str, ...] = ()
    positive: bool = False
    symmetric: bool = False  # the value is a symmetric matrix
    transposes: bool = False  # f(X^T) = f(X)^T
    mask: bool = False  # keeps some entries and puts 0 for the others, whatever their values
    projection: bool = False  # linear and its own adjoint: d f(A) = f(dA), <G, f(dA)> = <f(G), dA>

    def __hash__(self) -> int:
        return zlib.crc32(self.name.encode())

    def __call__(self, *args: Any) -> Node:
        """Apply to nodes or numbers."""
        from_any, call = _hooks["as_node"], _hooks["call"]
        return call(self, tuple(from_any(a) for a in args))


# Operators need the algebra, which needs the nodes: the algebra hands its constructors over here, once, at import.
_hooks: dict[str, Callable[..., Any]] = {}


class Node:
    """Common face of scalar and matrix nodes."""

    __slots__ = ()
    op: str
    param: Any
    shape: Shape
    digest: int
    weight: int
    flips: int
    args: tuple[Node, ...]
    _T: Node | None

    is_scalar: bool

    @property
    def name(self) -> str:
        """The name of a symbol or of a called function."""
        return str(self.param.name if self.op in ("symbol", "item") else self.param[0].name)

    @property
    def value(self) -> Value:
        """The value of a constant."""
        return self.param

    @property
    def fn(self) -> Function:
        return self.param[0]

    @property
    def properties(self) -> frozenset[str]:
        return self.param.properties if self.op in ("symbol", "item") else frozenset()

    @property
    def T(self) -> Node:
        return _hooks["transpose"](self)

    @property
    def I(self) -> Node:  # noqa: E743 -- the name that SymPy uses for the inverse
        return _hooks["inv"](self)

    __array_ufunc__ = None  # so that array * node asks the node

    # --- SymPy's face -------------------------------------------------------------------------------------------
    _op_priority = 100.0

    @property
    def func(self) -> Callable[..., Node]:
        op, param, shape = self.op, self.param, self.shape
        return lambda *args: _hooks["rebuild"](op, args, param, shape)

    @property
    def free_symbols(self) -> set[Node]:
        return {n for n in walk(self) if n.op == "symbol"} - {n.param for n in walk(self) if n.op in BINDERS}

    @property
    def is_number(self) -> bool:
        return self.op == "const"

    def doit(self, **_: Any) -> Any:
        """The same expression in plain SymPy."""
        return _hooks["to_sympy"](self)

    def _sympystr(self, printer: Any) -> str:
        return str(_hooks["text"](self))

    _sympyrepr = _sympystr

    def _latex(self, printer: Any) -> str:
        return str(_hooks["latex"](self))

    def _pretty(self, printer: Any) -> Any:
        from sympy.printing.pretty.stringpict import prettyForm

        return prettyForm(str(_hooks["unicode"](self)))

    def __str__(self) -> str:
        return str(_hooks["text"](self))

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {_hooks['latex'](self)}$"

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if isinstance(other, Node) or not isinstance(other, int | float | Fraction | sympy.Basic):
            return False
        if self.op == "const" and isinstance(other, int | float | Fraction | sympy.Number):
            return bool(self.param == as_value(other))
        try:
            return _hooks["as_node"](other) is self
        except ValueError:
            return False

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __reduce__(self) -> Any:
        return _unpickle, (self.op, self.args, self.param, self.shape)

    def __copy__(self) -> Node:
        return self

    def __deepcopy__(self, memo: object) -> Node:
        return self

    # --- operators ----------------------------------------------------------------------------------------------
    def __add__(self, other: Any) -> Node:
        return _operate("plus", self, other)

    def __radd__(self, other: Any) -> Node:
        return _operate("plus", other, self)

    def __sub__(self, other: Any) -> Node:
        return _operate("minus", self, other)

    def __rsub__(self, other: Any) -> Node:
        return _operate("minus", other, self)

    def __mul__(self, other: Any) -> Node:
        return _operate("times", self, other)

    def __rmul__(self, other: Any) -> Node:
        return _operate("times", other, self)

    __matmul__, __rmatmul__ = __mul__, __rmul__

    def __truediv__(self, other: Any) -> Node:
        return _operate("over", self, other)

    def __rtruediv__(self, other: Any) -> Node:
        return _operate("over", other, self)

    def __pow__(self, other: Any, mod: object = None) -> Node:
        return _operate("to_the", self, other)

    def __rpow__(self, other: Any, mod: object = None) -> Node:
        return _operate("to_the", other, self)

    def __neg__(self) -> Node:
        return _operate("times", -1, self)

    def __pos__(self) -> Node:
        return self

    def __abs__(self) -> Node:
        return _hooks["abs"](self)

    def __getitem__(self, key: Any) -> Node:
        return _hooks["getitem"](self, key)

    def __len__(self) -> int:
        raise TypeError(f"{self} has symbolic contents; its shape is {self.shape}")

    def __iter__(self) -> Iterator[Node]:
        raise TypeError(f"{self} has symbolic contents and cannot be iterated")

    def __bool__(self) -> bool:
        return self.op not in ("zeros",) and not (self.op == "const" and self.param == 0)


def _operate(name: str, a: Any, b: Any) -> Node:
    as_node = _hooks["as_node"]
    try:
        return _hooks[name](as_node(a), as_node(b))
    except TypeError:
        return NotImplemented


_FIELDS = ("op", "param", "shape", "digest", "weight", "flips", "_T", "__weakref__")


class ScalarNode(Node, sympy.Expr):
    """A node of shape (1, 1)."""

    __slots__ = _FIELDS
    __hash__ = object.__hash__
    args = sympy.Basic.__dict__["_args"]  # the slot itself, without the property around it
    is_commutative = True
    is_real = True
    is_scalar = True


class MatrixNode(Node, MatrixExpr):
    """A node with at least one size other than 1."""

    __slots__ = _FIELDS
    __hash__ = object.__hash__
    args = sympy.Basic.__dict__["_args"]  # the slot itself, without the property around it
    is_commutative = False
    is_scalar = False


def make(op: str, args: tuple[Node, ...], shape: Shape, param: Any = None) -> Node:
    """The one node with this kind, these arguments and this parameter; nothing is simplified here."""
    key = (op, args, param, shape) if op in _SHAPED else (op, args, param)
    known = _pool.get(key)
    if known is not None:
        found = known()
        if found is not None:
            return found
    kind = ScalarNode if shape is SCALAR or (is_one(shape[0]) and is_one(shape[1])) else MatrixNode
    node: Any = object.__new__(kind)
    node._args, node._mhash, node._assumptions = args, None, kind.default_assumptions
    node.op, node.param, node.shape, node._T = op, param, shape, None
    weight = 1
    flips = int(op == "transpose" or (op == "ones" and is_one(shape[0])))  # 1^T is written as a transpose
    digests = [_OP_DIGESTS.get(op) if param is None else _param_digest(op, param)]
    for a in args:
        weight += a.weight
        flips += a.flips
        digests.append(a.digest)
    node.weight = weight if weight < _CAP else _CAP
    node.flips = flips if flips < _CAP else _CAP
    node.digest = hash(tuple(digests))
    entry = _pool[key] = _Pooled(node, _forget)
    entry.key = key
    return node


class _Pooled(ref):  # type: ignore[type-arg]
    """A weak reference that knows its place in the pool."""

    __slots__ = ("key",)
    key: tuple[Any, ...]


def _forget(entry: _Pooled) -> None:
    """Take a dead node out of the pool, unless an equal node has taken its place."""
    _remove_dead_weakref(_pool, entry.key)


_OP_DIGESTS = {
    op: zlib.crc32(op.encode())
    for op in (
        "symbol", "const", "add", "had", "scale", "matmul", "pow", "transpose", "matpow", "trace", "diag", "diagonal",
        "kron", "vec", "unvec", "eye", "ones", "zeros", "basis", "explicit", "call", "sumover", "item", "commutation",
        "duplication", "elimination", "prodover",
    )
}  # fmt: skip
_SHAPED = frozenset(("symbol", "ones", "zeros", "explicit", "unvec", "item"))


def _param_digest(op: str, param: Any) -> int:
    """A number that is the same in every process: the order of terms must not depend on memory addresses."""
    if param is None:
        text = op
    elif isinstance(param, int):
        return zlib.crc32(op.encode()) * 31 + param
    elif isinstance(param, SymbolInfo):
        text = f"{op} {param.name} {param.serial if param.serial >= 0 else ''}"
    elif isinstance(param, tuple) and param and isinstance(param[0], Function):
        text = f"{op} {param[0].name}"
    elif isinstance(param, Node):
        return param.digest
    elif type(param) is sympy.Symbol:
        text = f"{op} {param.name}"
    else:
        text = f"{op} {param}"
    return zlib.crc32(text.encode())


def _unpickle(op: str, args: tuple[Node, ...], param: Any, shape: Shape) -> Node:
    return make(op, args, shape, param)


def symbol(name: str, shape: Shape, properties: Iterable[str] = (), latex: str = "") -> Node:
    """The symbol with this name, shape and properties."""
    return make("symbol", (), shape, SymbolInfo(name, frozenset(properties), latex=latex))


def placeholder(name: str, shape: Shape, properties: Iterable[str] = ()) -> Node:
    """A symbol that is equal to no other, whatever its name."""
    return make("symbol", (), shape, SymbolInfo(name, frozenset(properties), next(_serial)))


def as_value(x: Any) -> Value:
    """A number as an int, a Fraction, or, for pi and sizes and roots, a SymPy expression. 0.5 is read as 1/2."""
    if isinstance(x, int):
        return int(x)
    if isinstance(x, Fraction):
        return x.numerator if x.denominator == 1 else x
    if isinstance(x, float | sympy.Float):
        return as_value(Fraction(str(x)))
    if isinstance(x, sympy.Integer):
        return int(x)
    if isinstance(x, sympy.Rational):
        return Fraction(int(x.p), int(x.q))
    if isinstance(x, sympy.Expr):
        return x
    item = getattr(x, "item", None)
    if item is not None and getattr(x, "shape", None) == ():
        return as_value(item())
    raise TypeError(f"not a number: {x!r}")


def const(x: Any) -> Node:
    """The constant scalar x."""
    return make("const", (), SCALAR, as_value(x))


def walk(*roots: Node) -> list[Node]:
    """Every node below the roots once, children before parents; iterative, linear in the DAG."""
    order: list[Node] = []
    seen: set[Node] = set()
    stack = list(reversed(roots))
    while stack:
        node = stack[-1]
        if node in seen:
            stack.pop()
            continue
        waiting = len(stack)
        for a in node.args:
            if a not in seen:
                stack.append(a)
        if len(stack) == waiting:
            stack.pop()
            seen.add(node)
            order.append(node)
    return order


def with_args(node: Node, args: tuple[Node, ...]) -> Node:
    """The same kind of node over other arguments, nothing simplified; the node itself where they are the same."""
    if all(x is y for x, y in zip(args, node.args, strict=True)):
        return node
    return make(node.op, args, node.shape, node.param)


def depends(root: Node, variables: Iterable[Node]) -> set[Node]:
    """The nodes below `root` in which one of the variables occurs."""
    wanted = set(variables)
    found: set[Node] = set()
    for node in walk(root):
        if node in wanted or any(a in found for a in node.args):
            found.add(node)
    return found


ONE, ZERO, MINUS_ONE = const(1), const(0), const(-1)


def size_node(n: Size) -> Node:
    """A size as a scalar."""
    return const(n)
