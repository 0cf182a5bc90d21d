"""The book of rules: which row differentiates which function. The one file that knows where the tables lie."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from .errors import BadInput, NoRule, NotDifferentiable
from .nodes import Node
from .rule import Primary, Rule

Row = Rule | Primary


@dataclass(frozen=True, slots=True)
class Book:
    """Rows by the name of the function whose differential they give."""

    rows: dict[str, Row]

    def __hash__(self) -> int:
        return id(self)

    def row(self, node: Node) -> Row:
        """The row for a call; an error that names the function where there is none."""
        found = self.rows.get(node.fn.name)
        if found is None:
            if not node.fn.differentiable:
                raise NotDifferentiable(f"{node.fn.name} is not differentiable, in {node}")
            raise NoRule(f"no rule for d({node}); add a row to rules/ or pass rules=")
        return found

    def extended(self, rows: Iterable[Row]) -> Book:
        """This book with more rows; a later row for the same function wins."""
        more = dict(self.rows)
        for r in [rows] if isinstance(rows, Rule | Primary) else rows:
            if not isinstance(r, Rule | Primary):
                raise BadInput(f"rules= wants rows such as Rule(name, d(f(Y)), ...), found {r!r}")
            more[r.function.name] = r
        return Book(more)


@lru_cache(maxsize=1)
def standard_book() -> Book:
    """The book that ships with the package."""
    return Book({row.function.name: row for row in _tables().RULES})


def identities() -> tuple[object, ...]:
    """The identities between elementwise functions that ship with the package."""
    return tuple(getattr(_tables(), "IDENTITIES", ()))  # none yet while the tables themselves load


@lru_cache(maxsize=1)
def _tables() -> ModuleType:
    name = f"{__package__}.rules"
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
    # A checkout that is on the path but not installed: rules/ lies beside derive/.
    folder = Path(__file__).resolve().parent.parent / "rules"
    spec = spec_from_file_location(name, folder / "__init__.py", submodule_search_locations=[str(folder)])
    if spec is None or spec.loader is None:
        raise BadInput("the tables of rules are missing from this installation")
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
