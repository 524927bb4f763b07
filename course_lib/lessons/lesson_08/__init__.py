"""Lesson 08, recurrent networks: its explorers, figures, prepared data, exercises and questions."""

from course_lib.lessons.lesson_08.back import scalar_cost, small_example, step_errors
from course_lib.lessons.lesson_08.claims import recall, recalled, remembers_longer
from course_lib.lessons.lesson_08.figures import (
    show_claim,
    show_learning,
    show_lookup,
    show_step_errors,
    show_unrolled,
    show_wall,
)
from course_lib.lessons.lesson_08.names import anagrams
from course_lib.lessons.lesson_08.recurrent import Decay, Unrolled
from course_lib.lessons.lesson_08.text_generator import Gates, Writer
from course_lib.lessons.lesson_08.writing import (
    as_tokens,
    bits_of,
    continued,
    excerpts,
    novel,
    rivals,
    shipped_writer,
    show_letters,
    small_writer,
    trained_writer,
    window_weights,
)

__all__ = [
    "Decay", "Gates", "Unrolled", "Writer", "anagrams", "as_tokens", "bits_of", "continued",
    "excerpts", "novel", "recall", "recalled", "remembers_longer", "rivals", "scalar_cost",
    "shipped_writer", "show_claim", "show_learning", "show_letters", "show_lookup",
    "show_step_errors", "show_unrolled", "show_wall", "small_example", "small_writer",
    "step_errors", "trained_writer", "window_weights",
]
