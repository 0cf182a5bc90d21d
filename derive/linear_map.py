"""Read the matrix off a linear map: y = C u, for an expression y that is linear in the column u."""

from __future__ import annotations

from . import algebra as al
from . import leaves, maps
from .adjoint import pullback
from .errors import NoClosedForm
from .nodes import ONE, Node, depends, walk
from .normal import collect
from .rebuilding import rebuild
from .sizes import Size, is_one


def coefficient(root: Node, u: Node) -> Node:
    """C with vec root = C vec u, for an expression that is linear in u; for columns, root = C u."""
    if not (is_one(root.shape[1]) and is_one(u.shape[1])):
        return _vec_coefficient(root, u)
    active = depends(root, [u])
    if root not in active:
        return leaves.zeros(root.shape[0], u.shape[0])
    found: dict[Node, Node] = {u: leaves.eye(u.shape[0])}
    for node in walk(root):
        if node in active and node not in found and is_one(node.shape[1]):
            found[node] = _row(node, u) if node.is_scalar else _column(node, u, active, found)
    return found[root]


# --- matrices: vec(A U B) = (B^T (x) A) vec U --------------------------------------------------------------------
def _vec_coefficient(root: Node, u: Node) -> Node:
    active = depends(root, [u])
    if root not in active:
        return leaves.zeros(*_vec_shape(root, u))
    found: dict[Node, Node] = {u: leaves.eye(leaves.size_product(*u.shape))}
    for node in walk(root):
        if node in active and node not in found:
            found[node] = _vec_law(node, u, active, found)
    return found[root]


def _vec_shape(root: Node, u: Node) -> tuple[Size, Size]:
    return leaves.size_product(*root.shape), leaves.size_product(*u.shape)


def _vec_law(node: Node, u: Node, active: set[Node], found: dict[Node, Node]) -> Node:
    args = node.args
    if node.is_scalar:
        gradient = pullback(node, [u], ONE, combine=collect)[u]
        return al.transpose(maps.vec(gradient))
    match node.op:
        case "add":
            zero = leaves.zeros(*_vec_shape(node, u))
            return collect([found[a] for a in args if a in active] or [zero])
        case "scale":
            s, m = args
            return al.matmul([maps.vec(m), found[s]]) if s in active else al.scale(s, found[m])
        case "transpose":
            return al.matmul([leaves.commutation(*args[0].shape), found[args[0]]])
        case "had":
            (varying,) = [a for a in args if a in active]
            return al.matmul([maps.diag(maps.vec(al.had([a for a in args if a is not varying]))), found[varying]])
        case "matmul":
            (position,) = [i for i, a in enumerate(args) if a in active]
            left, right = args[:position], args[position + 1 :]
            before = al.matmul(left) if left else leaves.eye(args[position].shape[0])
            after = al.transpose(al.matmul(right)) if right else leaves.eye(args[position].shape[1])
            return al.matmul([maps.kron([after, before]), found[args[position]]])
        case "sumover":
            return maps.sumover(coefficient(args[0], u), node.param, args[1], args[2])
        case "vec":
            return found[args[0]]
        case "unvec":
            return found[args[0]]
    raise NoClosedForm(f"no Kronecker form for the derivative through {node}; evaluate() gives its numbers")


# --- columns ----------------------------------------------------------------------------------------------------
def _row(s: Node, u: Node) -> Node:
    """r with s = r u: the transposed gradient of a linear form."""
    return al.transpose(pullback(s, [u], ONE, combine=collect)[u])


def _column(node: Node, u: Node, active: set[Node], found: dict[Node, Node]) -> Node:
    args = node.args
    match node.op:
        case "add":
            return collect([found[a] for a in args])
        case "scale":
            s, m = args
            return al.matmul([m, found[s]]) if s in active else al.scale(s, found[m])
        case "had":
            (varying,) = [a for a in args if a in active]
            return al.matmul([maps.diag(al.had([a for a in args if a is not varying])), found[varying]])
        case "matmul":
            if args[-1] in active and is_one(args[-1].shape[1]):
                return al.matmul([*args[:-1], found[args[-1]]])
            return _distributed(node, u, active)
        case "sumover":
            return maps.sumover(coefficient(args[0], u), node.param, args[1], args[2])
        case "transpose" if args[0].op in ("add", "had"):
            written_out = rebuild(args[0].op, tuple(map(al.transpose, args[0].args)), None, node.shape)
            if written_out is not node:
                return coefficient(written_out, u)
            terms = args[0].args
            if args[0].op == "add":
                return collect([coefficient(al.transpose(t), u) for t in terms])
            (varying,) = [al.transpose(a) for a in terms if a in active]
            rest = [al.transpose(a) for a in terms if a not in active]
            return al.matmul([maps.diag(al.had(rest)), coefficient(varying, u)])
        case "vec":
            return _vec_coefficient(args[0], u)
        case "diagonal":
            return _diagonal(args[0], u, active, found)
        case "explicit":
            rows = [found[a] if a in active else leaves.zeros(1, u.shape[0]) for a in args]
            return al.add([al.matmul([leaves.basis(len(args), i + 1), r]) for i, r in enumerate(rows)])
    raise NoClosedForm(f"no matrix form for the derivative through {node}; evaluate() gives its numbers")


def _distributed(node: Node, u: Node, active: set[Node]) -> Node:
    """L (A + B(u)) v = L A v + L B(u) v."""
    for i, f in enumerate(node.args):
        if f in active:
            after = node.args[i + 1 :]
            if f.op == "diag" and after:  # L diag(z) v = L (z o v)
                return coefficient(al.matmul([*node.args[:i], al.had([f.args[0], al.matmul(after)])]), u)
            terms: list[Node] = []
            if f.op == "add":
                terms = list(f.args)
            elif f.op == "transpose" and f.args[0].op == "add":
                terms = [al.transpose(t) for t in f.args[0].args]
            elif f.op == "had" and len(f.args) == 2 and any(maps.is_outer(a) for a in f.args):
                terms = [_unfolded_had(f)]
            if terms:
                before, after = node.args[:i], node.args[i + 1 :]
                expanded = al.add([al.matmul([*before, t, *after]) for t in terms])
                if expanded is not node:
                    return coefficient(expanded, u)
    raise NoClosedForm(f"no matrix form for the derivative through {node}; evaluate() gives its numbers")


def _unfolded_had(f: Node) -> Node:
    """(p q^T) o M = diag(p) M diag(q)."""
    outer = next(a for a in f.args if maps.is_outer(a))
    other = al.had([a for a in f.args if a is not outer])
    cut = next(i for i, a in enumerate(outer.args) if i and is_one(a.shape[0]))
    p, q = al.matmul(outer.args[:cut]), al.transpose(al.matmul(outer.args[cut:]))
    return al.matmul([maps.diag(p), other, maps.diag(q)])


def _diagonal(m: Node, u: Node, active: set[Node], found: dict[Node, Node]) -> Node:
    """diagonal(P diag(z) Q) = (P o Q^T) z."""
    if m.op in ("add", "transpose"):
        terms = m.args if m.op == "add" else m.args[0].args if m.args[0].op == "add" else ()
        if terms:
            return collect([coefficient(maps.diagonal(t), u) for t in terms])
    if m.op == "matmul":
        for i, f in enumerate(m.args):
            if f.op == "diag" and f in active:
                p = al.matmul(m.args[:i]) if i else leaves.eye(m.shape[0])
                q = al.matmul(m.args[i + 1 :]) if i + 1 < len(m.args) else leaves.eye(m.shape[0])
                return al.matmul([al.had([p, al.transpose(q)]), coefficient(f.args[0], u)])
    raise NoClosedForm(f"no matrix form for the derivative through diagonal({m}); evaluate() gives its numbers")
