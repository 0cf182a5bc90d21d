r"""Equations about derivatives: \frac{\partial f}{\partial x} = g, \nabla_x f = g = h, df = tr(G^T dX)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..errors import ReadError
from ..nodes import Node
from ..symbols import Family
from . import syntax as s
from .conventions import Text
from .formula import Formula, Reader, Where, indexed_names, unwrapped
from .glyphs import glyphs
from .macros import Macro, as_macros, expand
from .parser import parse_tokens, prepare
from .ranges import with_ranges
from .scope import Scope, make_scope
from .syntax import walk
from .tokens import Token, tokenize


@dataclass(frozen=True, slots=True)
class Claim:
    """One link of a chain: what it says the derivative is. `function` is set when it says "the derivative of that"."""

    text: str
    span: s.Span
    expression: Node | None = None
    function: Node | None = None
    error: ReadError | None = None
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Equation:
    """`kind`: derivative, hessian, vec or differential; `sign`: how the derivative was written (∂, d, ∇)."""

    text: str
    f: Node
    wrt: Node
    kind: str
    claims: tuple[Claim, ...]
    symbols: Mapping[str, Node | Family] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()
    sign: str = "∂"
    differentials: Mapping[str, Node] = field(default_factory=dict)


def read_equation(
    text: str,
    where: Where | None = None,
    *,
    macros: Mapping[str, str | Macro] | None = None,
    definitions: Mapping[str, Node] | None = None,
    wrt: str | None = None,
) -> Equation:
    r"""Read an equation whose left side is a derivative.

    Every further side is a claim; one that cannot be read carries its error.
    `wrt` is the variable of a gradient that does not name it (\nabla f).
    Raises ReadError when the left side is no derivative of a known function.
    """
    text = unwrapped(text)
    scope, table = make_scope(with_ranges(where, [text]), definitions), as_macros(macros)
    tokens = prepare(text, scope, table)
    chains = _chains(tokens)
    if not chains or len(chains[0]) < 2:
        raise ReadError(text, (0, max(len(text), 1)), "found no equation", "\\frac{\\partial f}{\\partial x} = ...")
    return _Chain(text, scope, table, chains[0], wrt).read()


def split_equations(text: str, macros: Mapping[str, str | Macro] | None = None) -> list[list[s.Span]]:
    r"""The places of the sides of every equation in some rows: & and \\ separate, rows that begin with = continue."""
    tokens = glyphs(text, expand(text, tokenize(text), as_macros(macros)))
    return [[(side[0].start, max(t.end for t in side)) for side in chain if side] for chain in _chains(tokens)]


def _chains(tokens: Sequence[Token]) -> list[list[list[Token]]]:
    """Equations as lists of sides as lists of tokens."""
    chains: list[list[list[Token]]] = [[[]]]
    depth = braces = 0
    for k, token in enumerate(tokens):
        depth += (token.kind in ("open", "begin")) - (token.kind in ("close", "end"))
        braces += (token.text == "{") - (token.text == "}")
        side = chains[-1][-1]
        if depth > 0 or braces > 0 or token.kind in ("close", "end"):
            side.append(token)
        elif token.kind == "amp":
            continue
        elif token.text == "=" and token.kind == "op":
            if side or len(chains[-1]) == 1:
                chains[-1].append([])
        elif token.kind == "row" or (token.text == "," and _begins_equation(tokens, k + 1)):
            _end_row(tokens, k, chains, token)
        else:
            side.append(token)
    return [[side for side in chain if side] for chain in chains if any(chain)]


def _end_row(tokens: Sequence[Token], k: int, chains: list[list[list[Token]]], token: Token) -> None:
    j = k + 1
    while j < len(tokens) and tokens[j].kind == "amp":
        j += 1
    after = tokens[j] if j < len(tokens) and tokens[j].kind != "row" else None  # of several rows the last one speaks
    if after is None or after.text == "=":
        return
    if after.text in ("+", "-") and token.kind == "row":
        chains[-1][-1].append(token)
    else:
        chains.append([[]])


def _begins_equation(tokens: Sequence[Token], k: int) -> bool:
    """True when an = follows at this level before the next comma or row."""
    depth = 0
    for t in tokens[k:]:
        depth += (t.kind in ("open", "begin")) - (t.kind in ("close", "end"))
        if depth == 0 and (t.kind == "row" or t.text == ","):
            return False
        if depth == 0 and t.text == "=":
            return True
    return False


class _Chain:
    """A chain of sides, the first of which is the derivative."""

    def __init__(
        self, text: str, scope: Scope, macros: Mapping[str, Macro], sides: list[list[Token]], wrt: str | None
    ) -> None:
        self.text, self.scope, self.macros, self.sides = text, scope, macros, sides
        self.wrt_text = wrt
        self.arrays = indexed_names(sides)

    def parse(self, tokens: list[Token], differentials: bool = False) -> s.Syntax:
        return parse_tokens(self.text, tokens, self.scope, differentials, self.arrays)

    def read(self) -> Equation:
        left = self.sides[0]
        trees = self._attempts(differentials=self._is_differential(left))
        if self._is_differential(left):
            return self._differential(left, trees)
        derivative, transposed = _as_derivative(self.parse(left))
        if derivative is None:
            raise ReadError(
                self.text,
                (left[0].start, left[-1].end),
                "the left side is no derivative",
                "\\frac{\\partial f}{\\partial x}, \\nabla_x f or df",
            )
        return self._derivative(derivative, transposed, trees)

    def _attempts(self, differentials: bool) -> list[s.Syntax | ReadError]:
        found: list[s.Syntax | ReadError] = []
        for side in self.sides[1:]:
            try:
                found.append(self.parse(side, differentials))
            except ReadError as error:
                found.append(error)
        return found

    def _is_differential(self, left: list[Token]) -> bool:
        """df, d(...), \\mathrm d \\log X: a sign, not followed by a subscript and not part of a fraction."""
        first = left[0]
        if not (first.text == "∂" or (first.text == "d" and (first.mark == "roman" or not self.scope.is_symbol("d")))):
            return False
        if len(left) < 2 or left[1].kind in ("sub", "sup") or left[1].kind == "op":
            return False
        return not any(t.text == "/" for t in left)

    # --- derivatives --------------------------------------------------------------------------------------------
    def _derivative(self, node: s.Derivative, transposed: bool, trees: list[s.Syntax | ReadError]) -> Equation:
        body = node.body
        if body is None:
            raise ReadError(self.text, node.span, "the derivative of nothing", "a function")
        kind = "vec" if node.vec else "hessian" if node.order == 2 else "derivative"
        if node.order > 2:
            raise ReadError(self.text, node.span, "a derivative of higher order", "order 1 or 2")
        variable = self._variable(node)
        self._known(body, variable)
        head: list[Text] = [(self.text, body), (self.text, variable)]
        return self._finish(head, kind, trees, node.sign, transposed)

    def _variable(self, node: s.Derivative) -> s.Syntax:
        if node.variables:
            first = node.variables[0]
            last = node.variables[-1]
            if node.order == 2 and len(node.variables) == 2 and _names(first) != _names(last):
                raise ReadError(self.text, node.span, "a mixed second derivative", "one variable")
            return first
        if self.wrt_text is not None:
            return Reader(self.scope, self.macros).parse_all([self.wrt_text], False)[0][1]
        raise ReadError(self.text, node.span, "this gradient does not name its variable", "\\nabla_x f")

    def _known(self, body: s.Syntax, variable: s.Syntax) -> None:
        """The derivative of a letter that was never defined is not zero: ask."""
        if isinstance(body, s.Name) and body.text not in self.scope.names and body.text not in _names(variable):
            raise ReadError(self.text, body.span, f"{body.text} is not defined", f"a definition of {body.text}")

    def _finish(
        self, head: list[Text], kind: str, trees: list[s.Syntax | ReadError], sign: str, transposed: bool = False
    ) -> Equation:
        formulas: list[Formula] = []
        claims = []
        for side, tree in zip(self.sides[1:], trees, strict=True):
            span = (side[0].start, max(t.end for t in side))
            text = self.text[span[0] : span[1]]
            try:
                if isinstance(tree, ReadError):
                    raise tree
                formulas, claim = self._claim(head, kind, tree, text, span, transposed)
                claims.append(claim)
            except ReadError as error:
                claims.append(Claim(text, span, error=error))
        if not formulas:
            formulas = Reader(self.scope, self.macros).finish(head)
        said = tuple(dict.fromkeys(a for x in formulas[:2] for a in x.assumptions))
        differentials = formulas[2].differentials if len(formulas) > 2 else {}
        return Equation(
            self.text,
            formulas[0].expression,
            formulas[1].expression,
            kind,
            tuple(claims),
            formulas[0].symbols,
            said,
            sign,
            differentials,
        )

    def _claim(
        self, head: list[Text], kind: str, tree: s.Syntax, text: str, span: s.Span, transposed: bool
    ) -> tuple[list[Formula], Claim]:
        function = _combined(tree)
        if function is not None:
            self._known(function, head[1][1])
            formulas = Reader(self.scope, self.macros).finish([*head, (self.text, function)])
            return formulas[:2], Claim(text, span, function=formulas[2].expression, assumptions=formulas[2].assumptions)
        formulas = Reader(self.scope, self.macros).finish([*head, (self.text, tree)], kind)
        claim = formulas[2].expression
        return formulas, Claim(text, span, claim.T if transposed else claim, assumptions=formulas[2].assumptions)

    # --- differentials ------------------------------------------------------------------------------------------
    def _differential(self, left: list[Token], trees: list[s.Syntax | ReadError]) -> Equation:
        body = self.parse(left[1:])
        of = [
            d.body for tree in trees if isinstance(tree, s.Syntax) for d in walk(tree) if isinstance(d, s.Differential)
        ]
        if not of:
            first = next((t for t in trees if isinstance(t, ReadError)), None)
            raise first or ReadError(
                self.text, (left[0].start, left[0].end), "no differential dX stands on the right", "df = tr(... dX)"
            )
        self._known(body, of[0])
        return self._finish([(self.text, body), (self.text, of[0])], "differential", trees, left[0].text)


def _names(node: s.Syntax) -> set[str]:
    return {n.text for n in walk(node) if isinstance(n, s.Name)}


def _combined(node: s.Syntax) -> s.Syntax | None:
    """The function whose derivative a side is, 3x^2 - 4x for 3 d/dx x^2 - 4 d/dx x; None for other sides."""
    if isinstance(node, s.Derivative):
        return node.body
    if isinstance(node, s.Negative):
        inner = _combined(node.body)
        return None if inner is None else replace(node, body=inner)
    if isinstance(node, s.Sum):
        terms = tuple(t for t in map(_combined, node.terms) if t is not None)
        return replace(node, terms=terms) if len(terms) == len(node.terms) else None
    if isinstance(node, s.Product) and all(_is_number(x) for x in node.factors[:-1]):
        inner = _combined(node.factors[-1])
        return None if inner is None else replace(node, factors=(*node.factors[:-1], inner))
    return None


def _is_number(node: s.Syntax) -> bool:
    return all(isinstance(x, s.Number | s.Quotient | s.Negative) for x in walk(node))


def _as_derivative(node: s.Syntax) -> tuple[s.Derivative | None, bool]:
    """A side as a derivative, and whether it is transposed."""
    if isinstance(node, s.Transpose):
        inner, flipped = _as_derivative(node.body)
        return inner, not flipped
    if (
        isinstance(node, s.Quotient)
        and isinstance(node.top, s.Differential)
        and isinstance(node.bottom, s.Differential)
    ):
        return s.Derivative(node.span, node.top.body, (node.bottom.body,), "d"), False
    return (node, False) if isinstance(node, s.Derivative) else (None, False)
