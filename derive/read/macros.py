r"""Macros: \newcommand, \renewcommand, \providecommand, \DeclareMathOperator, \def and \let, expanded within bounds."""

from __future__ import annotations

# ruff: noqa: E501 -- tables are aligned by hand
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from ..errors import ReadError
from .tokens import Token, tokenize

MAX_EXPANSIONS = 2_000
MAX_TOKENS = 40_000
_DEFINERS = frozenset(
    "\\newcommand \\renewcommand \\providecommand \\newcommand* \\renewcommand* \\DeclareMathOperator \\DeclareMathOperator* \\def \\let \\gdef \\edef \\DeclareRobustCommand".split()
)


@dataclass(frozen=True, slots=True)
class Macro:
    """`arity` arguments, the first of which is `default` when it may be left out."""

    body: tuple[Token, ...]
    arity: int = 0
    default: tuple[Token, ...] | None = None


def _builtin(source: str, arity: int) -> Macro:
    return Macro(tuple(tokenize(source)), arity)


# Packages that people load without saying so: physics, commath.
BUILTIN: Mapping[str, Macro] = {
    "\\norm": _builtin(r"\lVert #1 \rVert", 1),
    "\\Norm": _builtin(r"\lVert #1 \rVert", 1),
    "\\abs": _builtin(r"\lvert #1 \rvert", 1),
    "\\inner": _builtin(r"\langle #1, #2 \rangle", 2),
    "\\innerproduct": _builtin(r"\langle #1, #2 \rangle", 2),
    "\\pdv": _builtin(r"\frac{\partial #1}{\partial #2}", 2),
    "\\dv": _builtin(r"\frac{\mathrm{d} #1}{\mathrm{d} #2}", 2),
    "\\dd": _builtin(r"\mathrm{d}", 0),
    "\\R": _builtin(r"\mathbb{R}", 0),
    "\\E": _builtin(r"\mathbb{E}", 0),
    "\\transpose": _builtin(r"{#1}^\top", 1),
}


def read_macros(text: str) -> dict[str, Macro]:
    """The macros that a document defines; other text, and definitions that cannot be read, are passed over."""
    found: dict[str, Macro] = {}
    for definer in _DEFINERS:
        position = text.find(definer)
        while position >= 0:
            line_end = position + 1_000
            _define_from(text[position:line_end], found)
            position = text.find(definer, position + 1)
    return found


def _define_from(source: str, found: dict[str, Macro]) -> None:
    try:
        tokens = tokenize(source)
    except ReadError as error:
        try:
            tokens = tokenize(source[: error.span[0]])
        except ReadError:
            return
    if tokens and tokens[0].text in _DEFINERS:
        _Expander(source, found).define(tokens, 0)


def as_macros(macros: Mapping[str, str | Macro] | None) -> dict[str, Macro]:
    r"""Macros given by a caller: {"\\RR": "\\mathbb{R}", "\\vv": "\\mathbf{#1}"}; the arity is the highest #."""
    found = {}
    for name, body in (macros or {}).items():
        name = name if name.startswith("\\") else "\\" + name
        found[name] = body if isinstance(body, Macro) else _from_text(body)
    return found


def _from_text(body: str) -> Macro:
    tokens = tuple(tokenize(body if "\\" in body else body + "\\relax"))
    arity = max(
        [int(b.text[0]) for a, b in pairwise(tokens) if a.text == "#" and b.text[0].isdigit()],
        default=0,
    )
    return Macro(tokens, arity)


def expand(
    text: str, tokens: list[Token], macros: Mapping[str, Macro], keep: frozenset[str] | set[str] = frozenset()
) -> list[Token]:
    """Expand every macro, also those that the text itself defines; commands in `keep` are declared symbols."""
    if not any(t.kind == "command" for t in tokens):
        return tokens
    return _Expander(text, {**{k: v for k, v in BUILTIN.items() if k not in keep}, **macros}).run(tokens)


class _Expander:
    def __init__(self, text: str, macros: dict[str, Macro]) -> None:
        self.text, self.macros, self.count = text, macros, 0

    def run(self, tokens: list[Token]) -> list[Token]:
        output: list[Token] = []
        stack = list(reversed(tokens))
        while stack:
            token = stack.pop()
            if token.kind != "command":
                output.append(token)
            elif token.text in _DEFINERS:
                self._bound(token, 100 * self.count)
                rest = stack[::-1]
                stack = rest[self.define([token, *rest], 0) - 1 :][::-1]
            elif token.text in self.macros:
                stack.extend(reversed(self._expansion(token, stack)))
                self._bound(token, len(stack) + len(output))
            else:
                output.append(token)
        return output

    def _bound(self, token: Token, size: int) -> None:
        self.count += 1
        if self.count > MAX_EXPANSIONS or size > MAX_TOKENS:
            raise ReadError(
                self.text,
                (token.start, token.end),
                f"the macro {token.text} expands without end",
                "a macro that does not contain itself",
            )

    def _expansion(self, token: Token, stack: list[Token]) -> list[Token]:
        """The body with the arguments in place; what comes from the body stands where the macro was used."""
        macro = self.macros[token.text]
        arguments = self._arguments(token, macro, stack)
        result: list[Token] = []
        body = iter(macro.body)
        for t in body:
            if t.text == "#" and t.kind == "op":
                digit = next(body, t)
                slot = int(digit.text[0]) if digit.text[0].isdigit() else 0
                if 1 <= slot <= len(arguments):
                    result.extend(arguments[slot - 1])
                if len(digit.text) > 1:  # `#12` is the first argument and the digit 2
                    result.append(Token("number", digit.text[1:], token.start, token.end))
            else:
                result.append(replace(t, start=token.start, end=token.end))
        return result

    def _arguments(self, token: Token, macro: Macro, stack: list[Token]) -> list[list[Token]]:
        arguments: list[list[Token]] = []
        if macro.default is not None:
            if stack and stack[-1].text == "[":
                stack.pop()
                arguments.append(_until(stack, "[", "]"))
            else:
                arguments.append(list(macro.default))
        while len(arguments) < macro.arity:
            if not stack:
                raise ReadError(
                    self.text, (token.start, token.end), f"{token.text} lacks an argument", f"{macro.arity} arguments"
                )
            first = stack.pop()
            arguments.append([] if first.text != "{" else _until(stack, "{", "}"))
            if first.text != "{":
                arguments[-1] = [_first_digit(first, stack)]
        return arguments

    def define(self, tokens: list[Token], start: int) -> int:
        """Read the definition that begins at `start`; returns the index behind it."""
        definer = tokens[start].text.rstrip("*")
        i = start + 1
        while i < len(tokens) and tokens[i].text in ("{", "*"):
            i += 1
        if i >= len(tokens) or tokens[i].kind != "command":
            return min(i, len(tokens))
        name = tokens[i].text
        i += 1
        while i < len(tokens) and tokens[i].text in ("}", "="):
            i += 1
        if definer == "\\let":
            if i < len(tokens) and tokens[i].text != name:
                self.macros[name] = self.macros.get(tokens[i].text, Macro((tokens[i],)))
            return min(i + 1, len(tokens))
        arity, default, i = self._signature(tokens, i)
        stack = tokens[i:][::-1]
        if not stack or stack.pop().text != "{":
            return i
        before = len(stack)
        body = _until(stack, "{", "}")
        if definer == "\\DeclareMathOperator":
            head = tokens[start]
            body = [
                replace(head, text="\\operatorname"),
                replace(head, kind="open", text="{"),
                *body,
                replace(head, kind="close", text="}"),
            ]
        self.macros[name] = Macro(tuple(body), arity, default)
        return i + 1 + before - len(stack)

    def _signature(self, tokens: list[Token], i: int) -> tuple[int, tuple[Token, ...] | None, int]:
        """[2][default] or #1#2 before the body: arity, default, and the index of the body."""
        arity, default = 0, None
        while i < len(tokens) and tokens[i].text in ("[", "#"):
            if tokens[i].text == "#":
                i += 2
                arity += 1
                continue
            stack = tokens[i + 1 :][::-1]
            before = len(stack)
            inside = _until(stack, "[", "]")
            i += 1 + before - len(stack)
            if arity == 0 and len(inside) == 1 and inside[0].text.isdigit():
                arity = int(inside[0].text)
            else:
                default = tuple(inside)
        return arity, default, i


def _first_digit(token: Token, stack: list[Token]) -> Token:
    r"""An argument without braces is one character: \foo12 has the argument 1."""
    if token.kind in ("number", "word") and len(token.text) > 1:
        stack.append(replace(token, text=token.text[1:], start=token.start + 1))
        return replace(token, text=token.text[0], end=token.start + 1)
    return token


def _until(stack: list[Token], opening: str, closing: str) -> list[Token]:
    """Pop the tokens up to the matching closing bracket."""
    depth, found = 1, []
    while stack:
        token = stack.pop()
        depth += (token.text == opening) - (token.text == closing)
        if depth == 0:
            break
        found.append(token)
    return found
