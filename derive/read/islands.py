r"""Scalar islands: \int, \lim and \binom, read by latex2sympy2 in a cage.

Raw, that reader is silently wrong about what surrounds an island: `x^T A x` becomes A*x*x, \log is base 10, nothing
checks the end of the input, `=` assigns global state. So it sees only the island, in brackets, with every name of ours
replaced by \variable{vK}; its globals are put back; and what comes out must consist of our placeholders alone.
"""

from __future__ import annotations

# ruff: noqa: E501 -- tables are aligned by hand
import re
import sys
import threading
import types
import typing
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sympy

from .. import algebra
from .. import functions as f
from ..errors import ReadError
from ..nodes import Node, const
from .syntax import Island, Name, Syntax
from .tokens import Token
from .vocabulary import FUNCTIONS

if TYPE_CHECKING:
    from .brackets import Brackets
    from .convert import Converter

MAX_ISLAND = 60  # tokens
_lock = threading.Lock()
_STATE = ("variances", "var", "VARIABLE_VALUES", "frac_type", "is_real")
_PLACEHOLDER = re.compile(r"v(\d+)[0-9a-f]{32}$")
_SIGNS = {
    "·": "\\cdot",
    "×": "\\times",
    "→": "\\to",
    "*": "\\cdot",
    "/": "/",
    "+": "+",
    "-": "-",
    "=": "=",
    "!": "!",
    ",": ",",
}
_KNOWN = frozenset("exp sin cos tan sinh cosh tanh sqrt".split())


# --- cutting ----------------------------------------------------------------------------------------------------
def cut(p: Brackets, start: int) -> Island:
    """The island that begins here; the parser is left behind it."""
    token = p.take()
    bound: list[str] = []
    if "binom" in token.text:
        p.argument()
        p.argument()
    elif "int" in token.text:
        bound = _integral(p, token)
    else:
        bound = _limited(p, token)
    if p.i - start > MAX_ISLAND:
        raise p.error(token, f"this expression has {p.i - start} parts", f"at most {MAX_ISLAND}")
    stop = p.i
    source, names = _Source(p, start, stop, bound).write()
    p.i = stop
    return Island(p.since(start), source, tuple(names))


def _integral(p: Brackets, token: Token) -> list[str]:
    """Up to and with dt."""
    depth = 0
    while p.peek().kind != "end":
        t = p.take()
        depth += (t.kind == "open") - (t.kind == "close")
        if depth == 0 and t.text == "d" and t.kind == "symbol" and p.peek().kind == "symbol":
            return [p.take().text]
    raise p.error(token, "this integral has no variable", "dt")


def _limited(p: Brackets, token: Token) -> list[str]:
    r"""\lim_{t \to 0}: the product that follows belongs to it."""
    from . import scripts

    found = scripts.gather(p)
    sub = next((s for s in found if s.kind == "sub"), None)
    first = p.tokens[sub.piece[0]] if sub is not None else None
    if first is None or first.kind != "symbol":
        raise p.error(token, f"{token.text} does not say its variable", f"{token.text}_{{t \\to 0}}")
    p.bound.append(first.text)
    p.expression(19)
    p.bound.pop()
    return [first.text]


class _Source:
    r"""The island's LaTeX, with \variable{vK} for every name."""

    def __init__(self, p: Brackets, start: int, stop: int, bound: list[str]) -> None:
        self.p, self.i, self.stop, self.bound = p, start, stop, bound
        self.names: list[Syntax] = []
        self.keys: dict[str, int] = {}

    def write(self) -> tuple[str, list[Syntax]]:
        parts = []
        while self.i < self.stop:
            token = self.p.tokens[self.i]
            self.i += 1
            parts.append(self._part(token))
        return " ".join(parts), self.names

    def _part(self, token: Token) -> str:
        if token.kind == "symbol":
            return self._symbol(token)
        if token.kind == "word":
            name = FUNCTIONS[token.text]
            if name == "log":
                return "\\log" if self.i < self.stop and self.p.tokens[self.i].kind == "sub" else "\\ln"
            if name not in _KNOWN:
                raise self.p.error(token, f"cannot read {token.text} inside this expression", "a scalar function")
            return "\\" + name
        if token.kind in ("op", "bar", "prime", "row", "amp", "begin", "end") and token.text not in _SIGNS:
            raise self.p.error(token, f"cannot read {token.text} inside this expression", "a scalar expression")
        return _SIGNS.get(token.text, token.text)

    def _symbol(self, token: Token) -> str:
        if token.text in self.bound or token.text == "\\infty":
            return token.text
        if (
            token.text == "d"
            and token.kind == "symbol"
            and self.i < self.stop
            and self.p.tokens[self.i].text in self.bound
        ):
            return "d"
        if token.text in ("e", "\\pi") and self.p.scope.find(token.text) is None:
            return token.text
        return self._placeholder(token)

    def _placeholder(self, token: Token) -> str:
        """A name of ours with its subscript."""
        from .names import resolve
        from .scripts import gather

        p = self.p
        after = self.i
        if p.tokens[after].kind == "sub" if after < self.stop else False:
            p.i = after + 1
            p.script()
            after = p.i
        saved, p.stop = p.stop, after
        p.i = self.i
        body, rest = resolve(p, token, gather(p), self.i - 1)
        p.stop = saved
        if rest or not isinstance(body, Name):
            raise p.error(token, f"cannot read {token.text} inside this expression", "a scalar name")
        self.i = after
        if body.text not in self.keys:
            self.keys[body.text] = len(self.names)
            self.names.append(body)
        return f"\\variable{{v{self.keys[body.text]}}}"


# --- the cage ---------------------------------------------------------------------------------------------------
@lru_cache(maxsize=1)
def _reader() -> Any:
    """latex2sympy2, loaded on first use. Its antlr runtime imports `typing.io`, which Python 3.13 no longer has."""
    if "typing.io" not in sys.modules and not hasattr(typing, "io"):
        shim = types.ModuleType("typing.io")
        shim.__dict__.update(TextIO=typing.TextIO, BinaryIO=typing.BinaryIO, IO=typing.IO)
        sys.modules["typing.io"] = shim
    import latex2sympy2

    return latex2sympy2


def caged(source: str, count: int) -> tuple[sympy.Basic, list[sympy.Symbol]]:
    r"""What latex2sympy2 makes of LaTeX whose names are \variable{v0} ... ; real placeholders in their order.

    Raises ValueError when it cannot read the text, or when anything but the placeholders is free in the result.
    """
    reader = _reader()
    with _lock:
        state = {k: getattr(reader, k) for k in _STATE}
        try:
            for k in ("variances", "var", "VARIABLE_VALUES"):
                setattr(reader, k, {})
            result = reader.latex2sympy(rf"\left({source}\right)")
        except Exception as error:  # antlr raises plain Exception, and anything else on odd trees
            raise ValueError(str(error).splitlines()[0] if str(error) else type(error).__name__) from error
        finally:
            for k, v in state.items():
                setattr(reader, k, v)
    if not isinstance(result, sympy.Basic):
        raise ValueError("it is not one expression")
    marks = [sympy.Symbol(f"v_{k}", real=True) for k in range(count)]
    found = {s: _PLACEHOLDER.match(s.name) for s in result.free_symbols}
    leaked = [s.name for s, m in found.items() if m is None or int(m[1]) >= count]
    if leaked:
        raise ValueError(f"{leaked[0]} is free in it")
    return result.xreplace({s: marks[int(m[1])] for s, m in found.items() if m is not None}), marks


def evaluate(converter: Converter, node: Island) -> Node:
    """The island as an expression of the engine. Raises ReadError when it has no closed form here."""
    pieces = [converter.convert(n) for n in node.names]
    try:
        expression, marks = caged(node.source, len(pieces))
        expression = expression.replace(lambda e: isinstance(e, sympy.Limit), lambda e: sympy.Limit(*e.args[:3], "+-"))
        expression = expression.replace(_is_based_log, lambda e: sympy.log(e.args[0]) / sympy.log(e.args[1]))
        sharper = {m: sympy.Symbol(m.name, **_facts(n)) for m, n in zip(marks, pieces, strict=True)}
        closed = sympy.expand_func(expression.xreplace(sharper).doit())
        return _as_node(closed, {sharper[m]: n for m, n in zip(marks, pieces, strict=True)})
    except (ValueError, NotImplementedError, TypeError, AttributeError, RecursionError) as error:
        raise ReadError(
            converter.text, node.span, f"cannot read this expression: {error}", "a scalar expression with a closed form"
        ) from error


def _is_based_log(e: sympy.Basic) -> bool:
    return isinstance(e, sympy.log) and len(e.args) == 2


def _facts(n: Node) -> dict[str, bool]:
    if n.op == "const":
        return {"integer": True, "positive": True}
    return {"real": True} | {p: True for p in ("positive", "integer") if p in n.properties}


_NAMED: dict[type, Callable[[Node], Node]] = {
    sympy.exp: f.exp, sympy.log: f.log, sympy.sin: f.sin, sympy.cos: f.cos, sympy.tan: f.tan, sympy.sinh: f.sinh, sympy.cosh: f.cosh,
    sympy.tanh: f.tanh, sympy.asin: f.asin, sympy.acos: f.acos, sympy.atan: f.atan, sympy.erf: f.erf, sympy.Abs: f.abs, sympy.sign: f.sign,
}  # fmt: skip


def _as_node(e: sympy.Basic, names: dict[sympy.Symbol, Node]) -> Node:
    """A closed scalar expression of SymPy, piece by piece."""
    if e in names:
        return names[e]
    if (
        e.is_number
        and not (e.has(sympy.I) or e.has(sympy.oo) or e.has(sympy.zoo) or e.has(sympy.nan))
        and not e.has(sympy.Integral)
    ):
        return const(e)
    args = [_as_node(a, names) for a in e.args]
    if isinstance(e, sympy.Add):
        return algebra.add(args)
    if isinstance(e, sympy.Mul):
        return algebra.had(args)
    if isinstance(e, sympy.Pow):
        return f.power(*args)
    if type(e) in _NAMED and len(args) == 1:
        return _NAMED[type(e)](args[0])
    if isinstance(e, sympy.exp):
        return f.exp(args[0])
    raise ValueError(f"{type(e).__name__} remains in it")
