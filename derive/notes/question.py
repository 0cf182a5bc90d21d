r"""The question that a claim asks: is the derivative of this function by this variable equal to that formula?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .tex import Tex

Extent = Literal["needed", "everything", "nothing", "head", "logistic"]


class Unreadable(Exception):
    """The claim cannot be posed as a question; the message says why."""


@dataclass(frozen=True)
class Inner:
    """`name` stands for the derivative of `function` by `wrt` (an entry of it) on the right of a claim.

    `links` are the intermediate names in it, each with what it is in terms of the claim's own variable.
    """

    name: str
    function: Tex
    wrt: Tex
    entry: tuple[str, ...] = ()
    links: tuple[tuple[Tex, Tex], ...] = ()


@dataclass(frozen=True)
class Question:
    """Is the derivative of `function` by `wrt` equal to `claim`?

    `parts`: by several variables, the claim is the list of their derivatives. `directions`: in these directions, one
    for each variable. `entry`: by one entry of the variable. `differential`: the claim holds dX. `point`: at this
    value of the variable. `stand_ins`: names with formulas that have their shapes; `written`: what the text writes
    for them; `scalars`: names of scalars.
    """

    function: Tex
    wrt: Tex
    claim: Tex
    order: int = 1
    parts: tuple[Tex, ...] = ()
    directions: tuple[Tex, ...] = ()
    entry: tuple[str, ...] = ()
    point: tuple[Tex, ...] = ()
    differential: bool = False
    gradient: bool = False  # of a name, with a nabla, or of a loss: the function is a number
    mixed: bool = False  # by the one variable of `parts`, then by the other
    stationary: bool = False
    inner: tuple[Inner, ...] = ()
    extent: Extent = "needed"
    scalars: tuple[str, ...] = ()
    stand_ins: tuple[tuple[str, Tex], ...] = ()
    written: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    generics: tuple[tuple[str, str], ...] = ()  # unknown functions, and the known ones as which they are read
    place: int = 0
    free: tuple[str, ...] = ()  # indices of entries that the function is one of
    defined: tuple[int, ...] = ()  # where the definitions stand that were put in

    @property
    def texts(self) -> list[Tex]:
        """All formulas whose names must be typed together."""
        return [self.function, self.claim, *self.parts, *self.directions, *(i.function for i in self.inner)]
