"""Gradients of a structured variable by name: in the space of its structure, on its manifold, and as books print them.

G is the gradient with independent entries. A Riemannian gradient is the tangent vector whose inner product with every
tangent vector is the derivative along it; it depends on the metric, which is part of its name.
"""

from __future__ import annotations

from . import algebra as al
from . import leaves, maps
from .nodes import MINUS_ONE, Node, const
from .normal import expanded_terms
from .sizes import is_one, is_wide
from .structure import (
    minus,
    projected,
    skew_entries,
    structure,
    symmetric_part,
    symmetric_toeplitz_entries,
    toeplitz_entries,
    vech_form,
)

FREE = "entries independent"
AFFINE = "affine-invariant metric"
IN_STRUCTURE = "along the structure"


def named_forms(g: Node, x: Node) -> dict[str, Node]:
    """Every gradient in use for the variable x, by name; the first is what `derive` reports.

    In the linear space of its structure; with all entries independent; by those entries alone that may be chosen, the
    others moving with them (vech, tied); and on the manifold of its structure, in a metric.
    """
    if x.is_scalar:
        return {"own": g}
    linear = structure(x)
    name = " ".join(linear).replace("toeplitz", "Toeplitz")
    found = {name: projected(g, x), FREE: g} if linear else {}
    curved = {**_tied(linear, g), **_curved(x, g)}
    return {**(found or {FREE if curved else "own": g}), **curved}


def named_jacobians(j: Node, x: Node) -> dict[str, Node]:
    """J with vec dF = J vec dX; of a symmetric X also J D, with vec dF = J D vech dX (Magnus and Neudecker 3.8)."""
    if structure(x) != ("symmetric",) or j.is_scalar:
        return {"own": j}
    return {FREE: j, "vech": al.matmul([j, leaves.duplication(x.shape[0])])}


def named_hessians(h: Node, x: Node) -> dict[str, Node]:
    """H with d2f = (vec dX)^T H vec dX; of a symmetric X also D^T H D, the Hessian by vech X."""
    if structure(x) != ("symmetric",):
        return {"own": h}
    d = leaves.duplication(x.shape[0])
    return {IN_STRUCTURE: h, "vech": al.matmul([al.transpose(d), h, d])}


def _tied(linear: tuple[str, ...], g: Node) -> dict[str, Node]:
    """By the entries that may be chosen; for diagonal and triangular matrices that is the gradient of the space."""
    match linear:
        case ("symmetric",):
            return {"vech": vech_form(g)}
        case ("skew",):
            return {"tied": skew_entries(g)}
        case ("toeplitz",):
            return {"tied": toeplitz_entries(g)}
        case ("symmetric", "toeplitz"):
            return {"tied": symmetric_toeplitz_entries(g)}
    return {}


def _curved(x: Node, g: Node) -> dict[str, Node]:
    """On the manifold, in the metrics that are in use; nothing where two structures meet in another manifold."""
    linear, column = structure(x), is_one(x.shape[1])
    if "orthogonal" in x.properties and not linear:
        return _stiefel(g, x)
    if "positive definite" in x.properties and linear == ("symmetric",):
        return {AFFINE: al.matmul([x, symmetric_part(g), x])}
    if "unit norm" in x.properties and not linear:
        return {"sphere": _sphere(g, x)}
    if "simplex" in x.properties and column:
        return _simplex(g, x)
    return {}


def _stiefel(g: Node, x: Node) -> dict[str, Node]:
    """X^T X = I: G - X sym(X^T G) in the embedded metric, G - X G^T X in the canonical one (Edelman, Arias, Smith)."""
    if is_wide(x.shape):
        return {name: al.transpose(form) for name, form in _stiefel_tall(al.transpose(g), al.transpose(x)).items()}
    return _stiefel_tall(g, x)


def _stiefel_tall(g: Node, x: Node) -> dict[str, Node]:
    inside = al.matmul([al.transpose(x), g])
    return {
        "Stiefel, embedded metric": al.add([g, minus(al.matmul([x, symmetric_part(inside)]))]),
        "Stiefel, canonical metric": al.add([g, minus(al.matmul([x, al.transpose(g), x]))]),
    }


def _sphere(g: Node, x: Node) -> Node:
    """(I - x x^T) g; of a matrix of unit Frobenius norm, G - <X, G> X."""
    if is_one(x.shape[1]):
        eye = leaves.eye(x.shape[0])
        return al.matmul([al.add([eye, minus(al.matmul([x, al.transpose(x)]))]), g])
    return al.add([g, minus(al.scale(maps.inner(x, g), x))])


def _simplex(g: Node, x: Node) -> dict[str, Node]:
    """(I - 1 1^T / n) g, and x o (g - x^T g), the gradient in the Fisher metric, along which weights multiply."""
    n, ones = x.shape[0], leaves.ones(x.shape[0])
    mean = al.scale(al.pow_(const(n), MINUS_ONE), al.matmul([al.transpose(ones), g]))
    weighted = al.matmul([al.transpose(x), g])
    return {
        "simplex, projected": al.add([g, minus(al.scale(mean, ones))]),
        "simplex, Fisher metric": al.had([x, al.add([g, minus(al.scale(weighted, ones))])]),
    }


# --- claims -----------------------------------------------------------------------------------------------------
def shows_metric(claim: Node, x: Node, form: str) -> bool:
    """Is this claim written as a gradient in that metric?

    X sym(G) X takes an inverse out of a gradient, as a mistake does: of log det X it is X. There X must stand on both
    sides of every term. The other metrics turn no common mistake into a gradient.
    """
    return form != AFFINE or all(_sandwiched(t, x) for t in expanded_terms(claim))


def _sandwiched(term: Node, x: Node) -> bool:
    _, body = al.split(term)
    body = body.args[1] if body.op == "scale" else body
    if body.op == "matpow":
        return body.args[0] is x and isinstance(body.args[1].param, int) and body.args[1].param >= 2
    return body.op == "matmul" and all(x in (f, *f.args[:1]) and _is_power(f) for f in (body.args[0], body.args[-1]))


def _is_power(f: Node) -> bool:
    """X itself or X^k with k >= 1."""
    return f.op == "symbol" or (f.op == "matpow" and isinstance(f.args[1].param, int) and f.args[1].param >= 1)
