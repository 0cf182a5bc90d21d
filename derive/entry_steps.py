"""Steps for one entry as the variable: dX = e_i e_j^T dX_ij, put into df = <G, dX>."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import algebra as al
from .entries import EntryOf
from .evidence import Ground
from .nodes import placeholder
from .rebuilding import substitute
from .rule import tangent
from .step_record import READ_OFF, Step
from .steps import Writer
from .structure import along_entry, moved_entry
from .text import unicode

if TYPE_CHECKING:
    from .derivation import Derivation


def entry_steps(derivation: Derivation, entry: EntryOf) -> tuple[Step, ...]:
    """The differential in dX, then with dX = e_i e_j^T dX_ij, then the derivative read off."""
    f, x = derivation.function, entry.of
    t = placeholder(unicode(derivation.wrt), derivation.wrt.shape)
    moved = moved_entry(entry, derivation.wrt, t)
    ground = Ground(f, (t,), ((x, moved),), also=(derivation.wrt,), at={t: derivation.wrt})
    writer = Writer(ground, derivation.book)
    dx, dt = tangent(x), tangent(t)
    change = writer.differential(f, {x: dx})
    if f.is_scalar:
        writer.bring_right(change, [dx])
    unit = along_entry(entry)
    along = al.scale(dt, unit)
    writer.write(f"{unicode(dx)} = {unicode(unit)} {unicode(dt)}", substitute(writer.now, {dx: along}))
    writer.to("collect", al.scale(dt, derivation.result))
    writer.write("read off the derivative", derivation.result, relation=READ_OFF, subject="dt")
    return tuple(writer.steps)
