"""The quick questions of lesson 07."""

from course_lib.exercise.exercise import Question

QUESTIONS = [
    Question(
        "A convolution takes colour pictures (3 channels) and has 8 kernels of 5 × 5. How many "
        "parameters, biases included?",
        {"608": "Right: 8 · (3 · 25 + 1). The size of the picture does not matter.",
         "600": "The biases are missing: one for each kernel.",
         "208": "A kernel has a grid of 25 weights for *each* of the 3 channels.",
         "601": "Each of the 8 kernels has a bias of its own."},
        right="608", otherwise="Each kernel has 3 grids of 25 weights, and one bias."),
    Question(
        "A convolutional and a dense network have equally many parameters. Why does a step of the "
        "convolutional one take longer?",
        {"Its kernels must be turned by 180°": "They are laid on as they are; and turning costs "
         "nothing.",
         "Each weight is used at hundreds of places": "Right: it saves weights, not work.",
         "Pooling is slow": "It only compares; most of the work is products and sums.",
         "It needs more epochs": "The question is about one step. There, the work is products."},
        right="Each weight is used at hundreds of places"),
    Question(
        "A picture is moved by one pixel. What happens to its 2 × 2 max pooling?",
        {"Nothing, pooling forgets where things are": "It forgets where inside a window. Across "
         "a border between windows the answer changes.",
         "It moves by half a pixel": "There are no half pixels: what crosses a border of the "
         "windows changes, what does not stays.",
         "It changes as much as the picture": "A largest pixel that stays in its window is not "
         "noticed.",
         "That depends on what crosses a border of the windows": "Right: inside a window a shift "
         "costs nothing, across its border everything."},
        right="That depends on what crosses a border of the windows"),
    Question(
        "A plain network of 24 layers reads few digits after 4 epochs at rate 0.005, and most of "
        "them after 12 at rate 0.002. What was the trouble?",
        {"Training it": "Right: the same layers can read them, and gentler steps find how. A path "
         "and normalisation together make it easy.",
         "Overfitting": "More epochs would have made that worse. They made it better.",
         "Too few parameters": "It has as many after 12 epochs as after 4.",
         "Units that see too little": "They see as much after 12 epochs as after 4."},
        right="Training it"),
    Question(
        "A network for 8 × 8 digits has its dense head turned into convolutions. A picture of "
        "32 × 32 goes in. What comes out?",
        {"An error: the weights do not fit": "Kernels fit any picture that is large enough.",
         "One answer, more certain than before": "There are many places where the 8 × 8 window "
         "fits, and each gets its own answer.",
         "A map of answers, one for each place of the 8 × 8 window": "Right: the same numbers as "
         "if each window had been cut out. Its steps are those of the pooling.",
         "A label for every pixel": "That needs a way back up to 32 × 32, and training on scenes."},
        right="A map of answers, one for each place of the 8 × 8 window"),
]
