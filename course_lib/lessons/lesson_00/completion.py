"""A small language model completes what you type: one letter, and then one more."""

import textwrap
from functools import lru_cache

import numpy as np
from ipywidgets import Button, IntSlider, Play, Text

from course_lib.explorer.base import Explorer
from course_lib.figure.style import BLACK, COLOURS, GREY
from course_lib.lessons.lesson_08.text_generator import austen_model, chances_of, write

TEMPERATURE, CHOICES = 0.5, 10  # a little luck, and nothing very unlikely; see lesson 08
NAMES = {" ": "space", "\n": "end of\nparagraph"}


class Completion(Explorer):
    """What a language model writes after a beginning, and how likely it finds each next letter."""

    strip, size = "letters", (8, 3.9)
    longest, step, columns, count = 160, 2, 54, 8

    def __init__(self):
        self.network, self.alphabet, _ = austen_model()
        self.luck, self.begun = 0, lru_cache(maxsize=50)(self.begin)
        super().__init__(
            text=Text("Elizabeth was surpri", description="begin with", continuous_update=False),
            letters=IntSlider(0, 0, self.longest, self.step, description="letters written"),
            play=Play(min=0, max=self.longest, step=self.step, interval=150),
            again=Button(description="Another ending"),
        )

    def begin(self, text, luck):
        """The writing network, and the pairs (character, scores before it) written so far."""
        return write(self.network, self.alphabet, text, TEMPERATURE, CHOICES, self.longest + 1,
                     rng=np.random.default_rng(luck)), []

    def continued(self, text, letters):
        """(so many characters after the text, the chances of the next one)."""
        pen, pairs = self.begun(text, self.luck)
        while len(pairs) <= letters:
            pairs.append(next(pen))
        return ("".join(character for character, _ in pairs[:letters]),
                chances_of(pairs[letters][1], 1.0, len(self.alphabet)))

    def known(self, text):
        """The text without characters that the model has never seen; it needs at least one."""
        return "".join(c for c in text if c in self.alphabet)[-120:] or "\n"

    def build(self, fig):
        page, bars = fig.subplots(2, 1, height_ratios=[1.25, 1])
        page.axis("off")
        self.page = page.text(0, 1, "", va="top", fontsize=15, family="DejaVu Sans Mono",
                              transform=page.transAxes, linespacing=1.35)
        self.bars = bars.bar(range(self.count), np.zeros(self.count), color=COLOURS["model"],
                             width=0.75)
        bars.set(xticks=[], yticks=[0, 0.5, 1], ylim=(-0.32, 1.05), xlim=(-0.6, self.count - 0.4))
        bars.set_title("what it expects next", fontsize=14)
        bars.axhline(0, color=GREY, lw=1)
        bars.spines[["left", "bottom"]].set_visible(False)
        self.marks = [bars.text(n, -0.05, "", ha="center", va="top", fontsize=15, linespacing=0.9)
                      for n in range(self.count)]
        self.numbers = [bars.text(n, 0, "", ha="center", va="bottom", fontsize=12, color=BLACK)
                        for n in range(self.count)]
        return [self.page, *self.bars, *self.marks, *self.numbers]

    def move(self, text, letters):
        text = self.known(text)
        written, chances = self.continued(text, letters)
        lines = textwrap.wrap((text + written).replace("\n", " ").strip() + " ▁", self.columns)
        self.page.set_text("\n".join(lines[-5:]))
        best = np.argsort(-chances, kind="stable")[:self.count]
        for token, bar, mark, number in zip(best, self.bars, self.marks, self.numbers, strict=True):
            bar.set_height(chances[token])
            letter = self.alphabet[token]
            mark.set_text(NAMES.get(letter, letter))
            mark.set_fontsize(11 if letter in NAMES else 15)
            number.set(y=chances[token] + 0.02, text=f"{chances[token]:.0%}")
        first = self.alphabet[best[0]]
        likeliest = {" ": "a space", "\n": "the end of the paragraph"}.get(first, f"“{first}”")
        begun = f"After “{' '.join(text.split())}” the model "
        wrote = f"writes “{' '.join(written.split())}” and then " if written.strip() else ""
        return f"{begun}{wrote}expects {likeliest} next, with {chances[best[0]]:.0%}."

    def again(self):
        """Throw the dice again: another continuation of the same text."""
        self.luck += 1
