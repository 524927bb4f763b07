"""Lesson 01, the neuron: its explorers, its figures, and the data that it prepares."""

from course_lib.lessons.lesson_01.adder import Adder
from course_lib.lessons.lesson_01.neuron import LogicNeuron, TwoLayers
from course_lib.lessons.lesson_01.pictures import (
    show_combinations,
    show_effect,
    show_house,
    show_learnt,
    show_neuron,
    show_relative_errors,
    show_tables,
)
from course_lib.lessons.lesson_01.prices import (
    add_numbers,
    house_prices,
    scores_of_networks,
    train_network,
)
from course_lib.lessons.lesson_01.property_neuron import (
    HiddenNeurons,
    InputSubsets,
    PropertyNeuron,
    r_squared,
    typical_error,
)
from course_lib.lessons.lesson_01.trees import boosted_trees

__all__ = [
    "Adder", "HiddenNeurons", "InputSubsets", "LogicNeuron", "PropertyNeuron", "TwoLayers",
    "add_numbers", "boosted_trees", "house_prices", "r_squared", "scores_of_networks",
    "show_combinations", "show_effect", "show_house", "show_learnt", "show_neuron",
    "show_relative_errors", "show_tables", "train_network", "typical_error",
]
