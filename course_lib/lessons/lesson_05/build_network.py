"""A network that the reader builds, trains and edits, with all that its neurons see."""

import time
from contextlib import contextmanager

import numpy as np
from ipywidgets import Button, Dropdown, FloatSlider

from course_lib.costs import SigmoidCrossEntropy
from course_lib.explorer.base import Explorer
from course_lib.figure.numbers import written
from course_lib.layers import Activation, Dense
from course_lib.lessons.lesson_05 import build_network_figure as plots
from course_lib.lessons.lesson_05.plane_points import DATA, noisy_points
from course_lib.network import Network
from course_lib.optimizers import GradientDescent
from course_lib.training import Diverged, run_epoch

RANGE = {"tanh": (0, 1), "relu": (0, 2), "sigmoid": (0.5, 0.5), "identity": (0, 2)}  # middle, half


class WeightDecay(GradientDescent):
    """Descent on C + ½ Σ λ w²: w := w − γ (∇C + λ w), with a λ for each parameter in `decay`."""

    decay = 0.0

    def update(self, w, dw):
        w -= self.learning_rate * (dw + self.decay * w)


class BuildNetwork(Explorer):
    """Choose data and layers, train, stop, and set any weight by hand: each neuron shows its map.

    The sentence ends with the call that makes the same network again, to be copied into a cell. A
    weight that was set by hand, or a rate that was changed after the start, is in no call.

    Parameters
    ----------
    epochs : int
        How long the first network has been trained when it is shown; Reset goes back to 0.
    seed : int
        Of the first weights; New start takes the next one.
    data, noise, layer1, layer2, layer3, phi, learning_rate, l2, weight
        Where these controls begin: ``noise`` is the standard deviation of what is added to each
        coordinate, ``l2`` the λ of the penalty ½ λ Σ w² over the weights without the biases.

    Raises
    ------
    ValueError
        For another name, or a value that its control does not have.
    """

    size = plots.SIZE
    n, batch_size, at_most = 200, 10, 500  # points; rows in a step; epochs for one press
    pace = 0.03                            # seconds for an epoch, at least: it is to be watched
    remakes = "data", "noise", "layer1", "layer2", "layer3", "phi", "l2"  # start from epoch 0

    def __init__(self, epochs=0, *, seed=1, **settings):
        axis, narrow = np.linspace(-2, 2, plots.GRID), {"width": "auto"}
        self.grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
        self.cost, self.optimizer = SigmoidCrossEntropy(), WeightDecay(0.1)

        def choice(name, options, value):
            return Dropdown(options=options, value=value, description=name, layout=narrow)

        def button(name):
            return Button(description=name, layout=narrow)

        self.controls = {
            "data": choice("data", list(DATA), "XOR"),
            "noise": choice("noise", [0, 0.1, 0.2, 0.3, 0.4, 0.5], 0),
            "layer1": choice("neurons in layer 1", range(9), 4),
            "layer2": choice("2", range(9), 2),
            "layer3": choice("3", range(9), 0),
            "phi": choice("activation", list(RANGE), "tanh"),
            "learning_rate": choice("rate γ", [0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0], 0.1),
            "l2": choice("L2: λ", [0, 0.001, 0.003, 0.01, 0.03, 0.1], 0),
            "train": button("Train"), "reset": button("Reset"), "again": button("New start"),
            "weight": choice("weight", ["x₁ → 1.1"], "x₁ → 1.1"),
            "value": FloatSlider(0, min=-8, max=8, step=0.1, description="set to",
                                 readout_format=".1f", layout={"flex": "1 1 280px"}),
        }
        self.first = {name: self.controls[name].value for name in (*self.remakes, "learning_rate")}
        for name in self.remakes:
            self.controls[name].observe(lambda _: self.reset(), "value")
        self.controls["weight"].observe(lambda _: self.show_value(), "value")
        self.controls["value"].observe(lambda change: self.edit(change.new), "value")
        self.choose(epochs=epochs, seed=seed, **settings)
        all(self.epoch() for _ in range(epochs))  # to the end, or until it diverges
        self.show_value()
        super().__init__(**self.controls)

    def choose(self, epochs, seed, **settings):
        """Check the arguments, make the first network, and set the controls."""
        for name, value in (("epochs", epochs), ("seed", seed)):
            if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 0:
                raise ValueError(f"BuildNetwork got {name}={value!r}; expected 0, 1, 2, …")
        names = [*self.first, "weight"]  # in this order: there are weights when there are layers
        if unknown := settings.keys() - set(names):
            raise ValueError(f"BuildNetwork got {', '.join(sorted(unknown))}; expected some of "
                             f"epochs, seed, {', '.join(names)}")
        self.seed = seed
        self.reset()
        for name in sorted(settings, key=names.index):
            options, value = self.controls[name].options, settings[name]
            if value not in options:
                raise ValueError(f"BuildNetwork got {name}={value!r}; expected one of {options}")
            self.controls[name].value = value

    def call(self):
        """The call that makes this network again; or that there is none, and why."""
        chosen = self.values
        # a weight that was put back before the next epoch is as training left it
        if self.edited or not np.array_equal(self.network.parameters, self.trained):
            return "A weight was set by hand: no call makes this again."
        if self.rates - {chosen["learning_rate"]}:
            return "The rate γ was changed on the way: no call makes this again."
        chosen |= {"epochs": len(self.costs) - 1, "seed": self.seed}
        usual = self.first | {"weight": next(iter(self.where)), "seed": 1}
        words = [f"{n}={chosen[n]!r}" for n in ("epochs", *usual) if chosen[n] != usual.get(n)]
        return f"The same again: BuildNetwork({', '.join(words)})"

    # The network ---------------------------------------------------------------------------------
    def reset(self):
        """A new network on its data, from the same start."""
        chosen = self.values
        (self.X, self.y), self.held_out = (
            noisy_points(chosen["data"], self.n, chosen["noise"], rng=np.random.default_rng(seed))
            for seed in (0, 1))
        hidden = [chosen[name] for name in ("layer1", "layer2", "layer3") if chosen[name]]
        self.sizes, rng, layers = [2, *hidden, 1], np.random.default_rng(self.seed), []
        for n_in, n_out in zip(self.sizes, self.sizes[1:], strict=False):
            layers += [Dense(n_in, n_out, rng=rng,
                             initializer="he" if chosen["phi"] == "relu" else "glorot"),
                       Activation(chosen["phi"])]
        self.network, self.dense, self.note = Network(layers[:-1]), layers[::2], ""
        self.network.parameters[:] = self.network.parameters.round(1)  # as the slider can set them
        self.trained, self.edited, self.rates = self.network.parameters.copy(), False, set()
        self.optimizer.decay = np.concatenate([np.repeat([chosen["l2"], 0.0], [d.W.size, d.b.size])
                                               for d in self.dense])
        self.side, self.places = plots.neuron_places(self.sizes)
        self.lines = plots.weight_lines(self.side, self.places)
        self.costs = [self.measure()]
        self.name_weights()

    def again(self):
        """Other first weights."""
        self.seed += 1
        self.reset()

    def measure(self):
        """The cost of the training points and of those held out, and the shares that are right."""
        z = self.network.forward(np.concatenate([self.X, self.held_out[0]]))
        there, held_out = z[:self.n], z[self.n:]
        return (float(np.mean(self.cost.loss(there, self.y))),
                float(np.mean(self.cost.loss(held_out, self.held_out[1]))),
                float(np.mean((there > 0) == self.y)),
                float(np.mean((held_out > 0) == self.held_out[1])))

    def epoch(self):
        """Once over the points; Diverged leaves the weights that were there before."""
        before = self.network.parameters.copy()
        self.edited |= not np.array_equal(before, self.trained)
        self.optimizer.learning_rate = self.controls["learning_rate"].value
        try:
            with np.errstate(over="ignore", invalid="ignore"):
                run_epoch(self.network, self.X, self.y, cost=self.cost, optimizer=self.optimizer,
                          batch_size=self.batch_size)
                measured = self.measure()
            if not measured[0] < 100:
                raise Diverged(f"the cost is {measured[0]:.3g}")
        except Diverged as error:
            self.network.parameters[:] = before
            self.note = f" Training diverged ({error}): choose a smaller rate, and reset."
            return False
        self.costs.append(measured)
        self.rates.add(self.optimizer.learning_rate)
        self.trained = self.network.parameters.copy()
        return True

    def train(self):
        """Epoch by epoch until stopped."""
        self.note = ""
        for _ in range(self.at_most):
            begun = time.monotonic()
            if not self.epoch():
                return
            self.show_value()
            yield max(self.pace - (time.monotonic() - begun), 0)

    # The weight that is chosen ------------------------------------------------------------------
    @contextmanager
    def silence(self):
        """Controls that are set here draw no frame of their own: one is drawn anyway."""
        held, self._held = self._held, True
        try:
            yield
        finally:
            self._held = held

    def name_weights(self):
        """Fill the menu with this network's weights; keep the choice if it is still there."""
        neurons = [["x₁", "x₂"], *([f"{layer}.{k}" for k in range(1, n + 1)]
                                   for layer, n in enumerate(self.sizes[1:-1], 1)), ["ŷ"]]
        where = [(f"{a} → {b}", (layer, "W", (i, j)))
                 for layer, (before, after) in enumerate(zip(neurons, neurons[1:], strict=False))
                 for i, a in enumerate(before) for j, b in enumerate(after)]  # as W.ravel()
        where += [(f"bias of {b}", (layer, "b", (j,)))
                  for layer, after in enumerate(neurons[1:]) for j, b in enumerate(after)]
        self.where, menu = dict(where), self.controls["weight"]
        kept = menu.value if menu.value in self.where else where[0][0]
        with self.silence():
            menu.options, menu.value = list(self.where), kept
        self.show_value()

    def weight(self):
        """The array and the index of the chosen weight, and its layer."""
        layer, name, index = self.where[self.controls["weight"].value]
        return getattr(self.dense[layer], name), index, layer

    def show_value(self):
        """The slider follows the chosen weight: training and another choice move it."""
        array, index, _ = self.weight()
        slider = self.controls["value"]
        self.shown = float(np.clip(round(array[index], 1), slider.min, slider.max))
        with self.silence():
            slider.value = self.shown

    def edit(self, value):
        """The chosen weight follows the slider where the reader moved it, and not the training."""
        if abs(value - self.shown) > 0.05:  # half a step
            array, index, _ = self.weight()
            array[index] = self.shown = value
            self.costs[-1] = self.measure()

    def pointed(self, x, y):
        """The neuron there (its bias), or else the nearest line."""
        x, y = self.scene["network"].transData.inverted().transform((x, y))
        for layer, column in enumerate(self.places[1:]):
            for j, (left, low) in enumerate(column):
                if left <= x <= left + self.side and low <= y <= low + self.side:
                    place = layer, "b", (j,)
                    return {"weight": next(n for n, p in self.where.items() if p == place)}
        number = plots.line_at(self.lines, x, y)
        return None if number is None else {"weight": list(self.where)[number]}

    # The picture --------------------------------------------------------------------------------
    def build(self, fig):
        self.scene, self.contours, self.drawn = plots.draw_network_maps(fig), [], None
        return []

    def move(self, data, noise, phi, learning_rate, l2, weight, **_):
        epoch = len(self.costs) - 1
        span = 100 * 2 ** int(np.ceil(np.log2(max(epoch, 100) / 100)))
        if self.drawn != (self.sizes, span):
            self.drawn = self.sizes, span
            plots.show_layers(self.scene, self.side, self.places, self.lines, span)
            self.redraw_scene()
        plots.show_points(self.scene, self.X, self.y)
        array, index, layer = self.weight()
        sums, answer = self.show_maps(phi)
        self.contours = plots.show_answer(self.scene, self.contours, answer,
                                          sums[layer][..., index[-1]] if sums[layer + 1:] else None)
        weights = np.concatenate([d.W.ravel() for d in self.dense])
        plots.show_weights(self.scene, weights)
        number = list(self.where).index(weight)
        plots.show_choice(self.scene, self.side, self.places[layer + 1][index[-1]],
                          self.lines[number] if number < len(self.lines) else None)
        plots.show_costs(self.scene, self.costs)
        cost, held_out, right, held_out_right = self.costs[-1]
        size = np.abs(weights).mean()
        self.scene["label"].set_text(
            f"noise {noise} · γ = {learning_rate} · λ = {l2} · epoch {epoch}")
        self.scene["size"].set_text(f"mean |w| {size:.2f}")
        self.moving = self.scene["moving"] + self.contours
        return (f"{data}{f', noise {noise}' * (noise > 0)}, "
                f"{'–'.join(map(str, self.sizes))} network, {phi}, rate {learning_rate}"
                f"{f', λ {l2}' * (l2 > 0)}, epoch {epoch}: training cost {cost:.2f}, "
                f"{right:.0%} right; held out {held_out:.2f}, {held_out_right:.0%} right; "
                f"mean |w| {size:.2f}. {weight}: {written(array[index], '.1f')}.{self.note} "
                f"{self.call()}")

    def show_maps(self, phi):
        """Draw what each neuron does over the plane; return the sums of each layer, the answer."""
        A, sums, maps = self.grid, [], [self.grid / 2]
        middle, half = RANGE[phi]
        for layer in self.network.layers:
            A = layer.forward(A)
            if isinstance(layer, Dense):
                sums.append(A.reshape(plots.GRID, plots.GRID, -1))
            else:
                maps.append((A - middle) / half)
        answer = self.cost.predictions(sums[-1][..., 0])
        maps.append(2 * answer.reshape(-1, 1) - 1)
        shape = -1, plots.GRID, plots.GRID
        plots.show_maps(self.scene, self.side, self.places, [m.T.reshape(shape) for m in maps])
        return sums, answer
