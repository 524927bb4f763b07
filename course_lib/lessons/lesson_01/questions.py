"""The quick questions of lesson 01."""

from course_lib.exercise.exercise import Question

QUESTIONS = [
    Question(
        "A threshold neuron has w = (2, −1) and b = −1. What does it say to x = (1, 1)?",
        {"1": "Right: z = 2 − 1 − 1 = 0, and the threshold says yes from 0 on.",
         "0": "z = 2 − 1 − 1 = 0. The threshold says 1 if the sum is at least 0."},
        right="1", otherwise="A threshold neuron says only 0 or 1."),
    Question(
        "What happens to the line of a neuron when only the bias changes?",
        {"It turns around the origin": "The weights turn it: it is at a right "
         "angle to them.",
         "It moves, parallel to itself": "Right: the direction is the weights' alone.",
         "It bends, as soon as b is not 0": "z = 0 is always straight. Only more "
         "neurons bend the border.",
         "Nothing": "At b = 0 the line passes through the origin, with any other b it does not."},
        right="It moves, parallel to itself"),
    Question(
        "Why does no single threshold neuron do XOR?",
        {"Its inputs are not standardised": "Scaling moves the corners, but they stay crosswise.",
         "Training stops too early": "No weights exist at all, however they are looked for.",
         "No straight line separates its corners": "Right: yes and no lie crosswise.",
         "It needs a smooth activation": "A sigmoid's border at ½ is a straight line too."},
        right="No straight line separates its corners"),
    Question(
        "Two layers without activation: 4 inputs, 6 hidden neurons, 1 output. They can say as "
        "much as one neuron with how many weights (without the bias)?",
        {"4": "Right: W₁ W₂ has one weight for each input.",
         "30": "That is how many numbers are stored. Their product has only 4.",
         "24": "That is the first layer alone. The product W₁ W₂ is (4, 1).",
         "5": "That counts the bias."},
        right="4", otherwise="The product of a (4, 6) and a (6, 1) matrix is (4, 1)."),
    Question(
        "Bedrooms alone raise the price; beside the area, their weight is negative. Why?",
        {"The training went wrong": "Least squares is exact; there is nothing to go wrong.",
         "A weight says: this more, the others the same": "Right: one more bedroom in the same "
         "area means smaller rooms.",
         "Buyers dislike bedrooms and would rather have space": "Houses with more bedrooms "
         "cost more. The weight answers another question.",
         "The inputs were not standardised": "They were; and scaling changes no sign."},
        right="A weight says: this more, the others the same"),
]
