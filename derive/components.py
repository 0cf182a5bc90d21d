"""The entry of an expression at indices: (A B)_ij, and with two indices for an axis (A (x) B)_(ir)(js) = A_ij B_rs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from . import algebra as al
from . import leaves, maps
from .members import summed
from .nodes import ONE, Node, depends, walk
from .rebuilding import rebuild, renewed
from .sizes import Size, is_one, same_size

Place = tuple[tuple[Node, Size], ...]
"""Where along an axis: its indices with how far each counts, the slowest first; none for an axis of length 1."""


def unit(place: Place) -> Node:
    """e_i, or e_i (x) e_r for an axis with two indices; 1 for an axis of length 1."""
    return maps.kron([leaves.basis(n, i) for i, n in place]) if place else ONE


def delta(row: Place, column: Place) -> Node:
    """The entry of I."""
    if len(row) != len(column) or not all(same_size(m, n) for (_, m), (_, n) in zip(row, column, strict=True)):
        return plain(leaves.eye(_length(row)), row, column)
    pairs = zip(row, column, strict=True)
    return al.had([ONE, *(al.dot(leaves.basis(n, i), leaves.basis(n, k)) for (i, n), (k, _) in pairs)])


def plain(m: Node, row: Place, column: Place) -> Node:
    """e_i^T M e_j as it stands."""
    return al.matmul([al.transpose(unit(row)), m, unit(column)])


def entry(m: Node, row: Place, column: Place) -> Node:
    """M at a row and a column, carried into sums, elementwise and Kronecker products, diagonals, sums over an index."""
    if m.is_scalar:
        return m
    match m.op:
        case "add":
            return al.add([entry(t, row, column) for t in m.args])
        case "scale":
            return al.had([m.args[0], entry(m.args[1], row, column)])
        case "had":
            return al.had([entry(t, row, column) for t in m.args])
        case "transpose" if m.args[0].op in _CARRIED:
            return entry(m.args[0], column, row)
        case "sumover":
            return summed(entry(m.args[0], row, column), m.param, m.args[1], m.args[2])
        case "diag":
            return al.had([entry(m.args[0], row, ()), delta(row, column)])
        case "diagonal":
            return entry(m.args[0], row, row)
        case "eye":
            return delta(row, column)
        case "ones":
            return ONE
        case "zeros":
            return leaves.zeros(1, 1)
        case "call" if m.fn.elementwise:
            return m.fn(*(entry(a, row, column) for a in m.args))
        case "call" if m.fn.mask:
            kept = plain(al.call(m.fn, (leaves.ones(*m.shape),)), row, column)
            return al.had([kept, entry(m.args[0], row, column)])
        case "pow":
            return al.pow_(entry(m.args[0], row, column), m.args[1])
        case "matmul":
            return _of_product(m, row, column)
        case "kron" | "vec" | "unvec" | "commutation":
            found = _of_blocks(m, row, column)
            return plain(m, row, column) if found is None else found
    return plain(m, row, column)


_CARRIED = frozenset(("add", "had", "sumover", "scale", "kron", "vec", "unvec", "matmul", "diagonal", "pow"))


def _of_blocks(m: Node, row: Place, column: Place) -> Node | None:
    """(A (x) B)_(ir)(js) = A_ij B_rs, vec(A)_(ji) = A_ij, K_(ab)(cd) = delta_ad delta_bc."""
    if m.op == "kron":
        rows, columns = (dealt(p, [f.shape[axis] for f in m.args]) for axis, p in enumerate((row, column)))
        if rows is None or columns is None:
            return None
        return al.had([entry(f, i, j) for f, i, j in zip(m.args, rows, columns, strict=True)])
    if m.op == "vec":
        found = dealt(row, m.args[0].shape[::-1])
        return None if found is None else entry(m.args[0], found[1], found[0])
    if m.op == "unvec":
        return entry(m.args[0], (*column, *row), ())
    turned = _permuted(m, row)
    return None if turned is None else delta(turned, column)


def _of_product(m: Node, row: Place, column: Place) -> Node:
    """(diag(u) M diag(v))_kl = u_k M_kl v_l; at a cut between a column and a row the product falls apart."""
    factors = list(m.args)
    if not column and factors[-1].op == "basis":
        return entry(al.matmul(factors[:-1]), row, ((factors[-1].args[0], factors[-1].param),))
    if not row and factors[0].op == "transpose" and factors[0].args[0].op == "basis":
        e = factors[0].args[0]
        return entry(al.matmul(factors[1:]), ((e.args[0], e.param),), column)
    cut = next((p for p, f in enumerate(factors) if p and is_one(f.shape[0])), None)
    if cut is not None:
        return al.had([entry(al.matmul(factors[:cut]), row, ()), entry(al.matmul(factors[cut:]), (), column)])
    scalars: list[Node] = []
    row = _peeled(factors, row, scalars)
    factors = [al.transpose(f) for f in reversed(factors)]
    column = _peeled(factors, column, scalars)
    rest = al.matmul([al.transpose(f) for f in reversed(factors)])
    if rest.op != "matmul":
        return al.had([*scalars, entry(rest, row, column)])
    if len(row) + len(column) > 2:
        for p, f in enumerate(rest.args):
            terms = [al.matmul([*rest.args[:p], t, *rest.args[p + 1 :]]) for t in terms_of(f)]
            if terms:
                return al.had([*scalars, al.add([entry(t, row, column) for t in terms])])
    return al.had([*scalars, plain(rest, row, column)])


def _peeled(factors: list[Node], row: Place, scalars: list[Node]) -> Place:
    """The row that is left when diagonal matrices and permutations are taken from the front of a product."""
    while len(factors) > 1:
        first = factors[0]
        moved = _permuted(first, row)
        if first.op == "diag":
            scalars.append(entry(first.args[0], row, ()))
        elif moved is None:
            return row
        else:
            row = moved
        factors.pop(0)
    return row


def _permuted(m: Node, row: Place) -> Place | None:
    """The column at which a row of K, or of I (x) K (x) I, has its 1: K_mn has it in row (a, b) at (b, a)."""
    if m.op == "eye":
        return row
    if m.op == "commutation":
        found = dealt(row, m.param)
        return None if found is None else (*found[1], *found[0])
    factors = tuple(map(al.transpose, m.args[0].args)) if m.op == "transpose" and m.args[0].op == "kron" else m.args
    if m.op not in ("kron", "transpose") or any(f.op not in ("eye", "commutation") for f in factors):
        return None
    parts = dealt(row, [f.shape[0] for f in factors])
    moved = [_permuted(f, p) for f, p in zip(factors, parts, strict=True)] if parts is not None else [None]
    return None if any(p is None for p in moved) else tuple(i for p in moved if p is not None for i in p)


def dealt(place: Place, sizes: Sequence[Size]) -> list[Place] | None:
    """The indices of an axis shared out among factors of these sizes; None where they do not fit."""
    rest, parts = list(place), list[Place]()
    for n in sizes:
        part: list[tuple[Node, Size]] = []
        while rest and not same_size(_length(part), n):
            part.append(rest.pop(0))
        if not same_size(_length(part), n):
            return None
        parts.append(tuple(part))
    return None if rest else parts


def _length(place: Sequence[tuple[Node, Size]]) -> Size:
    length: Size = 1
    for _, n in place:
        length = leaves.size_product(length, n)
    return length


def axes(m: Node) -> tuple[list[Size], list[Size]]:
    """The sizes that the indices of the rows and of the columns of M count to: two and more for Kronecker products."""
    found: dict[Node, tuple[list[Size], list[Size]]] = {}
    for n in walk(m):
        rows, columns = ([] if is_one(s) else [s] for s in n.shape)
        inner = [found[a] for a in n.args]
        match n.op:
            case "kron":
                rows, columns = ([s for a in inner for s in a[axis]] for axis in (0, 1))
            case "transpose":
                rows, columns = inner[0][::-1]
            case "matmul" if not n.is_scalar:
                rows, columns = inner[0][0], inner[-1][1]
            case "vec":
                rows = [*inner[0][1], *inner[0][0]]
            case "scale":
                rows, columns = inner[1]
            case "add" | "had" | "pow" | "call" if not n.is_scalar and (n.op != "call" or n.fn.elementwise):
                alike = [a for a, node in zip(inner, n.args, strict=True) if not node.is_scalar]
                rows, columns = (max((a[axis] for a in alike), key=len) for axis in (0, 1))
        found[n] = rows, columns
    return found[m]


def terms_of(f: Node) -> tuple[Node, ...]:
    """The terms of a sum or of a transposed sum; none for anything else."""
    if f.op == "transpose" and f.args[0].op == "add":
        return tuple(map(al.transpose, f.args[0].args))
    return f.args if f.op == "add" else ()


def multiplied_out(total: Node, indices: Iterable[Node]) -> list[Node]:
    """The terms of an entry, factors multiplied out that join more than two indices."""
    known = set(indices)
    todo, done = [total], list[Node]()
    while todo:
        t = todo.pop()
        factors = t.args if t.op == "had" else (t,)
        wide = next((f for f in factors if f.op == "add" and (f is t or len(known.intersection(walk(f))) > 2)), None)
        if wide is None:
            done.append(t)
        else:
            others = [f for f in factors if f is not wide]
            todo.extend(al.had([*others, a]) for a in wide.args)
    return done


# --- products multiplied out around e_k e_l^T -------------------------------------------------------------------
def spread(root: Node, letters: set[Node]) -> Node:
    """M o u e_l^T = (u o M e_l) e_l^T, diag(e_i) = e_i e_i^T, and products multiplied out where unit vectors stand."""
    done: dict[Node, Node] = {}
    held = depends(root, letters)
    for n in walk(root):
        made = renewed(n, tuple(done[a] for a in n.args))
        done[n] = _spread_one(made) if n in held else made
    return done[root]


def _spread_one(n: Node) -> Node:
    if n.op == "scale":
        return al.scale(n.args[0], _spread_one(n.args[1]))
    if n.op == "add":
        return al.add([_spread_one(t) for t in n.args])
    if n.op == "had" and not n.is_scalar:
        return _spread_had(n)
    if n.op == "transpose" and n.args[0].op == "had":
        return al.transpose(_spread_had(n.args[0]))
    if n.op == "diag" and n.args[0].op == "basis":
        return al.matmul([n.args[0], al.transpose(n.args[0])])
    if n.op == "diag" and n.args[0].op == "add":
        return al.add([_spread_one(maps.diag(t)) for t in n.args[0].args])
    if n.op == "diag" and n.args[0].op == "scale":
        return al.scale(n.args[0].args[0], _spread_one(maps.diag(n.args[0].args[1])))
    if n.op in ("matmul", "trace", "transpose", "diagonal", "kron"):
        for p, f in enumerate(n.args):
            terms = terms_of(f) or _terms_of_product(f)
            if terms and any(holds_unit(t) for t in terms):
                parts = [rebuild(n.op, (*n.args[:p], t, *n.args[p + 1 :]), n.param, n.shape) for t in terms]
                return al.add([_spread_one(t) for t in parts])
    return n


def _terms_of_product(f: Node) -> tuple[Node, ...]:
    """The terms of M o (A + B), multiplied out along the sum that holds a unit vector, and of its transpose."""
    body = f.args[0] if f.op == "transpose" else f
    sums = [a for a in body.args if terms_of(a) and holds_unit(a)] if body.op == "had" else []
    if not sums:
        return ()
    others = [a for a in body.args if a is not sums[0]]
    terms = (_spread_one(al.had([*others, t])) for t in terms_of(sums[0]))
    return tuple(terms) if body is f else tuple(map(al.transpose, terms))


def holds_unit(t: Node) -> bool:
    """True where a unit vector stands inside."""
    return any(n.op == "basis" for n in walk(t))


def _spread_had(n: Node) -> Node:
    """M o (u v^T) = diag(u) M diag(v), where u or v is e_k: that row or column of M is left."""
    for p, f in enumerate(n.args):
        s, body = f.args if f.op == "scale" else (ONE, f)
        found = _outer(body)
        if found is not None:
            u, v = found
            rest = al.had([*n.args[:p], *n.args[p + 1 :]])
            return al.scale(s, _weighted(u, rest, v))
    return n


def _outer(body: Node) -> tuple[Node, Node] | None:
    """u and v of u v^T, where a unit vector stands in them."""
    factors = body.args if body.op == "matmul" else (body,)
    if is_one(body.shape[1]) and body.op == "basis":
        return body, ONE
    if is_one(body.shape[0]) and body.op == "transpose" and body.args[0].op == "basis":
        return ONE, body.args[0]
    cut = next((i for i, f in enumerate(factors) if i and is_one(f.shape[0])), None)
    if cut is None or not holds_unit(body):
        return None
    return al.matmul(factors[:cut]), al.transpose(al.matmul(factors[cut:]))


def _weighted(u: Node, m: Node, v: Node) -> Node:
    """diag(u) M diag(v), where u or v is a unit vector as a column times a row."""
    if u.op == "basis" and v.op in ("basis", "const"):
        at = [((e.args[0], e.param),) if e.op == "basis" else () for e in (u, v)]
        return al.scale(entry(m, at[0], at[1]), al.matmul([u, al.transpose(v)]))
    if v.op == "basis":
        column = al.matmul([m, v]) if not is_one(m.shape[1]) else m
        return al.matmul([column if u is ONE else al.had([u, column]), al.transpose(v)])
    if u.op == "basis":
        row = al.matmul([al.transpose(m), u]) if not is_one(m.shape[0]) else al.transpose(m)
        return al.matmul([u, al.transpose(row if v is ONE else al.had([v, row]))])
    return al.matmul([maps.diag(u), m, maps.diag(v)])
