"""Lesson 09, Transformers: its explorers, figures, prepared data, exercises and questions."""

from course_lib.figure.verdict import verdict
from course_lib.lessons.lesson_09.cards import DIGITS, LETTERS, QUESTIONS, answered, deal, learn
from course_lib.lessons.lesson_09.figures import (
    measured,
    show_cards,
    show_counting,
    show_ladder,
    show_letters,
    show_limits,
    show_pages,
    show_pieces,
    show_places,
    show_samples,
    show_scale,
    show_weights,
)
from course_lib.lessons.lesson_09.induction import InductionHead
from course_lib.lessons.lesson_09.live import (
    COST,
    bits_on,
    eight_letters,
    train_on_text,
    windows,
    write_samples,
)
from course_lib.lessons.lesson_09.small_gpt import (
    Heads,
    Writing,
    faster_by_the_clock,
    gpt,
    longest_copy,
    new_words,
    products,
    sample,
    three_pages,
    time_ratio,
    weights_by_part,
)
from course_lib.lessons.lesson_09.text import (
    counting,
    dense_table,
    novel,
    pair_table,
    pasts_seen,
    to_text,
    to_tokens,
    write_from_table,
)
from course_lib.optimizers import Adam
from course_lib.writing import Reader

__all__ = [
    "Adam", "COST", "DIGITS", "Heads", "InductionHead", "LETTERS", "QUESTIONS", "Reader",
    "Writing", "answered", "bits_on", "counting", "deal", "dense_table", "eight_letters",
    "faster_by_the_clock", "gpt", "learn", "longest_copy", "measured", "new_words",
    "novel", "pair_table", "pasts_seen", "products", "sample", "show_cards",
    "show_counting", "show_ladder", "show_letters", "show_limits", "show_pages", "show_pieces",
    "show_places", "show_samples", "show_scale",
    "show_weights", "three_pages", "time_ratio", "to_text", "to_tokens", "train_on_text",
    "verdict", "weights_by_part", "windows", "write_from_table", "write_samples",
]
