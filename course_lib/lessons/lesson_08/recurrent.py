"""A network that reads a name letter by letter, and how far back its gradients reach."""

from functools import lru_cache

import numpy as np
from ipywidgets import FloatSlider, IntSlider, Play, Text

from course_lib.activations import softmax
from course_lib.costs import SoftmaxCrossEntropy
from course_lib.datasets.surnames import LANGUAGES, load_surnames
from course_lib.explorer.base import Explorer
from course_lib.gated import GRU, LSTM
from course_lib.layers import Dense, Dropout
from course_lib.lessons.lesson_08 import figures as plots
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.recurrent import RNN, Embedding, LastStep
from course_lib.training import run_epoch

LONGEST = 12  # letters of a name that are read; 99% of the names have no more

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def name_tokens(names, length=LONGEST):
    """Tokens (names, length): a … z are 1 … 26, and 0 in front fills up; longer names lose
    their first letters.
    """
    tokens = np.zeros((len(names), length), int)
    for row, name in zip(tokens, names, strict=True):
        numbers = [ord(letter) - 96 for letter in name[-length:]]
        row[length - len(numbers):] = numbers
    return tokens


@lru_cache(maxsize=1)
def trained_reader():
    """The lesson's recurrent network after eight epochs on the surnames for training."""
    table = load_surnames().query("split == 'train'")
    rng = np.random.default_rng(0)
    network = Network([Embedding(27, 16, rng=rng, padding=0), RNN(16, 64, rng=rng), LastStep(),
                       Dropout(0.3, rng=rng), Dense(64, len(LANGUAGES), rng=rng)])
    X = name_tokens(table.surname)
    y = np.eye(len(LANGUAGES))[[LANGUAGES.index(language) for language in table.language]]
    optimizer = Adam(0.004)
    for _ in range(8):
        order = rng.permutation(len(X))
        run_epoch(network, X[order], y[order], cost=SoftmaxCrossEntropy(), optimizer=optimizer,
                  batch_size=64)
    return network


class Unrolled(Explorer):
    """A name is read: what goes in at each step, the state it leaves, and the answer so far."""

    strip = "step"
    shown_state = 24  # of the state's units, so that each is wide enough to be seen

    def __init__(self, network=None):
        self.network = trained_reader() if network is None else network
        self.name, self.panels = None, None
        super().__init__(
            step=IntSlider(4, 0, LONGEST, description="step"),
            play=Play(min=0, max=LONGEST, interval=700),
            name=Text("kowalski", description="name", continuous_update=False),
        )

    def build(self, fig):
        embedding, layer = self.network.layers[:2]
        self.images, self.frames, self.title = plots.draw_reading(
            fig, LANGUAGES, self.shown_state, embedding.n_out, LONGEST)
        self.ticks = fig.axes[2]
        return [*self.images, *self.frames, self.title]

    def read(self, name):
        """(outputs, states, inputs) of each letter, each (letters, features)."""
        embedding, layer, *_, dense = self.network.layers
        X = embedding.forward(name_tokens([name], len(name)))
        H = layer.forward(X)
        return softmax(dense.forward(H[0])), H[0], X[0]

    def move(self, step, name):
        letters = "".join(c for c in name.lower() if "a" <= c <= "z")[:LONGEST]
        if letters != self.name:
            self.name = letters
            self.panels = self.read(letters) if letters else None
            self.ticks.set_xticklabels(list(letters.ljust(LONGEST)))
            self.redraw_scene()
        t = min(step, len(letters))
        for frame in self.frames:
            frame.set_visible(t > 0)
            frame.set_x(t - 1.5)
        for image, panel in zip(self.images, self.panels or self.images, strict=True):
            shown = np.full(image.get_array().shape, np.nan)
            if t:
                shown[:, :t] = panel[:t].T[:len(shown)]
            image.set_data(shown)
        if t == 0:
            self.title.set_text("h₀ = 0: nothing has been read")
            return "Nothing has been read yet: the state is all zeros. Move the step."
        now, before = str(t).translate(SUBSCRIPTS), str(t - 1).translate(SUBSCRIPTS)
        self.title.set_text(f"x{now} = E[{letters[t - 1]}],   "
                            f"h{now} = tanh(x{now} W + h{before} U + b)")
        outputs, states, _ = self.panels
        best, moved = outputs[t - 1].argmax(), np.abs(np.diff(states, axis=0, prepend=0))[t - 1]
        return (f"After {t} of {len(letters)} letters, “{letters[:t]}”: {LANGUAGES[best]} with "
                f"{outputs[t - 1, best]:.0%}. The letter {letters[t - 1]} moved a unit of the "
                f"state by {moved.mean():.2f} on average.")


class Decay(Explorer):
    """How much of the gradient is left t steps back, for sizes of U: RNN, LSTM, GRU or some of
    them.
    """

    strip = "scale"
    n_steps, n_hidden, n_in, batch = 50, 32, 8, 8
    every_kind = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}

    def __init__(self, *kinds):
        self.kinds = kinds or tuple(self.every_kind)
        rng = np.random.default_rng(2)
        self.X = rng.standard_normal((self.batch, self.n_steps, self.n_in))
        self.dY = np.zeros((self.batch, self.n_steps, self.n_hidden))
        self.dY[:, -1] = rng.standard_normal((self.batch, self.n_hidden))
        layers = {name: kind(self.n_in, self.n_hidden, rng=rng)
                  for name, kind in self.every_kind.items()}
        self.layers = [layers[name] for name in self.kinds]
        self.starts = [layer.U.copy() for layer in self.layers]
        gate = {} if self.kinds == ("RNN",) else {"gate": FloatSlider(
            1.0, min=-1.0, max=6.0, step=0.5, description="bias of the keeping gate")}
        super().__init__(scale=FloatSlider(1.0, min=0.2, max=3.0, step=0.1,
                                           description="size of U (1 is a rotation)"), **gate)

    def build(self, fig):
        ax = fig.subplots()
        self.lines = plots.draw_decay(ax, self.n_steps, self.kinds)
        return self.lines

    def sizes(self, scale, gate):
        """For each layer the norm of ∂C/∂xₜ by distance from the end, over that of the end."""
        found = []
        for layer, U in zip(self.layers, self.starts, strict=True):
            layer.U = scale * U
            if not isinstance(layer, RNN):
                layer.b[self.n_hidden:2 * self.n_hidden] = gate
            layer.forward(self.X)
            norms = np.linalg.norm(layer.backward(self.dY), axis=(0, 2))[::-1]
            found.append(norms / norms[0])
        return found

    def move(self, scale, gate=None):
        said = []
        for name, line, sizes in zip(self.kinds, self.lines, self.sizes(scale, gate), strict=True):
            line.set_data(np.arange(self.n_steps), np.clip(sizes, 1e-12, 1e12))
            low = np.flatnonzero(sizes < 0.01)
            said.append(f"{name} {low[0]} steps" if len(low) else
                        f"{name} more than {self.n_steps - 1}"
                        + (f" (and grows ×{sizes.max():.0f})" if sizes.max() > 10 else ""))
        bias = "" if gate is None else f", gate bias {gate:.1f}"
        return (f"U of size {scale:.1f}{bias}. The gradient falls below 1% after: "
                + ", ".join(said) + ".")
