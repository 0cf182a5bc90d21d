"""Expressions as plain text that Python reads back, and in Unicode as in a book."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from . import letters
from .nodes import Node, _hooks, walk
from .piece import ATOM, HAD, POWER, PRODUCT, QUOTIENT, Piece
from .printer import Form, Printer, is_differential
from .sizes import is_one
from .values import is_negative


def text(node: Node) -> str:
    """Plain ASCII, as one writes it in Python.

    >>> from derive.symbols import matrix, vector
    >>> A, x = matrix("A", "n", "n"), vector("x", "n")
    >>> text((A + A.T) * x)
    '(A + A.T)*x'
    """
    return TextPrinter().print(node)


def unicode(node: Node) -> str:
    """Unicode, as in a book.

    >>> from derive.symbols import matrix, vector
    >>> A, x = matrix("A", "n", "n"), vector("x", "n")
    >>> unicode((A + A.T) * x)
    '(A + Aᵀ)x'
    """
    return UnicodePrinter().print(node)


class TextPrinter(Printer):
    """`2*A.T*(A*x - b)/norm(A*x - b)`."""

    names_members = False

    root_of_matrix = False
    forms: ClassVar[Mapping[str, Form]] = {
        "transpose":          ("<0:7>.T", ATOM),
        "inverse":            ("inv(<0>)", ATOM),
        "inverse transposed": ("inv(<0>).T", ATOM),
        "sqrt":               ("sqrt(<0>)", ATOM),
        "trace":              ("tr(<0>)", ATOM),
        "diag":               ("diag(<0>)", ATOM),
        "diagonal":           ("diag(<0>)", ATOM),
        "vec":                ("vec(<0>)", ATOM),
        "unvec":              ("unvec(<0>, <1>, <2>)", ATOM),
        "eye":                ("eye(<0>)", ATOM),
        "ones":               ("ones(<0>)", ATOM),
        "ones row":           ("ones(<0>, <1>)", ATOM),
        "ones matrix":        ("ones(<0>, <1>)", ATOM),
        "zeros":              ("zeros(<0>)", ATOM),
        "zeros matrix":       ("zeros(<0>, <1>)", ATOM),
        "basis":              ("basis(<0>, <1>)", ATOM),
        "commutation":        ("commutation(<0>, <1>)", ATOM),
        "duplication":        ("duplication(<0>)", ATOM),
        "elimination":        ("elimination(<0>)", ATOM),
        "sumover":            ("sumover(<0>, <1>, <2>, <3>)", ATOM),
        "expectation":        ("E[<0>]", ATOM),
        "prodover":           ("prodover(<0>, <1>, <2>, <3>)", ATOM),
        "sqnorm":             ("norm(<0>)**2", POWER),
        "norm1":              ("norm(<0>, 1)", ATOM),
        "pnorm":              ("norm(<0>, <1>)", ATOM),
        "maxnorm":            ('norm(<0>, "inf")', ATOM),
        "maxnorm matrix":     ('norm(<0>, "max")', ATOM),
        "nuclear":            ('norm(<0>, "nuc")', ATOM),
        "spectral":           ('norm(<0>, "spectral")', ATOM),
        "softmax matrix":     ("softmax(<0>, axis=0)", ATOM),
        "softmax rows":       ("softmax(<0>, axis=1)", ATOM),
        "log_softmax matrix": ("log_softmax(<0>, axis=0)", ATOM),
        "log_softmax rows":   ("log_softmax(<0>, axis=1)", ATOM),
        "logsumexp matrix":   ("logsumexp(<0>, axis=0)", ATOM),
        "logsumexp rows":     ("logsumexp(<0>, axis=1)", ATOM),
    }  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.spelt: dict[str, str] = {}

    def print(self, root: Node) -> str:
        self.spelt = identifiers(n.name for n in walk(root) if n.op in ("symbol", "item"))
        return super().print(root)

    def name_piece(self, name: str, kind: str = "symbol", node: Node | None = None) -> Piece:
        return Piece((self.spelt.get(name) or identifier(name),), ATOM, kind, 1, name)

    def fraction(self, number: Fraction, over: Sequence[Piece], under: Sequence[Piece]) -> Piece:
        top = [*([self.number(number.numerator)] if number.numerator != 1 or not over else []), *over]
        bottom = [*([self.number(number.denominator)] if number.denominator != 1 else []), *under]
        above = self.product(top)
        if not bottom:
            return above
        below = self.product(bottom)
        parts = (self.wrap(above, QUOTIENT), "/", self.wrap(below, POWER))
        return Piece(parts, QUOTIENT, "quotient", above.size + below.size, above.lead)

    def factor(self, f: Piece, i: int, factors: Sequence[Piece]) -> Piece:
        if f.kind == "inner" and i < len(factors) - 1 and factors[i + 1].kind != "inner":
            return self.bracketed(f) if i else f
        return self.wrap(f, QUOTIENT if i == 0 else PRODUCT) if f.kind != "inner" else super().factor(f, i, factors)

    def juxtapose(self, factors: Sequence[Piece]) -> list[Any]:
        return interleaved(factors, "*")

    def power(self, base: Piece, exponent: Piece, elementwise: bool = False) -> Piece:
        if elementwise:
            return self.applied("power", [base, exponent])
        parts = (self.wrap(base, ATOM), "**", self.wrap(exponent, ATOM))
        return Piece(parts, POWER, "power", base.size + max(1, exponent.size), base.lead)

    def elementwise(self, over: list[Piece], under: list[Piece]) -> Piece:
        if not under:
            return self.applied("hadamard", over)
        above = self.applied("hadamard", over) if len(over) > 1 else over[0] if over else self.number(1)
        return self.applied("divide", [above, under[0] if len(under) == 1 else self.applied("hadamard", under)])

    def kron(self, factors: Sequence[Piece]) -> Piece:
        return self.applied("kron", factors)

    def _matmul(self, n: Node) -> Piece:
        """Sums by their name: 1'M is sum(M, axis=0)."""
        args = list(n.args)
        above = args[0].op == "ones" and is_one(args[0].shape[0])
        beside = args[-1].op == "ones" and is_one(args[-1].shape[1])
        rest = args[above : len(args) - beside]
        if not (above or beside) or not rest or (beside and not above and is_one(rest[0].shape[0])):
            return super()._matmul(n)
        body = self.product([self.pieces[a] for a in rest])
        if above and (beside or is_one(rest[-1].shape[1])):
            if body.kind == "transpose" and len(rest) == 1:  # of sums of all entries
                body = self.pieces[rest[0].args[0]]
            return self.applied("sum", [body])
        parts = ("sum(", *self.signed(body), ", axis=0)" if above else ", axis=1)")
        return Piece(parts, ATOM, "call", body.size + 1, body.lead)

    def indexed(self, body: Piece, indices: Sequence[Piece]) -> Piece:
        shifted = [self.zero_based(i) for i in indices]
        return Piece(
            (self.wrap(body, ATOM), "[", *interleaved(shifted, ", "), "]"), ATOM, "symbol", body.size, body.lead
        )

    def block(self, indices: Sequence[Piece], sizes: Sequence[Piece]) -> Piece:
        """(i - 1)*p + r, counted from 1."""
        parts: list[Any] = []
        for p, i in enumerate(indices[:-1]):
            later = [f"*{self.write((self.wrap(n, ATOM),))}" for n in sizes[p + 1 :]]
            parts += ["(", i, " - 1)", *later, " + "]
        return Piece((*parts, indices[-1]), PRODUCT, "product")

    def zero_based(self, index: Piece) -> Piece:
        """Python counts from 0."""
        r = index.ratio
        if r is not None and not r.over and not r.under and r.number.denominator == 1:
            return self.rational(r.number.numerator - 1)
        return self.sum([index, self.rational(-1)])

    def _item(self, n: Node) -> Piece:
        family = self.name_piece(n.name)
        parts = (family, "[", *interleaved([self.pieces[a] for a in n.args], ", "), "]")
        return Piece(parts, ATOM, "symbol", 1, n.name)

    def _explicit(self, n: Node) -> Piece:
        columns = int(n.shape[1])
        parts: list[Any] = ["stack(["]
        for i, a in enumerate(n.args):
            parts += ["[" if i % columns == 0 else "", *self.signed(self.pieces[a])]
            parts.append("]" if (i + 1) % columns == 0 else "")
            parts.append(", " if i + 1 < len(n.args) else "])")
        return Piece(parts, ATOM, "call", len(n.args))


def interleaved(factors: Sequence[Piece], between: str) -> list[Any]:
    parts: list[Any] = []
    for i, f in enumerate(factors):
        if i:
            parts.append(between)
        if f.neg:
            parts.append("-")
        parts.append(f)
    return parts


_SIGN_NAMES = {"*": "star", "-": "minus", "+": "plus"}  # w^*, \hat{x}_k^-


def identifier(name: str) -> str:
    r"""A name in ASCII that Python can read: w_hat for \hat{w}, W_1 for W^{(1)}."""
    if name.isascii() and name.isidentifier():
        return name
    n = letters.parse(name)
    inner = "".join(c for c in n.sup if c.isalnum())
    sign = _SIGN_NAMES.get(n.sup[:1], "") if not inner else "star" * ("*" in n.sup)
    words = [n.base.strip("\\{}"), n.accent, n.sub.replace(",", "").strip("\\{}"), inner, sign, "prime" * n.primes]
    spelt = n.sign + "_".join("".join(c for c in w if c.isalnum() or c == "_") for w in words if w)
    return "".join(letters.GREEK_NAMES.get(c, c) for c in spelt)


def identifiers(names: Iterable[str]) -> dict[str, str]:
    """An identifier for each name, and no two alike: W_1 is W_1, and beside it W^{(1)} is W_1_."""
    taken: set[str] = set()
    found: dict[str, str] = {}
    for name in sorted(set(names), key=lambda n: (identifier(n) != n, n)):  # who is spelt so already keeps it
        spelt = identifier(name)
        while spelt in taken:
            spelt += "_"
        taken.add(spelt)
        found[name] = spelt
    return found


class UnicodePrinter(Printer):
    """`2Aᵀ(Ax − b)/‖Ax − b‖`."""

    minus, plus, infix_minus = "−", " + ", " − "

    delta = "δ"
    forms: ClassVar[Mapping[str, Form]] = {
        "transpose":          ("<0:7>ᵀ", POWER),
        "inverse":            ("<0:7>⁻¹", POWER),
        "inverse transposed": ("<0:7>⁻ᵀ", POWER),
        "sqrt":               ("√<0:7>", POWER),
        "trace":              ("tr(<0>)", ATOM),
        "trace open":         ("tr <0>", 2),
        "det":                ("det(<0>)", ATOM),
        "det open":           ("det <0>", 2),
        "logdet":             ("log det(<0>)", POWER),
        "logdet open":        ("log det <0>", 2),
        "diag":               ("diag(<0>)", ATOM),
        "diagonal":           ("diag(<0>)", ATOM),
        "vec":                ("vec(<0>)", ATOM),
        "vec open":           ("vec <0>", 2),
        "unvec":              ("unvec(<0>)", ATOM),
        "eye":                ("I", ATOM),
        "ones":               ("1", ATOM),
        "ones row":           ("1ᵀ", POWER),
        "ones matrix":        ("11ᵀ", PRODUCT),
        "zeros":              ("0", ATOM),
        "zeros matrix":       ("0", ATOM),
        "commutation":        ("K_(<0>,<1>)", ATOM),
        "duplication":        ("D_<0:7>", ATOM),
        "elimination":        ("L_<0:7>", ATOM),
        "sumover":            ("Σ_(<1>=<2>..<3>) <0:4>", 2),
        "prodover":           ("Π_(<1>=<2>..<3>) <0:4>", 2),
        "norm":               ("‖<0>‖", ATOM),
        "norm matrix":        ("‖<0>‖_F", ATOM),
        "sqnorm":             ("‖<0>‖²", POWER),
        "sqnorm matrix":      ("‖<0>‖_F²", POWER),
        "norm1":              ("‖<0>‖₁", ATOM),
        "pnorm":              ("‖<0>‖_<1:7>", ATOM),
        "maxnorm":            ("‖<0>‖_∞", ATOM),
        "maxnorm matrix":     ("‖<0>‖ₘₐₓ", ATOM),
        "nuclear":            ("‖<0>‖_*", ATOM),
        "spectral":           ("‖<0>‖₂", ATOM),
        "abs":                ("|<0>|", ATOM),
        "sigmoid":            ("σ(<0>)", ATOM),
        "normal_cdf":         ("Φ(<0>)", ATOM),
        "normal_pdf":         ("φ(<0>)", ATOM),
        "maximum":            ("max(<0>, <1>)", ATOM),
        "minimum":            ("min(<0>, <1>)", ATOM),
        "adjugate":           ("adj(<0>)", ATOM),
        "pinv":               ("<0:7>⁺", POWER),
        "leading_left":       ("u₁(<0>)", ATOM),
        "leading_right":      ("v₁(<0>)", ATOM),
        "expectation":        ("E[<0>]", ATOM),
        "softmax matrix":     ("softmax(<0>, axis=0)", ATOM),
        "softmax rows":       ("softmax(<0>, axis=1)", ATOM),
        "log_softmax matrix": ("log_softmax(<0>, axis=0)", ATOM),
        "log_softmax rows":   ("log_softmax(<0>, axis=1)", ATOM),
        "logsumexp matrix":   ("logsumexp(<0>, axis=0)", ATOM),
        "logsumexp rows":     ("logsumexp(<0>, axis=1)", ATOM),
    }  # fmt: skip

    def name_piece(self, name: str, kind: str = "symbol", node: Node | None = None) -> Piece:
        spelt, prec = in_unicode(name)
        if node is not None and is_differential(node):
            of, prec = in_unicode(node.param.subject)
            spelt = "d" + of
        first = "".join(c for c in unicodedata.normalize("NFC", spelt) if not unicodedata.combining(c))
        wide = len(first) > 1 and first[1] not in _SCRIPTS  # W₁ is still one letter
        last = "w" if wide or "_" in spelt or "^" in spelt else "l"
        piece = Piece((spelt,), prec, kind, 1, name, "w" if wide and first[1] != "_" else "l", last)
        piece.indexed = len(first) > 1
        return piece

    def function_name(self, name: str, node: Node | None) -> str:
        return name + "." if self.ambiguous(name, node) else name

    def fraction(self, number: Fraction, over: Sequence[Piece], under: Sequence[Piece]) -> Piece:
        vulgar = VULGAR.get(number) if not under and over else None
        if vulgar:
            return self.product([Piece((vulgar,), ATOM, "number", 0, "~", "d", "d"), *over])
        top = [*([self.number(number.numerator)] if number.numerator != 1 or not over else []), *over]
        bottom = [*([self.number(number.denominator)] if number.denominator != 1 else []), *under]
        above = self.product(top)
        if not bottom:
            return above
        if not over and not under and number in VULGAR:
            return Piece((VULGAR[number],), ATOM, "number", 0, "~", "d", "d")
        below = self.product(bottom)
        below = self.wrap(below, PRODUCT if len(bottom) == 1 and not _has_brackets(below) else ATOM)
        above = self.wrap(above, PRODUCT)
        kind = "number" if above.kind == below.kind == "number" else "quotient"
        size = above.size + below.size
        return Piece((above, "/", below), QUOTIENT, kind, size, above.lead, above.first, below.last)

    def juxtapose(self, factors: Sequence[Piece]) -> list[Any]:
        parts: list[Any] = []
        before = ""
        for f in factors:
            if before == "^" and f.first in "do":  # (X^⊙2)1
                parts[-1] = self.bracketed(parts[-1])
                before = ")"
            if before:
                parts.append(_gap(before, f.first))
            parts.append(f)
            before = f.last
        return parts

    def power(self, base: Piece, exponent: Piece, elementwise: bool = False) -> Piece:
        circled = elementwise and base.kind != "call"
        raised = None if circled or exponent.size > 8 else letters.superscript(self.write(self.signed(exponent)))
        base = self.wrap(base, ATOM)
        parts = [base, raised] if raised is not None else [base, "^⊙" if circled else "^", self.wrap(exponent, ATOM)]
        kind, size = "circled" if circled else "power", base.size + max(1, exponent.size)
        return Piece(parts, POWER, kind, size, base.lead, base.first, "p" if raised is not None else "^")

    def elementwise(self, over: list[Piece], under: list[Piece]) -> Piece:
        above = over or [self.number(1)]
        parts, size = self.chain(above, "⊙")
        if under:
            below, more = self.chain(under, "⊙")
            bracket = len(under) > 1
            parts += [" ⊘ ", *(["("] if bracket else []), *below, *([")"] if bracket else [])]
            size += more
        return Piece(parts, HAD, "had", size, above[0].lead, above[0].first)

    def chain(self, factors: Sequence[Piece], operator: str) -> tuple[list[Any], int]:
        """`y⊙Xw`, but `s ⊙ (1 − s)`: spaces where a factor has brackets."""
        wrapped = [self.wrap(f, QUOTIENT) for f in factors]
        tight = all(w.kind in _TIGHT and w.last != ")" for w in wrapped)
        operator = operator if tight else f" {operator} "
        parts: list[Any] = []
        size = 0
        for i, w in enumerate(wrapped):
            if i:
                parts.append(operator)
            parts.append(w)
            size += w.size
        return parts, size

    def kron(self, factors: Sequence[Piece]) -> Piece:
        parts, size = self.chain(factors, "⊗")
        return Piece(parts, HAD, "kron", size, factors[0].lead, factors[0].first)

    def indexed(self, body: Piece, indices: Sequence[Piece]) -> Piece:
        digits = self.write(indices) if all(i.kind == "number" and not i.neg for i in indices) else ""
        body = self.bracketed(body) if body.indexed else self.wrap(body, ATOM)
        sub: list[Any]
        if digits and all(c in letters.SUBSCRIPTS for c in digits):
            sub = ["".join(letters.SUBSCRIPTS[c] for c in digits)]
        elif all(i.prec == ATOM and not i.neg for i in indices):
            sub = ["_", *indices]
        else:
            sub = ["_(", *interleaved(indices, ","), ")"]
        result = Piece([body, *sub], ATOM, "symbol", 1, body.lead, body.first, "w")
        result.indexed = True
        return result

    def call(self, name: str, args: Sequence[Piece], node: Node | None = None) -> Piece:
        letter = {"eigenvalue": "λ", "eigenvector": "v"}.get(name)
        if name in _BARRED and node is not None and _crowded(node.args[0]):
            args = [self.bracketed(args[0]), *args[1:]]  # ‖(‖x‖‖y‖z)‖: which bars belong together would be a guess
        if letter is None:
            return super().call(name, args, node)
        numbered = self.indexed(Piece((letter,), ATOM, "symbol"), args[1:])
        return self.applied(self.write((numbered,)), args[:1])

    def _basis(self, n: Node) -> Piece:
        return self.indexed(Piece(("e",), ATOM, "symbol", 1, "e", "l", "l"), [self.pieces[n.args[0]]])

    def _explicit(self, n: Node) -> Piece:
        columns = int(n.shape[1])
        parts: list[Any] = ["["]
        for i, a in enumerate(n.args):
            parts += self.signed(self.pieces[a])
            parts.append("]" if i + 1 == len(n.args) else "; " if (i + 1) % columns == 0 else ", ")
        return Piece(parts, ATOM, "explicit", len(n.args))


_BARRED = frozenset("norm sqnorm norm1 pnorm maxnorm nuclear spectral abs".split())


def _crowded(n: Node) -> bool:
    """True where a norm stands behind another factor in n: it would seem to close the bar before that factor."""
    return n.weight < 1000 and any(m.op == "had" and m.is_scalar and _bars(m.args) for m in walk(n))


def _bars(factors: Iterable[Node]) -> bool:
    """True of a norm above the line of a fraction, or of two anywhere."""
    below = []
    for a in factors:
        base, power = a.args if a.op == "pow" else (a, None)
        if base.op == "call" and base.fn.name in _BARRED:
            below.append(power is not None and power.op == "const" and is_negative(power.param))
    return len(below) > 1 or not all(below)


_SCRIPTS = frozenset("₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹⁽′")
_TIGHT = frozenset(("symbol", "array", "transpose", "product", "inner", "power", "eye"))
VULGAR = {Fraction(1, 2): "½", Fraction(1, 4): "¼", Fraction(3, 4): "¾"}


def _has_brackets(product: Piece) -> bool:
    """True of (a + b)ᵀc and 1ᵀx: after a / they would be read as the denominator and a factor behind the fraction."""
    if product.prec != PRODUCT:
        return False
    return product.first == "o" or any(type(f) is Piece and f.first == "(" for f in product.parts)


def _gap(before: str, after: str) -> str:
    """What keeps two factors apart: nothing in Ax, a space in W1 x and 2 tr(X), a dot in 2·3ᵏ."""
    if before == "^":
        return " "
    if after in "do" and before in "dw":  # but 11ᵀ: ones between ones
        return " " if before == "w" else "·"
    if after == "d" and before == "l":
        return "·"
    if after == "f":
        return " " if before in "dlw" else ""
    if before == "w":
        return " " if after in "lw(" else ""
    return " " if before == "l" and after == "w" else ""


def in_unicode(name: str) -> tuple[str, int]:
    """The name as a book prints it, and how tightly it binds: W⁽¹⁾ already has an exponent."""
    n = letters.parse(name)
    base = letters.GREEK.get(n.base, n.base)
    if n.accent and len(base) == 1:
        base = unicodedata.normalize("NFC", base + letters.ACCENTS[n.accent])
    elif n.accent:
        base = f"{n.accent}({base})"
    sub = ""
    if n.sub:
        digits = [letters.SUBSCRIPTS.get(c) for c in n.sub]
        sub = "_" + n.sub if None in digits else "".join(c for c in digits if c)
    raised = letters.superscript(n.sup) if n.sup else ""
    sup = f"^{n.sup}" if raised is None else raised
    return n.sign + base + sub + sup + "′" * n.primes, POWER if n.sup and n.sup != "*" else ATOM


_hooks.update(text=text, unicode=unicode)
