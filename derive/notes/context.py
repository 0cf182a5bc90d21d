r"""What a document says about its names: definitions (`L = \|Xw - y\|^2`), shapes (`x \in \mathbb{R}^n`), functions.

Everything carries its place in the reading order, so that a claim sees the last definition before it, and otherwise the
first one soon after it ("... where r = Xw - y").
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from .names import canonical, is_bold, is_upper, name_end, name_of
from .tex import Tex, text_of, tokens

STEP = 1000  # places of a fragment: one for each of its statements
_AHEAD = 12 * STEP  # fragments after a claim in which "where r = ..." still belongs to it
_MAX_DEPTH = 6
LOSSES = frozenset(["L", "J", "E", "C", r"\ell", "F"])
KNOWN = frozenset([r"\sigma"])  # readers know it as the logistic function
USUAL_FUNCTIONS = frozenset(["f", "g", "h", r"\phi", r"\varphi", r"\psi"])


@dataclass(frozen=True)
class Definition:
    """`name(parameters) = body` at a place of the document; no parameters for a plain name."""

    name: str
    parameters: tuple[str, ...]
    body: Tex
    place: int


@dataclass(frozen=True)
class Declaration:
    """What the text says of a name: its shape in the words of `where=` (or none), its kind, its properties."""

    name: str
    place: int
    shape: str = ""
    kind: str = ""  # matrix, vector, row, scalar, function
    properties: tuple[str, ...] = ()


def key_of(tex: Tex) -> str:
    r"""A name with its weight: `\mathbf{x}` and `x` are two things in a text that sets vectors bold, `\mathbf{A}` and
    `A` are one."""
    name = name_of(tex) or canonical(tex)
    return "b:" + name if is_bold(tex) and not is_upper(name) else name


def plain(key: str) -> str:
    return key.removeprefix("b:")


@dataclass
class Context:
    """All definitions and declarations of a document by name; fill it first, ask it then."""

    definitions: dict[str, list[Definition]] = field(default_factory=lambda: defaultdict(list))
    declarations: dict[str, list[Declaration]] = field(default_factory=lambda: defaultdict(list))
    functions: set[str] = field(default_factory=set)
    einstein: bool = False  # sums over repeated indices are left out
    losses: set[str] = field(default_factory=set)  # keys of L, J ... that the text differentiates
    elementwise: set[str] = field(default_factory=set)  # keys of functions applied entry by entry
    phrases: dict[str, list[tuple[int, Tex]]] = field(default_factory=dict)  # left side: what it is
    named: dict[str, list[tuple[int, Tex]]] = field(default_factory=dict)  # derivatives that have names
    sections: list[int] = field(default_factory=list)  # of each fragment

    def section(self, place: int) -> int:
        return self.sections[place // STEP] if self.sections else 0

    def define(self, key: str, definition: Definition) -> None:
        self.definitions[key].append(definition)
        if definition.parameters:
            self.functions.add(plain(key))

    def declare(self, key: str, declaration: Declaration) -> None:
        self.declarations[key].append(declaration)
        if declaration.kind in ("function", "activation"):
            self.functions.add(plain(key))
        if declaration.kind == "activation":
            self.elementwise.add(key)

    def gradient_named(self, key: str, place: int) -> Tex | None:
        """The derivative that a name stands for, if its section says so and defines it in no other way since."""
        said = [(at, tex) for at, tex in self.named.get(key, ()) if at <= place and
                self.section(at) == self.section(place)]  # fmt: skip
        definition = self.definition(key, place)
        if not said or (definition is not None and said[-1][0] <= definition.place <= place):
            return None
        return said[-1][1]

    def phrase(self, tex: Tex, place: int) -> Tex | None:
        r"""What the text says `\log p(y)` is."""
        said = [body for at, body in self.phrases.get(text_of(tex).strip(), ()) if at <= place]
        return said[-1] if said else None

    def kind(self, key: str, place: int) -> str:
        """What the text last called a name: matrix, vector, row, scalar, function, activation; or nothing."""
        return next((one.kind for one in self.declared(key, place) if one.kind), "")

    def definition(self, key: str, place: int) -> Definition | None:
        """The definition that a reader at `place` has in mind."""
        return _nearest(self.definitions.get(key, []), place)

    def indexed_definition(self, head: str, place: int) -> Definition | None:
        """What `s_i` is for any i: the last definition of s with one letter for an index."""
        found = [one for name, said in self.definitions.items() for one in said[:1]
                 if name[:-1] == head + "_" and name[-1].isalpha() and not one.parameters]  # fmt: skip
        near = [d for d in (self.definition(one.name, place) for one in found) if d is not None and not d.parameters]
        return max(near, key=lambda one: one.place, default=None)

    def bodies_of(self, tex: Tex, place: int, depth: int = 0) -> list[Definition]:
        """The definitions that a formula rests on."""
        found: dict[str, Definition] = {}
        for key in keys_in(tex) if depth < _MAX_DEPTH else ():
            definition = self.definition(key, place)
            if definition is not None and key not in found:
                found[key] = definition
                found |= {d.name: d for d in self.bodies_of(definition.body, place, depth + 1)}
        return list(found.values())

    def declared(self, key: str, place: int) -> list[Declaration]:
        """What was said of a name before `place` (or soon after), the latest first."""
        said = self.declarations.get(key, [])
        cut = bisect_right([one.place for one in said], place)
        return [*reversed(said[:cut]), *(one for one in said[cut:] if one.place <= place + _AHEAD)]

    def is_function(self, key: str, place: int) -> bool:
        """True for a name that the text treats as a function, and for f, g, h unless it says otherwise."""
        definition = self.definition(key, place)
        if definition is not None:
            return bool(definition.parameters)
        if plain(key) in self.functions:
            return True
        said = [d.kind for d in self.declared(key, place) if d.kind]
        return key in USUAL_FUNCTIONS and not (said and said[0] != "function")

    def reaches(self, key: str, targets: set[str], place: int, seen: frozenset[str] = frozenset()) -> bool:
        """True when the definition of a name contains one of the targets, in itself or in what it is made of."""
        definition = None if key in seen else self.definition(key, place)
        if definition is None and key not in seen and key[-2:-1] == "_":
            definition = self.indexed_definition(key[:-2], place)
            seen |= {definition.name} if definition else set()
        if definition is None:
            return False
        inside = keys_in(definition.body)
        return bool(inside & targets) or any(self.reaches(k, targets, place, seen | {key}) for k in inside)


def _nearest(definitions: list[Definition], place: int) -> Definition | None:
    cut = bisect_right([one.place for one in definitions], place)
    for one in reversed(definitions[:cut]):
        if not one.body:
            return None
        if not one.parameters or keys_in(one.body) or one is definitions[0]:
            return one  # `f(x, y) = \\log 3` is a value of f at some point, where f was defined before
    ahead = definitions[cut] if cut < len(definitions) else None
    return ahead if ahead and ahead.body and ahead.place <= place + _AHEAD else None


def keys_in(tex: Tex) -> set[str]:
    """The keys of all names in a formula, those of entries and in indices too."""
    found: set[str] = set()
    i = 0
    while i < len(tex):
        end = name_end(tex, i)
        if end > i:
            found.add(key_of(tex[i:end]))
            cut = next((k for k in range(i, end) if tex[k].text in ("_", "^")), end)
            found |= _heads(tex[i:end]) | ({key_of(tex[i:cut])} if cut > i else set())
            found |= keys_in(tex[cut:end]) if cut > i else set()
        i = max(end, i + 1)
    return found


def _heads(name: Tex) -> set[str]:
    r"""`x_i` is an entry of `\mathbf{x}` as well as of `x`."""
    cut = next((k for k, tok in enumerate(name) if tok.text == "_"), 0)
    light = cut and not is_bold(name) and not is_upper(canonical(name[:cut]))
    return {"b:" + canonical(name[:cut])} if light else set()


def all_keys(texs: Iterable[Tex]) -> set[str]:
    return set().union(*(keys_in(tex) for tex in texs))


def as_name(key: str) -> Tex:
    name = plain(key)
    return tokens(rf"\mathbf{{{name}}}" if key != name else name)
