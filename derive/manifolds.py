"""Gradients of a structured variable by name: in the space of its structure, on its manifold, and as books print them.

G is the gradient with independent entries. A Riemannian gradient is the tangent vector whose inner product with every
tangent vector is the derivative along it; it depends on the metric, which is part of its name.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import algebra as al
from . import leaves, maps
from .functions import same
from .nodes import MINUS_ONE, Function, Node, const
from .normal import collect
from .sizes import is_one
from .structure import HALF, projected, symmetric_part, vech_form

FREE = "entries independent"


def named_forms(g: Node, x: Node) -> dict[str, Node]:
    """Every gradient in use for the variable x, by name; the first is what `derive` reports."""
    if x.is_scalar:
        return {"own": g}
    own = projected(g, x)
    found = {"symmetric" if _is_symmetric(x) else "own": own}
    if own is not g:
        found[FREE] = g
    for structure, forms in _FORMS.items():
        if structure in x.properties and (structure != "symmetric" or _is_symmetric(x)):
            found.update(forms(g, x))
    return found


def _is_symmetric(x: Node) -> bool:
    return "symmetric" in x.properties and "diagonal" not in x.properties


def _symmetric(g: Node, x: Node) -> dict[str, Node]:
    """G + G^T - G o I, by the independent entries (Matrix Cookbook 138)."""
    return {"vech": vech_form(g)}


def _skew(g: Node, x: Node) -> dict[str, Node]:
    """G - G^T, by the independent entries: X_ij and X_ji = -X_ij move together."""
    return {"tied": collect([g, _minus(al.transpose(g))])}


def _toeplitz(g: Node, x: Node) -> dict[str, Node]:
    """G averaged along its diagonals, and summed along them (Matrix Cookbook 143)."""
    inner = symmetric_part(g) if "symmetric" in x.properties else g
    tied = vech_form(g) if "symmetric" in x.properties else g
    return {"Toeplitz": diagonal_means(inner), "tied": diagonal_sums(g) if tied is g else _tied_symmetric(g)}


def _tied_symmetric(g: Node) -> Node:
    """The sums along both diagonals that an entry of a symmetric Toeplitz matrix stands on, the main one once."""
    sums = diagonal_sums(collect([g, al.transpose(g)]))
    return al.add([sums, _minus(maps.diag(maps.diagonal(al.scale(HALF, sums))))])


def _stiefel(g: Node, x: Node) -> dict[str, Node]:
    """X^T X = I: G - X sym(X^T G) in the embedded metric, G - X G^T X in the canonical one (Edelman, Arias, Smith)."""
    if _is_wide(x):
        return {name: al.transpose(form) for name, form in _stiefel_tall(al.transpose(g), al.transpose(x)).items()}
    return _stiefel_tall(g, x)


def _is_wide(x: Node) -> bool:
    m, n = x.shape
    return isinstance(m, int) and isinstance(n, int) and m < n


def _stiefel_tall(g: Node, x: Node) -> dict[str, Node]:
    inside = al.matmul([al.transpose(x), g])
    return {
        "Stiefel, embedded metric": al.add([g, _minus(al.matmul([x, symmetric_part(inside)]))]),
        "Stiefel, canonical metric": al.add([g, _minus(al.matmul([x, al.transpose(g), x]))]),
    }


def _positive_definite(g: Node, x: Node) -> dict[str, Node]:
    """X sym(G) X in the affine-invariant metric <A, B>_X = tr(X^-1 A X^-1 B)."""
    return {"affine-invariant metric": al.matmul([x, symmetric_part(g), x])}


def _sphere(g: Node, x: Node) -> dict[str, Node]:
    """(I - x x^T) g; of a matrix of unit Frobenius norm, G - <X, G> X."""
    if is_one(x.shape[1]):
        eye = leaves.eye(x.shape[0])
        return {"sphere": al.matmul([al.add([eye, _minus(al.matmul([x, al.transpose(x)]))]), g])}
    return {"sphere": al.add([g, _minus(al.scale(maps.inner(x, g), x))])}


def _simplex(g: Node, x: Node) -> dict[str, Node]:
    """(I - 1 1^T / n) g, and x o (g - x^T g), the gradient in the Fisher metric, along which weights multiply."""
    if not is_one(x.shape[1]):
        return {}
    n, ones = x.shape[0], leaves.ones(x.shape[0])
    mean = al.scale(al.pow_(const(n), MINUS_ONE), al.matmul([al.transpose(ones), g]))
    weighted = al.matmul([al.transpose(x), g])
    return {
        "simplex, projected": al.add([g, _minus(al.scale(mean, ones))]),
        "simplex, Fisher metric": al.had([x, al.add([g, _minus(al.scale(weighted, ones))])]),
    }


_FORMS = {
    "symmetric": _symmetric,
    "skew": _skew,
    "toeplitz": _toeplitz,
    "orthogonal": _stiefel,
    "positive definite": _positive_definite,
    "unit norm": _sphere,
    "simplex": _simplex,
}


def _minus(m: Node) -> Node:
    return al.scale(MINUS_ONE, m)


# --- along diagonals --------------------------------------------------------------------------------------------
def _along_diagonals(m: Any, reduce: Any) -> Any:
    """The matrix whose entries are `reduce` of the diagonal of m on which they stand."""
    m = np.asarray(m)
    rows, columns = m.shape[-2:]
    out = np.empty_like(m)
    for k in range(1 - rows, columns):
        value = reduce(np.diagonal(m, k, -2, -1), axis=-1)
        i = np.arange(max(0, -k), min(rows, columns - k))
        out[..., i, i + k] = value[..., None]
    return out


diagonal_means = Function(
    "diagonal_means", same, lambda m: _along_diagonals(m, np.mean), r"\operatorname{toep}", projection=True
)
diagonal_sums = Function("diagonal_sums", same, lambda m: _along_diagonals(m, np.sum), r"\operatorname{diagsums}")
