r"""Petersen & Pedersen, *The Matrix Cookbook*, version 2012-11-15, chapter 8: densities of one Gaussian and of a mixture."""

from __future__ import annotations

from .row import Row

__all__ = ["ROWS"]

ONE = "x: n; m: n; Sigma: n x n positive definite"
P = "exp(-(x - m).T*inv(Sigma)*(x - m)/2)/sqrt(det(2*pi*Sigma))"
P_LATEX = r"\frac{1}{\sqrt{\det(2 \pi \Sigma)}} \exp(-\tfrac{1}{2} (x - m)^T \Sigma^{-1} (x - m))"
P_NUMPY = "(exp(-(x - m).T @ inv(Sigma) @ (x - m) / 2) / sqrt(det(2 * pi * Sigma)))"

TWO = "x: n; m1: n; m2: n; S1: n x n positive definite; S2: n x n positive definite; r1: scalar positive; r2: scalar positive"


def component(k: int) -> str:
    """The density of component k over the engine's names."""
    return f"exp(-(x - m{k}).T*inv(S{k})*(x - m{k})/2)/sqrt(det(2*pi*S{k}))"


def component_numpy(k: int) -> str:
    """The same, in NumPy."""
    return f"(exp(-(x - m{k}).T @ inv(S{k}) @ (x - m{k}) / 2) / sqrt(det(2 * pi * S{k})))"


def component_latex(k: int) -> str:
    """The same, on paper."""
    return rf"\frac{{1}}{{\sqrt{{\det(2 \pi S_{k})}}}} \exp(-\tfrac{{1}}{{2}} (x - m_{k})^T S_{k}^{{-1}} (x - m_{k}))"


MIXTURE = f"log(r1*{component(1)} + r2*{component(2)})"
MIXTURE_NUMPY = f"log(r1 * {component_numpy(1)} + r2 * {component_numpy(2)})"
MIXTURE_LATEX = rf"\ln(r_1 {component_latex(1)} + r_2 {component_latex(2)})"
SHARED = f"p = {component(1)}; q = {component(2)}; g = r1*p/(r1*p + r2*q)"
SHARE_NUMPY = f"(r1 * {component_numpy(1)} / (r1 * {component_numpy(1)} + r2 * {component_numpy(2)}))"

# fmt: off
ROWS = (
    Row("8.1.1 density", P, P_LATEX, "x", ONE, f"-{P}*inv(Sigma)*(x - m)", r"-p(x) \Sigma^{-1} (x - m)", P_NUMPY, f"-{P_NUMPY} * solve(Sigma, x - m)"),
    Row("8.1.1 density Hessian", P, P_LATEX, "x", ONE, "p*(inv(Sigma)*(x - m)*(x - m).T*inv(Sigma) - inv(Sigma))",
        r"p(x) (\Sigma^{-1} (x - m) (x - m)^T \Sigma^{-1} - \Sigma^{-1})", P_NUMPY,
        f"{P_NUMPY} * (solve(Sigma, x - m) @ solve(Sigma, x - m).T - inv(Sigma))", kind="hessian", named=f"p = {P}"),
    Row("8.1.1 density by mean", P, P_LATEX, "m", ONE, f"{P}*inv(Sigma)*(x - m)", r"p(x) \Sigma^{-1} (x - m)", P_NUMPY, f"{P_NUMPY} * solve(Sigma, x - m)"),
    Row("8.1.1 density by covariance", P, P_LATEX, "Sigma", ONE, "p*(inv(Sigma)*(x - m)*(x - m).T*inv(Sigma) - inv(Sigma))/2",
        r"\tfrac{1}{2} p(x) (\Sigma^{-1} (x - m) (x - m)^T \Sigma^{-1} - \Sigma^{-1})", P_NUMPY,
        f"{P_NUMPY} * (solve(Sigma, x - m) @ solve(Sigma, x - m).T - inv(Sigma)) / 2", named=f"p = {P}"),
    Row("8.4 mixture by weight", MIXTURE, MIXTURE_LATEX, "r1", TWO, "g/r1", r"\frac{\gamma_1}{r_1}", MIXTURE_NUMPY, f"{SHARE_NUMPY} / r1", named=SHARED),
    Row("8.4 mixture by mean", MIXTURE, MIXTURE_LATEX, "m1", TWO, "g*inv(S1)*(x - m1)", r"\gamma_1 S_1^{-1} (x - m_1)", MIXTURE_NUMPY,
        f"{SHARE_NUMPY} * solve(S1, x - m1)", named=SHARED),
    Row("8.4 mixture by covariance", MIXTURE, MIXTURE_LATEX, "S1", TWO, "g/2*(inv(S1)*(x - m1)*(x - m1).T*inv(S1) - inv(S1))",
        r"\tfrac{\gamma_1}{2} (S_1^{-1} (x - m_1) (x - m_1)^T S_1^{-1} - S_1^{-1})", MIXTURE_NUMPY,
        f"{SHARE_NUMPY} / 2 * (solve(S1, x - m1) @ solve(S1, x - m1).T - inv(S1))", named=SHARED),
    Row("8.4 mixture by point", MIXTURE, MIXTURE_LATEX, "x", TWO, "-g*inv(S1)*(x - m1) - (1 - g)*inv(S2)*(x - m2)",
        r"-\gamma_1 S_1^{-1} (x - m_1) - (1 - \gamma_1) S_2^{-1} (x - m_2)", MIXTURE_NUMPY,
        f"-{SHARE_NUMPY} * solve(S1, x - m1) - (1 - {SHARE_NUMPY}) * solve(S2, x - m2)", named=SHARED),
)
# fmt: on
