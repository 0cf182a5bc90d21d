"""Tables of known derivatives, as data: the books' identities and the losses people write, independent of the engine."""

from __future__ import annotations

from . import cookbook, gaussians, hessians, losses, magnus, textbook, wikipedia
from .row import Row

__all__ = ["ALL"]

ALL: dict[str, tuple[Row, ...]] = {
    "cookbook": cookbook.ROWS,
    "gaussians": gaussians.ROWS,
    "wikipedia": wikipedia.ROWS,
    "magnus": magnus.ROWS,
    "hessians": hessians.ROWS,
    "losses": losses.ROWS,
    "textbook": textbook.ROWS,
}
