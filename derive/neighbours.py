"""What two neighbours in a product simplify to: Q^T Q = I, diag(u) v = u o v, (A (x) B)(C (x) D) = AC (x) BD."""

from __future__ import annotations

from fractions import Fraction

from .algebra import _NEIGHBOURS, add, had, matmul, pinv_argument, scale, shorter, split, starts_with_ones, transpose
from .leaves import commutation, eye, ones
from .maps import diag, kron, trace, vec, vech, vech_
from .nodes import Node, const
from .sizes import Shape, is_one, is_wide, same_shape, same_size


def _orthonormal(a: Node, b: Node) -> Node | None:
    """Q^T Q = I for a tall Q, Q Q^T = I for a wide one, and both for a square one."""
    if (
        "orthogonal" in _properties(a)
        and transpose(a) is b
        and (is_wide(a.shape) or same_size(*a.shape) or _is_turned(a))
    ):
        return eye(a.shape[0])
    return None


def _is_turned(a: Node) -> bool:
    """The transpose of a tall matrix."""
    return a.op == "transpose" and not is_wide(a.args[0].shape)


def _inverse_of_full_rank(a: Node, b: Node) -> Node | None:
    """X^+ X = I for full column rank, X X^+ = I for full row rank."""
    if pinv_argument(a) is b and "full column rank" in _rank(b):
        return eye(b.shape[1])
    if pinv_argument(b) is a and "full row rank" in _rank(a):
        return eye(a.shape[0])
    return None


def _scaled_rows(a: Node, b: Node) -> Node | None:
    """diag(u) diag(v) = diag(u o v), diag(u) v = u o v and u^T diag(v) = (u o v)^T."""
    if a.op == "diag" and b.op == "diag":
        return diag(had([a.args[0], b.args[0]]))
    if a.op == "diag" and is_one(b.shape[1]):
        return had([a.args[0], b])
    if b.op == "diag" and is_one(a.shape[0]):
        return transpose(had([transpose(a), b.args[0]]))
    return None


def _commuted(a: Node, b: Node) -> Node | None:
    """K K^T = I, K (A (x) B) = (B (x) A) K, K vec X = vec X^T and K diag(vec X) = diag(vec X^T) K."""
    if a.op != "commutation":
        return _commuted_rows(a, b)
    if b.op == "commutation" and a.param == b.param[::-1]:
        return eye(a.shape[0])
    factors = _kron_factors(b)
    if factors:
        cut = _cut(factors, a.param, 0)
        if cut is not None:
            left, right = kron(factors[:cut]), kron(factors[cut:])
            return matmul([kron([right, left]), commutation(right.shape[1], left.shape[1])])
    if b.op == "vec" and same_shape(a.param, b.args[0].shape):
        return vec(transpose(b.args[0]))
    if b.op == "diag" and b.args[0].op == "vec" and same_shape(a.param, b.args[0].args[0].shape):
        return matmul([diag(vec(transpose(b.args[0].args[0]))), a])
    return None


def _commuted_rows(a: Node, b: Node) -> Node | None:
    """(A (x) B) K = B (x) A where A or B is a row."""
    factors = _kron_factors(a) if b.op == "commutation" else ()
    cut = _cut(factors, b.param, 1) if factors else None
    if cut is None:
        return None
    left, right = kron(factors[:cut]), kron(factors[cut:])
    return kron([right, left]) if is_one(left.shape[0]) or is_one(right.shape[0]) else None


def _kron_factors(m: Node) -> tuple[Node, ...]:
    """The factors of a Kronecker product or of its transpose, none for anything else."""
    if m.op == "transpose" and m.args[0].op == "kron":
        return tuple(map(transpose, m.args[0].args))
    return m.args if m.op == "kron" else ()


def _cut(factors: tuple[Node, ...], sizes: Shape, axis: int) -> int | None:
    """Where A (x) B (x) ... falls into two that K of these sizes changes about: K_pm on the left, K_nq on the right.

    K_pm vec P = vec P^T for P (p, m): its blocks, along the rows of A (x) B, are m of length p.
    """
    outer, inner = (sizes[1], sizes[0]) if axis == 0 else (sizes[0], sizes[1])
    for cut in range(1, len(factors)):
        left, right = kron(factors[:cut]).shape[axis], kron(factors[cut:]).shape[axis]
        if same_size(left, outer) and same_size(right, inner):
            return cut
    return None


def _mixed_product(a: Node, b: Node) -> Node | None:
    """(A (x) B)(C (x) D) = AC (x) BD; M (c^T (x) P) = c^T (x) MP and (c (x) P) M = c (x) PM for a column c."""
    left, right = _kron_factors(a), _kron_factors(b)
    if left and len(left) == len(right):
        pairs = list(zip(left, right, strict=True))
        return kron([matmul(p) for p in pairs]) if all(same_size(x.shape[1], y.shape[0]) for x, y in pairs) else None
    if right and not left and a.op not in ("commutation", "add"):
        (at, *more) = [i for i, f in enumerate(right) if not is_one(f.shape[0])] or [-1, -1]
        if not more:
            return kron([*right[:at], matmul([a, right[at]]), *right[at + 1 :]])
    if left and not right and b.op not in ("commutation", "add"):
        (at, *more) = [i for i, f in enumerate(left) if not is_one(f.shape[1])] or [-1, -1]
        if not more:
            return kron([*left[:at], matmul([left[at], b]), *left[at + 1 :]])
    return None


def _on_vec(a: Node, b: Node) -> Node | None:
    """(Q (x) P) vec B = vec(P B Q^T) and vec(A)^T vec(B) = tr(A^T B), either way round."""
    if b.op == "vec":
        m = b.args[0]
        if a.op == "transpose" and a.args[0].op == "vec" and same_shape(a.args[0].args[0].shape, m.shape):
            return trace(matmul([transpose(a.args[0].args[0]), m]))
        factors = _kron_factors(a)
        cut = _cut(factors, m.shape[::-1], 1) if factors else None
        return None if cut is None else vec(matmul([kron(factors[cut:]), m, transpose(kron(factors[:cut]))]))
    if a.op == "transpose" and a.args[0].op == "vec":
        found = _on_vec(transpose(b), a.args[0]) or _commuted(transpose(b), a.args[0])
        return None if found is None else transpose(found)
    return None


def _symmetric_vecs(a: Node, b: Node) -> Node | None:
    """L D = I, L L^T = I, (I + K) D = 2 D, D vech S = vec S for symmetric S, L vec X = vech X; transposed too."""
    found = _vech_law(a, b)
    if found is None:
        found = _vech_law(transpose(b), transpose(a))
        return None if found is None else transpose(found)
    return found


def _vech_law(a: Node, b: Node) -> Node | None:
    if a.op == "elimination":
        if b.op == "duplication" or transpose(b) is a:
            return eye(a.shape[0])
        if b.op == "vec":
            return vech(b.args[0])
    if b.op == "duplication":
        weights = _of_symmetrizer(a)
        return None if weights is None else scale(const(weights[0] + weights[1]), b)
    if a.op == "duplication" and b.op == "call" and b.fn is vech_ and transpose(b.args[0]) is b.args[0]:
        return vec(b.args[0])
    return None


def _symmetrized(a: Node, b: Node) -> Node | None:
    """K (a I + b K) = b I + a K on either side."""
    if "commutation" not in (a.op, b.op):
        return None
    k, other = (a, b) if a.op == "commutation" else (b, a)
    weights = _of_symmetrizer(other)
    if other.op != "add" or weights is None or not same_size(*k.param):
        return None
    return add([scale(const(weights[1]), eye(k.shape[0])), scale(const(weights[0]), k)])


def _of_symmetrizer(m: Node) -> tuple[Fraction, Fraction] | None:
    """(a, b) of a I + b K_nn."""
    weights = {"eye": Fraction(0), "commutation": Fraction(0)}
    for t in m.args if m.op == "add" else (m,):
        c, rest = split(t)
        if rest.op not in weights or not isinstance(c, int | Fraction):
            return None
        if rest.op == "commutation" and not same_size(*rest.param):
            return None
        weights[rest.op] += c
    return weights["eye"], weights["commutation"]


def _summed(a: Node, b: Node) -> Node | None:
    """1^T softmax(Z) = 1^T, and 1^T (A - 1 m^T) multiplied out where that is shorter; the same from the right."""
    if a.op == "ones" and is_one(a.shape[0]):
        return None if is_one(b.shape[1]) else _column_sums(a, b)
    if b.op == "ones" and is_one(b.shape[1]) and not is_one(a.shape[0]):
        found = _column_sums(transpose(b), transpose(a))
        return None if found is None else transpose(found)
    return None


def _column_sums(one: Node, m: Node) -> Node | None:
    if m.op == "call" and m.fn.name == "softmax":
        return ones(1, m.shape[1])
    if m.op == "add" and any(starts_with_ones(t) for t in m.args):
        return shorter([matmul([one, t]) for t in m.args], len(m.args))
    return None


_RANKS = {"duplication": frozenset(["full column rank"]), "elimination": frozenset(["full row rank"])}
_TRANSPOSED_RANK = {"full column rank": "full row rank", "full row rank": "full column rank"}


def _rank(n: Node) -> frozenset[str]:
    """The declared rank of a matrix or of its transpose."""
    if n.op == "transpose":
        return frozenset(_TRANSPOSED_RANK.get(p, p) for p in _rank(n.args[0]))
    return _RANKS.get(n.op, n.properties)


def _properties(n: Node) -> frozenset[str]:
    if n.op == "transpose":
        n = n.args[0]
    return n.properties


_NEIGHBOURS.update(
    {
        "symbol": (_orthonormal, _inverse_of_full_rank),
        "transpose": (_orthonormal, _inverse_of_full_rank, _mixed_product, _on_vec, _symmetric_vecs),
        "call": (_inverse_of_full_rank,),
        "diag": (_scaled_rows,),
        "commutation": (_commuted, _symmetrized),
        "kron": (_mixed_product, _on_vec),
        "vec": (_on_vec,),
        "duplication": (_symmetric_vecs, _inverse_of_full_rank),
        "elimination": (_symmetric_vecs, _inverse_of_full_rank),
        "ones": (_summed,),
    }
)
