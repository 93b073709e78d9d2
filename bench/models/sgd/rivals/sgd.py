"""An epoch of minibatch SGD in numpy, scikit-learn's SGDClassifier, and its predictions. Times
are those of the processor.

    OMP_NUM_THREADS=1 sgd.py DIR numpy EPOCHS       the shortest epoch in seconds, and its loss
    OMP_NUM_THREADS=1 sgd.py DIR hinge|log_loss N   N passes of SGDClassifier in seconds, and its accuracy
    OMP_NUM_THREADS=1 sgd.py DIR predict N          the shortest of N predictions of 10,000 rows
"""
import sys
import time

import numpy


def load(directory, part):
    pixels = numpy.fromfile(f"{directory}/{part}-images-idx3-ubyte", numpy.uint8)[16:].reshape(-1, 784)
    return pixels, numpy.fromfile(f"{directory}/{part}-labels-idx1-ubyte", numpy.uint8)[8:].astype(numpy.int64)


def epochs(x, y, count):
    n, batch = len(x), 256
    w, v = numpy.zeros((2, 10, 784), numpy.float32)
    b, vb = numpy.zeros((2, 10), numpy.float32)
    rng, step, steps, least = numpy.random.default_rng(1), 0, count * -(-n // batch), 1e9
    for _ in range(count):
        begin, loss = time.process_time(), 0
        order = rng.permutation(n)
        for lo in range(0, n, batch):
            rows = order[lo:lo + batch]
            xb, yb = x[rows], y[rows]
            each = numpy.arange(len(rows))
            s = xb @ w.T + b
            s -= s.max(1, keepdims=True)
            e = numpy.exp(s)
            total = e.sum(1, keepdims=True)
            loss += (numpy.log(total[:, 0]) - s[each, yb]).sum()
            e /= total
            e[each, yb] -= 1
            e /= len(rows)
            rate = numpy.float32(0.003 * (steps - step) / steps)
            step += 1
            v *= numpy.float32(0.9)
            v += e.T @ xb
            v += numpy.float32(2e-4) * w
            w -= rate * v
            vb = numpy.float32(0.9) * vb + e.sum(0)
            b -= rate * vb
        least = min(least, time.process_time() - begin)
    return least, loss / n


directory, what, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
pixels, y = load(directory, "train")
mean = pixels.mean(0, dtype=numpy.float64)
scale = 1 / pixels.astype(numpy.float32).var(0, dtype=numpy.float64).mean() ** 0.5
x = ((pixels - mean) * scale).astype(numpy.float32)
if what == "numpy":
    print("%.5f %.5f" % epochs(x, y, count))
elif what == "predict":
    from sklearn.linear_model import LogisticRegression
    model = LogisticRegression(max_iter=3).fit(x[:2000], y[:2000])
    test, least = ((load(directory, "t10k")[0] - mean) * scale).astype(numpy.float32), 1e9
    for _ in range(count):
        begin = time.process_time()
        model.predict(test)
        least = min(least, time.process_time() - begin)
    print("%.5f" % least)
else:
    from sklearn.linear_model import SGDClassifier
    model = SGDClassifier(loss=what, alpha=1e-4, max_iter=count, tol=None, random_state=1)
    begin = time.process_time()
    model.fit(x, y)
    print("%.5f %.4f" % (time.process_time() - begin, model.score(((load(directory, "t10k")[0] - mean) * scale).astype(numpy.float32), load(directory, "t10k")[1])))
