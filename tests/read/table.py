r"""Formulas as people write them, and what each of them is, in the words of the Python API.

A group is a set of declarations and rows `text => expression`; the expression is Python over the names that `derive`
exports and the declared symbols (Greek by name: mu for \mu).
"""

from __future__ import annotations

# ruff: noqa: E501 -- one row a line

GROUPS: dict[str, tuple[dict[str, str], str]] = {
    "quadratic forms, every transpose": (
        {"A": "n x n", "x": "n", "y": "n"},
        r"""
x^T A x                                   => x.T*A*x
x^{T}Ax                                   => x.T*A*x
x^\top A x                                => x.T*A*x
x^{\top} A x                              => x.T*A*x
x^{ \top} A x                             => x.T*A*x
x^\intercal A x                           => x.T*A*x
x^{\mathsf T} A x                         => x.T*A*x
x^{\mathsf{T}} A x                        => x.T*A*x
x^\mathsf{T} A x                          => x.T*A*x
x^\mathrm{T} A x                          => x.T*A*x
x^{\mathrm T} A x                         => x.T*A*x
x^\text{T} A x                            => x.T*A*x
x^{\text{T}} A x                          => x.T*A*x
x^{\rm T} A x                             => x.T*A*x
x^\prime A x                              => x.T*A*x
x^{\prime} A x                            => x.T*A*x
x' A x                                    => x.T*A*x
x^t A x                                   => x.T*A*x
x^{tr} A x                                => x.T*A*x
x^H A x                                   => x.T*A*x
\mathbf{x}^T \mathbf{A} \mathbf{x}        => x.T*A*x
\mathbf x^\top \mathbf A \mathbf x        => x.T*A*x
\boldsymbol{x}^T\boldsymbol{A}\boldsymbol{x} => x.T*A*x
\bm{x}^{\top}\bm{A}\bm{x}                 => x.T*A*x
\pmb{x}^T A \pmb{x}                       => x.T*A*x
\vec{x}^T A \vec{x}                       => x.T*A*x
\vec x^T A \vec x                         => x.T*A*x
\mathrm{x}^T \mathrm{A} \mathrm{x}        => x.T*A*x
\mathsf{x}^T \mathsf{A} \mathsf{x}        => x.T*A*x
\textbf{x}^T \textbf{A} \textbf{x}        => x.T*A*x
{\bf x}^T {\bf A} {\bf x}                 => x.T*A*x
\mathbf{x^T A x}                          => x.T*A*x
\mathbf{x}^\top \mathbf{A x}              => x.T*A*x
\boldsymbol{x}^T\boldsymbol{Ax}           => x.T*A*x
(\mathbf{x}^\top A \mathbf{x})            => x.T*A*x
\left(x^T A x\right)                      => x.T*A*x
\big( x^T A x \big)                       => x.T*A*x
\bigl[ x^T A x \bigr]                     => x.T*A*x
\left\{ x^T A x \right\}                  => x.T*A*x
x^T\!A\,x                                 => x.T*A*x
x^T \; A \quad x                          => x.T*A*x
{x}^{T}{A}{x}                             => x.T*A*x
x^T \cdot A \cdot x                       => x.T*A*x
x^T \times A \times x                     => x.T*A*x
\displaystyle x^T A x .                   => x.T*A*x
$x^T A x$                                 => x.T*A*x
\(x^T A x\)                               => x.T*A*x
\[ x^T A x, \]                            => x.T*A*x
x' * A * x                                => x.T*A*x
x'*A*x                                    => x.T*A*x
xᵀAx                                      => x.T*A*x
xᵀ A x                                    => x.T*A*x
x⊤Ax^⊤                                    => error
x^⊤Ax                                     => x.T*A*x
𝐱ᵀ𝐀𝐱                                      => x.T*A*x
x.T @ A @ x                               => x.T*A*x
x.T * A * x                               => x.T*A*x
x.'*A*x                                   => x.T*A*x
\langle x, Ax\rangle                      => x.T*A*x
\left\langle x, A x \right\rangle         => x.T*A*x
⟨x, Ax⟩                                   => x.T*A*x
x \cdot (A x)                             => x.T*A*x
x \cdot A x                               => x.T*A*x
dot(x, A*x)                               => x.T*A*x
\|x\|_A^2                                 => x.T*A*x
\mathbf{x}^{'} A x                        => x.T*A*x
x^T(A + A^T)x                             => x.T*(A + A.T)*x
y x^T A                                   => y*x.T*A
A x y^T A                                 => A*x*y.T*A
A x^T y                                   => (x.T*y)*A
A x^T y x                                 => (x.T*y)*A*x
x y^T x y^T                               => x*y.T*x*y.T
2Ax                                       => 2*A*x
2 A x                                     => 2*A*x
A(x+y)                                    => A*(x + y)
(A+I)x                                    => (A + eye(A.shape[0]))*x
(A+\mathbf{I})x                           => (A + eye(A.shape[0]))*x
(A + \mathbb{I}) x                        => (A + eye(A.shape[0]))*x
(A + I_n)x                                => (A + eye(A.shape[0]))*x
(A + I_{n \times n})x                     => (A + eye(A.shape[0]))*x
A^2 x                                     => A*A*x
A^{-1}x                                   => inv(A)*x
A^{-T}x                                   => inv(A).T*x
A^{-\top}x                                => inv(A).T*x
A^{-\mathrm{T}}x                          => inv(A).T*x
A^{-\mathsf T}x                           => inv(A).T*x
A^{-1T}x                                  => inv(A).T*x
A^{\text{-1}}x                            => inv(A)*x
A^{\mathrm{-T}}x                          => inv(A).T*x
A^{\mathbf{T}}x                           => A.T*x
A^{\bf T}x                                => A.T*x
A^{-1}{}^T x                              => inv(A).T*x
(A^{-1})^T x                              => inv(A).T*x
(A^T)^{-1} x                              => inv(A).T*x
A'^{-1} x                                 => inv(A).T*x
A⁻¹x                                      => inv(A)*x
A⁻ᵀx                                      => inv(A).T*x
A^-1*x                                    => inv(A)*x
A^(-1)*x                                  => inv(A)*x
inv(A)*x                                  => inv(A)*x
A**-1*x                                   => inv(A)*x
A^{-2}                                    => inv(A)*inv(A)
A^{1/2}                                   => sqrtm(A)
A^{\frac{1}{2}}                           => sqrtm(A)
A^\frac12                                 => sqrtm(A)
A^{-1/2}                                  => inv(sqrtm(A))
A^+ x                                     => pinv(A)*x
A^{\dagger} x                             => pinv(A)*x
A^\dagger x                               => pinv(A)*x
\operatorname{Diag} \operatorname{softmax}(x) - \operatorname{softmax}(x) \operatorname{softmax}(x)^t => diag(softmax(x)) - softmax(x)*softmax(x).T
A^† x                                     => pinv(A)*x
""",
    ),
    "norms": (
        {"A": "m x n", "X": "m x n", "x": "n", "b": "m", "t": "scalar", "p": "scalar"},
        r"""
\|x\|                                     => norm(x)
\|x\|_2                                   => norm(x)
||x||                                     => norm(x)
||x||_2                                   => norm(x)
\Vert x \Vert                             => norm(x)
\lVert x \rVert                           => norm(x)
\left\| x \right\|                        => norm(x)
\left\lVert x \right\rVert_2              => norm(x)
\left|\left| x \right|\right|             => norm(x)
\big\| x \big\|                           => norm(x)
‖x‖                                       => norm(x)
‖x‖₂                                      => norm(x)
norm(x)                                   => norm(x)
norm2(x)                                  => norm(x)
\|x\|^2                                   => sqnorm(x)
\|x\|_2^2                                 => sqnorm(x)
\|x\|^2_2                                 => sqnorm(x)
\|x\|^{2}                                 => sqnorm(x)
||x||^2                                   => sqnorm(x)
||x||_2^2                                 => sqnorm(x)
‖x‖²                                      => sqnorm(x)
‖x‖₂²                                     => sqnorm(x)
norm2(x)^2                                => sqnorm(x)
norm(x)**2                                => sqnorm(x)
\norm{x}_2^2                              => sqnorm(x)
x^T x                                     => x.T*x
\|x\|_1                                   => norm(x, 1)
‖x‖₁                                      => norm(x, 1)
norm1(x)                                  => norm(x, 1)
norm(x, 1)                                => norm(x, 1)
\|x\|_\infty                              => norm(x, "inf")
\|x\|_{\infty}                            => norm(x, "inf")
\|x\|_p                                   => norm(x, p)
\|x\|_3                                   => norm(x, 3)
\|X\|_F                                   => norm(X)
\|X\|_F^2                                 => sqnorm(X)
\|X\|_{F}^{2}                             => sqnorm(X)
\|X\|_\mathrm{F}^2                        => sqnorm(X)
\|X\|_\textrm{F}^2                        => sqnorm(X)
\|X\|_{\text{F}}^2                        => sqnorm(X)
\|X\|^2_F                                 => sqnorm(X)
\|X\|^2                                   => sqnorm(X)
||X||_F^2                                 => sqnorm(X)
‖X‖_F²                                    => sqnorm(X)
\|X\|_2^2                                 => sqnorm(X)
\|X\|_*                                   => norm(X, "nuc")
\|X\|_2                                   => norm(X, "spectral")
\|X\|_{\max}                              => norm(X, "max")
\langle A, X \rangle                      => dot(A, X)
\langle A, X \rangle_F                    => dot(A, X)
\operatorname{tr}(A^T X)                  => tr(A.T*X)
\|Ax-b\|^2                                => sqnorm(A*x - b)
\|Ax-b\|                                  => norm(A*x - b)
\frac12\|Ax-b\|_2^2                       => sqnorm(A*x - b)/2
\tfrac{1}{2}\|Ax-b\|_2^2                  => sqnorm(A*x - b)/2
\dfrac{1}{2} \lVert Ax-b \rVert^2         => sqnorm(A*x - b)/2
½‖Ax − b‖²                                => sqnorm(A*x - b)/2
1/2 ||Ax - b||^2                          => sqnorm(A*x - b)/2
0.5*norm2(A*x-b)^2                        => sqnorm(A*x - b)/2
1/(2m) ||Ax - b||^2                       => sqnorm(A*x - b)/(2*m)
\frac{1}{2m}\|Ax - b\|^2                  => sqnorm(A*x - b)/(2*m)
\|x\|\|b\|                                => norm(x)*norm(b)
||x||*||b||                               => norm(x)*norm(b)
\frac{x}{\|x\|}                           => x/norm(x)
x/\|x\|                                   => x/norm(x)
\|x\|^3                                   => norm(x)**3
|t|                                       => abs(t)
\left|t\right|                            => abs(t)
\lvert t \rvert                           => abs(t)
\abs{t}                                   => abs(t)
abs(t)                                    => abs(t)
|t|\,|t-1|                                => abs(t)*abs(t - 1)
||t|-1|^2                                 => error
\left||t|-1\right|                        => error
\left|\left|t\right|-1\right|             => abs(abs(t) - 1)
""",
    ),
    "determinants, traces and inverses": (
        {"A": "n x n", "X": "n x n", "B": "n x n", "C": "n x n", "a": "scalar"},
        r"""
|X|                                       => det(X)
\left|X\right|                            => det(X)
\lvert X \rvert                           => det(X)
\vert X \vert                             => det(X)
\det X                                    => det(X)
\det(X)                                   => det(X)
\det{X}                                   => det(X)
\det\left(X\right)                        => det(X)
\det|X|                                   => det(X)
\mathrm{det}(X)                           => det(X)
\text{det} \, \mathbf{X}                  => det(X)
\operatorname{det}(\mathbf{X})            => det(X)
det(X)                                    => det(X)
\begin{vmatrix} a & 1 \\ 2 & 3 \end{vmatrix} => 3*a - 2
|A||X|                                    => det(A)*det(X)
|A X|                                     => det(A*X)
|A|X                                      => det(A)*X
2|X|^2 A                                  => 2*det(X)**2*A
\text{det} \, \mathbf{A X B}              => det(A*X*B)
\text{det}\,\mathbf{A} \mathbf{X} \mathbf{B} \mathbf{X}' \mathbf{C} => det(A*X*B*X.T*C)
(\text{det} \, \mathbf{X})^2 (\mathbf{X}')^{-1} => det(X)**2*inv(X).T
\det X^2                                  => det(X*X)
\det(X)^2                                 => det(X)**2
\det(X)(X^{-1})^T                         => det(X)*inv(X).T
\log\det X                                => logdet(X)
\log\det(X)                               => logdet(X)
\log \det A + \operatorname{trace}(A^{-1} X) => logdet(A) + tr(inv(A)*X)
\ln\det X                                 => logdet(X)
\ln (\operatorname{det}(\mathbf{X}))      => logdet(X)
\log|X|                                   => logdet(X)
\ln|X|                                    => logdet(X)
\log{|X|}                                 => logdet(X)
\log \left| X^T X \right|                 => logdet(X.T*X)
\ln|a\mathbf{X}|                          => logdet(a*X)
\operatorname{logdet}(X)                  => logdet(X)
\log\det A X                              => logdet(A*X)
-\frac{1}{2}\log|X| - \frac12 \log 2\pi   => -logdet(X)/2 - log(2*pi)/2
-\frac{1}{2}n\log{2\pi}                   => -const_n*log(2*pi)/2
\operatorname{tr}(AX)                     => tr(A*X)
\operatorname{Tr}(\mathbf{A X})           => tr(A*X)
\operatorname{tr}\left(A X\right)         => tr(A*X)
\operatorname{tr}[AX]                     => tr(A*X)
\operatorname{tr}\{AX\}                   => tr(A*X)
\operatorname{tr} AX                      => tr(A*X)
\operatorname{trace}(AX)                  => tr(A*X)
\text{tr}(AX)                             => tr(A*X)
\text { tr }(\mathbf A\mathbf X)          => tr(A*X)
\mbox{tr}(AX)                             => tr(A*X)
\mathrm{tr}(AX)                           => tr(A*X)
\mathrm{Tr}(AX)                           => tr(A*X)
\mathrm{Tr}\,AX                           => tr(A*X)
\tr(AX)                                   => tr(A*X)
\Tr{AX}                                   => tr(A*X)
\mathbf{tr}(AX)                           => tr(A*X)
\mathop{\mathrm{tr}}(AX)                  => tr(A*X)
tr(AX)                                    => tr(A*X)
tr(A*X)                                   => tr(A*X)
trace(A X)                                => tr(A*X)
trAX                                      => tr(A*X)
tr AX                                     => tr(A*X)
tr AXA^TC                                 => tr(A*X*A.T*C)
trAXA^TC                                  => tr(A*X*A.T*C)
\operatorname{tr}(A)X                     => tr(A)*X
\operatorname{tr}(A) I + X                => tr(A)*eye(n) + X
\operatorname{tr}(X)^2                    => tr(X)**2
\operatorname{tr}(X^2)                    => tr(X*X)
\operatorname{tr} A \odot X               => tr(hadamard(A, X))
\operatorname{tr} A + \operatorname{tr} X => tr(A) + tr(X)
\operatorname{tr}A\operatorname{tr}X      => tr(A)*tr(X)
\operatorname{tr}\left(\operatorname{tr}\left(X \right) X \right) => tr(tr(X)*X)
adj(X)                                    => adjugate(X)
\operatorname{adj}(X)^T                   => adjugate(X).T
X^\#                                      => adjugate(X)
-\mathbf{X}^{-T} \mathbf{A}^{T} \mathbf{B}^{T} \mathbf{X}^{-T} => -inv(X).T*A.T*B.T*inv(X).T
\mathbf{X B}^{T}+\mathbf{X B}             => X*B.T + X*B
\left( \mathbf{X} \mathbf{B} + \mathbf{B}\mathbf{X}\right)^{T} => (X*B + B*X).T
(AB)_{11}                                 => (A*B)[0, 0]
X_{12}                                    => X[0, 1]
X_{1,2}                                   => X[0, 1]
(X^{-1})_{21}                             => inv(X)[1, 0]
\frac{(I - A^{-1} X)A^{-1} + A^{-1} (I - X A^{-1})}{2} => ((eye(n) - inv(A)*X)*inv(A) + inv(A)*(eye(n) - X*inv(A)))/2
A \otimes X                               => kron(A, X)
A X \otimes B^T                           => kron(A*X, B.T)
kron(A, X)                                => kron(A, X)
A : X                                     => dot(A, X)
A : X B                                   => dot(A, X*B)
A \odot X                                 => hadamard(A, X)
A \circ X                                 => hadamard(A, X)
A ∘ X                                     => hadamard(A, X)
A .* X                                    => hadamard(A, X)
(A X) \circ B + C                         => hadamard(A*X, B) + C
A X \odot B X                             => hadamard(A*X, B*X)
X^{\circ 2}                               => power(X, 2)
X^{\odot 2}                               => power(X, 2)
X.^2                                      => power(X, 2)
X^{\circ -1}                              => power(X, -1)
A \oslash X                               => divide(A, X)
A ./ X                                    => divide(A, X)
\operatorname{vec}(X)                     => vec(X)
\operatorname{vec} A X                    => vec(A*X)
\operatorname{vec}(X)^T \operatorname{vec}(A) => vec(X).T*vec(A)
\operatorname{diag}(X)                    => diag(X)
\operatorname{diag}(X)^T \operatorname{diag}(A) => diag(X).T*diag(A)
X^{\circ {\frac{1}{2}}}                   => power(X, Fraction(1, 2))
K_{nn} \operatorname{vec}(X)              => commutation(n, n)*vec(X)
\sum \operatorname{eig}(X)                => tr(X)
\prod \operatorname{eig}(X)               => det(X)
\operatorname{eig}(X)                     => error
\lambda_2(X)                              => eigenvalue(X, 2)
{\rm tr}(AX)                              => tr(A*X)
{\rm Tr}\left(AX\right)                   => tr(A*X)
{\text{tr}}(AX)                           => tr(A*X)
A J^{ij} X                                => A*basis(n, i)*basis(n, j).T*X
\delta_{ij} X_{ki}                        => (basis(n, i).T*basis(n, j))*X[k - 1, i - 1]
""",
    ),
    "functions": (
        {
            "x": "n",
            "y": "n",
            "w": "m",
            "X": "n x m",
            "S": "n x n",
            "t": "scalar",
            "s": "scalar positive",
            "k": "scalar positive integer",
        },
        r"""
\exp(x)                                   => exp(x)
e^x                                       => exp(x)
e^{-t}                                    => exp(-t)
\mathrm{e}^{t}                            => exp(t)
e^{-\frac{1}{2}x^Tx}                      => exp(-x.T*x/2)
\exp\left(-\frac{1}{2} x^T x\right)       => exp(-x.T*x/2)
\exp[-x^T x]                              => exp(-x.T*x)
\exp\{-t\}                                => exp(-t)
\exp -t                                   => exp(-t)
\log x                                    => log(x)
\ln x                                     => log(x)
\log_2 t                                  => log(t)/log(2)
\log_{10}(t)                              => log(t)/log(10)
\log(1+\exp(x))                           => log(1 + exp(x))
\log\left(1+e^{t}\right)                  => log(1 + exp(t))
\sin x                                    => sin(x)
\sin(x)                                   => sin(x)
sin(t + t^2)                              => sin(t + t**2)
\sin^2 t                                  => sin(t)**2
\sin^2(t) + \cos^2(t)                     => sin(t)**2 + cos(t)**2
\sin^{-1} t                               => asin(t)
\arcsin t                                 => asin(t)
\tan t \cos t                             => tan(t)*cos(t)
\sin.(x)                                  => sin(x)
\sin_\circ(x)                             => sin(x)
\exp_\circ(S)                             => exp(S)
\exp.(S)                                  => exp(S)
{\left( d \mapsto \sin{\left(d \right)} \right)}_{\circ}\left({S}\right) => sin(S)
{\left( d \mapsto e^{d} \right)}_{\circ}\left({x}\right) => exp(x)
{\left( d \mapsto d^{2} + 1 \right)}_{\circ}\left({x}\right) => power(x, 2) + ones(n)
e^{S}                                     => expm(S)
e^{tS}                                    => expm(t*S)
\exp(S)                                   => expm(S)
\exp S                                    => expm(S)
\sin(S)                                   => sinm(S)
\cos (S)^{T}                              => cosm(S).T
\log S                                    => logm(S)
\sqrt{S}                                  => sqrtm(S)
\operatorname{expm}(S)                    => expm(S)
exp(X)                                    => exp(X)
sum(exp(S).*S)                            => sum(hadamard(exp(S), S))
\sqrt t                                   => sqrt(t)
\sqrt{x^Tx}                               => sqrt(x.T*x)
\sqrt[3]{t}                               => power(t, Fraction(1, 3))
√t                                        => sqrt(t)
√(t+1)                                    => sqrt(t + 1)
\frac{1}{\sqrt{n}} x                      => x/sqrt(const_n)
\frac{x}{\sqrt n}                         => x/sqrt(const_n)
(x^T x)^{1/2}                             => sqrt(x.T*x)
x (x^T x)^{-1/2}                          => x/sqrt(x.T*x)
t^{3/2}                                   => t**Fraction(3, 2)
t^k                                       => t**k
\operatorname{tr}(S^k)                    => tr(S**k)
k (S')^{k-1}                              => k*S.T**(k - 1)
\sigma(x)                                 => sigmoid(x)
\sigma(X w + y)                           => sigmoid(X*w + y)
\sigma\left(x^Ty\right)                   => sigmoid(x.T*y)
\sigma'(x)                                => hadamard(sigmoid(x), 1 - sigmoid(x))
\sigma(x)\odot(1-\sigma(x))               => hadamard(sigmoid(x), 1 - sigmoid(x))
\sigma(x)\odot(\mathbf 1-\sigma(x))       => hadamard(sigmoid(x), 1 - sigmoid(x))
\operatorname{sigmoid}(x)                 => sigmoid(x)
\mathrm{sigmoid}(x)                       => sigmoid(x)
σ(x)                                      => sigmoid(x)
\tanh(X w)                                => tanh(X*w)
\tanh'(x)                                 => 1 - power(tanh(x), 2)
\operatorname{ReLU}(x)                    => relu(x)
\mathrm{relu}(X)                          => relu(X)
[1 - t]_+                                 => relu(1 - t)
(1 - x)_+                                 => relu(1 - x)
\max(0, 1 - t)                            => maximum(0, 1 - t)
\max\{0, x\}                              => maximum(0, x)
\max_i x_i                                => max(x)
\max x                                    => max(x)
\mathbb{1}[x > 0]                         => step(x)
\mathbf{1}_{x > 0} \odot y                => hadamard(step(x), y)
\mathbf 1\{x > y\}                        => step(x - y)
(x > 0) \odot y                           => hadamard(step(x), y)
|x|^2                                     => sqnorm(x)
|x - y|^2                                 => sqnorm(x - y)
\min(t, s)                                => minimum(t, s)
\operatorname{sign}(x)                    => sign(x)
\operatorname{sgn} t                      => sign(t)
\operatorname{softmax}(x)                 => softmax(x)
\text{softmax}(x)                         => softmax(x)
\mathrm{softmax}(X w)                     => softmax(X*w)
softmax(x)                                => softmax(x)
\operatorname{softmax}(X)                 => softmax(X, axis=1)
\operatorname{softmax}_{\text{columns}}(X) => softmax(X, axis=0)
softmax(X, axis=0)                        => softmax(X, axis=0)
-y^T \log \operatorname{softmax}(x)       => -y.T*log(softmax(x))
-y^T \log(\operatorname{softmax}(x))      => -y.T*log(softmax(x))
\operatorname{logsumexp}(x)               => logsumexp(x)
logsumexp(x)                              => logsumexp(x)
\log\sum_i e^{x_i}                        => log(sumover(exp(x[i - 1]), i, 1, n))
\operatorname{diag}(x)                    => diag(x)
\operatorname{Diag}(x)y                   => diag(x)*y
\operatorname{DiagMatrix}\left(x\right)   => diag(x)
\mathrm{diag}(x)                          => diag(x)
diag(x)*y                                 => diag(x)*y
\mathbf 1^T x                             => sum(x)
\mathbf{1}^T x                            => sum(x)
1^T x                                     => sum(x)
1^\top x                                  => sum(x)
\mathbf{1}_n^T x                          => sum(x)
\mathbb{1}^T x                            => sum(x)
\mathbf 1^T X \mathbf 1                   => sum(X)
1^T X 1                                   => sum(X)
\overrightarrow{\mathbf 1}^T x            => sum(x)
x - t\mathbf{1}                           => x - t*ones(n)
x \mathbf{1}^T w                          => x*(ones(1, m)*w)
1 w^T                                     => error
\sum x                                    => sum(x)
sum(x)                                    => sum(x)
sum(X, axis=0)                            => sum(X, axis=0)
\operatorname{sum}(X \odot X)             => sum(hadamard(X, X))
\operatorname{mean}(x)                    => mean(x)
x + t                                     => x + t*ones(n)
x + 1                                     => x + ones(n)
\frac{y}{x}                               => divide(y, x)
-\dfrac{y}{x}                             => -divide(y, x)
y ./ x                                    => divide(y, x)
\frac{1}{x}                               => power(x, -1)
x \odot y                                 => hadamard(x, y)
x .* y                                    => hadamard(x, y)
x ∘ y                                     => hadamard(x, y)
t x \odot y                               => t*hadamard(x, y)
x^{\odot 2}                               => power(x, 2)
x.^2                                      => power(x, 2)
x^2                                       => power(x, 2)
x ⊙ y + x                                 => hadamard(x, y) + x
-y \odot X w                              => -hadamard(y, X*w)
\log(1+\exp(-y \odot Xw))                 => log(1 + exp(-hadamard(y, X*w)))
sum(log(1+exp(-y.*(X*w))))                => sum(log(1 + exp(-hadamard(y, X*w))))
sum(log(vector(1)+exp(-y.*(X*w))))        => sum(log(1 + exp(-hadamard(y, X*w))))
norm2(X*w-y)^2 + s*norm1(w)               => sqnorm(X*w - y) + s*norm(w, 1)
x'*S*x + t*sin(y)'*x                      => x.T*S*x + t*sin(y).T*x
x \cdot y                                 => x.T*y
x · y                                     => x.T*y
t \cdot x                                 => t*x
2 \cdot 3 \cdot t                         => 6*t
\frac{1}{2}\times2\times x                => x
\langle x,y\rangle                        => x.T*y
\frac{x^Ty}{\|x\|\|y\|}                   => x.T*y/(norm(x)*norm(y))
\frac{x^T S x}{x^T x}                     => x.T*S*x/(x.T*x)
x^T S x / x^T x                           => x.T*S*x/(x.T*x)
x'*S*x/(x'*x)                             => x.T*S*x/(x.T*x)
3t^4 - 4t^3 - 12t^2                       => 3*t**4 - 4*t**3 - 12*t**2
12t(t-2)(t+1)                             => 12*t*(t - 2)*(t + 1)
t^12                                      => t**12
t^{12}                                    => t**12
t x^T y - 1                               => t*x.T*y - 1
\mathbb{E}[x^T S x]                       => expectation_(x.T*S*x)
\mathbb{E}\left[t\right]                  => expectation_(t)
\operatorname{erf}(t)                     => erf(t)
\operatorname{cosh}(x)                    => cosh(x)
\pi t                                     => pi*t
2\pi e t                                  => 2*pi*E*t
x_1^2 + x_2 x_3                           => x[0]**2 + x[1]*x[2]
e_1^T x                                   => basis(n, 1).T*x
X_{:1}                                    => X*basis(m, 1)
X_{1:}                                    => basis(n, 1).T*X
t\begin{bmatrix} 1 & t \\ 0 & s \end{bmatrix} => t*stack([[1, t], [0, s]])
\begin{pmatrix} t \\ s \end{pmatrix}      => stack([t, s])
\left[t, s\right]                         => stack([[t, s]])
\mathbf{0}^T x + t                        => t
\int_0^1 t u^2 du                         => t/3
\binom{t}{2}                              => t*(t - 1)/2
\prod_{j=1}^{2} (t+j)                     => (t + 1)*(t + 2)
\lim_{u \to 0} \frac{\sin(t u)}{u}        => t
""",
    ),
    "names": (
        {
            r"\Sigma": "n x n",
            r"\mu": "n",
            r"\hat{w}": "n",
            r"\bar{x}": "n",
            r"W^{(1)}": "m x n",
            r"a^{(2)}": "m",
            "f_u": "n",
            r"W_{ul}": "m x n",
            r"\lambda": "scalar",
            r"\vec{y}": "n",
            r"\hat{M}_k": "n x n",
            "S_b": "n x n",
            "x'": "n",
            r"w^*": "n",
            r"\tilde{b}": "scalar",
            "x_train": "m",
            "loss": "scalar",
        },
        r"""
\Sigma\mu                                 => Sigma*mu
\boldsymbol\Sigma\boldsymbol\mu           => Sigma*mu
\boldsymbol{\Sigma} \boldsymbol{\mu}      => Sigma*mu
\bm{\Sigma}\bm{\mu}                       => Sigma*mu
Σμ                                        => Sigma*mu
\mathbf{\Sigma}^{-1}\mu                   => inv(Sigma)*mu
\hat{w}^T\mu                              => w_hat.T*mu
\hat w^T\mu                               => w_hat.T*mu
\mathbf{\hat{w}}^T\mu                     => w_hat.T*mu
\hat{\mathbf{w}}^T\mu                     => w_hat.T*mu
\widehat{w}^T\mu                          => w_hat.T*mu
\bar{\mathbf{x}}^\top \hat{w}             => x_bar.T*w_hat
\overline{x}^T \hat{w}                    => x_bar.T*w_hat
W^{(1)}\mu                                => W_1*mu
\mathbf{W}^{(1)} \mu                      => W_1*mu
{\mathbf{W}^{(1)}}^\top a^{(2)}           => W_1.T*a_2
W^{(1)\top} a^{(2)}                       => W_1.T*a_2
(W^{(1)})^T a^{(2)}                       => W_1.T*a_2
f_u^T\mu                                  => f_u.T*mu
\boldsymbol{f}_{u}^{\mathrm{T}} \mu       => f_u.T*mu
f^T_u \mu                                 => f_u.T*mu
f^T_{u} \mu                               => f_u.T*mu
\boldsymbol{W}_{u l} \boldsymbol{f}_{u}   => W_ul*f_u
W_{ul}^T a^{(2)}                          => W_ul.T*a_2
\lambda \mu                               => lam*mu
λμ                                        => lam*mu
\frac{\lambda}{2}\mu^T\mu                 => lam/2*mu.T*mu
\vec{y}^T\mu                              => y_vec.T*mu
\hat{M}_k \mu                             => M_k*mu
\hat{M}_k^{-1} \mu                        => inv(M_k)*mu
S_b \mu                                   => S_b*mu
S_b^{-1}\mu                               => inv(S_b)*mu
x'^T \mu                                  => x_prime.T*mu
{x'}^T\mu                                 => x_prime.T*mu
w^{*T}\mu                                 => w_star.T*mu
(w^*)^T\mu                                => w_star.T*mu
(w^\ast)^T\mu                             => w_star.T*mu
\tilde b \mu                              => b_tilde*mu
\text{loss}^2                             => loss**2
loss^2                                    => loss**2
x_train' * x_train                        => x_train.T*x_train
w_hat' * mu                               => w_hat.T*mu
W_1.T @ a_2                               => W_1.T*a_2
M_hat_k * mu                              => M_k*mu
lambda*mu                                 => lam*mu
mu'*Sigma*mu                              => mu.T*Sigma*mu
\mu^T\Sigma^{-1}\mu - \lambda(\mu^T\mu - 1) => mu.T*inv(Sigma)*mu - lam*(mu.T*mu - 1)
""",
    ),
    "families and sums": (
        {
            "w": "d",
            "b": "scalar",
            "x_i": "d, i=1..N",
            "y_i": "scalar, i=1..N",
            r"\alpha_i": "scalar positive, i=1..N",
            r"z^{(i)}": "d, i=1..m",
            "u_k": "d, k=1..K",
            "u_o": "d",
            "X": "d x d",
            "v": "d",
            "n": "scalar positive integer",
        },
        r"""
\sum_{i=1}^N y_i                          => sumover(y_i[i], i, 1, N)
\sum_{i=1}^{N} y_i x_i                    => sumover(y_i[i]*x_i[i], i, 1, N)
\sum_i y_i x_i                            => sumover(y_i[i]*x_i[i], i, 1, N)
\sum_{1 \le i \le N} y_i x_i              => sumover(y_i[i]*x_i[i], i, 1, N)
\sum_{i}^{N} y_i x_i                      => sumover(y_i[i]*x_i[i], i, 1, N)
\sum_{i,j=1}^d X_{ij} v_i v_j             => sumover(sumover(X[i - 1, j - 1]*v[i - 1]*v[j - 1], j, 1, d), i, 1, d)
\sum_{i=1}^N y\_i                         => sumover(y_i[i], i, 1, N)
\sum\limits_{i=1}^N y_i x_i               => sumover(y_i[i]*x_i[i], i, 1, N)
\sum_{j=1}^N y_j x_j                      => sumover(y_i[j]*x_i[j], j, 1, N)
\sum_{i=1}^N y_i \boldsymbol{x}_i + w     => sumover(y_i[i]*x_i[i], i, 1, N) + w
\frac{1}{N}\sum_{i=1}^N (y_i - w^T x_i)^2 => sumover((y_i[i] - w.T*x_i[i])**2, i, 1, N)/N
\frac1N\sum_{i=1}^N \|x_i\|^2             => sumover(sqnorm(x_i[i]), i, 1, N)/N
1/N \sum_{i=1}^N y_i                      => sumover(y_i[i], i, 1, N)/N
\sum_{i=1}^N\alpha_i(1-y_i(w^Tx_i+b))     => sumover(alpha_i[i]*(1 - y_i[i]*(w.T*x_i[i] + b)), i, 1, N)
\sum_{i=1}^m {z^{(i)}}^T w                => sumover(z_i[i].T*w, i, 1, m)
\sum_{i=1}^m w^T z^{(i)}                  => sumover(w.T*z_i[i], i, 1, m)
\sum_{j} w^T z^{(j)}                      => sumover(w.T*z_i[j], j, 1, m)
-\log (\sigma (u_o^T v)) - \sum_{k=1}^{K} \log (\sigma(-u_k^T v)) => -log(sigmoid(u_o.T*v)) - sumover(log(sigmoid(-u_k[k].T*v)), k, 1, K)
u^T_{k} v                                 => u_k[k].T*v
\sum_{k=1}^K (1-\sigma(u^T_{k}v))u_k      => sumover((1 - sigmoid(u_k[k].T*v))*u_k[k], k, 1, K)
x_1 + x_2                                 => x_i[1] + x_i[2]
\sum_{i=1}^{N-1} (y_{i+1} - y_i)^2        => sumover((y_i[i + 1] - y_i[i])**2, i, 1, N - 1)
\sum_{r=0}^{n-1} X^r v v^T X^{n-1-r}      => sumover(X**r*v*v.T*X**(n - 1 - r), r, 0, n - 1)
\sum_{i=0}^{n-1}\left(X^{i} X^{n-i-1}\right)^{T} => sumover((X**i*X**(n - i - 1)).T, i, 0, n - 1)
\sum_i v_i^2                              => sumover(v[i - 1]**2, i, 1, d)
\sum_{i=1}^d v_i w_i                      => sumover(v[i - 1]*w[i - 1], i, 1, d)
\sum_{i,j} X_{ij} v_i v_j                 => sumover(sumover(X[i - 1, j - 1]*v[i - 1]*v[j - 1], j, 1, d), i, 1, d)
\sum_i \sum_j X_{ij} v_i v_j              => sumover(sumover(X[i - 1, j - 1]*v[i - 1]*v[j - 1], j, 1, d), i, 1, d)
\sum_i \left(v_i - \sum_j X_{ij} w_j\right)^2 => sumover((v[i - 1] - sumover(X[i - 1, j - 1]*w[j - 1], j, 1, d))**2, i, 1, d)
∑_i y_i                                   => sumover(y_i[i], i, 1, N)
\sum_{i=1}^n i                            => sumover(i, i, 1, n)
\sum_{k=1}^n k v                          => sumover(k*v, k, 1, n)
v_i w_i                                   => sumover(v[i - 1]*w[i - 1], i, 1, d)
v_i X_{ij} w_j - 1                        => sumover(sumover(v[i - 1]*X[i - 1, j - 1]*w[j - 1], j, 1, d), i, 1, d) - 1
v_i                                       => v[i - 1]
X_{ij} w_j                                => sumover(X[i - 1, j - 1]*w[j - 1], j, 1, d)
""",
    ),
    "labels with a transpose": (
        {"A": "m x n", "v": "n", "u^{(i)}": "m, i=1..N", "W^{(1)}": "n x n", "a^{(2)}": "n"},
        r"""
\sum_i u^{(i)T}Av                         => sumover(u_i[i].T*A*v, i, 1, N)
\sum_i u^{(i)\top}Av                      => sumover(u_i[i].T*A*v, i, 1, N)
u^{(1)T}Av                                => u_i[1].T*A*v
W^{(1)T} v                                => W_1.T*v
W^{(1)\top} v                             => W_1.T*v
a^{(2)T}W^{(1)}v                          => a_2.T*W_1*v
""",
    ),
    "programs without a product": (
        {"B": "n x n", "S": "n x n", "X": "n x n", "x": "n", r"\alpha": "scalar"},
        r"""
tanh(sin(B + S - X))                      => tanh(sin(B + S - X))
exp(B/alpha) - diag(x)/atan(alpha)        => exp(B/alpha) - diag(x)/atan(alpha)
tr(exp(X))                                => tr(exp(X))
tr(expm(X))                               => tr(expm(X))
tr(exp(S X))                              => tr(expm(S*X))
tr(exp X)                                 => tr(expm(X))
tr(exp(X)B)                               => tr(expm(X)*B)
norm(X, 'fro')                            => norm(X)
norm(X, "max")                            => norm(X, "max")
norm(X,'nuc')                             => norm(X, "nuc")
norm(x, 'inf')                            => norm(x, "inf")
norm(X, 'no')                             => error
x + 'fro'                                 => error
""",
    ),
    "bars of a vector": (
        {"A": "n x n", "x": "n", "y": "n", "t": "scalar", "p": "scalar positive"},
        r"""
x \circ |x|^{p-2}                         => hadamard(x, power(abs(x), p - 2))
x |x|^{p-2}                               => norm(x)**(p - 2)*x
y + |x|                                   => y + abs(x)
t + |x|                                   => t + norm(x)
x/|x|                                     => x/norm(x)
A|x|                                      => error
y^T|x|                                    => error
|x|/x                                     => error
y^T|Ax|^2                                 => y.T*(sqnorm(A*x))
\frac{x\circ |x|^{p-2}}{\|x\|_p^{p-1}}    => hadamard(x, power(abs(x), p - 2))/norm(x, p)**(p - 1)
""",
    ),
    "functions in pieces": (
        {"x": "scalar", "t": "scalar positive", "w": "n", "z": "n", r"\alpha": "scalar"},
        r"""
\begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}                            => step(x)
\begin{cases} 1, & \text{if } x > 0, \\ 0, & \text{otherwise.} \end{cases}    => step(x)
\begin{dcases} x & \text{if}\quad x \geq 0 \\ \alpha x & \text{else} \end{dcases} => x*step(x) + alpha*x*step(-x)
\begin{cases} x & x > 0 \\ \alpha x & x < 0 \\ 0 & x = 0 \end{cases}          => x*step(x) + alpha*x*step(-x)
\begin{array}{ll} x & x > 0 \\ \alpha x & x \le 0 \end{array}                 => x*step(x) + alpha*x*step(-x)
\begin{cases} \frac12 x^2 & |x| \le t \\ t|x| & \text{otherwise} \end{cases}  => x**2/2*step(t - abs(x)) + t*abs(x)*step(abs(x) - t)
\begin{cases} 1 & 0 < x < 1 \\ 2 & \text{otherwise} \end{cases}               => step(x)*step(1 - x) + 2*(1 - step(x)*step(1 - x))
\begin{cases} 1 & x > 1 \\ 2 & x > 0 \\ 3 & \text{else} \end{cases}           => step(x - 1) + 2*step(1 - x)*step(x) + 3*step(1 - x)*step(-x)
\begin{cases} \vec{0}^T & w^T z \le 0 \\ z^T & w^T z > 0 \end{cases}          => zeros(1, z.shape[0])*step(-(w.T*z)) + step(w.T*z)*z.T
\operatorname{sech}^2 x                                                       => cosh(x)**-2
\coth(x) + \csch x                                                            => cosh(x)/sinh(x) + 1/sinh(x)
{x^2 \over 2} + {1 \over x + {1 \over 2}}                                     => x**2/2 + 1/(x + Fraction(1, 2))
""",
    ),
    "sums without brackets": (
        {"x": "n", "y": "n", "A": "n x n", "b": "n", "c": "scalar"},
        r"""
\sum_{i=1}^n x_i \log y_i + (1 - x_i)\log(1 - y_i)      => sumover(x[i-1]*log(y[i-1]) + (1 - x[i-1])*log(1 - y[i-1]), i, 1, x.shape[0])
-\frac{1}{n}\sum_{i=1}^n x_i \log y_i + y_i + c         => c - sumover(x[i-1]*log(y[i-1]) + y[i-1], i, 1, x.shape[0])/x.shape[0]
\sum_{i=1}^n \sum_{j=1}^n x_i A_{ij} x_j - b_i x_i      => sumover(sumover(A[i-1, j-1]*x[i-1]*x[j-1], j, 1, x.shape[0]) - b[i-1]*x[i-1], i, 1, x.shape[0])
\sum_{i=1}^n x_i + \sum_{i=1}^n y_i                     => sumover(x[i-1], i, 1, x.shape[0]) + sumover(y[i-1], i, 1, x.shape[0])
(\sum_{i=1}^n x_i) - 2(\sum_i y_i) + c                  => sumover(x[i-1], i, 1, x.shape[0]) - 2*sumover(y[i-1], i, 1, y.shape[0]) + c
\sum_i x_i^2 - c                                        => sumover(x[i-1]**2, i, 1, x.shape[0]) - c
""",
    ),
    "a square that is a name": (
        {r"\sigma^2": "scalar positive", r"\sigma_n^2": "scalar positive", "x": "n"},
        r"""
\frac{1}{2\sigma^2}x^Tx                  => x.T*x/(2*sigma2)
\frac{1}{\sigma^4} + \sigma^{-2}         => sigma2**-2 + 1/sigma2
\sigma x                                 => sqrt(sigma2)*x
\sigma_n^2 + \sigma_n^6                  => sigma_n2 + sigma_n2**3
""",
    ),
    "a family beside the vector": (
        {"y_i": "scalar, i=1..n", "y": "n", "c": "scalar"},
        r"""
\sum_{i=1}^n y_i                          => sumover(y_i[i], i, 1, n)
y + c y                                   => y + c*y
y_2                                       => y_i[2]
""",
    ),
    "a sign above a name": (
        {"P_k^-": "n x n", r"\hat{x}^-": "n", "x": "n", "P_k": "n x n", "t": "scalar"},
        r"""
\mathbf{P}_k^- - P_k                     => P_k_minus - P_k
(P_k^{-})^T P_k^{-1}                     => P_k_minus.T*inv(P_k)
\hat{\mathbf{x}}^{-} - x                 => x_hat_minus - x
\hat x^- + \mathbf{P}_k^-x               => x_hat_minus + P_k_minus*x
P_k - P_k^-                              => P_k - P_k_minus
t^-2                                     => t**-2
""",
    ),
}
