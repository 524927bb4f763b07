"""The quick questions of lesson 03."""

from course_lib.exercise.exercise import Question

QUESTIONS = [
    Question(
        "Three houses were sold for 1, 2 and 9. You must name one price for all three. Which one "
        "has the smallest mean absolute cost?",
        {"4": "That is the mean, the best price for the quadratic cost.",
         "2": "Right: the absolute cost is lowest at the median, however expensive the third is.",
         "5": "That is half-way between the ends. Count how many houses pull up, and how many "
         "down."},
        right="2", otherwise="From each price, as many houses must pull up as down."),
    Question(
        "A sigmoid says 0.999, and the target is 0. Which cost hardly pulls at its sum z?",
        {"Cross-entropy": "Its slope for z is ŷ − y, here almost 1: the brake cancels.",
         "Quadratic": "Right: its slope for z has the factor ŷ(1 − ŷ), here about 0.001.",
         "Both, as the sigmoid is saturated": "The flat sigmoid is a brake only if the "
         "cost's own slope is not divided by ŷ(1 − ŷ).",
         "Neither, as the answer is so wrong": "Being wrong is not enough: the quadratic slope has "
         "to pass through the flat sigmoid."},
        right="Quadratic"),
    Question(
        "All targets are (0.9, 0.1), and the categorical cross-entropy has stopped at 0.325. What "
        "does that tell you?",
        {"The network is bad, as the best cost is 0": "With soft targets it is not 0, but "
         "their entropy.",
         "The learning rate is too small": "Nothing lower exists for these targets.",
         "The learning rate is too large": "It stopped at the lowest point, and not beside it.",
         "It is as good as can be": "Right: 0.325 is the entropy of the targets."},
        right="It is as good as can be"),
    Question(
        "The cross-entropy of a confident wrong answer is infinite in the computer. What "
        "helps?",
        {"1e-8 added inside the logarithm": "It caps the cost at 18 and makes the slope wrong "
         "where it matters most.",
         "float64 in place of float32": "That only moves the problem, from z ≈ 17 to z ≈ 37.",
         "One formula on the logit": "Right: no step of log(1 + e^z) is rounded to 0.",
         "A smaller learning rate": "The cost is wrong before any step is taken."},
        right="One formula on the logit"),
    Question(
        "We want few mistakes. Why not let gradient descent count them?",
        {"The count is flat almost everywhere": "Right: its slope is 0, so it does not say which "
         "way to go.",
         "The count needs too many rows": "Even for one row the count has no slope.",
         "The count is not between 0 and 1": "We could divide it by the number of rows. It would "
         "still be a staircase.",
         "Few mistakes and a low cross-entropy are the same": "They often go together, but they "
         "are not the same: the cost also looks at how sure an answer is."},
        right="The count is flat almost everywhere"),
]
