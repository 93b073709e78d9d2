"""Rivals in Python: scikit-learn and numpy. A line of JSON on the standard input is a
request, and is answered by one. Seconds are those of the work alone."""
import json
import sys
import time
import warnings

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression, SGDClassifier

warnings.filterwarnings("ignore")
directory = sys.argv[1]
trained, tested, features, classes = map(int, open(directory + "/shape").read().split())


def load(part, n):
    x = np.fromfile(f"{directory}/{part}.x", np.uint8).reshape(n, features)
    return x, np.fromfile(f"{directory}/{part}.y", np.uint8).astype(np.int64)


x, y = load("train", trained)
test, labels = load("test", tested)
test = test.astype(np.float32)
mean = x.mean(0, dtype=np.float64)
centred = None


def version(r):
    text = f"scikit-learn {sklearn.__version__}, numpy {np.__version__}"
    try:
        from threadpoolctl import threadpool_info
        for i in threadpool_info():
            text += f", {i['internal_api']} {i.get('version')} {i.get('architecture', '')} {i['num_threads']} threads"
    except ImportError:
        pass
    return {"Version": text}


def epochs(r):
    """SGD with momentum on the softmax loss, batches of 256."""
    global centred
    if centred is None:
        centred = scaled(x)
    n, batch, count = len(x), 256, r["Passes"]
    w, v = np.zeros((2, classes, features), np.float32)
    b, vb = np.zeros((2, classes), np.float32)
    rng, step, steps = np.random.default_rng(1), 0, count * -(-n // batch)
    began = time.perf_counter()
    for _ in range(count):
        loss, order = 0, rng.permutation(n)
        for lo in range(0, n, batch):
            rows = order[lo:lo + batch]
            xb, yb = centred[rows], y[rows]
            each = np.arange(len(rows))
            s = xb @ w.T + b
            s -= s.max(1, keepdims=True)
            e = np.exp(s)
            total = e.sum(1, keepdims=True)
            loss += (np.log(total[:, 0]) - s[each, yb]).sum()
            e /= total
            e[each, yb] -= 1
            e /= len(rows)
            rate = np.float32(0.003 * (steps - step) / steps)
            step += 1
            v *= np.float32(0.9)
            v += e.T @ xb
            v += np.float32(2e-4) * w
            w -= rate * v
            vb = np.float32(0.9) * vb + e.sum(0)
            b -= rate * vb
    return {"Seconds": time.perf_counter() - began, "Objective": float(loss / n)}


def predict(r):
    w = np.array(r["W"])
    m = LogisticRegression()
    m.classes_, m.coef_, m.intercept_ = np.arange(classes), w[:, :-1].astype(np.float32), w[:, -1].astype(np.float32)
    began = time.perf_counter()
    for _ in range(r["Passes"]):
        p = m.predict(test)
    return {"Seconds": time.perf_counter() - began, "Classes": p.tolist()}


def fit(r):
    n = r["Rows"]
    xs, ys = x[:n].astype(np.float32) / np.float32(255), y[:n]
    m = LogisticRegression(C=1 / (2 * r["L2"] * n), max_iter=int(r["Limit"]), tol=1e-9)
    began = time.perf_counter()
    m.fit(xs, ys)
    seconds = time.perf_counter() - began
    return {"Seconds": seconds, "W": np.concatenate([m.coef_, m.intercept_[:, None]], axis=1).tolist()}


def scaled(a):
    return ((a - mean) / x.astype(np.float32).var(0, dtype=np.float64).mean() ** 0.5).astype(np.float32)


def train(r):
    n = r["Rows"]
    xs, ys = scaled(x[:n]), y[:n]
    m = SGDClassifier(loss="hinge" if r["Task"] == "hinge" else "log_loss", alpha=1e-4, max_iter=int(r["Limit"]), tol=None, random_state=1)
    began = time.perf_counter()
    m.fit(xs, ys)
    seconds = time.perf_counter() - began
    return {"Seconds": seconds, "Sum": float(m.score(scaled(test), labels))}


def read(r):
    began = time.perf_counter()
    for _ in range(r["Passes"]):
        if r["Task"] == "npy":
            a = np.load(r["Path"])
        elif r["Task"] == "csv":
            a = np.loadtxt(r["Path"], delimiter=",", dtype=np.float32)[:, :-1]
        elif r["Task"] == "idx":
            import gzip
            with gzip.open(r["Path"]) as f:
                a = np.frombuffer(f.read(), np.uint8, offset=16)
        else:
            import os
            from PIL import Image
            a = [np.asarray(Image.open(e.path)) for c in sorted(os.scandir(r["Path"]), key=lambda c: c.name)
                 for e in sorted(os.scandir(c.path), key=lambda e: e.name)]
    return {"Seconds": time.perf_counter() - began, "Sum": float(np.sum(a, dtype=np.float64))}


for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = globals()[request["Do"]](request)
    except Exception as e:
        answer = {"Error": f"{type(e).__name__}: {e}"}
    print(json.dumps(answer), flush=True)
