"""The words of mathematical writing: TeX commands, Unicode characters and function names, as tables."""

from __future__ import annotations

import unicodedata

# ruff: noqa: E501 -- tables are aligned by hand

GREEK = frozenset(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa varkappa lambda mu nu xi omicron pi "
    "varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon "
    "Phi Psi Omega".split()
)
LETTER_COMMANDS = frozenset({"\\" + g for g in GREEK} | {"\\ell", "\\hbar", "\\imath", "\\jmath", "\\infty"})

BOLD = frozenset("\\mathbf \\boldsymbol \\bm \\pmb \\bold \\textbf \\mathbfit \\symbf \\bs".split())
ROMAN = frozenset(
    "\\mathrm \\text \\textrm \\mbox \\operatorname \\operatorname* \\mathop \\mathsf \\textsf \\mathtt \\texttt \\hbox "
    "\\textnormal \\mathit \\textit \\mathnormal \\textup \\operatornamewithlimits \\symrm \\symup".split()
)
SCRIPT_FONTS = {
    "\\mathcal": "cal",
    "\\mathscr": "cal",
    "\\mathfrak": "frak",
    "\\mathbb": "bb",
    "\\mathbbm": "bb",
    "\\mathds": "bb",
}
FONT_SWITCHES = {"\\bf": "bold", "\\bfseries": "bold", "\\rm": "", "\\it": "", "\\sf": "", "\\tt": "", "\\cal": ""}
ACCENTS = {
    "\\hat": "\\hat", "\\widehat": "\\hat", "\\tilde": "\\tilde", "\\widetilde": "\\tilde", "\\bar": "\\bar",
    "\\overline": "\\bar", "\\vec": "\\vec", "\\overrightarrow": "\\vec", "\\dot": "\\dot", "\\ddot": "\\ddot",
    "\\check": "\\check", "\\widecheck": "\\check", "\\breve": "\\breve", "\\acute": "\\acute", "\\grave": "\\grave",
    "\\mathring": "\\mathring", "\\underline": "\\underline",
}  # fmt: skip
COMBINING = {
    "\u0302": "\\hat",
    "\u0303": "\\tilde",
    "\u0304": "\\bar",
    "\u0305": "\\bar",
    "\u20d7": "\\vec",
    "\u0307": "\\dot",
}

# Commands that only place ink: dropped, some together with their argument.
SPACING = frozenset(
    "\\, \\; \\: \\! \\> \\  \\quad \\qquad \\displaystyle \\textstyle \\scriptstyle \\scriptscriptstyle \\limits \\nolimits "
    "\\nonumber \\notag \\thinspace \\medspace \\thickspace \\enspace \\enskip \\negthinspace \\mathstrut \\strut \\tiny "
    "\\small \\normalsize \\large \\relax \\null \\allowbreak \\noindent \\hfill \\left \\right \\middle \\big \\Big \\bigg "
    "\\Bigg \\bigl \\Bigl \\biggl \\Biggl \\bigr \\Bigr \\biggr \\Biggr \\bigm \\Bigm \\biggm \\Biggm \\/ \\- \\footnotesize "
    "\\hline \\centering \\itshape \\scriptsize \\newline".split(" ")
) | {"\\ ", "\\\n", "\\\t"}
DROPPED = frozenset(
    "\\tag \\tag* \\label \\hspace \\hspace* \\vspace \\phantom \\hphantom \\vphantom \\color \\mspace \\textcolor \\rule \\ref \\eqref \\cite \\colorbox \\require".split()
)
LABELLED = frozenset("\\underbrace \\overbrace \\underbracket \\overbracket".split())  # \underbrace{x}_{label}
TRANSPARENT = LABELLED | frozenset(
    "\\boxed \\mathord \\mathopen \\mathclose \\mathbin \\mathrel \\mathinner \\fbox \\smash \\ensuremath \\mathclap \\cancel \\displaylines".split()
)

OPERATORS = {
    "\\cdot": "·", "\\times": "×", "\\odot": "⊙", "\\circ": "⊙", "\\otimes": "⊗", "\\div": "/", "\\ast": "∗", "\\star": "∗",
    "\\bullet": "·", "\\mapsto": "↦", "\\to": "→", "\\rightarrow": "→", "\\in": "∈", "\\colon": ":", "\\coloneqq": "=",
    "\\triangleq": "=", "\\equiv": "=", "\\doteq": "=", "\\le": "≤", "\\leq": "≤", "\\ge": "≥", "\\geq": "≥", "\\ne": "≠",
    "\\neq": "≠", "\\lt": "<", "\\gt": ">", "\\circledast": "⊙", "\\hadamard": "⊙", "\\boxtimes": "⊗", "\\oslash": "⊘", "\\kron": "⊗",
    "\\pm": "±", "\\mp": "±", "\\leqslant": "≤", "\\geqslant": "≥", "\\partial": "∂", "\\nabla": "∇", "\\colonequals": "=",
    "\\defeq": "=", "\\oplus": "⊕", "\\approx": "≈", "\\propto": "∝", "\\dots": "…", "\\ldots": "…", "\\cdots": "…",
    "\\vdots": "…", "\\ddots": "…", "\\sim": "∼", "\\Rightarrow": "⇒", "\\implies": "⇒", "\\iff": "⇒", "\\Leftrightarrow": "⇒",
    "\\slash": "/", "\\backslash": "\\", "\\smallsetminus": "\\", "\\setminus": "\\", "\\asteq": "=", "\\bigodot": "⊙",
}  # fmt: skip
OPENING = {"(": ")", "[": "]", "\\{": "\\}", "⟨": "⟩", "{": "}"}
DELIMITERS = {
    "\\{": ("open", "\\{"), "\\}": ("close", "\\}"), "\\lbrace": ("open", "\\{"), "\\rbrace": ("close", "\\}"),
    "\\langle": ("open", "⟨"), "\\rangle": ("close", "⟩"), "\\lbrack": ("open", "["), "\\rbrack": ("close", "]"),
    "\\lparen": ("open", "("), "\\rparen": ("close", ")"), "\\|": ("bar", "‖"), "\\Vert": ("bar", "‖"),
    "\\lVert": ("bar", "‖", "left"), "\\rVert": ("bar", "‖", "right"), "\\vert": ("bar", "|"), "\\mid": ("bar", "|"),
    "\\lvert": ("bar", "|", "left"), "\\rvert": ("bar", "|", "right"), "\\parallel": ("bar", "‖"),
    "\\lang": ("open", "⟨"), "\\rang": ("close", "⟩"),
}  # fmt: skip

TRANSPOSES = frozenset({"T", "\\top", "\\intercal", "\\prime", "t", "tr", "\\tran", "\\transp", "⊤", "Tr", "\\dag T"})
PSEUDO_INVERSES = frozenset({"+", "\\dagger", "\\dag", "\\ddagger", "†"})
ADJOINTS = frozenset({"H", "*", "∗", "\\mathsf{H}"})
FRACTIONS = frozenset("\\frac \\dfrac \\tfrac \\cfrac \\nicefrac \\sfrac \\flatfrac".split())
ISLANDS = frozenset("\\int \\iint \\lim \\binom \\dbinom \\tbinom".split())

_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱᵏᵐᵖᵗᵃᵇᵈ†⊤", "0123456789+-()nikmptabd†⊤", strict=True)) | {
    "ᵀ": "T",
    "′": "'",
    "ᵗ": "T",
    **dict(zip("ʳʲˢˣʸᶜᵉᵍʰˡᵒᵘᵛʷᶻᶠ", "rjsxyceghlouvwzf", strict=True)),
    **dict(zip("ʳʲˢˣʸᶜᵉᵍʰˡᵒᵘᵛʷᶻᶠ", "rjsxyceghlouvwzf", strict=True)),
}
_SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ", "0123456789+-()aeoxhklmnpstijruv", strict=True))
SCRIPT_CHARACTERS = {c: ("^", p) for c, p in _SUPERSCRIPTS.items() if c not in "†⊤′"} | {
    c: ("_", p) for c, p in _SUBSCRIPTS.items()
}

CHARACTERS: dict[str, tuple[str, str]] = {
    "−": ("op", "-"), "–": ("op", "-"), "⋅": ("op", "·"), "·": ("op", "·"), "∙": ("op", "·"), "•": ("op", "·"), "×": ("op", "×"), "⊙": ("op", "⊙"),
    "∘": ("op", "⊙"), "○": ("op", "⊙"), "⊗": ("op", "⊗"), "÷": ("op", "/"), "∑": ("command", "\\sum"), "∏": ("command", "\\prod"),
    "√": ("command", "\\sqrt"), "∫": ("command", "\\int"), "∞": ("symbol", "\\infty"), "∂": ("op", "∂"), "∇": ("op", "∇"), "‖": ("bar", "‖"),
    "∥": ("bar", "‖"), "⟨": ("open", "⟨"), "⟩": ("close", "⟩"), "〈": ("open", "⟨"), "〉": ("close", "⟩"), "′": ("prime", "'"),
    "’": ("prime", "'"), "″": ("prime", "''"), "⊤": ("command", "\\top"), "†": ("command", "\\dagger"), "∈": ("op", "∈"), "↦": ("op", "↦"),
    "→": ("op", "→"), "≤": ("op", "≤"), "≥": ("op", "≥"), "≠": ("op", "≠"), "±": ("op", "±"), "≈": ("op", "≈"), "≔": ("op", "="), "≡": ("op", "="),
    "…": ("op", "…"), "⋯": ("op", "…"), "½": ("number", "1/2"), "¼": ("number", "1/4"), "¾": ("number", "3/4"), "⅓": ("number", "1/3"),
    "⁄": ("op", "/"), "∗": ("op", "∗"), "⋆": ("op", "∗"), "ℓ": ("symbol", "\\ell"), "⊺": ("command", "\\top"), "∣": ("bar", "|"),
    "⊕": ("op", "⊕"), "⊘": ("op", "⊘"),
}  # fmt: skip


def _greek_characters() -> dict[str, str]:
    names = {"lamda": "lambda", "final sigma": "varsigma"}
    found = {}
    for code in (*range(0x391, 0x3CA), 0x3D1, 0x3D5, 0x3D6, 0x3F0, 0x3F1, 0x3F5):
        words = unicodedata.name(chr(code), "").lower().split("letter ")
        if len(words) == 2 and (name := names.get(words[1], words[1])) in GREEK | {"sigma"}:
            found[chr(code)] = "\\" + (name.capitalize() if "capital" in words[0] else name)
    return found | {
        "ϑ": "\\vartheta",
        "ϕ": "\\phi",
        "φ": "\\phi",
        "ϵ": "\\epsilon",
        "ε": "\\epsilon",
        "ϱ": "\\varrho",
        "µ": "\\mu",
        "ϖ": "\\varpi",
    }


GREEK_CHARACTERS = _greek_characters()

# Every way a function's name is written -> the name it has here.
_SPELLINGS = {
    "tr": "tr Tr TR trace Trace", "det": "det Det", "logdet": "logdet lndet slogdet", "inv": "inv inverse", "pinv": "pinv", "adjugate": "adj adjugate",
    "exp": "exp", "log": "log ln Log", "log2": "log2 lg", "log10": "log10", "log1p": "log1p", "sqrt": "sqrt",
    "sin": "sin", "cos": "cos", "tan": "tan", "asin": "asin arcsin", "acos": "acos arccos", "atan": "atan arctan",
    "sinh": "sinh", "cosh": "cosh", "tanh": "tanh th", "asinh": "asinh arcsinh arsinh", "acosh": "acosh arccosh arcosh", "atanh": "atanh arctanh artanh",
    "cot": "cot", "sec": "sec", "csc": "csc cosec", "coth": "coth", "sech": "sech", "csch": "csch cosech",
    "sigmoid": "sigmoid logistic Sigmoid sigm expit", "softplus": "softplus Softplus", "relu": "relu ReLU Relu RELU", "leaky_relu": "leakyrelu LeakyReLU leaky_relu leakyReLU lrelu",
    "gelu": "gelu GELU GeLU", "erf": "erf", "abs": "abs", "sign": "sign sgn", "step": "step heaviside", "floor": "floor", "round": "round",
    "softmax": "softmax Softmax SoftMax softargmax", "log_softmax": "logsoftmax log_softmax LogSoftmax", "logsumexp": "logsumexp lse LSE LogSumExp logSumExp",
    "diag": "diag Diag DiagMatrix diagonal diagm", "vec": "vec Vec", "vech": "vech", "sum": "sum", "prod": "prod", "mean": "mean avg", "kron": "kron", "hadamard": "hadamard",
    "dot": "dot", "outer": "outer", "norm": "norm", "divide": "divide", "sumover": "sumover", "prodover": "prodover", "variance": "Var", "covariance": "Cov", "basis": "basis", "stack": "stack", "norm1": "norm1", "norm2": "norm2", "max": "max maximum", "min": "min minimum",
    "expm": "expm", "logm": "logm", "sqrtm": "sqrtm", "sinm": "sinm", "cosm": "cosm", "eigenvalue": "eigenvalue", "eigenvalues": "eig eigs eigenvalues spec",
    "cosine_similarity": "cosine_similarity cossim", "cross_entropy": "cross_entropy crossentropy", "rank": "rank", "elementary": "elementary",
    "ones": "ones vector matrix", "eye": "eye", "transpose": "transpose", "sym": "sym", "skew": "skew", "tril": "tril", "triu": "triu", "diagonal_means": "diagonal_means toep", "diagonal_sums": "diagonal_sums diagsums", "power": "power", "var": "var", "sqnorm": "sqnorm",
    "commutation": "commutation", "duplication": "duplication", "elimination": "elimination", "zeros": "zeros", "unvec": "unvec",
}  # fmt: skip
FUNCTIONS = {spelling: name for name, spellings in _SPELLINGS.items() for spelling in spellings.split()}

# f(-x) of a product takes the factors that follow: `\log 2\pi`, `\det A X B`. These take every following factor.
WIDE = frozenset("tr det logdet vec vech diag sum mean inv adjugate rank eigenvalue".split())
ELEMENTWISE = frozenset(
    "exp log log2 log10 log1p sqrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh cot sec csc coth sech csch sigmoid softplus relu "
    "leaky_relu gelu erf abs sign step floor round".split()
)
# Of a square matrix these are matrix functions, unless written \exp_\circ(X) or exp.(X).
MATRIX_FUNCTIONS = {"exp": "expm", "log": "logm", "sin": "sinm", "cos": "cosm", "sqrt": "sqrtm"}
