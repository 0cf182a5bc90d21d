"""Derivatives that the engine works out: within the right side of a claim, by one entry, or of another order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import DeriveError
from ..functions import basis
from ..leaves import zeros
from ..nodes import Node, symbol, walk
from ..rebuilding import substitute
from ..sizes import is_one
from ..verbs import derive
from .question import Unreadable


class Tensor(Exception):
    """A derivative with more than two axes, in a product: what the product means is not written."""


def derivative_of(function: Node, wrt: Node, entry: Sequence[str] = ()) -> Node:
    """The gradient of a scalar, the Jacobian of anything else; by an entry, the derivative by that entry."""
    if not entry:
        found = derive(function, wrt)
        if found.is_tensor:
            raise Tensor
        return found.gradient if function.is_scalar else found.jacobian
    t, f = shifted(function, wrt, entry)
    return substitute(derive(f, t).result, {t: zeros(1, 1)})


def derived_or_none(function: Node, wrt: Node) -> Node | None:
    try:
        return derivative_of(function, wrt)
    except (DeriveError, Tensor):
        return None


class Unconfirmed(Exception):
    """A derivative that its own check does not call correct."""


def confirmed(function: Node, wrt: Node, entry: Sequence[str] = ()) -> Node:
    """The derivative, checked against numerical ones."""
    t, f = shifted(function, wrt, entry) if entry else (wrt, function)
    if not derive(f, t).check():
        raise Unconfirmed
    return derivative_of(function, wrt, entry)


def shifted(function: Node, wrt: Node, entry: Sequence[str], *more: Node) -> tuple[Node, ...]:
    """A scalar t, and everything with t added to one entry of the variable."""
    t = symbol(r"\check{t}", (1, 1))
    row = basis(wrt.shape[0], _index(entry[0], wrt.shape[0]))
    unit = row if len(entry) == 1 else row * basis(wrt.shape[1], _index(entry[1], wrt.shape[1])).T
    if len(entry) == 1 and not is_one(wrt.shape[1]):
        raise Unreadable(f"{wrt} is no vector")
    return (t, *(substitute(node, {wrt: wrt + t * unit}) for node in (function, *more)))


def _index(word: str, size: Any) -> Any:
    if word.isdigit():
        return int(word)
    if str(size) == word:
        return size
    raise Unreadable(f"the index {word}")


def symbols_of(node: Node) -> set[Node]:
    return {n for n in walk(node) if n.op in ("symbol", "item")}
