"""Measure gradient-boosted trees on the splits of lesson 06, once: they need scikit-learn.

    python -m data.sources.measure_boosted_trees

Writes data/bank_churn/boosted_trees.json: the AUC on the test rows of splits 1 to 20, with the
settings of scikit-learn's HistGradientBoostingClassifier and its own early stopping. Training and
validation rows of the lesson go into the training here, because the trees keep a tenth of what they
get for stopping: nothing is chosen on the test rows.
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.ensemble import HistGradientBoostingClassifier

from course_lib import metrics
from course_lib.datasets import load_churn
from course_lib.datasets.table import prepare
from course_lib.lessons.lesson_06.bank import NAMES, three_parts

TARGET = Path(__file__).parents[1] / "bank_churn" / "boosted_trees.json"


def measure(table, seed):
    training, validation, test = three_parts(table, seed)
    known = table.loc[np.concatenate([training.index, validation.index])]
    prepared = prepare(known, "Exited", leave_out=NAMES)
    trees = HistGradientBoostingClassifier(learning_rate=0.05, early_stopping=True, random_state=0)
    trees.fit(prepared(known), prepared.answers(known))
    return metrics.auc(trees.predict_proba(prepared(test))[:, 1], prepared.answers(test))


if __name__ == "__main__":
    table = load_churn()
    found = {str(seed): round(measure(table, seed), 4) for seed in range(1, 21)}
    TARGET.write_text(json.dumps({"scikit-learn": sklearn.__version__, "auc": found}, indent=1)
                      + "\n", encoding="utf-8")
    print(found)
