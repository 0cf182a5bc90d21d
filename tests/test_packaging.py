"""What is installed is what lies here: every subpackage listed, the versions bounded."""

from __future__ import annotations

import importlib
import importlib.metadata
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def packages_on_disk() -> list[str]:
    """Folders with an __init__.py under derive/ and rules/, by the names they are installed under."""
    found = []
    for folder, name in (("derive", "derive"), ("rules", "derive.rules")):
        for init in (ROOT / folder).rglob("__init__.py"):
            found.append(".".join((name, *init.parent.relative_to(ROOT / folder).parts)))
    return sorted(found)


def test_every_package_is_listed_for_the_wheel() -> None:
    assert packages_on_disk() == sorted(PROJECT["tool"]["setuptools"]["packages"])


def test_rules_are_importable_as_derive_rules() -> None:
    assert ROOT / "rules" == Path(str(importlib.import_module("derive.rules").__file__)).resolve().parent


def test_installed_metadata_is_that_of_pyproject() -> None:
    assert PROJECT["project"]["version"] == importlib.metadata.version("matrix-derive")


def test_constraints_are_plain_versions() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [] == [line for line in lines if not line.startswith("#") and ("==" not in line or "/" in line)]
