"""A formula by its entries with one sign, factor or pair of indices changed: the person's own words, mended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .indices import indices_of
from .tex import Tex, Tok, script, split, text_of, tokens

_OTHER = {"+": "-", "-": "+"}


@dataclass(frozen=True)
class Variant:
    """The kind of mistake that a change undoes, the change in words, and the changed formula."""

    kind: str
    message: str
    side: Tex


def variants(side: Tex) -> Iterator[Variant]:
    r"""Every change: `s_i(\delta_{ij} - s_j)` for `s_i(\delta_{ij} + s_j)`."""
    at = side[0].at
    single = all(mark is None for mark, _ in split(side, lambda tok: tok.text in _OTHER))
    whole = side if single else (*tokens(r"\left(", at), *side, *tokens(r"\right)", at))
    yield Variant("sign", "the sign is wrong", (Tok("-", at), *whole))
    for k, tok in enumerate(side):
        if tok.text in _OTHER and k:
            changed = (*side[:k], Tok(_OTHER[tok.text], tok.at, tok.spaced), *side[k + 1 :])
            yield Variant("sign", f"a sign is wrong: {_OTHER[tok.text]} for {tok.text}", changed)
    if side[0].text == "-":
        yield Variant("sign", "the sign is wrong", side[1:])
    for words, factor in ((r"2 ", "2"), (r"\frac{1}{2} ", "1/2")):
        yield Variant("factor", f"the claim must be multiplied by {factor}", (*tokens(words, at), *whole))
    yield from _swapped(side)


def _swapped(side: Tex) -> Iterator[Variant]:
    """a_ji for a_ij."""
    for k, tok in enumerate(side):
        if tok.text != "_" or k + 1 >= len(side) or not k or side[k - 1].text in (r"\sum", r"\delta"):
            continue
        inside, end = script(side, k + 1)
        if len(indices_of(inside)) == 2 and len(set(indices_of(inside))) == 2:
            one, other = (next(t for t in inside if t.text == word) for word in indices_of(inside))
            turned = tuple(other if t is one else one if t is other else t for t in inside)
            changed = (*side[: k + 1], Tok("{", tok.at), *turned, Tok("}", tok.at), *side[end:])
            words = f"the indices of {text_of((*side[k - 1 : k + 1], *side[k + 1 : end]))} stand in the wrong order"
            yield Variant("missing-transpose", words, changed)
