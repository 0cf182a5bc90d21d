"""Reports: text, JSON, SARIF and Markdown say the same, and the command line returns what they say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from derive.cli import declarations, main
from derive.errors import BadInput
from derive.notes import Entry, Report, check_notes

GOOD = r"For $A \in \mathbb{R}^{n \times n}$: $\nabla_x x^\top A x = (A + A^\top) x$" + "\n"
BAD = GOOD + "\n" + r"$$\frac{\partial \operatorname{tr}(X)}{\partial X} = 2I$$" + "\n\n" + r"$\nabla_w L = 3$" + "\n"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    (tmp_path / "good.md").write_text(GOOD)
    (tmp_path / "bad.md").write_text(BAD)
    return tmp_path


def test_a_folder_is_checked_as_a_whole(notes: Path) -> None:
    report = check_notes(notes)
    assert 2 == report.files
    assert {"correct": 2, "wrong": 1, "skipped": 1} == {
        s: len(report.with_status(s)) for s in ("correct", "wrong", "skipped")
    }
    assert 0.75 == report.judged
    assert 1 == report.exit_code


def test_two_jobs_find_what_one_finds(notes: Path) -> None:
    assert check_notes(notes).claims == check_notes(notes, jobs=2).claims


def test_the_text_lists_wrong_and_skipped_claims_and_the_counts(notes: Path) -> None:
    text = check_notes(notes).text()
    assert "bad.md:3:3: wrong:" in text
    assert "skipped" in text and "not defined" in text
    assert "2 documents, 4 claims: 2 correct, 1 wrong, 0 inconclusive, 1 skipped; 75% read and judged" in text
    assert "good.md" not in text and "good.md" in check_notes(notes).text(everything=True)


def test_json_holds_everything(notes: Path) -> None:
    data = json.loads(check_notes(notes).json())
    assert {"files": 2, "claims": 4, "judged": 0.75, "correct": 2, "wrong": 1, "inconclusive": 0, "skipped": 1} == data[
        "summary"
    ]
    assert {"correct", "wrong", "skipped"} == {claim["status"] for claim in data["claims"]}


def test_sarif_has_a_result_for_each_wrong_claim_and_a_note_for_each_skipped_one(notes: Path) -> None:
    log = json.loads(check_notes(notes).sarif())
    assert "2.1.0" == log["version"] and "sarif-2.1.0" in log["$schema"]
    (run,) = log["runs"]
    (result,) = run["results"]
    assert "error" == result["level"] and 3 == result["locations"][0]["physicalLocation"]["region"]["startLine"]
    assert {result["ruleId"]} <= {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert "not defined" in note["message"]["text"]


def test_sarif_regions_of_notebooks_lie_in_the_file(tmp_path: Path) -> None:
    cell = {
        "cell_type": "markdown",
        "metadata": {},
        "id": "a",
        "source": ["Some text\n", "\n", r"$\nabla_x x^\top x = x$"],
    }
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1))
    report = check_notes(path)
    (entry,) = report.wrong
    assert (0, 3) == (entry.cell, entry.line)
    assert r"\\nabla_x" in path.read_text().splitlines()[entry.file_line - 1]
    region = json.loads(report.sarif())["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert entry.file_line == region["startLine"]


def test_markdown_is_a_table_and_a_list(notes: Path) -> None:
    text = check_notes(notes).markdown()
    assert "| place | claim | verdict | repair |" in text and "Skipped (1):" in text
    assert all(len(line.replace(r"\|", "").split("|")) == 6 for line in text.splitlines() if line.startswith("|"))


def test_a_file_that_cannot_be_used_is_listed_and_nothing_is_raised(tmp_path: Path) -> None:
    report = check_notes([tmp_path / "none.md"])
    assert 2 == report.exit_code and "No such file" in report.text()


def test_an_empty_report_has_judged_everything() -> None:
    assert 1.0 == Report().judged and 0 == Report().exit_code


def test_places_name_the_cell_of_a_notebook() -> None:
    assert "a.ipynb:cell 3:2:1" == Entry("a.ipynb", 2, 1, 2, "x", "correct", cell=3).place


# ------------------------------------------------------------------------------------------------- the command line

CALLS = [
    (["x^T A x", "x", "--where", "A: n x n; x: n", "--result"], 0, "A"),
    (["verify", "x^T A x", "x", "(A + A^T) x", "--where", "A: n x n", "--where", "x: n"], 0, "correct"),
    (["verify", "x^T A x", "x", "2 A x", "--where", "A: n x n; x: n"], 1, "wrong"),
]


@pytest.mark.parametrize(("argv", "code", "word"), CALLS)
def test_the_command_line_derives_and_verifies(
    capsys: pytest.CaptureFixture[str], argv: list[str], code: int, word: str
) -> None:
    assert code == main(argv)
    assert word in capsys.readouterr().out


@pytest.mark.parametrize("style", ["text", "json", "sarif", "markdown"])
def test_check_exits_with_1_when_something_is_wrong(
    notes: Path, capsys: pytest.CaptureFixture[str], style: str
) -> None:
    assert 1 == main(["check", str(notes), "--format", style])
    assert "bad.md" in capsys.readouterr().out
    assert 0 == main(["check", str(notes / "good.md"), "--format", style])


def test_check_writes_its_report_to_a_file(notes: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.sarif"
    assert 1 == main(["check", str(notes), "--format", "sarif", "--output", str(target)])
    assert "2.1.0" == json.loads(target.read_text())["version"]


UNUSABLE = [
    ["check", "nowhere.md"],
    ["x^T A", "x", "--where", "A n x n"],
    ["x^T (A", "x"],
]


@pytest.mark.parametrize("argv", UNUSABLE)
def test_unusable_input_exits_with_2_and_a_short_message(capsys: pytest.CaptureFixture[str], argv: list[str]) -> None:
    assert 2 == main(argv)
    error = capsys.readouterr().err
    assert error.startswith("derive: ") and "Traceback" not in error


def test_declarations_are_read_from_one_word_or_several() -> None:
    assert {"A": "n x n", "x": "n"} == declarations(["A: n x n; x: n"]) == declarations(["A: n x n", "x: n"])
    with pytest.raises(BadInput):
        declarations(["A"])
