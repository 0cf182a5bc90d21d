"""Reading formulas as people write them, LaTeX, plain or Unicode, into the engine's expressions.

>>> read("x^T A x", where={"A": "n x n", "x": "n"}).expression.shape
(1, 1)
"""

from __future__ import annotations

from .chains import split_equations
from .equation import Claim, Equation, read_equation, read_equations
from .formula import Formula, read, read_claim, read_many
from .macros import read_macros
from .sides import links

__all__ = [
    "Claim",
    "Equation",
    "Formula",
    "links",
    "read",
    "read_claim",
    "read_equation",
    "read_equations",
    "read_macros",
    "read_many",
    "split_equations",
]
