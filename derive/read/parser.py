"""A Pratt parser from tokens to the syntax tree. It knows what is declared, never what shape it has."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import ReadError
from . import derivatives, names, operators, scripts
from .brackets import Brackets
from .cases import ENVIRONMENTS, cases
from .entry_names import NO_ENTRIES, EntryNames
from .glyphs import glyphs
from .macros import Macro, expand
from .reach import reaching
from .scope import Scope
from .stream import MAX_NESTING
from .syntax import (
    Bars,
    Equation,
    Hadamard,
    Inner,
    Kronecker,
    Literal,
    Name,
    Negative,
    Norm,
    Number,
    Power,
    Product,
    Quoted,
    Quotient,
    Span,
    Sum,
    Syntax,
    Transpose,
    children,
)
from .tokens import Token, tokenize
from .vocabulary import TRANSPOSES
from .words import split_words

MAX_LEVELS = 150  # of the syntax tree
SUM, TERM, PRODUCT, CHAIN = 10, 19, 20, 30
_SUM_SIGNS = frozenset("+-±")
_PRODUCT_SIGNS = frozenset("* @ · × / .* ./ ⊙ ⊗ ⊘ :".split())
_RELATIONS = frozenset("= ≈ ≤ ≥ < > ≠ ∝ ∼ ⇒ → ∈".split())
_NOT_ATOMS = TRANSPOSES | {"\\dagger"}


def parse(text: str, scope: Scope, macros: Mapping[str, Macro] | None = None) -> Syntax:
    """The syntax tree of an expression or of a chain of equations. Raises ReadError."""
    return parse_tokens(text, prepare(text, scope, macros), scope)


def prepare(text: str, scope: Scope, macros: Mapping[str, Macro] | None = None) -> list[Token]:
    """The mathematical tokens of a text: macros expanded, fonts resolved, words taken apart."""
    keep = {n for n in scope.names if n.startswith("\\")}
    return split_words(text, glyphs(text, expand(text, tokenize(text), macros or {}, keep)), scope)


def parse_tokens(
    text: str,
    tokens: list[Token],
    scope: Scope,
    differentials: bool = False,
    entries: EntryNames = NO_ENTRIES,
    defined: Mapping[str, tuple[str, ...]] | None = None,
) -> Syntax:
    """`differentials`: dX is a differential even where d is declared; `entries`: undeclared names that have entries;
    `defined`: names that the text defines, each with the parameters of its definition."""
    tokens = _trimmed(tokens)
    if not tokens:
        raise ReadError(text, (0, 1), "the formula is empty", "an expression")
    parser = Parser(text, _without_alignment(tokens), scope)
    parser.differentials, parser.defined = differentials, defined or {}
    parser.arrays, parser.units = entries.arrays, entries.units
    parser.fixed, parser.beside_vec = entries.fixed, entries.beside_vec
    try:
        tree = parser.whole()
    except RecursionError:
        raise _too_deep(text, (0, 1)) from None
    _bound(text, tree)
    return tree


def _bound(text: str, tree: Syntax) -> None:
    """Refuse what later stages could not walk: `a/b/c/...` nests without brackets."""
    level = [tree]
    for _ in range(MAX_LEVELS):
        level = [c for node in level for c in children(node)]
        if not level:
            return
    raise _too_deep(text, level[0].span)


def _too_deep(text: str, span: Span) -> ReadError:
    return ReadError(text, span, "the formula is nested too deeply", f"at most {MAX_NESTING} levels")


def _trimmed(tokens: list[Token]) -> list[Token]:
    """Without the punctuation that ends a sentence."""
    while tokens and (tokens[-1].text in (".", ",", ";", ":", "&") or tokens[-1].kind == "row"):
        tokens = tokens[:-1]
    return tokens


def _without_alignment(tokens: list[Token]) -> list[Token]:
    """Without the & that only align rows, outside of matrices."""
    if not any(t.kind == "amp" for t in tokens):
        return tokens
    kept, depth = [], 0
    for t in tokens:
        depth += (t.kind == "begin") - (t.kind == "end")
        if t.kind != "amp" or depth > 0:
            kept.append(t)
    return kept


class Parser(Brackets):
    """The operators between the pieces that Brackets reads."""

    def whole(self) -> Syntax:
        sides = [self.expression(0)]
        while self.peek().kind == "row" or (self.peek().text == "=" and self.peek().kind == "op"):
            if self.take().kind == "row" and self.peek().text not in ("=", "+", "-"):
                raise self.unexpected(self.peek(), "a row that continues the formula (=, +, -)")
            if self.tokens[self.i - 1].kind == "row":
                if self.at("="):
                    continue
                sides[-1] = self.sum(sides[-1])
                continue
            sides.append(self.expression(0))
        token = self.peek()
        if token.kind != "end" or token.text:
            raise self._cannot_follow(token)
        if len(sides) == 1:
            return sides[0]
        return Equation((sides[0].span[0], sides[-1].span[1]), tuple(sides))

    def _cannot_follow(self, token: Token) -> ReadError:
        if token.kind == "close" or token.kind == "bar":
            return self.error(token, f"{token.text} closes nothing that is open")
        if token.text in _RELATIONS:
            return self.error(
                token, f"cannot read the relation {token.text} here", "an expression, or an equation with ="
            )
        return self.unexpected(token, "an operator or the end of the formula")

    def within(self, piece: tuple[int, int]) -> Syntax:
        """The expression that fills a slice."""
        saved = self.i, self.stop, self.bars
        self.i, self.stop = piece
        self.bars = []
        if piece[0] >= piece[1]:
            raise self.unexpected(self.peek(), "an expression")
        result = self.expression(0)
        if self.i < self.stop:
            raise self._cannot_follow(self.peek())
        self.i, self.stop, self.bars = saved
        return result

    # --- the Pratt loop -----------------------------------------------------------------------------------------
    def expression(self, floor: int) -> Syntax:
        """An expression whose operators bind tighter than `floor`."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise self.error(self.peek(), "the formula is nested too deeply", f"at most {MAX_NESTING} levels")
        left = self.signed(floor)
        while True:
            power = self.binding(self.peek())
            if power <= floor:
                break
            left = self.sum(left) if power == SUM else self.product(left) if power == PRODUCT else self.chain(left)
        self.depth -= 1
        return left

    def binding(self, token: Token) -> int:
        if token.kind == "op":
            if token.text in _SUM_SIGNS:
                return SUM
            if token.text in _PRODUCT_SIGNS:
                return PRODUCT
            return CHAIN if token.text in "∂∇" else 0
        if token.kind == "row" and not self.cells and self.peek(1).text in ("+", "-"):
            return SUM
        return CHAIN if self.starts_atom(token) else 0

    def starts_atom(self, token: Token) -> bool:
        if token.kind == "bar":
            return not self.closes(token)
        if token.kind == "command":
            return token.text not in _NOT_ATOMS
        return token.kind in ("number", "symbol", "word", "open", "begin")

    def closes(self, token: Token) -> bool:
        """True when this bar ends the innermost open one."""
        if not self.bars or token.mark == "left":
            return False
        top = self.bars[-1]
        return top == token.text or (top == "‖" and token.text == "|" and self._double(token))

    def _double(self, token: Token) -> bool:
        after = self.peek(1)
        return after.kind == "bar" and after.text == "|"

    def signed(self, floor: int) -> Syntax:
        start, negative = self.i, False
        while self.peek().kind == "op" and self.peek().text in ("+", "-"):
            negative ^= self.take().text == "-"
        if self.i == start:
            return self.atom()
        body = self.expression(max(floor, TERM))
        return Negative(self.since(start), body) if negative else body

    def sum(self, left: Syntax) -> Syntax:
        terms = [left]
        while self.binding(self.peek()) == SUM:
            if self.peek().kind == "row":
                self.take()
            sign = self.take()
            if sign.text == "±":
                raise self.error(sign, "cannot read ±", "one sign")
            while self.peek().text in ("+", "-") and self.peek().kind == "op":
                sign = (
                    self.take()
                    if sign.text == "+"
                    else Token("op", "+" if self.take().text == "-" else "-", sign.start, sign.end)
                )
            term = self.expression(SUM)
            terms.append(Negative((sign.start, term.span[1]), term) if sign.text == "-" else term)
        terms = reaching(self, terms)
        return terms[0] if len(terms) == 1 else Sum((left.span[0], terms[-1].span[1]), tuple(terms))

    def product(self, left: Syntax) -> Syntax:
        """Left to right: A*x .* y is (A*x) .* y."""
        factors, signs = [left], list[str]()
        while self.binding(self.peek()) == PRODUCT:
            sign = self.take()
            if sign.text in ("*", "@", "·", "×"):
                factors.append(self.expression(PRODUCT))
                signs.append(sign.text)
                continue
            left = _product(factors, signs)
            right = self.denominator(left) if sign.text in ("/", "./", "⊘") else self.expression(PRODUCT)
            factors, signs = [self._pair(sign.text, left, right)], []
        return _product(factors, signs)

    def _pair(self, sign: str, left: Syntax, right: Syntax) -> Syntax:
        span = (left.span[0], right.span[1])
        if sign in ("/", "./", "⊘"):
            return Quotient(span, left, right, sign != "/")
        if sign == ":":
            return Inner(span, left, right)
        return Kronecker(span, left, right) if sign == "⊗" else Hadamard(span, left, right)

    def denominator(self, top: Syntax) -> Syntax:
        """What a / divides by: one factor (1/2 x, 1/(2n) |x|, a/b c), or a product that starts with a transpose."""
        first = self.peek()
        if first.kind == "op" and first.text in "+-":
            return self.expression(PRODUCT)
        if self.tokens[self.i - 1].text == "⊘":
            return self.expression(PRODUCT)
        start = self.i
        atom = self.atom()
        if self.tokens[start].kind == "open":
            return atom
        self._ask_how_far(top, atom)
        if isinstance(atom, Number | Norm | Bars):
            return atom
        if isinstance(atom, Transpose) and self.binding(self.peek()) == CHAIN:
            return self.chain(atom)
        return atom

    def _ask_how_far(self, top: Syntax, bottom: Syntax) -> None:
        r"""Refuse x^2/2\sigma^2 and 1/ax, which may be x^2/(2\sigma^2) or (x^2/2)\sigma^2; 1/2x is half of x."""
        after = self.peek()
        is_half = isinstance(top, Number) and isinstance(bottom, Number)
        short = isinstance(bottom, Number | Name) or (isinstance(bottom, Power) and isinstance(bottom.base, Name))
        if short and not is_half and after.kind == "symbol" and not after.spaced and self.binding(after) == CHAIN:
            span = (top.span[0], after.end)
            raise self.error(span, "it is not clear how far the / reaches", r"brackets, or \frac{...}{...}")

    def chain(self, left: Syntax) -> Syntax:
        factors = [left]
        while self.binding(self.peek()) == CHAIN:
            token, before = self.peek(), self.tokens[self.i - 1]
            if token.kind == "number" == before.kind and token.text != "1" != before.text:
                raise self.error((before.start, token.end), "two numbers side by side", "one number, or a product sign")
            ones = token.text in "01" and not self.text.isascii()  # 1ᵀA1 as Unicode writes it: the vector of ones
            if self.plain and token.kind == "number" and before.kind == "symbol" and not (token.spaced or ones):
                name = self.text[before.start : token.end]
                raise self.error((before.start, token.end), f"{name} is not declared", f"a declaration of {name}")
            factors.append(self.atom())
        return _product([_column(f, k, factors) for k, f in enumerate(factors)], [""] * (len(factors) - 1))

    # --- atoms --------------------------------------------------------------------------------------------------
    def atom(self) -> Syntax:
        """One factor with its scripts."""
        token = self.peek()
        match token.kind:
            case "symbol":
                return names.name(self)
            case "number":
                return self.number()
            case "word":
                return operators.function(self)
            case "quoted":
                return Quoted((token.start, token.end), self.take().text.strip("'\""))
            case "command":
                return operators.command(self)
            case "open":
                return self.group()
            case "bar":
                return self.between_bars()
            case "begin":
                return scripts.apply(self, cases(self) if token.text in ENVIRONMENTS else self.matrix())
            case "op" if token.text in ("∂", "∇"):
                return derivatives.derivative_sign(self)
        raise self._missing_operand(token)

    def _missing_operand(self, token: Token) -> ReadError:
        if token.kind in ("sup", "sub", "prime"):
            return self.error(token, f"{token.text} follows nothing", "a symbol before it")
        if token.kind == "op" and token.text == "…":
            return self.error(token, "cannot read dots", "the terms written out or a sum")
        return self.unexpected(token, "an expression")


def _column(f: Syntax, k: int, factors: list[Syntax]) -> Syntax:
    """A 1 that stands beside a factor without a sign is a column of ones: `X 1`, `1 s^T`; nobody writes 1x for x."""
    if isinstance(f, Number) and f.value == 1 and (k > 0 or isinstance(factors[1], Transpose)):
        return Literal(f.span, "ones")
    return f


def _product(factors: list[Syntax], signs: list[str]) -> Syntax:
    if len(factors) == 1:
        return factors[0]
    return Product((factors[0].span[0], factors[-1].span[1]), tuple(factors), tuple(signs))
