r"""Text parted into equations: at commas, at `where`, at \quad and \\, wherever another equation begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from . import syntax as s
from .glyphs import glyphs
from .macros import Macro, as_macros, expand
from .tokens import Token, tokenize

_CONNECTIVES = frozenset("where with for if when and let so then since because given as".split())


def split_equations(text: str, macros: Mapping[str, str | Macro] | None = None) -> list[list[s.Span]]:
    r"""The places of the sides of every equation in some rows: & and \\ separate, rows that begin with = continue."""
    tokens = glyphs(text, expand(text, tokenize(text), as_macros(macros)))
    return [[(side[0].start, max(t.end for t in side)) for side in chain if side] for chain in chains_of(tokens, "")]


def chains_of(tokens: Sequence[Token], text: str) -> list[list[list[Token]]]:
    r"""Equations as lists of sides as lists of tokens; a comma, `where` and \quad part them where one begins."""
    chains: list[list[list[Token]]] = [[[]]]
    depth = braces = 0
    for k, token in enumerate(tokens):
        depth += (token.kind in ("open", "begin")) - (token.kind in ("close", "end"))
        braces += (token.text == "{") - (token.text == "}")
        side = chains[-1][-1]
        if depth == braces == 0 and side and _parts(tokens, k, text):
            chains.append([[]])
            side = chains[-1][-1]
            if is_connective(token):
                continue
        if depth > 0 or braces > 0 or token.kind in ("close", "end"):
            side.append(token)
        elif token.kind == "amp":
            continue
        elif token.text == "=" and token.kind == "op":
            if side or len(chains[-1]) == 1:
                chains[-1].append([])
        elif token.kind == "row" or (_ends_equation(tokens, k) and _begins_equation(tokens, k + 1)):
            _end_row(tokens, k, chains, token)
        else:
            side.append(token)
    return [[side for side in chain if side] for chain in chains if any(chain)]


def _parts(tokens: Sequence[Token], k: int, text: str) -> bool:
    r"""Does an equation begin behind the word `where`, or behind a \quad?"""
    token, before = tokens[k], tokens[k - 1]
    if is_connective(token):
        return _begins_equation(tokens, k + 1)
    wide = text and "quad" in text[before.end : token.start]
    firm = token.kind == "op" and token.text not in ("∂", "∇")
    return bool(wide) and not firm and token.kind != "amp" and _begins_equation(tokens, k)


def is_connective(token: Token) -> bool:
    return token.mark == "roman" and token.text.lower() in _CONNECTIVES


def _ends_equation(tokens: Sequence[Token], k: int) -> bool:
    """A comma, a semicolon, the full stop of a sentence."""
    stop = tokens[k].text == "." and k + 1 < len(tokens) and tokens[k + 1].spaced
    return tokens[k].text in (",", ";") or (stop and tokens[k].kind == "op")


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
