#!/usr/bin/python3
"""Principal components by NumPy, for TestReference.

Run it where Debian's python3-numpy is installed: python3 reference.py. It writes
reference.json: small matrices with the singular value decomposition, in float64, of their
centred rows.
"""

import json
import os

import numpy as np

random = np.random.default_rng(1)


def case(name, x):
    x = x.astype(np.float32)
    centred = x.astype(np.float64) - x.astype(np.float64).mean(axis=0)
    _, s, v = np.linalg.svd(centred, full_matrices=False)
    variances = s**2 / (len(x) - 1)
    keep = variances > 2.0**-19 * variances[0]
    v, variances = v[keep], variances[keep]
    largest = np.abs(v).argmax(axis=1)
    v *= np.sign(v[np.arange(len(v)), largest])[:, None]
    return {
        "name": name,
        "features": x.shape[1],
        "data": [float(t) for t in x.ravel()],
        "mean": list(x.astype(np.float64).mean(axis=0)),
        "components": [list(map(float, row)) for row in v],
        "variances": list(map(float, variances)),
        "total": float((centred**2).sum() / (len(x) - 1)),
        "coordinates": [list(map(float, row)) for row in centred @ v.T],
    }


def mixture(n, features, scale):
    # Standard deviations that fall, in random directions, so that vectors are well defined.
    q, _ = np.linalg.qr(random.normal(size=(features, features)))
    return random.normal(size=(n, features)) * scale ** np.arange(features) @ q + random.normal(size=features)


cases = [
    case("iris-like", mixture(60, 4, 0.6)),
    case("more features than rows", mixture(8, 30, 0.8)),
    case("one feature", random.normal(size=(9, 1))),
    case("two rows", random.normal(size=(2, 5))),
    case("rank two", random.normal(size=(20, 2)) * [3, 1] @ random.normal(size=(2, 7))),
    case("large numbers", mixture(40, 6, 0.7) * 1e30),
    case("small numbers", mixture(40, 6, 0.7) * 1e-30),
    case("far from zero", mixture(40, 5, 0.7) + 1000),
]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "reference.json"), "w") as f:
    f.write("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
