"""The quick questions of lesson 10."""

from course_lib.exercise.exercise import Question

QUESTIONS = [
    Question(
        "Part A has 9,000 rows and the mean gradient 1. Part B has 1,000 rows and the mean "
        "gradient 11. What is the mean gradient of all rows?",
        {"2": "Right: (9,000 · 1 + 1,000 · 11) / 10,000.",
         "6": "This is the plain mean. It would be right if both parts had the same number of "
         "rows.",
         "20000": "This is the sum over all rows. Divide by 10,000."},
        right="2", otherwise="Multiply each by its rows, add, and divide by all rows."),
    Question(
        "What does a worker send back after a synchronous step?",
        {"Its rows": "The rows stay where they are; that is the point.",
         "Its predictions": "Nobody needs them: the worker has the answers y of its rows.",
         "One number for each weight of the network": "Right: the gradient, however many rows "
         "it was computed from.",
         "Its new parameters": "Those are sent in local SGD. In a synchronous step only the one "
         "place that adds up the gradients takes a step."},
        right="One number for each weight of the network"),
    Question(
        "A step takes one computer 6 ms, and messages take 10 ms. How many times faster is a step "
        "with very many workers, at most?",
        {"0.6": "Right: even if the work took no time at all, 10 ms of messages remain, and "
         "6 / 10 is less than 1. The workers make it slower.",
         "1": "Then there would be nothing to lose. The messages alone already take longer than "
         "the step did.",
         "1.67": "That is upside down: 10 / 6."},
        right="0.6", otherwise="The work goes to zero, the messages stay: 6 / 10.",
        tolerance=0.01),
    Question(
        "Sixteen replicas, each with its own rows, meet once at the end of the epoch. What is to "
        "be expected after one epoch, compared to one replica that has seen all the rows?",
        {"The same cost, sixteen times sooner": "Each replica has taken a sixteenth of the "
         "steps, and the mean of sixteen networks that are a little trained is a network that "
         "is a little trained.",
         "A higher cost": "Right. The same rows gave fewer steps one after the other, and steps "
         "are what training lives from.",
         "A lower cost, because sixteen are averaged": "Averaging takes out noise, and does not "
         "replace the steps that were not taken."},
        right="A higher cost"),
    Question(
        "In each step a worker is slow with a chance of 1%. How often does a step of 100 workers "
        "wait for somebody slow?",
        {"In 1% of the steps": "That is one worker's chance. Here one slow one among a hundred "
         "is enough.",
         "In 63% of the steps": "Right: 1 − 0.99¹⁰⁰ = 0.63.",
         "In every step": "Nearly, but not quite: with a chance of 0.99¹⁰⁰ = 0.37 nobody is slow."},
        right="In 63% of the steps"),
    Question(
        "A worker is killed in the middle of an epoch, and its task is computed by another one. "
        "Why is the result the same to the last bit?",
        {"The task depends on nothing but what it is told": "Right: parameters, part and seed. "
         "And what comes back is added in the order of the parts.",
         "The scheduler keeps copies of the worker's memory": "It does not. Nothing that "
         "matters is in a worker's memory.",
         "Gradient descent forgives small mistakes": "It does, but then the result would be "
         "close and not equal.",
         "The worker's rows are left out": "Then the gradient would be another one."},
        right="The task depends on nothing but what it is told"),
]
