r"""Claims in other words, before they are posed: names that stand for gradients, `\nabla_{A^\top}`, rates `\dot{x}`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from .claims import Claim
from .context import Context, key_of, plain
from .derivatives import Derivative, derivatives
from .names import is_upper, name_end, name_of
from .tex import Tex, Tok, bare, script, text_of, tokens

_TRANSPOSES = frozenset([r"\top", "T", r"\intercal", r"\text{T}", r"\mathsf{T}", r"\mathrm{T}", r"\mathsf T"])


def with_named_gradients(claim: Claim, context: Context) -> Claim:
    r"""After `\delta = \frac{\partial L}{\partial z}`, that derivative in place of \delta on the right of a claim."""
    if not context.named:
        return claim
    own = {key_of(w) for w in claim.derivative.wrt}
    out: list[Tok] = []
    i, side = 0, claim.side
    while i < len(side):
        end = name_end(side, i)
        put = None
        if end > i and key_of(side[i:end]) not in own and not (i and side[i - 1].text in ("_", "^")):
            put = context.gradient_named(key_of(side[i:end]), claim.place)
        if put is not None and text_of(put) != text_of(claim.anchor):
            at = side[i].at
            out += [Tok("{", at, True), *(tok._replace(at=at) for tok in put), Tok("}", at)]
        else:
            out += side[i : max(end, i + 1)]
        i = max(end, i + 1)
    return replace(claim, side=tuple(out))


def untransposed(claim: Claim) -> Claim:
    r"""`\nabla_{A^\top} f = G` as `\nabla_A f = G^\top`; by the transpose of a column, the Jacobian is meant."""
    if len(claim.derivative.wrt) != 1:
        return claim
    name = _without_transpose(bare(claim.derivative.wrt[0]))
    if name is None:
        return claim
    side = claim.side
    if is_upper(plain(key_of(name))):
        at = side[0].at
        side = (*tokens(r"\left(", at), *side, *tokens(r"\right)^\top", at))
    return replace(claim, derivative=replace(claim.derivative, wrt=(name,)), side=side)


def _without_transpose(tex: Tex) -> Tex | None:
    cut = next((k for k in range(len(tex) - 1, 0, -1) if tex[k].text == "^"), 0)
    if not cut or not name_of(tex[:cut]):
        return None
    inside, end = script(tex, cut + 1)
    return tex[:cut] if end == len(tex) and text_of(inside).strip() in _TRANSPOSES else None


@dataclass(frozen=True)
class Rate:
    """The rate of change of `name` at tokens [start, end) of a side."""

    name: Tex
    start: int
    end: int


def rates(derivative: Derivative, side: Tex, context: Context, place: int) -> list[Rate]:
    r"""The rates `\frac{dX}{dt}` or `\dot{X}` on the right of a derivative by t, if all its derivatives are rates of
    names that the text does not define by t."""
    if derivative.kind != "quotient" or derivative.order != 1 or len(derivative.wrt) != 1:
        return []
    by = key_of(bare(derivative.wrt[0]))
    found = [Rate(bare(one.function), one.start, one.end) for one in derivatives(side, context.functions)
             if _is_rate(one, by)]  # fmt: skip
    if len(found) != len(derivatives(side, context.functions)):
        return []
    found = sorted([*found, *_dotted(side)], key=lambda one: one.start)
    free = all(not context.reaches(key_of(one.name), {by}, place) for one in found)
    return found if free and not any(key_of(one.name) in (by, key_of(derivative.function)) for one in found) else []


def _is_rate(one: Derivative, by: str) -> bool:
    alike = one.kind == "quotient" and one.order == 1 and len(one.wrt) == 1 and key_of(bare(one.wrt[0])) == by
    return alike and name_of(one.function) is not None


def _dotted(side: Tex) -> Iterator[Rate]:
    for i in range(len(side)):
        end = name_end(side, i) if side[i].text == r"\dot" else i
        if end > i:
            yield Rate(bare(side[i + 1 : end]), i, end)
