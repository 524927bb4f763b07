"""A Transformer is attention and a small network for each step, again and again, with ways around.

Embedding says what each step is, Positions say where it is, and each TransformerBlock lets the
steps look at one another (attention) and then think by themselves (mlp).
"""

import numpy as np

from course_lib.attention import SelfAttention
from course_lib.checks import float_dtype, generator, short, whole_number
from course_lib.layers import Activation, Layer
from course_lib.network import Network
from course_lib.normalization import LayerNorm
from course_lib.recurrent import DenseEachStep
from course_lib.sequences import check_sequence, missing_steps, where_missing


def sinusoids(n, dim):
    """A row of dim numbers for each of n positions t, (n, dim), with no two alike.

    ::

        P[t, 2i] = sin(t / 10000^(2i / dim))        P[t, 2i + 1] = cos(t / 10000^(2i / dim))

    Like the hands of clocks: the first columns turn fast, the last ones slowly, and a shift by k
    steps is the same rotation everywhere.

    Raises
    ------
    ValueError
        For an n below 1, and a dim that is not even.

    References
    ----------
    Vaswani et al. (2017), "Attention is all you need", §3.5. Built in lesson 09.
    """
    n, dim = whole_number(n, "sinusoids", "n"), whole_number(dim, "sinusoids", "dim")
    if dim % 2:
        raise ValueError(f"sinusoids got dim={dim}; expected an even number, as each sine has its "
                         "cosine")
    angles = np.arange(n)[:, None] / 10000 ** (np.arange(0, dim, 2) / dim)
    return np.stack([np.sin(angles), np.cos(angles)], axis=2).reshape(n, dim)


class Positions(Layer):
    """Tell each step where it stands: Y[:, t] = X[:, t] + P[t].

    Parameters
    ----------
    n_steps, dim : int
        P is (n_steps, dim); X is (batch, time, dim) with at most n_steps of time.
    learnt : bool
        P is learnt, standard normal at first; or, if False, fixed to ``sinusoids(n_steps, dim)``.
    rng : numpy.random.Generator, optional
        Draws the first P; needed if it is learnt.
    dtype : numpy dtype

    ``forward(X, start=0)`` takes the position of the first step of X: when a text is written letter
    by letter, that is how many letters came before.

    Raises
    ------
    ValueError
        For an X that is not (batch, time, dim), and for a step behind position n_steps − 1.

    References
    ----------
    Vaswani et al. (2017), "Attention is all you need", §3.5 and table 3 (E): both do as well.
    Learnt: Gehring et al. (2017), "Convolutional sequence to sequence learning", §3.1. Built in
    lesson 09.
    """

    parameter_names = ("P",)

    def __init__(self, n_steps, dim, *, learnt=True, rng=None, dtype=np.float64):
        self.n_steps = whole_number(n_steps, "Positions", "n_steps")
        self.n_in = self.n_out = whole_number(dim, "Positions", "dim")
        if not isinstance(learnt, bool | np.bool):
            raise TypeError(f"Positions got learnt={short(learnt)}; expected True or False")
        self.learnt, dtype = bool(learnt), float_dtype(dtype, "Positions")
        if self.learnt or rng is not None:
            generator(rng, "Positions")
        if self.learnt:
            P = rng.standard_normal((self.n_steps, self.n_in))
        else:
            P, self.parameter_names = sinusoids(self.n_steps, self.n_in), ()
        self.P = P.astype(dtype)

    def check_input(self, X):
        check_sequence(self, X)

    def forward(self, X, start=0):
        start = whole_number(start, self, "start", at_least=0)
        self.rows = slice(start, start + X.shape[1])
        if self.rows.stop > self.n_steps:
            raise ValueError(f"{self} got X of shape {X.shape} from position {start}, up to "
                             f"position {self.rows.stop - 1}; there are {self.n_steps}. Make more "
                             f"positions, or cut the sequences: X[:, -{self.n_steps}:]")
        self.missing = missing_steps(X)
        return X + self.P[self.rows].astype(X.dtype, copy=False)

    def backward(self, dY):
        dY = where_missing(self.missing, 0, dY)
        if self.learnt:
            dP = np.zeros_like(self.P)
            dP[self.rows] = dY.sum(axis=0)
            self.dP = dP
        return dY.copy()

    def config(self):
        return {"n_steps": self.n_steps, "dim": self.n_in, "learnt": self.learnt,
                "dtype": self.P.dtype.name}

    def __repr__(self):
        return f"Positions({self.n_steps}, {self.n_in}{'' if self.learnt else ', learnt=False'})"


class TransformerBlock(Network):
    """Look at one another, then think by yourself, each with a way around it.

    ::

        X := X + attention(norm(X))
        Y := X + mlp(norm(X))           mlp(x) = φ(x W₁ + b₁) W₂ + b₂, for each step alone

    Parameters
    ----------
    dim : int
        X and Y are (batch, time, dim).
    heads : int
        Of the attention; dim must be a multiple of it.
    hidden : int, optional
        How many neurons are inside the mlp; 4 dim if not given.
    phi : str
        Their activation, "gelu" or "relu" (or another name of ``activations.ACTIVATIONS``).
    causal : bool
        Step t sees the steps up to t, and none after it.
    rng : numpy.random.Generator
    dtype : numpy dtype

    ``forward(X, state=None)``: the state is that of the attention, see ``SelfAttention``.

    Attributes
    ----------
    norm1, attention, norm2, mlp : its layers
    state : attention.state

    Raises
    ------
    ValueError
        For an X that is not (batch, time, dim), and a dim that cannot be cut into so many heads.

    References
    ----------
    Vaswani et al. (2017), "Attention is all you need", §3.1; with the normalization in front, as
    in Xiong et al. (2020), "On layer normalization in the transformer architecture", fig. 1b, and
    GPT-2. Built in lesson 09.
    """

    def __init__(self, dim, heads, *, hidden=None, phi="gelu", causal=True, rng, dtype=np.float64):
        dim = self.n_in = self.n_out = whole_number(dim, "TransformerBlock", "dim")
        hidden = whole_number(hidden, "TransformerBlock", "hidden", optional=True) or 4 * dim
        heads = whole_number(heads, "TransformerBlock", "heads")
        if dim % heads:
            raise ValueError(f"TransformerBlock got dim={dim} and heads={heads}; expected a "
                             "multiple of heads: each head gets an equal piece")
        given = {"rng": rng, "dtype": dtype}
        self.norm1, self.norm2 = LayerNorm(dim, dtype=dtype), LayerNorm(dim, dtype=dtype)
        self.attention = SelfAttention(dim, dim, dim, heads=heads, causal=causal, **given)
        self.mlp = Network([DenseEachStep(dim, hidden, **given), Activation(phi),
                            DenseEachStep(hidden, dim, **given)])
        super().__init__([self.norm1, self.attention, self.norm2, self.mlp])

    def check_input(self, X):
        check_sequence(self, X)

    def forward(self, X, state=None):
        X = X + self.attention.forward(self.norm1.forward(X), state)
        return X + self.mlp.forward(self.norm2.forward(X))

    def backward(self, dY):
        dX = dY + self.norm2.backward(self.mlp.backward(dY))
        return dX + self.norm1.backward(self.attention.backward(dX))

    @property
    def state(self):
        return self.attention.state

    def config(self):
        first, phi = self.mlp.layers[:2]
        return {"dim": self.n_in, "heads": self.attention.heads, "hidden": first.n_out,
                "phi": phi.config()["phi"], "causal": self.attention.causal,
                "dtype": self.dtype.name}

    def __repr__(self):
        return f"TransformerBlock({self.n_in}, heads={self.attention.heads})"
