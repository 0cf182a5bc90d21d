"""How the name of a symbol is spelt: the parts of a name as the user wrote it, and the letters of each alphabet."""

from __future__ import annotations

import re
from typing import NamedTuple

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ",
    "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "varphi": "ϕ", "chi": "χ",
    "psi": "ψ", "omega": "ω", "ell": "ℓ", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ",
    "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
GREEK_NAMES = {letter: name for name, letter in reversed(GREEK.items())}
ALIASES = {"lam": "lambda", "lamda": "lambda", "eps": "epsilon"}  # as Python code spells them
ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307", "ddot": "\u0308", "vec": "\u20d7"}
WIDE_ACCENTS = {"widehat": "hat", "widetilde": "tilde", "overline": "bar"}
FONTS = ("mathbf", "boldsymbol", "bm", "mathrm", "mathit", "mathcal", "mathbb", "mathsf", "operatorname", "text")

SUPERSCRIPTS = dict(zip("0123456789+-−=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾", strict=True)) | dict(
    zip("abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True)
)
SUBSCRIPTS = dict(zip("0123456789", "₀₁₂₃₄₅₆₇₈₉", strict=True))
_PLAIN_DIGITS = {sub: digit for digit, sub in SUBSCRIPTS.items()}


class Name(NamedTuple):
    r"""The parts of a name: `\hat{W}_{ij}^{(1)}` has base W, accent hat, subscript ij and superscript (1)."""

    base: str
    accent: str = ""
    font: str = ""
    sub: str = ""
    sup: str = ""
    primes: int = 0


# Patterns are compiled at their first use: importing costs nothing.
_HEAD = r"\\(?P<command>[A-Za-z]+)\s*(?:\{(?P<braced>(?:[^{}]|\{[^{}]*\})*)\}|(?P<single>(?<=\s)[A-Za-z]))?"
_TAIL = r"_\{(?P<sub>[^{}]*)\}|_(?P<sub1>\w+)|\^\{(?P<sup>[^{}]*)\}|\^(?P<sup1>\w|\*)|(?P<prime>')|(?P<star>\*)"
_LETTERS = r"(?P<base>[^\W\d_]+)(?P<digits>\d*)"


def parse(name: str) -> Name:
    """Read a name as the user declared it; what cannot be taken apart is a base."""
    name = name.strip()
    base, accent, font, rest = _head(name)
    if base[-1:] in _PLAIN_DIGITS:  # x₁
        stem = base.rstrip("".join(_PLAIN_DIGITS))
        rest = "_{" + "".join(_PLAIN_DIGITS[c] for c in base[len(stem) :]) + "}" + rest
        base = stem or base
    sub, sup, primes = "", "", 0
    while rest:
        found = re.match(_TAIL, rest)
        if not found:
            return Name(name)
        sub += found["sub"] or found["sub1"] or ""
        sup += found["sup"] or found["sup1"] or found["star"] or ""
        primes += bool(found["prime"])
        rest = rest[found.end() :]
    return Name(ALIASES.get(base, GREEK_NAMES.get(base, base)), accent, font, sub, sup, primes)


def _head(name: str) -> tuple[str, str, str, str]:
    """(base, accent, font, rest of the name)."""
    found = re.match(_HEAD, name)
    if found:
        command, inner, rest = found["command"], found["braced"] or found["single"], name[found.end() :]
        if inner is None:
            return command, "", "", rest
        kind = WIDE_ACCENTS.get(command, command)
        base, accent, font, inner_rest = _head(inner)
        if kind in ACCENTS:
            return base, kind, font, inner_rest + rest
        if kind in FONTS:
            return base, accent, kind, inner_rest + rest
        return name, "", "", ""
    found = re.match(_LETTERS, name)
    if not found:
        return name, "", "", ""
    digits = "_{" + found["digits"] + "}" if found["digits"] else ""
    return found["base"], "", "", digits + name[found.end() :]


def superscript(text: str) -> str | None:
    """The text in raised letters, where each has one."""
    raised = [SUPERSCRIPTS.get(c) for c in text if c != " "]
    return None if None in raised else "".join(c for c in raised if c)
