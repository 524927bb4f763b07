"""The quick questions of lesson 04."""

from course_lib.exercise.exercise import Question

QUESTIONS = [
    Question(
        "A quadratic cost has curvatures 1 and 4. From which learning rate on does gradient "
        "descent no longer converge?",
        {"0.5": "Right: the limit is 2 over the largest curvature, 2/4.",
         "2": "That is the limit along the flat direction. The steep one diverges first.",
         "0.25": "With 1/4 one step lands on the lowest point of the steep direction. It "
         "diverges from twice that on.",
         "0.4": "2/(1 + 4) is the rate that shrinks the worst direction fastest, not the limit."},
        right="0.5", otherwise="The limit is 2/λmax, and λmax is 4 here."),
    Question(
        "100 rows, batches of 30. How many updates has one epoch?",
        {"1": "That is gradient descent with all rows. Each batch makes an update.",
         "3": "The 10 rows that are left make a batch too.",
         "4": "Right: three batches of 30, and one of the 10 rows that are left.",
         "100": "That is SGD, row by row. Here 30 rows share an update."},
        right="4", otherwise="An epoch is one pass over all rows, and each batch is an update."),
    Question(
        "The spread (standard deviation) of a mini-batch's gradient shall be halved. How many "
        "times as many rows, drawn independently, does that take?",
        {"2": "Twice the rows halve the variance. The spread is its root.",
         "4": "Right: the variance falls as 1/B, and the spread as its root.",
         "16": "That would make the spread a quarter."},
        right="4", otherwise="The variance falls as 1/B; the spread is the root of the variance."),
    Question(
        "Does SGD find a deeper valley than gradient descent?",
        {"Yes: its noise carries it out of shallow valleys": "It may. With a tiny learning rate "
         "the noise is too small for that, and with a large one it leaves the deep valley too.",
         "No: on average both take the same direction": "On average, yes. But one update is not "
         "the average, and noise can cross a ridge that the average step cannot.",
         "Yes: it makes more updates in an epoch": "More small steps into the same valley lead "
         "into the same valley.",
         "When its noise has the right size": "Right: large enough to cross the ridges, and too "
         "small to leave the deepest valley. The learning rate sets it."},
        right="When its noise has the right size"),
    Question(
        "A cost is multiplied by 100, as when prices are in other units. What happens to the very "
        "first step of Adam?",
        {"It is 100 times as long": "So it is in gradient descent. Adam divides by the usual size "
         "of the gradient, which is 100 times as large too.",
         "It stays nearly the same": "Right: the first step is γ times dw/(|dw| + ε), which is "
         "about ±γ for each weight.",
         "It is 100 times as short": "The division takes the factor away once, not twice.",
         "It diverges": "A step of Adam is about γ for each weight, however steep the cost is."},
        right="It stays nearly the same"),
]
