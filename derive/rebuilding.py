"""Making a node anew with other arguments, and replacing nodes inside an expression."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .algebra import add, call, had, matmul, matpow, pow_, scale, transpose
from .leaves import basis
from .maps import diag, diagonal, kron, over, trace, unvec, vec
from .nodes import Node, _hooks, make, walk
from .sizes import Shape


def rebuild(op: str, args: Sequence[Node], param: Any, shape: Shape) -> Node:
    """A node of this kind with other arguments, simplified as if written anew."""
    match op:
        case "add":
            return add(args)
        case "had":
            return had(args)
        case "scale":
            return matmul(args) if not args[0].is_scalar else scale(args[0], args[1])
        case "matmul":
            return matmul(args)
        case "pow":
            return pow_(args[0], args[1])
        case "transpose":
            return transpose(args[0])
        case "matpow":
            return matpow(args[0], args[1])
        case "trace":
            return trace(args[0])
        case "diag":
            return diag(args[0])
        case "diagonal":
            return diagonal(args[0])
        case "kron":
            return kron(args)
        case "vec":
            return vec(args[0])
        case "unvec":
            return unvec(args[0], shape)
        case "basis":
            return basis(param, args[0])
        case "call":
            return call(param[0], args)
        case "sumover" | "prodover":
            return over(op, args[0], param, args[1], args[2])
        case "item":
            return make(op, tuple(args), shape, param)
        case "explicit":
            return make(op, tuple(args), shape)
    return make(op, (), shape, param)


def renewed(node: Node, args: tuple[Node, ...]) -> Node:
    """The node over what its arguments have become; the node itself where they are the same."""
    if all(x is y for x, y in zip(args, node.args, strict=True)):
        return node
    return rebuild(node.op, args, node.param, node.shape)


def substitute(root: Node, replacements: dict[Node, Node]) -> Node:
    """`root` with nodes replaced, simplified on the way; linear in the DAG."""
    done: dict[Node, Node] = dict(replacements)
    for node in walk(root):
        if node in done:
            continue
        done[node] = renewed(node, tuple(done[a] for a in node.args))
    return done[root]


_hooks.update(rebuild=rebuild, renewed=renewed)
