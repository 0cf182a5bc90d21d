"""Names that a text leaves open, and what stands for them.

An unknown scalar L of known intermediate results becomes a function of them that is as general as its first derivative
needs, L = <G, Z>; an unknown elementwise function becomes a known one of no special kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .claims import Claim
from .context import KNOWN, LOSSES, Context, key_of, keys_in, plain
from .derivatives import Derivative, derivatives
from .expansion import MAX_DEPTH, Expansion, TooLong, in_brackets
from .indices import apart_from, index_letters, indices_of, summation_indices, wholes, with_index
from .names import call, canonical_key, is_bold, is_upper, name_end, name_of
from .question import Extent, Unreadable
from .tex import Tex, Tok, bare, group_end, script, split, text_of, tokens

# Names for what stands in the text as a derivative; no document uses them
# (a bold capital is read as a matrix of any shape).
STANDS_FOR = r"\mathbf{\check{G}}_{%d}"
# What unknown functions are read as: smooth, monotone, and no solutions of an equation that a text would state.
_GENERIC = tuple(rf"\operatorname{{{name}}}" for name in ("softplus", "sin", "tanh"))
_GENERIC_NOTE = "{} is any differentiable function, applied entry by entry"


class Unknowns:
    """The open names of one claim, and what stands for them."""

    def __init__(self, claim: Claim, context: Context, extent: Extent) -> None:
        self.claim, self.context, self.extent, self.place = claim, context, extent, claim.place
        self.stand_ins: dict[tuple[str, ...], str] = {}
        self.scalars: list[str] = []
        self.bodies: dict[str, Tex] = {}
        self.notes: list[str] = []
        self.generics: dict[str, str] = {}  # unknown functions that work entry by entry: what they are read as
        self.defined: list[int] = []
        self.free: list[str] = []
        texts = (
            claim.derivative.function,
            claim.side,
            *(d.body for d in context.bodies_of(claim.derivative.function, claim.place)),
        )
        self.bound = set().union(*map(summation_indices, texts))
        self.own = [k for one in claim.derivative.wrt for k in index_letters(one)]
        self.nested = 0  # expansions within each other
        self.other: set[str] = set()  # functions that are not the ones defined in the text
        self.primed = _primed_names(claim) | context.elementwise
        if extent == "logistic":
            self.primed -= KNOWN

    def expanded(self, tex: Tex, targets: frozenset[str]) -> Tex:
        if self.extent in ("nothing", "head"):
            return tex
        self.nested += 1
        if self.nested > MAX_DEPTH:
            raise TooLong  # definitions that go in a circle
        found = _Opened(self.context, self.place, targets, self.extent == "everything", unknowns=self)(tex)
        self.nested -= 1
        return found

    def is_unknown(self, body: Tex, targets: frozenset[str]) -> bool:
        """A name that nothing defines, and that is no variable."""
        head, arguments = call(bare(body))
        if not head or keys_in(head) & targets or self._is_constant(head):
            return False
        if arguments and not self.context.is_function(key_of(head), self.place):
            return False
        if arguments and key_of(head) in KNOWN - self.primed:
            return False
        if self.context.definition(key_of(head), self.place):
            if key_of(head) in self.other or self._has_mentions(key_of(head), targets):
                return True
            raise Unreadable(f"by the definitions of the text {text_of(head)} does not depend on "
                             f"{', '.join(sorted(map(plain, targets)))}")  # fmt: skip
        return True

    def _has_mentions(self, name: str, targets: frozenset[str]) -> bool:
        r"""Does the claim hold \partial L / \partial Z with a Z that leads to the variable? Then it is another L."""
        if self.extent not in ("needed", "logistic"):
            return False
        for inner in self._mentioned():
            head, _ = call(bare(inner.function))
            if head and key_of(head) == name and len(inner.wrt) == 1 and inner.order == 1:
                key = key_of(self.whole(inner.wrt[0], targets)[0])
                if key not in targets and self.leads(key, targets):
                    self.other.add(name)
                    return True
        return False

    def _is_constant(self, head: Tex) -> bool:
        """Declared as a number: "for any constant $C$"."""
        return any(d.kind == "scalar" for d in self.context.declared(key_of(head), self.place)[:1])

    def pairings(self, body: Tex, targets: frozenset[str]) -> Tex:
        """<G_1, Z_1> + <G_2, Z_2> ... for an undefined L that the claim's right side differentiates by Z_1, Z_2 ..."""
        name, _ = call(bare(body))
        terms: dict[str, Tex] = {}
        for inner in self._mentioned():
            head, _ = call(bare(inner.function))
            if not head or key_of(head) != key_of(name) or len(inner.wrt) != 1 or inner.order != 1:
                continue
            term = self._pairing(key_of(name), self.whole(inner.wrt[0], targets)[0], targets)
            if term is not None:
                terms.setdefault(text_of(term), term)
        if not terms:
            raise Unreadable(f"{text_of(name)} is not defined before this")
        return plus(list(terms.values()))

    def _mentioned(self) -> list[Derivative]:
        """The derivatives in the claim, or else in the whole chain of equations that it is a link of."""
        own = derivatives(self.claim.side, self.context.functions)
        return own or [d for side in self.claim.chain for d in derivatives(side, self.context.functions)]

    def whole(self, wrt: Tex, targets: frozenset[str]) -> tuple[Tex, tuple[str, ...]]:
        """Z and (1, 2) for the entry `z_{1,2}` of an intermediate result Z; any other name as it is."""
        wrt = bare(wrt)
        cut = next((k for k, tok in enumerate(wrt) if tok.text == "_"), 0)
        if not cut or script(wrt, cut + 1)[1] != len(wrt) or self.context.definition(key_of(wrt), self.place):
            return wrt, ()
        indices = indices_of(script(wrt, cut + 1)[0])
        known = [(d.place, w) for w in wholes(wrt[:cut], len(indices)) if indices
                 and (d := self.context.definition(key_of(w), self.place))
                 and self.leads(key_of(w), targets)]  # fmt: skip
        return (max(known, key=lambda one: one[0])[1], indices) if known else (wrt, ())

    def leads(self, key: str, targets: frozenset[str]) -> bool:
        return self.context.reaches(key, set(targets), self.place)

    def _pairing(self, name: str, wrt: Tex, targets: frozenset[str]) -> Tex | None:
        """<G, Z> with Z written out; None when Z does not lead to a variable."""
        key = key_of(wrt)
        if key in targets:
            return None
        if not self.context.reaches(key, set(targets), self.place):
            raise Unreadable(f"the text does not say how {text_of(wrt)} depends on {', '.join(map(plain, targets))}")
        return self.inner_product(self.stand_in(name, key), self.expanded(wrt, targets))

    def inner_product(self, stand_in: str, body: Tex) -> Tex:
        self.bodies.setdefault(canonical_key(stand_in), body)
        at = body[0].at
        return (*tokens(rf"\operatorname{{sum}}\left({stand_in} \odot \left(", at), *body,
                *tokens(r"\right)\right)", at))  # fmt: skip

    def stand_in(self, name: str, key: str) -> str:
        return self.stand_ins.setdefault((name, key), STANDS_FOR % (len(self.stand_ins) + 1))

    def written(self) -> Iterator[tuple[str, str]]:
        for (name, key), stand_in in self.stand_ins.items():
            yield canonical_key(stand_in), rf"\frac{{\partial {plain(name)}}}{{\partial {plain(key)}}}"

    def is_scalar(self, tex: Tex) -> bool:
        """As far as a text says: declared, or small, not bold, in a text that has no vector of that name."""
        name = name_of(tex)
        if name is None:
            return False
        said = self.context.declared(key_of(tex), self.place)
        kind = next((d.kind for d in said if d.kind in ("matrix", "vector", "row", "scalar")), "")
        if kind:
            return kind == "scalar"
        return not is_bold(tex) and not is_upper(name)

    def is_scalar_value(self, key: str) -> bool:
        return not key.startswith("b:") and not (is_upper(plain(key)) and key not in LOSSES)

    def is_declared(self, name: Tex) -> bool:
        return bool(
            self.context.declared(key_of(name), self.place) or self.context.definition(key_of(name), self.place)
        )

    # ------------------------------------------------------------------------------------------------------ calls

    def generic(self, head: Tex) -> str:
        """The known function that takes the place of an unknown one, with a note."""
        known = self.generics.setdefault(text_of(head).strip(), _GENERIC[len(self.generics) % len(_GENERIC)])
        if len(self.generics) > len(_GENERIC):
            raise Unreadable(f"more than {len(_GENERIC)} functions that are not defined")
        note = _GENERIC_NOTE.format(text_of(head))
        if note not in self.notes:
            self.notes.append(note)
        return known

    def opaque_call(self, head: Tex, arguments: Sequence[Tex], targets: frozenset[str]) -> Tex | None:
        """What takes the place of a call of an unknown function; None when the call does not lead to a variable."""
        key, at = key_of(head), head[0].at
        if key in KNOWN and key not in self.primed:
            return None
        if not any(keys_in(self.expanded(a, targets)) & targets for a in arguments) and key not in self.primed:
            return None
        if key in self.primed and len(arguments) == 1:
            return (*tokens(self.generic(head), at), *tokens(r"\left(", at), *self.expanded(arguments[0], targets),
                    *tokens(r"\right)", at))  # fmt: skip
        if len(arguments) == 1 and self.is_scalar(arguments[0]) and self.is_scalar_value(key):
            return self._polynomial(key, self.expanded(arguments[0], targets))
        if not self.is_scalar_value(key):
            raise Unreadable(f"{text_of(head)} is not defined")
        terms = [self._pair_or_none(key, a, targets) for a in arguments]
        found = [term for term in terms if term is not None]
        return plus(found) if found else None

    def _pair_or_none(self, key: str, wrt: Tex, targets: frozenset[str]) -> Tex | None:
        body = self.expanded(wrt, targets)
        if not keys_in(body) & targets:
            return None
        return self.inner_product(self.stand_in(key, key_of(wrt)), body)

    def _polynomial(self, key: str, body: Tex) -> Tex:
        """A function of one scalar with free value, slope and curvature."""
        a, b, c = (self.stand_in(key, power) for power in "012")
        self.scalars += [canonical_key(name) for name in (a, b, c) if canonical_key(name) not in self.scalars]
        inside = text_of(body)
        return tokens(rf"\left({a} + {b} \cdot \left({inside}\right) + {c} \cdot \left({inside}\right)^2\right)",
                      body[0].at)  # fmt: skip

    def refuse_array_of_unknown(self, key: str, targets: frozenset[str]) -> None:
        r"""`\mathbf{u} = g(\mathbf{x})` with an unknown g has no stand-in, unless g works entry by entry."""
        definition = self.context.definition(key, self.place)
        if definition is None or key in targets or not self.context.reaches(key, set(targets), self.place):
            return
        head, arguments = call(bare(definition.body))
        if not arguments or not self.context.is_function(key_of(head), self.place) or key_of(head) in self.primed:
            return
        unknown = self.context.definition(key_of(head), self.place) is None
        if unknown and not self.is_scalar_value(key):
            raise Unreadable(f"{text_of(head)} is not defined")

    def entry_of_defined(self, name: Tex, expansion: Expansion, depth: int) -> Tex | None:
        r"""`p_i` after `p = \operatorname{softmax}(z)`: that entry of what p is."""
        cut = next((k for k, tok in enumerate(name) if tok.text == "_"), 0)
        if not cut or script(name, cut + 1)[1] != len(name) or self.is_declared(name):
            return None
        indices = indices_of(script(name, cut + 1)[0])
        general = self.context.indexed_definition(key_of(name[:cut]), self.place) if len(indices) == 1 else None
        if general is not None and self.context.reaches(general.name, set(expansion.targets), self.place):
            self.free += [k for k in indices if k.isalpha() and k not in self.bound]
            self.defined.append(general.place)
            body = with_index(apart_from(general.body, indices), {general.name[-1]: indices[0]})
            return in_brackets(expansion(body, depth + 1))
        for whole in wholes(name[:cut], len(indices)) if len(indices) in (1, 2) else ():
            key = key_of(whole)
            definition = self.context.definition(key, self.place)
            if definition is None or definition.parameters or not self.context.reaches(
                key, set(expansion.targets), self.place):  # fmt: skip
                continue
            self.free += [k for k in indices if k.isalpha() and k not in self.bound]
            self.defined.append(definition.place)
            at = name[0].at
            inside = expansion(definition.body, depth + 1)
            return (*tokens(r"\left[", at), *inside, *tokens(r"\right]", at), *name[cut:])
        return None


@dataclass(frozen=True)
class _Opened(Expansion):
    """An expansion that also gives unknown functions a body."""

    unknowns: Unknowns = field(kw_only=True)

    def _replacement(self, tex: Tex, i: int, end: int, depth: int) -> tuple[Tex, int] | None:
        key = key_of(tex[i:end])
        self.unknowns.refuse_array_of_unknown(key, self.targets)
        found = super()._replacement(tex, i, end, depth)
        if found is not None:
            definition = self.context.definition(key, self.place)
            self.unknowns.defined += [definition.place] if definition is not None else []
            return apart_from(found[0], self.unknowns.own), found[1]
        here = key not in self.targets and depth <= MAX_DEPTH
        entry = self.unknowns.entry_of_defined(tex[i:end], self, depth) if here else None
        if entry is not None:
            return entry, end
        if key in self.targets or not self.context.is_function(key, self.place):
            return None
        if end >= len(tex) or tex[end].text not in ("(", r"\left"):
            return None
        after = group_end(tex, end)
        arguments = [part for _, part in split(bare(tex[end:after]), lambda tok: tok.text in (",", ";"))]
        put = self.unknowns.opaque_call(tex[i:end], arguments, self.targets)
        return None if put is None else (in_brackets(put), after)


def plus(terms: Sequence[Tex]) -> Tex:
    out = list(terms[0])
    for term in terms[1:]:
        out += [Tok("+", term[0].at, True), *term]
    return tuple(out)


def _primed_names(claim: Claim) -> set[str]:
    """The functions of which the claim uses f'."""
    found = set()
    for i in range(len(claim.side)):
        end = name_end(claim.side, i)
        if end > i and end < len(claim.side) and claim.side[end].text == "'":
            found.add(key_of(claim.side[i:end]))
    return found
