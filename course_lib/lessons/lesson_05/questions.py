"""The quick questions of lesson 05."""

from course_lib.exercise.exercise import Question

QUESTIONS = [
    Question(
        "What does backpropagation compute?",
        {"An approximation of the gradient, good for small errors": "There is no approximation in "
         "it: each slope is a formula. Finite differences approximate.",
         "The new weights": "What to do with the slopes is the optimizer's business (lesson 04).",
         "The exact gradient of the cost, for all weights at once": "Right: the chain rule, "
         "computed once, from the back.",
         "The error that each hidden neuron should have had": "Hidden neurons have no target. What "
         "goes back is a slope: what a little more of a would do to the cost."},
        right="The exact gradient of the cost, for all weights at once"),
    Question(
        "A network has 1,000 weights. How many forward passes does its gradient take if each "
        "weight is nudged to one side?",
        {"1001": "Right: one for each weight, and one without any nudge to compare with.",
         "1000": "The cost without any nudge is needed too, to compare with.",
         "2000": "So many does the central difference take, with nudges to both sides.",
         "2": "That is about what the way back costs, for all weights. Nudging takes a pass for "
         "each."},
        right="1001", otherwise="One pass for each weight, and one to compare with."),
    Question(
        "All weights and biases start at 0 in a network with a tanh layer. What can the first "
        "update change?",
        {"Everything, but all hidden neurons in the same way": "So it is with equal weights other "
         "than 0. Here no blame comes back through weights of 0.",
         "The bias of the last layer only": "Right: the hidden outputs are 0, so its weights get "
         "no slope, and no blame passes back through them.",
         "Nothing": "The bias of the last layer needs neither inputs nor weights.",
         "The last layer, weights and bias": "A weight's slope has its input as a factor, and "
         "tanh(0) is 0."},
        right="The bias of the last layer only"),
    Question(
        "A gradient check of your own cost gives a relative error of 2. What is the mistake?",
        {"A minus was dropped": "Right: |a − (−a)| / |a| is 2, always.",
         "A square matrix was not transposed": "Then the numbers have nothing to do with each "
         "other, and the error is some odd number.",
         "A sum in place of a mean": "Over 10 rows that gives 1 − 1/10, as in the table of the "
         "lesson. It stays below 1.",
         "Rounding": "Rounding gives errors far below the check's tolerance."},
        right="A minus was dropped"),
    Question(
        "With a sigmoid at the end and the quadratic cost, a network says 0.999 where 0 is right. "
        "How large is the gradient?",
        {"Large: the error could hardly be larger": "The error is one factor. The other is the "
         "slope of the sigmoid, and near 1 it is flat.",
         "Exactly 0: nothing can be learnt": "The slope is never quite 0; but it is so small that "
         "learning takes very long.",
         "It depends only on the weights before": "All weights before get their blame through "
         "the last neuron's slope.",
         "Tiny: the neuron is saturated": "Right: the error is multiplied by ŷ(1 − ŷ), which is "
         "nearly 0 there. Lesson 03 has the cure."},
        right="Tiny: the neuron is saturated"),
]
