r"""From TeX's tokens to mathematical ones: fonts, accents, spacing, delimiters and environments are resolved.

`\mathbf{A X}` becomes the two symbols A and X, `\hat{\mathbf y}` the symbol \hat{y}, `\operatorname{tr}` the word tr,
`\left|` a bar that knows its side.
"""

from __future__ import annotations

# ruff: noqa: E501 -- tables are aligned by hand
from dataclasses import dataclass, field, replace

from ..errors import ReadError
from .cases import ENVIRONMENTS
from .tokens import MAX_DEPTH, Token
from .vocabulary import (
    ACCENTS,
    BOLD,
    DELIMITERS,
    DROPPED,
    FONT_SWITCHES,
    FRACTIONS,
    FUNCTIONS,
    LABELLED,
    LETTER_COMMANDS,
    OPERATORS,
    ROMAN,
    SCRIPT_FONTS,
    SPACING,
    TRANSPARENT,
)

_ROWS = frozenset(
    "aligned align align* alignat alignat* split gather gather* gathered equation equation* multline multline* eqnarray eqnarray* "
    "displaymath math alignedat flalign flalign*".split()
)
MATRICES = frozenset(
    "matrix bmatrix pmatrix vmatrix Vmatrix Bmatrix smallmatrix array bmatrix* pmatrix* psmallmatrix bsmallmatrix".split()
)
_SIDES = {"\\left": "left", "\\right": "right", "\\middle": ""} | {
    f"\\{b}{s}": n
    for b in ("big", "Big", "bigg", "Bigg")
    for s, n in (("", ""), ("l", "left"), ("r", "right"), ("m", ""))
}
_NOT_FUNCTIONS = frozenset(
    {"\\sum", "\\sqrt", "\\prod", "\\vector", "\\matrix", "\\step", "\\round", "\\th"}
)  # \sum is the big operator
_SPACING_COMMANDS = SPACING - set(_SIDES)


@dataclass(slots=True)
class _Group:
    """An open brace, and what is to be done with its contents when it closes."""

    brace: Token
    first: int
    wrappers: list[str] = field(default_factory=list)
    switch: tuple[str, int] | None = None
    labelled: bool = False
    start: int = 0


def glyphs(text: str, tokens: list[Token]) -> list[Token]:
    """The mathematical tokens of a formula. Raises ReadError on unmatched or too deeply nested braces."""
    return _Glyphs(text, tokens).run()


class _Glyphs:
    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text, self.tokens, self.i = text, tokens, 0
        self.out: list[Token] = []
        self.groups: list[_Group] = []
        self.pending: list[str] = []
        self.pending_start = 0
        self.labelled = False
        self.side: str | None = None
        self.top = _Group(Token("open", "{", 0, 0), 0)

    def run(self) -> list[Token]:
        while self.i < len(self.tokens):
            token = self.tokens[self.i]
            self.i += 1
            self._token(token)
        if self.groups:
            raise self._error(self.groups[-1].brace, "this brace is never closed", "}")
        if self.pending and self.tokens:
            raise self._error(self.tokens[-1], f"{self.pending[-1]} lacks its argument", "a symbol or {...}")
        self._switch(self.top)
        return self.out

    def _error(self, token: Token, message: str, wanted: str = "") -> ReadError:
        return ReadError(self.text, (token.start, token.end), message, wanted)

    def _token(self, token: Token) -> None:
        if token.kind == "open" and token.text == "{":
            self._open(token)
        elif token.kind == "close" and token.text == "}":
            self._close(token)
        elif token.kind == "command":
            self._command(token)
        elif self.side is not None:
            self._delimiter(token)
        elif self.pending or len(token.text) == 1:
            self._atom(token)
        else:
            self.out.append(token)

    def _open(self, token: Token) -> None:
        if len(self.groups) >= MAX_DEPTH:
            raise self._error(token, "the braces are nested too deeply", f"at most {MAX_DEPTH} levels")
        start = self.pending_start if self.pending else token.start
        self.groups.append(_Group(token, len(self.out), self.pending, None, self.labelled, start))
        self.pending, self.labelled, self.side = [], False, None
        self.out.append(token)

    def _close(self, token: Token) -> None:
        if not self.groups:
            raise self._error(token, "this brace was never opened")
        if self.pending:
            raise self._error(token, f"{self.pending[-1]} lacks its argument", "a symbol or {...}")
        group = self.groups.pop()
        self._switch(group)
        content = self.out[group.first + 1 :]
        if not group.wrappers and self._is_function(content, group.first):  # {\rm tr}(AX)
            self.out[group.first :] = content
        elif not group.wrappers:
            self.out.append(token)
        else:
            for wrapper in reversed(group.wrappers):
                content = self._wrap(wrapper, content, group.brace)
            content = _covering(content, group.start, token.end)
            before = self.out[group.first - 1] if group.first else None
            argument = before is not None and (before.kind in ("sup", "sub") or before.text in FRACTIONS)
            if any(t.kind in ("op", "begin") for t in content) or (len(content) > 1 and argument):
                content = [group.brace, *content, token]
            self.out[group.first :] = content
        if group.labelled:
            self._skip_script()

    def _is_function(self, content: list[Token], first: int) -> bool:
        """True for braces around the name of a function that stand by themselves."""
        before = self.out[first - 1] if first else None
        alone = before is None or not (before.kind in ("sup", "sub", "command") or before.mark == "function")
        return alone and len(content) == 1 and content[0].kind == "word" and content[0].text in FUNCTIONS

    def _switch(self, group: _Group) -> None:
        if group.switch is not None:
            mark, first = group.switch
            self.out[first:] = [
                replace(t, mark=mark) if t.kind in ("symbol", "word", "number") else t for t in self.out[first:]
            ]

    def _atom(self, token: Token) -> None:
        """One token, with the fonts and accents that wait for it."""
        if (
            self.pending
            and token.kind in ("word", "number")
            and len(token.text) > 1
            and token.text[0] != "."
            and token.start + len(token.text) == token.end
        ):
            rest = replace(token, text=token.text[1:], start=token.start + 1, spaced=False)
            self.tokens[self.i - 1] = rest
            self.i -= 1
            token = replace(token, text=token.text[0], end=token.start + 1)
        if token.kind == "word" and len(token.text) == 1:
            token = replace(token, kind="symbol")
        content = [token]
        for wrapper in reversed(self.pending):
            content = self._wrap(wrapper, content, token)
        if self.pending:
            content = _covering(content, self.pending_start, token.end)
        self.pending = []
        self.out.extend(content)

    def _command(self, token: Token) -> None:
        name = token.text
        if name in _SIDES:
            self.side = _SIDES[name]
        elif name in DELIMITERS:
            self._delimiter(token)
        elif name in BOLD or name in ROMAN or name in SCRIPT_FONTS or name in ACCENTS:
            self.pending_start = self.pending_start if self.pending else token.start
            self.pending.append(name)
        elif name in FONT_SWITCHES:
            (self.groups[-1] if self.groups else self.top).switch = (FONT_SWITCHES[name], len(self.out))
        elif name in ("\\begin", "\\end"):
            self._environment(token)
        elif name in DROPPED:
            self._skip_argument()
        elif name in TRANSPARENT:
            self.labelled = name in LABELLED
        elif name not in _SPACING_COMMANDS:
            self._atom(self._translated(token))

    def _translated(self, token: Token) -> Token:
        name = token.text
        if name in LETTER_COMMANDS:
            return replace(token, kind="symbol")
        if name == "\\_":  # Markdown escapes it
            return replace(token, kind="sub", text="_")
        if name in OPERATORS:
            return replace(token, kind="op", text=OPERATORS[name])
        if name[1:] in FUNCTIONS and name not in _NOT_FUNCTIONS:
            return replace(token, kind="word", text=name[1:], mark="function")
        return token

    def _delimiter(self, token: Token) -> None:
        side, self.side = self.side, None
        if token.kind == "command":
            kind, text, *mark = DELIMITERS[token.text]
            token = replace(token, kind=kind, text=text, mark=mark[0] if mark else "")
        if side is not None and token.text in (".", "/"):
            return
        if side == "left" and token.text == "<":
            token = replace(token, kind="open", text="⟨")
        if side == "right" and token.text == ">":
            token = replace(token, kind="close", text="⟩")
        if token.kind == "bar":
            self._bar(token, side or token.mark)
        else:
            self.out.append(token)

    def _bar(self, token: Token, side: str) -> None:
        self.out.append(replace(token, mark=side))

    def _environment(self, token: Token) -> None:
        r"""\begin{bmatrix}: matrices are brackets, row environments only structure."""
        name, end = self._argument_text(token)
        if name in _ROWS:
            if name.startswith("alignat") and token.text == "\\begin":
                self._skip_argument()
            return
        if name.rstrip("*") not in MATRICES | ENVIRONMENTS:
            raise self._error(
                replace(token, end=end), f"cannot read the environment {name!r}", "a matrix or aligned rows"
            )
        if name == "array" and token.text == "\\begin":
            self._skip_argument()
        self.out.append(Token("begin" if token.text == "\\begin" else "end", name, token.start, end))

    def _argument_text(self, token: Token) -> tuple[str, int]:
        start = self.i
        self._skip_argument()
        inside = self.tokens[start : self.i]
        end = inside[-1].end if inside else token.end
        return "".join(t.text for t in inside if t.text not in "{}"), end

    def _skip_argument(self) -> None:
        """Pass over one balanced group, or one token."""
        depth = 0
        while self.i < len(self.tokens):
            token = self.tokens[self.i]
            if depth == 0 and token.text != "{":
                return
            self.i += 1
            depth += (token.text == "{") - (token.text == "}")
            if depth == 0:
                return

    def _skip_script(self) -> None:
        r"""The label in \underbrace{x}_{label}."""
        if self.i < len(self.tokens) and self.tokens[self.i].kind in ("sub", "sup"):
            self.i += 1
            self._skip_argument()

    def _wrap(self, wrapper: str, content: list[Token], at: Token) -> list[Token]:
        if wrapper in BOLD:
            return [
                replace(t, mark="bold") if t.kind in ("symbol", "word", "number") and t.mark != "function" else t
                for t in content
            ]
        if wrapper in ROMAN:
            return _roman(content)
        if wrapper in SCRIPT_FONTS:
            return _script_letters(SCRIPT_FONTS[wrapper], wrapper, content)
        return self._accent(ACCENTS[wrapper], content, at)

    def _accent(self, accent: str, content: list[Token], at: Token) -> list[Token]:
        if (
            not content
            or content[0].kind not in ("symbol", "word", "number")
            or (len(content) > 1 and content[1].kind not in ("sub", "sup", "prime"))
        ):
            raise self._error(at, f"{accent} stands over something that is not a name", "one symbol")
        head = content[0]
        if head.kind == "number":
            return [replace(head, mark="bold"), *content[1:]]
        return [replace(head, kind="symbol", text=f"{accent}{{{head.text}}}"), *content[1:]]


def _covering(content: list[Token], start: int, end: int) -> list[Token]:
    """The first and last token stand for the command and the brace around them, too."""
    if content and content[0].start >= start:
        content = [replace(content[0], start=start), *content[1:]]
    if content:
        content = [*content[:-1], replace(content[-1], end=max(end, content[-1].end))]
    return content


def _roman(content: list[Token]) -> list[Token]:
    r"""\text{tr}, \mathrm{d}, \operatorname{log-det}: one word. \text{-1}, \mathrm{T} keep their sense."""
    while content and content[-1].text in (".", ","):
        content = content[:-1]
    if not content or content[0].kind not in ("word", "symbol") or content[0].text.startswith("\\"):
        return content
    if any((t.kind not in ("word", "symbol", "number", "sub") and t.text != "-") or t.text[0] == "\\" for t in content):
        return content
    word = "".join("" if t.text == "-" else t.text for t in content)
    mark = content[0].mark if content[0].mark == "bold" else "roman"
    kind = "word" if len(word) > 1 else "symbol"
    return [Token(kind, word, content[0].start, content[-1].end, mark, content[0].spaced)]


def _script_letters(mark: str, wrapper: str, content: list[Token]) -> list[Token]:
    if mark == "bb":
        return [replace(t, mark="bb") if t.kind in ("symbol", "word", "number") else t for t in content]
    name = "\\mathcal" if mark == "cal" else wrapper
    return [
        replace(t, kind="symbol", text=f"{name}{{{t.text}}}") if t.kind in ("symbol", "word") else t for t in content
    ]
