"""The numbers in a lesson's plan for the teacher are what its explorers say.

A lesson's rows are in tests/lessons/quoted. What was set before stays, as on the screen. A row
whose number the plan no longer has, or whose explorer is gone, is skipped: take it out.
"""

import importlib
import pkgutil
from pathlib import Path

import numpy as np
import pytest

from course_lib.explorer.base import Explorer
from tests.lessons import quoted

TEACHING = Path(__file__).parents[2] / "notebooks" / "teaching"
LESSONS = [module.name[-2:] for module in pkgutil.iter_modules(quoted.__path__)]


def says(sentence, piece) -> bool:
    return piece.replace("−", "-") in " ".join(sentence.split()).replace("−", "-")


def find(lesson, name):
    """The class of an explorer, in whichever file of the lesson's room it stands."""
    package = importlib.import_module(f"course_lib.lessons.lesson_{lesson}")
    for module in pkgutil.iter_modules(package.__path__):
        found = getattr(importlib.import_module(f"{package.__name__}.{module.name}"), name, None)
        if found is not None:
            return found


def make(lesson, name):
    """An explorer, with what it needs of the course's data; None if there is no such explorer."""
    cls = find(lesson, name)
    if cls is None:
        return None
    if name in ("SlopeDirection", "GradientNoise", "BatchRace"):
        from course_lib.datasets.property_prices import load_property_prices

        sales = load_property_prices().head(512)
        area, price = sales.area_sqft.to_numpy(), sales.price_usd.to_numpy() / 10_000
        return cls((area - area.mean()) / area.std(), price)
    if name == "PropertyNeuron":
        from course_lib.datasets.property_prices import load_property_prices

        return cls(find(lesson, "PropertyData")(load_property_prices()))
    if name in ("ExitRates", "ThresholdCost", "OneCustomer"):
        return bank_explorer(cls, name)
    return cls("sigmoid", "tanh") if name == "SideBySide" else cls()


def bank_explorer(cls, name):
    """An explorer of lesson 06 on the lesson's own customers, with the network that it trains."""
    from course_lib.datasets import load_churn
    from course_lib.lessons import lesson_06 as lesson

    training, validation, _ = lesson.three_parts(load_churn())
    if name == "ExitRates":
        return cls(training)
    prepared = lesson.prepare(training, "Exited", leave_out=lesson.NAMES)
    watched = prepared(validation), prepared.answers(validation)
    networks = [lesson.make_network(seed) for seed in range(3)]
    histories = lesson.train_side_by_side(networks, prepared(training), prepared.answers(training),
                                          watched, epochs=100, patience=10)
    network = networks[np.argmin([min(history.validation_cost) for history in histories])]
    if name == "ThresholdCost":
        return cls(lesson.probabilities(network, watched[0]), watched[1])
    return cls(lambda table: lesson.probabilities(network, prepared(table)), training.iloc[0])


def wrong_rows(rows, plan, explorers) -> tuple[list, list]:
    """The rows that the explorers do not say, and those that are out of date."""
    wrong, old, values = [], [], {}
    for name, settings, piece in rows:
        if name not in explorers:
            explorers[name] = make(*name)
        explorer = explorers[name]
        if explorer is None or not says(plan, piece):
            old.append((name[1], piece))
            continue
        now = values.setdefault(name, explorer.values)
        now.update(settings)
        sentence = explorer.move(**now)
        if not says(sentence, piece):
            wrong.append((name[1], piece, sentence))
    return wrong, old


@pytest.mark.parametrize("lesson", LESSONS)
def test_numbers_are_what_the_explorers_say(lesson, monkeypatch):
    monkeypatch.setattr(Explorer, "frame", lambda self: "")  # sentences only; pictures take long
    rows = importlib.import_module(f"tests.lessons.quoted.lesson_{lesson}").QUOTED
    rows = [((lesson, name), settings, piece) for name, settings, piece in rows]
    plan = (TEACHING / f"{lesson}.md").read_text(encoding="utf-8")
    wrong, old = wrong_rows(rows, plan, {})
    assert not wrong
    if old:
        pytest.skip(f"out of date in tests/lessons/quoted/lesson_{lesson}.py, take out: {old}")


def test_a_wrong_number_is_found_and_an_old_row_is_told_apart():
    class Fake:
        values = {"n": 1}

        def move(self, n):
            return f"{n} of −4 corners"

    explorers = {("01", "Fake"): Fake(), ("01", "Gone"): None}
    rows = [(("01", "Fake"), {"n": 3}, "3 of -4"), (("01", "Fake"), {"n": 2}, "3 of -4"),
            (("01", "Fake"), {}, "7 of 4"), (("01", "Gone"), {}, "3 of -4")]
    wrong, old = wrong_rows(rows, "with 3: 3 of −4 corners", explorers)
    assert wrong == [("Fake", "3 of -4", "2 of −4 corners")]
    assert old == [("Fake", "7 of 4"), ("Gone", "3 of -4")]
