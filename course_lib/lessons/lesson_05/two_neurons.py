"""The chain rule in two neurons: values go forward and gradients come back, one at a time."""

import numpy as np
from ipywidgets import Button, FloatSlider, IntSlider, Play

from course_lib.costs import Quadratic
from course_lib.explorer.base import Explorer
from course_lib.figure.numbers import written
from course_lib.layers import Activation, Dense
from course_lib.lessons.lesson_05 import figures as plots
from course_lib.network import Network
from course_lib.optimizers import GradientDescent


def number(value, digits=3):
    """With so many digits, and 1.2e−05 for what would round to 0."""
    small = 0 < abs(value) < 0.5 * 10**-digits
    return written(value, ".1e" if small else f".{digits}f")


class TwoNeurons(Explorer):
    """The chain rule in two neurons, one value at a time; the update is the last step."""

    strip = "step"
    learning_rate = 1.0
    weights = ("w1", "b1", "w2", "b2")

    def __init__(self):
        rng = np.random.default_rng(0)
        self.layers = [Dense(1, 1, rng=rng), Activation("sigmoid"),
                       Dense(1, 1, rng=rng), Activation("sigmoid")]
        self.network, self.cost = Network(self.layers), Quadratic()

        def slider(value, name, low=-3):
            return FloatSlider(value, min=low, max=3 if low else 1, step=0.1, description=name,
                               layout={"width": "290px"})  # three in a row

        super().__init__(
            step=IntSlider(8, 0, 15, description="step"),
            play=Play(value=8, min=0, max=15, interval=1200),
            x=slider(1.5, "x"), w1=slider(0.8, "w₁"), b1=slider(-0.2, "b₁"),
            w2=slider(-1.2, "w₂"), b2=slider(0.3, "b₂"),
            y=slider(1, "target y", low=0),
            update=Button(description="Update w, b"),
        )

    def build(self, fig):
        fig.set_layout_engine("none")
        self.graph = plots.draw_graph(fig.add_axes([0, 0, 1, 1]))
        return [*self.graph["values"].values(), *self.graph["gradients"].values(),
                *self.graph["forward"].values(), *self.graph["backward"].values(),
                self.graph["box"], self.graph["title"], self.graph["formula"]]

    def run(self, x, y, **weights):
        """Forward and backward through the library's layers: values and gradients by node."""
        first, phi1, second, phi2 = self.layers
        self.network.parameters[:] = [weights[name] for name in self.weights]
        A = np.array([[x]])
        outputs = [A := layer.forward(A) for layer in self.layers]
        C = self.cost.value(A, [[y]])
        d_y_hat = self.cost.gradient(A, [[y]])
        dZ2 = phi2.backward(d_y_hat)
        dA1 = second.backward(dZ2)
        dZ1 = phi1.backward(dA1)
        dX = first.backward(dZ1)
        values = [x, y, first.W, first.b, outputs[0], outputs[1], second.W, second.b,
                  outputs[2], outputs[3], C]
        gradients = [dX, None, first.dW, first.db, dZ1, dA1, second.dW, second.db, dZ2, d_y_hat,
                     None]
        names = ["x", "y", "w₁", "b₁", "z₁", "a₁", "w₂", "b₂", "z₂", "ŷ", "C"]
        return ({n: np.asarray(v).item() for n, v in zip(names, values, strict=True)},
                {n: np.asarray(g).item() for n, g in zip(names, gradients, strict=True)
                 if g is not None})

    def updated(self, **inputs):
        """The weights after w := w − γ ∂C/∂w."""
        self.run(**inputs)
        w = self.network.parameters.copy()
        GradientDescent(self.learning_rate).step(w, self.network.gradients)
        return dict(zip(self.weights, w.tolist(), strict=True))

    def steps(self, v, g, after):
        """(node, what, formula, formula with numbers), in order."""
        f = {name: number(value) for name, value in v.items()}
        p = {name: f"({text})" if text[0] == "−" else text for name, text in f.items()}
        d = {name: number(value, 4) for name, value in g.items()}

        def weigh(n, a):
            return (f"z{n}", f"z{n} = {a} w{n} + b{n}",
                    f"{f[a]} · {p['w' + n]} + {p['b' + n]} = {f['z' + n]}")

        def bend(n, a):
            return a, f"{a} = σ(z{n})", f"σ({f['z' + n]}) = {f[a]}"

        def back(node, rule, numbers):
            return node, f"∂C/∂{node} = {rule}", f"{numbers} = {d[node]}"

        def through(n, a, below):
            return [back(f"z{n}", f"∂C/∂{a} · {a}(1 − {a})", f"{d[a]} · {number(v[a]*(1-v[a]))}"),
                    back(f"w{n}", f"∂C/∂z{n} · {below}", f"{d['z' + n]} · {p[below]}"),
                    (f"b{n}", f"∂C/∂b{n} = ∂C/∂z{n}", d["b" + n]),
                    back(below, f"∂C/∂z{n} · w{n}", f"{d['z' + n]} · {p['w' + n]}")]

        return [
            ("x", "x, y and the weights are given", ""),
            weigh("₁", "x"), bend("₁", "a₁"), weigh("₂", "a₁"), bend("₂", "ŷ"),
            ("C", "C = ½ (ŷ − y)²", f"½ ({f['ŷ']} − {f['y']})² = {number(v['C'], 4)}"),
            back("ŷ", "ŷ − y", f"{f['ŷ']} − {f['y']}"),
            *through("₂", "ŷ", "a₁"), *through("₁", "a₁", "x"),
            ("C", f"w := w − γ ∂C/∂w,  γ = {self.learning_rate:g}",
             f"C from {number(v['C'], 4)} to {number(after, 4)}"),
        ]

    def move(self, step, **inputs):
        new = self.updated(**inputs)
        after = self.run(inputs["x"], inputs["y"], **new)[0]["C"]
        values, gradients = self.run(**inputs)
        steps = self.steps(values, gradients, after)
        reached = {node for node, *_ in steps[:min(step, 5) + 1]} | {"x", "y", "w₁", "b₁", "w₂",
                                                                     "b₂"}
        back = {node for node, *_ in steps[6:min(step, 14) + 1]}
        for node, artist in self.graph["values"].items():
            artist.set_text(number(values[node]) if node in reached else "")
        for node, artist in self.graph["gradients"].items():
            artist.set_text(number(gradients[node], 4) if node in back else "")
            artist.set_visible(node in back)
        for (_, end), artist in self.graph["forward"].items():
            artist.set_visible(end in reached and step > 0)
        for (start, _), artist in self.graph["backward"].items():
            artist.set_visible(start in back)
        node, rule, numbers = steps[step]
        x, y = plots.place(node)
        self.graph["box"].set_x(x - plots.WIDTH / 2)
        self.graph["box"].set_y(y - plots.HEIGHT / 2)
        kind = ("start" if step == 0 else "forward" if step < 6 else "back" if step < 15 else
                "update")
        self.graph["title"].set_text(f"Step {step} of 15, {kind}:  {rule}")
        self.graph["formula"].set_text(f"= {numbers}" if 0 < step < 15 else numbers)
        if step == 0:
            return (f"Given: x = {number(values['x'])}, target {number(values['y'])}, weights "
                    f"{number(values['w₁'])} and {number(values['w₂'])}, biases "
                    f"{number(values['b₁'])} and {number(values['b₂'])}.")
        return f"Step {step}, {kind}: {rule}{' = ' if step < 15 else '; '}{numbers}."

    def update(self):
        """One step of gradient descent, by moving the sliders."""
        values = self.values
        del values["step"]
        new = self.updated(**values)
        self.set(**{name: float(np.clip(w, -3, 3)) for name, w in new.items()})
