"""The command line: what `derive F X` prints."""

from __future__ import annotations

import pytest

from derive.cli import main


@pytest.mark.parametrize(("options", "wanted"), [
    ([],                     "(A + A.T)*x\n"),
    (["--format", "latex"],  "\\left(A + A^\\top\\right) x\n"),
])  # fmt: skip
def test_the_result_alone_is_printed_in_the_format_asked_for(
    options: list[str], wanted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 0 == main(["x^T A x", "x", "--where", "A: n x n; x: n", "--result", *options])
    assert wanted == capsys.readouterr().out


@pytest.mark.parametrize(("words", "code"), [
    ([r"\frac{\partial x^\top A x}{\partial x} = (A + A^\top) x"],   0),
    ([r"\frac{\partial x^\top A x}{\partial x} = 2 A x"],             1),
    (["x^T A x", "x", "A + A^T", "--order", "2"],                    0),
    (["x^T A x", "x", "2A", "--order", "2"],                         1),
    (["x^T A x", "x", "2A", "--order", "7"],                         2),
    (["x^T A x", "x"],                                               2),
])  # fmt: skip
def test_verify_takes_an_equation_or_a_claim_of_an_order(words: list[str], code: int) -> None:
    assert code == main(["verify", *words, "--where", "A: n x n; x: n"])
