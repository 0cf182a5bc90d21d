"""The functions a user composes: NumPy's names, applied to nodes, numbers or plain SymPy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from . import algebra, leaves, maps, neighbours, operators, rebuilding  # noqa: F401 -- the laws and the operators come into play
from .algebra import call, had, inv, matmul, pow_, scale, transpose
from .errors import BadInput, ShapeError
from .leaves import as_node
from .maps import total
from .nodes import MINUS_ONE, ONE, SCALAR, ZERO, Function, Node, _hooks, const, symbol
from .patterns import BOTH, triangles
from .sizes import Shape, as_size, is_one, same_shape, same_size, shape_text
from .values import is_negative

__all__ = [
    "abs",
    "acos",
    "acosh",
    "adjugate",
    "asin",
    "asinh",
    "atan",
    "atanh",
    "basis",
    "ceil",
    "commutation",
    "cos",
    "cosh",
    "cosine_similarity",
    "cosm",
    "cross_entropy",
    "det",
    "diag",
    "diagonal_means",
    "diagonal_sums",
    "divide",
    "dot",
    "duplication",
    "eigenvalue",
    "elimination",
    "erf",
    "exp",
    "expm",
    "eye",
    "floor",
    "gelu",
    "hadamard",
    "kron",
    "leaky_relu",
    "log",
    "log1p",
    "log2",
    "log10",
    "log_softmax",
    "logdet",
    "logm",
    "logsumexp",
    "max",
    "maximum",
    "mean",
    "min",
    "minimum",
    "norm",
    "normal_cdf",
    "normal_pdf",
    "ones",
    "pinv",
    "power",
    "prodover",
    "relu",
    "sigmoid",
    "sign",
    "sin",
    "sinh",
    "sinm",
    "softmax",
    "softplus",
    "sqnorm",
    "sqrt",
    "sqrtm",
    "stack",
    "step",
    "sum",
    "sumover",
    "tan",
    "tanh",
    "tr",
    "tril",
    "triu",
    "vec",
    "vech",
    "zeros",
]  # fmt: skip

Law = Callable[..., Shape]


# --- shape laws -------------------------------------------------------------------------------------------------
def same(*shapes: Shape) -> Shape:
    """f works entry by entry; a scalar second argument is a parameter."""
    return shapes[0]


def square_to_scalar(shape: Shape) -> Shape:
    return SCALAR


def to_scalar(*shapes: Shape) -> Shape:
    return SCALAR


def transposed(shape: Shape) -> Shape:
    return shape[::-1]


def _square(name: str, m: Node) -> Node:
    if not same_size(*m.shape):
        raise ShapeError(f"{name} wants a square matrix, found {m} {shape_text(m.shape)}")
    return m


def _vector(name: str, v: Node) -> Node:
    if not (is_one(v.shape[0]) or is_one(v.shape[1])):
        raise ShapeError(f"{name} wants a vector, found {v} {shape_text(v.shape)}")
    return v


# --- elementwise functions --------------------------------------------------------------------------------------
def _entry(name: str, **facts: Any) -> Function:
    return Function(name, same, numeric=name, elementwise=True, **facts)


exp = _entry("exp", latex=r"\exp", positive=True)
log = _entry("log", latex=r"\log")
log1p = _entry("log1p", latex=r"\operatorname{log1p}")
sin, cos, tan = (_entry(n, latex="\\" + n) for n in ("sin", "cos", "tan"))
asin, acos, atan = (_entry(n, latex="\\arc" + n[1:]) for n in ("asin", "acos", "atan"))
sinh, cosh, tanh = (_entry(n, latex="\\" + n, positive=n == "cosh") for n in ("sinh", "cosh", "tanh"))
asinh, acosh, atanh = (_entry(n, latex=rf"\operatorname{{{n}}}") for n in ("asinh", "acosh", "atanh"))
sigmoid = _entry("sigmoid", latex=r"\sigma", positive=True)
softplus = _entry("softplus", latex=r"\operatorname{softplus}", positive=True)
relu = _entry("relu", latex=r"\operatorname{relu}")
leaky_relu_ = _entry("leaky_relu", latex=r"\operatorname{lrelu}")
gelu = _entry("gelu", latex=r"\operatorname{gelu}")
erf = _entry("erf", latex=r"\operatorname{erf}")
normal_cdf = _entry("normal_cdf", latex=r"\Phi", positive=True)
normal_pdf = _entry("normal_pdf", latex=r"\varphi", positive=True)
abs_ = _entry("abs", latex=r"\operatorname{abs}")
sign = _entry("sign", latex=r"\operatorname{sign}")
step = _entry("step", latex=r"\operatorname{step}")
maximum_ = _entry("maximum", latex=r"\max")
minimum_ = _entry("minimum", latex=r"\min")
floor = _entry("floor", latex=r"\operatorname{floor}", differentiable=False)
ceil = _entry("ceil", latex=r"\operatorname{ceil}", differentiable=False)

# --- functions of a whole vector or matrix ----------------------------------------------------------------------
det_ = Function("det", square_to_scalar, "det", r"\det")
logdet_ = Function("logdet", square_to_scalar, "logdet", r"\log\det")
norm_ = Function("norm", to_scalar, "norm", positive=True)
sqnorm_ = Function("sqnorm", to_scalar, "sqnorm", positive=True)
norm1_ = Function("norm1", to_scalar, "norm1", positive=True)
pnorm_ = Function("pnorm", to_scalar, "pnorm", positive=True)
maxnorm_ = Function("maxnorm", to_scalar, "maxnorm", positive=True)
argmax_sign_ = Function("argmax_sign", same, "argmax_sign", r"\operatorname{argmaxsign}", differentiable=False)
nuclear_ = Function("nuclear", to_scalar, "nuclear", positive=True)
polar_ = Function("polar", same, "polar", r"\operatorname{polar}")
spectral_ = Function("spectral", to_scalar, "spectral", positive=True)
leading_left_ = Function("leading_left", lambda s: (s[0], 1), "leading_left", "u_1")
leading_right_ = Function("leading_right", lambda s: (s[1], 1), "leading_right", "v_1")
max_ = Function("max", to_scalar, "max", r"\max")
argmax_ = Function("argmax", same, "argmax", r"\operatorname{onehotmax}", differentiable=False)
logsumexp_ = Function("logsumexp", lambda s: (1, s[1]), "logsumexp", r"\operatorname{logsumexp}")
softmax_ = Function("softmax", same, "softmax", r"\operatorname{softmax}", positive=True)
log_softmax_ = Function("log_softmax", same, "log_softmax", r"\operatorname{logsoftmax}")
tril_ = Function("tril", same, "tril", r"\operatorname{tril}", projection=True, mask=True)
triu_ = Function("triu", same, "triu", r"\operatorname{triu}", projection=True, mask=True)
diagonal_means_ = Function("diagonal_means", same, "diagonal_means", r"\operatorname{toep}", projection=True)
diagonal_sums_ = Function("diagonal_sums", same, "diagonal_sums", r"\operatorname{diagsums}", projection=True)
adjugate_ = Function("adjugate", same, "adjugate", r"\operatorname{adj}")
pinv_ = Function("pinv", transposed, "pinv")
expm_ = Function("expm", same, "expm", r"\exp")
logm_ = Function("logm", same, "logm", r"\log")
sqrtm_ = Function("sqrtm", same, "sqrtm")
sinm_ = Function("sinm", same, "sinm", r"\sin")
cosm_ = Function("cosm", same, "cosm", r"\cos")
eigenvalue_ = Function("eigenvalue", lambda s, k=SCALAR: SCALAR, "eigenvalue", r"\lambda")
eigenvector_ = Function("eigenvector", lambda s, k=SCALAR: (s[0], 1), "eigenvector", r"v")
expectation_ = Function("expectation", same, "", r"\mathbb{E}", transposes=True)


# --- public constructors ----------------------------------------------------------------------------------------
def tr(m: Any) -> Node:
    """The trace of a square matrix: (n, n) to a scalar."""
    return maps.trace(as_node(m))


def det(m: Any) -> Node:
    """The determinant of a square matrix: (n, n) to a scalar."""
    return call(det_, (_square("det", as_node(m)),))


def logdet(m: Any) -> Node:
    """log det M; real where det M > 0."""
    return call(logdet_, (_square("logdet", as_node(m)),))


def adjugate(m: Any) -> Node:
    """The adjugate, det(M) M^{-1} where M is invertible."""
    return call(adjugate_, (_square("adjugate", as_node(m)),))


def pinv(m: Any) -> Node:
    """The Moore-Penrose pseudo-inverse: (m, n) to (n, m)."""
    return call(pinv_, (as_node(m),))


def norm(x: Any, ord: Any = None) -> Node:
    """A norm. ord: None for Euclidean, of a matrix Frobenius ("fro"); 2 of a matrix is the spectral norm, as in NumPy;
    1, inf and any p are entrywise; "nuc", "spectral", "max" for matrices."""
    node = as_node(x)
    if node.is_scalar:
        return abs_(node)
    vector_like = is_one(node.shape[0]) or is_one(node.shape[1])
    if ord is None or ord == "fro" or (vector_like and not isinstance(ord, str) and ord == 2):
        return call(norm_, (node,))
    if not isinstance(ord, str) and ord == 2:
        return call(spectral_, (node,))
    if ord in ("inf", "max") or ord == float("inf"):
        return call(maxnorm_, (node,))
    if ord in ("nuc", "nuclear"):
        return call(nuclear_, (node,))
    if ord == "spectral":
        return call(spectral_, (node,))
    if isinstance(ord, str):
        raise BadInput(f"the order of a norm must be a number, inf, 'fro', 'nuc', 'spectral' or 'max', found {ord!r}")
    p = as_node(ord)
    if p is ZERO:
        raise BadInput("the order of a norm must be positive, found 0: counting entries is no norm")
    if p is ONE:
        return call(norm1_, (node,))
    if not p.is_scalar:
        raise BadInput(f"the order of a norm must be a number, inf, 'fro', 'nuc', 'spectral' or 'max', found {ord!r}")
    return call(pnorm_, (node, p))


def sqnorm(x: Any) -> Node:
    """The squared Euclidean or Frobenius norm."""
    node = as_node(x)
    return pow_(node, const(2)) if node.is_scalar else call(sqnorm_, (node,))


def dot(a: Any, b: Any) -> Node:
    """The inner product of two vectors or of two matrices, tr(A^T B)."""
    a, b = as_node(a), as_node(b)
    if (is_one(a.shape[0]) and is_one(b.shape[1])) or (is_one(a.shape[1]) and is_one(b.shape[0])):
        b = transpose(b)
    if not same_shape(a.shape, b.shape):
        raise ShapeError(f"inner product of {a} {shape_text(a.shape)} and {b} {shape_text(b.shape)}: shapes differ")
    return maps.inner(a, b)


def sum(x: Any, axis: int | None = None) -> Node:
    """The sum of all entries, or of each column (axis=0, a row) or each row (axis=1, a column)."""
    node = as_node(x)
    m, n = node.shape
    if axis is None:
        return total(node)
    if axis in (0, -2):
        return matmul([leaves.ones(1, m), node])
    if axis in (1, -1):
        return matmul([node, leaves.ones(n, 1)])
    raise BadInput(f"axis must be 0, 1 or None, found {axis!r}")


def mean(x: Any, axis: int | None = None) -> Node:
    """The mean of all entries, or of each column (axis=0) or each row (axis=1)."""
    node = as_node(x)
    m, n = node.shape
    count = leaves.size_product(m, n) if axis is None else m if axis in (0, -2) else n
    return scale(pow_(const(count), MINUS_ONE), sum(node, axis))


def diag(x: Any) -> Node:
    """A column to a diagonal matrix; a square matrix to its diagonal as a column."""
    node = as_node(x)
    if is_one(node.shape[1]):
        return maps.diag(node)
    if is_one(node.shape[0]):
        return maps.diag(transpose(node))
    return maps.diagonal(node)


def hadamard(*factors: Any) -> Node:
    """The elementwise product; scalar factors multiply every entry."""
    nodes = [as_node(f) for f in factors]
    scalars = [f for f in nodes if f.is_scalar]
    matrices = [f for f in nodes if not f.is_scalar]
    if not matrices:
        return had(scalars)
    body = had(matrices)
    return scale(had(scalars), body) if scalars else body


def kron(*factors: Any) -> Node:
    """The Kronecker product."""
    if not factors:
        raise BadInput("kron wants at least one factor, found none")
    return maps.kron([as_node(f) for f in factors])


def vec(m: Any) -> Node:
    """The columns of a matrix stacked: (m, n) to (m*n, 1)."""
    return maps.vec(as_node(m))


def vech(m: Any) -> Node:
    """The columns of the lower triangle of a square matrix stacked: n(n + 1)/2 entries.

    >>> from derive import derive, logdet, matrix
    >>> S = matrix("S", "n", "n", "positive definite")
    >>> derive(logdet(S), vech(S)).result
    duplication(n).T*vec(inv(S))
    """
    return maps.vech(as_node(m))


def sumover(body: Any, index: Any, lo: Any, hi: Any) -> Node:
    """The sum of `body` for index = lo..hi, where index is an integer scalar and "N" a size."""
    return maps.sumover(as_node(body), _index(index), _limit(lo), _limit(hi))


def prodover(body: Any, index: Any, lo: Any, hi: Any) -> Node:
    """The product of a scalar `body` for index = lo..hi, where index is an integer scalar and "N" a size.

    >>> from derive import declare, exp, scalar
    >>> x, i = declare("x_i", "scalar, i=1..N"), scalar("i", "integer")
    >>> prodover(exp(x[i]), i, 1, "N")
    prodover(exp(x_i[i]), i, 1, N)
    """
    return maps.prodover(as_node(body), _index(index), _limit(lo), _limit(hi))


def _index(index: Any) -> Node:
    """The index of a sum: an integer scalar, or its name."""
    found = symbol(index, SCALAR, ("integer",)) if isinstance(index, str) else as_node(index)
    if found.op != "symbol" or not found.is_scalar or "integer" not in found.properties:
        raise BadInput(f"the index of a sum is an integer scalar such as scalar('i', 'integer'), found {index}")
    return found


def _limit(end: Any) -> Node:
    """A limit of a sum: a whole number, a size or its name, or an index."""
    found = as_node(as_size(end) if isinstance(end, str) else end)
    if not found.is_scalar or (found.op == "const" and isinstance(found.param, Fraction)):
        raise BadInput(f"the limits of a sum are whole numbers or sizes, found {end}")
    return found


def divide(a: Any, b: Any) -> Node:
    """The elementwise quotient."""
    return hadamard(a, pow_(as_node(b), MINUS_ONE))


def power(x: Any, p: Any) -> Node:
    """The elementwise power."""
    return pow_(as_node(x), as_node(p))


def sqrt(x: Any) -> Node:
    """The elementwise square root."""
    return pow_(as_node(x), const(Fraction(1, 2)))


def log2(x: Any) -> Node:
    """The elementwise logarithm to base 2."""
    return scale(pow_(log(const(2)), MINUS_ONE), log(x))


def log10(x: Any) -> Node:
    """The elementwise logarithm to base 10."""
    return scale(pow_(log(const(10)), MINUS_ONE), log(x))


def leaky_relu(x: Any, slope: Any = Fraction(1, 100)) -> Node:
    """x where x > 0, else slope * x, entrywise."""
    return leaky_relu_(x, slope)


def abs(x: Any) -> Node:
    """The absolute value, entrywise."""
    return abs_(x)


def maximum(a: Any, b: Any) -> Node:
    """The entrywise maximum; a scalar is compared with every entry."""
    return maximum_(*_matched("maximum", a, b))


def minimum(a: Any, b: Any) -> Node:
    """The entrywise minimum; a scalar is compared with every entry."""
    return minimum_(*_matched("minimum", a, b))


def _matched(name: str, a: Any, b: Any) -> tuple[Node, Node]:
    a, b = as_node(a), as_node(b)
    if a.is_scalar and not b.is_scalar:
        a = scale(a, leaves.ones(*b.shape))
    if b.is_scalar and not a.is_scalar:
        b = scale(b, leaves.ones(*a.shape))
    if not same_shape(a.shape, b.shape):
        raise ShapeError(f"{name} of {a} {shape_text(a.shape)} and {b} {shape_text(b.shape)}: shapes differ")
    return a, b


def max(x: Any) -> Node:
    """The largest entry."""
    return call(max_, (as_node(x),))


def min(x: Any) -> Node:
    """The smallest entry."""
    return scale(MINUS_ONE, max(scale(MINUS_ONE, as_node(x))))


def softmax(x: Any, axis: int | None = None) -> Node:
    """exp(x) / sum(exp(x)): of a vector; of each column (axis=0) or each row (axis=1, -1) of a matrix."""
    return _columnwise(softmax_, x, axis)


def log_softmax(x: Any, axis: int | None = None) -> Node:
    """log of softmax, by vector, column (axis=0) or row (axis=1, -1)."""
    return _columnwise(log_softmax_, x, axis)


def _columnwise(fn: Function, x: Any, axis: int | None) -> Node:
    node = as_node(x)
    if is_one(node.shape[1]):
        return call(fn, (node,))
    if is_one(node.shape[0]) or axis in (1, -1):
        return transpose(call(fn, (transpose(node),)))
    if axis in (0, -2):
        return call(fn, (node,))
    raise BadInput(f"{fn.name} of the matrix {node} {shape_text(node.shape)} wants axis=0 (columns) or axis=1 (rows)")


def logsumexp(x: Any, axis: int | None = None) -> Node:
    """log(sum(exp(x))) over all entries, or of each column (axis=0, a row) or each row (axis=1, a column)."""
    node = as_node(x)
    if axis in (1, -1):
        return transpose(call(logsumexp_, (transpose(node),)))
    if axis in (0, -2):
        return call(logsumexp_, (node,))
    return call(logsumexp_, (node if is_one(node.shape[1]) else vec(node),))


def cosine_similarity(a: Any, b: Any) -> Node:
    """a^T b / (|a| |b|)."""
    a, b = _vector("cosine_similarity", as_node(a)), _vector("cosine_similarity", as_node(b))
    return had([dot(a, b), pow_(norm(a), MINUS_ONE), pow_(norm(b), MINUS_ONE)])


def cross_entropy(p: Any, q: Any) -> Node:
    """-sum p log q."""
    return scale(MINUS_ONE, total(hadamard(p, log(q))))


def expm(m: Any) -> Node:
    """The matrix exponential."""
    return _primary(expm_, m)


def logm(m: Any) -> Node:
    """The principal matrix logarithm."""
    return _primary(logm_, m)


def sqrtm(m: Any) -> Node:
    """The principal matrix square root."""
    return _primary(sqrtm_, m)


def sinm(m: Any) -> Node:
    """The matrix sine."""
    return _primary(sinm_, m)


def cosm(m: Any) -> Node:
    """The matrix cosine."""
    return _primary(cosm_, m)


_SCALAR_CASE = {"expm": exp, "logm": log, "sinm": sin, "cosm": cos}


def _primary(fn: Function, m: Any) -> Node:
    node = _square(fn.name, as_node(m))
    if node.is_scalar:
        return sqrt(node) if fn is sqrtm_ else _SCALAR_CASE[fn.name](node)
    if node.op == "transpose":
        return transpose(call(fn, (node.args[0],)))
    result = call(fn, (node,))
    if node._T is node and result.op == "call":  # a function of a symmetric matrix is symmetric
        result._T = result  # type: ignore[misc]
    return result


def eigenvalue(m: Any, k: int = 1) -> Node:
    """The k-th smallest eigenvalue of a symmetric matrix, simple by assumption."""
    return call(eigenvalue_, (_square("eigenvalue", as_node(m)), as_node(k)))


def tril(m: Any) -> Node:
    """The lower triangle of a matrix, zeros above."""
    return call(tril_, (as_node(m),))


def triu(m: Any) -> Node:
    """The upper triangle of a matrix, zeros below."""
    return call(triu_, (as_node(m),))


def diagonal_means(m: Any) -> Node:
    """The Toeplitz matrix nearest to M: every entry is the mean of the diagonal of M on which it stands."""
    return call(diagonal_means_, (as_node(m),))


def diagonal_sums(m: Any) -> Node:
    """The Toeplitz matrix of the sums along the diagonals of M; alpha(A) of Matrix Cookbook (143) for M = A^T."""
    return call(diagonal_sums_, (as_node(m),))


def commutation(m: Any, n: Any) -> Node:
    """K with K vec X = vec X^T for X of shape (m, n)."""
    return leaves.commutation(as_size(m), as_size(n))


def duplication(n: Any) -> Node:
    """D with D vech S = vec S for symmetric S of shape (n, n)."""
    return leaves.duplication(as_size(n))


def elimination(n: Any) -> Node:
    """L with L vec X = vech X for X of shape (n, n)."""
    return leaves.elimination(as_size(n))


def eye(n: Any) -> Node:
    """The identity matrix (n, n)."""
    return leaves.eye(as_size(n))


def ones(m: Any, n: Any = 1) -> Node:
    """A matrix of ones (m, n)."""
    return leaves.ones(as_size(m), as_size(n))


def zeros(m: Any, n: Any = 1) -> Node:
    """A matrix of zeros (m, n)."""
    return leaves.zeros(as_size(m), as_size(n))


def basis(n: Any, i: Any) -> Node:
    """The unit column e_i (n, 1); i counts from 1."""
    return leaves.basis(as_size(n), i)


def stack(rows: Sequence[Any]) -> Node:
    """A matrix from rows of scalar entries; a flat list is a column."""
    table = [[as_node(e) for e in r] if isinstance(r, list | tuple) else [as_node(r)] for r in rows]
    return maps.explicit(table)


# --- simplifications at the call --------------------------------------------------------------------------------
def _exp_call(x: Node) -> Node | None:
    if x.op in ("zeros",) or x is ZERO:
        return leaves.ones(*x.shape)
    if x.op == "call" and x.fn is log:
        return x.args[0]
    return None


def _log_call(x: Node) -> Node | None:
    if x is ONE or x.op == "ones":
        return zeros_like(x)
    if x.op == "call":
        if x.fn is exp:
            return x.args[0]
        if x.fn is det_:
            return logdet(x.args[0])
    return None


def zeros_like(x: Node) -> Node:
    return leaves.zeros(*x.shape)


def _det_call(m: Node) -> Node | None:
    if m.is_scalar:
        return m
    if m.op == "eye":
        return ONE
    if m.op == "transpose":
        return det(m.args[0])
    if m.op == "kron" and all(same_size(*f.shape) for f in m.args):
        return had([pow_(det(f), const(m.shape[0]) / const(f.shape[0])) for f in m.args])  # |A (x) B| = |A|^n |B|^m
    return None


def _logdet_call(m: Node) -> Node | None:
    if m.is_scalar:
        return log(m)
    if m.op == "eye":
        return ZERO
    if m.op == "transpose":
        return logdet(m.args[0])
    return None


def _norm_call(x: Node) -> Node | None:
    if x.op == "transpose":
        return norm(x.args[0])
    if x.op == "scale" and x.args[0].op == "const":
        c = x.args[0].param
        return scale(const(-c if is_negative(c) else c), norm(x.args[1]))
    return ZERO if x.op == "zeros" else None


def _sqnorm_call(x: Node) -> Node | None:
    if x.op == "transpose":
        return sqnorm(x.args[0])
    if x.op == "scale" and x.args[0] is MINUS_ONE:
        return sqnorm(x.args[1])
    return ZERO if x.op == "zeros" else None


def _pinv_call(m: Node) -> Node | None:
    if m.is_scalar:
        return pow_(m, MINUS_ONE)
    if m.op == "transpose":
        return transpose(pinv(m.args[0]))
    return inv(m) if "invertible" in m.properties else None


def _triangle_call(fn: Function, mine: str) -> Callable[[Node], Node | None]:
    """tril(L) = L for a lower triangular L, and tril(U) = diag(diagonal(U)) for an upper one."""

    def rewrite(m: Node) -> Node | None:
        if m.op == "scale":
            return scale(m.args[0], call(fn, (m.args[1],)))
        found = triangles(m)
        return m if mine in found else maps.diag(maps.diagonal(m)) if found and same_size(*m.shape) else None

    return rewrite


def _along_diagonals(fn: Function) -> Callable[[Node], Node | None]:
    """Linear; the means along the diagonals of a Toeplitz matrix are the matrix, of a diagonal one (tr M/n) I."""

    def rewrite(m: Node) -> Node | None:
        if m.op == "scale":
            return scale(m.args[0], call(fn, (m.args[1],)))
        whole = fn.name == "diagonal_means" and ("toeplitz" in m.properties or m.op in ("eye", "ones"))
        if whole or m.op == "zeros":
            return m
        if not same_size(*m.shape) or triangles(m) != BOTH:
            return None
        share = const(m.shape[0]) if fn.name == "diagonal_means" else ONE
        return scale(had([algebra.pow_(share, MINUS_ONE), maps.trace(m)]), eye(m.shape[0]))

    return rewrite


def _abs_call(x: Node) -> Node | None:
    if x.op == "scale" and x.args[0] is MINUS_ONE:
        return abs(x.args[1])
    return x if algebra.is_nonnegative(x) else None


def _sign_call(x: Node) -> Node | None:
    return ones(*x.shape) if x.op == "symbol" and algebra.is_positive(x) else None


algebra._call_rewrites.update(
    sign=_sign_call,
    exp=_exp_call,
    log=_log_call,
    det=_det_call,
    logdet=_logdet_call,
    norm=_norm_call,
    sqnorm=_sqnorm_call,
    pinv=_pinv_call,
    abs=_abs_call,
    tril=_triangle_call(tril_, "lower"),
    triu=_triangle_call(triu_, "upper"),
    diagonal_means=_along_diagonals(diagonal_means_),
    diagonal_sums=_along_diagonals(diagonal_sums_),
)
_hooks.update(norm=norm, sqnorm=sqnorm, expm=expm, abs=abs)
