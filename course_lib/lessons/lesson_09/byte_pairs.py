"""Byte pairs: the two tokens that most often stand together become one, again and again."""

import numpy as np

from course_lib.figure.style import COLOURS, new_figure, show
from course_lib.lessons.lesson_09.text import counting

MOST = 1024     # tokens that there may be


def commonest_pair(tokens):
    """(a, b), the two tokens that most often follow each other; of equals, the first."""
    codes = np.bincount((tokens[:-1] * MOST + tokens[1:]).astype(np.intp))
    return divmod(int(codes.argmax()), MOST)


def join(tokens, pair, new):
    """The tokens with the pair replaced by the token new, from the left to the right."""
    a, b = pair
    at = np.flatnonzero((tokens[:-1] == a) & (tokens[1:] == b))
    if a == b and len(at):      # of a run a a a the first two are joined, and so on
        run = np.cumsum(np.append(0, np.diff(at) > 1))
        first = at[np.searchsorted(run, run)]
        at = at[(at - first) % 2 == 0]
    tokens = tokens.copy()
    tokens[at] = new
    return np.delete(tokens, at + 1)


def learn_pairs(train, test, alphabet, n):
    """Join n pairs, found in the training tokens.

    Returns
    -------
    names : list of str, what each token stands for
    steps : list of (train, test) after each joining, the first of them before any
    """
    names, steps = list(alphabet), [(train, test)]
    for _ in range(n):
        pair = commonest_pair(train)
        train, test = (join(part, pair, len(names)) for part in (train, test))
        names.append(names[pair[0]] + names[pair[1]])
        steps.append((train, test))
    return names, steps


def show_tokens(steps, K, every=50):
    """Letters a token, and bits per character of a table of pairs of tokens, by how many there are.

    Returns {number of tokens: bits per character}.
    """
    letters, found = len(steps[0][1]), {}
    ns = range(0, len(steps), every)
    lengths = []
    for n in ns:
        train, test = steps[n]
        bits = counting(1, train, test, K + n)[1]
        found[K + n] = bits * len(test) / letters
        lengths.append(letters / len(test))
    fig, axes = new_figure(1, 2, size=(8.6, 3.4))
    axes[0].plot(list(found), lengths, "o-", color=COLOURS["model"])
    axes[0].set(xlabel="tokens in the list", ylabel="letters a token", ylim=(0, None))
    axes[1].plot(list(found), list(found.values()), "s-", color=COLOURS["test"])
    axes[1].set(xlabel="tokens in the list", ylabel="bits per character", ylim=(0, None))
    first, last = list(found)[0], list(found)[-1]
    show(fig, f"With {first} tokens a token is {lengths[0]:.1f} letters long and a table of pairs "
              f"has {found[first]:.2f} bits per character on new pages; with {last} tokens "
              f"{lengths[-1]:.1f} letters and {found[last]:.2f} bits.")
    return found
