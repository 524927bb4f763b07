"""The quick questions of lesson 02."""

from course_lib.exercise.exercise import Question

QUESTIONS = [
    Question(
        "A network has one hidden layer of 100 units, and their activation is the identity. Which "
        "curves can it make of one input x?",
        {"Every curve": "That takes a bend. A sum of straight lines is a straight line.",
         "Straight lines": "Right: 100 straight lines add up to a straight line.",
         "Curves with up to 100 corners": "That is what 100 relus can make. Identity has no "
         "corner.",
         "None": "With weights and a bias it can make any straight line."},
        right="Straight lines"),
    Question(
        "When is a unit saturated?",
        {"When its output is large": "A relu at z = 100 has a large output and its full slope, 1.",
         "When its output is 0": "tanh is 0 at z = 0, where its slope is largest.",
         "When hardly any of its steepest slope is left": "Right: moving z then hardly moves a.",
         "When its weights are large": "Large weights often lead there, but they are not it."},
        right="When hardly any of its steepest slope is left"),
    Question(
        "Beyond |z| = 4.4 the sigmoid has less than 5% of its steepest slope left. Beyond which "
        "|z| does tanh?",
        {"4.4": "tanh(z) = 2σ(2z) − 1 is a sigmoid, but one that runs twice as fast.",
         "2.2": "Right: tanh(z) = 2σ(2z) − 1, so everything happens at half of z.",
         "8.8": "Its slope is steeper, and it saturates earlier, not later: tanh(z) = 2σ(2z) − 1."},
        right="2.2", otherwise="Use tanh(z) = 2σ(2z) − 1: where is 2z = 4.4?", tolerance=0.05),
    Question(
        "A network with one hidden layer of thresholds was trained by gradient descent and gets "
        "most of the rows right. What has it learned?",
        {"The weights of both layers": "The slope of a threshold is 0, so no gradient reaches the "
         "weights below it.",
         "The weights of the last layer": "Right: it makes the best of the random bends that the "
         "hidden layer happened to have.",
         "Nothing, it was luck": "Its last layer has a gradient and did move."},
        right="The weights of the last layer"),
    Question(
        "Three scores give the shares 0.7, 0.2 and 0.1. Then 5 is added to each score. Which is "
        "the first share now?",
        {"0.7": "Right: softmax looks only at differences between scores.",
         "More than 0.7": "e⁵ multiplies all three numbers, and the division takes it out again.",
         "Less than 0.7": "Shares become more equal when scores are divided, not when something "
         "is added to all of them."},
        right="0.7"),
    Question(
        "In a network of 20 sigmoid layers each layer leaves 0.62 of the gradient. What brings it "
        "to the first layer?",
        {"A larger learning rate": "It makes all steps longer, and the first layer's are still "
         "thousands of times smaller than the last one's.",
         "Smaller weights": "Then each layer leaves even less.",
         "Nothing": "The slope is at most ¼, but the weights multiply as well.",
         "Larger weights": "Right: at about 10.6 times the usual size each layer leaves all of "
         "it. Whether such a network learns is another question."},
        right="Larger weights"),
]
