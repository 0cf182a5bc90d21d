r"""Named densities: \mathcal{N}(x | \mu, \Sigma), the Gaussian."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import scripts
from .syntax import Call, Syntax
from .tokens import Token

if TYPE_CHECKING:
    from .brackets import Brackets


def gaussian(p: Brackets, token: Token, start: int) -> Syntax | None:
    r"""\mathcal{N}(x | \mu, \Sigma) or \mathcal{N}(x; \mu, \Sigma), the name just taken; None for anything else."""
    if token.text != "\\mathcal{N}" or p.peek().text != "(" or p.scope.find(token.text) is not None:
        return None
    pieces = _pieces(p)
    if len(pieces) != 3:
        return None
    args = tuple(p.within(piece) for piece in pieces)
    p.i = pieces[-1][1] + 1
    body = Call(p.since(start), "normal_density", args)
    return scripts.apply_all(p, body, scripts.gather(p))


def _pieces(p: Brackets) -> list[tuple[int, int]]:
    """The slices between the bracket that follows, one | or ; and the commas after it; none where that fails."""
    depth, first, found, parted = 0, p.i + 1, list[tuple[int, int]](), False
    for k in range(p.i, p.stop):
        t = p.tokens[k]
        depth += (t.kind == "open") - (t.kind == "close")
        parts = depth == 1 and t.text == "," if parted else depth == 1 and t.text in ("|", ";")
        if parts or depth == 0:
            found.append((first, k))
            first, parted = k + 1, True
        if depth == 0:
            return found
    return []
