"""What a formula leaves to be worked out: E[...] over declared moments, and derivatives inside it."""

from __future__ import annotations

from collections.abc import Mapping

from .derivation import Derivation
from .errors import BadInput, NoRule
from .moments import over_declared
from .nodes import Node, walk
from .pending import is_pending
from .random_variables import is_expectation
from .rebuilding import renewed
from .second_order import Hessian

Where = Mapping[str, str]


def worked_out(f: Node, where: Where | None) -> Node:
    """f with every E[...] and every derivative inside it worked out, the innermost first.

    Errors: NoRule for an expectation of which nothing is declared random, and for a derivative without a rule.
    """
    order = walk(f)
    if not any(is_pending(n) or is_expectation(n) for n in order):
        return f
    done: dict[Node, Node] = {}
    for n in order:
        args = tuple(done[a] for a in n.args)
        if is_pending(n):
            done[n] = _derived(*args)
        elif is_expectation(n):
            done[n] = over_declared(args[0], n, where or {})
        else:
            done[n] = renewed(n, args)
    return done[f]


def _derived(f: Node, *by: Node) -> Node:
    """The derivative as derive() reports it, once the values of f confirm it."""
    x = by[0]
    if f.op == "symbol" and f is not x:
        raise BadInput(f"{f} is not defined, so nothing is known of its derivative by {x}")
    if len(by) > 1 and by[1] is x and f.is_scalar and not x.is_scalar:
        return confirmed(Hessian(f, x))
    found = f
    for x in by:
        found = confirmed(Derivation(found, x))
    return found


def confirmed(found: Derivation) -> Node:
    """A derivative that the values of its function do not contradict."""
    if found.check().status == "wrong":
        raise NoRule(f"the derivative of {found.function} by {found.wrt} could not be confirmed")
    return found.result
