"""The quick questions of lesson 04."""

from course_lib.exercise.exercise import Question

QUESTIONS = [
    Question(
        "A valley has curvature 1 along and curvature 4 across. At which learning rate does "
        "gradient descent stop converging?",
        {"0.5": "Right: the limit is 2 over the largest curvature, 2/4.",
         "2": "That is the limit along the flat direction. The steep one diverges first.",
         "0.25": "With 1/4 one step lands on the lowest point of the steep direction. It "
         "diverges above twice that rate.",
         "0.4": "2/(1 + 4) is the rate that brings both directions down fastest. It is not the "
         "limit."},
        right="0.5", otherwise="The limit is 2/F″, and the largest curvature is 4 here."),
    Question(
        "There are 100 rows, and a batch has 30. How many updates does one epoch make?",
        {"1": "That is gradient descent with all rows. Each batch makes an update.",
         "3": "The 10 rows that are left make a batch too.",
         "4": "Right: three batches of 30, and one of the 10 rows that are left.",
         "100": "That is SGD, row by row. Here 30 rows share an update."},
        right="4", otherwise="An epoch is one pass over all rows, and each batch is an update."),
    Question(
        "You would like to halve the standard deviation of a mini-batch's gradient. How many "
        "times as many rows, drawn independently, do you need?",
        {"2": "Twice the rows halve the variance. The standard deviation is its root.",
         "4": "Right: the variance falls as 1/B, and the standard deviation is its root.",
         "16": "That would make it a quarter."},
        right="4", otherwise="The variance falls as 1/B, and the standard deviation is its root."),
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
        {"It is 100 times as long": "That is what happens in gradient descent. Adam divides by the "
         "usual size of the gradient, which is 100 times as large, too.",
         "It stays nearly the same": "Right: the first step is γ times dw/(|dw| + ε), which is "
         "about ±γ for each weight.",
         "It is 100 times as short": "The division takes the factor away once, not twice.",
         "It diverges": "A step of Adam is about γ for each weight, however steep the cost is."},
        right="It stays nearly the same"),
]
