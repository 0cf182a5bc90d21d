"""Text to tokens, each with its place in the text: LaTeX, plain and Unicode mathematics alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import ReadError
from .vocabulary import CHARACTERS, COMBINING, GREEK_CHARACTERS, SCRIPT_CHARACTERS

MAX_LENGTH = 20_000  # characters of one formula
MAX_DEPTH = 40  # nested braces


@dataclass(frozen=True, slots=True)
class Token:
    """`kind`: number word symbol command op open close bar sup sub prime amp row quoted.

    `mark`: a font, the side of a bar.
    """

    kind: str
    text: str
    start: int
    end: int
    mark: str = ""
    spaced: bool = False  # white space stands before it


_LATEX = re.compile(
    r"""(?P<space>[\s~]+|%[^\n]*)
    |(?P<row>\\\\\*?(?:\[[^\]\n]{0,20}\])?)
    |(?P<command>\\(?:[A-Za-z]+\*?|.|\n))
    |(?P<number>\d+(?:\.\d+)?|\.\d+)
    |(?P<word>[A-Za-z]+)
    |(?P<op>\*\*|\.\*|\./|\.\^|:=|==|[-+*/=,:;!<>.@&\#?])
    |(?P<bar>\|\||\|)
    |(?P<sup>\^)|(?P<sub>_)|(?P<prime>')
    |(?P<open>[(\[{])|(?P<close>[)\]}])""",
    re.VERBOSE,
)
_PLAIN = re.compile(
    r"""(?P<space>[\s~]+)
    |(?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+(?![A-Za-z]))?)
    |(?P<transpose>\.T(?![A-Za-z]))
    |(?P<dot_transpose>\.')
    |(?P<word>[A-Za-z]+)
    |(?P<quoted>"\w+"|(?:(?<=,)|(?<=,\s))'\w+')
    |(?P<op>\*\*|\.\*|\./|\.\^|:=|==|[-+*/=,:;!<>.@&\#?])
    |(?P<bar>\|\||\|)
    |(?P<sup>\^)|(?P<sub>_)|(?P<prime>')
    |(?P<open>[(\[{])|(?P<close>[)\]}])""",
    re.VERBOSE,
)
_OPERATORS = {":=": "=", "==": "=", "**": "**", "&": "&"}


def is_plain(text: str) -> bool:
    """True for text without a TeX command."""
    return "\\" not in text


def tokenize(text: str) -> list[Token]:
    """The tokens of a formula. Raises ReadError on a character that no formula contains, and on too long a text."""
    if len(text) > MAX_LENGTH:
        raise ReadError(text[:80], (0, 1), f"the formula has {len(text)} characters", f"at most {MAX_LENGTH}")
    pattern = _PLAIN if is_plain(text) else _LATEX
    tokens: list[Token] = []
    position, spaced = 0, False
    while position < len(text):
        match = pattern.match(text, position)
        if match is None:
            position = _character(text, position, spaced, tokens)
            spaced = False
            continue
        kind = match.lastgroup or ""
        if kind == "space":
            spaced = True
        else:
            tokens.extend(_matched(kind, match, spaced))
            spaced = False
        position = match.end()
    return tokens


def _matched(kind: str, match: re.Match[str], spaced: bool) -> Iterator[Token]:
    text, start, end = match.group(), match.start(), match.end()
    if kind == "op":
        text = _OPERATORS.get(text, text)
        kind = "amp" if text == "&" else "op"
    if text in ("**", ".^"):
        kind, text, mark = "sup", "^", "elementwise" if text == ".^" else ""
        yield Token(kind, text, start, end, mark, spaced)
        return
    if text == "||":
        yield Token(kind, "|", start, start + 1, "first", spaced)
        text, start, spaced = "|", start + 1, False
        yield Token(kind, text, start, end, "second", spaced)
        return
    elif kind in ("transpose", "dot_transpose"):
        yield Token("sup", "^", start, end, "", spaced)
        kind, text, spaced = "symbol", "T", False
    yield Token(kind, text, start, end, "", spaced)


def _character(text: str, position: int, spaced: bool, tokens: list[Token]) -> int:
    """Read one character outside ASCII; returns the position behind it."""
    char = text[position]
    after = position + 1
    if char in SCRIPT_CHARACTERS:
        return _script(text, position, tokens)
    if char in COMBINING and tokens and tokens[-1].kind in ("word", "symbol"):
        _accent_last(tokens, COMBINING[char], after)
    elif char in GREEK_CHARACTERS:
        tokens.append(Token("symbol", GREEK_CHARACTERS[char], position, after, "", spaced))
    elif char in CHARACTERS:
        tokens.append(Token(*CHARACTERS[char], position, after, "", spaced))
    else:
        tokens.extend(_styled(text, char, position, spaced))
    return after


def _script(text: str, position: int, tokens: list[Token]) -> int:
    """A run of raised or lowered characters: ⁻¹ is ^{-1}. A transpose stands alone."""
    level = SCRIPT_CHARACTERS[text[position]][0]
    end = position
    plain = ""
    while end < len(text) and SCRIPT_CHARACTERS.get(text[end], ("", ""))[0] == level:
        letter = SCRIPT_CHARACTERS[text[end]][1]
        if plain and (plain[-1] == "T" or (letter == "T" and plain != "-")):
            break
        plain += letter
        end += 1
    tokens.append(Token("sup" if level == "^" else "sub", level, position, end))
    tokens.append(Token("open", "{", position, end))
    for match in _PLAIN.finditer(plain):
        kind = match.lastgroup or ""
        tokens.append(
            Token("symbol" if kind == "word" and len(match.group()) == 1 else kind, match.group(), position, end)
        )
    tokens.append(Token("close", "}", position, end))
    return end


def _accent_last(tokens: list[Token], accent: str, end: int) -> None:
    """x followed by a combining accent."""
    last = tokens.pop()
    if len(last.text) > 1 and last.kind == "word":
        tokens.append(Token("word", last.text[:-1], last.start, last.end - 1, last.mark, last.spaced))
        last = Token("symbol", last.text[-1], last.end - 1, last.end, last.mark)
    tokens.append(Token("symbol", f"{accent}{{{last.text}}}", last.start, end, last.mark, last.spaced))


def _styled(text: str, char: str, position: int, spaced: bool) -> Iterator[Token]:
    """Mathematical alphanumerics: 𝐀 is a bold A, 𝟏 a bold 1."""
    plain = unicodedata.normalize("NFKC", char)
    name = unicodedata.name(char, "")
    mark = "bold" if "BOLD" in name else "bb" if "DOUBLE-STRUCK" in name else ""
    if plain in GREEK_CHARACTERS:
        yield Token("symbol", GREEK_CHARACTERS[plain], position, position + 1, mark, spaced)
    elif len(plain) == 1 and plain.isascii() and plain.isalpha():
        yield Token("symbol", plain, position, position + 1, mark, spaced)
    elif len(plain) == 1 and plain.isascii() and plain.isdigit():
        yield Token("number", plain, position, position + 1, mark, spaced)
    elif plain.isspace() or unicodedata.category(char) in ("Cf", "Mn"):
        return
    else:
        shown = repr(char) if char.isprintable() else f"the character U+{ord(char):04X}"
        raise ReadError(
            text, (position, position + 1), f"cannot read {shown}", "a formula in LaTeX, plain or Unicode mathematics"
        )
