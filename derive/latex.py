r"""Expressions in LaTeX, within what KaTeX knows: `\left(A + A^\top\right) x`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from . import letters
from .nodes import Node, _hooks
from .piece import ATOM, HAD, POWER, PRODUCT, Piece
from .printer import Form, Printer
from .sizes import Size


def latex(node: Node, bold: bool = False) -> str:
    r"""LaTeX; `bold` sets vectors and matrices in bold.

    >>> from derive.symbols import matrix, vector
    >>> A, x = matrix("A", "n", "n"), vector("x", "n")
    >>> latex((A + A.T) * x)
    '\\left(A + A^\\top\\right) x'
    """
    return LatexPrinter(bold).print(node)


def latex_name(name: str) -> str:
    r"""A name on its own: `\Sigma`, `W_{1}`, `\hat{w}`."""
    return _spell(letters.parse(name), False)[0]


def latex_shape(shape: Sequence[Size]) -> str:
    r"""`m \times n`."""
    printer = LatexPrinter()
    return r" \times ".join(printer.write(printer.signed(printer.size(n))) for n in shape)


class LatexPrinter(Printer):
    r"""`\frac{A^\top \left(A x - b\right)}{\lVert A x - b \rVert}`."""

    left, right = r"\left(", r"\right)"

    delta = r"\delta"
    forms: ClassVar[Mapping[str, Form]] = {
        "transpose":          (r"<0:7>^\top", POWER),
        "inverse":            (r"<0:7>^{-1}", POWER),
        "inverse transposed": (r"<0:7>^{-\top}", POWER),
        "sqrt":               (r"\sqrt{<0>}", ATOM),
        "trace open":         (r"\operatorname{tr} <0>", 2),
        "det open":           (r"\det <0>", 2),
        "logdet open":        (r"\log \det <0>", 2),
        "vec open":           (r"\operatorname{vec} <0>", 2),
        "eye":                ("I", ATOM),
        "ones":               (r"\mathbf{1}", ATOM),
        "ones row":           (r"\mathbf{1}^\top", POWER),
        "ones matrix":        (r"\mathbf{1} \mathbf{1}^\top", PRODUCT),
        "zeros":              (r"\mathbf{0}", ATOM),
        "zeros matrix":       (r"\mathbf{0}", ATOM),
        "basis":              ("e_{<1>}", ATOM),
        "commutation":        ("K_{<0>,<1>}", ATOM),
        "duplication":        ("D_{<0>}", ATOM),
        "elimination":        ("L_{<0>}", ATOM),
        "sumover":            (r"\sum_{<1>=<2>}^{<3>} <0:4>", 2),
        "prodover":           (r"\prod_{<1>=<2>}^{<3>} <0:4>", 2),
        "norm":               (r"\lVert <0> \rVert", ATOM),
        "norm matrix":        (r"\lVert <0> \rVert_F", ATOM),
        "sqnorm":             (r"\lVert <0> \rVert^2", POWER),
        "sqnorm matrix":      (r"\lVert <0> \rVert_F^2", POWER),
        "norm1":              (r"\lVert <0> \rVert_1", ATOM),
        "pnorm":              (r"\lVert <0> \rVert_{<1>}", ATOM),
        "maxnorm":            (r"\lVert <0> \rVert_\infty", ATOM),
        "maxnorm matrix":     (r"\lVert <0> \rVert_{\max}", ATOM),
        "nuclear":            (r"\lVert <0> \rVert_*", ATOM),
        "spectral":           (r"\lVert <0> \rVert_2", ATOM),
        "abs":                (r"\lvert <0> \rvert", ATOM),
        "expm":               ("e^{<0>}", POWER),
        "sqrtm":              ("<0:7>^{1/2}", POWER),
        "pinv":               ("<0:7>^{+}", POWER),
        "expectation":        (r"\mathbb{E}\left[<0>\right]", ATOM),
    }  # fmt: skip
    heads: ClassVar[Mapping[str, str]] = {
        "trace":            r"\operatorname{tr}",
        "diag":             r"\operatorname{diag}",
        "diagonal":         r"\operatorname{diag}",
        "vec":              r"\operatorname{vec}",
        "unvec":            r"\operatorname{unvec}",
        "det":              r"\det",
        "logdet":           r"\log \det",
        "softmax rows":     r"\operatorname{softmax}_{\text{rows}}",
        "softmax matrix":   r"\operatorname{softmax}_{\text{columns}}",
        "log_softmax rows": r"\operatorname{logsoftmax}_{\text{rows}}",
        "log_softmax matrix": r"\operatorname{logsoftmax}_{\text{columns}}",
        "logsumexp rows":   r"\operatorname{logsumexp}_{\text{rows}}",
        "logsumexp matrix": r"\operatorname{logsumexp}_{\text{columns}}",
    }  # fmt: skip

    def __init__(self, bold: bool = False) -> None:
        super().__init__()
        self.bold = bold

    def brackets(self, piece: Piece) -> tuple[str, str]:
        return ("(", ")") if piece.kind in ("symbol", "array", "number") and not piece.neg else (self.left, self.right)

    def name_piece(self, name: str, kind: str = "symbol", node: Node | None = None) -> Piece:
        given = getattr(node.param, "latex", "") if node is not None else ""
        parsed = letters.parse(name)
        spelt, prec = (
            _spell(parsed, self.bold and node is not None and not node.is_scalar) if not given else (given, ATOM)
        )
        piece = Piece((spelt,), prec, kind, 1, name)
        piece.indexed = bool(parsed.sub)
        return piece

    def function_name(self, name: str, node: Node | None) -> str:
        if node is None:
            return "\\" + name if name in ("log", "exp", "sin", "cos") else rf"\operatorname{{{name}}}"
        if self.ambiguous(name, node):
            return (node.fn.latex or letters.in_latex(name)) + r"_\circ"
        if name in ("logm", "sinm", "cosm"):
            return rf"\operatorname{{{name}}}"
        return node.fn.latex or r"\operatorname{" + letters.in_latex(name) + "}"

    def call(self, name: str, args: Sequence[Piece], node: Node | None = None) -> Piece:
        if name in ("eigenvalue", "eigenvector") and node is not None:
            head, (k,) = node.fn.latex, args[1:]
            return self.applied(f"{head}_{{{self.write(self.signed(k))}}}", args[:1])
        return super().call(name, args, node)

    def applied(self, head: str, args: Sequence[Piece]) -> Piece:
        piece = super().applied(head, args)
        if " " in head:  # (log det X)^2
            piece.prec = POWER
        return piece

    def unvec_shape(self, n: Node) -> str:
        return latex_shape(n.shape)

    def _unvec(self, n: Node) -> Piece:
        return self.applied(rf"\operatorname{{unvec}}_{{{self.unvec_shape(n)}}}", [self.pieces[n.args[0]]])

    def fraction(self, number: Fraction, over: Sequence[Piece], under: Sequence[Piece]) -> Piece:
        p, q = number.numerator, number.denominator
        if q == 1 and not under:
            return self.product([*([self.number(p)] if p != 1 or not over else []), *over])
        inside, outside = self.numerator(over, under)
        top = self.product([*([self.number(p)] if p != 1 or not inside else []), *inside])
        bottom = self.product([*([self.number(q)] if q != 1 else []), *under])
        kind = "number" if top.kind == bottom.kind == "number" else "fraction"
        size = top.size + bottom.size
        lead = top.lead if inside else bottom.lead
        quotient = Piece((r"\frac{", *self.signed(top), "}{", *self.signed(bottom), "}"), PRODUCT, kind, size, lead)
        return self.product([quotient, *outside]) if outside else quotient

    @staticmethod
    def numerator(over: Sequence[Piece], under: Sequence[Piece]) -> tuple[Sequence[Piece], Sequence[Piece]]:
        r"""\frac{\lambda}{2} x^\top x, but \frac{x}{\lVert x \rVert}: what stands above the line, what after it."""
        if any(u.kind != "number" for u in under):
            return over, ()
        k = 0
        while k < len(over) and over[k].kind in ("number", "symbol"):
            k += 1
        return over[:k], over[k:]

    def juxtapose(self, factors: Sequence[Piece]) -> list[Any]:
        parts: list[Any] = []
        for i, f in enumerate(factors):
            if i:
                parts.append(r" \cdot " if f.first == "d" else " ")
            parts.append(f)
        return parts

    def power(self, base: Piece, exponent: Piece, elementwise: bool = False) -> Piece:
        circled = [r"\odot "] if elementwise and base.kind != "call" else []
        base = self.wrap(base, ATOM)
        size = base.size + max(1, exponent.size)
        if (
            not circled
            and exponent.kind in ("number", "symbol")
            and not exponent.neg
            and len(self.write((exponent,))) == 1
        ):
            return Piece((base, "^", exponent), POWER, "power", size, base.lead, base.first)
        return Piece((base, "^{", *circled, *self.slashed(exponent), "}"), POWER, "power", size, base.lead, base.first)

    def slashed(self, exponent: Piece) -> tuple[Any, ...]:
        """3/2 in an exponent stands on one line."""
        r = exponent.ratio
        if r is None or r.number.denominator == 1 or r.over or r.under:
            return self.signed(exponent)
        return (str(r.number),)

    def elementwise(self, over: list[Piece], under: list[Piece]) -> Piece:
        above = over or [self.number(1)]
        parts, size = self.chain(above, r" \odot ")
        if under:
            below, more = self.chain(under, r" \odot ")
            parts += [
                r" \oslash ",
                *([self.left] if len(under) > 1 else []),
                *below,
                *([self.right] if len(under) > 1 else []),
            ]
            size += more
        return Piece(parts, HAD, "had", size, above[0].lead, above[0].first)

    def chain(self, factors: Sequence[Piece], operator: str) -> tuple[list[Any], int]:
        parts: list[Any] = []
        size = 0
        for i, f in enumerate(factors):
            if i:
                parts.append(operator)
            parts.append(self.wrap(f, PRODUCT))
            size += f.size
        return parts, size

    def kron(self, factors: Sequence[Piece]) -> Piece:
        parts, size = self.chain(factors, r" \otimes ")
        return Piece(parts, HAD, "kron", size, factors[0].lead, factors[0].first)

    def indexed(self, body: Piece, indices: Sequence[Piece]) -> Piece:
        body = self.bracketed(body) if body.indexed else self.wrap(body, ATOM)
        plain = all(
            i.kind == "block" or (i.kind in ("number", "symbol") and not i.neg and len(self.write((i,))) == 1)
            for i in indices
        )
        parts: list[Any] = [body, "_{"]
        for n, i in enumerate(indices):
            parts += [", " if n and not plain else "", *self.signed(i)]
        result = Piece([*parts, "}"], ATOM, "symbol", 1, body.lead)
        result.indexed = True
        return result

    def _explicit(self, n: Node) -> Piece:
        columns = int(n.shape[1])
        parts: list[Any] = [r"\begin{bmatrix} "]
        for i, a in enumerate(n.args):
            parts += self.signed(self.pieces[a])
            parts.append(r" \end{bmatrix}" if i + 1 == len(n.args) else r" \\ " if (i + 1) % columns == 0 else " & ")
        return Piece(parts, ATOM, "explicit", len(n.args))


def _spell(n: letters.Name, bold: bool) -> tuple[str, int]:
    """The name, and how tightly it binds: with a superscript it cannot take another."""
    base = _base(n.base, bold, n.font)
    if n.accent:
        base = rf"\{n.accent}{{{base}}}"
    if n.sub:
        base += f"_{{{_script(n.sub)}}}"
    if n.primes:
        base += "'" * n.primes
    if n.sup:
        base += "^*" if n.sup == "*" else f"^{{{_script(n.sup)}}}"
    if n.sign:
        base = r"\mathrm{d}" + base
    return base, POWER if n.sup or n.primes else ATOM


def _base(base: str, bold: bool, font: str) -> str:
    if base in letters.GREEK:
        spelt = "\\" + base
        return rf"\boldsymbol{{{spelt}}}" if bold else spelt
    if base.startswith("\\"):
        return base
    if font and font not in ("mathbf", "boldsymbol", "bm"):
        return rf"\{font}{{{base}}}"
    if len(base) == 1:
        spelt = letters.in_latex(base)
        if not bold:
            return spelt
        return rf"\mathbf{{{spelt}}}" if base.isascii() else rf"\boldsymbol{{{spelt}}}"
    differential = base[0] == "d" and (len(base) == 2 or base[1:] in letters.GREEK)
    if differential:
        return r"\mathrm{d}" + _base(base[1:], bold, "")
    return rf"\mathrm{{{letters.in_latex(base)}}}"


WORDS = frozenset(("max", "min", "new", "old", "opt", "out"))


def _script(text: str) -> str:
    """A script: Greek by name, words upright."""
    if text in letters.GREEK:
        return "\\" + text
    if text in WORDS or (text.isalpha() and len(text) > 3):
        return rf"\mathrm{{{letters.in_latex(text)}}}"
    if "\\" in text:  # LaTeX already
        return text
    return letters.in_latex(text)


_hooks.update(latex=latex)
