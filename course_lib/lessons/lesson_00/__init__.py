"""Lesson 00, why deep learning: its explorers, figures, prepared data, exercises and questions."""

from course_lib.datasets.digits import load_digits
from course_lib.explorer.drawing import Drawing
from course_lib.lessons.lesson_00.completion import Completion
from course_lib.lessons.lesson_00.digit_neurons import DigitNeurons
from course_lib.lessons.lesson_00.figures import (
    course_map,
    four_inputs,
    moved,
    three_pictures,
    voices,
)
from course_lib.lessons.lesson_00.learning import (
    accuracy_by_size,
    difference,
    learn,
    right_rows,
    yours_or_ours,
)
from course_lib.lessons.lesson_00.loop_figure import loop
from course_lib.lessons.lesson_00.name_reader import NameReader
from course_lib.lessons.lesson_00.photo_reader import PhotoReader
from course_lib.lessons.lesson_00.tasks import (
    four_tasks,
    house_prices,
    last_three,
    next_letters,
)
from course_lib.lessons.lesson_00.timeline import Timeline
from course_lib.lessons.lesson_00.training_size import TrainingSize

__all__ = ["Completion", "DigitNeurons", "Drawing", "NameReader", "PhotoReader", "Timeline",
           "TrainingSize", "accuracy_by_size", "course_map", "difference", "four_inputs",
           "four_tasks", "house_prices", "last_three", "learn", "load_digits", "loop", "moved",
           "next_letters", "right_rows", "three_pictures", "voices", "yours_or_ours"]
