"""Forward and backward through a Transformer block, beside PyTorch's; and writing with a state.

The block: 4 heads, 64 numbers a step, 256 inside, gelu (its tanh form), causal, float32. Both start
from the same weights, and after the race their gradients must agree to 1e-3 of the largest.
"""

import numpy as np

from course_lib.transformer import TransformerBlock
from tests.benchmarks.contest import enter, seconds

DIM, HEADS, ROUNDS, TOLERANCE = 64, 4, 40, 1e-3


def block_of():
    return TransformerBlock(DIM, HEADS, rng=np.random.default_rng(0), dtype=np.float32)


class CourseLib:
    name = "course_lib"

    def __init__(self, X, dY):
        self.X, self.dY, self.block = X, dY, block_of()

    def epoch(self):
        self.block.forward(self.X)
        self.dX = self.block.backward(self.dY)

    def gradient(self):
        return self.dX


class PyTorch:
    name = "PyTorch"

    def __init__(self, X, dY):
        import torch
        torch.set_num_threads(1)
        block = block_of()
        first, _, second = block.mlp.layers
        self.twin = torch.nn.TransformerEncoderLayer(
            DIM, HEADS, first.n_out, dropout=0, activation=torch.nn.GELU(approximate="tanh"),
            batch_first=True, norm_first=True)
        attention, twin = block.attention, self.twin
        with torch.no_grad():
            for theirs, ours in (
                    (twin.self_attn.in_proj_weight,
                     np.hstack([attention.W_q, attention.W_k, attention.W_v])),
                    (twin.self_attn.out_proj.weight, attention.W_o),
                    (twin.linear1.weight, first.W), (twin.linear2.weight, second.W)):
                theirs.copy_(torch.tensor(ours.T.copy()))
            for bias in (twin.self_attn.in_proj_bias, twin.self_attn.out_proj.bias,
                         twin.linear1.bias, twin.linear2.bias):
                bias.zero_()
        self.X, self.dY = torch.tensor(X, requires_grad=True), torch.tensor(dY)
        self.mask = torch.triu(torch.ones(X.shape[1], X.shape[1], dtype=torch.bool), 1)

    def epoch(self):
        self.twin.zero_grad()
        self.X.grad = None
        self.twin(self.X, src_mask=self.mask, is_causal=True).backward(self.dY)

    def gradient(self):
        return self.X.grad.numpy()


class WithState:
    """n steps one after the other, each looking at the keys and values that are kept."""

    name = "with a state"

    def __init__(self, X):
        self.X, self.block = X, block_of()

    def epoch(self):
        state = None
        for t in range(self.X.shape[1]):
            self.Y = self.block.forward(self.X[:, t:t + 1], state)
            state = self.block.state


class FromTheStart(WithState):
    """n steps one after the other, everything before computed again at each."""

    name = "from the start"

    def epoch(self):
        for t in range(self.X.shape[1]):
            self.Y = self.block.forward(self.X[:, :t + 1])


def measure(batch, time, contenders=(CourseLib, PyTorch), rounds=ROUNDS):
    """Milliseconds for each contender: the quietest of its turns in rounds of all."""
    X, dY = np.random.default_rng(1).standard_normal((2, batch, time, DIM)).astype(np.float32)
    entrants = enter(contenders, X, dY)
    times = seconds(entrants, rounds)
    for entrant in entrants[1:]:
        ours = entrants[0].gradient()
        difference = np.abs(entrant.gradient() - ours).max() / np.abs(ours).max()
        if not difference <= TOLERANCE:
            raise AssertionError(f"{entrant.name} ends {difference:.1e} away from course_lib")
    return {name: t * 1e3 for name, t in times.items()}


def writing(n, rounds=5):
    """Milliseconds to write n steps, with and without the state."""
    X = np.random.default_rng(1).standard_normal((1, n, DIM)).astype(np.float32)
    return {name: t * 1e3 for name, t in
            seconds([WithState(X), FromTheStart(X)], rounds).items()}


def main():
    print(f"\nForward and backward through a Transformer block of {HEADS} heads and {DIM} numbers, "
          "float32, ms")
    for batch, time in ((16, 64), (32, 32), (8, 128)):
        times = measure(batch, time)
        line = ", ".join(f"{name} {t:.2f}" for name, t in times.items())
        print(f"{batch} texts of {time}: {line}; "
              f"PyTorch / ours {times.get('PyTorch', np.nan) / times['course_lib']:.2f}")
    for n in (16, 64, 256):
        times = writing(n)
        print(f"writing {n} steps: from the start / with a state "
              f"{times['from the start'] / times['with a state']:.1f}", flush=True)


if __name__ == "__main__":
    main()
