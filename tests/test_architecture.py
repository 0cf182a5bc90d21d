"""The arrow of ARCHITECTURE.md is the code's: a file of derive/ imports only from its left."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DERIVE, RULES = ROOT / "derive", ROOT / "rules"
MACHINERY = sorted(path for path in DERIVE.rglob("*.py") if path != DERIVE / "__init__.py")
FILES = [*MACHINERY, *sorted(RULES.rglob("*.py"))]


def arrow() -> list[str]:
    """The names between `->` in the block under "The arrow", left to right; `read/` is a folder."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    block = re.search(r"## The arrow\n.*?```\n(.*?)```", text, re.DOTALL)
    assert block, "ARCHITECTURE.md has no block under '## The arrow'"
    return [name for line in block[1].splitlines() for name in re.findall(r"[\w/]+", line.split("#")[0])]


def installed(path: Path) -> Path:
    """Where a file lies once installed: rules/core.py is derive/rules/core.py."""
    return Path("derive") / path.relative_to(ROOT if path.is_relative_to(RULES) else DERIVE)


def place(path: Path) -> str:
    """The arrow's name of a file: `nodes` for derive/nodes.py, `read/` for all of derive/read/, `rules/` for rules/."""
    inner = installed(path).parts[1:]
    return inner[0].removesuffix(".py") if len(inner) == 1 else inner[0] + "/"


def imported(path: Path) -> set[str]:
    """The places of derive/ that a file imports, at its top or inside a function, but not for types only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {id(inner) for node in ast.walk(tree) if is_type_checking(node) for inner in ast.walk(node)}
    package = list(installed(path).parts[:-1])
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found |= {f"{module}.{alias.name}" for alias in node.names}
    return {target for name in found if (target := target_place(name))}


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def target_place(name: str) -> str | None:
    """`derive.nodes.Node` -> `nodes`; `derive.read.parser` -> `read/`; None for what is not of derive/."""
    parts = name.split(".")
    if parts[0] != "derive" or len(parts) < 2:
        return None
    if (DERIVE / parts[1]).is_dir() or parts[1] == "rules":
        return parts[1] + "/"
    return parts[1] if (DERIVE / f"{parts[1]}.py").exists() else "__init__"


def test_the_arrow_names_every_file_once() -> None:
    assert sorted({place(path) for path in FILES}) == sorted(arrow())


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(installed(path)))
def test_a_file_imports_only_from_its_left(path: Path) -> None:
    order = arrow()
    here = place(path)
    if here not in order:
        pytest.fail(f"{here} is missing in the arrow of ARCHITECTURE.md")
    allowed = {here, *order[: order.index(here)]}
    if here == order[-1]:
        allowed.add("__init__")  # the command line calls what a person calls
    assert set() == imported(path) - allowed


def test_only_one_file_knows_the_rules_folder() -> None:
    assert ["book.py"] == [path.name for path in MACHINERY if "rules/" in imported(path) or names_the_rules(path)]


def names_the_rules(path: Path) -> bool:
    """True where a string of the file is a dotted name that ends in `.rules`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return any(isinstance(text, str) and text.endswith(".rules") for text in texts)
