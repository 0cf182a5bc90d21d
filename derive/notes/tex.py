r"""TeX as a tuple of tokens that know where they stand, so that a document can be cut without being understood.

Macros are expanded here (with a budget: a recursive macro ends in `BadInput`), decoration is dropped, and brackets are
matched. Nothing is typed or parsed: reading formulas is the work of `derive.read`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from ..errors import BadInput

MAX_TOKENS = 200_000
_MAX_DEPTH = 50
_TOKEN = re.compile(r"\\[A-Za-z]+|\\(?s:.)|%[^\n]*\n?|\s+|(?s:.)")


class Tok(NamedTuple):
    """One token: its text, its offset in the source, and whether white space stood before it."""

    text: str
    at: int
    spaced: bool = False


Tex = tuple[Tok, ...]


class Macro(NamedTuple):
    parameters: int
    default: Tex | None
    body: Tex


Macros = dict[str, Macro]


def tokens(text: str, at: int = 0) -> Tex:
    """The tokens of a text that starts at offset `at`; comments are dropped, white space is a mark on what follows."""
    found, spaced = [], False
    for match in _TOKEN.finditer(text):
        piece = match[0]
        if piece.isspace() or (piece.startswith("%")):
            spaced = True
        else:
            found.append(Tok(piece, at + match.start(), spaced))
            spaced = False
    return tuple(found)


def text_of(tex: Iterable[Tok]) -> str:
    r"""The tokens written out again; a space where TeX needs one (`\top A`), a reader does (`x_i a`), or one stood."""
    out: list[str] = []
    for tok in tex:
        follows = out and tok.text[0].isalpha() and (
            re.fullmatch(r"\\[A-Za-z]+", out[-1]) or (out[-1].isalnum() and out[-2:-1] == ["_"]))  # fmt: skip
        if out and (tok.spaced or follows):
            out.append(" ")
        out.append(tok.text)
    return "".join(out)


# --------------------------------------------------------------------------------------------------------- brackets

_OPEN = {"{": "}", "(": ")", "[": "]", r"\{": r"\}", r"\langle": r"\rangle", r"\lVert": r"\rVert",
         r"\lvert": r"\rvert", r"\lfloor": r"\rfloor", r"\lbrack": r"\rbrack"}  # fmt: skip
_CLOSE = {close: opening for opening, close in _OPEN.items()}


def group_end(tex: Sequence[Tok], start: int) -> int:
    r"""The index after the group that opens at `start`: a `{...}`, a `\left...\right`, an environment, `(...)`.

    A token that opens nothing, or is never closed, is a group by itself.
    """
    opening = tex[start].text
    if opening == r"\left":
        end = _matched(tex, start, r"\left", r"\right")
        return min(end + 1, len(tex)) if end > start + 1 else end
    if opening == r"\begin":
        end = _matched(tex, start, r"\begin", r"\end")
        return _skip_braces(tex, end) if end > start + 1 else end
    if opening in _OPEN:
        return _matched(tex, start, opening, _OPEN[opening])
    if opening in (r"\|", "|"):
        return _bar_end(tex, start)
    return start + 1


def _matched(tex: Sequence[Tok], start: int, opening: str, close: str) -> int:
    depth = 0
    for i in range(start, len(tex)):
        depth += (tex[i].text == opening) - (tex[i].text == close)
        if depth == 0:
            return i + 1
    return start + 1


def _skip_braces(tex: Sequence[Tok], i: int) -> int:
    return group_end(tex, i) if i < len(tex) and tex[i].text == "{" else i


def _bar_end(tex: Sequence[Tok], start: int) -> int:
    """Bars look alike at both ends; the next one outside braces and brackets closes, else the bar stands alone."""
    i = start + 1
    while i < len(tex):
        if tex[i].text == tex[start].text:
            return i + 1
        if tex[i].text in _CLOSE or tex[i].text in (r"\right", r"\end"):
            break
        i = group_end(tex, i)
    return start + 1


def outer(tex: Sequence[Tok]) -> Iterator[tuple[int, int]]:
    """The spans [i, j) of the top level: single tokens and whole groups."""
    i = 0
    while i < len(tex):
        j = group_end(tex, i)
        yield i, j
        i = j


def split(tex: Tex, separates: Callable[[Tok], bool]) -> list[tuple[Tok | None, Tex]]:
    """The top level cut at the tokens that separate: [(None, first), (separator, next), ...]."""
    parts: list[tuple[Tok | None, Tex]] = []
    mark, begin = None, 0
    for i, j in outer(tex):
        if j == i + 1 and separates(tex[i]):
            parts.append((mark, tex[begin:i]))
            mark, begin = tex[i], j
    return [*parts, (mark, tex[begin:])]


def bare(tex: Tex) -> Tex:
    r"""Without brackets that enclose the whole: `{x}`, `(x)`, `\left[x\right]` are `x`."""
    while len(tex) >= 2 and tex[0].text in ("{", "(", "[", r"\left") and group_end(tex, 0) == len(tex):
        cut = 2 if tex[0].text == r"\left" else 1
        if len(tex) < 2 * cut or (cut == 2 and tex[1].text not in ("(", "[", r"\{", r"\lbrack")):
            return tex
        tex = tex[cut:-cut]
    return tex


def argument(tex: Sequence[Tok], i: int) -> tuple[Tex, int]:
    """What TeX takes for a macro's argument at i, without its braces, and the index after it."""
    if i >= len(tex):
        return (), i
    if tex[i].text != "{":
        return (tex[i],), i + 1
    end = group_end(tex, i)
    return tuple(tex[i + 1 : end - 1]), end


_SCRIPTED = frozenset(
    r"\text \textrm \mathrm \mathsf \mathbf \boldsymbol \mathcal \mathit \operatorname \hat \tilde "
    r"\bar \bm \textit \textnormal \mathtt".split()
)


def script(tex: Sequence[Tok], i: int) -> tuple[Tex, int]:
    r"""The index or exponent at i: as an argument, but `^\text{T}` takes the braces along."""
    if i + 1 < len(tex) and tex[i].text in _SCRIPTED and tex[i + 1].text == "{":
        end = group_end(tex, i + 1)
        return tuple(tex[i:end]), end
    return argument(tex, i)


def option(tex: Sequence[Tok], i: int) -> tuple[Tex | None, int]:
    if i < len(tex) and tex[i].text == "[":
        end = group_end(tex, i)
        return tuple(tex[i + 1 : end - 1]), end
    return None, i


# ----------------------------------------------------------------------------------------------------------- macros

_NEW = {r"\newcommand", r"\renewcommand", r"\providecommand", r"\DeclareRobustCommand", r"\newcommand*",
        r"\renewcommand*"}  # fmt: skip
_OPERATOR = {r"\DeclareMathOperator"}


def definitions(tex: Tex, macros: Macros) -> Tex:
    r"""The tokens without the `\newcommand`, `\def` and `\DeclareMathOperator` among them, which go into `macros`."""
    kept: list[Tok] = []
    i = 0
    while i < len(tex):
        word = tex[i].text
        if word in _NEW:
            i = _newcommand(tex, i + 1, macros)
        elif word in _OPERATOR:
            i = _operator(tex, i + 1, macros)
        elif word == r"\def":
            i = _def(tex, i + 1, macros)
        else:
            kept.append(tex[i])
            i += 1
    return tuple(kept)


def _starred(tex: Tex, i: int) -> int:
    return i + (i < len(tex) and tex[i].text == "*")


def _newcommand(tex: Tex, i: int, macros: Macros) -> int:
    name, i = argument(tex, _starred(tex, i))
    count, i = option(tex, i)
    default, i = option(tex, i)
    body, i = argument(tex, i)
    digits = text_of(count or ())
    if len(name) == 1:
        macros[name[0].text] = Macro(int(digits) if digits.isdigit() else 0, default, body)
    return i


def _operator(tex: Tex, i: int, macros: Macros) -> int:
    name, i = argument(tex, _starred(tex, i))
    body, i = argument(tex, i)
    if len(name) == 1:
        macros[name[0].text] = Macro(0, None, tokens(r"\operatorname{" + text_of(body) + "}"))
    return i


def _def(tex: Tex, i: int, macros: Macros) -> int:
    begin = i
    while i < len(tex) and tex[i].text != "{":
        i += 1
    body, end = argument(tex, i)
    if begin < i:
        macros[tex[begin].text] = Macro(sum(tok.text == "#" for tok in tex[begin:i]), None, body)
    return end


def expand(tex: Tex, macros: Macros) -> Tex:
    """Every macro replaced by its body; the tokens of a body stand where the macro was called."""
    if not any(tok.text in macros for tok in tex):
        return tex
    out: list[Tok] = []
    _expand(tex, macros, out, 0)
    return tuple(out)


def _expand(tex: Tex, macros: Macros, out: list[Tok], depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise BadInput("a macro calls itself")
    i = 0
    while i < len(tex):
        if len(out) > MAX_TOKENS:
            raise BadInput("the macros of this formula make it too long")
        macro = macros.get(tex[i].text)
        if macro is None:
            out.append(tex[i])
            i += 1
        else:
            body, end = _called(tex, i, macro)
            _expand(body, macros, out, depth + 1)
            i = end


def _called(tex: Tex, i: int, macro: Macro) -> tuple[Tex, int]:
    """The body of the macro called at i with its arguments put in, and the index after the call."""
    call, i = tex[i], i + 1
    arguments: list[Tex] = []
    if macro.default is not None:
        given, i = option(tex, i)
        arguments.append(macro.default if given is None else given)
    while len(arguments) < macro.parameters:
        given, i = argument(tex, i)
        arguments.append(given)
    body: list[Tok] = []
    marked = False
    for tok in macro.body:
        if marked and tok.text.isdigit() and 0 < int(tok.text) <= len(arguments):
            body += arguments[int(tok.text) - 1]
        elif tok.text != "#":
            body.append(Tok(tok.text, call.at, tok.spaced))
        marked = tok.text == "#"
    return tuple(body), i


# ------------------------------------------------------------------------------------------------------- decoration

_DROPPED = frozenset(
    r"\nonumber \notag \displaystyle \textstyle \scriptstyle \limits \nolimits \small \footnotesize "
    r"\normalsize \big \Big \bigg \Bigg \bigl \bigr \Bigl \Bigr \biggl \biggr \Biggl \Biggr "
    r"\large \Large \tiny \scriptsize \allowbreak \noindent \centering \! \/ $".split()
)
_DROPPED_WITH = dict.fromkeys(
    r"\label \tag \hspace \vspace \phantom \vphantom \hphantom \color \footnote \intertext \shortintertext \eqref \ref "
    r"\cite \require".split(), 1) | {r"\definecolor": 3}  # fmt: skip
# Which of its arguments is the formula that the decoration is about.
_WRAPPERS = {r"\textcolor": (2, 1), r"\colorbox": (2, 1), r"\boxed": (1, 0), r"\fbox": (1, 0), r"\underset": (2, 1),
             r"\overset": (2, 1), r"\stackrel": (2, 1), r"\cancel": (1, 0), r"\ensuremath": (1, 0), r"\mathop": (1, 0),
             r"\fcolorbox": (3, 2), r"\underbrace": (1, 0), r"\overbrace": (1, 0), r"\bbox": (1, 0)}  # fmt: skip
_SPACERS = frozenset(["=", "&", r"\\", r"\quad", r"\qquad", ","])  # before an empty group that only spaces
_BRACES = (r"\underbrace", r"\overbrace")


def undecorated(tex: Tex) -> Tex:
    r"""Without what is only to be seen: labels, sizes, colours, `\underbrace{A}_{B}` (which is `{A}`)."""
    if not any(t.text in _DROPPED or t.text in _DROPPED_WITH or t.text in _WRAPPERS or t.text == "}" for t in tex):
        return tex
    out: list[Tok] = []
    i = 0
    while i < len(tex):
        word = tex[i].text
        if word in _DROPPED:
            i += 1
        elif word == "{" and tex[i + 1 : i + 2] and tex[i + 1].text == "}" and (not out or out[-1].text in _SPACERS):
            i += 2
        elif word in _DROPPED_WITH:
            i = _arguments(tex, i + 1, _DROPPED_WITH[word])[1]
        elif word in _WRAPPERS:
            count, which = _WRAPPERS[word]
            given, i = _arguments(tex, i + 1, count)
            out += _wrapped(undecorated(given[which]))
            if word in _BRACES and i < len(tex) and tex[i].text in "_^":
                i = script(tex, i + 1)[1]
        else:
            out.append(tex[i])
            i += 1
    return tuple(out)


def _wrapped(tex: Tex) -> Tex:
    """In braces when it is one formula; a whole equation keeps its relation on the outside."""
    if any(tok.text in ("=", "&", r"\\") for tok in tex) or not tex:
        return tex
    return (Tok("{", tex[0].at, True), *tex, Tok("}", tex[-1].at))


def _arguments(tex: Tex, i: int, count: int) -> tuple[list[Tex], int]:
    i = option(tex, i)[1]
    given: list[Tex] = []
    for _ in range(count):
        one, i = argument(tex, i)
        given.append(one)
    return given, i
