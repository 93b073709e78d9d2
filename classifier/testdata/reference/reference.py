#!/usr/bin/python3
"""Minima found by scikit-learn and LIBLINEAR, for TestReference.

Run it where Debian's python3-sklearn (1.2.1) and liblinear-tools (2.3) are installed:
python3 reference.py; r-cran-glmnet (4.1-6) is needed, too. It writes one file for each data
set, iris.json and digits.json, and one for each with L1 penalties, iris-sparse.json and so on:
the weights and biases that each tool ends with, when its tolerance is as small as it
allows, and the objective there, computed here in float64 from its definition. Objectives
are argmax's: the mean of the losses plus l2·ΣW² plus l1·Σ|W|.

The features of digits are divided by 16.
"""

import gzip
import json
import os
import subprocess
import tempfile
import warnings

import numpy as np
from sklearn.datasets import load_digits, load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

warnings.simplefilter("ignore")


def softmax(scores, y):
    top = scores.max(axis=1)
    total = top + np.log(np.exp(scores - top[:, None]).sum(axis=1))
    return total - scores[np.arange(len(y)), y]


def one_vs_rest(of):
    def loss(scores, y):
        if scores.shape[1] == 1:
            signs = 2.0 * (y == 1)[:, None] - 1
        else:
            signs = 2.0 * (np.arange(scores.shape[1])[None, :] == y[:, None]) - 1
        return of(signs * scores).sum(axis=1)

    return loss


def crammer_singer(scores, y):
    rows = np.arange(len(y))
    terms = scores - scores[rows, y][:, None] + 1
    terms[rows, y] = 0
    return terms.max(axis=1)


LOSSES = {
    "softmax": softmax,
    "logistic": one_vs_rest(lambda m: np.logaddexp(0, -m)),
    "squared hinge": one_vs_rest(lambda m: np.maximum(0, 1 - m) ** 2),
    "hinge": one_vs_rest(lambda m: np.maximum(0, 1 - m)),
    "Crammer–Singer hinge": crammer_singer,
}


def liblinear(x, y, kind, c, bias):
    """The weights and biases of liblinear-train -s kind -c c -B bias."""
    with tempfile.TemporaryDirectory() as d:
        data, model = os.path.join(d, "data"), os.path.join(d, "model")
        with open(data, "w") as f:
            for row, label in zip(x, y):
                f.write(str(label) + "".join(" %d:%.17g" % (j + 1, v) for j, v in enumerate(row) if v) + "\n")
        tolerance = "1e-10" if kind in (0, 2, 5, 6) else "1e-7"
        subprocess.run(
            ["liblinear-train", "-q", "-s", str(kind), "-c", repr(c), "-B", str(bias), "-e", tolerance, data, model], check=True)
        with open(model) as f:
            lines = f.read().split("\n")
    order = [int(v) for v in next(l for l in lines if l.startswith("label")).split()[1:]]
    rows = [[float(v) for v in l.split()] for l in lines[lines.index("w") + 1:] if l]
    w = np.array(rows).T
    if len(order) == 2:  # the score of the label that comes first
        w = w if order[0] == 1 else -w
    else:
        w = w[np.argsort(order)]
    if w.shape[1] == x.shape[1]:
        return w, np.zeros(len(w))
    return w[:, :-1], w[:, -1]


def glmnet(x, y, alpha, penalty):
    """The weights and biases of glmnet's multinomial model of unscaled features."""
    with tempfile.TemporaryDirectory() as d:
        data, model = os.path.join(d, "data"), os.path.join(d, "model")
        np.savetxt(data, np.column_stack([x, y]), "%.17g")
        program = """
            suppressMessages(library(glmnet))
            d <- as.matrix(read.table("%s"))
            n <- ncol(d)
            path <- %.17g * 2^(6:0)
            m <- glmnet(d[, -n], factor(d[, n]), family = "multinomial", alpha = %.17g, lambda = path,
                        standardize = FALSE, thresh = 1e-13, maxit = 1e8)
            w <- sapply(m$beta, function(b) b[, length(path)])
            write.table(format(rbind(w, m$a0[, length(path)]), digits = 17), "%s", row.names = FALSE, col.names = FALSE, quote = FALSE)
        """ % (data, penalty, alpha, model)
        subprocess.run(["Rscript", "-e", program], check=True)
        w = np.loadtxt(model).T
    return w[:, :-1], w[:, -1]


def sparse_cases(x, y):
    for alpha in (1.0, 0.5):
        for penalty in (0.02, 0.004):
            n = len(y)
            l1, l2 = penalty * alpha, penalty * (1 - alpha) / 2
            saga = LogisticRegression(
                C=1 / (penalty * n), penalty="elasticnet", l1_ratio=alpha, multi_class="multinomial", solver="saga", tol=1e-8, max_iter=20000 if n > 200 else 1000000)
            saga.fit(x, y)
            for tool, (w, b) in (
                ("glmnet(alpha=%g, lambda=%g)" % (alpha, penalty), glmnet(x, y, alpha, penalty)),
                ("LogisticRegression(l1_ratio=%g, C=%.3g)" % (alpha, 1 / (penalty * n)), (saga.coef_, saga.intercept_)),
            ):
                yield {
                    "tool": tool, "loss": "softmax", "l2": l2, "l1": l1, "bias": "free",
                    "objective": softmax(x @ w.T + b, y).mean() + l2 * (w**2).sum() + l1 * abs(w).sum(),
                    "weights": [[float("%.6g" % v) for v in row] for row in w], "biases": [float("%.6g" % v) for v in b],
                }


def fashion(rows):
    """The first rows of the part of Fashion-MNIST in dataset/fashion, every fourth row and column of pixels."""
    top = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../dataset/fashion/train-")
    with gzip.open(top + "images-idx3-ubyte.gz") as f:
        images = np.frombuffer(f.read()[16:], np.uint8).reshape(-1, 28, 28)
    with gzip.open(top + "labels-idx1-ubyte.gz") as f:
        labels = np.frombuffer(f.read()[8:], np.uint8)
    return images[:rows, ::4, ::4].reshape(rows, 49) / 255, labels[:rows]


def cases(x, y):
    n = len(y)

    def case(tool, loss, w, b, c, bias="free", l1=False):
        w, b = np.asarray(w, float), np.asarray(b, float)
        l1, l2 = (1 / (c * n), 0.0) if l1 else (0.0, 1 / (2 * c * n))
        value = LOSSES[loss](x @ w.T + b, y).mean() + l2 * (w**2).sum() + l1 * abs(w).sum()
        if bias == "penalized":
            value += l2 * (b**2).sum() + l1 * abs(b).sum()
        return {
            "tool": tool, "loss": loss, "l2": l2, "l1": l1, "bias": bias, "objective": value,
            "weights": [[float("%.9g" % v) for v in row] for row in w], "biases": [float("%.9g" % v) for v in b],
        }

    for c in (0.01, 1.0):
        m = LogisticRegression(C=c, multi_class="multinomial", solver="newton-cg", tol=1e-10, max_iter=10000).fit(x, y)
        yield case("LogisticRegression(C=%g, multi_class='multinomial')" % c, "softmax", m.coef_, m.intercept_, c)
    m = LogisticRegression(C=1.0, multi_class="ovr", solver="newton-cg", tol=1e-10, max_iter=10000).fit(x, y)
    yield case("LogisticRegression(C=1, multi_class='ovr')", "logistic", m.coef_, m.intercept_, 1.0)
    m = LinearSVC(C=1.0, dual=False, tol=1e-10, max_iter=100000).fit(x, y)
    yield case("LinearSVC(C=1)", "squared hinge", m.coef_, m.intercept_, 1.0, "penalized")
    m = LinearSVC(C=0.1, multi_class="crammer_singer", tol=1e-7, max_iter=1000000).fit(x, y)
    yield case("LinearSVC(C=0.1, multi_class='crammer_singer')", "Crammer–Singer hinge", m.coef_, m.intercept_, 0.1, "penalized")
    # On iris -s 1 stops at its limit of iterations, not at the minimum.
    for kind, loss in (0, "logistic"), (1, "squared hinge"), (2, "squared hinge"), (3, "hinge"), (4, "Crammer–Singer hinge"):
        if kind == 1 and n == 150:
            continue
        c = 0.1 if kind in (3, 4) else 1.0
        w, b = liblinear(x, y, kind, c, -1)
        yield case("liblinear-train -s %d -c %g" % (kind, c), loss, w, b, c, "none")
    w, b = liblinear(x, y, 2, 1.0, 1)
    yield case("liblinear-train -s 2 -c 1 -B 1", "squared hinge", w, b, 1.0, "penalized")
    for kind, loss in (5, "squared hinge"), (6, "logistic"):
        w, b = liblinear(x, y, kind, 1.0, -1)
        yield case("liblinear-train -s %d -c 1" % kind, loss, w, b, 1.0, "none", l1=True)
    m = LogisticRegression(C=0.5, penalty="l1", multi_class="multinomial", solver="saga", tol=1e-9, max_iter=200000).fit(x, y)
    yield case("LogisticRegression(C=0.5, penalty='l1', multi_class='multinomial')", "softmax", m.coef_, m.intercept_, 0.5, "free", l1=True)
    two = y < 2
    x, y, n = x[two], y[two], int(two.sum())
    m = LogisticRegression(C=1.0, solver="newton-cg", tol=1e-10, max_iter=10000).fit(x, y)
    yield dict(case("LogisticRegression(C=1) of the first two classes", "logistic", m.coef_, m.intercept_, 1.0), classes=2)
    w, b = liblinear(x, y, 3, 0.1, -1)
    yield dict(case("liblinear-train -s 3 -c 0.1 of the first two classes", "hinge", w, b, 0.1, "none"), classes=2)


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    for name, data, divisor in ("iris", load_iris(), 1), ("digits", load_digits(), 16):
        with open(os.path.join(here, name + ".json"), "w") as f:
            f.write(lines(cases(data.data / divisor, data.target)))
    for name, (x, y) in ("iris", (load_iris().data, load_iris().target)), ("digits", (load_digits().data / 16, load_digits().target)), ("fashion", fashion(1000)):
        with open(os.path.join(here, name + "-sparse.json"), "w") as f:
            f.write(lines(sparse_cases(x, y)))


def lines(cases):
    return "[\n" + ",\n".join(json.dumps(c, ensure_ascii=False) for c in cases) + "\n]\n"


main()
