"""How many NumPy operations one training step takes: what speed is made of, and exact to count."""

import numpy as np

from course_lib.costs import SigmoidCrossEntropy
from course_lib.optimizers import Adam
from course_lib.training import run_epoch
from tests.benchmarks.churn_step import churn_network

FORWARD = 3 * 2 + 2             # three Dense: X beside its ones, product; two relus
COST = 6                        # −z, e⁻ᶻ, two to make it σ(z), less y, over the batch
BACKWARD = 3 + 2 + 2 * 2        # dW with db three times, dX twice; two relu′ and their product
FINITE = 1
ADAM = 10


class Counting(np.ndarray):
    """An array that counts the operations it takes part in, and hands the counter on."""

    calls = 0

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **kwargs):
        return self.counted(getattr(ufunc, method), inputs, out, kwargs)

    def __array_function__(self, function, types, args, kwargs):
        return self.counted(function, args, kwargs.pop("out", None), kwargs)

    def __setitem__(self, where, value):
        Counting.calls += np.ndim(value) == 2   # a copy; a single number costs next to nothing
        super().__setitem__(where, value)

    def dot(self, other, out=None):
        return np.dot(self, other, out=out)

    @staticmethod
    def counted(function, args, out, kwargs):
        Counting.calls += 1
        plain = [a.view(np.ndarray) if isinstance(a, Counting) else a for a in args]
        if out is not None:
            outs = out if isinstance(out, tuple) else (out,)
            outs = tuple(o.view(np.ndarray) for o in outs)
            function(*plain, out=outs[0] if len(outs) == 1 else outs, **kwargs)
            return out[0] if isinstance(out, tuple) else out
        result = function(*plain, **kwargs)
        return result.view(Counting) if isinstance(result, np.ndarray) else result


def calls_per_step(optimizer, batch_size=10):
    network = churn_network()
    network.live_in(network.parameters.view(Counting), network.gradients.view(Counting))
    rng = np.random.default_rng(0)
    X = rng.standard_normal((4 * batch_size, 11)).view(Counting)
    y = (rng.random((len(X), 1)) < 0.2).astype(float).view(Counting)

    def steps(n):
        Counting.calls = 0
        run_epoch(network, X[:n * batch_size], y[:n * batch_size], cost=SigmoidCrossEntropy(),
                  optimizer=optimizer, batch_size=batch_size)
        return Counting.calls

    steps(1)                    # the first step makes the optimizer's arrays
    return steps(3) - steps(2)


def test_calls_per_step():
    count = calls_per_step(Adam(0.001))
    print(f"{count} NumPy operations a step")
    assert 30 <= count <= FORWARD + COST + BACKWARD + FINITE + ADAM


def test_a_wasteful_optimizer_is_noticed():
    class FiveExpressions(Adam):
        def update(self, w, dw, scratch, m, v):
            self.t += 1
            m[...] = 0.9 * m + 0.1 * dw
            v[...] = 0.999 * v + 0.001 * dw * dw
            m_hat, v_hat = m / (1 - 0.9**self.t), v / (1 - 0.999**self.t)
            w -= self.learning_rate * m_hat / (np.sqrt(v_hat) + 1e-8)

    assert calls_per_step(FiveExpressions(0.001)) > calls_per_step(Adam(0.001))
