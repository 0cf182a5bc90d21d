"""derive: derivatives of expressions in vectors and matrices, in closed form, with reasons and a check."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from . import identities, latex, sympy_door, sympy_out, text  # noqa: F401 -- printing, SymPy and the identities come into play
from .algebra import inv
from .derivation import Derivation
from .errors import (
    BadInput,
    DeriveError,
    DomainError,
    NoClosedForm,
    NoRule,
    NotDifferentiable,
    ReadError,
    ShapeError,
    UnknownName,
)  # fmt: skip
from .functions import *  # noqa: F403 -- the functions are the public face
from .functions import __all__ as _functions
from .nodes import Function, Node
from .rule import Condition, Identity, Primary, Rule, d, invertible, nonzero, positive, tangent, variable
from .symbols import Family, declare, matrix, scalar, vector
from .verbs import derive, hessian

if TYPE_CHECKING:
    from .backpropagation import Backprop, backprop
    from .expansion import Taylor, differential, directional, hvp, taylor
    from .higher_order import HigherDerivation
    from .mixed_hessian import BlockHessian, MixedHessian
    from .modes import Accumulation, accumulation
    from .moments import expectation
    from .notes import Report, check_notes
    from .second_order import Hessian
    from .stacking import matrix_form, sum_form
    from .step_record import Step
    from .verdict import Verdict, verify

# Loaded at first use, so that `import derive` costs little more than `import sympy`.
_LAZY = {
    "matrix_form": "stacking", "sum_form": "stacking", "Accumulation": "modes", "accumulation": "modes",
    "Backprop": "backpropagation", "backprop": "backpropagation", "BlockHessian": "mixed_hessian",
    "Hessian": "second_order", "MixedHessian": "mixed_hessian", "Report": "notes",
    "check_notes": "notes", "differential": "expansion", "directional": "expansion",
    "expectation": "moments", "HigherDerivation": "higher_order", "hvp": "expansion",
    "taylor": "expansion", "Taylor": "expansion", "Step": "step_record", "Verdict": "verdict", "verify": "verdict",
}  # fmt: skip

__all__ = [
    "Accumulation", "BadInput", "Backprop", "BlockHessian", "Condition", "Derivation", "DeriveError", "DomainError",
    "Family", "Function", "Hessian", "HigherDerivation", "accumulation",
    "Identity", "MixedHessian", "NoClosedForm", "NoRule", "Node", "NotDifferentiable", "Primary", "ReadError", "Report",
    "Rule",
    "ShapeError", "Step", "Taylor", "UnknownName", "Verdict", "backprop", "check_notes", "d", "declare", "derive",
    "differential", "directional", "expectation", "hessian", "hvp", "inv", "invertible", "matrix", "matrix_form",
    "nonzero", "positive", "scalar", "sum_form", "tangent", "taylor", "variable", "vector", "verify",
    *(f for f in _functions if f not in ("abs", "max", "min", "sum")),  # `import *` leaves Python's own alone
]  # fmt: skip


def __getattr__(name: str) -> Any:
    module = _LAZY.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{module}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*__all__, *_functions})
