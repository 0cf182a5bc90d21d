"""Claims in the notation of books, courses and notes, right ones and wrong ones.

A row: form ;; f ;; variable ;; claim ;; declarations ;; f in NumPy ;; the claim in NumPy ;; T or F. The NumPy names are those of
tests/test_notation.py; which claims are true is decided there by numbers. Families stand in NumPy as their members in rows.
"""

from __future__ import annotations

GROUPS: dict[str, str] = {
    "courses and notes": r"""
derivative ;; (\boldsymbol{y}-\mathbf{X} \hat{\boldsymbol{w}})^{\mathrm{T}}(\boldsymbol{y}-\mathbf{X} \hat{\boldsymbol{w}}) ;; \hat{\boldsymbol{w}} ;; 2 \mathbf{X}^{\mathrm{T}}(\mathbf{X} \hat{\boldsymbol{w}}-\boldsymbol{y}) ;; \hat{w}:n; X:m x n; y:m ;; sq(y-X@hat_w) ;; 2*X.T@(X@hat_w-y) ;; T
derivative ;; \boldsymbol{y}^{\mathrm{T}}\boldsymbol{y}-\boldsymbol{y}^{\mathrm{T}}\mathbf{X}\hat{\boldsymbol{w}}-\hat{\boldsymbol{w}}^{\mathrm{T}}\mathbf{X}^{\mathrm{T}}\boldsymbol{y}+\hat{\boldsymbol{w}}^{\mathrm{T}}\mathbf{X}^{\mathrm{T}}\mathbf{X}\hat{\boldsymbol{w}} ;; \hat{\boldsymbol{w}} ;; 0-\mathbf{X}^{\mathrm{T}}\boldsymbol{y}-\mathbf{X}^{\mathrm{T}}\boldsymbol{y}+(\mathbf{X}^{\mathrm{T}}\mathbf{X}+\mathbf{X}^{\mathrm{T}}\mathbf{X})\hat{\boldsymbol{w}} ;; \hat{w}:n; X:m x n; y:m ;; sq(y-X@hat_w) ;; 2*X.T@(X@hat_w-y) ;; T
derivative ;; -\boldsymbol{w}^{\mathrm{T}} \mathbf{S}_{b} \boldsymbol{w}+\lambda\left(\boldsymbol{w}^{\mathrm{T}} \mathbf{S}_{w} \boldsymbol{w}-1\right) ;; \boldsymbol{w} ;; -2 \mathbf{S}_{b} \boldsymbol{w}+2 \lambda \mathbf{S}_{w} \boldsymbol{w} ;; w:n; S_b:n x n symmetric; S_w:n x n symmetric; \lambda:scalar ;; -w.T@S_b@w+lam*(w.T@S_w@w-1) ;; -2*S_b@w+2*lam*S_w@w ;; T
derivative ;; -\boldsymbol{w}^{\mathrm{T}} \mathbf{S}_{b} \boldsymbol{w}+\lambda\left(\boldsymbol{w}^{\mathrm{T}} \mathbf{S}_{w} \boldsymbol{w}-1\right) ;; \boldsymbol{w} ;; -(\mathbf{S}_{b}+\mathbf{S}_{b}^{\mathrm T}) \boldsymbol{w}+\lambda(\mathbf{S}_{w}+\mathbf{S}_{w}^{\mathrm T}) \boldsymbol{w} ;; w:n; S_b:n x n; S_w:n x n; \lambda:scalar ;; -w.T@S_b@w+lam*(w.T@S_w@w-1) ;; -(S_b+S_b.T)@w+lam*(S_w+S_w.T)@w ;; T
derivative ;; \sum_{i=1}^{m}\left(-y_{i} \boldsymbol{\beta}^{\mathrm{T}} \hat{\boldsymbol{x}}_{i}+\ln \left(1+e^{\boldsymbol{\beta}^{\mathrm{T}} \hat{\boldsymbol{x}}_{i}}\right)\right) ;; \boldsymbol{\beta} ;; -\sum_{i=1}^{m} \hat{\boldsymbol{x}}_{i}\left(y_{i}-\frac{e^{\boldsymbol{\beta}^{\mathrm{T}} \hat{\boldsymbol{x}}_{i}}}{1+e^{\boldsymbol{\beta}^{\mathrm{T}} \hat{\boldsymbol{x}}_{i}}}\right) ;; \beta:d; \hat{x}_i:d, i=1..m; y_i:scalar binary, i=1..m ;; sum(-y_i*(hat_x_i@beta)+log(1+exp(hat_x_i@beta))) ;; -hat_x_i.T@(y_i-sig(hat_x_i@beta)) ;; T
derivative ;; \left\|\boldsymbol{x}_{i}-\mathbf{D} \boldsymbol{\alpha}_{i}\right\|_{2}^{2}+\lambda\left\|\boldsymbol{\alpha}_{i}\right\|_{1} ;; \boldsymbol{\alpha}_{i} ;; 2\mathbf{D}^{\mathrm{T}}(\mathbf{D}\boldsymbol{\alpha}_i-\boldsymbol{x}_i)+\lambda\operatorname{sign}(\boldsymbol{\alpha}_i) ;; x_i:n; D:n x k; \alpha_i:k; \lambda:scalar ;; sq(x_i-D@alpha_i)+lam*sum(np.abs(alpha_i)) ;; 2*D.T@(D@alpha_i-x_i)+lam*sgn(alpha_i) ;; T
derivative ;; \|\mathbf{X}-\mathbf{B} \mathbf{A}\|_{F}^{2} ;; \mathbf{B} ;; -2(\mathbf{X}-\mathbf{BA})\mathbf{A}^{\mathrm{T}} ;; X:m x n; B:m x k; A:k x n ;; sq(X-B@A) ;; -2*(X-B@A)@A.T ;; T
derivative ;; \frac{\boldsymbol{w}^{\mathrm{T}} \mathbf{S}_{b} \boldsymbol{w}}{\boldsymbol{w}^{\mathrm{T}} \mathbf{S}_{w} \boldsymbol{w}} ;; \boldsymbol w ;; \frac{2\mathbf S_b\boldsymbol w(\boldsymbol w^{\mathrm T}\mathbf S_w\boldsymbol w)-2\mathbf S_w\boldsymbol w(\boldsymbol w^{\mathrm T}\mathbf S_b\boldsymbol w)}{(\boldsymbol w^{\mathrm T}\mathbf S_w\boldsymbol w)^2} ;; w:n; S_b:n x n symmetric; S_w:n x n positive definite ;; (w.T@S_b@w)/(w.T@S_w@w) ;; (2*S_b@w*(w.T@S_w@w)-2*S_w@w*(w.T@S_b@w))/(w.T@S_w@w)**2 ;; T
derivative ;; \frac{1}{2}(X \theta-\vec{y})^{T}(X \theta-\vec{y}) ;; \theta ;; X^{T} X \theta-X^{T} \vec{y} ;; X:m x n; \theta:n; \vec{y}:m ;; 0.5*sq(X@theta-vec_y) ;; X.T@X@theta-X.T@vec_y ;; T
derivative ;; \mathrm{tr}\,AB ;; A ;; B^T ;; A:m x n; B:n x m ;; tr(A@B) ;; B.T ;; T
derivative ;; \mathrm{tr} A B A^T C ;; A ;; CAB + C^TAB^T ;; A:m x n; B:n x n; C:m x m ;; tr(A@B@A.T@C) ;; C@A@B+C.T@A@B.T ;; T
derivative ;; \sum_{i=1}^m y^{(i)}\log\sigma(\theta^Tx^{(i)})+(1-y^{(i)})\log(1-\sigma(\theta^Tx^{(i)})) ;; \theta ;; \sum_{i=1}^m (y^{(i)}-\sigma(\theta^Tx^{(i)}))x^{(i)} ;; \theta:n; x^{(i)}:n, i=1..m; y^{(i)}:scalar binary, i=1..m ;; sum(y_i*log(sig(x_i@theta))+(1-y_i)*log(1-sig(x_i@theta))) ;; x_i.T@(y_i-sig(x_i@theta)) ;; T
derivative ;; \sum_{i=1}^m y^{(i)}\log\sigma(\theta^Tx^{(i)})+(1-y^{(i)})\log(1-\sigma(\theta^Tx^{(i)})) ;; \theta ;; \sum_{i=1}^m (\sigma(\theta^Tx^{(i)})-y^{(i)})x^{(i)} ;; \theta:n; x^{(i)}:n, i=1..m; y^{(i)}:scalar binary, i=1..m ;; sum(y_i*log(sig(x_i@theta))+(1-y_i)*log(1-sig(x_i@theta))) ;; -x_i.T@(y_i-sig(x_i@theta)) ;; F
derivative ;; -\frac{1}{2}\sum_{i=1}^m w^{(i)}(\theta^Tx^{(i)} - y^{(i)})^2 ;; \theta ;; -\sum_{i=1}^m w^{(i)}(\theta^T x^{(i)}-y^{(i)})x^{(i)} ;; \theta:n; x^{(i)}:n, i=1..m; y^{(i)}:scalar, i=1..m; w^{(i)}:scalar positive, i=1..m ;; -0.5*sum(w_i*(x_i@theta-y_i)**2) ;; -x_i.T@(w_i*(x_i@theta-y_i)) ;; T
derivative ;; (X\theta - \vec{y})^T W (X\theta - \vec{y}) ;; \theta ;; 2(X^TWX\theta - X^TW\vec{y}) ;; X:m x n; \theta:n; \vec{y}:m; W:m x m diagonal ;; (X@theta-vec_y).T@W@(X@theta-vec_y) ;; 2*(X.T@W@X@theta-X.T@W@vec_y) ;; T
derivative ;; -\frac{\lambda}{2}\theta^T\theta + \sum_{i=1}^m w^{(i)}\left[y^{(i)}\log \frac{1}{1+e^{-\theta^Tx^{(i)}}}+(1-y^{(i)})\log\left(1-\frac{1}{1+e^{-\theta^Tx^{(i)}}}\right)\right] ;; \theta ;; \sum_{i=1}^m w^{(i)}\left(y^{(i)}-\frac{1}{1+e^{-\theta^Tx^{(i)}}}\right)x^{(i)}-\lambda\theta ;; \lambda:scalar; \theta:n; x^{(i)}:n, i=1..m; y^{(i)}:scalar binary, i=1..m; w^{(i)}:scalar positive, i=1..m ;; -lam/2*theta.T@theta+sum(w_i*(y_i*log(sig(x_i@theta))+(1-y_i)*log(1-sig(x_i@theta)))) ;; x_i.T@(w_i*(y_i-sig(x_i@theta)))-lam*theta ;; T
derivative ;; -\frac{1}{2}\log|\Sigma| - \frac{1}{2}(x-\mu)^T\Sigma^{-1}(x-\mu) ;; \mu ;; \Sigma^{-1}(x-\mu) ;; \Sigma:n x n positive definite; x:n; \mu:n ;; -0.5*ld(Sigma)-0.5*(x-mu).T@inv(Sigma)@(x-mu) ;; inv(Sigma)@(x-mu) ;; T
derivative ;; \sum_{i=1}^m\left(-\frac{1}{2}\log|\Sigma| - \frac{1}{2}(x^{(i)}-\mu)^T\Sigma^{-1}(x^{(i)}-\mu)\right) ;; \Sigma ;; -\frac{m}{2}\Sigma^{-1}+\frac12\Sigma^{-1}\left(\sum_{i=1}^m(x^{(i)}-\mu)(x^{(i)}-\mu)^T\right)\Sigma^{-1} ;; \Sigma:n x n positive definite; x^{(i)}:n, i=1..m; \mu:n ;; sum(-0.5*ld(Sigma)-0.5*((x_i-mu.T)@inv(Sigma)*(x_i-mu.T)).sum(1)) ;; -len(x_i)/2*inv(Sigma)+0.5*inv(Sigma)@(x_i-mu.T).T@(x_i-mu.T)@inv(Sigma) ;; T
derivative ;; \sum_{i=1}^m -\frac{1}{2}(x^{(i)}-\mu-\Lambda z^{(i)})^T\Psi^{-1}(x^{(i)}-\mu-\Lambda z^{(i)}) ;; \Lambda ;; \sum_{i=1}^m \Psi^{-1}(x^{(i)}-\mu-\Lambda z^{(i)})z^{(i)T} ;; \Lambda:n x k; \Psi:n x n diagonal positive; x^{(i)}:n, i=1..m; z^{(i)}:k, i=1..m; \mu:n ;; -0.5*sum(((x_i-mu.T-z_i@Lambda.T)@inv(Psi))*(x_i-mu.T-z_i@Lambda.T)) ;; inv(Psi)@(x_i-mu.T-z_i@Lambda.T).T@z_i ;; T
derivative ;; \frac12 tr(\theta^TX^TX\theta - \theta^TX^T\vec{y} - \vec{y}^TX\theta + \vec{y}^T\vec{y}) ;; \theta ;; \frac12(X^TX\theta+X^TX\theta-2X^T\vec{y}) ;; X:m x n; \theta:n; \vec{y}:m ;; 0.5*sq(X@theta-vec_y) ;; X.T@X@theta-X.T@vec_y ;; T
derivative ;; -\log\frac{\exp(u_o^Tv_c)}{\sum_{w=1}^{V}\exp(u_w^Tv_c)} ;; v_c ;; -u_o+\frac{\sum_{x=1}^{V}\exp(u_x^Tv_c)u_x}{\sum_{w=1}^{V}\exp(u_w^Tv_c)} ;; u_o:d; v_c:d; u_w:d, w=1..V ;; -log(exp(u_o.T@v_c)/sum(exp(u_w@v_c))) ;; -u_o+u_w.T@exp(u_w@v_c)/sum(exp(u_w@v_c)) ;; T
derivative ;; -\boldsymbol{y}^\top\log(\text{softmax}(\boldsymbol{U}^\top\boldsymbol{v}_c)) ;; \boldsymbol{v}_c ;; \boldsymbol{U}(\text{softmax}(\boldsymbol{U}^\top\boldsymbol{v}_c)-\boldsymbol{y}) ;; U:d x V; v_c:d; y:V one-hot ;; -y.T@log(sm(U.T@v_c)) ;; U@(sm(U.T@v_c)-y) ;; T
derivative ;; -\boldsymbol{y}^\top\log(\text{softmax}(\boldsymbol{U}^\top\boldsymbol{v}_c)) ;; \boldsymbol{U} ;; \boldsymbol{v}_c(\text{softmax}(\boldsymbol{U}^\top\boldsymbol{v}_c)-\boldsymbol{y})^\top ;; U:d x V; v_c:d; y:V one-hot ;; -y.T@log(sm(U.T@v_c)) ;; v_c@(sm(U.T@v_c)-y).T ;; T
derivative ;; -\boldsymbol{y}^\top\log(\text{softmax}(\boldsymbol{U}^\top\boldsymbol{v}_c)) ;; \boldsymbol{U} ;; (\text{softmax}(\boldsymbol{U}^\top\boldsymbol{v}_c)-\boldsymbol{y})\boldsymbol{v}_c^\top ;; U:d x V; v_c:d; y:V one-hot ;; -y.T@log(sm(U.T@v_c)) ;; (sm(U.T@v_c)-y)@v_c.T ;; T
derivative ;; -\sum_{i} y_i \log(\hat{y}_i) ;; \hat{y} ;; -\frac{y}{\hat{y}} ;; y:n one-hot; \hat{y}:n unit interval ;; -y.T@log(hat_y) ;; -y/hat_y ;; T
derivative ;; \sigma(xW_1+b_1)W_2+b_2 ;; b_2 ;; I ;; x:1 x n; W_1:n x h; b_1:1 x h; W_2:h x m; b_2:1 x m ;; sig(x@W_1+b_1)@W_2+b_2 ;; eye(b_2.shape[1]) ;; T
derivative ;; -\log\operatorname{softmax}(\sigma(xW_1+b_1)W_2+b_2)y^T ;; x ;; ((\operatorname{softmax}(\sigma(xW_1+b_1)W_2+b_2)-y)W_2^T\circ\sigma(xW_1+b_1)\circ(1-\sigma(xW_1+b_1)))W_1^T ;; x:1 x n; W_1:n x h; b_1:1 x h; W_2:h x m; b_2:1 x m; y:1 x m one-hot ;; -log(sm(sig(x@W_1+b_1)@W_2+b_2))@y.T ;; (((sm(sig(x@W_1+b_1)@W_2+b_2)-y)@W_2.T)*sig(x@W_1+b_1)*(1-sig(x@W_1+b_1)))@W_1.T ;; T
derivative ;; \sigma(x) ;; x ;; \sigma(x)(1-\sigma(x)) ;; x:scalar ;; sig(x) ;; sig(x)*(1-sig(x)) ;; T
derivative ;; \frac{e^x}{e^x+1} ;; x ;; \frac{e^{x}}{(e^x+1)^2} ;; x:scalar ;; sig(x) ;; sig(x)*(1-sig(x)) ;; T
derivative ;; \boldsymbol{a}^T \exp(X\boldsymbol{b}) ;; X ;; (\boldsymbol{a}\odot\exp(X\boldsymbol{b}))\boldsymbol{b}^T ;; a:m; b:n; X:m x n ;; a.T@exp(X@b) ;; (a*exp(X@b))@b.T ;; T
derivative ;; \| X\boldsymbol{w}- \boldsymbol{y}\|^2 ;; \boldsymbol{w} ;; 2X^T(X\boldsymbol{w}- \boldsymbol{y}) ;; X:m x n; w:n; y:m ;; sq(X@w-y) ;; 2*X.T@(X@w-y) ;; T
derivative ;; -\boldsymbol{y}^T \log \text{softmax}(W\boldsymbol{x}) ;; W ;; (\text{softmax}(W\boldsymbol{x})-\boldsymbol{y})\boldsymbol{x}^T ;; y:m one-hot; W:m x n; x:n ;; -y.T@log(sm(W@x)) ;; (sm(W@x)-y)@x.T ;; T
derivative ;; -\boldsymbol{y}^T \log \text{softmax}(W_2\sigma(W_1\boldsymbol{x})) ;; W_1 ;; \left(W_2^T(\text{softmax}(W_2\sigma(W_1\boldsymbol{x}))-\boldsymbol{y})\odot\sigma'(W_1\boldsymbol{x})\right)\boldsymbol{x}^T ;; y:m one-hot; W_1:p x n; W_2:m x p; x:n ;; -y.T@log(sm(W_2@sig(W_1@x))) ;; ((W_2.T@(sm(W_2@sig(W_1@x))-y))*sig(W_1@x)*(1-sig(W_1@x)))@x.T ;; T
derivative ;; \log|\Sigma|+\frac{1}{N}\sum_{i=1}^N(\boldsymbol{x}_i-\boldsymbol{\mu})^T\Sigma^{-1}(\boldsymbol{x}_i-\boldsymbol{\mu}) ;; \Sigma ;; (\Sigma^{-1}-\Sigma^{-1}S\Sigma^{-1})^T ;; \Sigma:n x n positive definite; x_i:n, i=1..N; \mu:n; S:n x n ;; ld(Sigma)+0*sum(S)+0*sum(x_i)+0*sum(mu)+tr(inv(Sigma)@(x_i-mu.T).T@(x_i-mu.T))/len(x_i) ;; inv(Sigma)-inv(Sigma)@S@inv(Sigma) ;; F
derivative ;; ||\boldsymbol{x}||_2 ;; \boldsymbol{x} ;; \frac{\boldsymbol{x}}{||\boldsymbol{x}||_2} ;; x:n ;; norm(x) ;; x/norm(x) ;; T
derivative ;; \mathrm{tr}(AXB) + \frac{1}{2}\mathrm{tr}(X^TX) ;; X ;; A^TB^T + X ;; A:n x m; X:m x n; B:n x n ;; tr(A@X@B)+0.5*sq(X) ;; A.T@B.T+X ;; T
derivative ;; \mathrm{sum}(\sigma(X)) ;; X ;; \sigma(X)\odot(1-\sigma(X)) ;; X:m x n ;; sum(sig(X)) ;; sig(X)*(1-sig(X)) ;; T
derivative ;; \boldsymbol{1}^T \sigma(X) \boldsymbol{1} ;; X ;; \sigma'(X) ;; X:m x n ;; sum(sig(X)) ;; sig(X)*(1-sig(X)) ;; T
derivative ;; \mathbf{w} \oslash \mathbf{x} ;; \mathbf{x} ;; -diag(\mathbf{w} \oslash \mathbf{x}^2) ;; w:n; x:n positive ;; w/x ;; diag(-w/x**2) ;; T
derivative ;; sum(\mathbf{x} z) ;; z ;; sum(\mathbf{x}) ;; x:n; z:scalar ;; sum(x*z) ;; sum(x) ;; T
derivative ;; sum(\mathbf{x}) ;; \mathbf{x} ;; \vec{1}^T ;; x:n ;; sum(x) ;; ones((1,len(x))) ;; T
derivative ;; \mathbf{w} \cdot \mathbf{x} + b ;; \mathbf{w} ;; \mathbf{x}^T ;; w:n; x:n; b:scalar ;; w.T@x+b ;; x.T ;; T
derivative ;; (y - max(0, \mathbf{w}\cdot\mathbf{x} + b))^2 ;; b ;; -2 (y - max(0, \mathbf{w}\cdot\mathbf{x} + b)) \mathbb{1}(\mathbf{w}\cdot\mathbf{x} + b > 0) ;; y:scalar; w:n; x:n; b:scalar ;; (y-maxi(0,w.T@x+b))**2 ;; -2*(y-maxi(0,w.T@x+b))*(w.T@x+b>0) ;; T
derivative ;; max(0, \mathbf{w}\cdot\mathbf{x} + b) ;; \mathbf{w} ;; \begin{cases} \vec{0}^T & \mathbf{w}\cdot\mathbf{x} + b \leq 0 \\ \mathbf{x}^T & \mathbf{w}\cdot\mathbf{x} + b > 0 \end{cases} ;; w:n; x:n; b:scalar ;; maxi(0,w.T@x+b) ;; x.T*(w.T@x+b>0) ;; T
derivative ;; \frac{1}{N} \sum_{i=1}^N (y_i - \mathbf{w}\cdot\mathbf{x}_i - b)^2 ;; \mathbf{w} ;; \frac{2}{N} \sum_{i=1}^N (\mathbf{w}\cdot\mathbf{x}_i+b-y_i)\mathbf{x}_i^T ;; w:n; x_i:n, i=1..N; y_i:scalar, i=1..N; b:scalar ;; np.mean((y_i-x_i@w-b)**2) ;; 2/len(x_i)*(x_i@w+b-y_i).T@x_i ;; T
derivative ;; \ln(sin(x^3)^2) ;; x ;; \frac{6x^2 cos(x^3)}{sin(x^3)} ;; x:scalar ;; log(sin(x**3)**2) ;; 6*x**2*cos(x**3)/sin(x**3) ;; T
derivative ;; 3x^2y ;; x ;; 6yx ;; x:scalar; y:scalar ;; 3*x**2*y ;; 6*y*x ;; T
derivative ;; \|Ax-b\|^2 ;; x ;; 2(Ax-b)^TA ;; A:m x n; x:n; b:m ;; sq(A@x-b) ;; 2*(A@x-b).T@A ;; T
differential ;; A^3 ;; A ;; dA\,A^2 + A\,dA\,A + A^2\,dA ;; A:n x n ;; mp(A,3) ;; dA@A@A+A@dA@A+A@A@dA ;; T
differential ;; A^{-1} ;; A ;; -A^{-1}\,dA\,A^{-1} ;; A:n x n invertible ;; inv(A) ;; -inv(A)@dA@inv(A) ;; T
differential ;; \operatorname{tr}(A^4) ;; A ;; 4\operatorname{tr}(A^3 dA) ;; A:n x n ;; tr(mp(A,4)) ;; 4*tr(mp(A,3)@dA) ;; T
differential ;; \|A\|_F ;; A ;; \operatorname{tr}\left(\frac{A^T dA}{\|A\|_F}\right) ;; A:m x n ;; norm(A) ;; tr(A.T@dA)/norm(A) ;; T
differential ;; x^T A x ;; x ;; x^T(A+A^T)dx ;; A:n x n; x:n ;; x.T@A@x ;; x.T@(A+A.T)@dx ;; T
differential ;; x^T A x ;; x ;; dx^T A x + x^T A\, dx ;; A:n x n; x:n ;; x.T@A@x ;; dx.T@A@x+x.T@A@dx ;; T
differential ;; \det(A) ;; A ;; \operatorname{tr}(\operatorname{adj}(A)\,dA) ;; A:n x n ;; det(A) ;; tr(adj(A)@dA) ;; T
differential ;; \log(\det(A)) ;; A ;; \operatorname{tr}(A^{-1}dA) ;; A:n x n positive determinant ;; ld(A) ;; tr(inv(A)@dA) ;; T
differential ;; x .* y ;; x ;; y .* dx ;; x:n; y:n ;; x*y ;; y*dx ;; T
differential ;; A\,(x .* y) ;; x ;; A \operatorname{diag}(y)\,dx ;; A:m x n; x:n; y:n ;; A@(x*y) ;; A@diag(y)@dx ;; T
derivative ;; \sqrt{x^Tx} ;; x ;; \frac{x^T}{\sqrt{x^Tx}} ;; x:n ;; norm(x) ;; x.T/norm(x) ;; T
derivative ;; \frac{x^TAx}{x^Tx} ;; x ;; \frac{2}{x^T x}\left(A - \frac{x^TAx}{x^Tx} I\right)x ;; A:n x n symmetric; x:n ;; (x.T@A@x)/(x.T@x) ;; 2/(x.T@x)*(A@x-(x.T@A@x)/(x.T@x)*x) ;; T
derivative ;; x^T(A+\operatorname{diag}(x))^2x ;; x ;; 2(A+\operatorname{diag}(x))^2 x + 2 x .* ((A+\operatorname{diag}(x)) x) ;; A:n x n symmetric; x:n ;; x.T@mp(A+diag(x),2)@x ;; 2*mp(A+diag(x),2)@x+2*x*((A+diag(x))@x) ;; T
derivative ;; (x^Ty)x ;; x ;; xy^T + (x^Ty)I ;; x:n; y:n ;; (x.T@y)*x ;; x@y.T+(x.T@y)*eye(len(x)) ;; T
derivative ;; b^TA^{-1}b ;; A ;; -A^{-T}bb^TA^{-T} ;; A:n x n invertible; b:n ;; b.T@inv(A)@b ;; -inv(A).T@b@b.T@inv(A).T ;; T
derivative ;; c^TA^{-1}b ;; A ;; -(A^{-T}c)(A^{-1}b)^T ;; A:n x n invertible; b:n; c:n ;; c.T@inv(A)@b ;; -inv(A).T@c@(inv(A)@b).T ;; T
vec ;; AXB ;; X ;; B^T\otimes A ;; A:p x m; X:m x n; B:n x q ;; A@X@B ;; kron(B.T,A) ;; T
vec ;; X^2 ;; X ;; I\otimes X + X^T\otimes I ;; X:n x n ;; X@X ;; kron(eye(len(X)),X)+kron(X.T,eye(len(X))) ;; T
vec ;; X^{-1} ;; X ;; -X^{-T}\otimes X^{-1} ;; X:n x n invertible ;; inv(X) ;; -kron(inv(X).T,inv(X)) ;; T
derivative ;; \log \sigma(x) ;; x ;; \sigma(-x) ;; x:scalar ;; log(sig(x)) ;; sig(-x) ;; T
derivative ;; \log(1+\exp(x)) ;; x ;; \sigma(x) ;; x:scalar ;; log(1+exp(x)) ;; sig(x) ;; T
derivative ;; \frac{1}{2} ||\boldsymbol{A}\boldsymbol{x} - \boldsymbol{b}||_2^2 ;; \boldsymbol{x} ;; \boldsymbol{A}^\top \boldsymbol{A} \boldsymbol{x} - \boldsymbol{A}^\top\boldsymbol{b} ;; A:m x n; x:n; b:m ;; 0.5*sq(A@x-b) ;; A.T@A@x-A.T@b ;; T
derivative ;; \boldsymbol{w}^\top \boldsymbol{X}^{(\text{train})\top}\boldsymbol{X}^{(\text{train})}\boldsymbol{w} - 2\boldsymbol{w}^\top\boldsymbol{X}^{(\text{train})\top}\boldsymbol{y}^{(\text{train})} ;; \boldsymbol{w} ;; 2 \boldsymbol{X}^{(\text{train})\top}\boldsymbol{X}^{(\text{train})}\boldsymbol{w} - 2\boldsymbol{X}^{(\text{train})\top}\boldsymbol{y}^{(\text{train})} ;; w:n; X^{(train)}:m x n; y^{(train)}:m ;; w.T@X_train.T@X_train@w-2*w.T@X_train.T@y_train ;; 2*X_train.T@X_train@w-2*X_train.T@y_train ;; T
derivative ;; \frac{\alpha}{2} \boldsymbol{w}^\top \boldsymbol{w}+\frac{1}{2}(\boldsymbol{w}-\boldsymbol{w}^*)^\top\boldsymbol{H}(\boldsymbol{w}-\boldsymbol{w}^*) ;; \boldsymbol{w} ;; \alpha\boldsymbol{w}+\boldsymbol{H}(\boldsymbol{w}-\boldsymbol{w}^*) ;; \alpha:scalar; w:n; w^*:n; H:n x n symmetric ;; alpha/2*w.T@w+0.5*(w-w_star).T@H@(w-w_star) ;; alpha*w+H@(w-w_star) ;; T
derivative ;; - 2\boldsymbol{x}^\top \boldsymbol{D}\boldsymbol{c} + \boldsymbol{c}^\top\boldsymbol{c} ;; \boldsymbol{c} ;; -2 \boldsymbol{D}^\top\boldsymbol{x}+2\boldsymbol{c} ;; x:n; D:n x l; c:l ;; -2*x.T@D@c+c.T@c ;; -2*D.T@x+2*c ;; T
""",
    "losses and likelihoods": r"""
derivative ;; -\frac{1}{2}\mathbf{y}^\top \mathbf{K}_y^{-1}\mathbf{y} - \frac{1}{2}\log|\mathbf{K}_y| - \frac{n}{2}\log 2\pi ;; \mathbf{K}_y ;; \frac{1}{2}\left(\mathbf{K}_y^{-1}\mathbf{y}\mathbf{y}^\top\mathbf{K}_y^{-1}-\mathbf{K}_y^{-1}\right) ;; y:n; K_y:n x n positive definite ;; -0.5*y.T@inv(K_y)@y-0.5*ld(K_y)-len(y)/2*log(2*np.pi) ;; 0.5*(inv(K_y)@y@y.T@inv(K_y)-inv(K_y)) ;; T
derivative ;; -\tfrac12 \mathbf y^\top(\mathbf K+\sigma^2\mathbf I)^{-1}\mathbf y-\tfrac12\log\lvert\mathbf K+\sigma^2\mathbf I\rvert ;; \sigma ;; \sigma\,\mathbf y^\top(\mathbf K+\sigma^2\mathbf I)^{-2}\mathbf y-\sigma\operatorname{tr}\left((\mathbf K+\sigma^2\mathbf I)^{-1}\right) ;; y:n; K:n x n positive definite; \sigma:scalar positive ;; -0.5*y.T@inv(K+sigma**2*eye(len(y)))@y-0.5*ld(K+sigma**2*eye(len(y))) ;; sigma*y.T@mp(inv(K+sigma**2*eye(len(y))),2)@y-sigma*tr(inv(K+sigma**2*eye(len(y)))) ;; T
derivative ;; \|\mathbf{y}-\mathbf{X}\boldsymbol\beta\|_2^2+\lambda\|\boldsymbol\beta\|_2^2 ;; \boldsymbol\beta ;; -2\mathbf{X}^\intercal(\mathbf{y}-\mathbf{X}\boldsymbol\beta)+2\lambda\boldsymbol\beta ;; y:n; X:n x p; \beta:p; \lambda:scalar positive ;; sq(y-X@beta)+lam*sq(beta) ;; -2*X.T@(y-X@beta)+2*lam*beta ;; T
derivative ;; \|\mathbf{y}-\mathbf{X}\boldsymbol\beta\|_2^2+\lambda\|\boldsymbol\beta\|_2^2 ;; \boldsymbol\beta ;; -2\mathbf{X}^\intercal(\mathbf{y}-\mathbf{X}\boldsymbol\beta)+\lambda\boldsymbol\beta ;; y:n; X:n x p; \beta:p; \lambda:scalar positive ;; sq(y-X@beta)+lam*sq(beta) ;; -2*X.T@(y-X@beta)+lam*beta ;; F
derivative ;; \lVert \mathbf{y}-\mathbf{X}\mathbf{w}\rVert^2 ;; \mathbf{w} ;; 2\mathbf{X}^\top(\mathbf{X}\mathbf{w}-\mathbf{y}) ;; y:n; X:n x d; w:d ;; sq(y-X@w) ;; 2*X.T@(X@w-y) ;; T
derivative ;; \frac{1}{n}\lVert \mathbf{X}\mathbf{w}-\mathbf{y}\rVert_2^2 ;; \mathbf{w} ;; \frac{2}{n}\mathbf{X}^\top(\mathbf{X}\mathbf{w}-\mathbf{y}) ;; y:n; X:n x d; w:d ;; sq(y-X@w)/len(y) ;; 2/len(y)*X.T@(X@w-y) ;; T
derivative ;; \frac{1}{n}\lVert \mathbf{X}\mathbf{w}-\mathbf{y}\rVert_2^2 ;; \mathbf{w} ;; 2\mathbf{X}^\top(\mathbf{X}\mathbf{w}-\mathbf{y}) ;; y:n; X:n x d; w:d ;; sq(y-X@w)/len(y) ;; 2*X.T@(X@w-y) ;; F
derivative ;; \log \sum_{k=1}^q \exp(o_k) - \sum_{j=1}^q y_j o_j ;; \mathbf{o} ;; \mathrm{softmax}(\mathbf{o}) - \mathbf{y} ;; o:q; y:q one-hot ;; lse(o)-y.T@o ;; sm(o)-y ;; T
derivative ;; -\sum_{j=1}^q y_j \log \frac{\exp(o_j)}{\sum_{k=1}^q \exp(o_k)} ;; \mathbf{o} ;; \mathrm{softmax}(\mathbf{o}) - \mathbf{y} ;; o:q; y:q one-hot ;; lse(o)-y.T@o ;; sm(o)-y ;; T
derivative ;; \frac12(\hat{y}-y)^2 ;; \hat{y} ;; \hat y - y ;; \hat{y}:scalar; y:scalar ;; 0.5*(hat_y-y)**2 ;; hat_y-y ;; T
derivative ;; \operatorname{tr}\left((\mathbf{I}-\mathbf{K}\mathbf{H})\mathbf{P}(\mathbf{I}-\mathbf{K}\mathbf{H})^\top+\mathbf{K}\mathbf{R}\mathbf{K}^\top\right) ;; \mathbf{K} ;; -2(\mathbf{I}-\mathbf{K}\mathbf{H})\mathbf{P}\mathbf{H}^\top+2\mathbf{K}\mathbf{R} ;; K:n x m; H:m x n; P:n x n symmetric; R:m x m symmetric ;; tr((eye(len(P))-K@H)@P@(eye(len(P))-K@H).T+K@R@K.T) ;; -2*(eye(len(P))-K@H)@P@H.T+2*K@R ;; T
derivative ;; \mathrm{tr}(\mathbf{P}_k^- - \mathbf{K}_k\mathbf{H}\mathbf{P}_k^- - \mathbf{P}_k^-\mathbf{H}^T\mathbf{K}_k^T+\mathbf{K}_k(\mathbf{H}\mathbf{P}_k^-\mathbf{H}^T+\mathbf{R})\mathbf{K}_k^T) ;; \mathbf{K}_k ;; -2(\mathbf{H}\mathbf{P}_k^-)^T+2\mathbf{K}_k(\mathbf{H}\mathbf{P}_k^-\mathbf{H}^T+\mathbf{R}) ;; K_k:n x m; H:m x n; P_k^-:n x n symmetric; R:m x m symmetric ;; tr(P_k-K_k@H@P_k-P_k@H.T@K_k.T+K_k@(H@P_k@H.T+R)@K_k.T) ;; -2*(H@P_k).T+2*K_k@(H@P_k@H.T+R) ;; T
derivative ;; \operatorname{tr}(P_{k|k-1}) - 2\operatorname{tr}(K_k H_k P_{k|k-1}) + \operatorname{tr}(K_k S_k K_k^{\mathsf T}) ;; K_k ;; -2 (H_k P_{k|k-1})^{\mathsf T} + 2 K_k S_k ;; K_k:n x m; H_k:m x n; P_{k|k-1}:n x n symmetric; S_k:m x m symmetric ;; tr(P_k_k_1)-2*tr(K_k@H_k@P_k_k_1)+tr(K_k@S_k@K_k.T) ;; -2*(H_k@P_k_k_1).T+2*K_k@S_k ;; T
derivative ;; -\frac12\sum_{j=1}^{J}\left(1+\log\sigma_j^2-\mu_j^2-\sigma_j^2\right) ;; \boldsymbol\mu ;; \boldsymbol\mu ;; \mu:J; \sigma:J positive ;; -0.5*sum(1+log(sigma**2)-mu**2-sigma**2) ;; mu ;; T
derivative ;; -\frac12\sum_{j=1}^{J}\left(1+\log\sigma_j^2-\mu_j^2-\sigma_j^2\right) ;; \boldsymbol\sigma ;; \boldsymbol\sigma - 1/\boldsymbol\sigma ;; \mu:J; \sigma:J positive ;; -0.5*sum(1+log(sigma**2)-mu**2-sigma**2) ;; sigma-1/sigma ;; T
derivative ;; \frac12\left(\operatorname{tr}(\Sigma_2^{-1}\Sigma_1)+(\mu_2-\mu_1)^\top\Sigma_2^{-1}(\mu_2-\mu_1)-k+\ln\frac{\det\Sigma_2}{\det\Sigma_1}\right) ;; \mu_1 ;; -\Sigma_2^{-1}(\mu_2-\mu_1) ;; \Sigma_1:k x k positive definite; \Sigma_2:k x k positive definite; \mu_1:k; \mu_2:k ;; 0.5*(tr(inv(Sigma_2)@Sigma_1)+(mu_2-mu_1).T@inv(Sigma_2)@(mu_2-mu_1)-len(mu_1)+ld(Sigma_2)-ld(Sigma_1)) ;; -inv(Sigma_2)@(mu_2-mu_1) ;; T
derivative ;; \frac12\left(\operatorname{tr}(\Sigma_2^{-1}\Sigma_1)+(\mu_2-\mu_1)^\top\Sigma_2^{-1}(\mu_2-\mu_1)-k+\ln\frac{\det\Sigma_2}{\det\Sigma_1}\right) ;; \Sigma_1 ;; \frac12\left(\Sigma_2^{-1}-\Sigma_1^{-1}\right) ;; \Sigma_1:k x k positive definite; \Sigma_2:k x k positive definite; \mu_1:k; \mu_2:k ;; 0.5*(tr(inv(Sigma_2)@Sigma_1)+(mu_2-mu_1).T@inv(Sigma_2)@(mu_2-mu_1)-len(mu_1)+ld(Sigma_2)-ld(Sigma_1)) ;; 0.5*(inv(Sigma_2)-inv(Sigma_1)) ;; T
derivative ;; \frac{1}{2}\log\frac{|\boldsymbol{\Sigma}_2|}{|\boldsymbol{\Sigma}_1|} ;; \boldsymbol{\Sigma}_2 ;; \frac12\boldsymbol{\Sigma}_2^{-1} ;; \Sigma_1:k x k positive definite; \Sigma_2:k x k positive definite ;; 0.5*(ld(Sigma_2)-ld(Sigma_1)) ;; 0.5*inv(Sigma_2) ;; T
derivative ;; \frac{\mathbf{a}^\top\mathbf{b}}{\|\mathbf{a}\|\|\mathbf{b}\|} ;; \mathbf{a} ;; \frac{\mathbf{b}}{\|\mathbf{a}\|\|\mathbf{b}\|}-\frac{(\mathbf{a}^\top\mathbf{b})\mathbf{a}}{\|\mathbf{a}\|^3\|\mathbf{b}\|} ;; a:n; b:n ;; (a.T@b)/(norm(a)*norm(b)) ;; b/(norm(a)*norm(b))-(a.T@b)*a/(norm(a)**3*norm(b)) ;; T
derivative ;; \frac{\langle u,v\rangle}{\|u\|\|v\|} ;; u ;; \frac{1}{\|u\|}\left(\frac{v}{\|v\|}-\frac{\langle u,v\rangle}{\|u\|\|v\|}\frac{u}{\|u\|}\right) ;; u:n; v:n ;; (u.T@v)/(norm(u)*norm(v)) ;; (v/norm(v)-(u.T@v)/(norm(u)*norm(v))*u/norm(u))/norm(u) ;; T
derivative ;; \max(0,1-y\,\mathbf w^\top\mathbf x) ;; \mathbf w ;; -y\,\mathbf x\,\mathbf 1[y\,\mathbf w^\top\mathbf x<1] ;; y:scalar plus or minus one; w:n; x:n ;; maxi(0,1-y*w.T@x) ;; -y*x*(y*w.T@x<1) ;; T
derivative ;; \max\{0,1-y\mathbf w^\top\mathbf x\}+\frac\lambda2\|\mathbf w\|^2 ;; \mathbf w ;; \lambda\mathbf w-\mathbb I(y\mathbf w^\top\mathbf x<1)y\mathbf x ;; y:scalar plus or minus one; w:n; x:n; \lambda:scalar positive ;; maxi(0,1-y*w.T@x)+lam/2*sq(w) ;; lam*w-y*x*(y*w.T@x<1) ;; T
derivative ;; \left(1 - y \langle \mathbf{w}, \mathbf{x}\rangle\right)_+ ;; \mathbf{w} ;; -y\mathbf{x}\,\mathbf{1}_{\{y \langle \mathbf{w}, \mathbf{x}\rangle<1\}} ;; y:scalar plus or minus one; w:n; x:n ;; maxi(0,1-y*w.T@x) ;; -y*x*(y*w.T@x<1) ;; T
derivative ;; \mathrm{ReLU}(\mathbf{W}\mathbf{x}+\mathbf{b}) ;; \mathbf{x} ;; \mathrm{diag}(\mathbb{1}(\mathbf{W}\mathbf{x}+\mathbf{b}>0))\mathbf{W} ;; W:m x n; x:n; b:m ;; maxi(0,W@x+b) ;; diag((W@x+b>0)*1.)@W ;; T
derivative ;; \tanh(W_{hh}h+W_{xh}x+b_h) ;; h ;; \operatorname{diag}(1-\tanh^2(W_{hh}h+W_{xh}x+b_h))W_{hh} ;; W_{hh}:m x m; W_{xh}:m x n; h:m; x:n; b_h:m ;; tanh(W_hh@h+W_xh@x+b_h) ;; diag(1-tanh(W_hh@h+W_xh@x+b_h)**2)@W_hh ;; T
derivative ;; \tanh(\mathbf{W}\mathbf{h}) ;; \mathbf{h} ;; \mathrm{diag}\left(\mathrm{sech}^2(\mathbf{W}\mathbf{h})\right)\mathbf{W} ;; W:m x m; h:m ;; tanh(W@h) ;; diag(1-tanh(W@h)**2)@W ;; T
derivative ;; \mathbf{f}\odot\mathbf{c}+\mathbf{i}\odot\tilde{\mathbf{c}} ;; \mathbf{c} ;; \operatorname{diag}(\mathbf{f}) ;; f:n; c:n; i:n; \tilde{c}:n ;; f*c+i*tilde_c ;; diag(f) ;; T
derivative ;; \sigma(\mathbf{W}_f\mathbf{h}+\mathbf{b}_f)\odot\mathbf{c} ;; \mathbf{h} ;; \operatorname{diag}(\mathbf{c}\odot\sigma(\mathbf{W}_f\mathbf{h}+\mathbf{b}_f)\odot(\mathbf 1-\sigma(\mathbf{W}_f\mathbf{h}+\mathbf{b}_f)))\mathbf{W}_f ;; W_f:n x m; h:m; b_f:n; c:n ;; sig(W_f@h+b_f)*c ;; diag(c*sig(W_f@h+b_f)*(1-sig(W_f@h+b_f)))@W_f ;; T
derivative ;; \left\langle G,\operatorname{softmax}\left(\tfrac{QK^\top}{\sqrt{d}}\right)V\right\rangle ;; V ;; \operatorname{softmax}\left(\tfrac{QK^\top}{\sqrt{d}}\right)^\top G ;; G:n x p; Q:n x d; K:m x d; V:m x p ;; sum(G*(smr(Q@K.T/sqrt(Q.shape[1]))@V)) ;; smr(Q@K.T/sqrt(Q.shape[1])).T@G ;; T
derivative ;; \|\mathbf{R}-\mathbf{P}\mathbf{Q}^\top\|_F^2+\lambda(\|\mathbf{P}\|_F^2+\|\mathbf{Q}\|_F^2) ;; \mathbf{Q} ;; -2(\mathbf{R}-\mathbf{P}\mathbf{Q}^\top)^\top\mathbf{P}+2\lambda\mathbf{Q} ;; R:m x n; P:m x k; Q:n x k; \lambda:scalar ;; sq(R-P@Q.T)+lam*(sq(P)+sq(Q)) ;; -2*(R-P@Q.T).T@P+2*lam*Q ;; T
derivative ;; \frac12\|\mathbf{W}\odot(\mathbf{X}-\mathbf{U}\mathbf{V})\|_F^2 ;; \mathbf{V} ;; -\mathbf{U}^\top(\mathbf{W}\odot\mathbf{W}\odot(\mathbf{X}-\mathbf{U}\mathbf{V})) ;; W:m x n; X:m x n; U:m x k; V:k x n ;; 0.5*sq(W*(X-U@V)) ;; -U.T@(W*W*(X-U@V)) ;; T
derivative ;; \operatorname{tr}(\mathbf{W}^T\mathbf{S}\mathbf{W})-\operatorname{tr}(\boldsymbol\Lambda(\mathbf{W}^T\mathbf{W}-\mathbf{I})) ;; \mathbf{W} ;; 2\mathbf{S}\mathbf{W}-2\mathbf{W}\boldsymbol\Lambda ;; W:n x k; S:n x n symmetric; \Lambda:k x k diagonal ;; tr(W.T@S@W)-tr(Lambda@(W.T@W-eye(W.shape[1]))) ;; 2*S@W-2*W@Lambda ;; T
derivative ;; \|\mathbf{X}-\mathbf{X}\mathbf{W}\mathbf{W}^T\|_F^2 ;; \mathbf{W} ;; -4\mathbf{X}^T\mathbf{X}\mathbf{W}+2\mathbf{X}^T\mathbf{X}\mathbf{W}\mathbf{W}^T\mathbf{W}+2\mathbf{W}\mathbf{W}^T\mathbf{X}^T\mathbf{X}\mathbf{W} ;; X:m x n; W:n x k ;; sq(X-X@W@W.T) ;; -4*X.T@X@W+2*X.T@X@W@W.T@W+2*W@W.T@X.T@X@W ;; T
derivative ;; -\frac{N}{2}\ln|\mathbf{C}|-\frac{N}{2}\operatorname{Tr}(\mathbf{C}^{-1}\mathbf{S}) ;; \mathbf{C} ;; -\frac{N}{2}\mathbf{C}^{-1}+\frac{N}{2}\mathbf{C}^{-1}\mathbf{S}\mathbf{C}^{-1} ;; C:d x d positive definite; S:d x d symmetric; N:scalar ;; -N/2*ld(C)-N/2*tr(inv(C)@S) ;; -N/2*inv(C)+N/2*inv(C)@S@inv(C) ;; T
derivative ;; -\frac{N}{2}\ln|\mathbf{W}\mathbf{W}^{\mathrm T}+\sigma^2\mathbf I|-\frac N2\operatorname{Tr}\left\{(\mathbf{W}\mathbf{W}^{\mathrm T}+\sigma^2\mathbf I)^{-1}\mathbf S\right\} ;; \mathbf W ;; N\left((\mathbf{W}\mathbf{W}^{\mathrm T}+\sigma^2\mathbf I)^{-1}\mathbf S(\mathbf{W}\mathbf{W}^{\mathrm T}+\sigma^2\mathbf I)^{-1}\mathbf W-(\mathbf{W}\mathbf{W}^{\mathrm T}+\sigma^2\mathbf I)^{-1}\mathbf W\right) ;; W:d x m; S:d x d symmetric; \sigma:scalar positive; N:scalar positive ;; -N/2*ld(W@W.T+sigma**2*eye(len(W)))-N/2*tr(inv(W@W.T+sigma**2*eye(len(W)))@S) ;; N*(inv(W@W.T+sigma**2*eye(len(W)))@S@inv(W@W.T+sigma**2*eye(len(W)))@W-inv(W@W.T+sigma**2*eye(len(W)))@W) ;; T
derivative ;; \ln\det\mathbf\Sigma+\operatorname{tr}(\mathbf S\mathbf\Sigma^{-1}) ;; \mathbf\Sigma ;; \mathbf\Sigma^{-1}-\mathbf\Sigma^{-1}\mathbf S\mathbf\Sigma^{-1} ;; \Sigma:n x n positive definite; S:n x n symmetric ;; ld(Sigma)+tr(S@inv(Sigma)) ;; inv(Sigma)-inv(Sigma)@S@inv(Sigma) ;; T
derivative ;; \log\det\boldsymbol\Theta-\operatorname{tr}(\mathbf S\boldsymbol\Theta) ;; \boldsymbol\Theta ;; \boldsymbol\Theta^{-1}-\mathbf S ;; \Theta:n x n positive definite; S:n x n symmetric ;; ld(Theta)-tr(S@Theta) ;; inv(Theta)-S ;; T
derivative ;; \operatorname{tr}(\mathbf S\boldsymbol\Theta)-\log\det\boldsymbol\Theta+\lambda\|\boldsymbol\Theta\|_1 ;; \boldsymbol\Theta ;; \mathbf S-\boldsymbol\Theta^{-1}+\lambda\operatorname{sign}(\boldsymbol\Theta) ;; \Theta:n x n positive definite; S:n x n symmetric; \lambda:scalar positive ;; -ld(Theta)+tr(S@Theta)+lam*sum(np.abs(Theta)) ;; S-inv(Theta)+lam*sgn(Theta) ;; T
derivative ;; \frac{1}{2}\boldsymbol{\alpha}^\top\mathbf{K}\boldsymbol{\alpha}-\mathbf{1}^\top\boldsymbol{\alpha} ;; \boldsymbol{\alpha} ;; \mathbf{K}\boldsymbol{\alpha}-\mathbf{1} ;; \alpha:n; K:n x n symmetric ;; 0.5*alpha.T@K@alpha-sum(alpha) ;; K@alpha-1 ;; T
derivative ;; \mathbf{1}^\top\boldsymbol{\alpha}-\frac{1}{2}\boldsymbol{\alpha}^\top(\mathbf{y}\mathbf{y}^\top\circ\mathbf{K})\boldsymbol{\alpha} ;; \boldsymbol{\alpha} ;; \mathbf{1}-(\mathbf{y}\mathbf{y}^\top\circ\mathbf{K})\boldsymbol{\alpha} ;; \alpha:n; K:n x n symmetric; y:n plus or minus one ;; sum(alpha)-0.5*alpha.T@((y@y.T)*K)@alpha ;; 1-((y@y.T)*K)@alpha ;; T
derivative ;; \sum_{i=1}^{n}\log\left(1+e^{-y_i\mathbf{w}^\top\mathbf{x}_i}\right)+\frac{\lambda}{2}\lVert\mathbf{w}\rVert_2^2 ;; \mathbf{w} ;; -\sum_{i=1}^{n}\frac{y_i\mathbf{x}_i}{1+e^{y_i\mathbf{w}^\top\mathbf{x}_i}}+\lambda\mathbf{w} ;; w:d; x_i:d, i=1..n; y_i:scalar plus or minus one, i=1..n; \lambda:scalar positive ;; sum(log(1+exp(-y_i*(x_i@w))))+lam/2*sq(w) ;; -x_i.T@(y_i*sig(-y_i*(x_i@w)))+lam*w ;; T
derivative ;; \mathbf{1}^\top \log(\mathbf 1+\exp(\mathbf{X}\boldsymbol\beta))-\mathbf{y}^\top\mathbf{X}\boldsymbol\beta ;; \boldsymbol\beta ;; \mathbf{X}^\top\left(\frac{1}{1+\exp(-\mathbf{X}\boldsymbol\beta)}-\mathbf{y}\right) ;; X:m x n; \beta:n; y:m binary ;; sum(log(1+exp(X@beta)))-y.T@X@beta ;; X.T@(sig(X@beta)-y) ;; T
hessian ;; \mathbf{1}^\top \log(\mathbf 1+\exp(\mathbf{X}\boldsymbol\beta))-\mathbf{y}^\top\mathbf{X}\boldsymbol\beta ;; \boldsymbol\beta ;; \mathbf{X}^\top\operatorname{diag}(\sigma(\mathbf X\boldsymbol\beta)\odot(1-\sigma(\mathbf X\boldsymbol\beta)))\mathbf{X} ;; X:m x n; \beta:n; y:m binary ;; sum(log(1+exp(X@beta)))-y.T@X@beta ;; X.T@diag(sig(X@beta)*(1-sig(X@beta)))@X ;; T
derivative ;; \frac{\mathbf{x}-\mu\mathbf 1}{\sqrt{s+\epsilon}} ;; \mu ;; -\frac{1}{\sqrt{s+\epsilon}}\mathbf 1 ;; x:n; \mu:scalar; s:scalar positive; \epsilon:scalar positive ;; (x-mu)/sqrt(s+epsilon) ;; -ones(x.shape)/sqrt(s+epsilon) ;; T
derivative ;; \frac{x}{\|x\|} ;; x ;; \frac{1}{\|x\|}\left(I-\frac{xx^\top}{\|x\|^2}\right) ;; x:n ;; x/norm(x) ;; (eye(len(x))-x@x.T/norm(x)**2)/norm(x) ;; T
derivative ;; (\mathbf{I}-\tfrac1n\mathbf 1\mathbf 1^\top)\mathbf x ;; \mathbf x ;; \mathbf{I}-\tfrac1n\mathbf 1\mathbf 1^\top ;; x:n ;; x-np.mean(x) ;; eye(len(x))-ones((len(x),len(x)))/len(x) ;; T
derivative ;; \left\|\left(\mathbf{I}-\tfrac1n\mathbf 1\mathbf 1^\top\right)\mathbf x\right\|^2 ;; \mathbf x ;; 2\left(\mathbf x-\bar{x}\mathbf 1\right) ;; x:n; \bar{x}:scalar ;; sq(x-np.mean(x))+0*bar_x ;; 2*(x-bar_x) ;; F
derivative ;; \mathbf{p}^\top\log\mathbf{p} ;; \mathbf{p} ;; \log\mathbf{p}+\mathbf{1} ;; p:n unit interval ;; p.T@log(p) ;; log(p)+1 ;; T
derivative ;; -\sum_{i=1}^n p_i\log p_i+\lambda\left(\sum_{i=1}^np_i-1\right) ;; \mathbf p ;; -\log\mathbf p-\mathbf 1+\lambda\mathbf 1 ;; p:n unit interval; \lambda:scalar ;; -p.T@log(p)+lam*(sum(p)-1) ;; -log(p)-1+lam ;; T
derivative ;; \sum_i p_i \log\frac{p_i}{q_i} ;; q ;; -p/q ;; p:n unit interval; q:n unit interval ;; sum(p*log(p/q)) ;; -p/q ;; T
derivative ;; \frac{1}{2}\|\mathbf{A}\mathbf{X}-\mathbf{B}\|_{\text{F}}^2 ;; \mathbf{X} ;; \mathbf{A}^\top(\mathbf{A}\mathbf{X}-\mathbf{B}) ;; A:p x m; X:m x n; B:p x n ;; 0.5*sq(A@X-B) ;; A.T@(A@X-B) ;; T
derivative ;; \|\mathbf{A}\mathbf{X}\mathbf{B}-\mathbf{C}\|_F^2 ;; \mathbf{X} ;; 2\mathbf{A}^T\mathbf{A}\mathbf{X}\mathbf{B}\mathbf{B}^T-2\mathbf{A}^T\mathbf{C}\mathbf{B}^T ;; A:p x m; X:m x n; B:n x q; C:p x q ;; sq(A@X@B-C) ;; 2*A.T@A@X@B@B.T-2*A.T@C@B.T ;; T
derivative ;; \mathbf{c}^\top\mathbf{x}-t\sum_{i=1}^m\log(b_i-\mathbf{a}_i^\top\mathbf{x}) ;; \mathbf{x} ;; \mathbf{c}+t\sum_{i=1}^m\frac{\mathbf{a}_i}{b_i-\mathbf{a}_i^\top\mathbf{x}} ;; c:n; x:n; t:scalar positive; a_i:n, i=1..m; b_i:scalar positive, i=1..m ;; c.T@x-t*sum(log(b_i-a_i@x)) ;; c+t*a_i.T@(1/(b_i-a_i@x)) ;; T
hessian ;; \log\sum_{i=1}^{m}\exp(a_i^Tx+b_i) ;; x ;; \sum_{i=1}^m\frac{e^{a_i^Tx+b_i}}{\sum_{j=1}^me^{a_j^Tx+b_j}}a_ia_i^T-\left(\sum_{i=1}^m\frac{e^{a_i^Tx+b_i}}{\sum_{j=1}^me^{a_j^Tx+b_j}}a_i\right)\left(\sum_{i=1}^m\frac{e^{a_i^Tx+b_i}}{\sum_{j=1}^me^{a_j^Tx+b_j}}a_i\right)^T ;; x:n; a_i:n, i=1..m; b_i:scalar, i=1..m ;; lse(a_i@x+b_i) ;; a_i.T@diag(sm(a_i@x+b_i))@a_i-a_i.T@sm(a_i@x+b_i)@sm(a_i@x+b_i).T@a_i ;; T
derivative ;; \frac{1}{2}\sum_{n=1}^{N}\left\{\mathbf{w}^{\mathrm T}\boldsymbol\phi_n-t_n\right\}^2 ;; \mathbf{w} ;; \sum_{n=1}^{N}\left\{\mathbf{w}^{\mathrm T}\boldsymbol\phi_n-t_n\right\}\boldsymbol\phi_n^{\mathrm T} ;; w:d; \phi_n:d, n=1..N; t_n:scalar, n=1..N ;; 0.5*sum((phi_n@w-t_n)**2) ;; (phi_n@w-t_n).T@phi_n ;; T
derivative ;; -\sum_{n=1}^{N}\left\{t_n\ln y_n+(1-t_n)\ln(1-y_n)\right\} ;; \mathbf{y} ;; \frac{\mathbf y-\mathbf t}{\mathbf y\odot(\mathbf 1-\mathbf y)} ;; y:N unit interval; t:N binary ;; -sum(t*log(y)+(1-t)*log(1-y)) ;; (y-t)/(y*(1-y)) ;; T
derivative ;; \frac{\beta}{2}\|\mathbf t-\boldsymbol\Phi\mathbf w\|^2+\frac\alpha2\mathbf w^{\mathrm T}\mathbf w ;; \mathbf w ;; -\beta\boldsymbol\Phi^{\mathrm T}(\mathbf t-\boldsymbol\Phi\mathbf w)+\alpha\mathbf w ;; t:N; \Phi:N x M; w:M; \alpha:scalar; \beta:scalar ;; beta/2*sq(t-Phi@w)+alpha/2*w.T@w ;; -beta*Phi.T@(t-Phi@w)+alpha*w ;; T
hessian ;; \frac{\beta}{2}\|\mathbf t-\boldsymbol\Phi\mathbf w\|^2+\frac\alpha2\mathbf w^{\mathrm T}\mathbf w ;; \mathbf w ;; \alpha\mathbf I+\beta\boldsymbol\Phi^{\mathrm T}\boldsymbol\Phi ;; t:N; \Phi:N x M; w:M; \alpha:scalar; \beta:scalar ;; beta/2*sq(t-Phi@w)+alpha/2*w.T@w ;; alpha*eye(len(w))+beta*Phi.T@Phi ;; T
""",
    "spellings": r"""
derivative ;; \mathop{\mathrm{tr}}\left(\mathbf X^{\!\top}\mathbf A\mathbf X\right) ;; \mathbf X ;; \left(\mathbf A+\mathbf A^{\!\top}\right)\mathbf X ;; A:m x m; X:m x n ;; tr(X.T@A@X) ;; (A+A.T)@X ;; T
derivative ;; \mathop{\rm tr}\nolimits(AX) ;; X ;; A' ;; A:n x m; X:m x n ;; tr(A@X) ;; A.T ;; T
derivative ;; \operatorname*{tr}\bigl(X'AX\bigr) ;; X ;; (A+A')X ;; A:m x m; X:m x n ;; tr(X.T@A@X) ;; (A+A.T)@X ;; T
derivative ;; {1\over 2}\,x^{\mathsf T}Qx + c^{\mathsf T}x ;; x ;; {1\over2}(Q+Q^{\mathsf T})x+c ;; Q:n x n; x:n; c:n ;; 0.5*x.T@Q@x+c.T@x ;; 0.5*(Q+Q.T)@x+c ;; T
derivative ;; \displaystyle \frac{1}{2}\left\Vert \mathbf{A}\mathbf{x}-\mathbf{b}\right\Vert _{2}^{2} ;; \mathbf{x} ;; \mathbf{A}^{\top}\left(\mathbf{A}\mathbf{x}-\mathbf{b}\right) ;; A:m x n; x:n; b:m ;; 0.5*sq(A@x-b) ;; A.T@(A@x-b) ;; T
derivative ;; \left\lVert \mathbf{A}\mathbf{x}-\mathbf{b}\right\rVert^{2}_{2} ;; \mathbf{x} ;; 2\,\mathbf{A}^{\top}\!\left(\mathbf{A}\mathbf{x}-\mathbf{b}\right) ;; A:m x n; x:n; b:m ;; sq(A@x-b) ;; 2*A.T@(A@x-b) ;; T
derivative ;; \big\| A x - b \big\|_2^2 ;; x ;; 2 A^T \big(A x - b\big) ;; A:m x n; x:n; b:m ;; sq(A@x-b) ;; 2*A.T@(A@x-b) ;; T
derivative ;; \frac12\|X\beta-y\|^2+\frac{\lambda}2\|\beta\|^2 ;; \beta ;; X^\top X\beta-X^\top y+\lambda\beta ;; X:m x n; \beta:n; y:m; \lambda:scalar ;; 0.5*sq(X@beta-y)+lam/2*sq(beta) ;; X.T@(X@beta-y)+lam*beta ;; T
derivative ;; \underbrace{\mathbf{x}^\top\mathbf{A}\mathbf{x}}_{\text{quadratic}}+\underbrace{\mathbf{b}^\top\mathbf{x}}_{\text{linear}} ;; \mathbf{x} ;; (\mathbf{A}+\mathbf{A}^\top)\mathbf{x}+\mathbf{b} ;; A:n x n; x:n; b:n ;; x.T@A@x+b.T@x ;; (A+A.T)@x+b ;; T
derivative ;; \exp\left\{-\frac{1}{2}\mathbf{x}^T\mathbf{A}\mathbf{x}\right\} ;; \mathbf{x} ;; -\mathbf{A}\mathbf{x}\exp\left\{-\frac{1}{2}\mathbf{x}^T\mathbf{A}\mathbf{x}\right\} ;; A:n x n symmetric; x:n ;; exp(-0.5*x.T@A@x) ;; -A@x*exp(-0.5*x.T@A@x) ;; T
derivative ;; \exp\left(-\frac{\|x-y\|^2}{2\sigma^2}\right) ;; x ;; -\frac{x-y}{\sigma^2}\exp\left(-\frac{\|x-y\|^2}{2\sigma^2}\right) ;; x:n; y:n; \sigma:scalar positive ;; exp(-sq(x-y)/(2*sigma**2)) ;; -(x-y)/sigma**2*exp(-sq(x-y)/(2*sigma**2)) ;; T
derivative ;; e^{-\gamma\lVert x-z\rVert^2} ;; x ;; -2\gamma e^{-\gamma\lVert x-z\rVert^2}(x-z) ;; x:n; z:n; \gamma:scalar positive ;; exp(-gamma*sq(x-z)) ;; -2*gamma*exp(-gamma*sq(x-z))*(x-z) ;; T
derivative ;; \mathbf{1}_m^\top \mathbf{X}\mathbf{1}_n ;; \mathbf{X} ;; \mathbf{1}_m\mathbf{1}_n^\top ;; X:m x n ;; sum(X) ;; ones(X.shape) ;; T
derivative ;; \mathbf{x}^\top\mathbf{1}_{n\times n}\mathbf{x} ;; \mathbf{x} ;; 2\,\mathbf{1}_{n\times n}\mathbf{x} ;; x:n ;; sum(x)**2 ;; 2*sum(x)*ones(x.shape) ;; T
derivative ;; \overline{\mathbf{x}}^{\top}\mathbf{W}\overline{\mathbf{x}} ;; \overline{\mathbf{x}} ;; (\mathbf{W}+\mathbf{W}^\top)\overline{\mathbf{x}} ;; \overline{x}:n; W:n x n ;; overline_x.T@W@overline_x ;; (W+W.T)@overline_x ;; T
derivative ;; \|\widehat{\mathbf{y}}-\mathbf{y}\|^2 ;; \widehat{\mathbf{y}} ;; 2(\widehat{\mathbf{y}}-\mathbf{y}) ;; \widehat{y}:n; y:n ;; sq(widehat_y-y) ;; 2*(widehat_y-y) ;; T
derivative ;; (\boldsymbol{y} - \boldsymbol{X}\boldsymbol{\beta})'(\boldsymbol{y} - \boldsymbol{X}\boldsymbol{\beta}) ;; \boldsymbol{\beta} ;; -2\boldsymbol{X}'\boldsymbol{y} + 2\boldsymbol{X}'\boldsymbol{X}\boldsymbol{\beta} ;; y:m; X:m x n; \beta:n ;; sq(y-X@beta) ;; -2*X.T@y+2*X.T@X@beta ;; T
derivative ;; (\boldsymbol{y} - \boldsymbol{X}\boldsymbol{\beta})'\boldsymbol{\Omega}^{-1}(\boldsymbol{y} - \boldsymbol{X}\boldsymbol{\beta}) ;; \boldsymbol{\beta} ;; -2\boldsymbol{X}'\boldsymbol{\Omega}^{-1}(\boldsymbol{y} - \boldsymbol{X}\boldsymbol{\beta}) ;; y:m; X:m x n; \beta:n; \Omega:m x m positive definite ;; (y-X@beta).T@inv(Omega)@(y-X@beta) ;; -2*X.T@inv(Omega)@(y-X@beta) ;; T
derivative ;; \ln\!\left|\mathbf{A}+\mathbf{x}\mathbf{x}^\top\right| ;; \mathbf{x} ;; 2\left(\mathbf{A}+\mathbf{x}\mathbf{x}^\top\right)^{-1}\mathbf{x} ;; A:n x n positive definite; x:n ;; ld(A+x@x.T) ;; 2*inv(A+x@x.T)@x ;; T
derivative ;; \log\det(I+XX^T) ;; X ;; 2(I+XX^T)^{-1}X ;; X:m x n ;; ld(eye(len(X))+X@X.T) ;; 2*inv(eye(len(X))+X@X.T)@X ;; T
derivative ;; \log\det(I+X^TX) ;; X ;; 2X(I+X^TX)^{-1} ;; X:m x n ;; ld(eye(len(X))+X@X.T) ;; 2*inv(eye(len(X))+X@X.T)@X ;; T
derivative ;; \mathrm{tr}\left\{(\mathbf{A}\mathbf{X}-\mathbf{B})^{\mathrm H}(\mathbf{A}\mathbf{X}-\mathbf{B})\right\} ;; \mathbf{X} ;; 2\mathbf{A}^{\mathrm H}(\mathbf{A}\mathbf{X}-\mathbf{B}) ;; A:p x m; X:m x n; B:p x n ;; sq(A@X-B) ;; 2*A.T@(A@X-B) ;; T
derivative ;; \langle A X, B\rangle ;; X ;; A^\top B ;; A:p x m; X:m x n; B:p x n ;; sum((A@X)*B) ;; A.T@B ;; T
derivative ;; \langle \mathbf{A}, \mathbf{X}\mathbf{X}^\top\rangle_F ;; \mathbf{X} ;; (\mathbf{A}+\mathbf{A}^\top)\mathbf{X} ;; A:m x m; X:m x n ;; sum(A*(X@X.T)) ;; (A+A.T)@X ;; T
derivative ;; A : (X B) ;; X ;; A B^T ;; A:m x p; X:m x n; B:n x p ;; sum(A*(X@B)) ;; A@B.T ;; T
derivative ;; \mathbf A \cdot \mathbf x ;; \mathbf x ;; \mathbf A ;; A:m x n; x:n ;; A@x ;; A ;; T
derivative ;; \mathbf{W}^{[2]}\sigma(\mathbf{W}^{[1]}\mathbf{x}+\mathbf{b}^{[1]})+\mathbf{b}^{[2]} ;; \mathbf{b}^{[1]} ;; \mathbf{W}^{[2]}\operatorname{diag}(\sigma'(\mathbf{W}^{[1]}\mathbf{x}+\mathbf{b}^{[1]})) ;; W^{[1]}:h x n; W^{[2]}:m x h; b^{[1]}:h; b^{[2]}:m; x:n ;; W_2@sig(W_1@x+b_1)+b_2 ;; W_2@diag(sig(W_1@x+b_1)*(1-sig(W_1@x+b_1))) ;; T
derivative ;; \tfrac12\|W^{(2)}\tanh(W^{(1)}x)-y\|^2 ;; W^{(1)} ;; \left((W^{(2)})^\top(W^{(2)}\tanh(W^{(1)}x)-y)\odot(1-\tanh^2(W^{(1)}x))\right)x^\top ;; W^{(1)}:h x n; W^{(2)}:m x h; x:n; y:m ;; 0.5*sq(W_2@tanh(W_1@x)-y) ;; ((W_2.T@(W_2@tanh(W_1@x)-y))*(1-tanh(W_1@x)**2))@x.T ;; T
derivative ;; \tfrac12\|W_2\,\mathrm{relu}(W_1x)-y\|^2 ;; W_2 ;; (W_2\,\mathrm{relu}(W_1x)-y)\,\mathrm{relu}(W_1x)^\top ;; W_1:h x n; W_2:m x h; x:n; y:m ;; 0.5*sq(W_2@maxi(0,W_1@x)-y) ;; (W_2@maxi(0,W_1@x)-y)@maxi(0,W_1@x).T ;; T
derivative ;; x\,\sigma(x) ;; x ;; \sigma(x)+x\,\sigma(x)(1-\sigma(x)) ;; x:scalar ;; x*sig(x) ;; sig(x)+x*sig(x)*(1-sig(x)) ;; T
derivative ;; x\cdot\operatorname{sigmoid}(\beta x) ;; x ;; \operatorname{sigmoid}(\beta x)+\beta x\cdot\operatorname{sigmoid}(\beta x)\left(1-\operatorname{sigmoid}(\beta x)\right) ;; x:scalar; \beta:scalar ;; x*sig(beta*x) ;; sig(beta*x)+beta*x*sig(beta*x)*(1-sig(beta*x)) ;; T
derivative ;; \operatorname{tanh}(x) ;; x ;; 1 - \operatorname{tanh}^2(x) ;; x:scalar ;; tanh(x) ;; 1-tanh(x)**2 ;; T
derivative ;; \frac{1 - \exp(-2x)}{1 + \exp(-2x)} ;; x ;; 1-\tanh^2(x) ;; x:scalar ;; tanh(x) ;; 1-tanh(x)**2 ;; T
derivative ;; \tanh x ;; x ;; \operatorname{sech}^2 x ;; x:scalar ;; tanh(x) ;; 1-tanh(x)**2 ;; T
derivative ;; \max(0,x)+\alpha\min(0,x) ;; x ;; \mathbf 1\{x>0\}+\alpha\mathbf 1\{x<0\} ;; x:scalar; \alpha:scalar ;; maxi(0,x)+alpha*np.minimum(0,x) ;; (x>0)*1.+alpha*(x<0) ;; T
derivative ;; \operatorname{ReLU}(x) ;; x ;; \begin{cases}1 & x>0\\ 0 & x\le 0\end{cases} ;; x:scalar ;; maxi(0,x) ;; (x>0)*1. ;; T
derivative ;; |x| ;; x ;; \begin{cases}1 & \text{if } x>0\\ -1 & \text{if } x<0\end{cases} ;; x:scalar ;; np.abs(x) ;; sgn(x) ;; T
derivative ;; \max(\alpha x, x) ;; x ;; \begin{cases} 1, & x > 0, \\ \alpha, & \text{otherwise} \end{cases} ;; x:scalar; \alpha:scalar unit interval ;; maxi(alpha*x,x) ;; (x>0)+alpha*(x<0) ;; T
derivative ;; \|Ax-b\|_1 ;; x ;; A^\top\operatorname{sgn}(Ax-b) ;; A:m x n; x:n; b:m ;; sum(np.abs(A@x-b)) ;; A.T@sgn(A@x-b) ;; T
derivative ;; \|x\|_p ;; x ;; \frac{x\circ|x|^{p-2}}{\|x\|_p^{p-1}} ;; x:n; p:scalar positive integer ;; sum(np.abs(x)**p)**(1/p) ;; x*np.abs(x)**(p-2.)/(sum(np.abs(x)**p)**(1/p))**(p-1) ;; T
derivative ;; \|x\|_3^3 ;; x ;; 3\, x\odot |x| ;; x:n ;; sum(np.abs(x)**3) ;; 3*x*np.abs(x) ;; T
derivative ;; x_1^2+x_2^2 ;; x ;; \begin{bmatrix}2x_1\\2x_2\end{bmatrix} ;; x:2 ;; x.T@x ;; 2*x ;; T
derivative ;; 3x_1^2+5e^{x_2} ;; \mathbf{x} ;; \left[6x_1, 5e^{x_2}\right]^\top ;; x:2 ;; 3*x[0]**2+5*exp(x[1]) ;; np.vstack([6*x[0],5*exp(x[1])]) ;; T
derivative ;; \mathbf{x}^T\begin{pmatrix}1&2\\3&4\end{pmatrix}\mathbf{x} ;; \mathbf{x} ;; \begin{pmatrix}2&5\\5&8\end{pmatrix}\mathbf{x} ;; x:2 ;; x.T@np.array([[1,2],[3,4]])@x ;; np.array([[2,5],[5,8]])@x ;; T
derivative ;; \mathbf{x}^T\begin{pmatrix}1&2\\3&4\end{pmatrix}\mathbf{x} ;; \mathbf{x} ;; 2\begin{pmatrix}1&2\\3&4\end{pmatrix}\mathbf{x} ;; x:2 ;; x.T@np.array([[1,2],[3,4]])@x ;; 2*np.array([[1,2],[3,4]])@x ;; F
derivative ;; \begin{bmatrix}x_1^2x_2\\ \sin x_1\end{bmatrix} ;; x ;; \begin{bmatrix}2x_1x_2&x_1^2\\ \cos x_1&0\end{bmatrix} ;; x:2 ;; np.vstack([x[0]**2*x[1],sin(x[0])]) ;; np.array([[2*x[0,0]*x[1,0],x[0,0]**2],[cos(x[0,0]),0]]) ;; T
derivative ;; \sqrt{x^2+y^2} ;; x ;; \frac{x}{\sqrt{x^2+y^2}} ;; x:scalar; y:scalar ;; sqrt(x**2+y**2) ;; x/sqrt(x**2+y**2) ;; T
derivative ;; x^x ;; x ;; x^x(1+\ln x) ;; x:scalar positive ;; x**x ;; x**x*(1+log(x)) ;; T
derivative ;; \log_2 x ;; x ;; \frac{1}{x\ln 2} ;; x:scalar positive ;; np.log2(x) ;; 1/(x*log(2)) ;; T
derivative ;; \arctan(x) ;; x ;; \frac{1}{1+x^2} ;; x:scalar ;; np.arctan(x) ;; 1/(1+x**2) ;; T
derivative ;; \operatorname{tr}(XX) ;; X ;; 2X^{T} ;; X:n x n ;; tr(X@X) ;; 2*X.T ;; T
derivative ;; \operatorname{Tr}(e^{X}) ;; X ;; e^{X^T} ;; X:n x n ;; tr(expm(X)) ;; expm(X).T ;; T
derivative ;; \operatorname{tr}(\log X) ;; X ;; X^{-1} ;; X:n x n positive definite ;; ld(X) ;; inv(X) ;; T
derivative ;; \mathrm{vec}(X)^T\mathrm{vec}(A) ;; X ;; A ;; X:m x n; A:m x n ;; sum(X*A) ;; A ;; T
derivative ;; (\operatorname{vec}X)'(B\otimes A)\operatorname{vec}X ;; X ;; AXB'+A'XB ;; X:m x n; A:m x m; B:n x n ;; vec(X).T@kron(B,A)@vec(X) ;; A@X@B.T+A.T@X@B ;; T
derivative ;; \mathbf{a}'\mathbf{X}\mathbf{X}'\mathbf{a} ;; \mathbf{X} ;; 2\mathbf{a}\mathbf{a}'\mathbf{X} ;; a:m; X:m x n ;; a.T@X@X.T@a ;; 2*a@a.T@X ;; T
derivative ;; \mathbf{a}'\mathbf{X}\mathbf{X}'\mathbf{a} ;; \mathbf{X} ;; 2\mathbf{X}\mathbf{a}\mathbf{a}' ;; a:n; X:n x n ;; a.T@X@X.T@a ;; 2*X@a@a.T ;; F
derivative ;; |\mathbf{X}\mathbf{X}'| ;; \mathbf{X} ;; 2|\mathbf{X}\mathbf{X}'|(\mathbf{X}\mathbf{X}')^{-1}\mathbf{X} ;; X:m x n full row rank ;; det(X@X.T) ;; 2*det(X@X.T)*inv(X@X.T)@X ;; T
vec ;; \mathbf{X}\mathbf{X}' ;; \mathbf{X} ;; (\mathbf{I}+\mathbf{K}_{mm})(\mathbf{X}\otimes\mathbf{I}_m) ;; X:m x n ;; X@X.T ;; (eye(len(X)**2)+K(len(X),len(X)))@kron(X,eye(len(X))) ;; T
vec ;; \mathbf{X}' ;; \mathbf{X} ;; \mathbf{K}_{mn} ;; X:m x n ;; X.T ;; K(X.shape[0],X.shape[1]) ;; T
vec ;; \mathbf{A}\mathbf{X}\mathbf{B} ;; \mathbf{X} ;; \mathbf{B}'\otimes\mathbf{A} ;; A:p x m; X:m x n; B:n x q ;; A@X@B ;; kron(B.T,A) ;; T
vec ;; \mathbf{X}\otimes\mathbf{X} ;; \mathbf{X} ;; \mathbf{0} ;; X:n x n ;; kron(X,X) ;; 0*kron(kron(X,X),np.ones((X.shape[0]**2,1))) ;; F
vec ;; \mathbf{X}'\mathbf{A}\mathbf{X} ;; \mathbf{X} ;; (\mathbf{X}'\mathbf{A}'\otimes\mathbf{I}_n)\mathbf{K}_{mn}+\mathbf{I}_n\otimes\mathbf{X}'\mathbf{A} ;; X:m x n; A:m x m ;; X.T@A@X ;; kron(X.T@A.T,eye(X.shape[1]))@K(*X.shape)+kron(eye(X.shape[1]),X.T@A) ;; T
vec ;; \mathbf{X}^3 ;; \mathbf{X} ;; (\mathbf X')^2\otimes\mathbf I+\mathbf X'\otimes\mathbf X+\mathbf I\otimes\mathbf X^2 ;; X:n x n ;; mp(X,3) ;; kron(mp(X.T,2),eye(len(X)))+kron(X.T,X)+kron(eye(len(X)),X@X) ;; T
hessian ;; \tfrac12\|Ax-b\|^2 ;; x ;; A^\top A ;; A:m x n; x:n; b:m ;; 0.5*sq(A@x-b) ;; A.T@A ;; T
hessian ;; \|x\| ;; x ;; \frac{I}{\|x\|}-\frac{xx^\top}{\|x\|^3} ;; x:n ;; norm(x) ;; eye(len(x))/norm(x)-x@x.T/norm(x)**3 ;; T
hessian ;; \log\sum_i e^{x_i} ;; x ;; \operatorname{diag}(p)-pp^\top ;; x:n; p:n ;; lse(x)+0*sum(p) ;; diag(p)-p@p.T ;; F
hessian ;; \log\left(\mathbf 1^\top e^{x}\right) ;; x ;; \frac{1}{(\mathbf 1^\top e^x)^2}\left((\mathbf 1^\top e^x)\operatorname{diag}(e^x)-e^x(e^x)^\top\right) ;; x:n ;; lse(x) ;; (sum(exp(x))*diag(exp(x))-exp(x)@exp(x).T)/sum(exp(x))**2 ;; T
differential ;; \mathbf{y}^\top\mathbf{X}\mathbf{w} ;; \mathbf{X} ;; \mathrm{tr}(\mathbf{w}\mathbf{y}^\top\mathrm d\mathbf X) ;; y:m; X:m x n; w:n ;; y.T@X@w ;; tr(w@y.T@dX) ;; T
differential ;; \mathbf{X}^\top\mathbf{X} ;; \mathbf{X} ;; (\mathrm d\mathbf X)^\top\mathbf{X}+\mathbf X^\top\mathrm d\mathbf X ;; X:m x n ;; X.T@X ;; dX.T@X+X.T@dX ;; T
differential ;; \sigma(X) ;; X ;; \sigma'(X)\odot dX ;; X:m x n ;; sig(X) ;; sig(X)*(1-sig(X))*dX ;; T
differential ;; \log\det\mathbf\Sigma ;; \mathbf\Sigma ;; \langle\mathbf\Sigma^{-1},d\mathbf\Sigma\rangle ;; \Sigma:n x n positive definite ;; ld(Sigma) ;; sum(inv(Sigma)*dSigma) ;; T
differential ;; \mathbf{A}\mathbf{X}^{-1}\mathbf{b} ;; \mathbf{X} ;; -\mathbf{A}\mathbf{X}^{-1}(\mathrm{d}\mathbf{X})\mathbf{X}^{-1}\mathbf{b} ;; A:m x n; X:n x n invertible; b:n ;; A@inv(X)@b ;; -A@inv(X)@dX@inv(X)@b ;; T
differential ;; \operatorname{tr}(AXBX^TC) ;; X ;; \operatorname{tr}(A\,dX\,BX^TC)+\operatorname{tr}(AXB(dX)^TC) ;; A:p x m; X:m x n; B:n x n; C:m x p ;; tr(A@X@B@X.T@C) ;; tr(A@dX@B@X.T@C)+tr(A@X@B@dX.T@C) ;; T
differential ;; \|\mathbf x\|^2 ;; \mathbf x ;; 2\langle\mathbf x,d\mathbf x\rangle ;; x:n ;; sq(x) ;; 2*x.T@dx ;; T
differential ;; \|\mathbf X\|_F^2 ;; \mathbf X ;; 2\mathbf X : d\mathbf X ;; X:m x n ;; sq(X) ;; 2*sum(X*dX) ;; T
differential ;; \operatorname{softmax}(\mathbf z) ;; \mathbf z ;; (\operatorname{diag}(\operatorname{softmax}(\mathbf z))-\operatorname{softmax}(\mathbf z)\operatorname{softmax}(\mathbf z)^\top)\,d\mathbf z ;; z:n ;; sm(z) ;; (diag(sm(z))-sm(z)@sm(z).T)@dz ;; T
""",
    "mistakes": r"""
derivative ;; a^{T} X b ;; X ;; a b^{T} ;; a:k; b:k; X:k x k ;; a.T@X@b ;; a@b.T ;; T
derivative ;; \operatorname{tr}\left(A X B X^{T} C \right) ;; X ;; A^{T} C^{T} X B^{T} + C A X B ;; A:k x k; B:k x k; C:k x k; X:k x k ;; tr(A@X@B@X.T@C) ;; A.T@C.T@X@B.T+C@A@X@B ;; T
derivative ;; \left|{X}\right| ;; X ;; \left|{X}\right| \left(X^{-1}\right)^{T} ;; X:k x k invertible ;; det(X) ;; det(X)*inv(X).T ;; T
derivative ;; \left|{A X B}\right| ;; X ;; \left|{A X B}\right| \left(X^{T}\right)^{-1} ;; X:k x k invertible; A:k x k; B:k x k ;; det(A@X@B) ;; det(A@X@B)*inv(X).T ;; T
derivative ;; \log{\left(\left|{X}\right| \right)} ;; X ;; \left(X^{-1}\right)^{T} ;; X:k x k invertible positive determinant ;; ld(X) ;; inv(X).T ;; T
derivative ;; \log{\left(\left|{X}\right| \right)} ;; X ;; 2 \left(X^{-1}\right)^{T} ;; X:k x k invertible positive determinant ;; ld(X) ;; 2*inv(X).T ;; F
derivative ;; A X^{-1} B ;; X ;; - (X^{-1} B)^{T} \otimes A X^{-1} ;; A:m x n; B:n x p; X:n x n invertible ;; A@inv(X)@B ;; -kron((inv(X)@B).T,A@inv(X)) ;; T
derivative ;; \operatorname{tr}\left(X^{-2} \right) ;; X ;; - 2 \left(X^{T}\right)^{-3} ;; X:k x k invertible ;; tr(mp(inv(X),2)) ;; -2*mp(inv(X),3).T ;; T
derivative ;; a^{T} X^{-1} b ;; X ;; - \left(X^{-1}\right)^{T} a b^{T} \left(X^{-1}\right)^{T} ;; a:k; b:k; X:k x k invertible ;; a.T@inv(X)@b ;; -inv(X).T@a@b.T@inv(X).T ;; T
derivative ;; \left(x^{T} A x\right) \left(x^{T} B x\right) ;; x ;; \left(x^{T} A x\right) \left(B + B^{T}\right) x + \left(x^{T} B x\right) \left(A + A^{T}\right) x ;; A:k x k; B:k x k; x:k ;; (x.T@A@x)*(x.T@B@x) ;; (x.T@A@x)*(B+B.T)@x+(x.T@B@x)*(A+A.T)@x ;; T
derivative ;; \sqrt{x^{T} A x} ;; x ;; \frac{A x}{\sqrt{x^{T} A x}} ;; A:k x k positive definite; x:k ;; sqrt(x.T@A@x) ;; A@x/sqrt(x.T@A@x) ;; T
derivative ;; \sin{\left(x^{T} a \right)} ;; x ;; \cos{\left(x^{T} a \right)} a ;; a:k; x:k ;; sin(x.T@a) ;; cos(x.T@a)*a ;; T
derivative ;; X \circ X ;; X ;; 2 \operatorname{diag}(\operatorname{vec} X) ;; X:m x n ;; X*X ;; 2*diag(vec(X)) ;; T
derivative ;; \operatorname{tr}(X \circ A) ;; X ;; A \circ I ;; X:n x n; A:n x n ;; tr(X*A) ;; A*eye(len(A)) ;; T
derivative ;; a^T (X \circ X) b ;; X ;; 2 X \circ (a b^T) ;; X:m x n; a:m; b:n ;; a.T@(X*X)@b ;; 2*X*(a@b.T) ;; T
derivative ;; a^T (X \circ X) b ;; X ;; 2 (X \circ X)  (a b^T) ;; X:n x n; a:n; b:n ;; a.T@(X*X)@b ;; 2*(X*X)@(a@b.T) ;; F
derivative ;; x^{\circ 2} ;; x ;; 2 \operatorname{diag}(x) ;; x:n ;; x**2 ;; 2*diag(x) ;; T
derivative ;; a^T x^{\circ -1} ;; x ;; -a \circ x^{\circ -2} ;; x:n positive; a:n ;; sum(a/x) ;; -a/x**2 ;; T
derivative ;; \log_\circ(x) ;; x ;; \operatorname{diag}(x^{\circ -1}) ;; x:n positive ;; log(x) ;; diag(1/x) ;; T
derivative ;; \operatorname{tr}\mathbf{X}'\mathbf{X} ;; \mathbf{X} ;; 2\mathbf{X} ;; X:m x n ;; sq(X) ;; 2*X ;; T
derivative ;; \operatorname{tr} \mathbf{X}^{2} ;; \mathbf{X} ;; 2\mathbf{X}' ;; X:n x n ;; tr(X@X) ;; 2*X.T ;; T
derivative ;; \text{tr}\,\mathbf{X}\mathbf{A}\mathbf{X}'\mathbf{B} ;; \mathbf{X} ;; \mathbf{B}'\mathbf{X}\mathbf{A}'+\mathbf{B}\mathbf{X}\mathbf{A} ;; X:m x n; A:n x n; B:m x m ;; tr(X@A@X.T@B) ;; B.T@X@A.T+B@X@A ;; T
derivative ;; \log\det\mathbf{X}'\mathbf{A}\mathbf{X} ;; \mathbf{X} ;; 2\mathbf{A}\mathbf{X}(\mathbf{X}'\mathbf{A}\mathbf{X})^{-1} ;; A:m x m positive definite; X:m x n full column rank ;; ld(X.T@A@X) ;; 2*A@X@inv(X.T@A@X) ;; T
derivative ;; \ln \det (\mathbf{X}'\mathbf{X}) ;; \mathbf{X} ;; 2 \mathbf{X}(\mathbf{X}'\mathbf{X})^{-1} ;; X:m x n full column rank ;; ld(X.T@X) ;; 2*X@inv(X.T@X) ;; T
differential ;; \text{vec}\,\mathbf{X} ;; \mathbf{X} ;; \text{vec}\,d\mathbf{X} ;; X:m x n ;; vec(X) ;; vec(dX) ;; T
differential ;; \ln|\mathbf{X}| ;; \mathbf{X} ;; \text{tr}\,\mathbf{X}^{-1}d\mathbf{X} ;; X:n x n invertible positive determinant ;; ld(X) ;; tr(inv(X)@dX) ;; T
differential ;; \mathbf{X}'\mathbf{A}\mathbf{X} ;; \mathbf{X} ;; (d\mathbf{X})'\mathbf{A}\mathbf{X}+\mathbf{X}'\mathbf{A}d\mathbf{X} ;; X:m x n; A:m x m ;; X.T@A@X ;; dX.T@A@X+X.T@A@dX ;; T
differential ;; \mathbf{a}'\mathbf{X}\mathbf{b} ;; \mathbf{X} ;; \mathbf{a}'(d\mathbf{X})\mathbf{b} ;; X:m x n; a:m; b:n ;; a.T@X@b ;; a.T@dX@b ;; T
differential ;; (\mathbf{X}'\mathbf{X})^{-1} ;; \mathbf{X} ;; -(\mathbf{X}'\mathbf{X})^{-1}\left[(d\mathbf{X})'\mathbf{X}+\mathbf{X}'d\mathbf{X}\right](\mathbf{X}'\mathbf{X})^{-1} ;; X:m x n full column rank ;; inv(X.T@X) ;; -inv(X.T@X)@(dX.T@X+X.T@dX)@inv(X.T@X) ;; T
differential ;; \mathbf{A}\mathbf{X}\mathbf{B} ;; \mathbf{X} ;; \mathbf{A}(\mathrm{d}\mathbf{X})\mathbf{B} ;; A:p x m; X:m x n; B:n x q ;; A@X@B ;; A@dX@B ;; T
differential ;; \text{tr}(\mathbf{A}\mathbf{X}) ;; \mathbf{X} ;; \text{tr}(\mathbf{A}\,\mathrm{d}\mathbf{X}) ;; A:n x m; X:m x n ;; tr(A@X) ;; tr(A@dX) ;; T
differential ;; \mathbf{x}'\mathbf{A}\mathbf{x} ;; \mathbf{x} ;; \mathbf{x}'(\mathbf{A}+\mathbf{A}')\mathrm{d}\mathbf{x} ;; A:n x n; x:n ;; x.T@A@x ;; x.T@(A+A.T)@dx ;; T
derivative ;; (x-\mu)^\top\Sigma^{-1}(x-\mu) ;; \Sigma ;; \Sigma^{-1}(x-\mu)(x-\mu)^\top\Sigma^{-1} ;; x:n; \mu:n; \Sigma:n x n positive definite ;; (x-mu).T@inv(Sigma)@(x-mu) ;; inv(Sigma)@(x-mu)@(x-mu).T@inv(Sigma) ;; F
derivative ;; (x-\mu)^\top\Sigma^{-1}(x-\mu) ;; \mu ;; 2\Sigma^{-1}(x-\mu) ;; x:n; \mu:n; \Sigma:n x n positive definite ;; (x-mu).T@inv(Sigma)@(x-mu) ;; 2*inv(Sigma)@(x-mu) ;; F
derivative ;; \|Ax-b\|^2 ;; x ;; 2(Ax-b) ;; A:m x n; x:n; b:m ;; sq(A@x-b) ;; 2*(A@x-b) ;; F
derivative ;; \|Ax-b\|^2 ;; x ;; 2A(Ax-b) ;; A:n x n; x:n; b:n ;; sq(A@x-b) ;; 2*A@(A@x-b) ;; F
derivative ;; \|Ax-b\|_2 ;; x ;; 2A^\top(Ax-b) ;; A:m x n; x:n; b:m ;; norm(A@x-b) ;; 2*A.T@(A@x-b) ;; F
derivative ;; \log(1+e^{-y w^\top x}) ;; w ;; -\frac{y}{1+e^{y w^\top x}} ;; y:scalar plus or minus one; w:n; x:n ;; log(1+exp(-y*w.T@x)) ;; -y/(1+exp(y*w.T@x)) ;; F
derivative ;; \log(1+e^{-y w^\top x}) ;; w ;; \frac{y x}{1+e^{y w^\top x}} ;; y:scalar plus or minus one; w:n; x:n ;; log(1+exp(-y*w.T@x)) ;; y*x/(1+exp(y*w.T@x)) ;; F
derivative ;; -y\log\sigma(w^\top x)-(1-y)\log(1-\sigma(w^\top x)) ;; w ;; (y-\sigma(w^\top x))x ;; y:scalar binary; w:n; x:n ;; -y*log(sig(w.T@x))-(1-y)*log(1-sig(w.T@x)) ;; (y-sig(w.T@x))*x ;; F
derivative ;; \operatorname{tr}(X^\top AX) ;; X ;; 2AX ;; A:m x m; X:m x n ;; tr(X.T@A@X) ;; 2*A@X ;; F
derivative ;; \log\det X ;; X ;; X^{-1} ;; X:n x n positive determinant ;; ld(X) ;; inv(X)+0*X ;; T
derivative ;; \log\det(AXA^\top) ;; X ;; X^{-1}A ;; A:n x n invertible; X:n x n positive definite ;; ld(A@X@A.T) ;; inv(X)@A ;; F
derivative ;; \det(X^{-1}) ;; X ;; \det(X^{-1})X^{-\top} ;; X:n x n invertible ;; det(inv(X)) ;; det(inv(X))*inv(X).T ;; F
derivative ;; \operatorname{tr}(X^{-1}) ;; X ;; -X^{-2} ;; X:n x n invertible ;; tr(inv(X)) ;; -mp(inv(X),2) ;; T
derivative ;; \operatorname{tr}(X^3) ;; X ;; 3X^2X^\top ;; X:n x n ;; tr(mp(X,3)) ;; 3*X@X@X.T ;; F
derivative ;; \operatorname{softmax}(x) ;; x ;; \operatorname{softmax}(x)\odot(1-\operatorname{softmax}(x)) ;; x:n ;; sm(x) ;; sm(x)*(1-sm(x)) ;; F
derivative ;; \operatorname{softmax}(x) ;; x ;; \operatorname{diag}(\operatorname{softmax}(x)\odot(1-\operatorname{softmax}(x))) ;; x:n ;; sm(x) ;; diag(sm(x)*(1-sm(x))) ;; F
derivative ;; -\mathbf y^\top\log\operatorname{softmax}(\mathbf W\mathbf x) ;; \mathbf W ;; \mathbf x(\operatorname{softmax}(\mathbf W\mathbf x)-\mathbf y)^\top ;; y:m one-hot; W:m x n; x:n ;; -y.T@log(sm(W@x)) ;; x@(sm(W@x)-y).T ;; T
derivative ;; -\mathbf y^\top\log\operatorname{softmax}(\mathbf W\mathbf x) ;; \mathbf W ;; (\mathbf y-\operatorname{softmax}(\mathbf W\mathbf x))\mathbf x^\top ;; y:m one-hot; W:m x n; x:n ;; -y.T@log(sm(W@x)) ;; (y-sm(W@x))@x.T ;; F
derivative ;; \frac{x^\top Ax}{x^\top x} ;; x ;; \frac{2Ax}{x^\top x} ;; A:n x n symmetric; x:n ;; (x.T@A@x)/(x.T@x) ;; 2*A@x/(x.T@x) ;; F
derivative ;; \frac{x}{\|x\|} ;; x ;; \frac{1}{\|x\|}I ;; x:n ;; x/norm(x) ;; eye(len(x))/norm(x) ;; F
derivative ;; \frac{x}{\|x\|} ;; x ;; \frac{1}{\|x\|}\left(I-xx^\top\right) ;; x:n ;; x/norm(x) ;; (eye(len(x))-x@x.T)/norm(x) ;; F
derivative ;; \|X\|_F ;; X ;; 2X ;; X:m x n ;; norm(X) ;; 2*X ;; F
derivative ;; \|R-UV^\top\|_F^2 ;; V ;; -2(R-UV^\top)U ;; R:n x n; U:n x k; V:n x k ;; sq(R-U@V.T) ;; -2*(R-U@V.T)@U ;; F
derivative ;; \|Y-XW\|_F^2+\lambda\|W\|_F^2 ;; W ;; -2X^\top(Y-XW) ;; Y:m x p; X:m x n; W:n x p; \lambda:scalar positive ;; sq(Y-X@W)+lam*sq(W) ;; -2*X.T@(Y-X@W) ;; F
derivative ;; \frac{1}{2n}\|Xw-y\|^2 ;; w ;; X^\top(Xw-y) ;; X:n x d; w:d; y:n ;; sq(X@w-y)/(2*len(y)) ;; X.T@(X@w-y) ;; F
derivative ;; \tanh(Wx) ;; x ;; (1-\tanh^2(Wx))^\top W ;; W:m x n; x:n ;; tanh(W@x) ;; (1-tanh(W@x)**2).T@W ;; F
derivative ;; \tanh(Wx) ;; x ;; W^\top\operatorname{diag}(1-\tanh^2(Wx)) ;; W:m x n; x:n ;; tanh(W@x) ;; W.T@diag(1-tanh(W@x)**2) ;; T
derivative ;; \sigma(Wx+b) ;; b ;; \operatorname{diag}(\sigma(Wx+b)) ;; W:m x n; x:n; b:m ;; sig(W@x+b) ;; diag(sig(W@x+b)) ;; F
derivative ;; u^\top A^{-1}u ;; A ;; -A^{-\top}uu^\top A^{\top} ;; A:n x n invertible; u:n ;; u.T@inv(A)@u ;; -inv(A).T@u@u.T@A.T ;; F
derivative ;; \ln|X^\top X| ;; X ;; 2(X^\top X)^{-1}X ;; X:n x n invertible ;; ld(X.T@X) ;; 2*inv(X.T@X)@X ;; F
derivative ;; \ln|X^\top X| ;; X ;; X(X^\top X)^{-1} ;; X:m x n full column rank ;; ld(X.T@X) ;; X@inv(X.T@X) ;; F
differential ;; X^{-1} ;; X ;; X^{-1}(dX)X^{-1} ;; X:n x n invertible ;; inv(X) ;; inv(X)@dX@inv(X) ;; F
differential ;; X^\top X ;; X ;; 2X^\top dX ;; X:m x n ;; X.T@X ;; 2*X.T@dX ;; F
differential ;; AXB ;; X ;; BA\,dX ;; A:n x n; B:n x n; X:n x n ;; A@X@B ;; B@A@dX ;; F
differential ;; \det X ;; X ;; \det(X)\operatorname{tr}(dX) ;; X:n x n invertible ;; det(X) ;; det(X)*tr(dX) ;; F
differential ;; \log\det X ;; X ;; \operatorname{tr}(X\,dX) ;; X:n x n positive definite ;; ld(X) ;; tr(X@dX) ;; F
differential ;; X^3 ;; X ;; 3X^2\,dX ;; X:n x n ;; mp(X,3) ;; 3*X@X@dX ;; F
hessian ;; x^\top Ax ;; x ;; 2A ;; A:n x n; x:n ;; x.T@A@x ;; 2*A ;; F
hessian ;; \|Ax-b\|^2 ;; x ;; A^\top A ;; A:m x n; x:n; b:m ;; sq(A@x-b) ;; A.T@A ;; F
hessian ;; \|Ax-b\|^2 ;; x ;; 2AA^\top ;; A:n x n; x:n; b:n ;; sq(A@x-b) ;; 2*A@A.T ;; F
hessian ;; e^{a^\top x} ;; x ;; e^{a^\top x}a^\top a ;; a:n; x:n ;; exp(a.T@x) ;; exp(a.T@x)*(a.T@a) ;; F
hessian ;; \log(1+e^{a^\top x}) ;; x ;; \sigma(a^\top x)aa^\top ;; a:n; x:n ;; log(1+exp(a.T@x)) ;; sig(a.T@x)*a@a.T ;; F
vec ;; AXB ;; X ;; B\otimes A ;; A:p x n; X:n x n; B:n x n ;; A@X@B ;; kron(B,A) ;; F
vec ;; X^{-1} ;; X ;; X^{-\top}\otimes X^{-1} ;; X:n x n invertible ;; inv(X) ;; kron(inv(X).T,inv(X)) ;; F
vec ;; X^\top X ;; X ;; I\otimes X^\top ;; X:m x n ;; X.T@X ;; kron(eye(X.shape[1]),X.T) ;; F
derivative ;; \sum_{i=1}^n (w^\top x_i-y_i)^2 ;; w ;; 2\sum_{i=1}^n (w^\top x_i-y_i) ;; w:d; x_i:d, i=1..n; y_i:scalar, i=1..n ;; sq(x_i@w-y_i) ;; 2*sum(x_i@w-y_i) ;; F
derivative ;; \sum_{i=1}^n (w^\top x_i-y_i)^2 ;; w ;; 2(w^\top x_1-y_1)x_1 ;; w:d; x_i:d, i=1..n; y_i:scalar, i=1..n ;; sq(x_i@w-y_i) ;; 2*(x_i[0:1]@w-y_i[0])*x_i[0:1].T ;; F
derivative ;; \frac{1}{n}\sum_{i=1}^n \log(1+e^{-y_iw^\top x_i}) ;; w ;; -\frac{1}{n}\sum_{i=1}^n \sigma(y_iw^\top x_i)y_ix_i ;; w:d; x_i:d, i=1..n; y_i:scalar plus or minus one, i=1..n ;; np.mean(log(1+exp(-y_i*(x_i@w)))) ;; -x_i.T@(y_i*sig(y_i*(x_i@w)))/len(y_i) ;; F
derivative ;; \log\sum_{j=1}^k e^{z_j} ;; z ;; e^{z} ;; z:k ;; lse(z) ;; exp(z) ;; F
derivative ;; \frac12\|x-WW^\top x\|^2 ;; W ;; -(x-WW^\top x)x^\top W ;; x:n; W:n x k ;; 0.5*sq(x-W@W.T@x) ;; -(x-W@W.T@x)@x.T@W ;; F
derivative ;; \frac{a^\top b}{\|a\|\|b\|} ;; a ;; \frac{b}{\|a\|\|b\|} ;; a:n; b:n ;; (a.T@b)/(norm(a)*norm(b)) ;; b/(norm(a)*norm(b)) ;; F
derivative ;; \|x-\tfrac1n\mathbf 1\mathbf 1^\top x\|^2 ;; x ;; 2(x-\mathbf 1) ;; x:n ;; sq(x-np.mean(x)) ;; 2*(x-1) ;; F
derivative ;; \frac12\operatorname{tr}(L^\top AL) ;; L ;; AL ;; A:n x n symmetric; L:n x k ;; 0.5*tr(L.T@A@L) ;; A@L ;; T
derivative ;; \mathbf q^\top\mathbf K^{-1}\mathbf q ;; \mathbf K ;; -\mathbf K^{-1}\mathbf q\mathbf q^\top ;; q:n; K:n x n positive definite ;; q.T@inv(K)@q ;; -inv(K)@q@q.T ;; F
derivative ;; \max(0,1-y(w^\top x+b)) ;; b ;; -y ;; y:scalar plus or minus one; w:n; x:n; b:scalar ;; maxi(0,1-y*(w.T@x+b)) ;; -y*ones((1,1)) ;; F
derivative ;; (Xw-y)^\top D(Xw-y) ;; w ;; 2X^\top(Xw-y) ;; X:m x n; w:n; y:m; D:m x m diagonal ;; (X@w-y).T@D@(X@w-y) ;; 2*X.T@(X@w-y) ;; F
""",
    "courses and notes, continued": r"""
derivative ;; \boldsymbol{x}^{\intercal}\boldsymbol{A}\boldsymbol{x}+2\boldsymbol{b}^{\intercal}\boldsymbol{x}+c ;; \boldsymbol{x} ;; \left(\boldsymbol{A}+\boldsymbol{A}^{\intercal}\right)\boldsymbol{x}+2\boldsymbol{b} ;; A:n x n; x:n; b:n; c:scalar ;; x.T@A@x+2*b.T@x+c ;; (A+A.T)@x+2*b ;; T
derivative ;; \mathbf{x}^{\text T}\mathbf{A}\mathbf{y} ;; \mathbf{A} ;; \mathbf{x}\mathbf{y}^{\text T} ;; x:m; y:n; A:m x n ;; x.T@A@y ;; x@y.T ;; T
derivative ;; \text{Tr}[(\mathbf{Y}-\mathbf{X}\mathbf{B})^{T}(\mathbf{Y}-\mathbf{X}\mathbf{B})\mathbf{\Sigma}^{-1}] ;; \mathbf{B} ;; -2\mathbf{X}^T(\mathbf{Y}-\mathbf{X}\mathbf{B})\mathbf{\Sigma}^{-1} ;; Y:n x q; X:n x p; B:p x q; \Sigma:q x q positive definite ;; tr((Y-X@B).T@(Y-X@B)@inv(Sigma)) ;; -2*X.T@(Y-X@B)@inv(Sigma) ;; T
derivative ;; \mathcal{L}(\mathbf w) = \|\mathbf X\mathbf w-\mathbf y\|^2 ;; \mathbf w ;; 2\mathbf X^\top(\mathbf X\mathbf w-\mathbf y) ;; X:m x n; w:n; y:m ;; sq(X@w-y) ;; 2*X.T@(X@w-y) ;; T
derivative ;; \sigma\left(\mathbf{w}^{\top} \mathbf{x}+b\right) ;; \mathbf{w} ;; \sigma\left(\mathbf{w}^{\top} \mathbf{x}+b\right)\left(1-\sigma\left(\mathbf{w}^{\top} \mathbf{x}+b\right)\right) \mathbf{x} ;; w:n; x:n; b:scalar ;; sig(w.T@x+b) ;; sig(w.T@x+b)*(1-sig(w.T@x+b))*x ;; T
derivative ;; \frac{1}{1+\exp(-\mathbf{w}^\top\mathbf{x})} ;; \mathbf{w} ;; \frac{\exp(-\mathbf{w}^\top\mathbf{x})}{(1+\exp(-\mathbf{w}^\top\mathbf{x}))^2}\mathbf{x} ;; w:n; x:n ;; sig(w.T@x) ;; sig(w.T@x)*(1-sig(w.T@x))*x ;; T
derivative ;; \mathbf{u}^\top\mathbf{v} ;; \mathbf{u} ;; \mathbf{v} ;; u:n; v:n ;; u.T@v ;; v ;; T
derivative ;; \|\mathbf{x}-\mathbf{U}\mathbf{U}^\top\mathbf{x}\|_2^2 ;; \mathbf{x} ;; 2(\mathbf{I}-\mathbf{U}\mathbf{U}^\top)^2\mathbf{x} ;; x:n; U:n x k ;; sq(x-U@U.T@x) ;; 2*mp(eye(len(x))-U@U.T,2)@x ;; T
derivative ;; \frac{1}{2}\operatorname{Tr}\left(\mathbf{X}^{\top}\mathbf{L}\mathbf{X}\right) ;; \mathbf{X} ;; \frac12(\mathbf{L}+\mathbf{L}^\top)\mathbf{X} ;; X:n x k; L:n x n ;; 0.5*tr(X.T@L@X) ;; 0.5*(L+L.T)@X ;; T
derivative ;; \mathbf{x}^\top\mathbf{D}_w\mathbf{x} ;; \mathbf{x} ;; 2\mathbf{D}_w\mathbf{x} ;; x:n; D_w:n x n diagonal ;; x.T@D_w@x ;; 2*D_w@x ;; T
derivative ;; \mathbf{x}^\top\operatorname{diag}(\mathbf{w})\mathbf{x} ;; \mathbf{w} ;; \mathbf{x}\odot\mathbf{x} ;; x:n; w:n ;; x.T@diag(w)@x ;; x*x ;; T
derivative ;; \mathbf{1}^\top\left(\mathbf{A}\mathbf{x}\right)^{2} ;; \mathbf{x} ;; 2\mathbf{A}^\top\mathbf{A}\mathbf{x} ;; A:m x n; x:n ;; sq(A@x) ;; 2*A.T@A@x ;; T
derivative ;; \mathbf{1}^\top\left(\mathbf{A}\mathbf{x}\right)^{\odot 2} ;; \mathbf{x} ;; 2\mathbf{A}^\top\mathbf{A}\mathbf{x} ;; A:m x n; x:n ;; sq(A@x) ;; 2*A.T@A@x ;; T
derivative ;; \sum_{ij}(\mathbf{A}\mathbf{X})_{ij}^2 ;; \mathbf{X} ;; 2\mathbf{A}^\top\mathbf{A}\mathbf{X} ;; A:p x m; X:m x n ;; sq(A@X) ;; 2*A.T@A@X ;; T
derivative ;; \sum_{i,j} X_{ij}^2 ;; X ;; 2X ;; X:m x n ;; sq(X) ;; 2*X ;; T
derivative ;; \sum_{i}\sum_{j} a_{ij} x_i x_j ;; x ;; (A+A^\top)x ;; x:n; A:n x n ;; x.T@A@x ;; (A+A.T)@x ;; T
derivative ;; \sum_{i}\sum_{j} A_{ij} x_i x_j ;; x ;; (A+A^\top)x ;; x:n; A:n x n ;; x.T@A@x ;; (A+A.T)@x ;; T
derivative ;; \left( \mathbf{X} \mathbf{w} \right)^\top \mathbf{X} \mathbf{w} ;; \mathbf{w} ;; 2 \mathbf{X}^\top \mathbf{X} \mathbf{w} ;; X:m x n; w:n ;; sq(X@w) ;; 2*X.T@X@w ;; T
derivative ;; \mathbf{h}^{\top}\mathbf{W}_{hh}^{\top}\mathbf{W}_{hh}\mathbf{h} ;; \mathbf{W}_{hh} ;; 2\mathbf{W}_{hh}\mathbf{h}\mathbf{h}^\top ;; h:n; W_{hh}:m x n ;; h.T@W_hh.T@W_hh@h ;; 2*W_hh@h@h.T ;; T
derivative ;; \mathbf{W}_{qh}\mathbf{h}_t+\mathbf b_q ;; \mathbf{h}_t ;; \mathbf{W}_{qh} ;; W_{qh}:q x h; h_t:h; b_q:q ;; W_qh@h_t+b_q ;; W_qh ;; T
derivative ;; \mathbf{W}_{qh}\mathbf{h}_t ;; \mathbf{h}_t ;; \mathbf{W}_{qh}^\top ;; W_{qh}:q x h; h_t:h ;; W_qh@h_t ;; W_qh.T ;; T
derivative ;; \frac{\lambda}{2} \left(\|\mathbf{W}^{(1)}\|_\textrm{F}^2 + \|\mathbf{W}^{(2)}\|_\textrm{F}^2\right) ;; \mathbf{W}^{(1)} ;; \lambda \mathbf{W}^{(1)} ;; W^{(1)}:h x d; W^{(2)}:q x h; \lambda:scalar ;; lam/2*(sq(W_1)+sq(W_2)) ;; lam*W_1 ;; T
derivative ;; \mathbf{x}^\top\mathbf{W}_1\mathbf{W}_2\mathbf{y} ;; \mathbf{W}_2 ;; \mathbf{W}_1^\top\mathbf{x}\mathbf{y}^\top ;; x:m; y:n; W_1:m x k; W_2:k x n ;; x.T@W_1@W_2@y ;; W_1.T@x@y.T ;; T
derivative ;; \ln\left(\mathbf{x}^{\mathsf T}\mathbf{A}\mathbf{x}\right) ;; \mathbf{x} ;; \frac{2\mathbf{A}\mathbf{x}}{\mathbf{x}^{\mathsf T}\mathbf{A}\mathbf{x}} ;; x:n; A:n x n positive definite ;; log(x.T@A@x) ;; 2*A@x/(x.T@A@x) ;; T
derivative ;; \left(\mathbf{a}^\top\mathbf{x}\right)^3 ;; \mathbf{x} ;; 3(\mathbf{a}^\top\mathbf{x})^2\mathbf{a} ;; x:n; a:n ;; (a.T@x)**3 ;; 3*(a.T@x)**2*a ;; T
derivative ;; \|\mathbf{x}\|_2^4 ;; \mathbf{x} ;; 4\|\mathbf{x}\|_2^2\mathbf{x} ;; x:n ;; sq(x)**2 ;; 4*sq(x)*x ;; T
derivative ;; \frac{1}{\|\mathbf{x}\|} ;; \mathbf{x} ;; -\frac{\mathbf{x}}{\|\mathbf{x}\|^3} ;; x:n ;; 1/norm(x) ;; -x/norm(x)**3 ;; T
derivative ;; \frac{\mathbf{b}^\top\mathbf{x}}{\mathbf{c}^\top\mathbf{x}} ;; \mathbf{x} ;; \frac{\mathbf{b}(\mathbf{c}^\top\mathbf{x})-\mathbf{c}(\mathbf{b}^\top\mathbf{x})}{(\mathbf{c}^\top\mathbf{x})^2} ;; x:n positive; b:n; c:n positive ;; (b.T@x)/(c.T@x) ;; (b*(c.T@x)-c*(b.T@x))/(c.T@x)**2 ;; T
derivative ;; \operatorname{tr}\left(\mathbf{A}^{-1}\mathbf{B}\right)+\ln|\mathbf{A}| ;; \mathbf{A} ;; \mathbf{A}^{-1}-\mathbf{A}^{-1}\mathbf{B}\mathbf{A}^{-1} ;; A:n x n positive definite; B:n x n symmetric ;; tr(inv(A)@B)+ld(A) ;; inv(A)-inv(A)@B@inv(A) ;; T
derivative ;; \frac{1}{2}\log|\boldsymbol{\Lambda}|-\frac{1}{2}(\mathbf{x}-\boldsymbol{\mu})^\top\boldsymbol{\Lambda}(\mathbf{x}-\boldsymbol{\mu}) ;; \boldsymbol{\Lambda} ;; \frac{1}{2}\boldsymbol{\Lambda}^{-1}-\frac{1}{2}(\mathbf{x}-\boldsymbol{\mu})(\mathbf{x}-\boldsymbol{\mu})^\top ;; \Lambda:n x n positive definite; x:n; \mu:n ;; 0.5*ld(Lambda)-0.5*(x-mu).T@Lambda@(x-mu) ;; 0.5*inv(Lambda)-0.5*(x-mu)@(x-mu).T ;; T
derivative ;; \sum_{n=1}^N\left(\mathbf t_n-\mathbf W^{\mathrm T}\boldsymbol\phi_n\right)^{\mathrm T}\left(\mathbf t_n-\mathbf W^{\mathrm T}\boldsymbol\phi_n\right) ;; \mathbf W ;; -2\sum_{n=1}^N\boldsymbol\phi_n\left(\mathbf t_n-\mathbf W^{\mathrm T}\boldsymbol\phi_n\right)^{\mathrm T} ;; W:M x K; t_n:K, n=1..N; \phi_n:M, n=1..N ;; sq(t_n-phi_n@W) ;; -2*phi_n.T@(t_n-phi_n@W) ;; T
derivative ;; \frac{1}{N}\sum_{n=1}^N\left\{\mathbf u^{\mathrm T}\mathbf x_n-\mathbf u^{\mathrm T}\bar{\mathbf x}\right\}^2 ;; \mathbf u ;; \frac{2}{N}\sum_{n=1}^N(\mathbf x_n-\bar{\mathbf x})(\mathbf x_n-\bar{\mathbf x})^{\mathrm T}\mathbf u ;; u:D; x_n:D, n=1..N; \bar{x}:D ;; np.mean((x_n@u-bar_x.T@u)**2) ;; 2/len(x_n)*(x_n-bar_x.T).T@(x_n-bar_x.T)@u ;; T
derivative ;; \mathbf{w}^\top\boldsymbol\Sigma\mathbf{w}-\lambda(\mathbf{w}^\top\boldsymbol\mu-r)-\gamma(\mathbf{w}^\top\mathbf{1}-1) ;; \mathbf{w} ;; 2\boldsymbol\Sigma\mathbf{w}-\lambda\boldsymbol\mu-\gamma\mathbf{1} ;; w:n; \Sigma:n x n symmetric; \mu:n; \lambda:scalar; \gamma:scalar; r:scalar ;; w.T@Sigma@w-lam*(w.T@mu-r)-gamma*(sum(w)-1) ;; 2*Sigma@w-lam*mu-gamma ;; T
derivative ;; \frac{1}{2}\mathbf{w}^\top\mathbf{w}+C\sum_{i}\max(0,1-y_i(\mathbf{w}^\top\mathbf{x}_i+b)) ;; \mathbf w ;; \mathbf w-C\sum_i\mathbb 1\left[y_i(\mathbf{w}^\top\mathbf{x}_i+b)<1\right]y_i\mathbf x_i ;; w:n; C:scalar positive; y_i:scalar plus or minus one, i=1..m; x_i:n, i=1..m; b:scalar ;; 0.5*sq(w)+C*sum(maxi(0,1-y_i*(x_i@w+b))) ;; w-C*x_i.T@((y_i*(x_i@w+b)<1)*y_i) ;; T
derivative ;; -\sum_{i=1}^{n}\left[y_i\log(p_i)+(1-y_i)\log(1-p_i)\right] ;; p ;; -\frac{y}{p}+\frac{1-y}{1-p} ;; y:n binary; p:n unit interval ;; -sum(y*log(p)+(1-y)*log(1-p)) ;; -y/p+(1-y)/(1-p) ;; T
derivative ;; -\sum_{i=1}^{n}y_i\log(p_i)+(1-y_i)\log(1-p_i) ;; p ;; -\frac{y}{p}+\frac{1-y}{1-p} ;; y:n binary; p:n unit interval ;; -sum(y*log(p)+(1-y)*log(1-p)) ;; -y/p+(1-y)/(1-p) ;; T
derivative ;; J = \frac{1}{2m}\sum_{i=1}^m(\theta^Tx^{(i)}-y^{(i)})^2 ;; \theta ;; \frac{1}{m}\sum_{i=1}^m(\theta^Tx^{(i)}-y^{(i)})x^{(i)} ;; \theta:n; x^{(i)}:n, i=1..m; y^{(i)}:scalar, i=1..m ;; sq(x_i@theta-y_i)/(2*len(x_i)) ;; x_i.T@(x_i@theta-y_i)/len(x_i) ;; T
derivative ;; \text{ReLU}(\mathbf{z})^\top\mathbf{a} ;; \mathbf{z} ;; \mathbf{a}\odot\mathbb{1}_{\mathbf{z}>0} ;; z:n; a:n ;; sum(maxi(0,z)*a) ;; a*(z>0) ;; T
derivative ;; \text{ReLU}(\mathbf{z})^\top\mathbf{a} ;; \mathbf{z} ;; \mathbf{a}\odot(\mathbf{z}>0) ;; z:n; a:n ;; sum(maxi(0,z)*a) ;; a*(z>0) ;; T
derivative ;; \frac12\|\mathbf{z}^{(L)}-\mathbf{y}\|^2 ;; \mathbf{z}^{(L)} ;; \mathbf{z}^{(L)}-\mathbf{y} ;; z^{(L)}:n; y:n ;; 0.5*sq(z_L-y) ;; z_L-y ;; T
derivative ;; (\mathbf W^{l})^{\top}\boldsymbol\delta^{l} ;; \boldsymbol\delta^{l} ;; (\mathbf W^{l})^\top ;; W^l:m x n; \delta^l:m ;; W_l.T@delta_l ;; W_l.T ;; T
derivative ;; x^{\top}Mx ;; x ;; x^{\top}(M+M^{\top}) ;; M:n x n; x:n ;; x.T@M@x ;; x.T@(M+M.T) ;; T
derivative ;; f(x)=x^{\top}Mx ;; x ;; (M+M^{\top})x ;; M:n x n; x:n ;; x.T@M@x ;; (M+M.T)@x ;; T
""",
    "books": r"""
derivative ;; \boldsymbol x^{\mathrm T}\mathbf A\boldsymbol x ;; \boldsymbol x ;; \mathbf A\boldsymbol x+\mathbf A^{\mathrm T}\boldsymbol x ;; A:n x n; x:n ;; x.T@A@x ;; A@x+A.T@x ;; T
derivative ;; \operatorname{tr}\left(\mathbf W^{\mathrm T}\mathbf X\mathbf X^{\mathrm T}\mathbf W\right) ;; \mathbf W ;; 2\mathbf X\mathbf X^{\mathrm T}\mathbf W ;; X:d x m; W:d x k ;; tr(W.T@X@X.T@W) ;; 2*X@X.T@W ;; T
derivative ;; \sum_{i=1}^m\left(y_i-wx_i-b\right)^2 ;; w ;; 2\left(w\sum_{i=1}^mx_i^2-\sum_{i=1}^m(y_i-b)x_i\right) ;; w:scalar; b:scalar; x_i:scalar, i=1..m; y_i:scalar, i=1..m ;; sum((y_i-w*x_i-b)**2) ;; 2*(w*sum(x_i**2)-sum((y_i-b)*x_i)) ;; T
derivative ;; \sum_{i=1}^m\left(y_i-wx_i-b\right)^2 ;; b ;; 2\left(mb-\sum_{i=1}^m(y_i-wx_i)\right) ;; w:scalar; b:scalar; x_i:scalar, i=1..m; y_i:scalar, i=1..m ;; sum((y_i-w*x_i-b)**2) ;; 2*(len(x_i)*b-sum(y_i-w*x_i)) ;; T
derivative ;; \frac{1}{2}\sum_{j=1}^{l}(\hat y_j-y_j)^2 ;; \hat y ;; \hat y-y ;; \hat{y}:l; y:l ;; 0.5*sq(hat_y-y) ;; hat_y-y ;; T
derivative ;; \sum_{i=1}^{m}\ln\left(\pi_1p_i+\pi_2q_i\right) ;; \pi_1 ;; \sum_{i=1}^{m}\frac{p_i}{\pi_1p_i+\pi_2q_i} ;; \pi_1:scalar positive; \pi_2:scalar positive; p_i:scalar positive, i=1..m; q_i:scalar positive, i=1..m ;; sum(log(pi_1*p_i+pi_2*q_i)) ;; sum(p_i/(pi_1*p_i+pi_2*q_i)) ;; T
derivative ;; \boldsymbol w^{\mathrm T}\mathbf C\boldsymbol w+\eta(1-\boldsymbol w^{\mathrm T}\mathbf 1) ;; \boldsymbol w ;; 2\mathbf C\boldsymbol w-\eta\mathbf 1 ;; w:n; C:n x n symmetric; \eta:scalar ;; w.T@C@w+eta*(1-sum(w)) ;; 2*C@w-eta ;; T
derivative ;; x^TPx+2q^Tx+r ;; x ;; 2(Px+q) ;; P:n x n symmetric; q:n; r:scalar; x:n ;; x.T@P@x+2*q.T@x+r ;; 2*(P@x+q) ;; T
derivative ;; (1/2)x^TPx+q^Tx+r ;; x ;; Px+q ;; P:n x n symmetric; q:n; r:scalar; x:n ;; 0.5*x.T@P@x+q.T@x+r ;; P@x+q ;; T
derivative ;; \log\sum_{i=1}^m\exp(a_i^Tx+b_i) ;; x ;; \frac{1}{\sum_{i=1}^m\exp(a_i^Tx+b_i)}\sum_{i=1}^m\exp(a_i^Tx+b_i)a_i ;; x:n; a_i:n, i=1..m; b_i:scalar, i=1..m ;; lse(a_i@x+b_i) ;; a_i.T@sm(a_i@x+b_i) ;; T
derivative ;; \log\sum_{i=1}^m\exp(a_i^Tx+b_i) ;; x ;; \frac{1}{\mathbf 1^Tz}A^Tz ;; x:n; a_i:n, i=1..m; b_i:scalar, i=1..m; A:m x n; z:m positive ;; lse(a_i@x+b_i)+0*sum(A)+0*sum(z) ;; A.T@z/sum(z) ;; F
derivative ;; \log\det(F_0+x_1F_1+x_2F_2) ;; x_1 ;; \operatorname{tr}(F_1(F_0+x_1F_1+x_2F_2)^{-1}) ;; x_1:scalar positive; x_2:scalar positive; F_0:n x n positive definite; F_1:n x n positive definite; F_2:n x n positive definite ;; ld(F_0+x_1*F_1+x_2*F_2) ;; tr(F_1@inv(F_0+x_1*F_1+x_2*F_2)) ;; T
derivative ;; \operatorname{\mathbf{tr}}(X^{-1}) ;; X ;; -X^{-2} ;; X:n x n positive definite ;; tr(inv(X)) ;; -mp(inv(X),2) ;; T
derivative ;; \mathop{\bf tr}(AX) ;; X ;; A^T ;; A:n x m; X:m x n ;; tr(A@X) ;; A.T ;; T
derivative ;; -\sum_{i=1}^n\log(1-x_i^2) ;; x ;; \frac{2x}{1-x^2} ;; x:n unit interval ;; -sum(log(1-x**2)) ;; 2*x/(1-x**2) ;; T
derivative ;; -\sum_{i=1}^n\log x_i ;; x ;; -x^{-1} ;; x:n positive ;; -sum(log(x)) ;; -1/x ;; T
derivative ;; -\sum_{i=1}^n\log x_i ;; x ;; -\mathbf{diag}(x)^{-1}\mathbf 1 ;; x:n positive ;; -sum(log(x)) ;; -1/x ;; T
hessian ;; -\sum_{i=1}^n\log x_i ;; x ;; \mathbf{diag}(x)^{-2} ;; x:n positive ;; -sum(log(x)) ;; diag(1/x**2) ;; T
hessian ;; \frac{1}{2}x^TPx+q^Tx ;; x ;; P ;; P:n x n symmetric; q:n; x:n ;; 0.5*x.T@P@x+q.T@x ;; P ;; T
hessian ;; \frac{x^Tx}{t} ;; x ;; \frac{2}{t}I ;; x:n; t:scalar positive ;; x.T@x/t ;; 2/t*eye(len(x)) ;; T
hessian ;; \left(\prod_{i=1}^n x_i\right)^{1/n} ;; x ;; 0 ;; x:n positive ;; np.prod(x)**(1/len(x)) ;; 0*diag(x) ;; F
derivative ;; \prod_{i=1}^n x_i ;; x ;; \left(\prod_{i=1}^n x_i\right)\frac{1}{x} ;; x:n positive ;; np.prod(x) ;; np.prod(x)/x ;; T
derivative ;; \left(\prod_{i=1}^n x_i\right)^{1/n} ;; x ;; \frac{1}{n}\left(\prod_{i=1}^n x_i\right)^{1/n}x^{-1} ;; x:n positive ;; np.prod(x)**(1/len(x)) ;; np.prod(x)**(1/len(x))/len(x)/x ;; T
derivative ;; \frac{\mathbf x-\frac1n\mathbf 1^\top\mathbf x}{\sigma} ;; \mathbf x ;; \frac1\sigma\left(\mathbf I-\frac1n\mathbf 1\mathbf 1^\top\right) ;; x:n; \sigma:scalar positive ;; (x-np.mean(x))/sigma ;; (eye(len(x))-ones((len(x),len(x)))/len(x))/sigma ;; T
derivative ;; \boldsymbol\gamma\odot\hat{\mathbf x}+\boldsymbol\beta ;; \boldsymbol\gamma ;; \operatorname{diag}(\hat{\mathbf x}) ;; \gamma:n; \hat{x}:n; \beta:n ;; gamma*hat_x+beta ;; diag(hat_x) ;; T
derivative ;; \langle G,XW+\mathbf 1b^\top\rangle ;; b ;; G^\top\mathbf 1 ;; G:m x k; X:m x n; W:n x k; b:k ;; sum(G*(X@W+ones((len(X),1))@b.T)) ;; G.T@ones((len(X),1)) ;; T
derivative ;; \langle G,\sigma(XW)\rangle ;; W ;; X^\top(G\odot\sigma'(XW)) ;; G:m x k; X:m x n; W:n x k ;; sum(G*sig(X@W)) ;; X.T@(G*sig(X@W)*(1-sig(X@W))) ;; T
derivative ;; \operatorname{tr}(G^\top\operatorname{softmax}(Z)) ;; Z ;; S\odot(G-(G\odot S)\mathbf 1\mathbf 1^\top) ;; G:m x n; Z:m x n; S:m x n ;; sum(G*smr(Z))+0*sum(S) ;; S*(G-(G*S)@ones((S.shape[1],S.shape[1]))) ;; F
derivative ;; \operatorname{tr}(G^\top\operatorname{softmax}(Z)) ;; Z ;; \operatorname{softmax}(Z)\odot(G-(G\odot \operatorname{softmax}(Z))\mathbf 1\mathbf 1^\top) ;; G:m x n; Z:m x n ;; sum(G*smr(Z)) ;; smr(Z)*(G-(G*smr(Z))@ones((Z.shape[1],Z.shape[1]))) ;; T
derivative ;; -\log\frac{\exp(s_p/\tau)}{\exp(s_p/\tau)+\exp(s_n/\tau)} ;; s_p ;; -\frac{1}{\tau}\frac{\exp(s_n/\tau)}{\exp(s_p/\tau)+\exp(s_n/\tau)} ;; s_p:scalar; s_n:scalar; \tau:scalar positive ;; -log(exp(s_p/tau)/(exp(s_p/tau)+exp(s_n/tau))) ;; -1/tau*exp(s_n/tau)/(exp(s_p/tau)+exp(s_n/tau)) ;; T
derivative ;; \max(0,m+\|a-p\|^2-\|a-n\|^2) ;; a ;; 2(n-p)\,\mathbb 1[m+\|a-p\|^2-\|a-n\|^2>0] ;; a:d; p:d; n:d; m:scalar positive ;; maxi(0,m+sq(a-p)-sq(a-n)) ;; 2*(n-p)*(m+sq(a-p)-sq(a-n)>0) ;; T
derivative ;; \lambda_{\max}(A) ;; A ;; vv^\top ;; A:n x n symmetric; v:n ;; np.max(np.linalg.eigvalsh((A+A.T)/2))+0*sum(v) ;; v@v.T ;; F
derivative ;; \|X\|_* ;; X ;; X(X^\top X)^{-1/2} ;; X:m x n full column rank ;; sum(np.linalg.svd(X,compute_uv=False)) ;; (lambda U,s,V: U@V)(*np.linalg.svd(X,full_matrices=False)) ;; T
derivative ;; \operatorname{tr}\sqrt{X} ;; X ;; \frac12X^{-1/2} ;; X:n x n positive definite ;; sum(sqrt(np.linalg.eigvals(X).real)) ;; (lambda w,V: V@diag(0.5/sqrt(w))@V.T)(*np.linalg.eigh(X)) ;; T
derivative ;; \operatorname{tr}(X^{1/2}) ;; X ;; \frac12X^{-1/2} ;; X:n x n positive definite ;; sum(sqrt(np.linalg.eigvals(X).real)) ;; (lambda w,V: V@diag(0.5/sqrt(w))@V.T)(*np.linalg.eigh(X)) ;; T
derivative ;; -\tfrac12\mathbf y^\top K_\theta^{-1}\mathbf y-\tfrac12\log|K_\theta| ;; K_\theta ;; \tfrac12(\boldsymbol\alpha\boldsymbol\alpha^\top-K_\theta^{-1}) ;; y:n; K_\theta:n x n positive definite; \alpha:n ;; -0.5*y.T@inv(K_theta)@y-0.5*ld(K_theta)+0*sum(alpha) ;; 0.5*(alpha@alpha.T-inv(K_theta)) ;; F
derivative ;; \mathbf k_*^\top(\mathbf K+\sigma_n^2\mathbf I)^{-1}\mathbf y ;; \mathbf k_* ;; (\mathbf K+\sigma_n^2\mathbf I)^{-1}\mathbf y ;; k_*:n; K:n x n positive definite; \sigma_n:scalar positive; y:n ;; k_star.T@inv(K+sigma_n**2*eye(len(y)))@y ;; inv(K+sigma_n**2*eye(len(y)))@y ;; T
derivative ;; \sigma_f^2\exp\left(-\frac{(x-x')^\top(x-x')}{2\ell^2}\right) ;; \ell ;; \sigma_f^2\exp\left(-\frac{(x-x')^\top(x-x')}{2\ell^2}\right)\frac{(x-x')^\top(x-x')}{\ell^3} ;; \sigma_f:scalar positive; x:n; x':n; \ell:scalar positive ;; sigma_f**2*exp(-sq(x-xprime)/(2*ell**2)) ;; sigma_f**2*exp(-sq(x-xprime)/(2*ell**2))*sq(x-xprime)/ell**3 ;; T
derivative ;; \sigma_f^2\exp\left(-\frac12(x-x')^\top M(x-x')\right) ;; x' ;; \sigma_f^2\exp\left(-\frac12(x-x')^\top M(x-x')\right)M(x-x') ;; \sigma_f:scalar positive; x:n; x':n; M:n x n symmetric ;; sigma_f**2*exp(-0.5*(x-xprime).T@M@(x-xprime)) ;; sigma_f**2*exp(-0.5*(x-xprime).T@M@(x-xprime))*M@(x-xprime) ;; T
derivative ;; \mathbf{y}^\top(\mathbf{X}\mathbf{X}^\top+\lambda\mathbf{I})^{-1}\mathbf{y} ;; \mathbf{X} ;; -2(\mathbf{X}\mathbf{X}^\top+\lambda\mathbf{I})^{-1}\mathbf{y}\mathbf{y}^\top(\mathbf{X}\mathbf{X}^\top+\lambda\mathbf{I})^{-1}\mathbf{X} ;; y:m; X:m x n; \lambda:scalar positive ;; y.T@inv(X@X.T+lam*eye(len(y)))@y ;; -2*inv(X@X.T+lam*eye(len(y)))@y@y.T@inv(X@X.T+lam*eye(len(y)))@X ;; T
derivative ;; \|(\mathbf{I}-\mathbf{X}(\mathbf{X}^\top\mathbf{X})^{-1}\mathbf{X}^\top)\mathbf{y}\|^2 ;; \mathbf{y} ;; 2(\mathbf{I}-\mathbf{X}(\mathbf{X}^\top\mathbf{X})^{-1}\mathbf{X}^\top)\mathbf{y} ;; X:m x n full column rank; y:m ;; sq(y-X@inv(X.T@X)@X.T@y) ;; 2*(y-X@inv(X.T@X)@X.T@y) ;; T
derivative ;; \operatorname{tr}\left[(A-XB)^T(A-XB)\right] ;; X ;; -2(A-XB)B^T ;; A:m x n; X:m x k; B:k x n ;; sq(A-X@B) ;; -2*(A-X@B)@B.T ;; T
differential ;; (A+X)^{-1}b ;; X ;; -(A+X)^{-1}\,dX\,(A+X)^{-1}b ;; A:n x n positive definite; X:n x n positive definite; b:n ;; inv(A+X)@b ;; -inv(A+X)@dX@inv(A+X)@b ;; T
""",
    "vectors that are rows, differentials, likelihoods": r"""
derivative ;; \text{tr} (\mathbf{A} \mathbf{X}' \mathbf{B} \mathbf{X} \mathbf{C}) ;; \mathbf{X} ;; \mathbf{B}\mathbf{X}\mathbf{C}\mathbf{A} + \mathbf{B}'\mathbf{X}\mathbf{A}'\mathbf{C}' ;; A:p x n; X:m x n; B:m x m; C:n x p ;; tr(A@X.T@B@X@C) ;; B@X@C@A+B.T@X@A.T@C.T ;; T
derivative ;; \text{tr} (\mathbf{X}\mathbf{A}\mathbf{X}\mathbf{A}\mathbf{X}) ;; \mathbf{X} ;; (\mathbf{A}\mathbf{X}\mathbf{A}\mathbf{X} + \mathbf{A}\mathbf{X}\mathbf{X}\mathbf{A}+\mathbf{X}\mathbf{A}\mathbf{X}\mathbf{A})' ;; X:n x n; A:n x n ;; tr(X@A@X@A@X) ;; (A@X@A@X+A@X@X@A+X@A@X@A).T ;; T
derivative ;; \ln \det (\mathbf{Z}\mathbf{\Psi}\mathbf{Z}' + \sigma^2 \mathbf{I}) ;; \sigma^2 ;; \text{tr}\left((\mathbf{Z}\mathbf{\Psi}\mathbf{Z}' + \sigma^2 \mathbf{I})^{-1}\right) ;; Z:n x q; \Psi:q x q positive definite; \sigma^2:scalar positive ;; ld(Z@Psi@Z.T+sigma_2*eye(len(Z))) ;; tr(inv(Z@Psi@Z.T+sigma_2*eye(len(Z)))) ;; T
derivative ;; \log\det(\mathbf{L}\mathbf{L}^T) ;; \mathbf{L} ;; 2\mathbf{L}^{-T} ;; L:n x n invertible ;; ld(L@L.T) ;; 2*inv(L).T ;; T
derivative ;; \mathbf{y}'\mathbf{X}\boldsymbol{\beta} - \sum_i \ln(1+e^{\mathbf{x}_i'\boldsymbol{\beta}}) ;; \boldsymbol{\beta} ;; \mathbf{X}'\mathbf{y} - \sum_i \frac{e^{\mathbf{x}_i'\boldsymbol{\beta}}}{1+e^{\mathbf{x}_i'\boldsymbol{\beta}}}\mathbf{x}_i ;; y:n; X:n x p; \beta:p; x_i:p, i=1..n ;; y.T@X@beta-sum(log(1+exp(x_i@beta))) ;; X.T@y-x_i.T@sig(x_i@beta) ;; T
derivative ;; \sum_{i=1}^n \left[ y_i \mathbf{x}_i^T \beta - \ln (1 + e^{\mathbf{x}_i^T \beta}) \right] ;; \beta ;; \sum_{i=1}^n (y_i - p_i)\mathbf{x}_i ;; \beta:p; x_i:p, i=1..n; y_i:scalar binary, i=1..n; p_i:scalar unit interval, i=1..n ;; sum(y_i*(x_i@beta)-log(1+exp(x_i@beta)))+0*sum(p_i) ;; x_i.T@(y_i-p_i) ;; F
hessian ;; \sum_{i=1}^n \left[ y_i \mathbf{x}_i^T \beta - \ln (1 + e^{\mathbf{x}_i^T \beta}) \right] ;; \beta ;; -\sum_{i=1}^n \sigma(\mathbf{x}_i^T\beta)(1-\sigma(\mathbf{x}_i^T\beta))\mathbf{x}_i\mathbf{x}_i^T ;; \beta:p; x_i:p, i=1..n; y_i:scalar binary, i=1..n ;; sum(y_i*(x_i@beta)-log(1+exp(x_i@beta))) ;; -x_i.T@(sig(x_i@beta)*(1-sig(x_i@beta))*x_i) ;; T
derivative ;; \sum_{i=1}^n (y_i \mathbf{x}_i'\boldsymbol\beta - e^{\mathbf{x}_i'\boldsymbol\beta}) ;; \boldsymbol\beta ;; \mathbf{X}'(\mathbf{y}-e^{\mathbf{X}\boldsymbol\beta}) ;; \beta:p; x_i:p, i=1..n; y_i:scalar positive, i=1..n; X:n x p; y:n ;; sum(y_i*(x_i@beta)-exp(x_i@beta))+0*sum(X)+0*sum(y) ;; X.T@(y-exp(X@beta)) ;; F
vec ;; \mathbf{X}\mathbf{A}\mathbf{X}' ;; \mathbf{X} ;; \mathbf{X}\mathbf{A}' \otimes \mathbf{I}_n + (\mathbf{I}_n \otimes \mathbf{X}\mathbf{A})\mathbf{K}_{nq} ;; X:n x q; A:q x q ;; X@A@X.T ;; kron(X@A.T,eye(len(X)))+kron(eye(len(X)),X@A)@K(*X.shape) ;; T
vec ;; \mathbf{X}\mathbf{X}' ;; \mathbf{X} ;; (\mathbf{I}_{n^2}+\mathbf{K}_{nn})(\mathbf{X}\otimes\mathbf{I}_n) ;; X:n x q ;; X@X.T ;; (eye(len(X)**2)+K(len(X),len(X)))@kron(X,eye(len(X))) ;; T
vec ;; \mathbf{X}\otimes\mathbf{A} ;; \mathbf{X} ;; (\mathbf{I}_n\otimes\mathbf{K}_{qm}\otimes\mathbf{I}_p)(\mathbf{I}_{mn}\otimes\text{vec}\,\mathbf{A}) ;; X:m x n; A:p x q ;; kron(X,A) ;; kron(kron(eye(X.shape[1]),K(A.shape[1],X.shape[0])),eye(len(A)))@kron(eye(X.size),vec(A)) ;; T
vec ;; \mathbf{a}\mathbf{x}' ;; \mathbf{x} ;; \mathbf{I}\otimes\mathbf{a} ;; a:m; x:n ;; a@x.T ;; kron(eye(len(x)),a) ;; T
vec ;; \mathbf{x}\mathbf{x}' ;; \mathbf{x} ;; \mathbf{x}\otimes\mathbf{I}+\mathbf{I}\otimes\mathbf{x} ;; x:n ;; x@x.T ;; kron(x,eye(len(x)))+kron(eye(len(x)),x) ;; T
vec ;; \mathbf{x}\otimes\mathbf{x} ;; \mathbf{x} ;; \mathbf{x}\otimes\mathbf{I}+\mathbf{I}\otimes\mathbf{x} ;; x:n ;; kron(x,x) ;; kron(x,eye(len(x)))+kron(eye(len(x)),x) ;; T
derivative ;; \sum_{ij}G_{ij}(WX)_{ij} ;; W ;; GX^T ;; W:m x n; X:n x p; G:m x p ;; sum(G*(W@X)) ;; G@X.T ;; T
derivative ;; \mathbf{x}\mathbf{A}\mathbf{x}^\top ;; \mathbf{x} ;; \mathbf{x}(\mathbf{A}+\mathbf{A}^\top) ;; x:1 x n; A:n x n ;; x@A@x.T ;; x@(A+A.T) ;; T
derivative ;; \mathbf{x}\mathbf{W} ;; \mathbf{x} ;; \mathbf{W}^\top ;; x:1 x n; W:n x m ;; x@W ;; W.T ;; T
derivative ;; \mathbf{x}\mathbf{W}\mathbf{g}^\top ;; \mathbf{W} ;; \mathbf{x}^\top\mathbf{g} ;; x:1 x n; W:n x m; g:1 x m ;; x@W@g.T ;; x.T@g ;; T
derivative ;; \|\mathbf{x}\mathbf{W}-\mathbf{y}\|_2^2 ;; \mathbf{W} ;; 2\mathbf{x}^\top(\mathbf{x}\mathbf{W}-\mathbf{y}) ;; x:1 x n; W:n x m; y:1 x m ;; sq(x@W-y) ;; 2*x.T@(x@W-y) ;; T
derivative ;; \operatorname{softmax}(\mathbf{x}) ;; \mathbf{x} ;; \operatorname{diag}(\operatorname{softmax}(\mathbf{x}))-\operatorname{softmax}(\mathbf{x})^\top\operatorname{softmax}(\mathbf{x}) ;; x:1 x n ;; sm(x) ;; diag(sm(x))-sm(x).T@sm(x) ;; T
differential ;; \|Ax-b\|^2 ;; x ;; 2(Ax-b)^TA\,dx ;; A:m x n; x:n; b:m ;; sq(A@x-b) ;; 2*(A@x-b).T@A@dx ;; T
differential ;; \operatorname{tr}(A^{-1}B) ;; A ;; -\operatorname{tr}(A^{-1}\,dA\,A^{-1}B) ;; A:n x n invertible; B:n x n ;; tr(inv(A)@B) ;; -tr(inv(A)@dA@inv(A)@B) ;; T
differential ;; x./y ;; y ;; -(x ./ (y.^2)) .* dy ;; x:n; y:n positive ;; x/y ;; -x/y**2*dy ;; T
differential ;; u\,v^T ;; u ;; du\,v^T ;; u:m; v:n ;; u@v.T ;; du@v.T ;; T
differential ;; (x^Tx)^{-1/2}x ;; x ;; (x^Tx)^{-1/2}dx-(x^Tx)^{-3/2}x(x^Tdx) ;; x:n ;; x/norm(x) ;; dx/norm(x)-x@(x.T@dx)/norm(x)**3 ;; T
differential ;; \mathbf{W}_2\sigma(\mathbf{W}_1\mathbf{x}) ;; \mathbf{x} ;; \mathbf{W}_2(\sigma'(\mathbf{W}_1\mathbf{x})\odot(\mathbf{W}_1\,\mathrm{d}\mathbf{x})) ;; W_1:h x n; W_2:m x h; x:n ;; W_2@sig(W_1@x) ;; W_2@(sig(W_1@x)*(1-sig(W_1@x))*(W_1@dx)) ;; T
differential ;; \ln\det(\mathbf X^\top\mathbf X) ;; \mathbf X ;; 2\operatorname{tr}\left((\mathbf X^\top\mathbf X)^{-1}\mathbf X^\top d\mathbf X\right) ;; X:m x n full column rank ;; ld(X.T@X) ;; 2*tr(inv(X.T@X)@X.T@dX) ;; T
differential ;; \mathbf{X}\mathbf{Y} ;; \mathbf{X} ;; (\mathrm{d}\mathbf{X})\mathbf{Y} ;; X:m x n; Y:n x p ;; X@Y ;; dX@Y ;; T
derivative ;; \mathbf{x}^{\top}\mathbf{A}\,\mathbf{x} \cdot \mathbf{x}^{\top}\mathbf{B}\,\mathbf{x} ;; \mathbf{x} ;; (\mathbf{x}^{\top}\mathbf{B}\mathbf{x})(\mathbf{A}+\mathbf{A}^\top)\mathbf{x}+(\mathbf{x}^{\top}\mathbf{A}\mathbf{x})(\mathbf{B}+\mathbf{B}^\top)\mathbf{x} ;; A:n x n; B:n x n; x:n ;; (x.T@A@x)*(x.T@B@x) ;; (x.T@B@x)*(A+A.T)@x+(x.T@A@x)*(B+B.T)@x ;; T
derivative ;; \sum_{k} \left(\sum_j A_{kj}x_j - b_k\right)^2 ;; x ;; 2A^\top(Ax-b) ;; A:m x n; x:n; b:m ;; sq(A@x-b) ;; 2*A.T@(A@x-b) ;; T
derivative ;; \frac{1}{n} \sum_{i=1}^n \left( \mathbf{w}^\top \mathbf{x}^{(i)} + b - y^{(i)} \right)^2 / 2 ;; b ;; \frac{1}{n} \sum_{i=1}^n \left( \mathbf{w}^\top \mathbf{x}^{(i)} + b - y^{(i)} \right) ;; w:d; b:scalar; x^{(i)}:d, i=1..n; y^{(i)}:scalar, i=1..n ;; sq(x_i@w+b-y_i)/(2*len(x_i)) ;; np.mean(x_i@w+b-y_i) ;; T
derivative ;; \frac{1}{\sigma\sqrt{2\pi}}e^{-\frac{(x-\mu)^2}{2\sigma^2}} ;; x ;; -\frac{x-\mu}{\sigma^3\sqrt{2\pi}}e^{-\frac{(x-\mu)^2}{2\sigma^2}} ;; x:scalar; \mu:scalar; \sigma:scalar positive ;; exp(-(x-mu)**2/(2*sigma**2))/(sigma*sqrt(2*np.pi)) ;; -(x-mu)/(sigma**3*sqrt(2*np.pi))*exp(-(x-mu)**2/(2*sigma**2)) ;; T
derivative ;; -\frac{n}{2}\log(2\pi\sigma^2)-\frac{1}{2\sigma^2}\sum_{i=1}^n(x_i-\mu)^2 ;; \mu ;; \frac{1}{\sigma^2}\sum_{i=1}^n(x_i-\mu) ;; \mu:scalar; \sigma:scalar positive; x_i:scalar, i=1..n ;; -len(x_i)/2*log(2*np.pi*sigma**2)-sq(x_i-mu)/(2*sigma**2) ;; sum(x_i-mu)/sigma**2 ;; T
derivative ;; -\frac{n}{2}\log(2\pi\sigma^2)-\frac{1}{2\sigma^2}\sum_{i=1}^n(x_i-\mu)^2 ;; \sigma^2 ;; -\frac{n}{2\sigma^2}+\frac{1}{2\sigma^4}\sum_{i=1}^n(x_i-\mu)^2 ;; \mu:scalar; \sigma^2:scalar positive; x_i:scalar, i=1..n ;; -len(x_i)/2*log(2*np.pi*sigma_2)-sq(x_i-mu)/(2*sigma_2) ;; -len(x_i)/(2*sigma_2)+sq(x_i-mu)/(2*sigma_2**2) ;; T
derivative ;; -\frac{n}{2}\log(2\pi\sigma^2)-\frac{1}{2\sigma^2}\sum_{i=1}^n(x_i-\mu)^2 ;; \sigma ;; -\frac{n}{\sigma}+\frac{1}{\sigma^3}\sum_{i=1}^n(x_i-\mu)^2 ;; \mu:scalar; \sigma:scalar positive; x_i:scalar, i=1..n ;; -len(x_i)/2*log(2*np.pi*sigma**2)-sq(x_i-mu)/(2*sigma**2) ;; -len(x_i)/sigma+sq(x_i-mu)/sigma**3 ;; T
derivative ;; n_H\log\theta+(n-n_H)\log(1-\theta) ;; \theta ;; \frac{n_H}{\theta}-\frac{n-n_H}{1-\theta} ;; \theta:scalar unit interval; n:scalar positive; n_H:scalar positive ;; n_H*log(theta)+(n-n_H)*log(1-theta) ;; n_H/theta-(n-n_H)/(1-theta) ;; T
""",
}
