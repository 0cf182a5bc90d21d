"""Numbers, and everything that stands between two signs: brackets, bars, inner products, matrices."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from fractions import Fraction

from . import names, operators, scripts
from .cases import cases, conditions
from .glyphs import MATRICES
from .scope import Scope
from .stream import Stream
from .syntax import (
    Bars,
    Call,
    Inner,
    Literal,
    Matrix,
    Negative,
    Norm,
    Number,
    Product,
    Sum,
    Syntax,
)
from .tokens import Token
from .vocabulary import OPENING, TRANSPOSES

MAX_DIGITS = 60
_INDICATED = frozenset("> < ≥ ≤".split())


class Brackets(Stream):
    """`bars` are the open | and ‖ of the innermost bracket; `bound` the indices of the sums around."""

    def __init__(self, text: str, tokens: list[Token], scope: Scope) -> None:
        super().__init__(text, tokens, scope)
        self.bars: list[str] = []
        self.bound: list[str] = []
        self.differentials = False
        self.arrays: Mapping[str, str] = {}
        self.units: frozenset[str] = frozenset()
        self.beside_vec = False
        self.defined: Mapping[str, tuple[str, ...]] = {}
        self.fixed: Set[str] = frozenset()
        self.axis: int | None = None
        self.cells = 0  # how many matrices are open: in one, a row that begins with a minus is a row

    # The Pratt loop, in Parser.
    def expression(self, floor: int) -> Syntax:
        """An expression whose operators bind tighter than `floor`."""
        raise NotImplementedError

    def within(self, piece: tuple[int, int]) -> Syntax:
        """The expression that fills a slice."""
        raise NotImplementedError

    def atom(self) -> Syntax:
        """One factor with its scripts."""
        raise NotImplementedError

    def binding(self, token: Token) -> int:
        """How tightly an operator binds; 30 for a factor without a sign, 0 for anything else."""
        raise NotImplementedError

    def starts_atom(self, token: Token) -> bool:
        raise NotImplementedError

    def closes(self, token: Token) -> bool:
        """True when this bar ends the innermost open one."""
        raise NotImplementedError

    def number(self) -> Syntax:
        token = self.take()
        span = (token.start, token.end)
        if token.mark in ("bold", "bb") and token.text in ("0", "1"):
            return names.ones_or_zeros(self, token)
        digits, _, exponent = token.text.lower().partition("e")
        if token.text == "11" and self._transposed():  # 11ᵀ
            one = Literal(span, "ones")
            return Product(span, (one, scripts.apply(self, Literal(span, "ones"))), ("",))
        if len(digits) > MAX_DIGITS or len(exponent.lstrip("+-")) > 2:
            raise self.error(token, f"this number has {len(token.text)} digits", f"at most {MAX_DIGITS}")
        indicated = names.indicator(self, token) if self.peek().text == "\\{" else None  # 1\{x > 0\}
        if indicated is not None:
            return indicated
        value = Fraction(token.text)
        body = Number(span, value)
        if token.text == "1" and (self.peek().kind in ("sub", "prime") or self._transposed()):
            return names.ones_or_zeros(self, token)
        if token.text == "0" and self.peek().kind == "sub":  # 0_n, 0_{m \times n}
            return names.ones_or_zeros(self, token)
        return scripts.apply(self, body)

    def _transposed(self) -> bool:
        """True when ^T follows: 1^T is a row of ones."""
        if self.peek().kind != "sup":
            return False
        after = self.peek(1)
        return after.text in TRANSPOSES or (
            after.text == "{" and self.peek(2).text in TRANSPOSES and self.peek(3).text == "}"
        )

    def group(self) -> Syntax:
        opening = self.peek()
        start = self.i
        if opening.text == "{":
            piece = self.argument()
            if piece[0] == piece[1]:
                raise self.error(opening, "these braces are empty", "an expression")
            body = operators.contents(self, piece)
        elif opening.text == "⟨":
            body = self.inner()
        else:
            body = self.bracketed(opening)
        if opening.text != "{":
            body = replace(body, span=self.since(start))
        return (
            scripts.python_entries(self, scripts.apply(self, body))
            if opening.text == "("
            else scripts.apply(self, body)
        )

    def bracketed(self, opening: Token) -> Syntax:
        """( ... ): also a map (d -> body), and [a, b] a row of entries."""
        self.take()
        saved, self.bars, start = self.bars, [], self.i
        if self.peek(1).text == "↦":
            body = operators.map_body(self)
        else:
            body = self.expression(0)
            if opening.text == "[" and self.at(","):
                body = self.row_of(body)
            elif self.compares():
                body = self.indicator(body)[1]
            elif opening.text in ("[", "\\{") and self.peek().text in ("=", "≠"):  # 1[i = j], \mathbf 1\{i = j\}
                self.i = start
                body = conditions(self)
        self.bars = saved
        self.close(opening)
        return body

    def compares(self) -> bool:
        """True at > < ≥ ≤."""
        return self.peek().text in _INDICATED and self.peek().kind == "op"

    def indicator(self, left: Syntax) -> tuple[Syntax, Syntax]:
        """left > right: the right side, and what is one where it holds, else zero."""
        sign = self.take().text
        right = self.expression(0)
        bigger, smaller = (left, right) if sign in (">", "≥") else (right, left)
        span = (left.span[0], right.span[1])
        if isinstance(smaller, Number) and smaller.value == 0:
            return right, Call(span, "step", (bigger,))
        return right, Call(span, "step", (Sum(span, (bigger, Negative(smaller.span, smaller))),))

    def close(self, opening: Token) -> None:
        """Take the bracket that closes `opening`."""
        closing, wanted = self.peek(), OPENING[opening.text]
        if closing.kind == "end":
            raise self.error(opening, f"the bracket {opening.text} is never closed", wanted)
        if closing.kind != "close" or closing.text != wanted:
            raise self.error(closing, f"found {closing.text} inside the bracket {opening.text}", wanted)
        self.take()

    def row_of(self, first: Syntax) -> Syntax:
        entries = [first]
        while self.accept(","):
            entries.append(self.expression(0))
        return Matrix((first.span[0], entries[-1].span[1]), (tuple(entries),))

    def inner(self) -> Syntax:
        start = self.i
        self.take()
        saved, self.bars = self.bars, []
        left = self.expression(0)
        if not (self.accept(",") or self.accept("|") or self.accept(";")):
            raise self.unexpected(self.peek(), "a comma between the two parts of the inner product")
        right = self.expression(0)
        self.bars = saved
        self.expect("⟩", "the inner product")
        if self.peek().kind == "sub":  # <A, B>_F
            mark = self.i
            self.take()
            if "".join(self.texts(self.script())) not in ("F", "2"):
                self.i = mark
        return Inner(self.since(start), left, right)

    def between_bars(self) -> Syntax:
        start = self.i
        opening = self.take()
        if opening.mark == "right":
            raise self.error(opening, f"{opening.text} closes nothing that is open")
        double = opening.text == "‖" or (
            self.peek().kind == "bar" and self.peek().text == "|" and self._opens_norm(opening)
        )
        if double and opening.text == "|":
            self.take()
        kind = "‖" if double else "|"
        if self.peek().kind == "end":
            raise self.error(opening, "this bar is never closed", _bar_name(kind))
        self.bars.append(kind)
        body = self.expression(0)
        closing = self.peek()
        if closing.kind != "bar" or not self.closes(closing):
            raise self.error(
                opening if closing.kind == "end" else closing,
                "this bar is never closed" if closing.kind == "end" else f"found {closing.text}",
                _bar_name(kind),
            )
        self.bars.pop()
        self.take()
        if kind == "‖" and closing.text == "|":
            self.take()
        return scripts.norm(self, body, start) if double else scripts.bars(self, body, start)

    def _opens_norm(self, opening: Token) -> bool:
        after = self.peek()
        if after.mark == "second" or opening.mark != "left":
            return True
        return self._right_bar(self.i - 1) == self._right_bar(self.i) + 1

    def _right_bar(self, i: int) -> int:
        depth = 0
        for j in range(i, self.stop):
            if self.tokens[j].kind == "bar":
                depth += (self.tokens[j].mark == "left") - (self.tokens[j].mark == "right")
                if depth == 0:
                    return j
        return -9

    def matrix(self) -> Syntax:
        start = self.i
        opening = self.take()
        saved, self.bars = self.bars, []
        self.cells += 1
        rows: list[tuple[Syntax, ...]] = []
        row: list[Syntax] = []
        while True:
            row.append(self.expression(0))
            if len(row) == 2 and self.compares():  # \begin{array}{ll} x & x > 0
                self.i, self.bars, self.cells = start, saved, self.cells - 1
                return cases(self)
            token = self.take()
            if token.kind == "amp":
                continue
            rows.append(tuple(row))
            row = []
            if token.kind == "row" and self.peek().kind == "end" and self.peek().text:
                token = self.take()
            if token.kind == "end" and token.text:
                break
            if token.kind != "row":
                raise self.error(token, f"found {token.text or 'the end'} in the {opening.text}", "& or \\\\ or \\end")
        self.bars = saved
        self.cells -= 1
        span = (opening.start, token.end)
        if len({len(r) for r in rows}) != 1:
            raise self.error(
                span, "the rows of this matrix have different lengths: " + ", ".join(str(len(r)) for r in rows)
            )
        if token.text not in MATRICES or token.text != opening.text:
            raise self.error(token, f"\\end{{{token.text}}} closes \\begin{{{opening.text}}}")
        matrix = Matrix(span, tuple(rows))
        if opening.text.startswith("vmatrix"):
            return Bars(span, matrix)
        return Norm(span, matrix) if opening.text.startswith("Vmatrix") else matrix


def _bar_name(kind: str) -> str:
    return "|" if kind == "|" else "\\|"
