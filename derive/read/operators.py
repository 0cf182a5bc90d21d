"""Functions, fractions, roots, big sums and derivative signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import names, scripts
from .scripts import Script
from .syntax import (
    BigSum,
    Call,
    Derivative,
    Hadamard,
    Index,
    Island,
    Kronecker,
    Literal,
    Map,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Syntax,
    Transpose,
)
from .tokens import Token
from .vocabulary import FRACTIONS, FUNCTIONS, ISLANDS, WIDE

if TYPE_CHECKING:
    from .parser import Parser

_INVERSES = {"sin": "asin", "cos": "acos", "tan": "atan", "sinh": "asinh", "cosh": "acosh", "tanh": "atanh"}
_SCALAR_OF_MATRIX = frozenset({"tr", "det", "logdet"})
_AXES = {"rows": 1, "row": 1, "columns": 0, "column": 0, "cols": 0}
_BRACKETS = ("(", "[", "\\{")


def function(p: Parser) -> Syntax:
    """A known function with its scripts and its argument, bracketed or not."""
    start = p.i
    token = p.take()
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
    if fn == "sumover":
        return _python_sum(p, args, start)
    if fn in ("sum", "prod") and axis is None and len(args) == 1:
        return scripts.apply_all(p, _total(p, start, fn, args[0]), outer + (scripts.gather(p) if bracketed else []))
    if over is not None:
        return scripts.apply_all(p, _extreme(p, fn, args, over, start), outer)
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


def _python_sum(p: Parser, args: tuple[Syntax, ...], start: int) -> Syntax:
    """sumover(body, i, lo, hi), as the engine prints it in Python."""
    if len(args) != 4 or not isinstance(args[1], Name):
        raise p.error(p.since(start), "sumover wants a body, an index and two limits", "sumover(body, i, 1, n)")
    return BigSum(p.since(start), args[1].text, args[2], args[3], args[0])


def _extreme(p: Parser, fn: str, args: tuple[Syntax, ...], over: str, start: int) -> Syntax:
    r"""\max_i x_i is the largest entry of x."""
    body = args[0]
    if len(args) == 1 and isinstance(body, Index) and [getattr(i, "text", None) for i in body.indices] == [over]:
        return Call(p.since(start), fn, (body.body,))
    raise p.error(p.since(start), f"cannot read the {fn} over {over} of this", f"\\{fn}_{over} x_{over}")


def _accept_dot(p: Parser) -> bool:
    if p.peek().text == "." and p.peek().kind == "op" and p.peek(1).text in _BRACKETS:
        p.take()
        return True
    return False


def _filled(p: Parser, token: Token, args: tuple[Syntax, ...], start: int) -> Syntax:
    """The web calculator's vector(1), matrix(0)."""
    if len(args) != 1 or not isinstance(args[0], Number):
        raise p.error(token, f"{token.text}(...) wants a number", f"{token.text}(1)")
    ones = Literal(p.since(start), "ones", (), matrix=token.text == "matrix")
    body: Syntax = ones if args[0].value == 1 else Product(ones.span, (args[0], ones), ("",))
    return scripts.apply(p, body)


def _arguments(p: Parser, fn: str, token: Token) -> tuple[tuple[Syntax, ...], bool]:
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


def bracketed(p: Parser) -> tuple[Syntax, ...]:
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


def _open_argument(p: Parser, fn: str) -> Syntax:
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


def _ends_argument(p: Parser, wide: bool) -> bool:
    token = p.peek()
    if token.kind == "word":
        return not wide or FUNCTIONS[token.text] in _SCALAR_OF_MATRIX
    return not wide and ((token.kind in ("open", "bar") and token.text != "{") or token.text == "\\sum")


def command(p: Parser) -> Syntax:
    r"""\frac, \sqrt, \sum, the islands, or a declared symbol of that name."""
    token = p.peek()
    if token.text in FRACTIONS:
        return fraction(p)
    if token.text == "\\sqrt":
        return root(p)
    if token.text in ("\\sum", "\\Sigma"):
        return big_sum(p)
    if token.text in ISLANDS:
        return island(p)
    if p.scope.find(token.text) is not None or token.text in p.scope.families:
        return names.name(p)
    if token.text in ("\\top", "\\dagger", "\\intercal", "\\prime"):
        raise p.error(token, f"{token.text} stands alone", f"^{token.text} after a symbol")
    raise p.error(token, f"unknown command {token.text}", "a declaration or a macro for it")


def fraction(p: Parser) -> Syntax:
    start = p.i
    p.take()
    top, bottom = p.argument(), p.argument()
    found = _derivative_fraction(p, top, bottom, start)
    if found is not None:
        return found
    return scripts.apply(p, Quotient(p.since(start), p.within(top), p.within(bottom)))


def root(p: Parser) -> Syntax:
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


# --- sums -------------------------------------------------------------------------------------------------------
def big_sum(p: Parser) -> Syntax:
    r"""\sum_{i=1}^n body: the body is the product that follows."""
    start = p.i
    p.take()
    found = scripts.gather(p)
    sub = next((s for s in found if s.kind == "sub"), None)
    sup = next((s for s in found if s.kind == "sup"), None)
    if sub is None:
        return _total(p, start, "sum", p.expression(19))
    indices, low = _range(p, sub)
    high = None if sup is None else p.within(sup.piece)
    p.bound.extend(indices)
    body = p.expression(19)
    del p.bound[len(p.bound) - len(indices) :]
    for index in reversed(indices):
        body = BigSum(p.since(start), index, low, high, body)
    return body


def _total(p: Parser, start: int, fn: str, body: Syntax) -> Syntax:
    """The sum or product of all entries; of all eigenvalues it is the trace or the determinant."""
    inner = body
    while isinstance(inner, Index):
        inner = inner.body
    if isinstance(inner, Call) and inner.function == "eigenvalues":
        return Call(p.since(start), "tr" if fn == "sum" else "det", inner.args)
    if fn == "prod":
        raise p.error(p.since(start), "cannot read a product without its index", "\\prod_{k=1}^{n}")
    return Call(p.since(start), "sum", (body,))


def is_range(p: Parser) -> bool:
    """Σ_(i=1..n): the sum as the Unicode printer writes it."""
    return p.peek().kind == "sub" and p.peek(1).text == "(" and p.peek(2).kind == "symbol" and p.peek(3).text == "="


def unicode_sum(p: Parser, start: int) -> Syntax:
    """The rest of Σ_(i=1..n) body."""
    p.i += 2
    index = p.take().text
    p.take()
    low = p.expression(0)
    p.expect(".", "the range of the sum")
    p.expect(".", "the range of the sum")
    high = p.expression(0)
    p.expect(")", "the range of the sum")
    p.bound.append(index)
    body = p.expression(19)
    p.bound.pop()
    return BigSum(p.since(start), index, low, high, body)


def _range(p: Parser, sub: Script) -> tuple[list[str], Syntax | None]:
    """The indices below a sum, and the first value."""
    first, last = sub.piece
    tokens = p.tokens[first:last]
    indices: list[str] = []
    for k, token in enumerate(tokens):
        if token.kind == "symbol":
            indices.append(token.text)
        elif token.text == "=" and len(indices) == 1:
            return indices, p.within((first + k + 1, last))
        elif token.text == "∈" and indices:
            return indices, None
        elif token.text != ",":
            raise p.error(token, f"cannot read {token.text} below a sum", "i=1 or i,j")
    return indices, None


# --- derivative signs -------------------------------------------------------------------------------------------
def _is_sign(p: Parser, piece: tuple[int, int]) -> bool:
    if piece[1] <= piece[0]:
        return False
    token = p.tokens[piece[0]]
    return token.text == "∂" or (
        token.text == "d"
        and token.kind == "symbol"
        and (token.mark == "roman" or "d" not in p.scope.names or piece[1] - piece[0] > 1)
    )


def _derivative_fraction(p: Parser, top: tuple[int, int], bottom: tuple[int, int], start: int) -> Syntax | None:
    r"""\frac{\partial f}{\partial x}, \frac{d}{dx}, \frac{\partial^2 f}{\partial x \partial x^T}; None for other fractions."""
    if not (_is_sign(p, top) and _is_sign(p, bottom)) or bottom[1] - bottom[0] < 2:
        return None
    sign = p.tokens[top[0]].text
    body_first, order = _order(p, top)
    variables, vec = _variables(p, bottom)
    body: Syntax | None = None
    if body_first < top[1]:
        body = p.within((body_first, top[1]))
        if isinstance(body, Call) and body.function == "vec":
            body, vec = body.args[0], True
    elif p.binding(p.peek()) == 30 or p.peek().text == "-":
        body = p.expression(19)
    order = max(order, len(variables))
    return Derivative(p.since(start), body, tuple(variables), sign, order, vec)


def _order(p: Parser, piece: tuple[int, int]) -> tuple[int, int]:
    """Where the numerator's function begins, and the order of the derivative."""
    first = piece[0] + 1
    if first < piece[1] and p.tokens[first].kind == "sup":
        saved = p.i, p.stop
        p.i, p.stop = first + 1, piece[1]
        inner = p.script()
        order = "".join(p.texts(inner))
        first = p.i
        p.i, p.stop = saved
        return first, int(order) if order in ("1", "2") else 9
    return first, 1


def _variables(p: Parser, piece: tuple[int, int]) -> tuple[list[Syntax], bool]:
    """The variables below: dx, dx^2, dx dx^T, dvec(X)^T."""
    saved = p.i, p.stop, p.bars
    p.i, p.stop = piece
    found: list[Syntax] = []
    vec = False
    while p.i < p.stop:
        sign = p.take()
        if sign.text not in ("∂", "d"):
            raise p.unexpected(sign, "the variable of the derivative, \\partial x")
        variable = p.atom()
        if isinstance(variable, Power) and isinstance(variable.exponent, Number) and variable.exponent.value == 2:
            found.append(variable.base)
            variable = variable.base
        inner = variable.body if isinstance(variable, Transpose) else variable
        if isinstance(inner, Call) and inner.function == "vec":
            variable, vec = inner.args[0], True
        found.append(variable)
    p.i, p.stop, p.bars = saved
    return found, vec


def derivative_sign(p: Parser) -> Syntax:
    r"""\partial X (a differential), \partial_x f, \nabla_x f, \nabla^2 f."""
    start = p.i
    token = p.take()
    if token.text == "∂" and p.peek().kind != "sub":
        return names.differential(p, start)
    order = 1
    variables: list[Syntax] = []
    for s in scripts.gather(p):
        if s.kind == "sup":
            order = 2 if p.texts(s.piece) == ["2"] else 9
        elif s.kind == "sub":
            variables = [v for v in _gradient_variables(p, s) if v is not None]
    body = p.expression(19) if p.binding(p.peek()) == 30 or p.peek().text == "-" else None
    return Derivative(p.since(start), body, tuple(variables), token.text, max(order, len(variables)))


def _gradient_variables(p: Parser, script: Script) -> list[Syntax | None]:
    if any(t.text == "," for t in p.tokens[script.piece[0] : script.piece[1]]):
        return list(scripts.indices(p, script.piece))
    return [p.within(script.piece)]


# --- maps and islands -------------------------------------------------------------------------------------------
def map_body(p: Parser) -> Syntax:
    r"""d \mapsto \sin d, inside its bracket."""
    start = p.i
    variable = p.take()
    p.expect("↦")
    p.bound.append(variable.text)
    body = p.expression(0)
    p.bound.pop()
    return Map(p.since(start), variable.text, body)


def island(p: Parser) -> Syntax:
    r"""\int, \lim, \binom and \prod go to the second reader, with every name of ours as a placeholder."""
    from .islands import cut

    start = p.i
    if p.at("\\prod") and p.peek(1).kind != "sub":
        p.take()
        return _total(p, start, "prod", p.expression(19))
    return scripts.apply(p, cut(p, start))


__all__ = ["Island", "Name", "command", "derivative_sign", "function", "map_body"]
