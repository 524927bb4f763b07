"""Lesson 03, cost functions: its explorers, figures, prepared data, exercises and questions."""

from course_lib.lessons.lesson_03.band import Band
from course_lib.lessons.lesson_03.claims import race_the_costs, train_with_every_cost
from course_lib.lessons.lesson_03.cost_curves import CostCurves
from course_lib.lessons.lesson_03.houses import (
    EXPENSIVE,
    all_houses,
    bell,
    class_of,
    class_probabilities,
    houses,
    line_through_middle,
    says_expensive,
)
from course_lib.lessons.lesson_03.likelihood import Likelihood
from course_lib.lessons.lesson_03.outliers import Outliers
from course_lib.lessons.lesson_03.race import Race
from course_lib.lessons.lesson_03.story import (
    bells,
    epochs_by_rate,
    same_place,
    stairs,
    three_classes,
    three_costs,
    three_lines,
)

__all__ = [
    "EXPENSIVE", "Band", "CostCurves", "Likelihood", "Outliers", "Race", "all_houses", "bell",
    "bells", "class_of", "class_probabilities", "epochs_by_rate", "houses", "line_through_middle",
    "race_the_costs", "same_place", "says_expensive", "stairs", "three_classes", "three_costs",
    "three_lines", "train_with_every_cost",
]
