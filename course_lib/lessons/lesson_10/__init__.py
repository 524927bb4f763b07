"""Lesson 10, scaling out: its explorers, figures, prepared data, exercises and questions."""

from course_lib.figure.verdict import verdict
from course_lib.lessons.lesson_10.bank import make_network
from course_lib.lessons.lesson_10.bill import ScalingBill
from course_lib.lessons.lesson_10.experiments import (
    build,
    kill_a_worker,
    large_bank,
    replicas_and_cost,
    rows_of,
    uneven,
)
from course_lib.lessons.lesson_10.pictures import (
    show_cluster,
    show_epochs,
    show_gain,
    show_model,
    show_steps,
    show_sweep,
)
from course_lib.lessons.lesson_10.replicas import Replicas
from course_lib.lessons.lesson_10.split_gradient import SplitGradient
from course_lib.lessons.lesson_10.waiting import Waiting

__all__ = [
    "Replicas", "ScalingBill", "SplitGradient", "Waiting", "build", "kill_a_worker", "large_bank",
    "make_network", "replicas_and_cost", "rows_of", "show_cluster", "show_epochs", "show_gain",
    "show_model",
    "show_steps", "show_sweep", "uneven", "verdict",
]
