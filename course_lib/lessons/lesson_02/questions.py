"""The quick questions of lesson 02."""

from course_lib.exercise.exercise import Question

QUESTIONS = [
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
        {"4.4": "tanh(x) = 2σ(2x) − 1 is a sigmoid, but one that is squeezed: look at 2x.",
         "2.2": "Right: tanh(x) = 2σ(2x) − 1, so all happens at half of z.",
         "8.8": "Its slope is steeper, and it saturates earlier, not later: tanh(x) = 2σ(2x) − 1."},
        right="2.2", otherwise="Use tanh(x) = 2σ(2x) − 1: where is 2x = 4.4?", tolerance=0.05),
    Question(
        "A network with one hidden layer of thresholds was trained by gradient descent and got "
        "most of the rows right. What has it learnt?",
        {"The weights of both layers": "The slope of a threshold is 0, so no gradient reaches the "
         "weights below it.",
         "The weights of the last layer": "Right: it learnt from the random features that the "
         "hidden layer happened to give.",
         "Nothing, it was luck": "Its last layer has a gradient and did move."},
        right="The weights of the last layer"),
    Question(
        "A rectifier gives 0 for one recording. Is it dead?",
        {"Yes, its slope is 0 there": "For this recording no gradient comes through; for others it "
         "may.",
         "No, only if it gives 0 for all of them": "Right: half of the zeros in a healthy layer "
         "are as it should be.",
         "No, a rectifier cannot die": "It can: large steps and low biases kill.",
         "Only if the layer is the last one": "It can happen in any layer."},
        right="No, only if it gives 0 for all of them"),
    Question(
        "What lets a gradient pass down through twenty layers of rectifiers?",
        {"Their slope of 1, and weights of the right size": "Right: half of the units are off, and "
         "weights √2 times as large make up for it.",
         "Their slope of 1 alone": "Half of the units are off: with weights made for tanh, a "
         "factor √½ is lost in each layer.",
         "That their outputs have no upper limit": "A gradient is multiplied by slopes and "
         "weights, not by outputs.",
         "That they are quick to compute": "That saves time, but not the gradient."},
        right="Their slope of 1, and weights of the right size"),
]
