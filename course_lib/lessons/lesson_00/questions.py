"""The quick questions of lesson 00."""

from course_lib.exercise.exercise import Question

QUESTIONS = [
    Question(
        "What does deep learning learn that people used to think of themselves?",
        {"The answers to the training examples": "Those are given to it: they are the labels.",
         "The features": "Right: what to look at. How to get from features to the answer was "
         "learnt before, too.",
         "How many layers to use": "Somebody still decides that before the training begins.",
         "The accuracy": "That is measured afterwards, on the test set."},
        right="The features"),
    Question(
        "A program gets the temperatures of the last thirty days and says tomorrow's, in degrees. "
        "What kind of question is that?",
        {"Regression, and a continuation": "Right: the answer is a number, and it "
         "continues a sequence.",
         "Classification": "A classification chooses one of a few classes; here the answer is a "
         "number.",
         "None, because nobody knows the future": "The past days are examples: for each of them "
         "the next day is known."},
        right="Regression, and a continuation"),
    Question(
        "How many numbers does the network that reads your digit have: 64 pixels, 32 and 16 hidden "
        "neurons, 10 digits, with all biases?",
        {"2778": "Right: 64 · 32 + 32, and 32 · 16 + 16, and 16 · 10 + 10.",
         "2720": "That counts the weights. Each of the 58 neurons also has a bias.",
         "122": "That counts the pixels and the neurons. A neuron has a weight for each input."},
        right="2778", otherwise="A layer has inputs × neurons weights, and a bias a neuron."),
    Question(
        "Two networks read the same 400 test digits and are right for 0.90 and 0.92 of them. "
        "Which one is better?",
        {"The second, it has the higher accuracy": "On these 400 digits, yes. On other digits the "
         "order may be the other way round.",
         "They are equally good": "We do not know that either: a small difference may exist.",
         "We cannot tell from the two numbers": "Right: it depends on the digits on which the two "
         "disagree. If these are more than 16, the difference is within two standard errors."},
        right="We cannot tell from the two numbers"),
    Question(
        "You want to know an accuracy of about 0.9 to ± 0.005 instead of ± 0.015 (one standard "
        "error). How many times as many test examples do you need?",
        {"9": "Right: the standard error falls with the square root of the number.",
         "3": "A third of the error takes 3² times as many, because of the square root."},
        right="9", otherwise="The standard error is √(p (1 − p) / n): set it to a third."),
    Question(
        "Where do the ten lines say that their input is a picture?",
        {"In the number of inputs, 64": "A table with 64 columns would look the same.",
         "In the hidden layer": "It adds up all pixels, each with a weight of its own, in no "
         "order.",
         "Nowhere": "Right: that is why they take a table, letters and sound too, and why "
         "shuffled pixels do them no harm."},
        right="Nowhere"),
    Question(
        "Why do the ten lines scale the test rows with the mean of the training rows, and not with "
        "their own mean?",
        {"It takes less time": "Both take next to no time.",
         "Test rows stand for examples that come one by one, later": "Right: nothing that is "
         "computed from them may help to read them.",
         "The two means are always equal": "They are close, but not equal."},
        right="Test rows stand for examples that come one by one, later"),
    Question(
        "On the table the network and the features made by hand are too close to call. Why is it "
        "so different for speech?",
        {"The columns of the table are features already": "Right: people chose them when they "
         "designed the form. A thousand loudnesses are not chosen by anybody.",
         "There are more recordings than customers": "There are fewer: 1,200 against 8,000.",
         "The network for speech is deeper": "The ten lines are the same for both."},
        right="The columns of the table are features already"),
    Question(
        "The name reader says “Polish, 94%” for nakamura. What does the number mean?",
        {"Nakamura is a Polish name": "It is a Japanese one, and Japanese is not on the list.",
         "94% of the people called Nakamura are Polish": "The network knows nothing about people, "
         "only about the spelling of names in eight lists.",
         "Of its eight languages, this one fits best by far": "Right: the eight always share 100%, "
         "and there is no answer “none of these”."},
        right="Of its eight languages, this one fits best by far"),
    Question(
        "The digit network is right for 98 of 100 test digits. You move each of these by one pixel "
        "to the right. What happens?",
        {"The accuracy stays the same": "For us it would. The network has a weight for each place, "
         "and the ink is now in other places.",
         "It falls to less than half": "Right: the network knows places, not neighbours. Lesson 07 "
         "builds layers that know better.",
         "It gets better": "There is nothing that could have made it better."},
        right="It falls to less than half"),
]
