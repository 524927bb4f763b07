"""The exercise of lesson 05 on a normalisation: every number of a row depends on all others."""

import numpy as np

from course_lib.exercise.exercise import Exercise, Mistake


def layer_norm_gradients(X, gain, dY, epsilon):
    mean, variance = X.mean(axis=1, keepdims=True), X.var(axis=1, keepdims=True)
    scale = 1 / np.sqrt(variance + epsilon)
    X_hat = (X - mean) * scale
    dX_hat = dY * gain
    by_mean = dX_hat.mean(axis=1, keepdims=True)
    by_variance = X_hat * (dX_hat * X_hat).mean(axis=1, keepdims=True)
    return scale * (dX_hat - by_mean - by_variance), (dY * X_hat).sum(axis=0), dY.sum(axis=0)


def norm_with(*, scale=lambda variance, epsilon: 1 / np.sqrt(variance + epsilon), scale_back=None,
              axis=1, axis_back=1, keep=True, keep_back=True, ddof=0,
              start=lambda dY, gain: dY * gain, back=None, gain_last=False,
              dgain=lambda dY, X, X_hat: (dY * X_hat).sum(axis=0),
              doffset=lambda dY, X_hat: dY.sum(axis=0)):
    """The gradients with one step replaced."""
    def wrong(X, gain, dY, epsilon):
        with np.errstate(all="ignore"):
            centred = X - X.mean(axis=axis, keepdims=keep)
            variance = X.var(axis=axis, keepdims=keep, ddof=ddof)
            s = scale(variance, epsilon)
            X_hat, dX_hat = centred * s, start(dY, gain)

            def mean(A):
                return A.mean(axis=axis_back, keepdims=keep_back)
            dX = (back or ways(1, 1))(dX_hat, X_hat, centred, mean)
            dX = dX * (scale_back(variance, epsilon) if scale_back else s)
            return dX * gain if gain_last else dX, dgain(dY, X, X_hat), doffset(dY, X_hat)
    return wrong


def ways(by_mean, by_variance):
    """dX̂ less so many times the way through the mean and that through the variance; "n": sums."""
    def back(d, X_hat, centred, mean):
        m, v = (d.shape[1] if share == "n" else share for share in (by_mean, by_variance))
        return d - m * mean(d) - v * X_hat * mean(d * X_hat)
    return back


def layer_norm_inputs(rng):
    first = (np.array([[0.0, 2, 4, 6]]), np.array([2.0, 1, 1, 1]), np.array([[3.0, 0, 0, 0]]), 4.0)
    flat = (np.array([[2.0, 2, 2]]), np.array([1.0, 2, 3]), np.array([[1.0, 0, 0.5]]), 0.25)
    return [first, flat] + [
        (rng.normal(1, 2, (rows, n)).round(2), rng.normal(1, 0.5, n).round(2),
         rng.normal(size=(rows, n)).round(2), epsilon)
        for rows, n, epsilon in ((2, 4, 0.5), (3, 3, 0.1), (5, 3, 0.01), (6, 8, 1e-5))]


LAYER_NORM = Exercise(
    title="Back through layer normalisation",
    text="Batch normalisation needs a batch. **Layer normalisation** (Ba, Kiros, Hinton 2016) "
         "gives the same output for a row whatever rows come with it: mean $\\mu$ and variance "
         "$\\sigma^2$ (divided by n) are those of each **row** of `X` (batch, n), over its "
         "columns. $\\hat X = (X - \\mu) / \\sqrt{\\sigma^2 + \\varepsilon}$, and "
         "$Y = \\hat X \\odot \\text{gain} + \\text{offset}$ with a gain and an offset for each "
         "column, (n,). `dY` is $\\partial C/\\partial Y$. Return the gradients for `X`, for the "
         "gain and for the offset.",
    stub='''def layer_norm_gradients(X, gain, dY, epsilon):
    dX = ...
    dgain = ...
    doffset = ...
    return dX, dgain, doffset''',
    solution=layer_norm_gradients, inputs=layer_norm_inputs,
    mistakes=[
        Mistake("no mean", "the way through the mean is missing in dX: add 1 to a whole row and "
                "nothing changes, so a row of dX sums to 0.", norm_with(back=ways(0, 1))),
        Mistake("no variance", "the way through the variance is missing in dX: each x is part of "
                "σ² as well, and σ² scales the whole row.", norm_with(back=ways(1, 0))),
        Mistake("only directly", "dX has the direct way only. Each x is part of μ and of σ² too: "
                "three ways lead back to it, and they add.", norm_with(back=ways(0, 0))),
        Mistake("plus", "the ways through mean and variance come with a plus. Both take away: a "
                "larger mean makes x̂ smaller, a larger variance makes it shorter.",
                norm_with(back=ways(-1, -1))),
        Mistake("plus mean", "the way through the mean comes with a plus. Its slope is negative: "
                "a larger mean makes every x̂ smaller.", norm_with(back=ways(-1, 1))),
        Mistake("plus variance", "the way through the variance comes with a plus. Its slope is "
                "negative: σ² stands below.", norm_with(back=ways(1, -1))),
        Mistake("variance twice", "the way through the variance comes twice. The 2 of the square "
                "and the ½ of the root cancel.", norm_with(back=ways(1, 2))),
        Mistake("variance half", "the way through the variance comes by half only. The ½ of the "
                "root and the 2 of the square cancel.", norm_with(back=ways(1, 0.5))),
        Mistake("sums", "dX has sums where means belong: each x is one n-th of μ, and of σ².",
                norm_with(back=ways("n", "n"))),
        Mistake("sum for μ", "the way through the mean is n times too strong: each x is only one "
                "n-th of μ.", norm_with(back=ways("n", 1))),
        Mistake("sum for σ²", "the way through the variance is n times too strong: σ² is a mean "
                "over the row.", norm_with(back=ways(1, "n"))),
        Mistake("x − μ for x̂", "the way through the variance has x − μ where x̂ belongs: the "
                "root stands under both of its factors.",
                norm_with(back=lambda d, h, c, mean: d - mean(d) - c * mean(d * c))),
        Mistake("one root", "the way through the variance lacks a root: the slope of 1/√v is "
                "−1/(2 √v³), a root to the power of 3.",
                norm_with(back=lambda d, h, c, mean: d - mean(d) - c * mean(d * h))),
        Mistake("wrong axis", "this is normalised over the batch. Layer normalisation takes mean "
                "and variance of each row: axis 1, keepdims=True.",
                norm_with(axis=0, axis_back=0)),
        Mistake("wrong axis back", "forward is right, but the means on the way back are taken "
                "over the batch. They go where μ and σ² went: along each row.",
                norm_with(axis_back=0)),
        Mistake("no keepdims", "mean and variance have the shape (batch,), and NumPy takes them "
                "along the columns. Keep the axis: keepdims=True.", norm_with(keep=False)),
        Mistake("no keepdims back", "the means on the way back have the shape (batch,), and NumPy "
                "takes them along the columns. Keep the axis: keepdims=True.",
                norm_with(keep_back=False)),
        Mistake("no keepdims at all", "all that is taken along the rows has the shape (batch,), "
                "and NumPy takes it along the columns. Keep the axis: keepdims=True.",
                norm_with(keep=False, keep_back=False)),
        Mistake("variance for the root", "this divides by the variance. The standard deviation is "
                "its root: √(σ² + ε).", norm_with(scale=lambda v, e: 1 / (v + e))),
        Mistake("variance back", "dX is divided by σ² + ε. On the way back too it is the root, "
                "√(σ² + ε), as x̂ is (x − μ) over it.",
                norm_with(scale_back=lambda v, e: 1 / (v + e))),
        Mistake("no root back", "dX is not divided by √(σ² + ε), yet x was on the way forward.",
                norm_with(scale_back=lambda v, e: 1)),
        Mistake("no ε", "ε is missing under the root. A row of equal numbers has the variance 0, "
                "and 0/0 is nan.", norm_with(scale=lambda v, e: 1 / np.sqrt(v))),
        Mistake("own ε", "ε is a number of your own. It comes as an argument, `epsilon`.",
                norm_with(scale=lambda v, e: 1 / np.sqrt(v + 1e-5))),
        Mistake("ε outside", "ε is added to the standard deviation. It belongs to the variance, "
                "under the root.", norm_with(scale=lambda v, e: 1 / (np.sqrt(v) + e))),
        Mistake("n − 1", "the variance is divided by n − 1. Here it is the mean of the squares, "
                "divided by n.", norm_with(ddof=1)),
        Mistake("no gain", "the gain is missing in dX: what arrives at x̂ is dY times the gain.",
                norm_with(start=lambda dY, gain: dY)),
        Mistake("gain last", "the gain comes after the means in dX. In batch normalisation a "
                "column has one gain and it may; here a row has n different ones: dX̂ = dY ⊙ gain "
                "comes first.", norm_with(start=lambda dY, gain: dY, gain_last=True)),
        Mistake("dgain with X", "dgain has X where X̂ belongs: the gain was multiplied by X̂.",
                norm_with(dgain=lambda dY, X, X_hat: (dY * X).sum(axis=0))),
        Mistake("dgain no X̂", "X̂ is missing in dgain. A product hands to each factor the other "
                "one.", norm_with(dgain=lambda dY, X, X_hat: dY.sum(axis=0))),
        Mistake("swapped", "dgain and doffset are swapped: `return dX, dgain, doffset`.",
                norm_with(dgain=lambda dY, X, X_hat: dY.sum(axis=0),
                          doffset=lambda dY, X_hat: (dY * X_hat).sum(axis=0))),
        Mistake("means over rows", "dgain and doffset are means over the rows. All rows use the "
                "same gain and offset, so their shares add up: sum over axis 0.",
                norm_with(dgain=lambda dY, X, X_hat: (dY * X_hat).mean(axis=0),
                          doffset=lambda dY, X_hat: dY.mean(axis=0))),
        Mistake("dgain mean", "dgain is a mean over the rows. All rows use the same gain, so their "
                "shares add up: sum over axis 0.",
                norm_with(dgain=lambda dY, X, X_hat: (dY * X_hat).mean(axis=0))),
        Mistake("doffset mean", "doffset is a mean over the rows. All rows use the same offset, so "
                "their shares add up: sum over axis 0.",
                norm_with(doffset=lambda dY, X_hat: dY.mean(axis=0))),
        Mistake("summed along rows", "dgain and doffset are summed along each row. There is one "
                "gain and one offset for each column: sum over axis 0.",
                norm_with(dgain=lambda dY, X, X_hat: (dY * X_hat).sum(axis=1),
                          doffset=lambda dY, X_hat: dY.sum(axis=1))),
    ],
    hints=["Forward first: `X_hat` with `axis=1, keepdims=True`. Then, at X̂, arrives "
           "`dX_hat = dY * gain`.",
           "gain and offset act on whole columns: sum over the rows what arrives at each, "
           "`dY * X_hat` and `dY`.",
           "Three ways lead to x, directly, through μ, through σ². Each by itself is a line in "
           "\"Back through batch normalisation\" above; only the axis is another.",
           "Added up: `(dX_hat - m - X_hat * k) / root`, where m is the mean of a row of dX̂. What "
           "is k?"],
    minutes=20, difficulty=3, points=3,
)
