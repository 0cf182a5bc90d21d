"""Linear maps and arrangements of matrices: trace, inner product, diag, vec, Kronecker product, indexed sums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from .algebra import (
    _call_rewrites,
    _had_rewrites,
    _orientable,
    _with_transpose,
    add,
    call,
    had,
    matmul,
    pow_,
    scale,
    split,
    transpose,
)
from .errors import ShapeError
from .leaves import check_index, elimination, eye, half_size, is_zero, ones, size_product, zeros
from .nodes import BINDERS, MINUS_ONE, SCALAR, ZERO, Function, Node, _hooks, const, make, symbol, walk
from .patterns import BOTH, triangles
from .sizes import Shape, is_one, same_shape, same_size, shape_text


def _diagonal_product(parts: list[Node]) -> list[Node]:
    """A o I = diag(diagonal(A)), and A o diag(v) = diag(diagonal(A) o v)."""
    found = next((p for p in parts if p.op in ("eye", "diag")), None)
    if found is None or len(parts) < 2:
        return parts
    vectors = [diagonal(p) for p in parts if p is not found]
    return [diag(had([*vectors, found.args[0]] if found.op == "diag" else vectors))]


def trace(m: Node) -> Node:
    """tr M of a square matrix."""
    if not same_size(m.shape[0], m.shape[1]):
        raise ShapeError(f"cannot take the trace of {m} {shape_text(m.shape)}: it is not square")
    op = m.op
    if m.is_scalar:
        return m
    if op == "scale":
        return had([m.args[0], trace(m.args[1])])
    if op == "eye":
        return const(m.shape[0])
    if op == "zeros":
        return ZERO
    if op == "transpose":
        return trace(m.args[0])
    if op == "diag" and m.args[0].op == "diagonal":
        return trace(m.args[0].args[0])
    if op == "diag":
        return matmul([ones(1, m.shape[0]), m.args[0]])
    if op == "ones":
        return const(m.shape[0])
    if op == "matmul":
        for i, f in enumerate(m.args):
            if i and is_one(f.shape[0]):
                return matmul([*m.args[i:], *m.args[:i]])
    if op == "kron" and all(same_size(*f.shape) for f in m.args):
        return had([trace(f) for f in m.args])
    return make("trace", (m,), SCALAR)


def inner(a: Node, b: Node) -> Node:
    """<A, B> = tr(A^T B), the sum of all products of entries."""
    if a.is_scalar:
        return had([a, b])
    if a.op == "scale":
        return had([a.args[0], inner(a.args[1], b)])
    if b.op == "scale":
        return had([b.args[0], inner(a, b.args[1])])
    if is_one(a.shape[1]):
        return matmul([transpose(a), b])
    if is_one(a.shape[0]):
        return matmul([a, transpose(b)])
    if a.op == "ones":
        return total(b)
    if b.op == "ones":
        return total(a)
    return _split_trace(matmul([transpose(a), b]))


def _split_trace(m: Node) -> Node:
    """tr((A - u v^T) B) = tr(A B) - v^T B u: a trace is split where a part of it is a scalar product."""
    if m.op == "scale":
        return had([m.args[0], _split_trace(m.args[1])])
    factors = m.args if m.op == "matmul" else (m,)
    for i, f in enumerate(factors):
        if f.op == "add" and len(factors) < 4 and any(is_outer(t) for t in f.args):
            return add([trace(matmul([*factors[:i], t, *factors[i + 1 :]])) for t in f.args])
    return trace(m)


def is_outer(t: Node) -> bool:
    """True for a multiple of u M ... v^T with a column and a row inside."""
    _, body = split(t)
    body = body.args[1] if body.op == "scale" else body
    return body.op == "matmul" and any(is_one(f.shape[0]) for f in body.args[1:])


def total(m: Node) -> Node:
    """The sum of all entries, 1^T M 1."""
    return matmul([ones(1, m.shape[0]), m, ones(m.shape[1], 1)])


def diag(v: Node) -> Node:
    """The diagonal matrix of a column."""
    if not is_one(v.shape[1]):
        raise ShapeError(f"diag wants a column, found {v} {shape_text(v.shape)}")
    if v.is_scalar:
        return v
    n = v.shape[0]
    if v.op == "scale":
        return scale(v.args[0], diag(v.args[1]))
    if v.op == "ones":
        return eye(n)
    if v.op == "zeros":
        return zeros(n, n)
    if v.op == "diagonal" and triangles(v.args[0]) == BOTH:
        return v.args[0]
    return make("diag", (v,), (n, n))


def diagonal(m: Node) -> Node:
    """The diagonal of a square matrix as a column."""
    if not same_size(m.shape[0], m.shape[1]):
        raise ShapeError(f"cannot take the diagonal of {m} {shape_text(m.shape)}: it is not square")
    op, n = m.op, m.shape[0]
    if m.is_scalar:
        return m
    if op == "scale":
        return scale(m.args[0], diagonal(m.args[1]))
    if op == "diag":
        return m.args[0]
    if op in ("eye", "ones"):
        return ones(n, 1)
    if op == "zeros":
        return zeros(n, 1)
    if op == "transpose":
        return diagonal(m.args[0])
    if op == "had":
        return had([diagonal(f) for f in m.args])
    if op == "matmul":
        for i, f in enumerate(m.args):
            if i and is_one(f.shape[0]):  # diagonal(u v^T) = u o v
                return had([matmul(m.args[:i]), transpose(matmul(m.args[i:]))])
        if m.args[0].op == "diag":
            return had([m.args[0].args[0], diagonal(matmul(m.args[1:]))])
        if m.args[-1].op == "diag":
            return had([diagonal(matmul(m.args[:-1])), m.args[-1].args[0]])
    if op in ("matmul", "matpow") and triangles(m) and all(same_size(*f.shape) for f in m.args):
        return _triangular_diagonal(m)
    return make("diagonal", (m,), (n, 1))


def _triangular_diagonal(m: Node) -> Node:
    """The diagonal of a product or a power of matrices with one triangle: the product or power of their diagonals."""
    if m.op == "matpow":
        return pow_(diagonal(m.args[0]), m.args[1])
    return had([diagonal(f) for f in m.args])


def vec(m: Node) -> Node:
    """The columns of M stacked."""
    rows, columns = m.shape
    if is_one(columns):
        return m
    if is_one(rows):
        return transpose(m)
    if m.op == "scale":
        return scale(m.args[0], vec(m.args[1]))
    if m.op == "zeros":
        return zeros(size_product(rows, columns), 1)
    if m.op == "unvec":
        return m.args[0]
    if m.op == "matmul":
        cut = next((i for i, f in enumerate(m.args) if i and is_one(f.shape[0])), None)
        if cut is not None:  # vec(u v^T) = v (x) u
            return kron([transpose(matmul(m.args[cut:])), matmul(m.args[:cut])])
    return make("vec", (m,), (size_product(rows, columns), 1))


def _vech_shape(m: Shape) -> Shape:
    if not same_size(*m):
        raise ShapeError(f"vech wants a square matrix, found one of shape {shape_text(m)}")
    return half_size(m[0]), 1


vech_ = Function("vech", _vech_shape, "vech", r"\operatorname{vech}")


def vech(m: Node) -> Node:
    """The columns of the lower triangle of M stacked, n(n + 1)/2 entries."""
    return m if m.is_scalar else call(vech_, (m,))


def eliminated(m: Node) -> Node:
    """L vec M, not written as vech M."""
    n = m.shape[0]
    return make("matmul", (elimination(n), vec(m)), (half_size(n), 1))


def _vech_call(m: Node) -> Node | None:
    """vech(s M) = s vech(M), and vech(unvec(D z)) = z."""
    if m.op == "scale":
        return scale(m.args[0], vech(m.args[1]))
    if m.op == "zeros":
        return zeros(half_size(m.shape[0]), 1)
    v = m.args[0] if m.op == "unvec" else m
    if v is not m and v.op == "matmul" and v.args[0].op == "duplication":
        return matmul(v.args[1:])
    return None


def unvec(v: Node, shape: Shape) -> Node:
    """The matrix of this shape whose vec is v."""
    if not same_shape(v.shape, (size_product(*shape), 1)):
        raise ShapeError(f"cannot arrange {v} {shape_text(v.shape)} in a matrix {shape_text(shape)}")
    if is_one(shape[1]):
        return v
    if is_one(shape[0]):
        return transpose(v)
    if v.op == "vec" and same_shape(v.args[0].shape, shape):
        return v.args[0]
    if v.op == "scale":
        return scale(v.args[0], unvec(v.args[1], shape))
    if v.op == "zeros":
        return zeros(*shape)
    return make("unvec", (v,), shape)


def _merged_identities(factors: list[Node]) -> list[Node]:
    """I_m (x) I_n = I_mn, wherever two are neighbours."""
    out: list[Node] = []
    for f in factors:
        if f.op == "eye" and out and out[-1].op == "eye":
            f = eye(size_product(out.pop().shape[0], f.shape[0]))
        out.append(f)
    return out


def kron(factors: Sequence[Node]) -> Node:
    """The Kronecker product."""
    scalars: list[Node] = []
    flat: list[Node] = []
    for f in factors:
        if f.op == "scale":
            scalars.append(f.args[0])
            f = f.args[1]
        if f.is_scalar:
            scalars.append(f)
        elif f.op == "kron":
            flat.extend(f.args)
        elif f.op == "transpose" and f.args[0].op == "kron":
            flat.extend(map(transpose, f.args[0].args))
        else:
            flat.append(f)
    flat = _merged_identities(flat)
    if not flat:
        return had(scalars)
    shape = flat[0].shape
    for f in flat[1:]:
        shape = (size_product(shape[0], f.shape[0]), size_product(shape[1], f.shape[1]))
    if any(f.op == "zeros" for f in flat):
        return zeros(*shape)
    if all(f.op == "eye" for f in flat):
        body = eye(shape[0])
    elif (joined := _joined(flat)) is not None:
        body = joined
    elif len(flat) == 1:
        body = flat[0]
    else:
        body = make("kron", tuple(flat), shape)
        if _orientable(body):
            body = _with_transpose(body, make("kron", tuple(map(transpose, flat)), shape[::-1]))
    return scale(had(scalars), body) if scalars else body


def _joined(flat: list[Node]) -> Node | None:
    """u (x) v^T = v^T (x) u = u v^T for neighbours, and x (x) u w^T = (x (x) u) w^T for columns x, u."""
    for i, (a, b) in enumerate(pairwise(flat)):
        row_first = is_one(a.shape[0]) and is_one(b.shape[1])
        if row_first or (is_one(a.shape[1]) and is_one(b.shape[0])):
            return kron([*flat[:i], matmul([b, a] if row_first else [a, b]), *flat[i + 2 :]])
    *columns, last = flat
    if columns and all(is_one(c.shape[1]) for c in columns) and last.op == "matmul" and is_one(last.args[1].shape[0]):
        return matmul([kron([*columns, last.args[0]]), *last.args[1:]])
    return None


def explicit(rows: Sequence[Sequence[Node]]) -> Node:
    """The matrix with these scalar entries."""
    shape = (len(rows), len(rows[0]))
    if any(len(r) != shape[1] for r in rows):
        raise ShapeError(f"rows of different lengths: {', '.join(str(len(r)) for r in rows)}")
    entries = tuple(e for r in rows for e in r)
    for e in entries:
        if not e.is_scalar:
            raise ShapeError(f"an entry must be a scalar, found {e} {shape_text(e.shape)}")
    return entries[0] if shape == SCALAR else make("explicit", entries, shape)


def sumover(body: Node, index: Node, lo: Node, hi: Node) -> Node:
    """The sum of `body` for index = lo..hi; a sum inside that binds the same index is given another letter."""
    if is_zero(body):
        return body
    if _binds(body, index):
        body = _apart(body, index)
    _check_range(body, index, lo, hi)
    if index not in set(_leaves(body)):
        return scale(add([hi, const(1), scale(MINUS_ONE, lo)]), body)
    c, rest = split(body)
    if c != 1:
        return scale(const(c), sumover(rest, index, lo, hi))
    return make("sumover", (body, lo, hi), body.shape, index)


def prodover(body: Node, index: Node, lo: Node, hi: Node) -> Node:
    """The product of a scalar for index = lo..hi; of an empty range it is 1."""
    if not body.is_scalar:
        raise ShapeError(
            f"a product over {index} is of scalars, found {body} {shape_text(body.shape)}: matrices have an order; "
            "write out a product of a few matrices"
        )
    if _binds(body, index):
        body = _apart(body, index)
    _check_range(body, index, lo, hi)
    if index not in set(_leaves(body)):
        return pow_(body, add([hi, const(1), scale(MINUS_ONE, lo)]))
    return make("prodover", (body, lo, hi), body.shape, index)


def _check_range(body: Node, index: Node, lo: Node, hi: Node) -> None:
    """BadInput for a range that reaches outside of a vector whose entries are counted by the index."""
    ends = [e.param for e in (lo, hi) if e.op == "const" and isinstance(e.param, int)]
    if len(ends) == 2 and ends[0] <= ends[1]:
        for n in walk(body):
            if n.op == "basis" and n.args[0] is index:
                for end in ends:
                    check_index(end, n.param)


def _binds(body: Node, index: Node) -> bool:
    return any(n.op in BINDERS and n.param is index for n in walk(body))


def _apart(body: Node, index: Node) -> Node:
    """The body with the sums inside that bind the index over another letter."""
    taken = {n.name for n in walk(body) if n.op in ("symbol", "item")}
    name = next(c + "'" * k for k in range(99) for c in "jlmpqrstuv" if c + "'" * k not in taken)
    fresh = symbol(name, SCALAR, index.properties)
    done: dict[Node, Node] = {}
    for n in walk(body):
        args = tuple(done[a] for a in n.args)
        if n.op in BINDERS and n.param is index:
            done[n] = over(n.op, at_index(n.args[0], index, fresh), fresh, args[1], args[2])
        else:
            done[n] = _hooks["renewed"](n, args)
    return done[body]


def over(op: str, body: Node, index: Node, lo: Node, hi: Node) -> Node:
    """The sum or the product of `body` for index = lo..hi."""
    return (sumover if op == "sumover" else prodover)(body, index, lo, hi)


def at_index(body: Node, index: Node, value: Node) -> Node:
    """The body at one value of the index; a sum inside that binds the same index keeps it."""
    done: dict[Node, Node] = {index: value}
    for n in walk(body):
        if n not in done:
            args = tuple(done[a] for a in n.args)
            if n.op in BINDERS and n.param is index:
                args = (n.args[0], *args[1:])
            done[n] = _hooks["renewed"](n, args)
    return done[body]


def _leaves(n: Node) -> Iterable[Node]:
    return (x for x in walk(n) if x.op == "symbol")


_had_rewrites.append(_diagonal_product)
_call_rewrites["vech"] = _vech_call
