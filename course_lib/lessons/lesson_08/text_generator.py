"""A network that has read one novel: it writes on, letter by letter, and shows its gates."""

import textwrap
from functools import lru_cache

import numpy as np
from ipywidgets import Button, Dropdown, FloatSlider, IntSlider, Play, SelectionSlider, Text

from course_lib.activations import sigmoid, softmax
from course_lib.datasets.austen import load_austen
from course_lib.datasets.files import data_file
from course_lib.explorer.base import Explorer
from course_lib.figure.numbers import written
from course_lib.lessons.lesson_08 import figures as plots
from course_lib.network import Network


@lru_cache(maxsize=1)
def austen_model():
    """(network, alphabet, text): the checkpoint, its characters by token, and the novel."""
    text = load_austen()
    return Network.load(data_file("language_model.npz")), "".join(sorted(set(text))), text


def tokens_of(text, alphabet):
    """Tokens (1, characters) of a text; characters that the novel has not are left out."""
    return np.array([[alphabet.index(c) for c in text if c in alphabet]])


def next_logits(network, tokens, state=None):
    """(logits of the character after the last, state): what the network expects next."""
    embedding, lstm, dense = network.layers
    H = lstm.forward(embedding.forward(tokens), state)
    return dense.forward(H[:, -1:])[0, -1].astype(np.float64), lstm.state


def chances_of(z, temperature, choices):
    """softmax(z / temperature) over the likeliest characters, as many as `choices`; 0 elsewhere."""
    least = np.sort(z)[-min(choices, len(z))]
    return softmax(np.where(z >= least, z, -np.inf) / temperature)


def write(network, alphabet, prompt, temperature, choices, n, *, rng):
    """Yield n characters after the prompt, drawn with `chances_of` their logits, and these."""
    tokens, state = tokens_of(prompt, alphabet), None
    for luck in rng.random(n):
        z, state = next_logits(network, tokens, state)
        chances = np.cumsum(chances_of(z, temperature, choices))
        token = min(np.searchsorted(chances, luck * chances[-1]), len(alphabet) - 1)
        yield alphabet[token], z
        tokens = np.array([[token]])


class Writer(Explorer):
    """The network writes; the temperature says how often it takes an unlikely letter."""

    strip = "temperature"
    longest, columns, n_bars = 200, 54, 12
    start, first_shown = "Mr. Darcy ", 165  # the next letter is then the first of a word

    def __init__(self):
        self.network, self.alphabet, _ = austen_model()
        self.begun = lru_cache(maxsize=200)(self.begin)
        super().__init__(
            temperature=FloatSlider(0.7, min=0.1, max=2.0, step=0.1, description="temperature"),
            prompt=Text(self.start, description="begin with", continuous_update=False),
            choices=SelectionSlider(options=[*((str(n), n) for n in (1, 2, 3, 5, 10)),
                                             ("all", len(self.alphabet))],
                                    value=len(self.alphabet), description="of the likeliest"),
            letters=IntSlider(self.first_shown, 0, self.longest, description="letters written"),
            luck=IntSlider(1, 1, 20, description="dice"),
            write=Button(description="Write"),
        )

    def begin(self, prompt, temperature, choices, luck):
        """The writing network, and the pairs (character, logits before it) that it has written."""
        return write(self.network, self.alphabet, prompt, temperature, choices, self.longest + 1,
                     rng=np.random.default_rng(luck)), []

    def text(self, letters, *start):
        """(that many characters after the prompt, the logits of the next one)."""
        pen, pairs = self.begun(*start)
        while len(pairs) <= letters:  # only as far as it is shown
            pairs.append(next(pen))
        return "".join(character for character, _ in pairs[:letters]), pairs[letters][1]

    def build(self, fig):
        self.page, self.bars, self.marks, self.title = plots.draw_page(
            fig, self.n_bars, self.columns)
        return [self.page, *self.bars, *self.marks, self.title]

    def move(self, temperature, prompt, choices, letters, luck):
        prompt = "".join(c for c in prompt if c in self.alphabet)[-60:] or "\n"
        written, z = self.text(letters, prompt, temperature, choices, luck)
        text = plots.shown(prompt + written)
        self.page.set_text(textwrap.fill(text, self.columns))
        chances = chances_of(z, temperature, choices)
        best = np.argsort(-z, kind="stable")[:self.n_bars]
        for bar, mark, token in zip(self.bars, self.marks, best, strict=True):
            bar.set_height(chances[token])
            mark.set_text(plots.ENDS.get(self.alphabet[token], self.alphabet[token]))
        bits = -float(np.sum(chances * np.log2(np.maximum(chances, 1e-300))))
        few = f", of the {choices} likeliest" if choices < len(self.alphabet) else ""
        self.title.set_text(f"temperature {temperature:.1f}{few}")
        said = f": “{written[:48].strip()}…”" if written else "."
        return (f"Temperature {temperature:.1f}{few}, {letters} letters after “{prompt.strip()}”"
                f"{said} For the next letter it expects "
                f"“{plots.shown(self.alphabet[best[0]])}” with {chances[best[0]]:.0%}; "
                f"{bits:.1f} bits of doubt.")

    def write(self):
        """Type the text, a few letters at a time."""
        for letters in range(0, self.longest + 1, 3):
            self.controls["letters"].value = letters
            yield


def cues(text):
    """Things that a reader keeps in mind, for each character: {name: (characters,) array}."""
    quoted, since_space, since_stop, upper = (np.zeros(len(text)) for _ in range(4))
    inside, word, sentence, capital = False, 0, 0, False
    for n, character in enumerate(text):
        if character == '"':
            inside = not inside
        if character == "\n":
            inside = False
        word = 0 if character in ' \n-"' else word + 1
        sentence = 0 if character in ".?!\n" else sentence + 1
        capital = character.isupper() or (capital and word > 0)
        quoted[n], since_space[n], since_stop[n], upper[n] = inside, word, sentence, capital
    return {"how long the word is so far": since_space,
            "how long the sentence is so far": np.minimum(since_stop, 150),
            "in a word with a capital": upper, "inside quotation marks": quoted}


def gates_and_cells(network, tokens):
    """The gates i, f, o (3, time, cells) and the cells c (time, cells) of one reading.

    Worked out once more from what the layer gives away, its h, by the formulas of the lesson.
    """
    embedding, lstm, _ = network.layers
    X = embedding.forward(tokens)
    before = np.concatenate([np.zeros((1, lstm.n_out)), lstm.forward(X)[0, :-1]])
    i, f, g, o = np.split(X[0] @ lstm.W + before @ lstm.U + lstm.b, 4, axis=1)
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    cells = i * g
    for t in range(1, len(cells)):
        cells[t] += f[t] * cells[t - 1]
    return np.stack([i, f, o]), cells


@lru_cache(maxsize=1)
def held_out_reading(n):
    """(text, gates, cells) of about the first n characters that the network never saw."""
    network, alphabet, text = austen_model()
    text = text[len(text) * 9 // 10:][:n]
    text = text[text.index("\n") + 1:]
    return text, *gates_and_cells(network, tokens_of(text, alphabet))


class Gates(Explorer):
    """What the gates of one LSTM cell do while the network reads a page that it never saw."""

    strip = "position"
    window, stride, n_letters = 48, 6, 10_000

    def __init__(self):
        self.text, self.gates, self.cells = held_out_reading(self.n_letters)
        z = (self.cells - self.cells.mean(0)) / (self.cells.std(0) + 1e-9)
        self.found, self.cues = {}, cues(self.text)
        for name, cue in self.cues.items():
            r = z.T @ ((cue - cue.mean()) / cue.std()) / len(cue)
            cell = int(np.abs(r).argmax())
            self.found[name] = cell, float(r[cell])
        named = [number for number, _ in self.found.values()]
        busy = np.abs(np.diff(self.gates[1], axis=0)).mean(0)
        busy[named] = 0
        busiest = int(busy.argmax())
        self.found["the forget gate that moves most"] = busiest, 0.0
        super().__init__(
            position=IntSlider(10, 0, 60, description=f"place in the text (× {self.stride})"),
            play=Play(min=0, max=60, interval=400),
            cell=Dropdown(options=list(self.found), description="cell for"),
        )

    def build(self, fig):
        (self.shown, self.image, self.line, self.mark, self.title, self.axes,
         self.cue) = plots.draw_gates(fig, self.window)
        return [self.shown, self.image, self.line, self.mark, self.cue]

    def as_cell(self, name, number):
        """What the cell is said to follow, in the cell's own units: the best straight line."""
        if name not in self.cues:
            return np.full(len(self.text), np.nan)
        return np.polyval(np.polyfit(self.cues[name], self.cells[:, number], 1), self.cues[name])

    def move(self, position, cell):
        number, r = self.found[cell]
        here = slice(position * self.stride, position * self.stride + self.window)
        gates, c = self.gates[:, here, number], self.cells[here, number]
        self.shown.set_text(plots.shown(self.text[here]))
        self.image.set_data(gates)
        self.line.set_data(np.arange(self.window) + 0.5, c)
        self.cue.set_data(np.arange(self.window) + 0.5, self.as_cell(cell, number)[here])
        writes = np.abs(np.diff(c, prepend=c[0])).argmax()
        self.mark.set_data([writes + 0.5], [c[writes]])
        fits = f", r = {written(r)}" if r else ""
        if self.title.get_text() != (title := f"cell {number}: {cell}{fits}"):
            limit = 1.1 * np.abs(self.cells[:1000, number]).max()
            self.axes.set_ylim(-limit, limit)
            self.title.set_text(title)
            self.redraw_scene()
        return (f"Cell {number}, for {cell}{fits}. In this window its forget gate is "
                f"{gates[1].mean():.2f} open on average ({gates[1].min():.2f} to "
                f"{gates[1].max():.2f}); it changes most at "
                f"“{plots.shown(self.text[here][writes])}”, "
                f"from {c[max(writes - 1, 0)]:.1f} to {c[writes]:.1f}.")
