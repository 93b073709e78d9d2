"""Usage: /usr/bin/python3 path.py data alpha epochs lambda...

Fits the path by scikit-learn's saga, each fit starting from the one before, and prints what
path.R does.
"""

import sys
import time
import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression

warnings.simplefilter("ignore")
alpha, epochs, lambdas = float(sys.argv[2]), int(sys.argv[3]), [float(v) for v in sys.argv[4:]]
data = open(sys.argv[1], "rb").read()
n, d, _, divisor = np.frombuffer(data, "<i4", 4)
x = np.frombuffer(data, np.uint8, n * d, 16).reshape(n, d) / float(divisor)
y = np.frombuffer(data, np.uint8, n, 16 + n * d)
m = LogisticRegression(penalty="elasticnet", l1_ratio=alpha, solver="saga", multi_class="multinomial",
                       warm_start=True, tol=1e-4, max_iter=epochs)
fits, began, cpu = [], time.perf_counter(), time.process_time()
for l in lambdas:
    m.set_params(C=1 / (l * n)).fit(x, y)
    fits.append((m.coef_.copy(), m.intercept_.copy()))
print("seconds", time.perf_counter() - began, time.process_time() - cpu)
for l, (w, b) in zip(lambdas, fits):
    s = x @ w.T + b
    top = s.max(axis=1)
    loss = (top + np.log(np.exp(s - top[:, None]).sum(axis=1)) - s[np.arange(n), y]).mean()
    print("%.17g %.10g %d" % (l, loss + l * (alpha * abs(w).sum() + (1 - alpha) / 2 * (w**2).sum()), (w != 0).sum()))
