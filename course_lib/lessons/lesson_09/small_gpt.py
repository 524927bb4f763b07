"""The small GPT of the lesson: what it is, what each of its heads looks at, and what it writes."""

import inspect
import textwrap
import time
from functools import lru_cache

import numpy as np
from ipywidgets import Button, Dropdown, FloatSlider, IntSlider, Play, Text

from course_lib.activations import softmax
from course_lib.datasets.files import data_file
from course_lib.explorer.base import Explorer
from course_lib.lessons.lesson_09 import figures as plots
from course_lib.lessons.lesson_09.text import (
    novel,
    pair_table,
    to_text,
    to_tokens,
    write_from_table,
)
from course_lib.machine import on_this_machine
from course_lib.network import Network
from course_lib.writing import Reader, write


def to_float64(network):
    """The same network in float64, so that every machine writes the same text."""
    layers = []
    for layer in network.layers:
        settings = layer.config() | {"dtype": "float64"}
        if "rng" in inspect.signature(type(layer)).parameters:
            settings["rng"] = np.random.default_rng(0)
        layers.append(type(layer)(**settings))
    again = Network(layers)
    again.parameters[:] = network.parameters
    return again


@lru_cache(maxsize=1)
def gpt():
    """The network that has read nine tenths of the novel, in float64."""
    return to_float64(Network.load(data_file("transformer.npz")))


def weights_by_part(network):
    """{part: how many weights}: letters, attention, mlp, normalisation, logits."""
    E, _, *blocks, norm, head = network.layers
    return {"table of letters": E.n_parameters,
            "attention": sum(b.attention.n_parameters for b in blocks),
            "mlps": sum(b.mlp.n_parameters for b in blocks),
            "layer normalisation": norm.n_parameters + sum(
                b.norm1.n_parameters + b.norm2.n_parameters for b in blocks),
            "logits": head.n_parameters}


def attention_of(network, tokens):
    """The weights of every head, (blocks, heads, time, time), and the logits (time, K)."""
    z = network.predict(tokens[None])[0]
    blocks = [layer for layer in network.layers if hasattr(layer, "attention")]
    return np.stack([b.attention.weights[0] for b in blocks]), z


def excerpts(n):
    """{word: n characters of the last tenth that begin a sentence and have the word twice}."""
    alphabet, _, test = novel()
    text = to_text(test, alphabet)
    chosen = {}
    for at in range(len(text) - n):
        page = text[at + 2: at + 2 + n]
        if text[at: at + 2] not in (". ", "? ", "; ") or "\n" in page:
            continue
        found = [word for word in page.split()[:-1] if len(word) > 5 and word.isalpha()]
        for word in found:
            if found.count(word) == 2 and word not in chosen:
                chosen[word] = page
        if len(chosen) >= 5:
            break
    return chosen


class Heads(Explorer):
    """Click a letter: what does each head of a block look at, to guess the letter after it?"""

    size, strip, n = (8.6, 3.9), "position", 80

    def __init__(self, network=None):
        self.network, (self.alphabet, *_) = network or gpt(), novel()
        self.texts = {}
        for name, text in excerpts(self.n).items():
            A, z = attention_of(self.network, to_tokens(text, self.alphabet))
            self.texts[name] = text, A, softmax(z)
        first = next(iter(self.texts))
        blocks = len(self.texts[first][1])
        super().__init__(
            position=IntSlider(60, 1, self.n - 1, description="letter"),
            play=Play(min=1, max=self.n - 1, interval=500),
            block=Dropdown(options=[(str(b + 1), b) for b in range(blocks)], value=0,
                           description="block", layout={"width": "auto"}),
            text=Dropdown(options=list(self.texts), description="page about",
                          layout={"width": "auto"}),
        )

    def build(self, fig):
        heads = self.texts[next(iter(self.texts))][1].shape[1]
        self.axes, self.letters, self.images, self.frame_, self.title = plots.draw_heads(
            fig, heads, self.n)
        self.shown = None
        return [*self.images, *self.frame_, self.title]

    def move(self, position, block, text):
        page, A, chances = self.texts[text]
        if self.shown != text:
            plots.write_letters(self.letters, page)
            self.shown = text
            self.redraw_scene()
        said = []
        for head, image in enumerate(self.images):
            weights = A[block, head, position]
            plots.set_weights(image, weights)
            most = int(weights.argmax())
            back = position - most
            where = "itself" if back == 0 else f"“{plots.ink(page[most])}” {back} back"
            said.append(f"head {head + 1} at {where} ({weights[most]:.2f})")
        for frame in self.frame_:
            frame.set_x(position - 0.5)
        best = int(chances[position].argmax())
        self.title.set_text(f"block {block + 1}: what it looks at from "
                            f"“{plots.ink(page[position])}”")
        return (f"Block {block + 1}, at “{plots.ink(page[max(0, position - 11): position + 1])}”: "
                f"looks most: {', '.join(said)}. The network expects "
                f"“{plots.ink(self.alphabet[best])}” next, with {chances[position, best]:.0%}.")

    def pointed(self, x, y):
        for ax in self.axes:
            if ax.bbox.contains(x, y):
                place = ax.transData.inverted().transform((x, y))[0]
                return {"position": int(np.clip(round(place), 1, self.n - 1))}
        return None


class Writing(Explorer):
    """The GPT writes. The temperature says how often it takes an unlikely letter."""

    strip, longest, columns, n_bars = "temperature", 150, 54, 12

    def __init__(self, network=None):
        self.network, (self.alphabet, *_) = network or gpt(), novel()
        self.begun = lru_cache(maxsize=200)(self.begin)
        super().__init__(
            temperature=FloatSlider(0.7, min=0.1, max=2.0, step=0.1, description="temperature"),
            prompt=Text("Mr. Darcy ", description="begin with", continuous_update=False),
            letters=IntSlider(150, 0, self.longest, description="letters written"),
            luck=IntSlider(1, 1, 20, description="dice"),
            write=Button(description="Write"),
        )

    def begin(self, prompt, temperature, luck):
        """(text, chances of the letter after it): all letters, and the logits on the way."""
        tokens = to_tokens(prompt, self.alphabet)
        written = list(write(self.network, tokens, self.longest, temperature=temperature,
                             rng=np.random.default_rng(luck)))
        room = self.network.layers[1].n_steps
        everything = np.concatenate([tokens, written])
        return to_text(written, self.alphabet), everything, len(tokens), room

    def chances(self, everything, upto, room, temperature):
        z = Reader(self.network).read(everything[max(0, upto - room): upto][None].astype(int))
        return softmax(z[0, -1] / temperature)

    def build(self, fig):
        self.page, self.bars, self.marks, self.title = plots.draw_page(
            fig, self.n_bars, self.columns)
        return [self.page, *self.bars, *self.marks, self.title]

    def move(self, temperature, prompt, letters, luck):
        prompt = "".join(c for c in prompt if c in self.alphabet)[-60:] or "\n"
        text, everything, n, room = self.begun(prompt, temperature, luck)
        chances = self.chances(everything, n + letters, room, temperature)
        self.page.set_text(textwrap.fill(plots.ink(prompt + text[:letters], " "), self.columns))
        best = np.argsort(-chances, kind="stable")[:self.n_bars]
        for bar, mark, token in zip(self.bars, self.marks, best, strict=True):
            bar.set_height(chances[token])
            mark.set_text(plots.ink(self.alphabet[token]))
        doubt = -float(np.sum(chances * np.log2(np.maximum(chances, 1e-300))))
        self.title.set_text(f"temperature {temperature:.1f}")
        said = plots.ink(text[:letters][:48].strip(), " ")
        return (f"Temperature {temperature:.1f}, {letters} letters after “{prompt.strip()}”: "
                f"“{said}”. Next it expects “{plots.ink(self.alphabet[best[0]])}” with "
                f"{chances[best[0]]:.0%}, {doubt:.1f} bits of doubt.")

    def write(self):
        """Type the text, a few letters at a time."""
        for letters in range(0, self.longest + 1, 3):
            self.controls["letters"].value = letters
            yield


# The cache ----------------------------------------------------------------------------------------
def products(network, n, cache):
    """How many multiplications it takes to read n letters, one after another."""
    E, places, *blocks, norm, head = network.layers
    dim, K = E.n_out, head.n_out
    weights = sum(b.attention.n_parameters + sum(d.W.size for d in b.mlp.layers[::2])
                  for b in blocks) + dim * K
    total = 0
    for length in range(1, n + 1):
        rows = 1 if cache else length
        total += rows * weights + len(blocks) * 2 * rows * length * dim
    return total


def time_ratio(network, n=96, times=3):
    """How many times longer n letters take without the cache; the median of interleaved runs."""
    ratios = []
    for seed in range(times):
        seconds = []
        for cache in (False, True):
            began = time.process_time()
            for _ in write(network, [0], n, cache=cache, rng=np.random.default_rng(seed)):
                pass
            seconds.append(time.process_time() - began)
        ratios.append(seconds[0] / seconds[1])
    return float(np.median(ratios))


def faster_by_the_clock(network):
    """Whether the clock gains by the cache, too; a sentence where no clock can say so."""
    return on_this_machine(lambda: time_ratio(network) > 1.3)


# What it has learnt by heart, and what it makes up ------------------------------------------------
def longest_copy(text, source):
    """The longest run of characters of the text that the source has, too."""
    best, start = "", 0
    for end in range(1, len(text) + 1):
        while text[start:end] not in source:
            start += 1
        if end - start > len(best):
            best = text[start:end]
    return best


def sample(network, prompt, n, *, temperature, seed):
    """n characters after the prompt."""
    alphabet = novel()[0]
    return to_text(write(network, to_tokens(prompt, alphabet), n, temperature=temperature,
                         rng=np.random.default_rng(seed)), alphabet)


def words(text):
    """The words of a text, whole and in small letters."""
    return "".join(c.lower() if c.isalpha() else " " for c in text).split()


def new_words(text, source):
    """The words that the source does not have, and their share of all words."""
    known, all_words = set(words(source)), words(text)[1:-1]
    new = [word for word in all_words if word not in known]
    return new, len(new) / len(all_words)


def three_pages(n=170):
    """Three pieces of text: of a table of pairs, by Austen, and of the GPT."""
    alphabet, train, test = novel()
    table = pair_table(train, len(alphabet))
    text = to_text(test, alphabet)
    start = text.index("\n", 2000) + 1
    return {"A": write_from_table(table, alphabet, n, rng=np.random.default_rng(1)).strip(),
            "B": text[start: start + n],
            "C": sample(gpt(), "\n", n, temperature=0.5, seed=3)}
