"""Everything that can go wrong, as one tree: each message says what was found and what was wanted."""

from __future__ import annotations


class DeriveError(Exception):
    """The root of all errors that this package raises on purpose."""


class BadInput(DeriveError, ValueError):
    """The request itself cannot be used: a size of zero, complex data, a variable that is not a symbol."""


class ShapeError(BadInput):
    """Two shapes do not fit; the message names the smallest part where they meet."""


class NotAnExpression(BadInput, TypeError):
    """Something that cannot stand in an expression: None, a list, a word."""


class UnknownName(BadInput):
    """A name that was never declared."""


class DomainError(DeriveError, ValueError):
    """No point of the domain was found, or the given point lies outside it."""


class NoRule(DeriveError, NotImplementedError):
    """No rule for the differential of one function; the message names that function."""


class NotDifferentiable(NoRule):
    """The function has no derivative there (floor, rounding, an index)."""


class NoClosedForm(DeriveError, NotImplementedError):
    """The derivative exists and can be evaluated, but no matrix expression for it is known here."""


class ReadError(BadInput):
    """Text that could not be read: shows the text, a caret under the span, and what was expected."""

    def __init__(self, text: str, span: tuple[int, int], message: str, wanted: str = "") -> None:
        self.text, self.span, self.message, self.wanted = text, span, message, wanted
        super().__init__(self._render())

    def _render(self) -> str:
        start, end = self.span
        line_start = self.text.rfind("\n", 0, start) + 1
        line_end = self.text.find("\n", start)
        line = self.text[line_start : line_end if line_end >= 0 else len(self.text)]
        column = start - line_start
        left = max(0, column - 50)
        shown = ("..." if left else "") + line[left : column + 50] + ("..." if len(line) > column + 50 else "")
        offset = column - left + (3 if left else 0)
        caret = " " * offset + "^" * max(1, min(end, len(self.text)) - start if end - start < 50 else 1)
        wanted = f"; expected {self.wanted}" if self.wanted else ""
        return f"{self.message}{wanted}\n  {shown}\n  {caret}"
