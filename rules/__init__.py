"""The mathematics: rules as tables by topic. A row is an equation, its weakest condition and its source."""

from __future__ import annotations

from . import elementwise, matrices

RULES = (*elementwise.RULES, *matrices.RULES)
IDENTITIES = elementwise.IDENTITIES
