"""The quick questions of lesson 08."""

from course_lib.exercise.exercise import Question

QUESTIONS = [
    Question(
        "A recurrent layer reads names of 6 letters. How many times as many weights does it need "
        "for names of 24 letters?",
        {"1": "Right: the same W, U and b work at every step.",
         "4": "There are four times as many steps. The weights are the same in all of them.",
         "16": "No weight depends on which step it is, let alone on two of them."},
        right="1", otherwise="The number of weights does not depend on the number of steps."),
    Question(
        "U is a rotation, so it keeps every length. Why does the gradient of an RNN fade all the "
        "same?",
        {"Rounding errors add up": "They are far too small for that.",
         "The inputs push the state away": "They move the state. What shrinks the gradient is a "
         "factor below 1 at each step.",
         "The weights are shared": "Sharing adds gradients up; it shrinks none.",
         "The slope of tanh is below 1": "Right: 1 − h² is a factor at every step, and below 1 as "
         "soon as h is not 0."},
        right="The slope of tanh is below 1"),
    Question(
        "In an LSTM the forget gate is close to 1. What happens to the cell?",
        {"It forgets": "The name is unlucky: open means keep.",
         "It is kept": "Right: c is multiplied by f, and so is its gradient on the way back.",
         "It is shown": "What is shown is for the output gate to say.",
         "It is overwritten": "Writing is up to the input gate, and adds to what is kept."},
        right="It is kept"),
    Question(
        "What does clipping do to a gradient that is too long?",
        {"It keeps the direction and bounds the step": "Right: all numbers are multiplied by the "
         "same factor.",
         "It corrects it": "The gradient at the wall is exact. It is true for a tiny step only.",
         "It makes the fading ones longer": "Only gradients above the limit are changed.",
         "It sets its largest numbers to the limit": "That would turn its direction."},
        right="It keeps the direction and bounds the step"),
    Question(
        "A writer gave the letter that really came a chance of 1/8. How many bits does this letter "
        "cost?",
        {"0.125": "That is the chance. The bits are −log₂ of it.",
         "3": "Right: −log₂(1/8) = 3, as many yes-or-no questions as it takes to find one of "
         "eight letters.",
         "8": "It was as surprised as if one of eight equal letters had come. Count the halvings.",
         "0.9": "This is −log₁₀. Bits are counted in powers of 2."},
        right="3", otherwise="Bits are −log₂ of the chance of what came."),
]
