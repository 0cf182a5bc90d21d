"""Sums over the entries of a vector, written without their index: sum_i x_i e_i = x, sum_ij A_ij x_i x_j = x^T A x."""

from __future__ import annotations

from . import algebra as al
from . import leaves, maps
from .nodes import ONE, Node, depends, walk
from .normal import factored
from .rebuilding import renewed
from .sizes import Size, is_one, same_size


def matrix_form(root: Node) -> Node:
    """`root` with every sum over all entries of a vector in matrix form, where there is one."""
    order = walk(root)
    if not any(n.op == "sumover" for n in order):
        return root
    done: dict[Node, Node] = {}
    for n in order:
        made = over = renewed(n, tuple(done[a] for a in n.args))
        if made.op == "sumover":
            made = _without_index(made)
        done[n] = factored(made) if made.op == "add" and over is not n else made
    return done[root]


def _without_index(total: Node) -> Node:
    """The sum in matrix form, or as it is."""
    body, lo, hi = total.args
    index = total.param
    units = {n for n in walk(body) if n.op == "basis" and n.args[0] is index}
    if lo is not ONE or len(units) != 1:
        return total
    (unit,) = units
    if hi.op != "const" or not same_size(hi.param, unit.param):
        return total
    return _summed(body, unit) or total


def _summed(body: Node, unit: Node) -> Node | None:
    """sum_i of a body in which i occurs in e_i alone."""
    if body.op == "add":
        terms = [_summed(t, unit) for t in body.args]
        return None if any(t is None for t in terms) else al.add([t for t in terms if t is not None])
    if body.is_scalar:
        v = _vector(body, unit)
        return None if v is None else al.dot(leaves.ones(unit.param), v)
    s, m = body.args if body.op == "scale" else (ONE, body)
    v = _vector(s, unit)
    return None if v is None else _placed(v, m, unit)


def _placed(v: Node, m: Node, unit: Node) -> Node | None:
    """sum_i v_i M where M holds e_i: v for e_i, v^T for e_i^T, diag(v) for e_i e_i^T."""
    row = al.transpose(unit)
    chain = list(m.args) if m.op == "matmul" else [m]
    at = [k for k, f in enumerate(chain) if f is unit or f is row]
    others = [f for k, f in enumerate(chain) if k not in at]
    if any(depends(f, unit.args) for f in others):
        return None
    if not at:
        return al.scale(al.dot(leaves.ones(unit.param), v), m)
    if len(at) == 1:
        chain[at[0]] = v if chain[at[0]] is unit else al.transpose(v)
        return al.matmul(chain)
    if len(at) == 2 and at[1] == at[0] + 1 and chain[at[0]] is unit:
        return al.matmul([*chain[: at[0]], maps.diag(v), *chain[at[1] + 1 :]])
    return None


def _vector(s: Node, unit: Node) -> Node | None:
    """The column of the values of a scalar for i = 1..n."""
    n: Size = unit.param
    index = unit.args[0]
    if not depends(s, [index]):
        return al.scale(s, leaves.ones(n))
    match s.op:
        case "matmul":
            return _entries(s, unit)
        case "add" | "had":
            parts = [_vector(a, unit) for a in s.args]
            if any(p is None for p in parts):
                return None
            known = [p for p in parts if p is not None]
            return al.add(known) if s.op == "add" else al.had(known)
        case "pow" if not depends(s.args[1], [index]):
            base = _vector(s.args[0], unit)
            return None if base is None else al.pow_(base, s.args[1])
        case "call" if s.fn.elementwise and not any(depends(a, [index]) for a in s.args[1:]):
            first = _vector(s.args[0], unit)
            return None if first is None else al.call(s.fn, (first, *s.args[1:]))
    return None


def _entries(chain: Node, unit: Node) -> Node | None:
    """v for e_i^T v and v^T e_i, the diagonal of A for e_i^T A e_i."""
    (index,) = unit.args
    first, last = chain.args[0] is al.transpose(unit), chain.args[-1] is unit
    inner = chain.args[1 if first else 0 : -1 if last else None]
    if not (first or last) or any(depends(f, [index]) for f in inner):
        return None
    middle = al.matmul(inner)
    if first and last:
        return maps.diagonal(middle)
    return middle if first and is_one(middle.shape[1]) else al.transpose(middle)
