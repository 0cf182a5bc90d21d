"""Functions with their arguments, fractions, roots, commands, maps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import derivatives, names, scripts, sums
from .scripts import Script
from .syntax import (
    Call,
    Hadamard,
    Kronecker,
    Literal,
    Map,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Syntax,
)
from .tokens import Token
from .vocabulary import FRACTIONS, FUNCTIONS, ISLANDS, WIDE

if TYPE_CHECKING:
    from .brackets import Brackets

_INVERSES = {"sin": "asin", "cos": "acos", "tan": "atan", "sinh": "asinh", "cosh": "acosh", "tanh": "atanh"}
_SCALAR_OF_MATRIX = frozenset({"tr", "det", "logdet"})
_AXES = {"rows": 1, "row": 1, "columns": 0, "column": 0, "cols": 0}
_BRACKETS = ("(", "[", "\\{")


def function(p: Brackets) -> Syntax:
    """A known function with its scripts and its argument, bracketed or not."""
    start = p.i
    token = p.take()
    after = p.peek()
    if p.plain and after.kind == "number" and not after.spaced and p.peek(1).text == "(" and not p.peek(1).spaced:
        raise p.error((token.start, after.end), f"{token.text}{after.text} is no function that is known")
    fn = FUNCTIONS[token.text]
    heads = scripts.gather(p)
    entrywise = _accept_dot(p)
    base: Syntax | None = None
    outer: list[Script] = []
    primes = 0
    axis: int | None = None
    over: str | None = None
    sizes: tuple[Syntax, ...] = ()
    for s in heads:
        texts = p.texts(s.piece)
        if s.kind == "prime":
            primes += 1
        elif s.kind == "sub" and texts == ["⊙"]:
            entrywise = True
        elif s.kind == "sub" and fn == "log":
            base = p.within(s.piece)
        elif s.kind == "sup" and texts == ["-", "1"] and fn in _INVERSES:
            fn = _INVERSES[fn]
        elif s.kind == "sub" and "".join(texts) in _AXES:
            axis = _AXES["".join(texts)]
        elif s.kind == "sub" and fn in ("max", "min") and len(texts) == 1 and p.tokens[s.piece[0]].kind == "symbol":
            over = texts[0]
        elif s.kind == "sub" and fn == "unvec":
            sizes = names.sizes(p, s.piece)
        else:
            outer.append(s)
    p.axis = None
    p.bound.extend([over] if over else [])
    args, bracketed = _arguments(p, fn, token)
    del p.bound[len(p.bound) - bool(over) :]
    axis, p.axis = p.axis if axis is None else axis, None
    if fn == "cos" and len(args) == 2:
        fn = "cosine_similarity"
    if fn in ("sumover", "prodover"):
        return sums.python_sum(p, fn, args, start)
    if fn in ("sum", "prod") and axis is None and len(args) == 1:
        return scripts.apply_all(p, sums.total(p, start, fn, args[0]), outer + (scripts.gather(p) if bracketed else []))
    if over is not None:
        return scripts.apply_all(p, sums.extreme(p, fn, args, over, start), outer)
    if fn == "ones" and token.text in ("vector", "matrix"):
        return _filled(p, token, args, start)
    outer += scripts.gather(p) if bracketed else []
    if fn == "vec" and bracketed and outer and outer[0].kind == "sup":  # \operatorname{vec} (X')^{-1}
        inner = scripts.apply_all(p, args[0], outer[:1])
        if isinstance(inner, Power):
            args, outer = (inner,), outer[1:]
    body: Syntax = Call(p.since(start), fn, (*args, *sizes), entrywise, base, primes, axis, p.plain)
    body = scripts.apply_all(p, body, outer)
    return scripts.python_entries(p, body) if bracketed else body


def _accept_dot(p: Brackets) -> bool:
    if p.peek().text == "." and p.peek().kind == "op" and p.peek(1).text in _BRACKETS:
        p.take()
        return True
    return False


def _filled(p: Brackets, token: Token, args: tuple[Syntax, ...], start: int) -> Syntax:
    """The web calculator's vector(1), matrix(0)."""
    if len(args) != 1 or not isinstance(args[0], Number):
        raise p.error(token, f"{token.text}(...) wants a number", f"{token.text}(1)")
    ones = Literal(p.since(start), "ones", (), matrix=token.text == "matrix")
    body: Syntax = ones if args[0].value == 1 else Product(ones.span, (args[0], ones), ("",))
    return scripts.apply(p, body)


def _arguments(p: Brackets, fn: str, token: Token) -> tuple[tuple[Syntax, ...], bool]:
    """The arguments, and whether scripts behind them belong to the function's value."""
    after = p.peek()
    beside = p.plain and after.spaced and fn in _SCALAR_OF_MATRIX  # tr (A)³ is the trace of a power
    if after.kind == "open" and after.text in _BRACKETS and not beside:
        return bracketed(p), True
    if after.text == "{":
        first = p.i + 1
        inner = p.argument()
        return (p.within(inner),), p.tokens[first].text in ("(", "[")
    if after.kind == "bar" and not p.closes(after):
        return (p.between_bars(),), False
    if after.kind == "word":
        return (function(p),), False
    if after.kind == "op" and after.text == "-":
        p.take()
        (body,), _ = _arguments(p, fn, token)
        return (Negative((after.start, body.span[1]), body),), False
    if not p.starts_atom(after):
        name = p.text[token.start : token.end]
        problem = "lacks its argument" if after.kind == "end" else f"is followed by {after.text}"
        raise p.error(after, f"{name} {problem}", f"{name}(...)")
    return (_open_argument(p, fn),), False


def bracketed(p: Brackets) -> tuple[Syntax, ...]:
    """(a, b, c)."""
    opening = p.take()
    saved, p.bars = p.bars, []
    args = [p.expression(0)]
    while p.accept(",") or p.accept(";"):
        if p.at("axis") and p.peek(1).text == "=":
            p.i += 2
            sign = -1 if p.accept("-") else 1
            axis = p.take()
            if axis.text not in ("0", "1"):
                raise p.unexpected(axis, "axis=0 or axis=1")
            p.axis = sign * int(axis.text)
            p.axis = 1 if p.axis == -1 else p.axis
            continue
        args.append(p.expression(0))
    p.bars = saved
    p.close(opening)
    return tuple(args)


def _open_argument(p: Brackets, fn: str) -> Syntax:
    r"""The argument of \log 2\pi or \det A X B: the factors that follow; a trace takes A \odot B too."""
    wide = fn in WIDE
    start = p.i
    factors = [p.atom()]
    while p.binding(p.peek()) == 30 and not _ends_argument(p, wide):
        factors.append(p.atom())
    body = factors[0] if len(factors) == 1 else Product(p.since(start), tuple(factors), ("",) * (len(factors) - 1))
    while wide and p.peek().text in (("⊙",) if fn == "vec" else ("⊙", "⊗")) and p.peek().kind == "op":
        sign = p.take().text
        right = p.expression(20)
        body = (Hadamard if sign == "⊙" else Kronecker)(p.since(start), body, right)
    return body


def _ends_argument(p: Brackets, wide: bool) -> bool:
    token = p.peek()
    if token.kind == "word":
        return not wide or FUNCTIONS[token.text] in _SCALAR_OF_MATRIX
    return not wide and ((token.kind in ("open", "bar") and token.text != "{") or token.text in ("\\sum", "\\prod"))


def command(p: Brackets) -> Syntax:
    r"""\frac, \sqrt, \sum, the islands, or a declared symbol of that name."""
    token = p.peek()
    if token.text in FRACTIONS:
        return fraction(p)
    if token.text == "\\sqrt":
        return root(p)
    if token.text in ("\\sum", "\\Sigma", "\\prod"):
        return sums.big_sum(p)
    if token.text in ISLANDS:
        return island(p)
    if p.scope.find(token.text) is not None or token.text in p.scope.families:
        return names.name(p)
    if token.text in ("\\top", "\\dagger", "\\intercal", "\\prime"):
        raise p.error(token, f"{token.text} stands alone", f"^{token.text} after a symbol")
    raise p.error(token, f"unknown command {token.text}", "a declaration or a macro for it")


def fraction(p: Brackets) -> Syntax:
    start = p.i
    p.take()
    top, bottom = p.argument(), p.argument()
    found = derivatives.derivative_fraction(p, top, bottom, start)
    if found is not None:
        return found
    return scripts.apply(p, Quotient(p.since(start), p.within(top), p.within(bottom)))


def contents(p: Brackets, piece: tuple[int, int]) -> Syntax:
    r"""What fills a brace: an expression, or the fraction {a \over b}."""
    depth = 0
    for j in range(*piece):
        token = p.tokens[j]
        depth += (token.kind in ("open", "begin")) - (token.kind in ("close", "end"))
        if token.text == "\\over" and depth == 0:
            top, bottom = p.within((piece[0], j)), p.within((j + 1, piece[1]))
            return Quotient((top.span[0], bottom.span[1]), top, bottom)
    return p.within(piece)


def root(p: Brackets) -> Syntax:
    start = p.i
    p.take()
    order: Syntax | None = None
    if p.at("["):
        p.take()
        order = p.expression(0)
        p.expect("]", "the order of the root")
    if p.at("(") and p.peek().kind == "open":
        body = p.bracketed(p.peek())
    elif p.peek().kind == "word":  # √det(X)
        body = function(p)
    else:
        body = p.within(p.argument())
    return scripts.apply(p, Call(p.since(start), "sqrt", (body,), base=order))


def map_body(p: Brackets) -> Syntax:
    r"""d \mapsto \sin d, inside its bracket."""
    start = p.i
    variable = p.take()
    p.expect("↦")
    p.bound.append(variable.text)
    body = p.expression(0)
    p.bound.pop()
    return Map(p.since(start), variable.text, body)


def island(p: Brackets) -> Syntax:
    r"""\int, \lim and \binom go to the second reader, with every name of ours as a placeholder."""
    from .islands import cut

    return scripts.apply(p, cut(p, p.i))
