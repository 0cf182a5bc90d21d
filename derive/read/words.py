"""Runs of letters taken apart: `BXC` is three matrices, `trABA` a trace and three, `labels` one name in plain text."""

from __future__ import annotations

import re
from dataclasses import replace

from .scope import Scope
from .tokens import Token, is_plain
from .vocabulary import FRACTIONS, FUNCTIONS, GREEK

_PROGRAM = re.compile(r"[\w)\]'.]\s*(\*|@|\./)|\.\*|\.\^|\.T\b")
_LONGEST = 30
_INDICES = frozenset("ijklmnpqrsab")


def is_program(text: str) -> bool:
    """True for text that writes its products, `y .* (X*w)`: there a run of letters is one name."""
    return is_plain(text) and _PROGRAM.search(text) is not None


def split_words(text: str, tokens: list[Token], scope: Scope) -> list[Token]:
    """Every word as a function, a declared name, or single letters; digits of \\frac12 and x^12 apart."""
    program, plain = is_program(text), is_plain(text)
    result: list[Token] = []
    skip = 0
    for i, token in enumerate(tokens):
        if skip:
            skip -= 1
            continue
        before = tokens[i - 1] if i else None
        after = tokens[i + 1] if i + 1 < len(tokens) else None
        if (
            token.kind == "number"
            and not plain
            and before is not None
            and len(token.text) > 1
            and token.text[:2].isdigit()
        ):
            result.extend(_digits(token, before, tokens[i - 2] if i > 1 else None))
        elif plain and token.kind in ("word", "symbol") and (spelt := _identifier(tokens, i, scope)):
            name, skip = spelt
            result.append(_named(token, name, tokens[i + skip].end))
        elif plain and _is_greek(token, before, scope):
            result.append(_named(token, "\\" + token.text, token.end))
        elif token.kind in ("word", "symbol") and _numbered(token, after, scope, program):
            assert after is not None
            name = token.text + after.text
            kind, mark = (
                ("word", "function") if name in FUNCTIONS and name not in scope.names else ("symbol", token.mark)
            )
            result.append(replace(token, kind=kind, text=name, end=after.end, mark=mark))
            skip = 1
        elif token.kind == "word" and token.mark != "function":
            owner = tokens[i - 2] if i > 1 and plain else None
            result.extend(_word(token, before, after, owner, scope, program))
        else:
            result.append(token)
    return result


def _named(token: Token, name: str, end: int) -> Token:
    if name in FUNCTIONS:
        return replace(token, kind="word", text=name, end=end, mark="function")
    return replace(token, kind="symbol", text=name, end=end)


def _identifier(tokens: list[Token], i: int, scope: Scope) -> tuple[str, int] | None:
    """A name as Python spells it, w_hat or M_hat_k: its canonical form, and how many more tokens it takes."""
    text, found = tokens[i].text, None
    for j in range(i + 1, min(len(tokens), i + 8)):
        token = tokens[j]
        if token.spaced or token.kind not in ("word", "symbol", "number", "sub"):
            break
        text += token.text
        if token.kind != "sub" and (text in scope.aliases or (not text.isalpha() and text in FUNCTIONS)):
            found = scope.aliases.get(text, text), j - i
    return found


def _is_greek(token: Token, before: Token | None, scope: Scope) -> bool:
    """`mu` in plain text is the letter, unless m and u are declared or the word itself is."""
    scripted = before is not None and before.kind in ("sub", "sup")
    named = (
        token.kind == "word" and token.text in GREEK and token.text not in scope.words and token.text not in FUNCTIONS
    )
    return named and not scripted and not all(map(scope.is_symbol, token.text))


def _numbered(token: Token, after: Token | None, scope: Scope, program: bool) -> bool:
    """x1, W2 in plain text: one name."""
    if after is None or after.kind != "number" or after.spaced or after.start != token.end or not after.text.isdigit():
        return False
    name = token.text + after.text
    return name in scope.names or name in FUNCTIONS or (program and token.text not in scope.names)


def _digits(token: Token, before: Token, earlier: Token | None) -> list[Token]:
    r"""An argument without braces is one digit: \frac12, x^12."""
    if before.kind in ("sup", "sub") or before.text in FRACTIONS:
        head = replace(token, text=token.text[0], end=token.start + 1)
        tail = replace(token, text=token.text[1:], start=token.start + 1, spaced=False)
        return [head, tail] if tail.text[0] != "." else [token]
    return [token]


def _word(
    token: Token, before: Token | None, after: Token | None, owner: Token | None, scope: Scope, program: bool
) -> list[Token]:
    """A word apart; `owner` is what carries the script, in plain text, when the word is one."""
    text = token.text
    if text == "axis" and after is not None and after.text == "=":
        return [replace(token, kind="symbol")]
    if before is not None and before.kind in ("sub", "sup"):
        head = _script_word(token, before, owner, scope, program)
        if len(head) == len(text):
            return [_piece(token, 0, head, scope)]
        rest = replace(token, text=text[len(head) :], start=token.start + len(head), spaced=False)
        return [_piece(token, 0, head, scope), *_segments(rest, after, scope, program)]
    return _segments(token, after, scope, program)


def _script_word(token: Token, before: Token, owner: Token | None, scope: Scope, program: bool) -> str:
    """How much of a word an unbraced ^ or _ takes: a letter; in plain text a declared script, the ij of a matrix."""
    text = token.text
    if token.mark in ("roman", "bold") and token.end - token.start != len(text):
        return text
    if owner is None:
        return text[0]
    ending = ("_" if before.kind == "sub" else "^") + "{" + text + "}"
    if any(name.endswith(ending) for name in scope.names):
        return text
    if before.kind == "sub" and len(text) == 2 and set(text) <= _INDICES and _has_rows(owner, scope):
        return text
    if before.kind == "sup" and (text in scope.words or (text in GREEK and program)):
        return text
    if before.kind == "sub" and program and text[0] not in "TF":
        return text
    return text[0]


def _has_rows(owner: Token, scope: Scope) -> bool:
    """May the name have two indices? An undeclared letter may; of a declared one the shape says it."""
    free = len(owner.text) == 1 and owner.kind == "symbol" and not scope.is_symbol(owner.text)
    return owner.text == ")" or free or (owner.text in scope.names and scope.rank(owner.text) == 2)


def _segments(token: Token, after: Token | None, scope: Scope, program: bool) -> list[Token]:
    """The cheapest way to read a run of letters."""
    text = token.text
    if len(text) > 400 or (len(text) > _LONGEST and program):
        return [replace(token, kind="symbol")]
    if token.mark == "roman":
        return _upright(token, scope)
    whole = _whole_cost(program)
    applied = after is not None and after.text in ("(", "[", "\\{")
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(text) + 1):
        options = []
        for start in range(max(0, end - 18), end):
            cost = _cost(text, start, end, scope, applied, whole)
            if cost is not None:
                options.append((best[start][0] + cost, start))
        best.append(min(options))
    cuts = []
    end = len(text)
    while end:
        cuts.append((best[end][1], end))
        end = best[end][1]
    if whole is not None and len(text) > 18 and best[-1][0] > whole:
        return [replace(token, kind="symbol")]
    pieces = [text[start:end] for start, end in reversed(cuts)]
    if applied and pieces[-1] not in FUNCTIONS and pieces[-1].islower() and any(q in FUNCTIONS for q in pieces):
        return [replace(token, kind="symbol")]  # sinc(t) is no product of sin and c
    unknown = text.islower() and len(text) > 2 and not any(scope.is_symbol(q) or q in FUNCTIONS for q in pieces)
    if applied and unknown and not token.mark:
        return [replace(token, kind="symbol")]  # foo(x) is no product of f, o and o
    return [_piece(token, start, text[start:end], scope) for start, end in reversed(cuts)]


def _upright(token: Token, scope: Scope) -> list[Token]:
    r"""A word in upright letters: a function, a name, or declared letters side by side (\mathrm{AX})."""
    text = token.text
    if text not in FUNCTIONS and text not in scope.words and all(scope.is_symbol(c) for c in text):
        return [_piece(token, k, c, scope) for k, c in enumerate(text)]
    return [_piece(token, 0, text, scope)]


def _whole_cost(program: bool) -> float | None:
    """What it costs to read an unknown word as one name: only in program text, elsewhere free letters are a product."""
    return 4.0 if program else None


def _cost(text: str, start: int, end: int, scope: Scope, applied: bool, whole: float | None) -> float | None:
    piece = text[start:end]
    if len(piece) == 1:
        if scope.is_symbol(piece):
            return 1.0
        return 1.5 if piece == "d" and scope.is_symbol(text[end:]) else 3.0  # dX
    if piece in scope.words or (piece in GREEK and "\\" + piece in scope.names):
        return 0.9
    letters_declared = all(scope.is_symbol(c) for c in piece)
    if piece in FUNCTIONS:
        at_end = end == len(text)
        return len(piece) + 0.5 if letters_declared and not (at_end and applied) else 1.05
    if start == 0 and end == len(text) and whole is not None:
        return whole
    return None


def _piece(token: Token, start: int, text: str, scope: Scope) -> Token:
    exact = token.end - token.start == len(token.text)
    span = (token.start + start, token.start + start + len(text)) if exact else (token.start, token.end)
    if len(text) == 1 or text in scope.words:
        kind, name = "symbol", text
    elif text in FUNCTIONS:
        return Token("word", text, *span, "function", token.spaced and start == 0)
    else:
        kind, name = "symbol", "\\" + text if text in GREEK else text
    return Token(kind, name, *span, token.mark, token.spaced and start == 0)
