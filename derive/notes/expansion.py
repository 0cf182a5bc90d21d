"""Definitions put in place of the names that they define."""

from __future__ import annotations

from dataclasses import dataclass

from .context import Context, Definition, key_of, keys_in
from .names import name_end, name_of
from .tex import Tex, Tok, bare, group_end, split, tokens

_MAX_EXPANDED = 4_000  # tokens
MAX_DEPTH = 12


class TooLong(Exception):
    """The definitions, put into each other, make a formula too long to be of use."""


@dataclass(frozen=True)
class Expansion:
    """Puts definitions in place of names, as far as they lead to one of `targets`; never in place of a target."""

    context: Context
    place: int
    targets: frozenset[str]
    everything: bool = False  # also names that do not lead to a target

    def __call__(self, tex: Tex, depth: int = 0) -> Tex:
        out: list[Tok] = []
        i = 0
        while i < len(tex):
            end = name_end(tex, i)
            put = self._replacement(tex, i, end, depth) if end > i and not _is_index(tex, i) else None
            if put is None:
                out += tex[i : max(end, i + 1)]
                i = max(end, i + 1)
            else:
                body, i = put
                out += body
            if len(out) > _MAX_EXPANDED:
                raise TooLong
        return tuple(out)

    def _replacement(self, tex: Tex, i: int, end: int, depth: int) -> tuple[Tex, int] | None:
        key = key_of(tex[i:end])
        raised = _raised_call(tex, end)
        if raised and self.context.is_function(key, self.place):
            inner, after = raised
            return (*_bracketed(self((*tex[i:end], *inner), depth + 1), tex[i]), *tex[end : end + 2]), after
        if key in self.targets or depth > MAX_DEPTH:
            return None
        definition = self.context.definition(key, self.place)
        if definition is None:
            return None
        arguments, after = _arguments(tex, end) if definition.parameters else (None, end)
        if not self._wanted(key, definition, arguments is not None) or not _fits(definition, arguments):
            return None
        if arguments is None:
            body = definition.body
        else:
            body = _substituted(definition, arguments)
        return _bracketed(self(body, depth + 1), tex[i]), after

    def _wanted(self, key: str, definition: Definition, called: bool) -> bool:
        if key in keys_in(definition.body):
            return False
        if self.everything:
            return bool(keys_in(definition.body))
        return called or self.context.reaches(key, set(self.targets), self.place)


def _raised_call(tex: Tex, end: int) -> tuple[Tex, int] | None:
    """`^2(x)` behind a name: the call and the index after it."""
    if (
        end + 2 < len(tex)
        and tex[end].text == "^"
        and tex[end + 1].text.isdigit()
        and tex[end + 2].text in ("(", r"\left")
    ):
        after = group_end(tex, end + 2)
        return tex[end + 2 : after], after
    return None


def _is_index(tex: Tex, i: int) -> bool:
    return i > 0 and tex[i - 1].text == "_"


def _arguments(tex: Tex, i: int) -> tuple[list[Tex] | None, int]:
    """The arguments of a call whose bracket opens at i; None when no bracket does."""
    if i >= len(tex) or tex[i].text not in ("(", r"\left"):
        return None, i
    end = group_end(tex, i)
    return [part for _, part in split(bare(tex[i:end]), lambda tok: tok.text in (",", ";"))], end


def _fits(definition: Definition, arguments: list[Tex] | None) -> bool:
    r"""A function defined for a number, `f(x) = 3x^2`, is not the one meant by `f(\mathbf{u})`."""
    if arguments is None or len(arguments) != len(definition.parameters):
        return arguments is None
    return not any(key_of(a).startswith("b:") and not p.startswith("b:")
                   for a, p in zip(arguments, definition.parameters, strict=True))  # fmt: skip


def _substituted(definition: Definition, arguments: list[Tex]) -> Tex:
    """The body with arguments for parameters; unchanged where they are called alike."""
    given = {p: a for p, a in zip(definition.parameters, arguments, strict=True) if key_of(a) != p}
    if not given:
        return definition.body
    out: list[Tok] = []
    i, body = 0, definition.body
    while i < len(body):
        end = name_end(body, i)
        key = key_of(body[i:end]) if end > i else ""
        if key in given:
            out += _bracketed(given[key], body[i])
        else:
            out += body[i : max(end, i + 1)]
        i = max(end, i + 1)
    return tuple(out)


def _bracketed(body: Tex, at: Tok) -> Tex:
    if name_of(body):
        return (Tok("{", at.at, True), *body, Tok("}", at.at))
    # In braces it is a factor after any name: F (m a) is no call of F.
    return (Tok("{", at.at, True), Tok(r"\left", at.at), Tok("(", at.at), *body, Tok(r"\right", at.at), Tok(")", at.at),
            Tok("}", at.at))  # fmt: skip


def in_brackets(tex: Tex) -> Tex:
    at = tex[0].at
    return (*tokens(r"\left(", at), *tex, *tokens(r"\right)", at))
