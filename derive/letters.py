"""How the name of a symbol is spelt: the parts of a name as the user wrote it, and the letters of each alphabet."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
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
_RAISED_DIGITS = {SUPERSCRIPTS[digit]: digit for digit in "0123456789"}

# What LaTeX and KaTeX know of Unicode beyond the Greek of GREEK.
_VARIANTS = {
    "ϵ": r"\epsilon", "ς": r"\varsigma", "ϱ": r"\varrho", "ϖ": r"\varpi", "ϰ": r"\varkappa", "ο": "o", "ı": r"\imath",
    "ȷ": r"\jmath", "ℏ": r"\hbar", "ø": r"\text{ø}", "∞": r"\infty", "∂": r"\partial", "∇": r"\nabla", "′": "'",
}  # fmt: skip
_MARKS = {
    "\u0300": "grave", "\u0301": "acute", "\u0306": "breve", "\u030a": "mathring", "\u030c": "check",
} | {mark: accent for accent, mark in ACCENTS.items()}  # fmt: skip
_FACES = {"DOUBLE-STRUCK": "mathbb", "SCRIPT": "mathcal", "FRAKTUR": "mathfrak", "BLACK-LETTER": "mathfrak",
          "BOLD": "mathbf", "SANS-SERIF": "mathsf", "MONOSPACE": "mathtt"}  # fmt: skip
_ESCAPED = {c: "\\" + c for c in "_&%#${}"} | {
    "~": r"\sim", "^": r"\wedge", "\\": r"\backslash", " ": r"\ ",
}  # fmt: skip


class Name(NamedTuple):
    r"""The parts of a name: `\hat{W}_{ij}^{(1)}` has base W, accent hat, subscript ij and superscript (1)."""

    base: str
    accent: str = ""
    font: str = ""
    sub: str = ""
    sup: str = ""
    primes: int = 0
    sign: str = ""  # the d of a differential, d\beta


# Patterns are compiled at their first use: importing costs nothing.
_HEAD = r"\\(?P<command>[A-Za-z]+)\s*(?:\{(?P<braced>(?:[^{}]|\{[^{}]*\})*)\}|(?P<single>(?<=\s)[A-Za-z]))?"
_TAIL = r"_\{(?P<sub>[^{}]*)\}|_(?P<sub1>\w+)|\^\{(?P<sup>[^{}]*)\}|\^(?P<sup1>\w|[*+-])|(?P<prime>')|(?P<star>\*)"
_LETTERS = r"(?P<base>[^\W\d_]+)(?P<digits>\d*)"


def parse(name: str) -> Name:
    """Read a name as the user declared it; what cannot be taken apart is a base."""
    name = name.strip()
    if name.startswith("d\\"):
        return parse(name[1:])._replace(sign="d")
    base, accent, font, rest = _head(name)
    if base[-1:] in _PLAIN_DIGITS:  # x₁
        stem = base.rstrip("".join(_PLAIN_DIGITS))
        rest = "_{" + "".join(_PLAIN_DIGITS[c] for c in base[len(stem) :]) + "}" + rest
        base = stem or base
    elif base[-1:] in _RAISED_DIGITS:  # σ²
        stem = base.rstrip("".join(_RAISED_DIGITS))
        rest = "^{" + "".join(_RAISED_DIGITS[c] for c in base[len(stem) :]) + "}" + rest
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


def in_latex(text: str) -> str:
    r"""Characters as LaTeX mathematics: β as \beta, é as \acute{e}, ℝ as \mathbb{R}, another script as \text.

    >>> in_latex("Δx"), in_latex("a_b"), in_latex("Ж")
    ('\\Delta x', 'a\\_b', '\\text{Ж}')
    """
    out = ""
    for c in unicodedata.normalize("NFC", text):
        spelt = _character(c)
        glued = out and spelt[0].isalpha() and re.search(r"\\[A-Za-z]+$", out)
        out += (" " if glued else "") + spelt
    return out


@lru_cache(maxsize=1024)
def _character(c: str) -> str:
    if c in _ESCAPED:
        return _ESCAPED[c]
    if c.isascii():
        return c
    if c in GREEK_NAMES:
        return "\\" + GREEK_NAMES[c]
    if c in _VARIANTS:
        return _VARIANTS[c]
    kind, *codes = unicodedata.decomposition(c).split() or [""]
    if kind == "<font>":
        face = next((_FACES[w] for w in _FACES if w in unicodedata.name(c, "")), "")
        inner = _character(chr(int(codes[0], 16)))
        return rf"\{face}{{{inner}}}" if face else inner
    if codes and not kind.startswith("<") and chr(int(codes[0], 16)) in _MARKS:
        return rf"\{_MARKS[chr(int(codes[0], 16))]}{{{_character(chr(int(kind, 16)))}}}"
    return rf"\text{{{c}}}"
