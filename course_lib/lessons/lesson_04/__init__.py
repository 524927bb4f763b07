"""Lesson 04, gradient descent: its explorers, figures, prepared data, exercises and questions."""

from course_lib.figure.verdict import verdict
from course_lib.lessons.lesson_04.claims import (
    costs_without_convexity,
    memory_of_a_step,
    rows_needed,
    share_in_the_deepest_valley,
    wave,
    wave_cost,
)
from course_lib.lessons.lesson_04.data import customers, houses, standardise
from course_lib.lessons.lesson_04.depth import DepthAgainstRate, train_chains
from course_lib.lessons.lesson_04.descent import (
    GridSearchTime,
    LearningRate,
    OneCurve,
    SlopeDirection,
)
from course_lib.lessons.lesson_04.figures import (
    show_convexity,
    show_costs,
    show_lines,
    show_memory,
    show_schedule,
    show_two_ravines,
    show_walks,
)
from course_lib.lessons.lesson_04.inside_step import InsideStep
from course_lib.lessons.lesson_04.optimizer_race import OptimizerRace, ravine
from course_lib.lessons.lesson_04.point_on_surface import PointOnSurface
from course_lib.lessons.lesson_04.stochastic import BatchRace, GradientNoise
from course_lib.lessons.lesson_04.turned_surface import TurnedSurface
from course_lib.lessons.lesson_04.weight_space import WeightSpace

__all__ = [
    "BatchRace", "DepthAgainstRate", "GradientNoise", "GridSearchTime", "InsideStep",
    "LearningRate", "OneCurve", "OptimizerRace", "PointOnSurface", "SlopeDirection",
    "TurnedSurface", "WeightSpace", "costs_without_convexity", "customers", "houses",
    "memory_of_a_step", "ravine", "rows_needed", "share_in_the_deepest_valley", "show_convexity",
    "show_costs", "show_lines", "show_memory", "show_schedule", "show_two_ravines", "show_walks",
    "standardise", "train_chains", "verdict", "wave", "wave_cost",
]
