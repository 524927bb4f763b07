"""The quick questions of lesson 06."""

from course_lib.exercise.exercise import Question

QUESTIONS = [
    Question(
        "Four customers in five stay. A model says 'stays' to everybody. What gives it away?",
        {"Its accuracy": "That is 0.8, which looks good, and is why it is not enough.",
         "Its false-positive rate": "That is 0, the best there is: it calls nobody.",
         "Its recall": "Right: it finds none of those who leave.",
         "Its precision": "Of nobody called, nobody left: 0 divided by 0 says nothing."},
        right="Its recall"),
    Question(
        "An offer costs 50 €, keeps one leaver in four, and a lost customer costs 1,000 €. From "
        "which probability of leaving on does the offer pay?",
        {"0.2": "Right: 50 / (0.25 · 1,000).",
         "0.05": "That would be right if every offer kept its customer. Only one in four stays.",
         "0.5": "One half is the threshold when both mistakes cost the same. Here they do not.",
         "0.0125": "The chance of success is in the denominator: t* = c / (s L)."},
        right="0.2", otherwise="t* = c / (s L), with c the offer, s its success, L the loss."),
    Question(
        "Which of these lets the answer leak into the inputs?",
        {"Standardising with the mean of all rows": "It is wrong, but it uses no answer; in the "
         "lesson it changed next to nothing.",
         "A column with the share of each surname that left, over all rows": "Right: each "
         "customer's own answer is counted in it.",
         "Choosing the threshold on validation customers": "That is what they are for, as long "
         "as the test customers stay locked away.",
         "Keeping the customer's row number as a column": "It means nothing, and weights on it "
         "are learnt by heart. But it does not hold the answer."},
        right="A column with the share of each surname that left, over all rows"),
    Question(
        "Every predicted probability ŷ is replaced by its square, ŷ². What stays as it was?",
        {"The customers called at threshold one half": "0.6 becomes 0.36: this one is no longer "
         "called.",
         "The calibration": "Who was given 0.5 is now given 0.25, and leaves as often as before.",
         "The area under the ROC curve": "Right: squaring keeps the order, and only the order "
         "counts.",
         "The cross-entropy": "It looks at each probability, not at the order."},
        right="The area under the ROC curve"),
    Question(
        "The columns for gender and country are left out of the training. What is true?",
        {"The model treats all groups alike": "It cannot see the columns, but others tell of "
         "them: the balance gives the country away.",
         "Whether the mistakes fall evenly must still be measured": "Right: what is left out of "
         "the table is not out of the data.",
         "Nothing changes, they carry no signal": "Both are above chance, and without them the "
         "AUC falls a little.",
         "Everybody is better off": "In the lesson, fewer of the German leavers were found: "
         "somebody pays for either choice."},
        right="Whether the mistakes fall evenly must still be measured"),
]
