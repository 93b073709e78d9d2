"""Fits one row of the comparison with scikit-learn, on the data that main.go exports.

    rival.py ROW DIRECTORY N D

reads x.bin (N×D float32) and y.bin (N int64), and writes w.bin: for each class its
weights and its bias, float64. Prints the seconds of the fit alone, and the iterations.
"""
import sys
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")
row, directory, n, d = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
x = np.fromfile(directory + "/x.bin", dtype=np.float32).reshape(n, d)
y = np.fromfile(directory + "/y.bin", dtype=np.int64)

if row in ("softmax", "probe"):
    from sklearn.linear_model import LogisticRegression
    m = LogisticRegression(C=1.0, max_iter=100 if row == "softmax" else 1000, tol=1e-4)
else:
    from sklearn.svm import LinearSVC
    x = x.astype(np.float64)  # LinearSVC converts: not part of the time
    m = LinearSVC(C=1.0, dual=True, multi_class="crammer_singer" if row == "crammer-singer" else "ovr")
began = time.perf_counter()
m.fit(x, y)
seconds = time.perf_counter() - began
np.concatenate([m.coef_, m.intercept_[:, None]], axis=1).astype(np.float64).tofile(directory + "/w.bin")
print(seconds, int(np.max(m.n_iter_)))
