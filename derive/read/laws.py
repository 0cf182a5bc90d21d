"""The shape law of every function: what its arguments must be, and the shape of its value."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import sympy

from ..sizes import named_size
from . import syntax as s
from .dims import SCALAR, AnyShape, Dim, find, is_scalar, is_unit, product, unify_shapes
from .vocabulary import ELEMENTWISE

if TYPE_CHECKING:
    from .inference import Inference

Law = Callable[["Inference", s.Call], AnyShape]


def law(function: str) -> Law:
    """The law of a function; of an unknown one, that its value is a scalar."""
    return LAWS.get(function) or (_first if function in ELEMENTWISE else _to_scalar)


def _first(inference: Inference, node: s.Call) -> AnyShape:
    return inference.shapes[id(node.args[0])]


def _to_scalar(inference: Inference, node: s.Call) -> AnyShape:
    return SCALAR


def _square_to_scalar(inference: Inference, node: s.Call) -> AnyShape:
    arg = node.args[0]
    if isinstance(arg, s.Bars) and node.function == "det":  # \det|A|
        return SCALAR
    names = {"tr": "trace", "det": "determinant", "logdet": "determinant"}
    inference.square(arg, f"take the {names.get(node.function, node.function)} of")
    return SCALAR


def _eigenvalues(inference: Inference, node: s.Call) -> AnyShape:
    raise inference.ask(node, "the eigenvalues as a whole", "their sum, their product or \\lambda_k(...)")


def _square(inference: Inference, node: s.Call) -> AnyShape:
    return inference.square(node.args[0], f"take {node.function} of")


def _diag(inference: Inference, node: s.Call) -> AnyShape:
    m, n = inference.shapes[id(node.args[0])]
    if is_unit(n):
        return (m, m)
    if is_unit(m):
        return (n, n)
    inference.square(node.args[0], "take the diagonal of")
    return (m, n) if id(node) in inference.choices.diagonals else (m, 1)


def _vec(inference: Inference, node: s.Call) -> AnyShape:
    m, n = inference.shapes[id(node.args[0])]
    return (inference.size_product(m, n), 1)


def _vech(inference: Inference, node: s.Call) -> AnyShape:
    """n(n + 1)/2 entries of an n x n matrix."""
    n = find(inference.square(node.args[0], "take vech of")[0])
    size = named_size(n.hint) if isinstance(n, Dim) else n
    return (sympy.sympify(size) * (sympy.sympify(size) + 1) / 2, 1)


def _transposed(inference: Inference, node: s.Call) -> AnyShape:
    m, n = inference.shapes[id(node.args[0])]
    return (n, m)


def _alike(inference: Inference, node: s.Call) -> AnyShape:
    shapes = [inference.shapes[id(a)] for a in node.args]
    full = [x for x in shapes if not is_scalar(x)]
    if len(node.args) == 1 and node.function in ("max", "min"):
        return SCALAR
    for x in full[1:]:
        if not unify_shapes(full[0], x):
            raise inference.refuse(
                node, f"cannot compare {inference.describe(node.args[0])} and {inference.describe(node.args[1])}"
            )
    return full[0] if full else SCALAR


def _pair(inference: Inference, node: s.Call) -> AnyShape:
    if len(node.args) == 2 and not unify_shapes(*(inference.shapes[id(a)] for a in node.args)):
        raise inference.refuse(
            node, f"{node.function} of {inference.describe(node.args[0])} and {inference.describe(node.args[1])}"
        )
    return SCALAR


def _normal_density(inference: Inference, node: s.Call) -> AnyShape:
    """A scalar; of columns x and mu (n x 1) and Sigma (n x n)."""
    x, mu, sigma = (inference.shapes[id(a)] for a in node.args)
    if not unify_shapes(x, (x[0], 1)):
        raise inference.refuse(node.args[0], "a density is of a column or a scalar")
    for a, shape, wanted in ((node.args[1], mu, x), (node.args[2], sigma, (x[0], x[0]))):
        if not unify_shapes(shape, wanted):
            raise inference.refuse(a, f"{inference.describe(a)} does not fit {inference.describe(node.args[0])}")
    return SCALAR


def _covariance(inference: Inference, node: s.Call) -> AnyShape:
    """Cov(x, y) of columns, m x n; Var(x) is Cov(x, x)."""
    shapes = [inference.shapes[id(x)] for x in (node.args[0], node.args[-1])]
    for x, shape in zip((node.args[0], node.args[-1]), shapes, strict=True):
        if not unify_shapes(shape, (shape[0], 1)):
            raise inference.refuse(x, "a covariance is of columns or scalars")
    return shapes[0][0], shapes[1][0]


def _outer(inference: Inference, node: s.Call) -> AnyShape:
    a, b = (inference.shapes[id(x)] for x in node.args)
    return (a[0], b[0])


def _kron(inference: Inference, node: s.Call) -> AnyShape:
    shape = inference.shapes[id(node.args[0])]
    for arg in node.args[1:]:
        b = inference.shapes[id(arg)]
        shape = (inference.size_product(shape[0], b[0]), inference.size_product(shape[1], b[1]))
    return shape


def _sized(inference: Inference, node: s.Call) -> AnyShape:
    dims = [inference.size(a) for a in node.args]
    if node.function == "eye":
        return (dims[0], dims[0])
    return (dims[0], dims[1] if len(dims) > 1 else 1)


def _structured(inference: Inference, node: s.Call) -> AnyShape:
    """The commutation matrix of (m, n), the duplication and the elimination matrix of n, the symmetrizer of n."""
    sizes = [find(inference.size(a)) for a in node.args]
    m, n = (named_size(d.hint) if isinstance(d, Dim) else d for d in (sizes[0], sizes[-1]))
    whole = product(m, n)
    assert whole is not None
    half = sympy.sympify(n) * (sympy.sympify(n) + 1) / 2
    if node.function in ("commutation", "symmetrizer"):
        return (whole, whole)
    return (whole, half) if node.function == "duplication" else (half, whole)


def _rows(inference: Inference, node: s.Call) -> AnyShape:
    """By default of each row of a matrix: logsumexp gives a column."""
    m, n = inference.shapes[id(node.args[0])]
    if node.axis is None and (is_unit(m) or is_unit(n) or node.whole):
        return SCALAR
    return (1, n) if node.axis == 0 else (m, 1)


def _by_axis(inference: Inference, node: s.Call) -> AnyShape:
    m, n = inference.shapes[id(node.args[0])]
    return SCALAR if node.axis is None else (1, n) if node.axis == 0 else (m, 1)


def _unvec(inference: Inference, node: s.Call) -> AnyShape:
    return (inference.size(node.args[1]), inference.size(node.args[2]))


def _basis(inference: Inference, node: s.Call) -> AnyShape:
    return (inference.size(node.args[0]), 1)


LAWS: dict[str, Law] = {
    **dict.fromkeys(("tr", "det", "logdet", "eigenvalue"), _square_to_scalar),
    **dict.fromkeys(("inv", "adjugate", "expm", "logm", "sqrtm", "sinm", "cosm", "sym", "skew"), _square),
    **dict.fromkeys(("softmax", "log_softmax", "power", "tril", "triu", "diagonal_means", "diagonal_sums"), _first),
    **dict.fromkeys(("max", "min", "hadamard"), _alike),
    **dict.fromkeys(("dot", "cosine_similarity", "cross_entropy"), _pair),
    **dict.fromkeys(("pinv", "transpose"), _transposed),
    **dict.fromkeys(("ones", "zeros", "eye"), _sized),
    **dict.fromkeys(("commutation", "duplication", "elimination", "symmetrizer"), _structured),
    **dict.fromkeys(("sum", "mean"), _by_axis),
    "eigenvalues": _eigenvalues,
    "logsumexp": _rows, "unvec": _unvec, "basis": _basis, "divide": _alike,
    "diag": _diag, "vec": _vec, "vech": _vech, "outer": _outer,
    "normal_density": _normal_density, "variance": _covariance, "covariance": _covariance, "kron": _kron,
}  # fmt: skip
