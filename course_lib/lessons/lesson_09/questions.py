"""The quick questions of lesson 09."""

from course_lib.exercise.exercise import Question

QUESTIONS = [
    Question(
        "A model gives each letter that comes the chance 1/8. How many bits per character is that?",
        {"3": "Right: −log₂ 1/8 = 3, as many as yes-or-no questions to find one of eight.",
         "8": "The chance is 1/8, and the bits are its logarithm: −log₂ 1/8.",
         "0.125": "That is the chance. The bits are −log₂ of it.",
         "2.08": "These are nats, with the natural logarithm. Bits are counted with log₂."},
        right="3", otherwise="Bits are −log₂ of the chance."),
    Question(
        "Why does counting with eight letters of past do worse on new pages than with five?",
        {"Most of these pasts were never met before": "Right: a third of the pasts of eight "
         "letters are new, and many others were met once.",
         "Eight letters say less than five": "They say more, if they have been met before.",
         "The table has too few entries": "It has far too many, and most are empty.",
         "The next letter depends on five letters only": "It depends on much more. Counting cannot "
         "use it, because it does not see that two pasts are alike."},
        right="Most of these pasts were never met before"),
    Question(
        "In attention, what do the weights of a letter depend on?",
        {"On its query and the keys of the letters it may see": "Right: their products go through "
         "the softmax.",
         "On its key and the queries of the others": "It is the other way round: who looks has "
         "the query.",
         "On the values": "The values are what is averaged. They have no part in the weights.",
         "On nothing: they are learnt and then fixed": "The matrices W_q and W_k are learnt. The "
         "weights are worked out anew for each text."},
        right="On its query and the keys of the letters it may see"),
    Question(
        "Why are scores ahead set to −∞ and not to 0?",
        {"e⁰ is 1, so a score of 0 would still be looked at": "Right: only −∞ gives the weight 0.",
         "0 would make a division by 0": "The letter itself is always seen, so the sum is never 0.",
         "It makes no difference": "Try it: a score of 0 may even be the largest of its row.",
         "So that the gradient is large": "The gradient there is 0, and should be."},
        right="e⁰ is 1, so a score of 0 would still be looked at"),
    Question(
        "Without positions, what changes if we shuffle the letters before the last one?",
        {"Nothing, for what the last one gets": "Right: a weighted mean does not know the order "
         "of what it adds up.",
         "The weights become equal": "Each letter keeps its key, and so its weight.",
         "The result gets worse but stays similar": "It stays exactly the same.",
         "The network refuses": "Nothing in the formula knows an order that could be wrong."},
        right="Nothing, for what the last one gets"),
    Question(
        "A text has 100 letters, and then 1,000. By what factor does the number of products of a "
        "query with a key grow, without a mask?",
        {"100": "Right: every letter with every letter, so ten times the length is a hundred "
         "times the work.",
         "10": "There are ten times as many queries, and each meets ten times as many keys."},
        right="100", otherwise="Each of n queries meets n keys: n²."),
    Question(
        "What does a KV cache keep?",
        {"The keys and values of the letters so far": "Right: a later query needs these two, and "
         "with a causal mask they never change.",
         "The queries of the letters so far": "An old letter has asked already. Nobody needs its "
         "query again.",
         "The attention weights": "They belong to one query, and each new letter has a new one.",
         "The text it has written": "That too, but it saves no work."},
        right="The keys and values of the letters so far"),
]
