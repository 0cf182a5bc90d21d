"""Read the matrix off a linear map: y = C u, for an expression y that is linear in the column u."""

from __future__ import annotations

from collections.abc import Mapping

from . import algebra as al
from . import leaves, maps
from .adjoint import pullback
from .errors import NoClosedForm
from .nodes import ONE, Node, depends, walk
from .normal import collect
from .random_variables import expected, is_expectation
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
Place = tuple[Node, bool]  # a node, and whether its transpose is meant


def _vec_coefficient(root: Node, u: Node) -> Node:
    """C with vec root = C vec U. Y and Y^T are read apart, so that K stands at U and never around a product."""
    active = depends(root, [u])
    if root not in active:
        return leaves.zeros(*_vec_shape(root, u))
    found: dict[Place, Node] = {}
    for node, turned in reversed(_places(root, u, active)):
        if (node, turned) not in found:
            found[node, turned] = _vec_law(node, turned, u, active, found)
    return found[root, False]


def _vec_shape(root: Node, u: Node) -> tuple[Size, Size]:
    return leaves.size_product(*root.shape), leaves.size_product(*u.shape)


def _places(root: Node, u: Node, active: set[Node]) -> list[Place]:
    """Every node that is needed, as itself or transposed, parents first."""
    needed: dict[Node, set[bool]] = {root: {False}}
    order: list[Place] = []
    for node in reversed(walk(root)):
        for turned in sorted(needed.get(node, ())):
            order.append((node, turned))
            if node is not u and not node.is_scalar:
                for a in node.args:
                    if a in active:
                        needed.setdefault(a, set()).add(_turned(a, _passed(node, turned)))
    return order


def _passed(node: Node, turned: bool) -> bool:
    """Whether the argument is needed transposed."""
    return not turned if node.op == "transpose" else turned and node.op not in ("vec", "unvec", "diag", "diagonal")


def _turned(a: Node, turned: bool) -> bool:
    """A column and its transpose have one vec."""
    return turned and not (is_one(a.shape[0]) or is_one(a.shape[1]))


def _vec_law(node: Node, turned: bool, u: Node, active: set[Node], found: Mapping[Place, Node]) -> Node:
    """C for one node from those of its arguments."""

    def of(a: Node) -> Node:
        return found[a, _turned(a, _passed(node, turned))]

    def seen(m: Node) -> Node:
        return al.transpose(m) if turned else m

    args = node.args
    if node is u:
        return leaves.commutation(*u.shape) if turned else leaves.eye(leaves.size_product(*u.shape))
    if node.is_scalar:
        return al.transpose(maps.vec(pullback(node, [u], ONE, combine=collect)[u]))
    match node.op:
        case "add":
            return collect([of(a) for a in args if a in active])
        case "scale":
            s, m = args
            return al.matmul([maps.vec(seen(m)), found[s, False]]) if s in active else al.scale(s, of(m))
        case "transpose" | "vec":
            return of(args[0])
        case "unvec":
            return al.matmul([leaves.commutation(*node.shape), of(args[0])]) if turned else of(args[0])
        case "had":
            (varying,) = [a for a in args if a in active]
            rest = al.had([a for a in args if a is not varying])
            return al.matmul([maps.diag(maps.vec(seen(rest))), of(varying)])
        case "matmul":
            (position,) = [i for i, a in enumerate(args) if a in active]
            left, right, inside = _around(args, position)
            if turned:
                left, right = al.transpose(right), al.transpose(left)
            if inside.op == "diag":
                return al.matmul([_diagonal_inside(left, right), found[inside.args[0], False]])
            return al.matmul([maps.kron([al.transpose(right), left]), of(inside)])
        case "diag" if args[0].op == "diagonal":  # the diagonal part, I o M
            return al.matmul([maps.diag(maps.vec(leaves.eye(node.shape[0]))), of(args[0].args[0])])
        case "diag":
            return al.matmul([_diagonal_inside(leaves.eye(node.shape[0]), leaves.eye(node.shape[0])), of(args[0])])
        case "diagonal":
            return _of_diagonal(args[0], active, found)
        case "kron":
            (at,) = [i for i, a in enumerate(args) if a in active]
            return _of_kronecker([seen(a) for a in args], at, of(args[at]))
        case "sumover":
            return maps.sumover(of(args[0]), node.param, args[1], args[2])
        case "call" if is_expectation(node):
            return expected(of(args[0]))
        case "explicit":
            return _of_entries(node, turned, active, found)
        case "call" if node.fn is maps.vech_:
            return al.matmul([leaves.elimination(args[0].shape[0]), of(args[0])])
        case "call" if node.fn.mask:
            kept = al.call(node.fn, (leaves.ones(*args[0].shape),))
            return al.matmul([maps.diag(maps.vec(seen(kept))), of(args[0])])
    raise NoClosedForm(f"no Kronecker form for the derivative through {node}; evaluate() gives its numbers")


def _around(args: tuple[Node, ...], position: int) -> tuple[Node, Node, Node]:
    """L and R of L M R, and M."""
    inside, left, right = args[position], args[:position], args[position + 1 :]
    before = al.matmul(left) if left else leaves.eye(inside.shape[0])
    return before, al.matmul(right) if right else leaves.eye(inside.shape[1]), inside


def _diagonal_inside(p: Node, q: Node) -> Node:
    """vec(P diag(z) Q) = ((Q^T (x) 1) o (1 (x) P)) z, the products of columns; shorter where P or Q is I."""
    m, n = p.shape[0], q.shape[1]
    if p.op == "eye":
        return al.matmul([maps.diag(maps.vec(q)), maps.kron([leaves.ones(n), leaves.eye(m)])])
    if q.op == "eye":
        return al.matmul([maps.diag(maps.vec(p)), maps.kron([leaves.eye(n), leaves.ones(m)])])
    return al.had([maps.kron([al.transpose(q), leaves.ones(m)]), maps.kron([leaves.ones(n), p])])


def _of_diagonal(m: Node, active: set[Node], found: Mapping[Place, Node]) -> Node:
    """diagonal(P X Q) = ((Q^T (x) 1^T) o (1^T (x) P)) vec X."""
    left = right = leaves.eye(m.shape[0])
    inside = m
    if m.op == "matmul":
        left, right, inside = _around(m.args, next(i for i, a in enumerate(m.args) if a in active))
    reading = al.transpose(_diagonal_inside(al.transpose(left), al.transpose(right)))
    return al.matmul([reading, found[inside, False]])


def _of_kronecker(factors: list[Node], at: int, c: Node) -> Node:
    """vec(A (x) B) = (I (x) K_qm (x) I)(vec A (x) vec B) for A (m, n) and B (p, q), from the right to the left."""
    whole, made = factors[-1], c if at == len(factors) - 1 else maps.vec(factors[-1])
    for i in reversed(range(len(factors) - 1)):
        a = factors[i]
        (m, n), (p, q) = a.shape, whole.shape
        order = maps.kron([leaves.eye(n), leaves.commutation(q, m), leaves.eye(p)])
        made = al.matmul([order, maps.kron([c if i == at else maps.vec(a), made])])
        whole = maps.kron([a, whole])
    return made


def _of_entries(node: Node, turned: bool, active: set[Node], found: Mapping[Place, Node]) -> Node:
    """vec [y_ij] = sum of e_ij r_ij vec U."""
    rows, columns = (int(n) for n in node.shape)
    terms = []
    for position, a in enumerate(node.args):
        if a in active:
            i, j = divmod(position, columns)
            at = i * columns + j if turned else j * rows + i
            terms.append(al.matmul([leaves.basis(rows * columns, at + 1), found[a, False]]))
    return collect(terms)


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
        case "call" if is_expectation(node):
            return expected(coefficient(args[0], u))
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
    return _vec_coefficient(node, u)


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
    return _vec_coefficient(node, u)


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
