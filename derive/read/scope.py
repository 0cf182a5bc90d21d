r"""What the names of a formula mean before it is read: declarations, families, sizes and definitions.

A name has one canonical form: fonts stripped; accents, subscript, primes and superscript kept: `\hat{x}_i'^{(2)}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import sympy

from ..errors import BadInput
from ..latex import latex_name
from ..nodes import Node
from ..sizes import Size, is_one
from ..symbols import Family, declare
from ..text import identifier
from .glyphs import glyphs
from .tokens import Token, tokenize
from .vocabulary import GREEK

Declaration = str | Node | Family


def script_text(tokens: Sequence[Token]) -> str:
    """The text of a script without its braces and spaces: {l l} is ll."""
    return "".join(t.text for t in tokens if t.text not in ("{", "}")).replace("∗", "*")


def joined(base: str, primes: int = 0, sub: str | None = None, sup: str | None = None) -> str:
    """The canonical name with these parts."""
    return base + "'" * primes + _script("_", sub) + _script("^", sup)


def _script(level: str, text: str | None) -> str:
    if text is None:
        return ""
    return f"{level}{text}" if len(text) == 1 else f"{level}{{{text}}}"


@dataclass(frozen=True, slots=True)
class NameParts:
    base: str
    primes: int = 0
    sub: tuple[Token, ...] | None = None
    sup: tuple[Token, ...] | None = None

    @property
    def canonical(self) -> str:
        sub = None if self.sub is None else script_text(self.sub)
        sup = None if self.sup is None else script_text(self.sup)
        return joined(self.base, self.primes, sub, sup)


def name_parts(key: str) -> NameParts:
    """A declared name, taken apart. Raises BadInput when it is not a name."""
    tokens = glyphs(key, tokenize(key))
    i = 0
    base = ""
    while i < len(tokens) and tokens[i].kind in ("word", "symbol", "number") and (i == 0 or not tokens[i].spaced):
        base += tokens[i].text
        i += 1
    if not base or base[0].isdigit():
        raise BadInput(f"cannot declare {key!r}: it is not a name")
    base = "\\" + base if base in GREEK else base
    primes, scripts = 0, dict[str, tuple[Token, ...]]()
    while i < len(tokens):
        kind = tokens[i].kind
        if kind == "prime":
            primes, i = primes + 1, i + 1
        elif kind in ("sub", "sup") and kind not in scripts and i + 1 < len(tokens):
            end = closing(tokens, i + 1) + 1
            if tokens[i + 1].text != "{":  # key x_train: everything up to the next script belongs to it
                while end < len(tokens) and tokens[end].kind in ("word", "symbol", "number"):
                    end += 1
            scripts[kind], i = tuple(t for t in tokens[i + 1 : end] if t.text not in "{}"), end
        else:
            raise BadInput(f"cannot declare {key!r}: it is not a name")
    return NameParts(base, primes, scripts.get("sub"), scripts.get("sup"))


def closing(tokens: Sequence[Token], i: int) -> int:
    """The index of the brace that closes the one at i; i itself for any other token."""
    if tokens[i].text != "{":
        return i
    depth = 0
    for j in range(i, len(tokens)):
        depth += (tokens[j].text == "{") - (tokens[j].text == "}")
        if depth == 0:
            return j
    return len(tokens) - 1


@lru_cache(maxsize=1024)
def printed_name(key: str) -> str:
    r"""The canonical name of what the printer makes of a name: W_1 for W1, \lambda for lam."""
    try:
        return name_parts(latex_name(key)).canonical
    except (BadInput, ValueError):
        return key


@dataclass(frozen=True, slots=True)
class FamilyName:
    r"""How the members of a family are written: the index is the subscript (x_i) or the superscript (y^{(i)})."""

    family: Family
    base: str
    place: str
    other: str | None  # the fixed script in the other place


@dataclass(slots=True)
class Scope:
    """Everything declared. `names` maps canonical names to nodes, `keys` to the names as the user declared them."""

    names: dict[str, Node] = field(default_factory=dict)
    families: dict[str, list[FamilyName]] = field(default_factory=dict)
    sizes: dict[str, sympy.Symbol] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    definitions: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    spellings: dict[str, str] = field(default_factory=dict)  # as our own LaTeX writes it: W_1 for W1
    aliases: dict[str, str] = field(default_factory=dict)  # how Python spells a name: w_hat for \hat{w}
    declared: bool = False

    def find(self, name: str) -> str | None:
        r"""The canonical name under which `name` is known: `\vec{y}` and `\mathcal{L}` also find y and L."""
        if name in self.names:
            return name
        if name in self.spellings:
            return self.spellings[name]
        if name.startswith(("\\vec{", "\\mathcal{")):
            stripped = _unwrap(name)
            if stripped in self.names:
                return stripped
        return None

    def rank(self, name: str) -> int:
        """0 for a scalar, 1 for a vector, 2 for a matrix."""
        return rank(self.names[name].shape)

    def is_symbol(self, text: str) -> bool:
        return text in self.names or text in self.sizes or text in self.families


def rank(shape: tuple[Size, Size]) -> int:
    return 2 - is_one(shape[0]) - is_one(shape[1])


def _unwrap(name: str) -> str:
    head, _, rest = name.partition("{")
    inner, brace, tail = rest.partition("}")
    return inner + tail if brace and head else name


def make_scope(where: Mapping[str, Declaration] | None, definitions: Mapping[str, Node] | None = None) -> Scope:
    """The scope of some declarations. `definitions` are names that stand for whole expressions."""
    if where is not None and not isinstance(where, Mapping):
        raise BadInput(f"where= wants a mapping such as {{'A': 'n x n', 'x': 'n'}}, found {where!r}")
    scope = Scope(declared=bool(where))
    for key, declaration in (where or {}).items():
        _add(scope, key, declare(key, declaration) if isinstance(declaration, str) else declaration)
    for key, node in (definitions or {}).items():
        parts = name_parts(key)
        scope.names[parts.canonical] = node
        scope.keys[parts.canonical] = key
        scope.definitions.add(parts.canonical)
    scope.words |= {n for n in (*scope.names, *scope.sizes) if len(n) > 1 and n.isalnum() and n.isascii()}
    return scope


def _add(scope: Scope, key: str, declared: Node | Family) -> None:
    parts = name_parts(key)
    if isinstance(declared, Family):
        _add_family(scope, parts, declared)
        sizes: tuple[Size, ...] = (*declared.shape, declared.lo, declared.hi)
    else:
        if not isinstance(declared, Node):
            raise BadInput(f"the declaration of {key} must be text such as 'm x n' or a symbol, found {declared!r}")
        scope.names[parts.canonical] = declared
        scope.keys[parts.canonical] = key
        spelt = identifier(key)  # x_1 is x_1, also beside x^{(1)}, which Python spells so, too
        if spelt == parts.canonical or spelt not in scope.aliases:
            scope.aliases[spelt] = parts.canonical
        printed = printed_name(key)
        if printed != parts.canonical:
            scope.spellings.setdefault(printed, parts.canonical)
        sizes = declared.shape
    for size in sizes:
        if isinstance(size, sympy.Basic):
            scope.sizes.update({s.name: s for s in size.free_symbols})


def _add_family(scope: Scope, parts: NameParts, family: Family) -> None:
    sub = None if parts.sub is None else script_text(parts.sub)
    sup = None if parts.sup is None else script_text(parts.sup)
    index = family.index
    if sub is not None and sub.strip("(){}") == index:
        name = FamilyName(family, parts.base, "sub", sup)
    elif sup is not None and sup.strip("()[]{}") == index:
        name = FamilyName(family, parts.base, "sup", sub)
    else:
        raise BadInput(f"the family {family.name} does not show its index {index}; write e.g. '{parts.base}_{index}'")
    scope.families.setdefault(parts.base, []).append(name)
