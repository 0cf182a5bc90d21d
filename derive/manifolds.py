"""Gradients of a structured variable by name: in the space of its structure, on its manifold, and as books print them.

G is the gradient with independent entries. A Riemannian gradient is the tangent vector whose inner product with every
tangent vector is the derivative along it; it depends on the metric, which is part of its name.
"""

from __future__ import annotations

from itertools import pairwise

from . import algebra as al
from . import leaves, maps
from .nodes import MINUS_ONE, ONE, Node, const, walk
from .normal import collect, expanded_terms
from .rebuilding import renewed
from .sizes import Size, is_one, is_wide
from .structure import (
    HALF,
    minus,
    projected,
    skew_entries,
    structure,
    symmetric_part,
    symmetric_toeplitz_entries,
    toeplitz_entries,
    vech_form,
)
from .symbols import CURVED

FREE = "entries independent"
AFFINE = "affine-invariant metric"
IN_STRUCTURE = "along the structure"
BY_DIAGONAL = "by the diagonal"
STIEFEL = "Stiefel, embedded metric"
SIMPLEX, FISHER = "simplex, projected", "simplex, Fisher metric"


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
    if j.is_scalar or x.is_scalar or not (structure(x) or x.properties & CURVED):
        return {"own": j}
    if structure(x) != ("symmetric",):
        return {FREE: j}
    return {FREE: j, "vech": al.matmul([j, leaves.duplication(x.shape[0])])}


def named_hessians(h: Node, x: Node, g: Node) -> dict[str, Node]:
    """H with d2f = (vec dX)^T H vec dX; of a symmetric X also D^T H D, the Hessian by vech X; and on the manifold.

    `g` is the gradient with independent entries; on a curved manifold the Hessian needs it as well.
    """
    linear, curved = structure(x), _curved_hessians(x, h, g)
    if not linear:
        return {FREE if curved or x.properties & CURVED else "own": h, **curved}
    if linear != ("symmetric",):
        return {IN_STRUCTURE: h, **curved}
    d = leaves.duplication(x.shape[0])
    return {IN_STRUCTURE: h, "vech": al.matmul([al.transpose(d), h, d]), **curved}


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
    """On the manifold, in the metrics that are in use; of a structured matrix, on the manifold within its space."""
    linear, g = structure(x), at_manifold(g, x)
    if "orthogonal" in x.properties:
        return {f"{linear[0]} orthogonal": _orthogonal_within(projected(g, x), x)} if linear else _stiefel(g, x)
    if "unit norm" in x.properties:
        return {"sphere": _sphere(projected(g, x), x)}
    if "positive definite" in x.properties and linear in (("symmetric",), ("diagonal",)):
        return {AFFINE: al.matmul([x, projected(g, x), x])}
    if "simplex" in x.properties:
        return _simplex(g, x)
    return {}


# --- gradients on manifolds -------------------------------------------------------------------------------------
def _stiefel(g: Node, x: Node) -> dict[str, Node]:
    """X^T X = I: G - X sym(X^T G) in the embedded metric, G - X G^T X in the canonical one (Edelman, Arias, Smith)."""
    if is_wide(x.shape):
        return {name: al.transpose(form) for name, form in _stiefel_tall(al.transpose(g), al.transpose(x)).items()}
    return _stiefel_tall(g, x)


def _stiefel_tall(g: Node, x: Node) -> dict[str, Node]:
    inside = al.matmul([al.transpose(x), g])
    return {
        STIEFEL: al.add([g, minus(al.matmul([x, symmetric_part(inside)]))]),
        "Stiefel, canonical metric": al.add([g, minus(al.matmul([x, al.transpose(g), x]))]),
    }


def _orthogonal_within(g: Node, x: Node) -> Node:
    """(G - X G X)/2 for symmetric X and G with X^2 = I; (G + X G X)/2 for skew ones with X^2 = -I."""
    mirrored = al.matmul([x, g, x])
    parts = [g, mirrored if "skew" in x.properties else minus(mirrored)]
    return collect([al.scale(HALF, part) for part in parts])


def _sphere(g: Node, x: Node) -> Node:
    """(I - x x^T) g; of a matrix of unit Frobenius norm, G - <X, G> X."""
    if is_one(x.shape[1]):
        return _projected_by(_complement(x), g, x)
    if is_one(x.shape[0]):
        return al.transpose(_sphere(al.transpose(g), al.transpose(x)))
    return at_manifold(al.add([g, minus(al.scale(maps.inner(x, g), x))]), x)


def _complement(x: Node) -> Node:
    """I - x x^T for a column, which leaves what is tangent to the sphere."""
    return al.add([leaves.eye(x.shape[0]), minus(al.matmul([x, al.transpose(x)]))])


def _simplex(g: Node, x: Node) -> dict[str, Node]:
    """(I - 1 1^T / n) g, and (diag(x) - x x^T) g, the gradient in the Fisher metric, along which weights multiply.

    Every row of a matrix is a point of the simplex: G (I - 1 1^T / n), and X o G - diag((X o G) 1) X.
    """
    if is_one(x.shape[1]):
        within_simplex = al.add([maps.diag(x), minus(al.matmul([x, al.transpose(x)]))])
        return {SIMPLEX: _projected_by(_centring(x.shape[0]), g, x), FISHER: _projected_by(within_simplex, g, x)}
    if is_one(x.shape[0]):
        return {name: al.transpose(f) for name, f in _simplex(al.transpose(g), al.transpose(x)).items()}
    weighted = al.had([x, g])
    sums = al.matmul([weighted, leaves.ones(x.shape[1])])
    return {
        SIMPLEX: al.matmul([g, _centring(x.shape[1])]),
        FISHER: al.add([weighted, minus(al.matmul([maps.diag(sums), x]))]),
    }


def _centring(n: Size) -> Node:
    """I - 1 1^T / n, which takes the mean off."""
    ones = leaves.ones(n)
    return al.add([leaves.eye(n), minus(al.scale(al.pow_(const(n), MINUS_ONE), al.matmul([ones, al.transpose(ones)])))])


def _projected_by(p: Node, g: Node, x: Node) -> Node:
    """P g, multiplied out where what holds on the manifold makes that shorter: (I - x x^T) x = 0."""
    kept = at_manifold(al.matmul([p, g]), x)
    spread = at_manifold(al.add(expanded_terms(kept)), x)
    spread = collect(expanded_terms(spread))
    return spread if spread.weight < kept.weight else kept


# --- Hessians on manifolds --------------------------------------------------------------------------------------
def _curved_hessians(x: Node, h: Node, g: Node) -> dict[str, Node]:
    """Riemannian Hessians, as forms on the tangent space (Absil, Mahony and Sepulchre, chapter 5)."""
    linear, one_axis = structure(x), is_one(x.shape[0]) or is_one(x.shape[1])
    if one_axis and x.properties & {"unit norm", "simplex"}:
        column, slope = (x, g) if is_one(x.shape[1]) else (al.transpose(x), al.transpose(g))
        return _hessian_of_column(column, h, slope)
    if "orthogonal" in x.properties and not linear and not is_wide(x.shape):
        return {STIEFEL: _hessian_on_stiefel(x, h, g)}
    if "positive definite" in x.properties and linear == ("symmetric",) and not x.properties & CURVED:
        s, inverse = projected(g, x), al.inv(x)
        turning = al.scale(HALF, al.add([maps.kron([inverse, s]), maps.kron([s, inverse])]))
        return {AFFINE: al.add([h, turning])}
    return {}


def _hessian_of_column(x: Node, h: Node, g: Node) -> dict[str, Node]:
    """P (H - (x^T g) I) P on the sphere, with P = I - x x^T; P H P on the simplex, which is flat."""
    n = x.shape[0]
    if "simplex" in x.properties:
        return {SIMPLEX: _on_both_sides(_centring(n), h, x)}
    slope = al.scale(al.matmul([al.transpose(x), g]), leaves.eye(n))
    return {"sphere": _on_both_sides(_complement(x), collect([at_manifold(h, x), minus(at_manifold(slope, x))]), x)}


def _on_both_sides(p: Node, h: Node, x: Node) -> Node:
    kept = at_manifold(al.matmul([p, h, p]), x)
    spread = collect(expanded_terms(at_manifold(al.add(expanded_terms(kept)), x)))
    return spread if spread.weight < kept.weight else kept


def _hessian_on_stiefel(x: Node, h: Node, g: Node) -> Node:
    """P (H - sym(X^T G) (x) I) P with P vec Z = vec(Z - X sym(X^T Z)), in the embedded metric."""
    (n, k), t = x.shape, al.transpose(x)
    turned = al.matmul([maps.kron([t, x]), leaves.commutation(n, k)])
    normal = al.scale(HALF, al.add([maps.kron([leaves.eye(k), al.matmul([x, t])]), turned]))
    p = al.add([leaves.eye(leaves.size_product(n, k)), minus(normal)])
    inner = maps.kron([symmetric_part(al.matmul([t, g])), leaves.eye(n)])
    return al.matmul([p, al.add([h, minus(inner)]), p])


# --- what holds on a manifold -----------------------------------------------------------------------------------
def at_manifold(form: Node, x: Node) -> Node:
    """`form` with x^T x = 1 on the sphere and 1^T p = 1 on the simplex: what holds at x, once it is differentiated."""
    pairs = _ones_at(x)
    if not pairs and "unit norm" not in x.properties:
        return form
    done: dict[Node, Node] = {}
    for n in walk(form):
        made = renewed(n, tuple(done[a] for a in n.args))
        done[n] = ONE if _is_its_norm(made, x) else _without_ones(made, pairs) if made.op == "matmul" else made
    return done[form]


def _ones_at(x: Node) -> set[tuple[Node, Node]]:
    """Neighbours in a product that are 1 at x: x^T x of a unit vector, 1^T p and p^T 1 on the simplex."""
    t = al.transpose(x)
    if "unit norm" in x.properties:
        return {(t, x)} if is_one(x.shape[1]) else {(x, t)} if is_one(x.shape[0]) else set()
    if "simplex" not in x.properties or not (is_one(x.shape[0]) or is_one(x.shape[1])):
        return set()
    column = x if is_one(x.shape[1]) else t
    ones = leaves.ones(column.shape[0])
    return {(al.transpose(ones), column), (al.transpose(column), ones)}


def _is_its_norm(n: Node, x: Node) -> bool:
    """||x||, ||x||^2 or tr(X^T X) of what has unit norm."""
    if "unit norm" not in x.properties:
        return False
    if n.op == "call":
        return n.fn.name in ("norm", "sqnorm") and n.args[0] in (x, al.transpose(x))
    return n.op == "trace" and n is maps.inner(x, x)


def _without_ones(n: Node, pairs: set[tuple[Node, Node]]) -> Node:
    factors = list(n.args)
    at = next((i for i, two in enumerate(pairwise(factors)) if two in pairs), None)
    if at is None:
        return n
    rest = factors[:at] + factors[at + 2 :]
    return _without_ones(al.matmul(rest), pairs) if rest else ONE


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
