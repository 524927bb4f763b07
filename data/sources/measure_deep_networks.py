"""Measure the four deep networks of lesson 07, once: ten seeds and two budgets take minutes.

    python -m data.sources.measure_deep_networks

Writes data/deep_networks.json: the share of right answers on held-out digits, which are
training rows that were kept back, for {budget: {version: [a number for each seed]}}.
"""

import json
from pathlib import Path

from course_lib.lessons.lesson_07.networks import BUDGETS, four_deep_networks

TARGET = Path(__file__).parents[1] / "deep_networks.json"
SEEDS = range(10)

if __name__ == "__main__":
    found = {}
    for budget, settings in BUDGETS.items():
        four = four_deep_networks(SEEDS, **settings)
        found[budget] = {name: [round(value, 4) for value in values.tolist()]
                         for name, values in four.items()}
        print(budget, found[budget], flush=True)
    TARGET.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
