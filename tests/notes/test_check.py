"""Small documents, read and judged as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive.notes import Report, check_notes


def report_of(tmp_path: Path, text: str, name: str = "a.md") -> Report:
    path = tmp_path / name
    path.write_text(text)
    return check_notes(path)


def statuses(report: Report) -> str:
    return " ".join(entry.status for entry in report.claims)


RIGHT_OR_WRONG = [
    # shapes: declared, by convention, in words
    (r"For $A \in \mathbb{R}^{n \times n}$: $\nabla_x x^\top A x = (A + A^\top) x$.", "correct"),
    (r"For $A \in \mathbb{R}^{n \times n}$: $\nabla_x x^\top A x = 2 A x$.", "wrong"),
    (r"Let $A$ be a symmetric $n \times n$ matrix: $\nabla_x x^\top A x = 2 A x$.", "correct"),
    (r"Let $A$ be symmetric. $\nabla_\mathbf{x} \mathbf{x}^\top A \mathbf{x} = 2 A \mathbf{x}$", "correct"),
    (r"$\frac{\partial}{\partial \mathbf{X}} \operatorname{tr}(\mathbf{AX}) = \mathbf{A}^\top$", "correct"),
    (r"$\frac{\partial \log\det X}{\partial X} = 2X^{-\top}$", "wrong"),
    (r"for a vector $b$ and a vector $x$: $\frac{\partial b^\top x}{\partial x} = b$", "correct"),
    # definitions that stand earlier, or soon after
    (r"Let $L = \|Xw - y\|^2$. Then $\nabla_w L = 2X^\top(Xw - y)$.", "correct"),
    (r"Let $L = \|Xw - y\|^2$. Then $\nabla_w L = 2X^\top(y - Xw)$.", "wrong"),
    (r"$L = r^\top r$ with $r = Xw - y$, so $\nabla_w L = 2X^\top r$.", "correct"),
    (r"$\nabla_w L = 2X^\top r$ for $L = r^\top r$, where $r = Xw - y$.", "correct"),
    (r"$f(x) = x^3 - x$ has $f'(x) = 3x^2 - 1$ and $f''(x) = 6x$", "correct correct"),
    (r"$f(x) = x^3$, hence $f'(2) = 12$ and $f'(1) = 4$", "correct wrong"),
    # chains: every link is a claim
    (r"$$\begin{aligned} \nabla_w \|Xw - y\|^2 &= 2X^\top(Xw - y) \\ &= 2X^\top X w - 2X^\top y \\ &= 2X^\top X w"
     r" - X^\top y \end{aligned}$$", "correct correct wrong"),
    (r"$$\frac{d}{dx} [3 x^2 - 4x] = 3 \frac{d}{dx} x^2 - 4 \frac{d}{dx} x = 6x - 4$$", "correct correct"),
    (r"$$\nabla_{\mathbf{x}} \|\mathbf{x}\|^2 = \nabla_{\mathbf{x}} \mathbf{x}^\top \mathbf{x} = 2\mathbf{x}$$",
     "correct correct"),
    # several variables
    (r"$f(x, y) = \log(e^x + e^y)$ with $\nabla f(x, y) = \left[\frac{e^x}{e^x+e^y}, \frac{e^y}{e^x+e^y}\right]$",
     "correct"),
    (r"$f(x, y) = x^2 y$, $\nabla f(x, y) = \begin{pmatrix} 2xy \\ x^2 \end{pmatrix}$, "
     r"$\mathbf{H} f(x, y) = \begin{pmatrix} 2y & 2x \\ 2x & 0 \end{pmatrix}$", "correct correct"),
    (r"$f(x, y) = x^2 y$, $\nabla f(x, y) = \begin{pmatrix} 2xy \\ 2x \end{pmatrix}$", "wrong"),
    # the chain rule through what the text leaves open
    (r"With $\mathbf{Z} = \mathbf{X}\mathbf{Y}$: $\frac{\partial L}{\partial \mathbf{X}} = \frac{\partial L}{\partial "
     r"\mathbf{Z}} \mathbf{Y}^\top$, $\frac{\partial L}{\partial \mathbf{Y}} = \frac{\partial L}{\partial \mathbf{Z}} "
     r"\mathbf{X}^\top$", "correct wrong"),
    (r"$\mathbf{h} = \phi(\mathbf{z})$, $J = \mathbf{c}^\top \mathbf{h}$ and $\frac{\partial J}{\partial \mathbf{z}} = "
     r"\mathbf{c} \odot \phi'(\mathbf{z})$", "correct"),
    (r"$y = f(u)$, $u = g(x)$, so $\frac{dy}{dx} = \frac{dy}{du} \frac{du}{dx}$ but $\frac{dy}{dx} = \frac{dy}{du}$",
     "correct wrong"),
    # directions and differentials
    (r"$S(x) = \langle x, x \rangle$ for $x \in \mathbb{R}^n$; $d S(x) \cdot v = 2 \langle x, v \rangle$, "
     r"$d S(x) \cdot v = \langle x, v \rangle$", "correct wrong"),
    (r"$\mathrm{d} \log\det X = \operatorname{tr}(X^{-1} \mathrm{d}X)$", "correct"),
    # entries
    (r"For $x \in \mathbb{R}^n$: $\frac{\partial}{\partial x_1} \|x\|_2 = \frac{x_1}{\|x\|_2}$ and "
     r"$\frac{\partial \|x\|_2}{\partial x_1} = 2 x_1$", "correct wrong"),
    (r"$\frac{d}{du_1} (u_1^2 + u_2^2 + \cdots + u_n^2) = 2u_1$", "correct"),
    # families of samples, and displays that go on
    (r"$J(w) = \frac{1}{2m} \sum_{i=1}^{m} (w^T x^{(i)} - y^{(i)})^2$, $$\nabla_w J(w) = \frac{1}{m} \sum_{i=1}^{m} "
     r"(w^T x^{(i)} - y^{(i)}) x^{(i)}$$", "correct"),
    (r"$L = \sum_{i=1}^n (y_i - \mathbf{w}^\top \mathbf{x}_i)^2$, $\frac{\partial L}{\partial \mathbf{w}} = "
     r"-2 \sum_{i=1}^n (y_i - \mathbf{w}^\top \mathbf{x}_i) \mathbf{x}_i$", "correct"),
    ("$$\\frac{d}{dx} \\frac{1}{1 + e^{-x}}$$\n\n$$= \\frac{e^{-x}}{(1 + e^{-x})^2}$$\n\n$$= e^{-x}$$",
     "correct wrong"),
    # the last definition before the claim, row by row
    (r"$$\begin{aligned} f(x) &= x^2, & \frac{df}{dx} &= 2x \\ f(x) &= x^3, & \frac{df}{dx} &= 3x^2 \end{aligned}$$",
     "correct correct"),
    (r"$J = (X\theta - Y)^T (X\theta - Y)$, $\theta = (\theta_0, \ldots, \theta_n)^T$, $\frac{\partial J}{\partial "
     r"\theta} = 2X^T X\theta - 2X^T Y$", "correct"),
    # gradients with names, transposed variables, rates, entries of what is defined
    (r"$z = Wx + b$, $\delta = \frac{\partial J}{\partial z}$; $\frac{\partial J}{\partial W} = \delta x^T$, "
     r"$\frac{\partial J}{\partial x} = W\delta$, $\frac{\partial J}{\partial b} = \delta$", "correct wrong correct"),
    (r"$\nabla_{A^T} \operatorname{tr}(ABA^TC) = BA^TC + B^TA^TC^T$", "correct"),
    (r"$$\frac{\partial (X^{-1})}{\partial t} = -X^{-1} \frac{\partial X}{\partial t} X^{-1} \quad "
     r"\frac{d}{dt} (x^T A x) = \dot{x}^T A x$$", "correct wrong"),
    (r"$p = \operatorname{softmax}(z)$ for $z \in \mathbb{R}^K$: $\frac{\partial p_i}{\partial z_j} = "
     r"p_i(\delta_{ij} - p_j)$, $\frac{\partial p_i}{\partial z_j} = p_i(\delta_{ij} + p_j)$", "correct wrong"),
    (r"$\frac{\partial}{\partial x_j} \|Ax - b\|^2 = 2 \sum_i A_{ij} (Ax - b)_i$", "correct"),
    (r"Let $s = \sigma(x)$ be the logistic function: $\frac{ds}{dx} = s(1-s)$.", "correct"),
    (r"$f(x) = \frac{1}{2} x^\top Q x$ with symmetric $Q$: $\nabla f(x) = Qx$", "correct"),
    (r"$s_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$, $\frac{\partial s_i}{\partial z_i} = s_i (1 - s_i)$, "
     r"$\frac{\partial s_i}{\partial z_j} = -s_i s_j$, $\frac{\partial s_i}{\partial z_j} = s_i s_j$",
     "correct correct wrong"),
    # sums over several terms, densities, models with noise, covariances
    (r"$\ell(\beta) = \sum_{i=1}^n y_i \log \sigma(x_i \beta) + (1-y_i) \log (1 - \sigma(x_i \beta))$, "
     r"$\frac{\partial \ell}{\partial \beta} = \sum_{i=1}^n (y_i - \sigma(x_i \beta)) x_i$", "correct"),
    (r"$\log p(y) = -\frac12 y^\top K^{-1} y - \frac12 \log |K|$, $\frac{\partial}{\partial \theta_j} \log p(y) = "
     r"\frac12 y^\top K^{-1} \frac{\partial K}{\partial \theta_j} K^{-1} y - \frac12 \operatorname{tr}\left(K^{-1} "
     r"\frac{\partial K}{\partial \theta_j}\right)$", "correct"),
    (r"$y = X\beta + \varepsilon$, $S(\beta) = (y - X\beta)^\top (y - X\beta)$, "
     r"$\frac{\partial S}{\partial \beta} = -2X^\top y + 2X^\top X\beta$", "correct"),
    (r"$\nabla_{\mathbf{x}} \left(\mathbf{x}^\top \Sigma^{-1} \mathbf{x}\right) = 2 \Sigma^{-1} \mathbf{x}$",
     "correct"),
    (r"If $y = Ax$ where $A$ is $m \times n$, fine. Now $f(x) = x^\top A x$ where $A$ is symmetric: "
     r"$\nabla f(x) = 2Ax$, $\nabla f(x) = Ax$", "correct skipped"),
    (r"$\mathbf{y} = \mathbf{A} \mathbf{x}$ and $\alpha = \mathbf{y}^\top \mathbf{A} \mathbf{x}$: "
     r"$\frac{\partial \alpha}{\partial \mathbf{x}} = \mathbf{y}^\top \mathbf{A}$", "inconclusive"),
    # mixed derivatives, points, the only variable there is
    (r"$f(x, y) = x^2 y + y^3$, $\frac{\partial^2 f}{\partial x \partial y} = 2x$, $\nabla f(1, 2) = (4, 13)$, "
     r"$\nabla f(1, 2) = (4, 12)$", "correct correct wrong"),
    (r"$\nabla \|\mathbf{x}\|_2 = \mathbf{x} / \|\mathbf{x}\|_2$", "correct"),
    # rows after a condition
    (r"$$\nabla_{\mathbf{w}} (\mathbf{w}^\top \mathbf{A} \mathbf{w} - 2 \mathbf{b}^\top \mathbf{w}) = 0 \\ "
     r"(\mathbf{A} + \mathbf{A}^\top) \mathbf{w} - 2 \mathbf{b} = 0 \\ "
     r"\mathbf{w}^\top (\mathbf{A} + \mathbf{A}^\top) - 2 \mathbf{b} = 0$$", "correct wrong"),
    # samples in transposed brackets are vectors, in numbered lists too
    (r"$f = \sum_{i=1}^N (x_i - \mu)^\top (x_i - \mu)$, $\frac{\partial f}{\partial \mu} = -2\sum_{i=1}^N (x_i - \mu)$",
     "correct"),
    (r"Let $x_1, \dots, x_N \in \mathbb{R}^d$, with $\Sigma$ positive definite. $$\ell(\mu) = \sum_{i=1}^N "
     r"(x_i - \mu)^\top \Sigma^{-1} (x_i - \mu)$$ $$\frac{\partial \ell}{\partial \mu} = -2 \sum_{i=1}^N \Sigma^{-1} "
     r"(x_i - \mu)$$ $$\frac{\partial \ell}{\partial \mu} = -2 \sum_{i=1}^N (x_i - \mu) \Sigma^{-1}$$",
     "correct wrong"),
    # numbered coefficients are numbers
    (r"$J = \sum_{i=1}^m (\theta_0 + \theta_1 x_i - y_i)^2$, $\frac{\partial J}{\partial \theta_1} = 2\sum_{i=1}^m "
     r"(\theta_0 + \theta_1 x_i - y_i) x_i$, $\frac{\partial J}{\partial \theta_0} = \sum_{i=1}^m (\theta_0 + "
     r"\theta_1 x_i - y_i)$", "correct wrong"),
    # the j of a sum is not the j of the variable
    (r"$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$, $\frac{\partial p_i}{\partial z_j} = p_i(\delta_{ij} - p_j)$, "
     r"$\frac{\partial p_i}{\partial z_j} = p_i(\delta_{ij} + p_j)$", "correct wrong"),
    # a matrix is symmetric where its definition is, labels of a logistic loss are signs, one letter is one number
    (r"$S = \sum_{i=1}^N (x_i - m)(x_i - m)^\top$, $J(u) = u^\top S u$ for a vector $u$: $\nabla J(u) = 2Su$, "
     r"$\nabla J(u) = Su$", "correct wrong"),
    (r"$\mathbf{x}_i \in \mathbb{R}^d$, $L(\mathbf{w}) = \sum_{i=1}^N \log(1 + \exp(-y_i \mathbf{w}^\top "
     r"\mathbf{x}_i))$, $\nabla^2 L(\mathbf{w}) = \sum_{i=1}^N \sigma(y_i \mathbf{w}^\top \mathbf{x}_i) "
     r"(1 - \sigma(y_i \mathbf{w}^\top \mathbf{x}_i)) \mathbf{x}_i \mathbf{x}_i^\top$", "correct"),
    (r"Let $x \in \mathbb{R}^d$. $\frac{d}{dx} \tanh(x) = 1 - \tanh^2(x)$, $\frac{d}{dx} \tanh(x) = 1 + \tanh^2(x)$, "
     r"$\frac{d}{dx} \tanh(x) = \operatorname{sech}^2(x)$", "correct wrong correct"),
    (r"$\hat\mathbf{y} = \mathbf{W}\mathbf{x}$, $C = \frac12\|\hat\mathbf{y} - \mathbf{t}\|^2$: "
     r"$\frac{\partial C}{\partial \mathbf{W}} = (\hat\mathbf{y} - \mathbf{t})\mathbf{x}^\top$", "correct"),
    # unknown functions are any functions, and two of them are two
    (r"$z = Wx + b$, $a = \phi(z)$, $c = \psi(Va)$, $L = \frac12\|c - t\|^2$, $\frac{\partial L}{\partial W} = (V^T((c "
     r"- t) \odot \psi'(Va)) \odot \phi'(z)) x^T$, $\frac{\partial L}{\partial W} = (V^T((c - t) \odot \phi'(Va)) "
     r"\odot \psi'(z)) x^T$", "correct wrong"),
    (r"$\sigma'(z) = \sigma(z) (1 - \sigma(z))$, $\sigma'(z) = \sigma(z) (1 + \sigma(z))$", "correct wrong"),
    (r"$a = \sigma(Wx + b)$, $L = \frac12\|a - t\|^2$, $\nabla_b L = (a - t) \odot \sigma'(Wx + b)$, "
     r"$\nabla_b L = (a - t) \odot a \odot (1 - a)$, $\nabla_b L = (a - t) \odot a$",
     "correct correct wrong"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), RIGHT_OR_WRONG)
def test_a_document_is_judged(tmp_path: Path, text: str, expected: str) -> None:
    report = report_of(tmp_path, text)
    assert expected == statuses(report), report.text(everything=True)


def test_a_definition_of_another_section_is_no_ground_for_wrong(tmp_path: Path) -> None:
    text = "# One\n$L = \\sin(x) + x^3$\n# Two\n$\\frac{\\partial L}{\\partial x} = 2x$\n"
    assert "inconclusive" == statuses(report_of(tmp_path, text))
    assert "wrong" == statuses(report_of(tmp_path, text.replace("# Two", "")))


SKIPPED = [
    (r"$\nabla_w L = 2X^\top r$", "not defined"),
    (r"$\nabla f(x) = 2x$", "which variable"),
    (r"$\frac{\partial x^2}{\partial x} = \operatorname{mystery}(x, x)$", ""),
    (r"$\frac{d}{dx} (x^2) = x + \cdots + x$", "dots"),
    (r"$J = p^2$ and $\frac{\partial J}{\partial w} = 2pw$", "does not depend"),
    (r"$J(w) = \sum_{i=1}^m (w^\top x^{(i)} - y^{(i)})^2$, $\nabla_w J = 2 X^\top \cdot (Xw - y)$", "has to do"),
    (r"$f(u, v) = uv$, $u(a) = a^2$ and $\frac{\partial f}{\partial y} = \frac{\partial f}{\partial a} "
     r"\frac{\partial a}{\partial y}$", "does not depend"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), SKIPPED)
def test_what_cannot_be_read_is_skipped_with_a_reason(tmp_path: Path, text: str, reason: str) -> None:
    report = report_of(tmp_path, text)
    assert ["skipped"] == [entry.status for entry in report.claims]
    assert report.claims[0].reason and reason in report.claims[0].reason


NO_ALARM = [
    r"$\nabla f(x) = 0$ at a minimum of $f(x) = x^2 + x$.",
    r"$f(x) = e^x$; at a point like $0$ we see $f(x) = 1$ and $f'(x) = 1$.",
    r"$w \leftarrow w - \eta \nabla_w L(w)$ and $w = w - \eta \nabla_w L(w)$",
    r"$b = (w + x)^2$ was used above. Now $\frac{d}{dx} (bx) = b$.",
    r"$f'(x) = \lim_{h \to 0} \frac{f(x+h) - f(x)}{h}$ for $f(x) = x^2$",
    r"$y = f(x_1, x_2)$, $\frac{\partial y}{\partial x_i} = \frac{\partial f}{\partial x_i} = f_{x_i} = \partial_i f$",
    r"$f(x) = x^2$ and $\frac{df}{dx} = v$",
    r"$J = \frac{1}{2} x^2$, $L = y^2$; then $\frac{\partial L}{\partial \lambda} = 0$",
    r"$\frac{dN}{dt} = -\lambda N$, $\nabla \cdot \mathbf{E} = \rho$ and $dW = \delta x$",
    r"$u = x = 1$, so $\frac{d}{dx} x^2 = 2x$",
]


@pytest.mark.parametrize("text", NO_ALARM)
def test_there_is_no_false_alarm(tmp_path: Path, text: str) -> None:
    report = report_of(tmp_path, text)
    assert [] == report.wrong, report.text()


def test_a_wrong_claim_comes_with_its_place_diagnosis_and_repair(tmp_path: Path) -> None:
    said = r"For $A \in \mathbb{R}^{n \times n}$ and $x \in \mathbb{R}^n$"
    text = f"# Notes\n\n{said}\n$$\n" + r"\nabla_x x^\top A x = 2 A x" + "\n$$\n"
    (entry,) = report_of(tmp_path, text).wrong
    assert (5, 1) == (entry.line, entry.column)
    assert "assumes-symmetric" == entry.kind
    assert "A" in entry.repaired and "x" in entry.repaired
    assert entry.place.endswith("a.md:5:1")


MENDED = [
    (r"$s_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$, $\frac{\partial s_i}{\partial z_j} = s_i(\delta_{ij} + s_j)$",
     "sign", r"s_i(\delta_{ij} - s_j)"),
    (r"$s_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$, $\frac{\partial s_i}{\partial z_j} = s_i s_j$", "sign", r"- s_i s_j"),
    (r"$f = \mathbf{x}^\top \mathbf{A} \mathbf{y}$, $\frac{\partial f}{\partial x_k} = \sum_j A_{jk} y_j$",
     "missing-transpose", r"\sum_j A_{kj} y_j"),
    (r"$f = \mathbf{x}^\top \mathbf{x}$, $\frac{\partial f}{\partial x_k} = x_k$", "factor", r"2 x_k"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "repaired"), MENDED)
def test_a_claim_by_entries_is_mended_in_its_own_indices(tmp_path: Path, text: str, kind: str, repaired: str) -> None:
    (entry,) = report_of(tmp_path, text).wrong
    assert (kind, repaired.replace(" ", "")) == (entry.kind, entry.repaired.replace(" ", ""))


def test_an_unknown_function_is_shown_by_its_own_name(tmp_path: Path) -> None:
    text = r"$a = \phi(Wx)$, $L = \|a\|^2$, $\phi'(0) \leq 1$; $\frac{\partial L}{\partial W} = 2a x^\top$"
    (entry,) = report_of(tmp_path, text).wrong
    assert r"\phi'\left(W x\right)" in entry.repaired
    assert "softplus" not in entry.repaired + entry.message + entry.reading


def test_a_document_of_which_nothing_could_be_judged_is_unusable(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(r"$\frac{d}{dx} x^2 = 2x$")

    def broken(*_: object) -> object:
        raise MemoryError("no room")

    report = check_notes(path, verify=broken)  # type: ignore[arg-type]
    assert 2 == report.exit_code
    assert "internal error" in report.text()


def test_definitions_that_go_in_a_circle_are_no_internal_error(tmp_path: Path) -> None:
    text = (r"$z = W\phi(z)$, $W = \phi(W)$, $\phi = z$, $t_i = t_j + W$, "
            r"$\frac{\partial L}{\partial W} = (z - t_k) \odot \phi'(z)$")  # fmt: skip
    assert "internal" not in report_of(tmp_path, text).text(everything=True)


def test_an_index_outside_of_its_sum_is_a_letter_like_others(tmp_path: Path) -> None:
    text = r"$J = \sum_{i=1}^m (a + b x_i - y_i)^2$, $\frac{\partial J}{\partial b} = i$"
    assert "wrong" == statuses(report_of(tmp_path, text))


def test_a_link_of_a_chain_stands_in_its_own_line(tmp_path: Path) -> None:
    text = "\\begin{align}\n\\nabla_x x^\\top x &= 2x \\\\\n &= x\n\\end{align}\n"
    report = report_of(tmp_path, text, "a.tex")
    assert [(2, "correct"), (3, "wrong")] == [(e.line, e.status) for e in report.claims]


def test_an_assumed_shape_is_said(tmp_path: Path) -> None:
    (entry,) = report_of(tmp_path, r"$\nabla_{\mathbf{x}} \mathbf{b}^\top \mathbf{x} = \mathbf{b}$").claims
    assert any("not declared" in said for said in entry.assumptions)


def test_macros_of_the_document_are_used(tmp_path: Path) -> None:
    text = r"""\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}\newcommand{\matr}[1]{\mathbf{#1}}
    \begin{document} $\pd{\operatorname{tr}(\matr{A}\matr{X})}{\matr{X}} = \matr{A}^\top$ \end{document}"""
    assert "correct" == statuses(report_of(tmp_path, text, "a.tex"))


SAMPLES = r"""Let $x^{(i)}\in\mathbb{R}^n$ for $i=1,\dots,m$, $y^{(i)}\in\mathbb{R}$, $\theta\in\mathbb{R}^n$.
Let $J(\theta)=\sum_{i=1}^m(\theta^Tx^{(i)}-y^{(i)})^2$. Then $$\nabla_\theta %s$$
"""


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (r"J(\theta) = 2\sum_{i=1}^m (\theta^Tx^{(i)}-y^{(i)})x^{(i)}", "correct"),
        (r"J(\theta) = \frac2m\left(\sum_{i=1}^m (\theta^Tx^{(i)}-y^{(i)})\right)\sum_{i=1}^m x^{(i)}", "wrong"),
        (r"^2 J(\theta) = \frac2m\left(\sum_{i=1}^m x^{(i)}\right)\left(\sum_{i=1}^m x^{(i)}\right)^T", "wrong"),
        (r"^2 J(\theta) = 2\sum_{i=1}^m x^{(i)} (x^{(i)})^T", "correct"),
    ],
)
def test_no_guess_makes_an_index_a_vector(tmp_path: Path, claim: str, expected: str) -> None:
    report = report_of(tmp_path, SAMPLES % claim)
    assert expected == statuses(report), report.text(everything=True)


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (r"\frac{\partial \log\sigma^2}{\partial\sigma^2} = \frac{1}{\sigma^2}", "correct"),
        (r"\frac{\partial}{\partial\sigma^2}\left(-\frac n2\log\sigma^2\right) = -\frac{n}{2\sigma^2}", "correct"),
        (r"\frac{\partial}{\partial\sigma^2}\left(-\frac n2\log\sigma^2\right) = -\frac{n}{\sigma^2}", "wrong"),
        (r"\frac{\partial^2}{\partial\sigma^2}\sigma^4 = 12\sigma^2", "correct"),
    ],
)
def test_a_derivative_by_a_quantity_is_judged(tmp_path: Path, claim: str, expected: str) -> None:
    assert expected == statuses(report_of(tmp_path, f"$${claim}$$"))
