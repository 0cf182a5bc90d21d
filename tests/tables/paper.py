"""Reads formulas as they stand on paper, `2Aᵀ(Ax − b)/‖Ax − b‖`, into the syntax whose form can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["python_syntax", "written"]

GREEK = dict(zip("αβγδεθκλμνρστωΣΛΩ", "alpha beta gamma delta epsilon theta kappa lam mu nu rho sigma tau omega Sigma Lam Omega".split(), strict=True))
SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ᵏʳⁿⁱʲ", "0123456789-+krnij")
FUNCTIONS = "softmax logsumexp diag exp log sign tr det vec sum relu step tanh sin cos cosh sinh sqrt erf σ adj".split()
OPEN = ("tr", "det", "vec", "log")
TOKEN = re.compile(r"\s*(?:(?P<number>\d+)|(?P<super>[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ᵏʳⁿⁱʲᵀ]+)|(?P<op>[-−+/()⊙⊗⊘½¼¾√|,;]|‖(?:_F|₁|_∞)?)|(?P<word>\w))")


def written(name: str) -> str:
    """How a Python name stands on paper: mu is μ, K0 is K₀."""
    greek = {v: k for k, v in GREEK.items()}
    head = name.rstrip("0123456789")
    digits = "".join("₀₁₂₃₄₅₆₇₈₉"[int(d)] for d in name[len(head) :])
    return greek.get(head, head) + digits


def python_syntax(text: str, names: Iterable[str]) -> str:
    """The formula over the engine's names; `names` are the Python names of its symbols."""
    return Paper(text, {written(n): n for n in names}).whole()


class Paper:
    """A recursive-descent reader of juxtaposed products, superscripts, bars and open functions such as `tr X`."""

    def __init__(self, text: str, names: dict[str, str]) -> None:
        self.text, self.names, self.tokens = text, names, []
        words = sorted([*names, *FUNCTIONS], key=len, reverse=True)
        at = 0
        while at < len(text.rstrip()):
            rest = text[at:].lstrip()
            at = len(text) - len(rest)
            word = next((w for w in words if rest.startswith(w)), None)
            if word:
                self.tokens.append(("function" if word in FUNCTIONS and word not in names else "name", word))
                at += len(word)
                continue
            match = TOKEN.match(rest)
            assert match, f"cannot read {rest!r} in {text!r}"
            self.tokens.append((str(match.lastgroup), match.group().strip()))
            at += match.end()
        self.tokens.append(("end", ""))
        self.at = 0

    @property
    def next(self) -> str:
        return self.tokens[self.at][1]

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1][1]

    def whole(self) -> str:
        text = self.sum()
        assert self.next == "", f"stopped at {self.next!r} in {self.text!r}"
        return text

    def sum(self) -> str:
        text = ("-" if self.next in "−-" and self.next and self.take() else "") + self.quotient()
        while self.next in ("+", "−", "-"):
            text += " + " if self.take() == "+" else " - "
            text += self.quotient()
        return text

    def quotient(self) -> str:
        text = self.circled()
        while self.next == "/":
            self.take()
            text = f"({text})/({self.circled()})"
        return text

    def circled(self) -> str:
        factors, operators = [self.product()], []
        while self.next in ("⊙", "⊗"):
            operators.append(self.take())
            factors.append(self.product())
        if not operators:
            return factors[0]
        number = re.fullmatch(r"\((\d+)/(\d+)\)|(\d+)", factors[0].split("*")[0])
        name = "hadamard" if operators[0] == "⊙" else "kron"
        if number and "*" in factors[0]:
            head, _, factors[0] = factors[0].partition("*")
            return f"{head}*{name}({', '.join(factors)})"
        return f"{name}({', '.join(factors)})"

    def starts(self) -> bool:
        kind, token = self.tokens[self.at]
        return kind in ("number", "name", "function", "word") or token in ("(", "½", "¼", "¾", "√") or (token == "‖" and not self.inside)

    inside = False

    def product(self) -> str:
        if self.next in ("−", "-"):
            self.take()
            return "-" + self.product()
        factors = [self.power()]
        while self.starts():
            factors.append(self.power())
        for i, factor in enumerate(factors):
            if factor == "ONES.T":  # 1ᵀy is the sum of y
                return "*".join([*factors[:i], f"sum({'*'.join(factors[i + 1 :])})"])
        return "*".join(factors)

    def power(self) -> str:
        if self.next == "1" and self.tokens[self.at + 1][1] == "ᵀ":
            self.at += 2
            return "ONES.T"
        base = self.atom()
        while self.tokens[self.at][0] == "super":
            base = raised(base, self.take())
        return base

    def atom(self) -> str:
        kind, token = self.tokens[self.at]
        self.take()
        if token in ("½", "¼", "¾"):
            return {"½": "(1/2)", "¼": "(1/4)", "¾": "(3/4)"}[token]
        if token == "(":
            inside, self.inside = self.inside, False
            text = self.sum()
            assert self.take() == ")", self.text
            self.inside = inside
            return f"({text})"
        if token == "√":
            return f"sqrt({self.power()})"
        if token == "‖":
            inside, self.inside = self.inside, True
            text = self.sum()
            self.inside = inside
            end = self.take()
            return f"norm({text}, 1)" if end.endswith("₁") else f"norm({text})"
        if kind == "function":
            return self.call({"σ": "sigmoid"}.get(token, token))
        return self.names.get(token, token)

    def call(self, name: str) -> str:
        power = self.take() if self.tokens[self.at][0] == "super" else ""
        if self.next == "(":
            argument = self.atom()[1:-1]
        elif name == "log" and self.next == "det":
            self.take()
            name, argument = "logdet", self.power()
        else:
            argument = self.product()
        return raised(f"{name}({argument})", power) if power else f"{name}({argument})"


def raised(base: str, superscript: str) -> str:
    """base with a superscript such as ᵀ, ⁻ᵀ, ² or ᵏ⁻¹."""
    if superscript.endswith("ᵀ"):
        rest = superscript[:-1]
        return f"inv({base}).T" if rest == "⁻" else f"{raised(base, rest) if rest else base}.T"
    exponent = superscript.translate(SUPERSCRIPTS)
    return f"inv({base})" if exponent == "-1" else f"{base}**({exponent})"
