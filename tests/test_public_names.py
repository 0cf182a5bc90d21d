"""What `from derive import name` gives does not depend on what was imported before."""

from __future__ import annotations

import subprocess
import sys

import pytest

import derive

EVERY_MODULE_FIRST = """
import pkgutil, importlib, types, derive
for found in pkgutil.walk_packages(derive.__path__, "derive."):
    if not found.name.endswith("__main__"):
        importlib.import_module(found.name)
print([name for name in derive.__all__ if isinstance(getattr(derive, name), types.ModuleType)])
"""


def run(code: str) -> str:
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.strip()


def test_no_public_name_is_shadowed_by_the_module_it_lives_in() -> None:
    assert "[]" == run(EVERY_MODULE_FIRST)


def test_public_names_are_listed_once() -> None:
    assert sorted(set(derive.__all__)) == sorted(derive.__all__)


@pytest.mark.parametrize("name", sorted(set(derive.__all__)))
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(derive, name) is not None


def test_star_leaves_the_builtin_functions_alone() -> None:
    assert "6" == run("from derive import *\nprint(sum(k for k in (1, 2, 3)))")
    assert {"sum", "max", "min", "abs"} <= set(dir(derive))
