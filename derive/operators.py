"""What + - * / ** and [] mean between nodes."""

from __future__ import annotations

from typing import Any

from .algebra import add, matmul, matpow, pow_, scale, transpose
from .errors import ShapeError
from .leaves import as_node, basis, is_zero, ones, zeros
from .nodes import MINUS_ONE, ONE, Node, _hooks, const
from .sizes import Size, is_one, same_size, shape_text


def plus(a: Node, b: Node) -> Node:
    """a + b; a scalar is added to every entry of a vector."""
    if a.is_scalar != b.is_scalar:
        a, b = broadcast(a, b), broadcast(b, a)
    return add([a, b])


def broadcast(s: Node, like: Node) -> Node:
    """A scalar as a vector or matrix of equal entries, where that cannot be mistaken for a multiple of I."""
    if not s.is_scalar or like.is_scalar:
        return s
    m, n = like.shape
    if is_zero(s):
        return zeros(m, n)
    if same_size(m, n) and not _entrywise(like):
        raise ShapeError(
            f"cannot add {s} (scalar) and {like} {shape_text(like.shape)}; write {s}*eye({n}) or {s}*ones({m}, {n})"
        )
    return scale(s, ones(m, n))


def _entrywise(n: Node) -> bool:
    """True for the value of an elementwise function, where 1 + f(X) can only mean: to every entry."""
    if n.op == "scale":
        return _entrywise(n.args[1])
    if n.op in ("transpose", "add", "had"):
        return any(_entrywise(a) for a in n.args)
    return n.op in ("pow", "ones") or (n.op == "call" and n.fn.elementwise)


def minus(a: Node, b: Node) -> Node:
    return plus(a, scale(MINUS_ONE, b))


def times(a: Node, b: Node) -> Node:
    """a b: a scalar multiple or the matrix product."""
    if a.is_scalar:
        return scale(a, b)
    return scale(b, a) if b.is_scalar else matmul([a, b])


def over(a: Node, b: Node) -> Node:
    if not b.is_scalar:
        raise ShapeError(f"cannot divide by {b} {shape_text(b.shape)}; use divide(a, b) entrywise or inv(b)")
    return scale(pow_(b, MINUS_ONE), a)


def to_the(a: Node, k: Node) -> Node:
    if not k.is_scalar:
        raise ShapeError(f"an exponent must be a scalar, found {k} {shape_text(k.shape)}")
    if a.is_scalar:
        return pow_(a, k)
    if not same_size(*a.shape):
        raise ShapeError(
            f"cannot take a power of {a} {shape_text(a.shape)}: it is not square; use power(x, p) entrywise"
        )
    return matpow(a, k)


def getitem(a: Node, key: Any) -> Node:
    """a[i] of a vector, a[i, j] of a matrix; indices count from 0, as in Python."""
    i, j = key if isinstance(key, tuple) else (key, 0) if is_one(a.shape[1]) else (0, key)
    if a.is_scalar and (i, j) == (0, 0):
        return a
    return matmul([transpose(basis(a.shape[0], _index(i, a.shape[0]))), a, basis(a.shape[1], _index(j, a.shape[1]))])


def _index(i: Any, n: Size) -> Node:
    if isinstance(i, int) and i < 0:
        return add([const(n), const(i + 1)])
    return add([as_node(i), ONE])


_hooks.update(as_node=as_node, plus=plus, minus=minus, times=times, over=over, to_the=to_the, getitem=getitem)
