"""What the shapes of a whole formula decide: |x| of a vector, where one reading fits and the other does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..errors import ReadError
from . import syntax as s


class Ambiguous(ReadError):
    """The piece `node` may be read in two ways."""

    def __init__(self, text: str, node: s.Syntax, message: str, wanted: str) -> None:
        super().__init__(text, node.span, message, wanted)
        self.node = node


@dataclass(frozen=True, slots=True)
class Member:
    """x_i, a `kind` (matrix, vector or scalar) for each index from `low` to the size named `high`."""

    kind: str
    index: str
    low: int
    high: str


@dataclass(frozen=True, slots=True)
class Choices:
    """`entrywise`: for |x| of a vector, by the id of its node, whether it is the vector of absolute values.

    `members`: the undeclared names x whose x_i is a member of a family, not an entry of a vector.
    `diagonals`: diag(A) that is the diagonal matrix of the entries A_ii, not the vector, by the id of its node.
    `numbers`: the undeclared capitals that are numbers, as N of N x^T x.
    """

    entrywise: Mapping[int, bool] = field(default_factory=dict)
    members: Mapping[str, Member] = field(default_factory=dict)
    diagonals: frozenset[int] = frozenset()
    numbers: frozenset[str] = frozenset()

    def both(self, node: s.Syntax) -> list[Choices]:
        return [replace(self, entrywise={**self.entrywise, id(node): b}) for b in (True, False)]


NOTHING_CHOSEN = Choices()
MAX_CHOICES = 4
