"""What raised and lowered signs mean: transposes, inverses, powers, indices, the orders of norms."""

from __future__ import annotations

# ruff: noqa: E501 -- tables are aligned by hand
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from .syntax import (
    Bars,
    Call,
    Index,
    Map,
    Name,
    Norm,
    Number,
    Power,
    PseudoInverse,
    Span,
    Sum,
    Syntax,
    Transpose,
)
from .vocabulary import ADJOINTS, PSEUDO_INVERSES, TRANSPOSES

if TYPE_CHECKING:
    from .brackets import Brackets

_NORMS = {
    "F": "fro", "fro": "fro", "Fro": "fro", "HS": "fro", "2": "2", "1": "1", "\\infty": "inf", "inf": "inf", "*": "*", "∗": "*",
    "nuc": "*", "max": "max", "\\mathcal{F}": "fro", "\\ell2": "2", "l2": "2", "op": "spectral", "\\ell_2": "2", "0": "0",
}  # fmt: skip
MAX_SCRIPTS = 20
_MINUS_ONE = Fraction(-1)


@dataclass(frozen=True, slots=True)
class Script:
    """`kind`: sub, sup or prime; `piece`: the slice of its contents."""

    kind: str
    piece: tuple[int, int]
    span: Span
    elementwise: bool = False


def gather(p: Brackets) -> list[Script]:
    """The scripts that follow, in order."""
    found: list[Script] = []
    while p.peek().kind in ("sub", "sup", "prime") or _empty(p):
        if p.peek().text == "{":
            p.i += 2
            continue
        if len(found) > MAX_SCRIPTS:
            raise p.error(p.peek(), "too many scripts", f"at most {MAX_SCRIPTS}")
        first = p.i
        token = p.take()
        if token.kind == "prime":
            found.extend(Script("prime", (first, first), (token.start, token.end)) for _ in token.text)
            continue
        if p.peek().kind in ("end", "sup", "sub") or p.peek().text in ("}", "&"):
            raise p.unexpected(p.peek(), "a superscript" if token.kind == "sup" else "a subscript")
        piece = p.script()
        if piece[0] == piece[1]:
            if token.kind == "sub":
                continue
            raise p.error(token, "this superscript is empty", "a power, T or -1")
        found.extend(_cut(p, Script(token.kind, piece, p.since(first), token.mark == "elementwise")))
    return found


def _empty(p: Brackets) -> bool:
    """A^{-1}{}^T: empty braces that only carry the next script."""
    return p.peek().text == "{" and p.peek(1).text == "}" and p.peek(2).kind in ("sub", "sup")


def _cut(p: Brackets, script: Script) -> list[Script]:
    r"""^{(1)\top} is a label and a transpose."""
    first, last = script.piece
    if script.kind == "sup" and p.tokens[first].text in ("(", "[", "*", "∗") and (not p.plain or braced(p, script)):
        bracketed = p.tokens[first].text in ("(", "[")
        close = next((j for j in range(first, last) if p.tokens[j].kind == "close"), last) if bracketed else first
        if close < last - 1 and "".join(p.texts((close + 1, last))) in TRANSPOSES | {"-1"}:
            return [Script("sup", (first, close + 1), script.span), Script("sup", (close + 1, last), script.span)]
    return [script]


def braced(p: Brackets, script: Script) -> bool:
    """True for ^{...}: TeX, even in a text without a command."""
    return p.tokens[script.piece[0] - 1].text == "{"


def apply(p: Brackets, body: Syntax) -> Syntax:
    """The body with the scripts that follow it."""
    return apply_all(p, body, gather(p))


def python_entries(p: Brackets, body: Syntax) -> Syntax:
    """x[0], X[i, j] in plain text: entries as Python counts them, from 0."""
    if not (p.plain and p.peek().text == "[" and not p.peek().spaced and p.peek().kind == "open"):
        return body
    start = p.i
    opening = p.take()
    found = [p.expression(0)]
    while p.accept(","):
        found.append(p.expression(0))
    p.close(opening)
    span = (body.span[0], p.since(start)[1])
    from_one = tuple(Sum(i.span, (i, Number(i.span, Fraction(1)))) for i in found)
    return apply(p, Index(span, body, from_one))


def apply_all(p: Brackets, body: Syntax, scripts: list[Script]) -> Syntax:
    for script in scripts:
        span = (body.span[0], max(script.span[1], body.span[1]))
        if script.kind == "prime":
            body = Transpose(span, body)
        elif script.kind == "sup":
            body = superscript(p, body, script, span)
        else:
            body = subscript(p, body, script, span)
    return body


def superscript(p: Brackets, body: Syntax, script: Script, span: Span) -> Syntax:
    texts = p.texts(script.piece)
    text = "".join(texts)
    if script.elementwise:
        return Power(span, body, p.within(script.piece), elementwise=True)
    if text in TRANSPOSES and not (text == "t" and (p.scope.is_symbol("t") or "t" in p.bound)):
        return Transpose(span, body)
    if texts and all(t == "'" for t in texts):
        return Transpose(span, body) if len(texts) % 2 else body
    if text in PSEUDO_INVERSES:
        return PseudoInverse(span, body)
    if text == "\\#":
        return Call(span, "adjugate", (body,))
    if text in ADJOINTS:
        return Transpose(span, body, f"^{text} is read as the transpose: every quantity is real")
    if (text[:1] == "-" and text[1:] in TRANSPOSES) or text in _INVERSE_TRANSPOSES:
        return Transpose(span, Power(span, body, Number(script.span, _MINUS_ONE)))
    if texts and texts[0] in ("⊙", ".^"):
        return Power(span, body, p.within((script.piece[0] + 1, script.piece[1])), elementwise=True)
    if isinstance(body, Name) and not p.plain and len(texts) == 3 and texts[0] == "(" and texts[2] == ")":
        wanted = f"a declaration of {body.text}^{{{text}}}, or {body.text}^{texts[1]} for the power"
        raise p.error(script.span, f"^{{{text}}} is the label of a name, and no power", wanted)
    return Power(span, body, p.within(script.piece))


_INVERSE_TRANSPOSES = frozenset(
    {f"-1{t}" for t in TRANSPOSES} | {f"{t}-1" for t in TRANSPOSES} | {"-1'", "-'", "-1,T", "-1,\\top"}
)


def subscript(p: Brackets, body: Syntax, script: Script, span: Span) -> Syntax:
    text = "".join(p.texts(script.piece))
    if text == "+":
        return Call(span, "relu", (body,))
    if text == "⊙" and isinstance(body, Map):
        opening = p.peek()
        if opening.text not in ("(", "["):
            raise p.unexpected(opening, "( after the elementwise function")
        return Map(span, body.variable, body.body, p.bracketed(opening))
    if text == "F" and not p.scope.is_symbol("F"):
        raise p.error(script.span, "the subscript F belongs to a norm or an inner product", "\\| ... \\|_F")
    return Index(span, body, indices(p, script.piece, digits=_takes_digits(p, body)))


def _takes_digits(p: Brackets, body: Syntax) -> bool:
    """True when the subscript 12 means row 1, column 2."""
    return not (isinstance(body, Name) and body.text in p.scope.names and p.scope.rank(body.text) == 1)


def indices(p: Brackets, piece: tuple[int, int], digits: bool = True) -> tuple[Syntax | None, ...]:
    r"""The indices in a subscript: ij, i,j, 12, i+1\,j, i: and :j (None is the colon)."""
    tokens = p.tokens[piece[0] : piece[1]]
    if (
        len(tokens) == 1
        and tokens[0].kind == "number"
        and len(tokens[0].text) == 2
        and digits
        and tokens[0].text.isdigit()
    ):
        t = tokens[0]
        return tuple(Number((t.start, t.end), Fraction(c)) for c in t.text)
    if len(tokens) == 1 and tokens[0].kind == "symbol" and len(tokens[0].text) == 2 and digits:  # X_ij in plain text
        t = tokens[0]
        return tuple(Name((t.start, t.end), c) for c in t.text)
    if all(t.kind in ("symbol", "number") or t.text in (":", "·", "⊙") for t in tokens) and 1 < len(tokens):
        return tuple(
            None if t.kind == "op" else p.within((piece[0] + k, piece[0] + k + 1)) for k, t in enumerate(tokens)
        )
    parts: list[Syntax | None] = []
    first, depth = piece[0], 0
    for j in range(piece[0], piece[1] + 1):
        at_end = j == piece[1]
        text = "," if at_end else p.tokens[j].text
        depth += (text in ("{", "(")) - (text in ("}", ")"))
        if text in (",", ";") and (depth == 0 or at_end):
            colon = j - first == 1 and p.tokens[first].text in (":", "·", "*", "∗", "⊙")
            parts.append(None if colon else p.within((first, j)))
            first = j + 1
    return tuple(parts)


def norm(p: Brackets, body: Syntax, start: int) -> Syntax:
    r"""\|x\| with its scripts: _F, _2, _1, _\infty, _p, _A and ^2, in either order."""
    order: str | Syntax = ""
    squared = False
    scripts = gather(p)
    span = p.since(start)
    rest = []
    for script in scripts:
        if script.kind == "sub":
            text = "".join(p.texts(script.piece))
            order = (
                "fro"
                if text == "F"
                else _NORMS[text]
                if text in _NORMS and not p.scope.is_symbol(text)
                else p.within(script.piece)
            )
        elif not squared and p.texts(script.piece) == ["2"]:
            squared = True
        else:
            rest.append(script)
    return apply_all(p, Norm(span, body, order, squared), rest)


def bars(p: Brackets, body: Syntax, start: int) -> Syntax:
    """|x| with its scripts; |x|_2 is a norm."""
    span = p.since(start)
    if p.peek().kind == "sub":
        mark = p.i
        p.take()
        piece = p.script()
        if "".join(p.texts(piece)) in _NORMS:
            p.i = mark
            return norm(p, body, start)
        p.i = mark
    if p.peek().kind == "sup":
        mark = p.i
        p.take()
        if p.texts(p.script()) == ["2"] and p.peek().kind not in ("sup", "sub", "prime"):
            return Bars(p.since(start), body, squared=True)
        p.i = mark
    return apply(p, Bars(span, body))
