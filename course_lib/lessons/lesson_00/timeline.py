"""The history of deep learning on a time axis: a choice of events, in four threads."""

from ipywidgets import Dropdown, IntSlider, Play

from course_lib.explorer.base import Explorer
from course_lib.figure.style import BLACK, BLUE, COLOURS, GREEN, GREY, ORANGE, RED

FIRST, LAST = 1940, 2024
# Where the six parts of the history begin, their names, and what changed in each.
ERAS = [
    (1940, "before 1980", "One neuron learns from examples.\n"
     "One layer cannot do XOR: interest fades."),
    (1980, "1980s", "Backpropagation: hidden layers learn\n"
     "the features they need."),
    (1990, "1990s", "Convolutions read cheques, LSTM remembers.\n"
     "Elsewhere simpler methods are as good."),
    (2000, "2000s", "Words become vectors. Deep networks train,\n"
     "if each layer is first trained alone."),
    (2009, "2009–13", "Labelled images by the million, graphics\n"
     "processors. From 2012 deep networks win."),
    (2014, "2014–", "Hundreds of layers, attention. Networks\n"
     "translate, draw, and write."),
]
THREADS = ["general", "spatial", "temporal", "data and hardware"]
LOOKS = dict(zip(THREADS, [(BLUE, "o"), (RED, "s"), (GREEN, "^"), (ORANGE, "D")], strict=True))
# year, thread, who, what was known then and not before
EVENTS = [
    (1943, 0, "McCulloch, Pitts", "Networks of threshold neurons can do logic. They do not learn."),
    (1949, 0, "Hebb", "An idea of learning: what is active together gets connected."),
    (1958, 0, "Rosenblatt", "The perceptron: a neuron that learns its weights from examples."),
    (1960, 0, "Widrow, Hoff", "Weights follow the slope of the error, example by example."),
    (1965, 3, "Moore", "The number of transistors on a chip doubles every year or two."),
    (1969, 0, "Minsky, Papert", "What one layer cannot do, proved. Interest fades."),
    (1970, 0, "Linnainmaa", "The chain rule, run backwards through a program."),
    (1980, 1, "Fukushima", "The neocognitron: layers that look at small parts of a picture."),
    (1982, 2, "Hopfield", "A network whose neurons feed each other can keep memories."),
    (1986, 0, "Rumelhart, Hinton, Williams", "Backpropagation: hidden layers find features."),
    (1989, 1, "LeCun and others", "Backpropagation through convolutions reads post codes."),
    (1990, 2, "Elman", "A recurrent network learns the order of words."),
    (1993, 3, "Marcus and others", "The Penn Treebank: millions of words, with their grammar."),
    (1994, 2, "Bengio, Simard, Frasconi", "Why gradients vanish over many steps in time."),
    (1995, 0, "Cortes, Vapnik", "Support vector machines: easier to train, and often better."),
    (1997, 2, "Hochreiter, Schmidhuber", "LSTM: a memory cell through which gradients last."),
    (1998, 1, "LeCun, Bottou, Bengio, Haffner", "LeNet-5: convolutions and pooling read cheques."),
    (1998, 3, "LeCun, Cortes, Burges", "MNIST: 70,000 handwritten digits, for everyone to use."),
    (2003, 2, "Bengio and others", "Words become learnt vectors: embeddings."),
    (2006, 0, "Hinton, Osindero, Teh", "Deep belief nets: train a deep stack layer by layer."),
    (2007, 3, "NVIDIA", "CUDA: a graphics card can be programmed for any calculation."),
    (2009, 3, "Deng and others", "ImageNet: pictures with labels, by the million."),
    (2009, 3, "Raina, Madhavan, Ng", "Graphics processors train networks tens of times faster."),
    (2011, 0, "Glorot, Bordes, Bengio", "Rectifiers train deep nets without pre-training."),
    (2012, 1, "Krizhevsky, Sutskever, Hinton", "AlexNet: 15% errors, the next best 26%."),
    (2014, 1, "Simonyan, Zisserman", "VGG: 19 layers of small convolutions."),
    (2014, 1, "Goodfellow and others", "Two networks compete, and one learns to draw (GAN)."),
    (2014, 2, "Sutskever, Vinyals, Le", "Sequence to sequence: one network reads, one translates."),
    (2015, 1, "Long, Shelhamer, Darrell", "Fully convolutional networks: a label for every pixel."),
    (2015, 1, "He, Zhang, Ren, Sun", "ResNet: shortcuts make 152 layers trainable."),
    (2015, 3, "Google", "TensorFlow and PyTorch (2016): gradients come by themselves."),
    (2017, 2, "Vaswani and others", "The transformer: attention in place of recurrence."),
    (2018, 2, "Devlin and others", "BERT: pre-trained on text without labels, then adapted."),
    (2020, 2, "Brown and others", "GPT-3: 175 billion weights predict the next word."),
    (2020, 1, "Ho, Jain, Abbeel", "Diffusion: a network turns noise into pictures, step by step."),
    (2021, 1, "Jumper and others", "AlphaFold predicts how proteins fold."),
    (2022, 2, "OpenAI", "ChatGPT: a language model that millions of people talk to."),
    (2024, 0, "Hopfield, Hinton", "The Nobel Prize in physics, for neural networks."),
]


def known_by(year, thread="all"):
    """The events up to a year, the last one last; all threads or one."""
    return [event for event in EVENTS
            if event[0] <= year and thread in ("all", THREADS[event[1]])]


def era_of(year):
    """Index in ERAS of the part of the history that a year belongs to."""
    return sum(year >= start for start, *_ in ERAS) - 1


def draw_axis(ax):
    """The eras as bands, the threads as lanes, and every event as a faint mark.

    Returns
    -------
    dict of thread → the line of its bright marks, to be moved.
    """
    ax.set(xlim=(FIRST - 1, LAST + 2.5), ylim=(3.6, -1.6), yticks=range(4), yticklabels=THREADS)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    starts = [start for start, *_ in ERAS] + [LAST + 3]
    for n, (start, end) in enumerate(zip(starts[:-1], starts[1:], strict=True)):
        ax.axvspan(start - 0.5, end - 0.5, color="#E9E9E9" if n % 2 else "#F7F7F7", lw=0, zorder=0)
        ax.text((start + end) / 2 - 0.5, -0.6 if n % 2 else -1.15, ERAS[n][1], ha="center",
                va="center", fontsize=13)
    marks = {}
    for lane, thread in enumerate(THREADS):
        colour, marker = LOOKS[thread]
        ax.axhline(lane, color="#C8C8C8", lw=1, zorder=1)
        ax.plot([event[0] for event in EVENTS if event[1] == lane],
                [lane] * sum(event[1] == lane for event in EVENTS), marker, color="white",
                mec=GREY, ms=8, zorder=2)
        (marks[thread],) = ax.plot([], [], marker, color=colour, mec=BLACK, ms=11, zorder=4)
    ax.set_xlabel("year")
    return marks


class Timeline(Explorer):
    """What had happened by a year: events in four threads, the latest one in words."""

    strip = "year"
    size = (8, 4.5)

    def __init__(self):
        super().__init__(
            year=IntSlider(EVENTS[0][0], FIRST, LAST, description="year"),
            play=Play(min=FIRST, max=LAST, interval=300),
            thread=Dropdown(options=["all", *THREADS], description="thread"),
        )

    def build(self, fig):
        space, ax = fig.subplots(2, 1, height_ratios=[1, 2.6])
        space.axis("off")
        self.head = fig.text(0.02, 0.92, "", fontsize=19, fontweight="bold", va="center")
        self.what = fig.text(0.02, 0.81, "", fontsize=17, va="center")
        self.marks = draw_axis(ax)
        self.now = ax.axvline(1986, 0, 0.76, color=COLOURS["highlight"], lw=2.5, zorder=3)
        (self.ring,) = ax.plot([], [], "o", mfc="none", mec=COLOURS["highlight"], ms=20, mew=3)
        return [self.head, self.what, *self.marks.values(), self.now, self.ring]

    def move(self, year, thread):
        events = known_by(year, thread)
        for lane, (name, marks) in enumerate(self.marks.items()):
            years = [event[0] for event in events if event[1] == lane]
            marks.set_data(years, [lane] * len(years))
            marks.set_label(name)
        self.now.set_xdata([year, year])
        of = len(known_by(LAST, thread))
        if not events:
            self.head.set_text(f"{year}: nothing yet")
            self.what.set_text("")
            self.ring.set_data([], [])
            return f"{year}: 0 of {of} events have happened."
        when, lane, who, what = events[-1]
        self.head.set_text(f"{when}  {who}")
        self.what.set_text(what)
        self.ring.set_data([when], [lane])
        count = "1 event has" if len(events) == 1 else f"{len(events)} events have"
        return f"{year}: {count} happened of {of}. Latest: {when}, {who}. {what}"
