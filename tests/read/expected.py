"""The right column of the table: Python over the exported names, evaluated without the reader."""

from __future__ import annotations

# ruff: noqa: E501 -- one row a line
import types
from fractions import Fraction
from typing import Any

import sympy

from derive import functions
from derive.nodes import const
from derive.sizes import named_size
from derive.symbols import Family, declare, scalar

from .table import GROUPS

SPELLINGS = {
    r"\Sigma": "Sigma", r"\mu": "mu", r"\hat{w}": "w_hat", r"\bar{x}": "x_bar", r"W^{(1)}": "W_1", r"a^{(2)}": "a_2", r"W_{ul}": "W_ul", r"\lambda": "lam",
    r"\vec{y}": "y_vec", r"\hat{M}_k": "M_k", "x'": "x_prime", r"w^*": "w_star", r"\tilde{b}": "b_tilde", r"\alpha_i": "alpha_i", r"z^{(i)}": "z_i",
    r"u^{(i)}": "u_i", r"\alpha": "alpha", "P_k^-": "P_k_minus", r"\sigma^2": "sigma2", r"\sigma_n^2": "sigma_n2", r"\hat{x}^-": "x_hat_minus",
}  # fmt: skip


def rows() -> list[tuple[str, dict[str, str], str, str]]:
    """(group, declarations, text, expected)."""
    found = []
    for group, (where, lines) in GROUPS.items():
        for line in lines.strip().splitlines():
            text, _, expected = line.rpartition("=>")
            found.append((group, where, text.strip(), expected.strip()))
    return found


def expected(where: dict[str, str], source: str) -> Any:
    """The expression that `source` describes."""
    names: dict[str, Any] = {k: v for k, v in vars(functions).items() if not isinstance(v, types.ModuleType)}
    names |= {i: scalar(i, "integer") for i in "ijkr"} | {"pi": sympy.pi, "E": sympy.E, "Fraction": Fraction}
    sizes: set[Any] = set()
    symbols: dict[str, Any] = {}
    for key, text in where.items():
        symbol = declare(key, text)
        symbols[SPELLINGS.get(key, key)] = symbol
        sizes |= set(symbol.shape) | ({symbol.lo, symbol.hi} if isinstance(symbol, Family) else set())
    names |= {str(s): s for s in sizes if isinstance(s, sympy.Symbol)}
    names["const_n"] = const(named_size("n"))
    value = eval(source, names | symbols)
    return value if hasattr(value, "op") else const(value)
