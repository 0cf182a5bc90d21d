"""What two neighbours in a product simplify to: Q^T Q = I, diag(u) v = u o v, (A (x) B)(C (x) D) = AC (x) BD."""

from __future__ import annotations

from .algebra import _NEIGHBOURS, had, matmul, pinv_argument, shorter, starts_with_ones, transpose
from .leaves import commutation, eye, ones
from .maps import diag, kron, vec
from .nodes import Node
from .sizes import is_one, is_wide, same_shape, same_size


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
    """K K^T = I, K (A (x) B) = (B (x) A) K and K vec X = vec X^T."""
    if a.op != "commutation":
        return None
    if b.op == "commutation" and a.param == b.param[::-1]:
        return eye(a.shape[0])
    if b.op == "kron" and len(b.args) == 2:
        left, right = b.args
        if same_size(a.param[0], right.shape[0]) and same_size(a.param[1], left.shape[0]):
            return matmul([kron([right, left]), commutation(right.shape[1], left.shape[1])])
    if b.op == "vec" and same_shape(a.param, b.args[0].shape):
        return vec(transpose(b.args[0]))
    return None


def _mixed_product(a: Node, b: Node) -> Node | None:
    """(A (x) B)(C (x) D) = AC (x) BD."""
    if a.op != b.op or len(a.args) != len(b.args):
        return None
    pairs = list(zip(a.args, b.args, strict=True))
    return kron([matmul(p) for p in pairs]) if all(same_size(x.shape[1], y.shape[0]) for x, y in pairs) else None


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


_TRANSPOSED_RANK = {"full column rank": "full row rank", "full row rank": "full column rank"}


def _rank(n: Node) -> frozenset[str]:
    """The declared rank of a matrix or of its transpose."""
    if n.op == "transpose":
        return frozenset(_TRANSPOSED_RANK.get(p, p) for p in n.args[0].properties)
    return n.properties


def _properties(n: Node) -> frozenset[str]:
    if n.op == "transpose":
        n = n.args[0]
    return n.properties


_NEIGHBOURS.update(
    {
        "symbol": (_orthonormal, _inverse_of_full_rank),
        "transpose": (_orthonormal, _inverse_of_full_rank),
        "call": (_inverse_of_full_rank,),
        "diag": (_scaled_rows,),
        "commutation": (_commuted,),
        "kron": (_mixed_product,),
        "ones": (_summed,),
    }
)
