"""Expressions on arrays: a node is compiled once to a tape, a list of (function, where its arguments lie).

Every value is an array (..., m, n), a scalar (..., 1, 1); leading axes are a batch, so that several directions are one
evaluation. The functions are those of `arrays` and `spectra`, safe for complex-step arguments.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import sympy

from . import arrays, spectra
from .arrays import Array
from .errors import BadInput, NoRule, ShapeError, UnknownName
from .nodes import Node, walk
from .sizes import Shape, Size, shape_text
from .symbols import Family

Kernel = Callable[..., Any]
Sizes = dict[str, int]
Tape = list[tuple[Kernel, tuple[int, ...]]]
Leaf = Callable[[Sizes], Any]

FUNCTIONS: Mapping[str, Kernel] = {
    "exp": np.exp, "log": arrays.log, "log1p": arrays.log1p, "sin": np.sin, "cos": np.cos, "tan": np.tan,
    "asin": arrays.arcsin, "acos": arrays.arccos, "atan": np.arctan, "sinh": np.sinh, "cosh": np.cosh,
    "tanh": np.tanh, "asinh": np.arcsinh, "acosh": arrays.arccosh, "atanh": arrays.arctanh,
    "sigmoid": arrays.sigmoid, "softplus": arrays.softplus, "relu": arrays.relu, "leaky_relu": arrays.leaky_relu,
    "gelu": arrays.gelu, "erf": arrays.erf, "normal_cdf": arrays.normal_cdf, "normal_pdf": arrays.normal_pdf,
    "abs": arrays.absolute, "sign": arrays.sign, "step": arrays.step, "floor": arrays.floor, "ceil": arrays.ceil,
    "maximum": arrays.maximum, "minimum": arrays.minimum,
    "norm": arrays.norm, "sqnorm": arrays.sqnorm, "norm1": arrays.norm1, "pnorm": arrays.pnorm,
    "maxnorm": arrays.maxnorm, "argmax_sign": arrays.argmax_sign, "max": arrays.largest, "argmax": arrays.argmax,
    "logsumexp": arrays.logsumexp, "softmax": arrays.softmax, "log_softmax": arrays.log_softmax,
    "tril": np.tril, "triu": np.triu,
    "det": spectra.det, "logdet": spectra.logdet, "adjugate": spectra.adjugate, "pinv": spectra.pinv,
    "nuclear": spectra.nuclear, "polar": spectra.polar, "spectral": spectra.spectral,
    "leading_left": spectra.leading_left, "leading_right": spectra.leading_right,
    "eigenvalue": spectra.eigenvalue, "eigenvector": spectra.eigenvector,
    "expm": spectra.expm, "logm": spectra.logm, "sqrtm": spectra.sqrtm, "sinm": spectra.sinm, "cosm": spectra.cosm,
}  # fmt: skip


def _sum(*terms: Array) -> Array:
    total = terms[0]
    for t in terms[1:]:
        total = total + t
    return total


def _product(*factors: Array) -> Array:
    product = factors[0]
    for f in factors[1:]:
        product = product * f
    return product


KINDS: Mapping[str, Kernel] = {
    "scale": operator.mul, "transpose": arrays.transpose, "matpow": spectra.matpow, "trace": arrays.trace,
    "diag": arrays.diag, "diagonal": arrays.diagonal, "kron": arrays.kron, "vec": arrays.vec, "pow": arrays.power,
    "unvec": arrays.unvec, "basis": lambda i, n: _basis(i, n),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """What numbers are: the kernels of functions by their `numeric` name, of node kinds, and of constants."""

    functions: Mapping[str, Kernel]
    kinds: Mapping[str, Kernel]
    number: Callable[[Any, Mapping[str, int]], Array]


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled expression. Cells hold inputs, then leaves that depend on sizes only, then one value for each step."""

    inputs: dict[Node | Family, int]
    leaves: list[Leaf]
    tape: Tape
    result: int
    at: dict[Node, int]  # the cell of every node outside the bodies of sums
    known: dict[tuple[tuple[str, int], ...], list[Any]] = field(default_factory=dict)

    def __call__(self, values: Mapping[Any, Any], sizes: Mapping[Any, int] | None = None) -> Array:
        """The value for `values`: a mapping from symbols, families or their names to arrays."""
        with np.errstate(all="ignore"):
            return self.run(self.prepare(values, sizes))

    def prepare(self, values: Mapping[Any, Any], sizes: Mapping[Any, int] | None = None) -> list[Any]:
        """The cells before the first step: the values, checked, and the leaves for their sizes."""
        found = [_read_value(key, values) for key in self.inputs]
        bound = {getattr(n, "name", str(n)): int(v) for n, v in (sizes or {}).items()}
        bind_sizes(zip(self.inputs, found, strict=True), bound)
        key = tuple(sorted(bound.items()))
        if key not in self.known:
            self.known.clear()
            self.known[key] = [leaf(bound) for leaf in self.leaves]
        return found + self.known[key]

    def cells(self, prepared: Sequence[Any]) -> list[Any]:
        """Play the tape: the value of every node."""
        return play(self.tape, list(prepared))

    def run(self, prepared: Sequence[Any]) -> Array:
        """The value of the root."""
        return play(self.tape, list(prepared))[self.result]


def play(tape: Tape, cells: list[Any]) -> list[Any]:
    for kernel, at in tape:
        cells.append(kernel(*[cells[i] for i in at]))
    return cells


def evaluate(node: Node, values: Mapping[Any, Any], sizes: Mapping[Any, int] | None = None) -> Array:
    """The value of an expression, shape (m, n), a scalar (1, 1).

    `values` maps symbols (or their names) to arrays: a vector may be 1-d, a scalar a float, a family a list; more than
    needed is fine. `sizes` maps size symbols that occur in no value's shape. Raises UnknownName, ShapeError, BadInput.

    >>> from derive.symbols import vector
    >>> x = vector("x", "n")
    >>> evaluate(x.T * x, {x: [3, 4]})
    array([[25.]])
    """
    return compile(node)(values, sizes)


# --- reading values ---------------------------------------------------------------------------------------------
def _read_value(key: Node | Family, values: Mapping[Any, Any]) -> Any:
    value = values.get(key)
    if value is None:
        value = values.get(key.name)
    if value is None:
        raise UnknownName(f"no value for {key.name} {shape_text(key.shape)}")
    if isinstance(key, Family):
        return _read_members(key, value)
    return as_array(value, key.shape, key.name)


def _read_members(family: Family, value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        value = [value[i] for i in sorted(value)]
    if not isinstance(value, list | tuple | np.ndarray):
        raise BadInput(f"the family {family.name} wants a list of arrays {shape_text(family.shape)}, found {value!r}")
    return [as_array(v, family.shape, f"{family.name}[{i}]") for i, v in enumerate(value, _known_int(family.lo) or 0)]


def as_array(value: Any, shape: Shape, name: str) -> Array:
    """A user's value as an array with at least two axes: 1-d is a column (or a row where a row is declared)."""
    array = value if type(value) is np.ndarray else np.asarray(value)
    if array.dtype.kind in "biu" or array.dtype == np.float32:
        array = array.astype(float)
    if array.dtype.kind != "f":
        kind = "complex" if array.dtype.kind == "c" else "not numeric"
        raise BadInput(f"the value of {name} is {kind}; wanted real numbers")
    if array.ndim == 0:
        array = array.reshape(1, 1)
    elif array.ndim == 1:
        array = array.reshape((1, -1) if shape[0] == 1 and shape[1] != 1 else (-1, 1))
    return array


def _known_int(size: Size) -> int | None:
    return size if isinstance(size, int) else None


def bind_sizes(values: Iterable[tuple[Node | Family, Any]], bound: Sizes) -> None:
    """Read the size symbols off the shapes of the values; a size that is found twice must agree."""
    later: list[tuple[Size, int, Node | Family, Any]] = []
    source: dict[str, str] = {}
    for key, value in values:
        if isinstance(key, Family):
            later.append((_length(key), len(value), key, value))
        for member in value if isinstance(key, Family) else (value,):
            for size, found in zip(key.shape, member.shape[-2:], strict=True):
                if isinstance(size, sympy.Symbol):
                    if bound.setdefault(size.name, found) != found:
                        raise _mismatch(key, value, bound, source)
                    source.setdefault(size.name, key.name)
                elif size != found:
                    later.append((size, found, key, value))
    for size, found, key, value in later:
        if _solve_size(size, found, bound) != found:
            raise _mismatch(key, value, bound, source)


def _length(family: Family) -> Size:
    return family.hi - family.lo + 1


def _solve_size(size: Size, found: int, bound: Sizes) -> int | None:
    """The value of a size such as n + 1; its one unknown symbol, if any, is bound so that it equals `found`."""
    if isinstance(size, int):
        return size
    unknown = [s for s in size.free_symbols if s.name not in bound]
    if len(unknown) == 1:
        rest = size.subs({s: bound[s.name] for s in size.free_symbols if s.name in bound})
        answers = [a for a in sympy.solve(sympy.Eq(rest, found), unknown[0]) if a.is_Integer]
        if answers:
            bound[unknown[0].name] = int(answers[0])
    return size_value(size, bound) if all(s.name in bound for s in size.free_symbols) else None


def _mismatch(key: Node | Family, value: Any, bound: Sizes, source: Mapping[str, str]) -> ShapeError:
    """What was found, what was wanted, and which other value fixed the sizes."""
    wanted, sizes = shape_text(key.shape), [*key.shape]
    if isinstance(key, Family):
        found = f"{len(value)} members of shape {', '.join(map(str, sorted({v.shape for v in value})))}"
        wanted, sizes = f"{_length(key)} of {wanted}", [*sizes, key.lo, key.hi]
    else:
        found = f"shape {value.shape}"
    names = dict.fromkeys(s.name for size in sizes if isinstance(size, sympy.Expr) for s in size.free_symbols)
    known = [f"{n} = {bound[n]}" + (f" (from {source[n]})" if n in source else "") for n in names if n in bound]
    return ShapeError(
        f"the value of {key.name} has {found}; wanted {wanted}" + " with " * bool(known) + ", ".join(known)
    )


def known_sizes(
    nodes: Iterable[Node], values: Mapping[Any, Any], sizes: Mapping[Any, int] | None = None
) -> dict[Any, int]:
    """The sizes that the values of these symbols give, with those already known."""
    bound: Sizes = {str(k): int(v) for k, v in (sizes or {}).items()}
    given = []
    for node in nodes:
        if node.op == "symbol" and (node in values or node.name in values):
            given.append((node, _read_value(node, values)))
    bind_sizes(given, bound)
    return dict(bound)


def size_value(size: Size, sizes: Mapping[str, int]) -> int:
    """A size as a number."""
    if isinstance(size, int):
        return size
    return _known(size, sizes) if isinstance(size, sympy.Symbol) else int(number(size, sizes))


def number(value: Any, sizes: Mapping[str, int]) -> float:
    """A constant as a float; the size symbols in it by their values."""
    if isinstance(value, int | Fraction):
        return float(value)
    if isinstance(value, sympy.Symbol):
        return float(_known(value, sizes))
    return float(value.subs({s: _known(s, sizes) for s in value.free_symbols}))


def _known(size: sympy.Symbol, sizes: Mapping[str, int]) -> int:
    found = sizes.get(size.name)
    if found is None:
        raise UnknownName(f"the size {size} is not the size of any given value; pass sizes={{'{size}': ...}}")
    return found


# --- compiling --------------------------------------------------------------------------------------------------
def compile(root: Node, *more: Node, arithmetic: Arithmetic | None = None) -> Program:
    """The tape of an expression, linear in its DAG; `more` expressions have their values on the same tape."""
    order = walk(root, *more)
    compiler = _Compiler(free_indices(order), arithmetic or DOUBLE)
    if compiler.free:
        order, _ = _demand((root, *more), None, compiler.free)
    compiler.place_all(order)
    return compiler.program(root)


Place = tuple[int, int]  # (zone, k): zone 0 holds inputs, 1 leaves, 2 steps; laid out once all are known


class _Compiler:
    """One tape under construction; the body of a sum is a tape of its own."""

    def __init__(self, free: Mapping[Node, frozenset[Node]], arithmetic: Arithmetic) -> None:
        self.free, self.arithmetic = free, arithmetic
        self.inside = False  # in the body of a sum
        self.at: dict[Node, Place] = {}
        self.inputs: dict[Any, int] = {}
        self.leaves: list[Leaf] = []
        self.tape: list[tuple[Kernel, list[Place]]] = []

    def place_all(self, order: Iterable[Node]) -> None:
        for node in order:
            if node not in self.at:
                self.at[node] = self.place(node)

    def place_body(self, body: Node, index: Node) -> list[Any]:
        """Place what depends on the index; the inputs besides the index are returned, for the enclosing tape."""
        self.inside = True
        inner, outer = _demand((body,), index, self.free)
        for node in (index, *outer):
            self.at[node] = self.input(node)
        self.place_all(inner)
        return list(self.inputs)[1:]

    def input(self, key: Any) -> Place:
        return 0, self.inputs.setdefault(key, len(self.inputs))

    def leaf(self, make: Leaf) -> Place:
        self.leaves.append(make)
        return 1, len(self.leaves) - 1

    def step(self, kernel: Kernel, at: Iterable[Place]) -> Place:
        self.tape.append((kernel, list(at)))
        return 2, len(self.tape) - 1

    def program(self, root: Node) -> Program:
        first = (0, len(self.inputs), len(self.inputs) + len(self.leaves))
        tape = [(kernel, tuple([first[zone] + k for zone, k in at])) for kernel, at in self.tape]
        at = {node: first[zone] + k for node, (zone, k) in self.at.items()}
        return Program(self.inputs, self.leaves, tape, at[root], at)

    def place(self, node: Node) -> Place:
        op = node.op
        if op == "symbol":
            return self.input(node)
        if op == "const":
            return self.leaf(_constant(node.param, self.arithmetic))
        if op in LEAVES:
            return self.leaf(LEAVES[op](node))
        if op == "sumover":
            return self.sum(node)
        at = [self.at[a] for a in node.args]
        if op == "item":
            at.append(self.input(node.param))
        extra = _shape_leaf(node)
        if extra is not None:  # inside a sum, leaves belong to the enclosing tape
            at.append(self.input(extra) if self.inside else self.leaf(extra))
        return self.step(_kernel(node, self.arithmetic), at)

    def sum(self, node: Node) -> Place:
        """sum_{i=lo..hi}: what depends on i is played once for each i."""
        body, lo, hi = node.args
        inner = _Compiler(self.free, self.arithmetic)
        imports = inner.place_body(body, node.param)
        zero = _zero(node.shape)  # the value of an empty sum
        at = [self.at[lo], self.at[hi], self.input(zero) if self.inside else self.leaf(zero)]
        for key in imports:
            if isinstance(key, Node):
                at.append(self.at[key])
            elif isinstance(key, Family) or self.inside:
                at.append(self.input(key))
            else:
                at.append(self.leaf(key))
        return self.step(_loop(inner.program(body)), at)


def free_indices(order: list[Node]) -> dict[Node, frozenset[Node]]:
    """For every node, the indices of sums on which its value depends; empty where there are no sums."""
    indices = {n.param for n in order if n.op == "sumover"}
    found: dict[Node, frozenset[Node]] = {}
    for node in order if indices else ():
        free = frozenset((node,)) if node in indices else frozenset().union(*(found[a] for a in node.args))
        found[node] = free - {node.param} if node.op == "sumover" else free
    return found


def _demand(
    roots: tuple[Node, ...], index: Node | None, free: Mapping[Node, frozenset[Node]]
) -> tuple[list[Node], list[Node]]:
    """What `roots` need: the nodes that depend on the index, children first, and the tops of those that do not."""
    needed, inner, outer = set(roots), [], []
    for node in reversed(walk(*roots)):
        if node not in needed:
            continue
        if index is not None and index not in free[node]:
            outer.append(node)
            continue
        inner.append(node)
        if node.op == "sumover":
            needed.update(node.args[1:], _demand(node.args[:1], node.param, free)[1])
        else:
            needed.update(node.args)
    return inner[::-1], outer


# --- kernels ----------------------------------------------------------------------------------------------------
def _constant(value: Any, arithmetic: Arithmetic) -> Leaf:
    return lambda sizes: arithmetic.number(value, sizes)


def _zero(shape: Shape) -> Leaf:
    return lambda sizes: np.zeros([size_value(s, sizes) for s in shape])


def _kernel(node: Node, arithmetic: Arithmetic) -> Kernel:
    """What a step does: arrays of the arguments (and the leaf of `_shape_leaf`) to an array."""
    op = node.op
    if op == "call":
        return _function(node, arithmetic)
    if op == "add":
        return operator.add if len(node.args) == 2 else _sum
    if op == "had":
        return operator.mul if len(node.args) == 2 else _product
    if op == "matmul":
        return operator.matmul if len(node.args) == 2 else arrays.matmul
    if op == "explicit":
        return _entries(node.shape)
    if op == "item":
        return _member(node.param)
    kernel = arithmetic.kinds.get(op)
    if kernel is None:
        raise NoRule(f"no numerical meaning for the node {op} in {node}")
    return kernel


def _function(node: Node, arithmetic: Arithmetic) -> Kernel:
    numeric = node.fn.numeric
    if callable(numeric):
        if arithmetic is not DOUBLE:
            raise NoRule(f"{node.fn.name} is known in double precision only")
        return numeric
    kernel = arithmetic.functions.get(numeric)
    if kernel is None:
        raise NoRule(f"no numerical meaning for {node.fn.name}; give its Function numeric=")
    return kernel


def _entries(shape: Shape) -> Kernel:
    def stack(*entries: Array) -> Array:
        flat = np.stack(np.broadcast_arrays(*entries), axis=-1)
        return flat.reshape(*flat.shape[:-3], *shape)

    return stack


def _member(family: Family) -> Kernel:
    """x_i: the list of members, counted from the first index."""

    def pick(i: Array, *rest: Any) -> Any:
        *more, members, lo = rest
        for k in (i, *more):
            at = round(float(k.real.flat[0])) - lo
            if not 0 <= at < len(members):
                raise BadInput(f"{family.name}[{at + lo}] is outside the given members {lo}..{lo + len(members) - 1}")
            members = members[at]
        return members

    return pick


def _loop(program: Program) -> Kernel:
    tape, result = program.tape, program.result

    def total(lo: Array, hi: Array, zero: Array, *outer: Any) -> Any:
        first, last = (round(float(a.real.flat[0])) for a in (lo, hi))
        value: Any = zero
        for i in range(first, last + 1):
            value = value + play(tape, [np.array([[float(i)]]), *outer])[result]
        return value

    return total


def _basis(i: Array, n: int) -> Array:
    at = round(float(i.real.flat[0]))
    if not 1 <= at <= n:
        raise BadInput(f"index {at} is outside 1..{n}")
    e = np.zeros((n, 1))
    e[at - 1] = 1
    return e


def _shape_leaf(node: Node) -> Leaf | None:
    """What a step needs to know besides its arguments' values, once sizes are known."""
    if node.op == "unvec":
        m, n = node.shape
        return lambda sizes: (size_value(m, sizes), size_value(n, sizes))
    if node.op == "item":
        return lambda sizes: size_value(node.param.lo, sizes)
    if node.op == "basis":
        return lambda sizes: size_value(node.shape[0], sizes)
    return None


def _sized(make: Callable[..., Array]) -> Callable[[Node], Leaf]:
    """A leaf made from the node's sizes."""
    return lambda node: lambda sizes: make(*[size_value(s, sizes) for s in _parameters(node)])


def _parameters(node: Node) -> Sequence[Size]:
    if node.op in ("ones", "zeros"):
        return node.shape
    return node.param if isinstance(node.param, tuple) else (node.param,)


LEAVES: Mapping[str, Callable[[Node], Leaf]] = {
    "eye": _sized(np.eye),
    "ones": _sized(lambda m, n: np.ones((m, n))),
    "zeros": _sized(lambda m, n: np.zeros((m, n))),
    "commutation": _sized(arrays.commutation),
    "duplication": _sized(arrays.duplication),
    "elimination": _sized(arrays.elimination),
}
DOUBLE = Arithmetic(FUNCTIONS, KINDS, lambda value, sizes: np.array([[number(value, sizes)]]))
