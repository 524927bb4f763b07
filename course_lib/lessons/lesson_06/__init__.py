"""Lesson 06, bank churn: its explorers, figures, prepared data, exercises and questions."""

from course_lib.datasets.table import prepare
from course_lib.figure.verdict import verdict
from course_lib.lessons.lesson_06.bank import (
    NAMES,
    against_trees,
    cross_validate,
    fresh_splits,
    household_leak,
    make_network,
    messy_file,
    probabilities,
    signal,
    test_auc,
    three_parts,
    train_side_by_side,
)
from course_lib.lessons.lesson_06.churn import ExitRates, OneCustomer, ThresholdCost
from course_lib.lessons.lesson_06.overfitting import Overfitting
from course_lib.lessons.lesson_06.pictures import (
    show_age,
    show_answers,
    show_by_threshold,
    show_calibration,
    show_leak,
    show_network,
    show_order,
    show_signal,
    show_sizes,
    show_starts,
    show_who_pays,
)

__all__ = [
    "NAMES", "ExitRates", "OneCustomer", "Overfitting", "ThresholdCost", "against_trees",
    "cross_validate", "fresh_splits", "household_leak", "make_network", "messy_file", "prepare",
    "probabilities", "show_age", "show_answers", "show_by_threshold", "show_calibration",
    "show_leak", "show_network", "show_order", "show_signal", "show_sizes", "show_starts",
    "show_who_pays", "signal", "test_auc", "three_parts", "train_side_by_side", "verdict",
]
