"""Lesson 00, why deep learning: its explorers, figures, prepared data, exercises and questions."""

from course_lib.lessons.lesson_00.completion import Completion
from course_lib.lessons.lesson_00.digit_neurons import DigitNeurons
from course_lib.lessons.lesson_00.figures import contest, course_map, four_inputs, three_pictures
from course_lib.lessons.lesson_00.learning import difference, right_rows, standardise
from course_lib.lessons.lesson_00.loop_figure import loop
from course_lib.lessons.lesson_00.name_reader import NameReader
from course_lib.lessons.lesson_00.tasks import four_tasks
from course_lib.lessons.lesson_00.timeline import Timeline
from course_lib.lessons.lesson_00.training_size import TrainingSize

__all__ = ["Completion", "DigitNeurons", "NameReader", "Timeline", "TrainingSize", "contest",
           "course_map", "difference", "four_inputs", "four_tasks", "loop", "right_rows",
           "standardise", "three_pictures"]
