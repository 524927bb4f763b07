"""The quick questions of lesson 03."""

from course_lib.exercise.exercise import Question

QUESTIONS = [
    Question(
        "Three houses were sold for 1, 2 and 9. You must name one price for all three. Which one "
        "has the smallest mean absolute cost?",
        {"4": "That is the mean, the best price for the quadratic cost.",
         "2": "Right: the absolute cost is lowest at the median, however dear the third is.",
         "5": "That is half-way between the ends. Count how many houses pull up, and how many "
         "down."},
        right="2", otherwise="From each price, as many houses must pull up as down."),
    Question(
        "A sigmoid says 0.999, the target is 0. Which cost tells its sum z hardly anything?",
        {"Cross-entropy": "Its slope for z is ŷ − y, here almost 1: the brake cancels.",
         "Quadratic": "Right: its slope for z has the factor ŷ(1 − ŷ), here about 0.001.",
         "Both, as the sigmoid is saturated": "Saturation brakes only if the cost does not divide "
         "by ŷ(1 − ŷ).",
         "Neither, as the answer is so wrong": "Being wrong is not enough: the quadratic slope has "
         "to pass through the flat sigmoid."},
        right="Quadratic"),
    Question(
        "All targets are (0.9, 0.1), and the categorical cross-entropy has stopped at 0.325. What "
        "does that say?",
        {"The network is bad, as the best cost is 0": "With soft targets it is not 0, but "
         "their entropy.",
         "The learning rate is too small": "Nothing lower exists for these targets.",
         "The learning rate is too large": "It stopped at the lowest point, not beside it.",
         "It is as good as can be": "Right: 0.325 is the entropy of the targets."},
        right="It is as good as can be"),
    Question(
        "The cross-entropy of a confident wrong answer is infinite in the computer. What cures it?",
        {"1e-8 added inside the logarithm": "It caps the cost at 18 and makes the slope wrong just "
         "where it matters.",
         "float64 in place of float32": "It only moves the trouble, from z ≈ 17 to z ≈ 37.",
         "One formula on the logit": "Right: log(1 + e^z) contains no step that rounds to 0.",
         "A smaller learning rate": "The cost is wrong before any step is taken."},
        right="One formula on the logit"),
    Question(
        "We want few mistakes. Why not let gradient descent count them?",
        {"The count is flat almost everywhere": "Right: its slope is 0, so it does not say which "
         "way to go.",
         "The count needs too many rows": "One row is enough to count, and still it has no slope.",
         "The count is not between 0 and 1": "It could be divided by the rows; the staircase would "
         "stay.",
         "Few mistakes and a low cross-entropy are the same": "They often go together, but they "
         "are not the same: the cost also looks at how sure an answer is."},
        right="The count is flat almost everywhere"),
]
