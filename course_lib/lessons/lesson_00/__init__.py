"""Lesson 00, why deep learning: its explorers, figures, prepared data, exercises and questions."""

from course_lib.datasets.digits import load_digits
from course_lib.explorer.drawing import Drawing
from course_lib.lessons.lesson_00.completion import Completion
from course_lib.lessons.lesson_00.digit_neurons import DigitNeurons
from course_lib.lessons.lesson_00.figures import course_map, four_inputs, moved, three_pictures
from course_lib.lessons.lesson_00.learning import accuracy_by_size, difference, right_rows
from course_lib.lessons.lesson_00.loop_figure import loop
from course_lib.lessons.lesson_00.name_reader import NameReader
from course_lib.lessons.lesson_00.tasks import four_tasks
from course_lib.lessons.lesson_00.timeline import Timeline
from course_lib.lessons.lesson_00.training_size import TrainingSize

__all__ = ["Completion", "DigitNeurons", "Drawing", "NameReader", "Timeline", "TrainingSize",
           "accuracy_by_size", "course_map", "difference", "four_inputs", "four_tasks",
           "load_digits", "loop", "moved", "right_rows", "three_pictures"]
