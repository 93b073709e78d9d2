"""Makes the models of other tools that the tests read, and what these predict:

    python3 make.py

It needs Debian's python3-sklearn (1.2.1) and liblinear-tools (2.3)."""
import json
import os
import subprocess
import tempfile

import numpy as np
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.svm import LinearSVC

iris = load_iris()
x = iris.data.astype('<f4').astype('<f8')
names = iris.target_names[iris.target]
y = iris.target
shuffled = np.random.default_rng(1).permutation(len(x))  # LIBLINEAR keeps the order of labels
rows = x[::5]
cases = []

for file, model, labels, link in [
    ('multinomial', LogisticRegression(max_iter=1000), names, 'softmax'),
    ('ovr', LogisticRegression(multi_class='ovr', solver='liblinear'), names, 'sigmoid'),
    ('binary', LogisticRegression(), y > 0, 'sigmoid'),
    ('svc', LinearSVC(dual=False), y, ''),
    ('svc2', LinearSVC(dual=False, fit_intercept=False), np.where(y == 1, 7, -2), ''),
    ('sgd', SGDClassifier(random_state=0), names, ''),
]:
    model.fit(x, labels)
    with open('sklearn-%s.json' % file, 'w') as f:
        intercept = model.intercept_.tolist() if np.ndim(model.intercept_) else float(model.intercept_)
        json.dump({'coef_': model.coef_.tolist(), 'intercept_': intercept,
                   'classes_': model.classes_.tolist(), 'n_iter_': np.atleast_1d(model.n_iter_).tolist()}, f)
    cases.append({'file': 'sklearn-%s.json' % file, 'link': link, 'labels': [str(p).lower() if isinstance(p, np.bool_) else str(p) for p in model.predict(rows)],
                  'probabilities': model.predict_proba(rows).tolist() if link else []})

with tempfile.TemporaryDirectory() as tmp:
    def svmlight(path, x, y):
        with open(path, 'w') as f:
            for row, label in zip(x, y):
                f.write('%d %s\n' % (label, ' '.join('%d:%.9g' % (i + 1, v) for i, v in enumerate(row))))
    data, test, out = (os.path.join(tmp, n) for n in ('data', 'test', 'out'))
    svmlight(test, rows, [0] * len(rows))
    for file, options, labels in [
        ('lr', '-s 0 -B 1', y + 1), ('lr2', '-s 7 -B 2', np.where(y == 1, -1, 1)), ('l1', '-s 6 -c 10', y),
        ('svc', '-s 2', 10 * y), ('svc2', '-s 3 -B 1', np.where(y == 0, 5, 3)), ('cs', '-s 4 -B 1', y), ('cs2', '-s 4 -B 1', y > 0),
    ]:
        svmlight(data, x[shuffled], labels[shuffled])
        path = 'liblinear-%s.model' % file
        subprocess.check_call(['liblinear-train', '-q', *options.split(), data, path])
        logistic = file[0] == 'l'
        subprocess.check_call(['liblinear-predict', '-q', '-b', str(int(logistic)), test, path, out])
        lines = open(out).read().split('\n')[:-1]
        case = {'file': path, 'link': '', 'labels': [l.split()[0] for l in lines], 'probabilities': []}
        if logistic:
            case['link'] = 'sigmoid'
            case['order'] = lines[0].split()[1:]
            case['labels'] = case['labels'][1:]
            case['probabilities'] = [[float(v) for v in l.split()[1:]] for l in lines[1:]]
        cases.append(case)

with open('reference.json', 'w') as f:
    json.dump({'rows': rows.tolist(), 'cases': cases}, f, indent=None, separators=(',', ':'))
