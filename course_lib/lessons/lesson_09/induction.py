"""Queries and keys set by hand: four letters, one head, and what came after the last time."""

import numpy as np
from ipywidgets import Dropdown, FloatSlider

from course_lib.activations import softmax
from course_lib.explorer.base import Explorer
from course_lib.lessons.lesson_09 import figures as plots

LETTERS = "abc"
TEXTS = ("abca", "abcb", "bacb", "caba")
# What a step can say of itself: a piece of a vector that nothing else fits.
SAYS = ("the letter I am", "the letter before me", "my place", "the place after mine")
PASSES = ("the letter I am", "the letter before me")


def vectors(text, says):
    """(time, 8): the letter in the first three places, or the place in the last five."""
    V = np.zeros((len(text), len(LETTERS) + len(text) + 1))
    for t, letter in enumerate(text):
        if says == "the letter I am":
            V[t, LETTERS.index(letter)] = 1
        elif says == "the letter before me" and t:
            V[t, LETTERS.index(text[t - 1])] = 1
        elif says.endswith(("place", "mine")):
            V[t, len(LETTERS) + t + (says == "the place after mine")] = 1
    return V


def spoken(text, says):
    """What each step says of itself, in a word: a letter, the number of a place, or – for none."""
    if says == "the letter I am":
        return list(text)
    if says == "the letter before me":
        return ["–", *text[:-1]]
    return [str(t + 1 + (says == "the place after mine")) for t in range(len(text))]


def look(text, query, key, value, strength):
    """(A (time, time), chances of the next letter (3,)) of one causal head set by hand."""
    Q, K, V = (vectors(text, says) for says in (query, key, value))
    scores = strength * Q @ K.T
    scores[np.triu_indices(len(text), k=1)] = -np.inf
    A = softmax(scores)
    got = (A @ V)[-1, :len(LETTERS)]
    return A, got


class InductionHead(Explorer):
    """Set what a head asks, what each letter answers and what is passed on, to guess the next."""

    size, strip = (8, 4.2), "strength"

    def __init__(self):
        wide = {"width": "auto"}
        super().__init__(
            text=Dropdown(options=[(" ".join(t), t) for t in TEXTS], value="abca",
                          description="text", layout=wide),
            query=Dropdown(options=SAYS, value=SAYS[2], description="query: I look for",
                           layout=wide),
            key=Dropdown(options=SAYS, value=SAYS[2], description="key: I am found by",
                         layout=wide),
            value=Dropdown(options=PASSES, value=PASSES[0], description="value: I pass on",
                           layout=wide),
            strength=FloatSlider(4, min=0, max=8, step=0.5, description="strength"),
        )

    def build(self, fig):
        (self.image, self.numbers, self.ticks, self.found_by, self.asks, fourth, self.bars,
         self.title) = plots.draw_four(fig, LETTERS)
        return [self.image, *self.numbers.ravel(), *self.ticks, *self.found_by, self.asks, fourth,
                *self.bars, self.title]

    def move(self, text, query, key, value, strength):
        A, got = look(text, query, key, value, strength)
        self.image.set_data(A)
        for number, weight, hidden in zip(self.numbers.ravel(), A.ravel(),
                                          np.triu(np.ones(A.shape, bool), 1).ravel(), strict=True):
            number.set_text("" if hidden else f"{weight:.2f}")
            number.set_color("white" if weight > 0.55 else "black")
        for tick, letter in zip(self.ticks, text * 2, strict=True):
            tick.set_text(letter)
        asked, found = spoken(text, query)[-1], spoken(text, key)
        for mark, word in zip(self.found_by, found, strict=True):
            mark.set_text(word)
            mark.set_weight("bold" if word == asked and query.split()[1] == key.split()[1]
                            else "normal")
        self.asks.set_text(f"4 looks\nfor “{asked}”")
        for bar, share in zip(self.bars, got, strict=True):
            bar.set_height(share)
        wanted = text[text.index(text[-1]) + 1]
        share = got[LETTERS.index(wanted)]
        state = "solved" if share >= 0.9 else "not solved yet"
        self.title.set_text(f"“{' '.join(text)}”: {wanted} should follow, {state}")
        most = int(A[-1].argmax())
        return (f"Step 4, the last {text[-1]}, looks for {asked}. The steps are found by "
                f"{', '.join(found)}. So it looks most at step {most + 1}, the {text[most]}, with "
                f"{A[-1, most]:.2f}. After the first {text[-1]} came {wanted}; the head gets "
                f"{wanted} with {share:.2f}: {state}.")
