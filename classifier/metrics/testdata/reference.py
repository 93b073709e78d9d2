#!/usr/bin/python3
"""Metrics of scikit-learn, for TestReference.

Run it where Debian's python3-sklearn (1.2.1) is installed: python3 reference.py. It
writes reference.json: small sets of probabilities and labels with what scikit-learn's
functions return for them. The expected calibration error, which scikit-learn does not
have, is computed here from its definition.
"""

import json
import os
import warnings

import numpy as np
from sklearn import metrics

warnings.simplefilter("ignore")


def calibration_error(p, y, bins):
    confidence, hit = p.max(axis=1), p.argmax(axis=1) == y
    total = 0.0
    for b in range(bins):
        inside = (confidence > b / bins) & (confidence <= (b + 1) / bins)
        if inside.any():
            total += inside.sum() * abs(hit[inside].mean() - confidence[inside].mean())
    return total / len(y)


def case(name, p, y):
    p, classes = p.astype(np.float32).astype(np.float64), p.shape[1]
    predicted = p.argmax(axis=1)
    present = sorted(set(y) | set(predicted))
    each = metrics.precision_recall_fscore_support(y, predicted, labels=range(classes), zero_division=0)
    roc, average = [], []
    for k in range(classes):
        defined = 0 < (y == k).sum() < len(y)
        roc.append(metrics.roc_auc_score(y == k, p[:, k]) if defined else None)
        average.append(metrics.average_precision_score(y == k, p[:, k]) if defined else None)
    normal = p / p.sum(axis=1, keepdims=True)
    last = y == classes - 1
    fpr, tpr, at = metrics.roc_curve(last, p[:, -1], drop_intermediate=False)
    precision, recall, cut = metrics.precision_recall_curve(last, p[:, -1])
    return {
        "Name": name,
        "Classes": classes,
        "Labels": y.tolist(),
        "Probabilities": p.ravel().tolist(),
        "Accuracy": metrics.accuracy_score(y, predicted),
        "Top2": metrics.top_k_accuracy_score(y, p[:, 1] if classes == 2 else p, k=2, labels=range(classes)) if classes > 2 else 1.0,
        "Confusion": metrics.confusion_matrix(y, predicted, labels=range(classes)).tolist(),
        "Precision": each[0].tolist(),
        "Recall": each[1].tolist(),
        "F1": each[2].tolist(),
        "Support": each[3].tolist(),
        "Macro": [float(v) for v in metrics.precision_recall_fscore_support(y, predicted, labels=present, average="macro", zero_division=0)[:3]],
        "Weighted": [float(v) for v in metrics.precision_recall_fscore_support(y, predicted, labels=present, average="weighted", zero_division=0)[:3]],
        "LogLoss": metrics.log_loss(y, normal, labels=range(classes)),
        "Brier": float(((p - np.eye(classes)[y]) ** 2).sum(axis=1).mean()),
        "CalibrationError": calibration_error(p, y, 15),
        "ROCArea": roc,
        "AveragePrecision": average,
        "MicroROCArea": metrics.roc_auc_score(np.eye(classes)[y].ravel(), p.ravel()),
        "MicroAveragePrecision": metrics.average_precision_score(np.eye(classes)[y].ravel(), p.ravel()),
        "FalsePositiveRate": fpr.tolist(),
        "TruePositiveRate": tpr.tolist(),
        "CurvePrecision": precision[::-1].tolist(),
        "CurveRecall": recall[::-1].tolist(),
    }


def softmax(s):
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def main():
    r = np.random.default_rng(7)
    y = r.integers(0, 4, 60)
    scores = r.normal(size=(60, 4)) + 1.5 * np.eye(4)[y]
    tied = np.round(softmax(scores) * 4) / 4
    tied[tied.sum(axis=1) != 1] = 0.25
    absent = np.where(y == 2, 1, y)
    silent = scores.copy()
    silent[:, 0] -= 20
    two = (y > 1).astype(int)
    cases = [
        case("four classes", softmax(scores), y),
        case("ties", tied, y),
        case("all the same", np.full((60, 4), 0.25), y),
        case("a class without examples", softmax(scores), absent),
        case("a class that is never predicted", softmax(silent), y),
        case("two classes", softmax(scores[:, :2] + np.eye(2)[two]), two),
        case("certain and wrong", np.eye(4)[(y + (r.random(60) < 0.3)) % 4], y),
    ]
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "reference.json"), "w") as f:
        f.write("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")


main()
