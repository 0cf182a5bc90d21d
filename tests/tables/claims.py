"""Claims beyond the plain gradient, right ones and wrong ones: entries, vec, Hessians, mixed and second differentials.

Each left side stands with its function in NumPy, each right side with the array that it claims: which claims are true
follows from numbers alone. Vectors are 1-d; axes are those of f, then those of the variables in order.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Group:
    """`left` = each of the `claims` (LaTeX: NumPy), then `beside`. `shapes`: "A:mn x:n"; `wrt`: names of the variables.

    `how`: tensor (entry by entry), vec (columns of the Jacobian are vec X), along (of the directions dX).
    """

    left: str
    shapes: str
    f: str
    wrt: str
    claims: dict[str, str]
    where: dict[str, str] | None = None
    beside: str = ""
    how: str = "tensor"
    structure: dict[str, str] = field(default_factory=dict)


_A = {"A": "n x n", "x": "n"}

GROUPS: list[Group] = [
    # --- one entry by one entry
    Group(r"\frac{\partial (AXB)_{ij}}{\partial X_{kl}}", "A:mn X:np B:pq", "A@X@B", "X", {
        r"A_{ik} B_{lj}": "einsum('ik,lj->ijkl',A,B)",
        r"a_{ik} b_{lj}": "einsum('ik,lj->ijkl',A,B)",
        r"B_{lj} A_{ik}": "einsum('ik,lj->ijkl',A,B)",
        r"2 A_{ik} B_{lj}": "2*einsum('ik,lj->ijkl',A,B)",
        r"-A_{ik} B_{lj}": "-einsum('ik,lj->ijkl',A,B)",
    }),
    Group(r"\frac{\partial [AXB]_{ij}}{\partial X_{kl}}", "A:nn X:nn B:nn", "A@X@B", "X", {
        r"A_{ik} B_{lj}": "einsum('ik,lj->ijkl',A,B)",
        r"A_{ki} B_{lj}": "einsum('ki,lj->ijkl',A,B)",
        r"A_{ik} B_{jl}": "einsum('ik,jl->ijkl',A,B)",
        r"A_{il} B_{kj}": "einsum('il,kj->ijkl',A,B)",
    }, {"A": "n x n", "B": "n x n", "X": "n x n"}),
    Group(r"\frac{\partial X_{ij}}{\partial X_{kl}}", "X:nn", "X", "X", {
        r"\delta_{ik}\delta_{jl}": "einsum('ik,jl->ijkl',I,I)",
        r"\delta_{il}\delta_{jk}": "einsum('il,jk->ijkl',I,I)",
        r"\delta_{ik}": "einsum('ik,jl->ijkl',I,ones((n,n)))",
        r"\delta_{ij}\delta_{kl}": "einsum('ij,kl->ijkl',I,I)",
        r"\delta_{ik}+\delta_{jl}": "einsum('ik,jl->ijkl',I,ones((n,n)))+einsum('ik,jl->ijkl',ones((n,n)),I)",
        r"1": "ones((n,n,n,n))",
        r"0": "zeros((n,n,n,n))",
    }, {"X": "n x n"}),
    Group(r"\frac{\partial X_{ij}}{\partial X_{kl}}", "X:mn", "X", "X", {r"\delta_{ik}\delta_{jl}": "einsum('ik,jl->ijkl',eye(m),eye(n))"}),
    Group(r"\frac{\partial (X^T)_{ij}}{\partial X_{kl}}", "X:nn", "X.T", "X", {
        r"\delta_{il}\delta_{jk}": "einsum('il,jk->ijkl',I,I)",
        r"\delta_{ik}\delta_{jl}": "einsum('ik,jl->ijkl',I,I)",
    }, {"X": "n x n"}),
    Group(r"\frac{\partial x_i}{\partial x_j}", "x:n", "x", "x", {r"\delta_{ij}": "I", "1": "ones((n,n))", "0": "zeros((n,n))"}, {"x": "n"}),
    Group(r"\frac{\partial x_i^2}{\partial x_j}", "x:n", "x**2", "x", {
        r"2 x_i \delta_{ij}": "2*diag(x)", r"2 x_j \delta_{ij}": "2*diag(x)", r"2 x_i": "2*outer(x,ones(n))",
    }, {"x": "n"}),
    Group(r"\frac{\partial (X^{-1})_{kl}}{\partial X_{ij}}", "X:nn", "inv(X)", "X", {
        r"-(X^{-1})_{ki}(X^{-1})_{jl}": "-einsum('ki,jl->klij',inv(X),inv(X))",
        r"-X^{-1}_{ki} X^{-1}_{jl}": "-einsum('ki,jl->klij',inv(X),inv(X))",
        r"-(X^{-1})_{ik}(X^{-1})_{jl}": "-einsum('ik,jl->klij',inv(X),inv(X))",
        r"(X^{-1})_{ki}(X^{-1})_{jl}": "einsum('ki,jl->klij',inv(X),inv(X))",
    }),
    Group(r"\frac{\partial (X^2)_{ij}}{\partial X_{kl}}", "X:nn", "X@X", "X", {
        r"\delta_{ik} X_{lj} + X_{ik} \delta_{lj}": "einsum('ik,lj->ijkl',I,X)+einsum('ik,lj->ijkl',X,I)",
        r"2 X_{ik} \delta_{lj}": "2*einsum('ik,lj->ijkl',X,I)",
        r"\delta_{ik} X_{jl} + X_{ki} \delta_{lj}": "einsum('ik,jl->ijkl',I,X)+einsum('ki,lj->ijkl',X,I)",
    }, {"X": "n x n"}),
    Group(r"\frac{\partial (X^T X)_{ij}}{\partial X_{kl}}", "X:mn", "X.T@X", "X", {
        r"\delta_{il} X_{kj} + \delta_{jl} X_{ki}": "einsum('il,kj->ijkl',eye(n),X)+einsum('jl,ki->ijkl',eye(n),X)",
        r"\delta_{il} x_{kj} + \delta_{jl} x_{ki}": "einsum('il,kj->ijkl',eye(n),X)+einsum('jl,ki->ijkl',eye(n),X)",
        r"\delta_{il} X_{kj}": "einsum('il,kj->ijkl',eye(n),X)",
    }),
    Group(r"\frac{\partial (X^T B X)_{kl}}{\partial X_{ij}}", "X:nn B:nn", "X.T@B@X", "X", {
        r"\delta_{lj}(X^T B)_{ki} + \delta_{kj}(BX)_{il}": "einsum('lj,ki->klij',I,X.T@B)+einsum('kj,il->klij',I,B@X)",
        r"\delta_{lj}(X^T B)_{ki} + \delta_{ki}(BX)_{jl}": "einsum('lj,ki->klij',I,X.T@B)+einsum('ki,jl->klij',I,B@X)",
    }, {"X": "n x n", "B": "n x n"}),
    # --- a scalar by an entry
    Group(r"\frac{\partial x^T A x}{\partial x_k}", "A:nn x:n", "x@A@x", "x", {
        r"\sum_{i} a_{ik} x_i + \sum_j a_{kj} x_j": "A.T@x+A@x",
        r"\sum_{i=1}^n a_{ik} x_i + \sum_{j=1}^n a_{kj} x_j": "A.T@x+A@x",
        r"\sum_{i} (A_{ik} + A_{ki}) x_i": "A.T@x+A@x",
        r"(Ax)_k + (A^T x)_k": "A.T@x+A@x",
        r"\sum_{i} a_{ik} x_i": "A.T@x",
        r"2\sum_j a_{kj} x_j": "2*A@x",
        r"\sum_{i} a_{ik} x_i + \sum_j a_{kj} x_k": "A.T@x+A.sum(1)*x",
    }, _A),
    Group(r"\frac{\partial x^T A x}{\partial x_k}", "A:nn x:n", "x@A@x", "x", {
        r"\sum_{i} A_{ik} x_i + \sum_j A_{kj} x_j": "A.T@x+A@x", r"\sum_{i} A_{ik} x_i": "A.T@x",
    }),
    Group(r"\frac{\partial \operatorname{tr}(AX)}{\partial x_{ij}}", "A:nm X:mn", "trace(A@X)", "X", {r"a_{ji}": "A.T", r"A_{ji}": "A.T", r"-a_{ji}": "-A.T"}),
    Group(r"\frac{\partial \operatorname{tr}(AX)}{\partial X_{ij}}", "A:nn X:nn", "trace(A@X)", "X", {r"A_{ji}": "A.T", r"A_{ij}": "A"}, {"A": "n x n", "X": "n x n"}),
    Group(r"\frac{\partial \det X}{\partial X_{ij}}", "X:nn", "det(X)", "X", {
        r"\det(X) (X^{-1})_{ji}": "det(X)*inv(X).T", r"\det(X) (X^{-1})_{ij}": "det(X)*inv(X)",
    }),
    Group(r"\frac{\partial \sigma_{ij}}{\partial \sigma_{kl}}", "S:nn", "S", "S", {r"\delta_{ik}\delta_{jl}": "einsum('ik,jl->ijkl',I,I)", r"\delta_{il}": "einsum('il,jk->ijkl',I,ones((n,n)))"}, {r"\Sigma": "n x n"}),
    Group(r"\frac{\partial \log\det \Sigma}{\partial \sigma_{ij}}", "S:nn", "log(det(S))", "S", {
        r"(\Sigma^{-1})_{ji}": "inv(S).T", r"(\Sigma^{-1})_{ij}": "inv(S)",
    }, {r"\Sigma": "n x n positive determinant"}),
    # --- a matrix by an entry
    Group(r"\frac{\partial X^{-1}}{\partial X_{ij}}", "X:nn", "inv(X)", "X", {
        r"-X^{-1} E_{ij} X^{-1}": "-einsum('ai,jb->abij',inv(X),inv(X))",
        r"-X^{-1} E^{ij} X^{-1}": "-einsum('ai,jb->abij',inv(X),inv(X))",
        r"-X^{-1} J^{ij} X^{-1}": "-einsum('ai,jb->abij',inv(X),inv(X))",
        r"-X^{-1} e_i e_j^T X^{-1}": "-einsum('ai,jb->abij',inv(X),inv(X))",
        r"-X^{-1} S_{ji} X^{-1}": "-einsum('aj,ib->abij',inv(X),inv(X))",
        r"X^{-1} E_{ij} X^{-1}": "einsum('ai,jb->abij',inv(X),inv(X))",
    }, {"X": "n x n"}),
    Group(r"\frac{\partial (X^T X)}{\partial X_{ij}}", "X:mn", "X.T@X", "X", {
        r"X^T J^{ij} + J^{ji} X": "einsum('ia,bj->abij',X,eye(n))+einsum('aj,ib->abij',eye(n),X)",
        r"X^T E_{ij} + E_{ij}^T X": "einsum('ia,bj->abij',X,eye(n))+einsum('aj,ib->abij',eye(n),X)",
        r"X^T E_{ij}": "einsum('ia,bj->abij',X,eye(n))",
    }),
    # --- definitions beside the claim
    Group(r"\frac{\partial s_i}{\partial z_j}", "z:n", "s(z)", "z", {
        r"s_i(\delta_{ij}-s_j)": "diag(s(z))-outer(s(z),s(z))",
        r"s_i \delta_{ij} - s_i s_j": "diag(s(z))-outer(s(z),s(z))",
        r"s_j(\delta_{ij}-s_i)": "diag(s(z))-outer(s(z),s(z))",
        r"s_i(\delta_{ij}-s_i)": "diag(s(z))-outer(s(z)**2,ones(n))",
        r"s_i(1-s_j)": "outer(s(z),1-s(z))",
        r"-s_i s_j": "-outer(s(z),s(z))",
    }, {"z": "n"}, r", s=\operatorname{softmax}(z)"),
    Group(r"\frac{\partial s}{\partial z}", "z:n", "s(z)", "z", {
        r"\operatorname{diag}(s) - s s^T": "diag(s(z))-outer(s(z),s(z))",
        r"\operatorname{diag}(s)": "diag(s(z))",
    }, None, r" \text{ where } s=\operatorname{softmax}(z)"),
    Group(r"\frac{\partial y_i}{\partial x_j}", "A:nn x:n", "A@x", "x", {"A_{ij}": "A", "a_{ij}": "A", "A_{ji}": "A.T", "a_{ji}": "A.T"}, _A, ", y = Ax"),
    Group(r"\frac{\partial y_i}{\partial x_j}", "W:mn x:n", "W@x", "x", {"W_{ij}": "W", "w_{ij}": "W", "-w_{ij}": "-W"}, None, r", \quad y = Wx"),
    Group(r"\frac{\partial y_i}{\partial x_k}", "A:nn x:n", "A@x", "x", {"A_{ik}": "A", "A_{ki}": "A.T"}, _A, r", y_i = \sum_j A_{ij} x_j"),
    Group(r"\frac{\partial y_i}{\partial x_j}", "A:nn x:n", "A@x", "x", {"A_{ij}": "A", "A_{ji}": "A.T"}, {**_A, "y": "= A x"}),
    Group(r"\frac{\partial y}{\partial x}", "A:mn x:n", "A@x", "x", {"A": "A"}, None, r",\ y = Ax"),
    Group(r"\frac{\partial h_i}{\partial W_{jk}}", "W:mn x:n", "tanh(W@x)", "W", {
        r"(1-h_i^2)\delta_{ij} x_k": "einsum('i,ij,k->ijk',1-tanh(W@x)**2,eye(m),x)",
        r"(1-h_i^2) x_k": "einsum('i,ij,k->ijk',1-tanh(W@x)**2,ones((m,m)),x)",
    }, {"W": "m x n", "x": "n"}, r", h = \tanh(Wx)"),
    Group(r"\nabla f(w)", "A:mn w:n b:m", "sum((A@w-b)**2)", "w", {r"2A^T(Aw-b)": "2*A.T@(A@w-b)", r"A^T(Aw-b)": "A.T@(A@w-b)"}, None, r", \quad f(w) = \|Aw-b\|^2"),
    Group(r"D f(x)", "A:nn x:n", "x@A@x", "x", {r"x'(A+A')": "x@(A+A.T)", r"2x'A": "2*x@A"}, None, ", f(x) = x' A x"),
    Group(r"J_f(x)", "A:mn x:n", "tanh(A@x)", "x", {r"\operatorname{diag}(1-\tanh^2(Ax)) A": "diag(1-tanh(A@x)**2)@A", r"\operatorname{diag}(1-\tanh(Ax)) A": "diag(1-tanh(A@x))@A"}, {"A": "m x n", "x": "n"}, r", f(x) = \tanh(Ax)"),
    Group(r"\frac{\partial x^T A x}{\partial x}", "A:nn x:n", "x@A@x", "x", {r"2Ax": "2*A@x", r"Ax": "A@x"}, _A, ", A = A^T", structure={"A": "symmetric"}),
    # --- vec
    Group(r"\frac{\partial \operatorname{vec} Y}{\partial \operatorname{vec}' X}", "X:mn", "X.T@X", "X", {
        r"2 N_n (I \otimes X')": "(eye(n*n)+K(n,n))@kron(eye(n),X.T)",
        r"(I + K_{nn}) (I \otimes X')": "(eye(n*n)+K(n,n))@kron(eye(n),X.T)",
        r"2 (I \otimes X')": "2*kron(eye(n),X.T)",
        r"N_n (I \otimes X')": "(eye(n*n)+K(n,n))@kron(eye(n),X.T)/2",
    }, {"X": "m x n"}, ", Y = X' X", "vec"),
    Group(r"\mathsf{D} F(X)", "A:mn X:np B:pq", "A@X@B", "X", {r"B' \otimes A": "kron(B.T,A)", r"-B' \otimes A": "-kron(B.T,A)"}, None, ", F(X) = AXB", "vec"),
    Group(r"\frac{\partial \operatorname{vec} F}{\partial (\operatorname{vec} X)'}", "X:mn", "X.T", "X", {r"K_{mn}": "K(m,n)", r"-K_{mn}": "-K(m,n)"}, {"X": "m x n"}, ", F = X'", "vec"),
    Group(r"\frac{\partial \operatorname{vec} (X^{-1})}{\partial (\operatorname{vec} X)^T}", "X:nn", "inv(X)", "X", {
        r"-X^{-T} \otimes X^{-1}": "-kron(inv(X).T,inv(X))", r"-X^{-1} \otimes X^{-1}": "-kron(inv(X),inv(X))",
    }, {"X": "n x n"}, how="vec"),
    # --- second derivatives
    Group(r"\frac{\partial^2 f}{\partial x_i \partial x_j}", "A:nn x:n", "x@A@x", "x x", {
        "A_{ij}+A_{ji}": "A+A.T", "a_{ij}+a_{ji}": "A+A.T", "2A_{ij}": "2*A", "A_{ij}": "A",
    }, _A, ", f = x^T A x"),
    Group(r"\frac{\partial^2 (x^T A x)}{\partial x_i \partial x_j}", "A:nn x:n", "x@A@x", "x x", {"a_{ij}+a_{ji}": "A+A.T", "2a_{ij}": "2*A"}),
    Group(r"\frac{\partial^2 f}{\partial x_i \partial x_j}", "x:n", "(x@x)**2", "x x", {
        r"8 x_i x_j + 4 x^T x \delta_{ij}": "8*outer(x,x)+4*x@x*I", r"8 x_i x_j": "8*outer(x,x)", r"8 x_i x_j + 4 \delta_{ij}": "8*outer(x,x)+4*I",
    }, {"x": "n"}, ", f = (x^T x)^2"),
    Group(r"\frac{\partial^2 (x^T A y)}{\partial x \partial y^T}", "A:mn x:m y:n", "x@A@y", "x y", {"A": "A", "2A": "2*A", "-A": "-A"}),
    Group(r"\frac{\partial^2 (x^T A y)}{\partial x \partial y^T}", "A:nn x:n y:n", "x@A@y", "x y", {"A": "A", "A^T": "A.T"}, {"A": "n x n", "x": "n", "y": "n"}),
    Group(r"\frac{\partial^2 (x^T A y)}{\partial y \partial x^T}", "A:nn x:n y:n", "x@A@y", "y x", {"A^T": "A.T", "A": "A"}, {"A": "n x n", "x": "n", "y": "n"}),
    Group(r"\frac{\partial^2 (x^T A y)^2}{\partial x \partial y^T}", "A:mn x:m y:n", "(x@A@y)**2", "x y", {
        r"2 x^T A y A + 2 A y x^T A": "2*(x@A@y)*A+2*outer(A@y,x@A)", r"2 A y x^T A": "2*outer(A@y,x@A)", r"2 x^T A y A": "2*(x@A@y)*A",
    }, {"A": "m x n", "x": "m", "y": "n"}),
    Group(r"\frac{\partial}{\partial x^T}\left(\frac{\partial x^T A x}{\partial x}\right)", "A:nn x:n", "x@A@x", "x x", {"A+A^T": "A+A.T", "2A": "2*A"}, _A),
    Group(r"\nabla_x \nabla_x^T \|Ax-b\|^2", "A:mn x:n b:m", "sum((A@x-b)**2)", "x x", {"2A^T A": "2*A.T@A", "A^T A": "A.T@A"}),
    Group(r"\nabla_x \nabla_y^T (x^T A y)", "A:nn x:n y:n", "x@A@y", "x y", {"A": "A", "A^T": "A.T"}, {"A": "n x n", "x": "n", "y": "n"}),
    Group(r"H_x(x^T A x)", "A:nn x:n", "x@A@x", "x x", {"A + A^T": "A+A.T", "2A": "2*A"}, _A),
    Group(r"\mathsf{H} f(x)", "A:nn x:n", "x@A@x", "x x", {"A + A'": "A+A.T", "A": "A"}, None, ", f(x) = x' A x"),
    Group(r"\nabla^2 f(w)", "A:mn w:n b:m", "sum((A@w-b)**2)", "w w", {r"2A^TA": "2*A.T@A", r"A^TA": "A.T@A"}, None, r", f(w) = \|Aw-b\|^2"),
    Group(r"f(w) = \|Aw-b\|^2 \quad \nabla^2 f(w)", "A:mn w:n b:m", "sum((A@w-b)**2)", "w w", {r"2A^TA": "2*A.T@A", r"4A^TA": "4*A.T@A"}),
    Group(r"\frac{\partial^2 f}{\partial x_i^2}", "A:nn x:n", "x@A@x", "x x", {"2A_{ii}": "DIAGONAL 2*A", "A_{ii}": "DIAGONAL A"}, _A, ", f = x^T A x"),
    Group(r"\nabla^2 \log(1+e^{-x})", "x:", "log(1+exp(-x))", "x x", {r"\frac{e^{-x}}{(1+e^{-x})^2}": "exp(-x)/(1+exp(-x))**2", r"-\frac{e^{-x}}{(1+e^{-x})^2}": "-exp(-x)/(1+exp(-x))**2"}),
    Group(r"\nabla^2_w \sum_i \log(1+e^{x_i^T w})", "X:Nn w:n", "sum(log(1+exp(X@w)))", "w w", {
        r"\sum_i \sigma(x_i^T w)(1-\sigma(x_i^T w)) x_i x_i^T": "X.T@diag(1/(1+exp(-X@w))*(1-1/(1+exp(-X@w))))@X",
        r"\sum_i \sigma(x_i^T w) x_i x_i^T": "X.T@diag(1/(1+exp(-X@w)))@X",
    }, {"x_i": "n, i=1..N", "w": "n"}),
    # --- second differentials
    Group(r"d^2 \log\det X", "X:nn", "log(det(X))", "X X", {
        r"-\operatorname{tr}(X^{-1} dX X^{-1} dX)": "-trace(inv(X)@dX@inv(X)@dX)", r"\operatorname{tr}(X^{-1} dX X^{-1} dX)": "trace(inv(X)@dX@inv(X)@dX)",
    }, {"X": "n x n positive determinant"}, how="along"),
    Group(r"d^2 (x^T A x)", "A:nn x:n", "x@A@x", "x x", {r"2\, dx^T A dx": "2*dX@A@dX", r"dx^T A dx": "dX@A@dX", r"dx^T (A+A^T) dx": "dX@(A+A.T)@dX"}, _A, how="along"),
    Group(r"\mathrm{d}^2 X^{-1}", "X:nn", "inv(X)", "X X", {
        r"2 X^{-1} \mathrm{d}X X^{-1} \mathrm{d}X X^{-1}": "2*inv(X)@dX@inv(X)@dX@inv(X)", r"X^{-1} \mathrm{d}X X^{-1} \mathrm{d}X X^{-1}": "inv(X)@dX@inv(X)@dX@inv(X)",
    }, {"X": "n x n"}, how="along"),
    # --- further claims of books and courses
    Group("∂(AXB)_ij/∂X_kl", "A:mn X:np B:pq", "A@X@B", "X", {"A_ik B_lj": "einsum('ik,lj->ijkl',A,B)", "-A_ik B_lj": "-einsum('ik,lj->ijkl',A,B)"}),
    Group("∂Xᵢⱼ/∂Xₖₗ", "X:nn", "X", "X", {"δᵢₖδⱼₗ": "einsum('ik,jl->ijkl',I,I)", "δᵢₗδⱼₖ": "einsum('il,jk->ijkl',I,I)"}, {"X": "n x n"}),
    Group("d(x'Ax)/dx_k", "A:nn x:n", "x@A@x", "x", {"(Ax)_k + (A'x)_k": "(A+A.T)@x", "2(Ax)_k": "2*A@x"}, _A),
    Group(r"\frac{\partial f}{\partial x_i}", "x:n", "x@x", "x", {"2x_i": "2*x", "x_i": "x"}, None, r", f = \|x\|^2"),
    Group(r"\frac{\partial \|x\|}{\partial x_i}", "x:n", "(x@x)**0.5", "x", {r"\frac{x_i}{\|x\|}": "x/(x@x)**0.5", r"\frac{x_i}{\|x\|^2}": "x/(x@x)"}),
    Group(r"\frac{\partial L}{\partial w_{ij}}", "w:mn x:n y:m", "sum((y-w@x)**2)", "w", {
        r"-2(y_i - \sum_k w_{ik}x_k)x_j": "-2*outer(y-w@x,x)", r"2(y_i - \sum_k w_{ik}x_k)x_j": "2*outer(y-w@x,x)",
    }, None, r", L = \sum_i (y_i - \sum_j w_{ij} x_j)^2"),
    Group(r"\frac{\partial L}{\partial W_{ij}}", "W:nn x:n y:n", "sum((W@x-y)**2)", "W", {
        r"2(Wx-y)_i x_j": "2*outer(W@x-y,x)", r"2(Wx-y)_j x_i": "2*outer(x,W@x-y)",
    }, {"W": "n x n", "x": "n", "y": "n"}, r", \quad L = \|Wx-y\|^2"),
    Group(r"\frac{\partial \operatorname{tr}(X^T B X)}{\partial X_{ij}}", "X:nn B:nn", "trace(X.T@B@X)", "X", {
        r"(BX + B^TX)_{ij}": "(B+B.T)@X", r"2(BX)_{ij}": "2*B@X", r"(BX + B^TX)_{ji}": "((B+B.T)@X).T",
    }, {"X": "n x n", "B": "n x n"}),
    Group(r"\frac{\partial s_i}{\partial z_j}", "z:n", "s(z)", "z", {
        r"s_i(\delta_{ij} - s_j)": "diag(s(z))-outer(s(z),s(z))", r"s_i(\delta_{ij} + s_j)": "diag(s(z))+outer(s(z),s(z))",
    }, None, r", s_i = \frac{e^{z_i}}{\sum_k e^{z_k}}"),
    Group(r"\nabla_x f", "a:n x:n", "(a@x)**2", "x", {"2 g a": "2*(a@x)*a", "2 g": "2*a@x", "g a": "(a@x)*a"}, None, ", f = g^2, g = a^T x"),
    Group(r"\frac{\partial L}{\partial W}", "W:mn x:n y:m", "sum((W@x-y)**2)", "W", {"2(Wx-y)x^T": "2*outer(W@x-y,x)", "2e x^T": "2*outer(W@x-y,x)", "e x^T": "outer(W@x-y,x)"}, None, r", \quad L = \|e\|^2, e = Wx - y"),
    Group(r"\frac{\partial a_i}{\partial z_j}", "z:n", "1/(1+exp(-z))", "z", {
        r"a_i(1-a_i)\delta_{ij}": "diag(1/(1+exp(-z))*(1-1/(1+exp(-z))))", r"a_i(1-a_i)": "outer(1/(1+exp(-z))*(1-1/(1+exp(-z))),ones(n))",
    }, None, r", \quad a_i = \sigma(z_i)"),
    Group(r"\frac{\partial u_i}{\partial x_j}", "x:n", "x/(x@x)**0.5", "x", {
        r"\frac{\delta_{ij}}{r} - \frac{x_i x_j}{r^3}": "I/(x@x)**0.5-outer(x,x)/(x@x)**1.5", r"\frac{\delta_{ij}}{r}": "I/(x@x)**0.5",
    }, {"x": "n"}, r", u = x/\|x\|, r = \|x\|"),
    Group(r"\frac{\partial x_i A_{ij} x_j}{\partial x_k}", "A:nn x:n", "x@A@x", "x", {r"A_{kj}x_j + A_{ik} x_i": "A@x+A.T@x", r"A_{kj}x_j": "A@x"}, _A),
    Group(r"\frac{\partial (x^T A x)}{\partial A_{ij}}", "A:nn x:n", "x@A@x", "A", {"x_i x_j": "outer(x,x)", "x_i x_i": "outer(x*x,ones(n))"}),
    # --- further second and third derivatives
    Group(r"\frac{\partial^2 \sum_i x_i^3}{\partial x_j \partial x_k}", "x:n", "sum(x**3)", "x x", {r"6 x_j \delta_{jk}": "6*diag(x)", r"6 x_j": "6*outer(x,ones(n))"}),
    Group(r"\frac{\partial^2 \operatorname{tr}(X^TX)}{\partial X_{ij}\partial X_{kl}}", "X:nn", "trace(X.T@X)", "X X", {
        r"2\delta_{ik}\delta_{jl}": "2*einsum('ik,jl->ijkl',I,I)", r"\delta_{ik}\delta_{jl}": "einsum('ik,jl->ijkl',I,I)", r"2\delta_{il}\delta_{jk}": "2*einsum('il,jk->ijkl',I,I)",
    }, {"X": "n x n"}),
    Group(r"\frac{\partial^2 \operatorname{tr}(X^2)}{\partial X_{ij}\partial X_{kl}}", "X:nn", "trace(X@X)", "X X", {
        r"2\delta_{il}\delta_{jk}": "2*einsum('il,jk->ijkl',I,I)", r"2\delta_{ik}\delta_{jl}": "2*einsum('ik,jl->ijkl',I,I)",
    }),
    Group(r"\frac{d^2 f}{dx^2}", "x:", "x**5", "x x", {"20x^3": "20*x**3", "5x^4": "5*x**4"}, None, ", f(x) = x^5"),
    Group(r"\frac{d^2}{dt^2} \|x + t v\|^2", "x:n v:n t:", "sum((x+t*v)**2)", "t t", {r"2\|v\|^2": "2*v@v", r"2\|v\|": "2*(v@v)**0.5"}, {"x": "n", "v": "n", "t": "scalar"}),
    Group(r"\frac{\partial^2 (t\, x^TAx)}{\partial x \partial t}", "x:n A:nn t:", "t*x@A@x", "x t", {"(A+A^T)x": "(A+A.T)@x", "2Ax": "2*A@x"}, {**_A, "t": "scalar"}),
    Group(r"\frac{\partial^2 (a^TXb)}{\partial X_{ij}\partial b_k}", "a:n b:n X:nn", "a@X@b", "X b", {r"a_i \delta_{jk}": "einsum('i,jk->ijk',a,I)", r"a_j \delta_{ik}": "einsum('j,ik->ijk',a,I)"}, {"a": "n", "b": "n", "X": "n x n"}),
    Group(r"\nabla^2 r", "x:n", "(x@x)**0.5", "x x", {
        r"\frac{1}{r}(I - \frac{xx^T}{r^2})": "(I-outer(x,x)/(x@x))/(x@x)**0.5", r"\frac{1}{r}I": "I/(x@x)**0.5",
    }, None, r", r(x) = \|x\|"),
    Group(r"\nabla^2 f(x)", "x:n", "log(sum(exp(x)))", "x x", {
        r"\operatorname{diag}(p) - pp^T": "diag(s(x))-outer(s(x),s(x))", r"\operatorname{diag}(p)": "diag(s(x))",
    }, None, r", f(x) = \log\sum_i e^{x_i}, p = \operatorname{softmax}(x)"),
    Group(r"d^2 f", "A:nn X:nn", "trace(X.T@A@X)", "X X", {r"2 \operatorname{tr}(dX^T A dX)": "2*trace(dX.T@A@dX)", r"\operatorname{tr}(dX^T A dX)": "trace(dX.T@A@dX)"}, {"X": "n x p", "A": "n x n"}, r", f = \operatorname{tr}(X^T A X)", "along"),
    Group(r"D^2 f(x)[h,h]", "A:nn x:n", "x@A@x", "x x", {r"2h^TAh": "2*dX@A@dX", r"h^TAh": "dX@A@dX"}, _A, ", f(x) = x^TAx", "along"),
    # --- asides: sets, properties, sentences
    Group(r"\frac{\partial x^T A x}{\partial x}", "A:nn x:n", "x@A@x", "x", {r"2Ax": "2*A@x", r"Ax": "A@x"}, _A, r", \quad A \text{ symmetric}", structure={"A": "symmetric"}),
    Group(r"\frac{\partial x^T A x}{\partial x}", "A:nn x:n", "x@A@x", "x", {r"2Ax": "2*A@x", r"A x + x": "A@x+x"}, None, r" \quad (A = A^T)", structure={"A": "symmetric"}),
    Group(r"\frac{\partial x^T A x}{\partial x}", "A:nn x:n", "x@A@x", "x", {r"2Ax": "2*A@x", r"-2Ax": "-2*A@x"}, _A, r" \quad \text{if $A$ is symmetric}", structure={"A": "symmetric"}),
    Group(r"\frac{\partial x^T A x}{\partial x}", "A:nn x:n", "x@A@x", "x", {r"2Ax": "2*A@x", r"(A + A^T)x": "(A+A.T)@x"}, _A, r", \quad x \neq 0"),
    Group(r"\frac{\partial y}{\partial x}", "A:mn x:n", "A@x", "x", {"A": "A", "-A": "-A"}, None, r", \quad y = Ax, \quad A \in \mathbb{R}^{m\times n}"),
    Group(r"\text{Let } y = Ax. \frac{\partial y}{\partial x}", "A:mn x:n", "A@x", "x", {"A": "A", "2A": "2*A"}),
    Group(r"\text{If } f(x) = x^TAx \text{ then } \nabla f(x)", "A:nn x:n", "x@A@x", "x", {"(A+A^T)x": "(A+A.T)@x", "2Ax": "2*A@x"}),
    Group(r"J = \frac{\partial y}{\partial x}", "A:mn x:n b:m", "A@x+b", "x", {"A": "A", "-A": "-A"}, {"A": "m x n", "x": "n", "b": "m"}, ", y = Ax + b"),
    Group(r"\frac{\partial \log p}{\partial \theta_k}", "x:n t:n", "x@t-log(sum(exp(t)))", "t", {
        r"x_k - \frac{e^{\theta_k}}{\sum_j e^{\theta_j}}": "x-s(t)", r"x_k - e^{\theta_k}": "x-exp(t)",
    }, None, r", \log p = x^T\theta - \log\sum_j e^{\theta_j}"),
    Group(r"\frac{\partial z^{(l)}_i}{\partial W^{(l)}_{jk}}", "W:mn a:n", "W@a", "W", {
        r"\delta_{ij} a_k": "einsum('ij,k->ijk',eye(m),a)", r"a_k": "einsum('ij,k->ijk',ones((m,m)),a)",
    }, {"W^{(l)}": "m x n", "a": "n"}, ", z^{(l)} = W^{(l)} a"),
    Group(r"\frac{\partial \operatorname{relu}(x)_i}{\partial x_j}", "x:n", "x*(x.real>0)", "x", {
        r"\delta_{ij} 1\{x_i > 0\}": "diag(1.0*(x>0))", r"1\{x_i > 0\}": "outer(1.0*(x>0),ones(n))",
    }, {"x": "n"}),
    Group(r"\frac{\partial^2 L}{\partial w \partial b}", "w:n x:n b:", "0.5*(w@x+b)**2", "w b", {"x": "x", "w": "w"}, {"w": "n", "x": "n", "b": "scalar"}, r", L = \frac12 (w^Tx + b)^2"),
]  # fmt: skip
