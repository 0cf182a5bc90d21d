"""One identity of a table: a function, a variable, and the derivative that a book or a careful hand gives for it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["GREEK", "Row", "latex_name"]

GREEK = frozenset("alpha beta gamma delta epsilon theta kappa lambda mu nu rho sigma tau omega Sigma Lambda Omega".split())
SPELLINGS = {"lam": r"\lambda", "Lam": r"\Lambda", "eps": r"\epsilon", "Sb": "S_b", "Sw": "S_w"}


@dataclass(frozen=True)
class Row:
    """A function `f`, its variable, and its derivative; strings in three languages that were written separately.

    `f` and `book` are expressions over the names that `derive` exports; `latex` and `book_latex` are what the source prints;
    `numpy_f` and `numpy_df` are NumPy expressions (names of tests/tables/numeric.py) that share nothing with the engine.
    """

    name: str
    f: str
    latex: str
    wrt: str
    where: str
    """Declarations `A: m x n; x: n`, each in the mini-language of `declare`."""
    book: str
    book_latex: str
    numpy_f: str
    numpy_df: str
    kind: str = "derivative"
    """derivative | differential (`numpy_df` in terms of dX) | hessian | vec (d vec F / d(vec X)') | tied (equal entries move together)."""
    layout: str = "gradient"
    """gradient (scalar by anything: the variable's shape; else the Jacobian) | numerator | denominator."""
    analytic: bool = True
    """Whether `numpy_f` may be given complex arguments; otherwise central differences are used."""
    printed: str = ""
    """The form of TEXTBOOK.md, as text, where the row stands there."""
    named: str = ""
    """Intermediates that `book` names, `s = softmax(x)`, over the engine's names."""
    erratum: str = ""
    """What the source prints instead, in words."""
    published: str = ""
    """NumPy expression of the wrong published form."""

    @property
    def declarations(self) -> dict[str, str]:
        """The declarations by name: {"A": "m x n", "x": "n"}."""
        pairs = (part.split(":", 1) for part in self.where.split(";") if part.strip())
        return {name.strip(): shape.strip() for name, shape in pairs}

    @property
    def latex_declarations(self) -> dict[str, str]:
        r"""The declarations by LaTeX name, as `where=` of a text wants them: {"\\Sigma": "n x n"}."""
        return {latex_name(name): shape for name, shape in self.declarations.items()}

    @property
    def order(self) -> int:
        """1 for a first derivative, 2 for a Hessian."""
        return 2 if self.kind == "hessian" else 1


def latex_name(name: str) -> str:
    r"""The LaTeX spelling of a Python name: `mu` is `\mu`, `lam` is `\lambda`, `W1` is `W_1`."""
    if name in SPELLINGS:
        return SPELLINGS[name]
    if name in GREEK:
        return "\\" + name
    head = name.rstrip("0123456789")
    digits = name[len(head) :]
    if not digits or not head:
        return name
    return f"{head}_{digits}" if len(digits) == 1 else f"{head}_{{{digits}}}"
