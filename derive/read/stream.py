"""A position in a list of tokens: looking ahead, taking, slices for scripts and arguments, errors that point."""

from __future__ import annotations

from ..errors import ReadError
from .scope import Scope
from .syntax import Span
from .tokens import Token, is_plain
from .vocabulary import FRACTIONS, TRANSPOSES
from .words import is_program

MAX_NESTING = 60
_MARK = Token("end", "", 0, 0)


class Stream:
    """Tokens from `i` to `stop`; brackets, scripts and arguments are slices (first, last + 1) of the same list."""

    def __init__(self, text: str, tokens: list[Token], scope: Scope) -> None:
        self.text, self.tokens, self.scope = text, tokens, scope
        self.i, self.stop = 0, len(tokens)
        self.depth = 0
        self.plain, self.program = is_plain(text), is_program(text)
        self.braces = _matches(tokens)
        self.end = Token("end", "", len(text.rstrip()), len(text.rstrip()) + 1)

    def peek(self, ahead: int = 0) -> Token:
        j = self.i + ahead
        return self.tokens[j] if j < self.stop else self._stop_mark()

    def _stop_mark(self) -> Token:
        if self.stop < len(self.tokens):
            t = self.tokens[self.stop]
            return Token("end", "", t.start, t.end, t.text)
        return self.end

    def take(self) -> Token:
        token = self.peek()
        if self.i < self.stop:  # the end of an environment is a token as any other
            self.i += 1
        return token

    def at(self, text: str) -> bool:
        return self.peek().text == text

    def accept(self, text: str) -> bool:
        if self.peek().text == text:
            self.i += 1
            return True
        return False

    def expect(self, text: str, what: str = "") -> Token:
        token = self.peek()
        if token.text != text or token.kind == "end":
            raise self.error(token, f"found {_shown(token)}" + (f" in {what}" if what else ""), _plain_name(text))
        self.i += 1
        return token

    def error(self, at: Token | Span, message: str, wanted: str = "") -> ReadError:
        span = (at.start, at.end) if isinstance(at, Token) else at
        return ReadError(self.text, span, message, wanted)

    def unexpected(self, token: Token, wanted: str) -> ReadError:
        return self.error(token, f"found {_shown(token)}", wanted)

    def since(self, start: int) -> Span:
        """The span from the token index `start` to the last token taken."""
        first = self.tokens[min(start, len(self.tokens) - 1)].start
        last = self.tokens[max(self.i - 1, start)].end if self.i else first + 1
        return (first, max(last, first + 1))

    def argument(self) -> tuple[int, int]:
        """The slice of one argument: a brace group without its braces, a command with its own arguments, one token."""
        token = self.peek()
        if token.kind == "end":
            raise self.unexpected(token, "an argument")
        if token.text == "{" and token.kind == "open":
            first, last = self.i + 1, self.braces.get(self.i, -1)
            if last < 0:
                raise self.error(token, "this brace is never closed", "}")
            self.i = last + 1
            return first, last
        first = self.i
        self.i += 1
        if token.kind == "command" and token.text in FRACTIONS:
            self.argument()
            self.argument()
        elif token.text == "\\sqrt":
            self.argument()
        return first, self.i

    def script(self) -> tuple[int, int]:
        """The slice of a superscript or subscript; plain text may write x^-1 and x^(1/2)."""
        token = self.peek()
        if token.text == "-" and token.kind == "op":
            first = self.i
            self.i += 1
            if self.peek().text == "(" and self.plain:
                return first, self.script()[1]
            if not self._is_label(self.peek()):
                self.argument()
            return first, self.i
        if token.text == "⊙" and self.plain and self.peek(1).kind in ("number", "open", "op"):
            first = self.i
            self.i += 1
            self.script()
            return first, self.i
        if token.text == "(" and self.plain:
            first = self.i
            self.i = self._closing_paren(first) + 1
            return first, self.i
        return self.argument()

    def _is_label(self, after: Token) -> bool:
        r"""True for the minus of P^- K and \hat{x}^- - x, but not of x^-1, X^-T, x^-n."""
        if after.kind == "number" or after.text in TRANSPOSES:
            return False
        starts = after.kind in ("symbol", "word", "command") or after.text == "{"
        return after.spaced or not starts or any(n.endswith("^-") for n in self.scope.names)

    def _closing_paren(self, i: int) -> int:
        depth = 0
        for j in range(i, self.stop):
            text = self.tokens[j].text
            depth += (text == "(") - (text == ")")
            if depth == 0:
                return j
        raise self.error(self.tokens[i], "this parenthesis is never closed", ")")

    def texts(self, piece: tuple[int, int]) -> list[str]:
        return [t.text for t in self.tokens[piece[0] : piece[1]] if t.text not in ("{", "}")]


def _matches(tokens: list[Token]) -> dict[int, int]:
    """The closing brace of every opening one."""
    found, stack = {}, []
    for i, t in enumerate(tokens):
        if t.kind == "open" and t.text == "{":
            stack.append(i)
        elif t.kind == "close" and t.text == "}" and stack:
            found[stack.pop()] = i
    return found


def _plain_name(text: str) -> str:
    return {"⟩": "\\rangle", "‖": "\\|"}.get(text, text)


def _shown(token: Token) -> str:
    if token.kind == "end":
        return token.mark or token.text or "the end"
    return {"⟩": "\\rangle", "⟨": "\\langle", "⊙": "\\odot", "⊗": "\\otimes", "·": "\\cdot", "×": "\\times"}.get(
        token.text, token.text
    )
