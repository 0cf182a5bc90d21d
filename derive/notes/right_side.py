r"""The right side of a claim: its own derivatives become names that stand for them, `dL/dX = dL/dZ Y^T`."""

from __future__ import annotations

from .claims import Claim
from .context import USUAL_FUNCTIONS, as_name, key_of, keys_in, plain
from .derivatives import Derivative, derivatives
from .indices import targets_of, variable_entry
from .names import call, canonical, canonical_key, name_end, name_of
from .question import Inner, Unreadable
from .tex import Tex, Tok, bare, group_end, script, split, text_of, tokens
from .unknowns import STANDS_FOR, Unknowns


class RightSide:
    """The right side of one claim about the derivative by `targets`; `inner` are the derivatives found in it."""

    def __init__(self, claim: Claim, targets: frozenset[str], unknowns: Unknowns) -> None:
        self.claim, self.targets, self.unknowns = claim, targets, unknowns
        self.context, self.place = unknowns.context, unknowns.place
        self.inner: list[Inner] = []

    def written(self, side: Tex) -> Tex:
        """The side with its own derivatives replaced by names that stand for them, then definitions put in."""
        out: list[Tok] = []
        at = 0
        for inner in derivatives(side, self.context.functions):
            out += side[at : inner.start]
            self._refuse_bound(side, inner)
            put = self._inner_derivative(inner)
            at = inner.end
            if inner.kind == "prime":
                out += put
                continue
            out += put
            if at < len(side) and side[at].text == "(" and self._is_evaluation(inner, side, at):
                at = group_end(side, at)
        kept = (*out, *side[at:])
        self._refuse_leftovers(kept)
        return self.unknowns.expanded(self._without_primes(kept), self.targets)

    def _refuse_leftovers(self, side: Tex) -> None:
        r"""Notations of derivatives that are not read must not be taken for names: `f_x`, `d_x f`, `D_i f`."""
        for i in range(len(side)):
            end = name_end(side, i)
            if side[i].text in (r"\partial", r"\nabla"):
                raise Unreadable(f"a derivative written {text_of(side[i : i + 6])}")
            if end == i or "_" not in text_of(side[i:end]) or (i and side[i - 1].text == "_"):
                continue
            cut = next(k for k in range(i, end) if side[k].text == "_")
            follows = name_end(side, end) > end or (end < len(side) and side[end].text in ("(", r"\left"))
            operator = text_of(side[i:cut]) in ("d", "D") and follows
            if operator or (cut > i and self._is_derivative_index(side[i:cut], side[cut + 1 : end])):
                raise Unreadable(f"a derivative written {text_of(side[i:end])}")

    def _is_derivative_index(self, head: Tex, index: Tex) -> bool:
        """`f_x` for a function f of x; `f_i` for f, g, h."""
        key = key_of(head)
        if not self.context.is_function(key, self.place) or self.unknowns.is_declared((*head, Tok("_", 0), *index)):
            return False
        definition = self.context.definition(key, self.place)
        parameters = definition.parameters if definition else ()
        return canonical(bare(index)) in map(plain, parameters) or key in USUAL_FUNCTIONS

    def _without_primes(self, side: Tex) -> Tex:
        """`y'` of a defined scalar y is its derivative by the claim's variable, and no transpose."""
        out: list[Tok] = []
        i = 0
        while i < len(side):
            end = name_end(side, i)
            primed = end > i and end < len(side) and side[end].text == "'"
            definition = self.context.definition(key_of(side[i:end]), self.place) if primed else None
            if definition is not None and self.unknowns.is_scalar(side[i:end]) and len(self.claim.derivative.wrt) < 2:
                if len(self.targets) != 1 or (end + 1 < len(side) and side[end + 1].text in ("'", "(")):
                    raise Unreadable(f"a derivative written {text_of(side[i : end + 1])}")
                name = STANDS_FOR % (100 + len(self.inner))
                self.inner.append(
                    Inner(
                        canonical_key(name),
                        self.unknowns.expanded(side[i:end], self.targets),
                        as_name(next(iter(self.targets))),
                    )
                )
                out += tokens(name, side[i].at)
                i = end + 1
            else:
                out += side[i : max(end, i + 1)]
                i = max(end, i + 1)
        return tuple(out)

    def _links(self, function: Tex) -> tuple[tuple[Tex, Tex], ...]:
        found: dict[str, tuple[Tex, Tex]] = {}
        for i in range(len(function)):
            end = name_end(function, i)
            key = key_of(function[i:end]) if end > i else ""
            if (
                key
                and key not in self.targets
                and key not in found
                and self.context.reaches(key, set(self.targets), self.place)
            ):
                body = self.unknowns.expanded(function[i:end], self.targets)
                if body != function[i:end]:
                    found[key] = (function[i:end], body)
        return tuple(found.values())

    def _refuse_bound(self, side: Tex, inner: Derivative) -> None:
        """A derivative whose value changes with the index of a sum around it has no one name to stand for it."""
        inside = {tok.text for tok in (*inner.function, *(t for w in inner.wrt for t in w))}
        for k in range(inner.start):
            if side[k].text == r"\sum" and k + 1 < len(side) and side[k + 1].text == "_":
                bound = {tok.text for tok in script(side, k + 2)[0] if tok.text.isalpha()}
                if bound & inside and _encloses(side, k, inner.start):
                    raise Unreadable("a derivative under a sum over its index")

    def _is_evaluation(self, inner: Derivative, side: Tex, at: int) -> bool:
        r"""`\frac{\partial f}{\partial u}(u, v)`: the arguments of f repeated, and no product."""
        head, _ = call(bare(inner.function))
        definition = self.context.definition(key_of(head), self.place) if head else None
        given = [key_of(part) for _, part in split(bare(side[at : group_end(side, at)]), lambda tok: tok.text == ",")]
        return definition is not None and bool(definition.parameters) and given == list(definition.parameters)

    def _inner_derivative(self, inner: Derivative) -> Tex:
        at = self.claim.side[inner.start].at
        if inner.kind == "prime":
            return self._prime(inner)
        if len(inner.wrt) != 1 or inner.order != 1:
            raise Unreadable("a derivative of higher order, or by several variables, within a formula")
        entry, base = variable_entry([bare(inner.wrt[0])], self.claim, self.context)
        if entry and self.context.einstein and inner.start + 1 < len(self.claim.side) > inner.end - inner.start:
            raise Unreadable("a derivative under a sum over its index")
        function = self._inner_function(inner, base[0], targets_of(base, entry))
        if isinstance(function, str):
            return tokens(function, at)
        name = STANDS_FOR % (100 + len(self.inner))
        self.inner.append(Inner(canonical_key(name), function, base[0], entry, self._links((*function, *base[0]))))
        return tokens(name, at)

    def _inner_function(self, inner: Derivative, wrt: Tex, own: frozenset[str]) -> Tex | str:
        """What an inner derivative differentiates, written out; or the name that stands for the derivative itself."""
        body = self.unknowns.expanded(inner.function, own)
        head, _ = call(bare(body))
        if self.unknowns.is_unknown(body, own):
            whole, indices = self.unknowns.whole(inner.wrt[0], self.targets)
            if indices:
                stand_in = self.unknowns.stand_in(key_of(head), key_of(whole))
                return rf"\left[{stand_in}\right]_{{{','.join(indices)}}}"
            return self.unknowns.stand_in(key_of(head), key_of(wrt))
        if not keys_in(body) & own:
            raise Unreadable(f"by the definitions of the text {text_of(bare(inner.function))} does not depend on "
                             f"{text_of(wrt)}")  # fmt: skip
        return body

    def _prime(self, inner: Derivative) -> Tex:
        r"""`\phi'(z)` of a function that the text does not define: readers know the primes of functions they know."""
        head, arguments = call(inner.function)
        definition = self.context.definition(key_of(head), self.place)
        at = head[0].at
        if definition is None:
            end = name_end(inner.function, 0)
            return (*tokens(self.unknowns.generic(head), at), *tokens("'" * inner.order, at), *inner.function[end:])
        if len(definition.parameters) != 1 or len(arguments) != 1 or inner.order != 1:
            raise Unreadable("a derivative of higher order, or by several variables, within a formula")
        wrt = arguments[0] if name_of(arguments[0]) else None
        if wrt is None or not self.unknowns.is_scalar(wrt):
            raise Unreadable(f"the derivative {text_of(head)}' at {text_of(arguments[0])}")
        name = STANDS_FOR % (100 + len(self.inner))
        self.inner.append(
            Inner(canonical_key(name), self.unknowns.expanded(inner.function, frozenset([key_of(wrt)])), wrt)
        )
        return tokens(name, at)


def _encloses(tex: Tex, k: int, place: int) -> bool:
    """Does the sum at k reach to a place: no bracket closed and no term ended before it?"""
    i = k + 1
    while i < place:
        if tex[i].text in ("+", "-", ")", "]", "}", r"\right") and i > k + 1:
            return False
        i = script(tex, i + 1)[1] if tex[i].text in ("_", "^") else group_end(tex, i)
    return True
