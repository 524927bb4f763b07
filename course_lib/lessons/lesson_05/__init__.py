"""Lesson 05, backpropagation: its explorers, figures, prepared data, exercises and questions."""

from course_lib.figure.verdict import verdict
from course_lib.lessons.lesson_05.backpropagation import Depth, Symmetry
from course_lib.lessons.lesson_05.broken import print_blind_spots, print_mistakes
from course_lib.lessons.lesson_05.build_network import BuildNetwork
from course_lib.lessons.lesson_05.claims import (
    forecasts,
    gradient_ratio,
    moons_right,
    xor_costs,
)
from course_lib.lessons.lesson_05.counting import print_cost
from course_lib.lessons.lesson_05.customer import wrong_about
from course_lib.lessons.lesson_05.expression_figure import show_graph
from course_lib.lessons.lesson_05.figures import (
    show_depths,
    show_slopes,
    show_step_sizes,
)
from course_lib.lessons.lesson_05.two_neurons import TwoNeurons
from course_lib.lessons.lesson_05.value import Value, in_order, yours_or_ours

__all__ = [
    "BuildNetwork", "Depth", "Symmetry", "TwoNeurons", "Value", "forecasts", "gradient_ratio",
    "in_order", "moons_right", "print_blind_spots", "print_cost", "print_mistakes", "show_depths",
    "show_graph", "show_slopes", "show_step_sizes", "verdict", "wrong_about", "xor_costs",
    "yours_or_ours",
]
