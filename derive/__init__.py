"""derive: derivatives of expressions in vectors and matrices, in closed form, with reasons and a check."""

from __future__ import annotations

from . import identities, latex, sympy_door, sympy_out, text  # noqa: F401 -- printing, SymPy and the identities come into play
from .derivation import Derivation, derive
from .errors import (
    BadInput, DeriveError, DomainError, NoClosedForm, NoRule, NotDifferentiable, ReadError, ShapeError, UnknownName,
)  # fmt: skip
from .algebra import inv
from .functions import *  # noqa: F403 -- the functions are the public face
from .nodes import Function, Node
from .rule import Condition, Identity, Primary, Rule, d, invertible, positive, tangent, variable
from .symbols import Family, declare, matrix, scalar, vector
from .hessian import Hessian, hessian
from .verify import Verdict, verify
