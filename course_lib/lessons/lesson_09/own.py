"""The reader's own way through attention, inside a network that learns."""

import copy

import numpy as np

from course_lib.attention import SelfAttention
from course_lib.network import Network
from course_lib.transformer import TransformerBlock


class OwnAttention(SelfAttention):
    """Causal attention whose way forward is a function of the reader's; the way back is ours.

    Parameters
    ----------
    attention : SelfAttention
        Whose weights it begins with.
    look : callable
        look(X, W_q, W_k, W_v, W_o, heads) → Y (batch, time, n_out) and the weights of all heads,
        (batch, heads, time, time). It is used where a text begins; what goes on from a state that
        was kept, when a text is written letter by letter, is the library's.
    """

    def __init__(self, attention, look):
        given = attention.config() | {"rng": np.random.default_rng(0)}
        super().__init__(**given)
        for name in self.parameter_names:
            setattr(self, name, getattr(attention, name).copy())
        self.look = look

    def forward(self, X, state=None):
        if state is not None:
            return super().forward(X, state)
        Y, A = self.look(X, self.W_q, self.W_k, self.W_v, self.W_o, self.heads)
        # what the way back will ask for
        self.X, self.missing = X, None
        self.Q, self.K, self.V = (self.cut(X @ W) for W in (self.W_q, self.W_k, self.W_v))
        self.A = self.weights = np.asarray(A, X.dtype)
        self.Y = self.join(self.A @ self.V)
        self.state = self.K, self.V, np.zeros(X.shape[:2], bool)
        return np.asarray(Y, X.dtype)


class OwnBlock(TransformerBlock):
    """A TransformerBlock that looks with a function of the reader's: OwnBlock(48, 4, look, …)."""

    def __init__(self, dim, heads, look, *, rng, dtype=np.float64):
        super().__init__(dim, heads, rng=rng, dtype=dtype)
        # the same parts and the same weights, with another way of looking
        self.norm1, self.norm2, self.mlp = map(copy.deepcopy, (self.norm1, self.norm2, self.mlp))
        self.attention = OwnAttention(self.attention, look)
        Network.__init__(self, [self.norm1, self.attention, self.norm2, self.mlp])
