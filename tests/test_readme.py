"""What the pages show is run: every Python block, every command, and what they print is compared."""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = ["README.md", "CONTRIBUTING.md"]
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def blocks(page: str) -> list[tuple[str, int, str]]:
    """The python and console blocks of a page: kind, first line, text."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.finditer(r"^```(python|console)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return [(match[1], text[: match.start(2)].count("\n") + 1, match[2]) for match in found]


@pytest.mark.parametrize("page", PAGES)
def test_the_blocks_of_a_page_run_and_show_what_they_say(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The blocks of a page share their names and their folder, as a reader would type them one after another."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": page}
    failures: list[str] = []
    assert blocks(page), f"{page} has no block to run"
    for kind, line, source in blocks(page):
        if kind == "console":
            failures += run_commands(source)
        elif ">>>" in source:
            failures += run_session(source, names, page, line)
        else:
            exec(compile("\n" * (line - 1) + source, page, "exec"), names)
    assert not failures, "\n".join(failures)


def run_session(source: str, names: dict[str, object], page: str, line: int) -> list[str]:
    """Run `>>>` lines; the failures as doctest tells them."""
    failures: list[str] = []
    test = doctest.DocTestParser().get_doctest(source, names, page, page, line - 1)
    doctest.DocTestRunner(optionflags=FLAGS, verbose=False).run(test, out=failures.append, clear_globs=False)
    names.update(test.globs)
    return failures


def run_commands(source: str) -> list[str]:
    """Run `$ derive ...` lines; what they print must stand under them."""
    failures = []
    for command, wanted in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", source, re.MULTILINE):
        program, *words = shlex.split(command)
        assert program == "derive", f"no way to run {command}"
        finished = subprocess.run(
            [Path(sys.executable).with_name("derive"), *words], capture_output=True, text=True, check=False
        )
        if not doctest.OutputChecker().check_output(wanted, finished.stdout, FLAGS):
            failures.append(f"$ {command}\nwanted:\n{wanted}\nfound:\n{finished.stdout}{finished.stderr}")
    return failures


def test_the_readme_names_the_two_commands_of_the_makefile() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in ("demo", "test"):
        assert re.search(rf"^make {command}\b", readme, re.MULTILINE)
        assert re.search(rf"^{command}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("page", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_links_inside_the_repository_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    assert [] == [link for link in links if not (ROOT / link).exists()]
