"""The way out: a node as plain SymPy.

Everything is built unevaluated: SymPy's own canonical forms cost more than the derivative, and its shapes are
exponential in a shared DAG. A product that is a scalar is wrapped as `Trace`, because SymPy does not take a 1 x 1
matrix for a number. Norms, softmax and the like are written by their definitions; what SymPy cannot say is refused by
name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy
from sympy.matrices import expressions as matexpr
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from .errors import NoClosedForm
from .nodes import Node, _hooks, walk
from .sizes import Size, is_one

DUMMY = 1 << 40
"""Serials from here on are those of SymPy's Dummies."""

_ENTRY: Mapping[str, Callable[..., Any]] = {
    "exp": sympy.exp, "log": sympy.log, "sin": sympy.sin, "cos": sympy.cos, "tan": sympy.tan, "asin": sympy.asin,
    "acos": sympy.acos, "atan": sympy.atan, "sinh": sympy.sinh, "cosh": sympy.cosh, "tanh": sympy.tanh,
    "asinh": sympy.asinh, "acosh": sympy.acosh, "atanh": sympy.atanh, "erf": sympy.erf, "abs": sympy.Abs,
    "sign": sympy.sign, "step": sympy.Heaviside, "floor": sympy.floor, "ceil": sympy.ceiling,
    "log1p": lambda z: sympy.log(1 + z),
    "sigmoid": lambda z: 1 / (1 + sympy.exp(-z)),
    "softplus": lambda z: sympy.log(1 + sympy.exp(z)),
    "relu": lambda z: sympy.Max(0, z),
    "leaky_relu": lambda z, slope: sympy.Max(0, z) + slope * sympy.Min(0, z),
    "gelu": lambda z: z * (1 + sympy.erf(z / sympy.sqrt(2))) / 2,
    "normal_cdf": lambda z: (1 + sympy.erf(z / sympy.sqrt(2))) / 2,
    "normal_pdf": lambda z: sympy.exp(-(z**2) / 2) / sympy.sqrt(2 * sympy.pi),
    "maximum": sympy.Max,
    "minimum": sympy.Min,
}  # fmt: skip


def to_sympy(node: Node) -> Any:
    """The node in plain SymPy, unevaluated.

    Raises NoClosedForm for what SymPy cannot write (vec, pseudo-inverse, spectral norm ...).
    """
    done: dict[Node, Any] = {}
    for n in walk(node):
        done[n] = _built(n, done)
        hash(done[n])  # cached bottom-up, so that SymPy's recursion never goes deep
    return done[node]


def _built(n: Node, done: Mapping[Node, Any]) -> Any:
    write = _CALLS.get(n.fn.name) if n.op == "call" else _KINDS.get(n.op)
    if write is None and n.op == "call" and n.fn.elementwise:
        write = _entrywise
    if write is None:
        raise NoClosedForm(f"plain SymPy has no notation for {n.fn.name if n.op == 'call' else n.op}: {_short(n)}")
    return write(n, *(done[a] for a in n.args))


def _short(n: Node) -> str:
    return str(n) if n.weight < 40 else f"a part of {n.weight} symbols"


# --- unevaluated constructors -----------------------------------------------------------------------------------
def _raw(kind: type, *args: Any) -> Any:
    """kind(*args) without any of SymPy's checks, which would walk the whole expression."""
    return sympy.Basic.__new__(kind, *args)


def product(*factors: Any) -> Any:
    """A matrix product, a numeric or scalar factor first."""
    flat: list[Any] = []
    for f in factors:
        flat.extend(f.args if isinstance(f, matexpr.MatMul) else (f,))
    return _raw(matexpr.MatMul, *flat) if len(flat) > 1 else flat[0]


def number(m: Any) -> Any:
    """A 1 x 1 matrix product as a scalar."""
    return _raw(matexpr.Trace, m)


def transposed(m: Any) -> Any:
    if isinstance(m, matexpr.Transpose):
        return m.args[0]
    return m.T if isinstance(m, matexpr.OneMatrix | matexpr.ZeroMatrix) else _raw(matexpr.Transpose, m)


def inverse(m: Any) -> Any:
    return _raw(matexpr.Inverse, m, sympy.S.NegativeOne)


def diagonal_matrix(v: Any, n: Size) -> Any:
    """DiagMatrix(v), which keeps the shape of its column v beside its arguments."""
    made = _raw(matexpr.DiagMatrix, v)
    made._shape, made._vector, made._iscolumn = (sympy.sympify(n),) * 2, v, True
    return made


def entrywise(function: Callable[..., Any], m: Any) -> Any:
    """m.applyfunc(function)."""
    z = sympy.Dummy("z", real=True)
    return _raw(ElementwiseApplyFunction, sympy.Lambda(z, function(z)), m)


def total(m: Any, n: Node) -> Any:
    """The sum of all entries of m, which has the shape of n."""
    if n.is_scalar:
        return m
    rows, columns = map(sympy.sympify, n.shape)
    factors = [matexpr.OneMatrix(1, rows)] if not is_one(n.shape[0]) else []
    factors += [m, *([matexpr.OneMatrix(columns, 1)] if not is_one(n.shape[1]) else [])]
    return number(product(*factors))


def square_sum(m: Any, n: Node) -> Any:
    """The sum of the squares of all entries of m."""
    if n.is_scalar:
        return _power(m, sympy.Integer(2))
    factors = (m, transposed(m)) if is_one(n.shape[0]) else (transposed(m), m)
    return number(product(*factors))


def _power(base: Any, k: Any) -> Any:
    return sympy.Pow(base, k, evaluate=False)


def _quotient(a: Any, b: Any) -> Any:
    return sympy.Mul(a, _power(b, sympy.S.NegativeOne), evaluate=False)


# --- kinds ------------------------------------------------------------------------------------------------------
def _symbol(n: Node) -> Any:
    info = n.param
    if not n.is_scalar:
        return matexpr.MatrixSymbol(info.name, *n.shape)
    facts = {p: True for p in ("positive", "nonnegative", "nonzero", "integer", "real") if p in info.properties}
    if info.serial >= DUMMY:
        return sympy.Dummy(info.name, dummy_index=info.serial - DUMMY, **facts)
    return sympy.Symbol(info.name, **facts) if info.serial < 0 else sympy.Dummy(info.name, **facts)


def _const(n: Node) -> Any:
    return sympy.sympify(n.value)


def _add(n: Node, *terms: Any) -> Any:
    return sympy.Add(*terms, evaluate=False) if n.is_scalar else _raw(matexpr.MatAdd, *terms)


def _had(n: Node, *factors: Any) -> Any:
    return sympy.Mul(*factors, evaluate=False) if n.is_scalar else _raw(matexpr.HadamardProduct, *factors)


def _matmul(n: Node, *factors: Any) -> Any:
    if not n.is_scalar:
        return product(*factors)
    element = _element(n, factors)
    return number(product(*factors)) if element is None else element


def _element(n: Node, factors: tuple[Any, ...]) -> Any:
    """e_i^T M e_j as M[i - 1, j - 1]; x^T e_i as x[i - 1, 0]; None for any other product."""
    row, column = n.args[0], n.args[-1]
    left = row.args[0] if row.op == "transpose" and row.args[0].op == "basis" else None
    right = column if column.op == "basis" else None
    middle = factors[left is not None : len(factors) - (right is not None)]
    if len(middle) != 1 or len(factors) == 1:
        return None
    if left is None and isinstance(middle[0], matexpr.Transpose):
        return _raw(MatrixElement, middle[0].args[0], *_positions(right, left))
    return _raw(MatrixElement, middle[0], *_positions(left, right))


def _positions(*units: Node | None) -> list[Any]:
    return [sympy.S.Zero if u is None else to_sympy(u.args[0]) - 1 for u in units]


def _pow(n: Node, base: Any, k: Any) -> Any:
    return _power(base, k) if n.is_scalar else _raw(matexpr.HadamardPower, base, k)


def _matpow(n: Node, m: Any, k: Any) -> Any:
    return inverse(m) if k == -1 else _raw(matexpr.MatPow, m, k)


def _basis(n: Node, i: Any) -> Any:
    """The unit column, as a matrix of Kronecker deltas."""
    size: Size = n.shape[0]
    if isinstance(size, int) and i.is_Integer:
        return sympy.ImmutableDenseMatrix(size, 1, [int(k == i) for k in range(1, size + 1)])
    row, column = sympy.symbols("row column", integer=True)
    return matexpr.FunctionMatrix(size, 1, sympy.Lambda((row, column), sympy.KroneckerDelta(row, i - 1)))


def _explicit(n: Node, *entries: Any) -> Any:
    return sympy.ImmutableDenseMatrix(*n.shape, entries)


def _sumover(n: Node, body: Any, lo: Any, hi: Any) -> Any:
    return sympy.Sum(body, (to_sympy(n.param), lo, hi))


def _prodover(n: Node, body: Any, lo: Any, hi: Any) -> Any:
    return sympy.Product(body, (to_sympy(n.param), lo, hi))


def _vec(n: Node, m: Any) -> Any:
    rows, columns = n.args[0].shape
    if not (isinstance(rows, int) and isinstance(columns, int)):
        raise NoClosedForm(f"plain SymPy has no notation for vec: {_short(n)}")
    entries = [_raw(MatrixElement, m, sympy.Integer(i), sympy.Integer(j)) for j in range(columns) for i in range(rows)]
    return sympy.ImmutableDenseMatrix(rows * columns, 1, entries)


_KINDS: Mapping[str, Callable[..., Any]] = {
    "symbol": _symbol,
    "const": _const,
    "add": _add,
    "had": _had,
    "scale": lambda n, s, m: product(s, m),
    "matmul": _matmul,
    "pow": _pow,
    "transpose": lambda n, m: transposed(m),
    "matpow": _matpow,
    "trace": lambda n, m: number(m),
    "diag": lambda n, v: diagonal_matrix(v, n.shape[0]),
    "diagonal": lambda n, m: _raw(matexpr.DiagonalOf, m),
    "kron": lambda n, *factors: _raw(matexpr.KroneckerProduct, *factors),
    "vec": _vec,
    "eye": lambda n: matexpr.Identity(n.shape[0]),
    "ones": lambda n: matexpr.OneMatrix(*n.shape),
    "zeros": lambda n: matexpr.ZeroMatrix(*n.shape),
    "basis": _basis,
    "explicit": _explicit,
    "sumover": _sumover,
    "prodover": _prodover,
}  # fmt: skip


# --- functions --------------------------------------------------------------------------------------------------
def _entrywise(n: Node, *args: Any) -> Any:
    """An elementwise function; further arguments are scalars or constant matrices."""
    function = _ENTRY.get(n.fn.name)
    if function is None:
        raise NoClosedForm(f"plain SymPy has no notation for {n.fn.name}: {_short(n)}")
    if n.is_scalar:
        with sympy.evaluate(False):
            return function(*args)
    constants = [_constant_entry(a, v) for a, v in zip(n.args, args, strict=True)]
    varying = [k for k, c in enumerate(constants) if c is None]
    if len(varying) != 1:
        raise NoClosedForm(f"plain SymPy has no notation for {n.fn.name} of several matrices: {_short(n)}")
    return entrywise(lambda z: function(*(z if c is None else c for c in constants)), args[varying[0]])


def _constant_entry(n: Node, written: Any) -> Any:
    """The one value of all entries of n, or None."""
    if n.is_scalar:
        return written
    if n.op == "zeros":
        return sympy.S.Zero
    if n.op == "ones":
        return sympy.S.One
    return to_sympy(n.args[0]) if n.op == "scale" and n.args[1].op == "ones" else None


def _column_sums(n: Node, e: Any) -> Any:
    """1^T e, as a row."""
    return product(matexpr.OneMatrix(1, sympy.sympify(n.shape[0])), e)


def _softmax(n: Node, x: Any) -> Any:
    e = entrywise(sympy.exp, x)
    if is_one(n.shape[1]):
        return product(_power(total(e, n), sympy.S.NegativeOne), e)
    return product(e, inverse(diagonal_matrix(transposed(_column_sums(n, e)), n.shape[1])))


def _log_softmax(n: Node, x: Any) -> Any:
    e, one = entrywise(sympy.exp, x), matexpr.OneMatrix(*map(sympy.sympify, n.shape))
    if is_one(n.shape[1]):
        shift = product(sympy.S.NegativeOne, sympy.log(total(e, n)), one)
    else:
        column = matexpr.OneMatrix(sympy.sympify(n.shape[0]), 1)
        shift = product(sympy.S.NegativeOne, column, entrywise(sympy.log, _column_sums(n, e)))
    return _raw(matexpr.MatAdd, x, shift)


def _maxnorm(n: Node, x: Any) -> Any:
    rows, columns = n.args[0].shape
    if not (isinstance(rows, int) and isinstance(columns, int)):
        raise NoClosedForm(
            f"plain SymPy has no notation for the largest entry of a matrix of symbolic size: {_short(n)}"
        )
    entries = [_raw(MatrixElement, x, sympy.Integer(i), sympy.Integer(j)) for i in range(rows) for j in range(columns)]
    return sympy.Max(*(map(sympy.Abs, entries) if n.fn.name == "maxnorm" else entries))


def _pinv(n: Node, m: Any) -> Any:
    properties = n.args[0].properties
    if "full column rank" in properties:
        return product(inverse(product(transposed(m), m)), transposed(m))
    if "full row rank" in properties:
        return product(transposed(m), inverse(product(m, transposed(m))))
    raise NoClosedForm(f"plain SymPy has no notation for the pseudo-inverse: {_short(n)}")


def _pnorm(n: Node, x: Any, p: Any) -> Any:
    return _power(total(entrywise(lambda z: sympy.Abs(z) ** p, x), n.args[0]), _quotient(sympy.S.One, p))


_CALLS: Mapping[str, Callable[..., Any]] = {
    "det": lambda n, m: _raw(matexpr.Determinant, m),
    "logdet": lambda n, m: sympy.log(_raw(matexpr.Determinant, m), evaluate=False),
    "adjugate": lambda n, m: product(_raw(matexpr.Determinant, m), inverse(m)),
    "sqnorm": lambda n, x: square_sum(x, n.args[0]),
    "norm": lambda n, x: _power(square_sum(x, n.args[0]), sympy.S.Half),
    "norm1": lambda n, x: total(entrywise(sympy.Abs, x), n.args[0]),
    "pnorm": _pnorm,
    "maxnorm": _maxnorm,
    "max": _maxnorm,
    "nuclear": lambda n, x: number(_raw(matexpr.MatPow, product(transposed(x), x), sympy.S.Half)),
    "logsumexp": lambda n, x: sympy.log(total(entrywise(sympy.exp, x), n.args[0]), evaluate=False),
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "pinv": _pinv,
    "sqrtm": lambda n, m: _raw(matexpr.MatPow, m, sympy.S.Half),
}  # fmt: skip

_hooks.update(to_sympy=to_sympy)
