"""A canvas that remembers words, and how what has not changed was drawn.

To draw a word takes over a millisecond, to paste it a tenth. A new number is put together from
digits that are remembered, as a printer sets type. Matplotlib reckons a third of a millisecond
before it draws a line, a bar or a word: of one that is as it was, the calls are made again.
"""

import io
import re
from copy import copy
from functools import partial
from math import ceil

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch
from matplotlib.text import Annotation, Text
from PIL import Image

MARGIN = 3  # pixels around a word: letters reach beyond the box that is said to hold them
MOST_WORDS = 1000
# Letters that stand together, for their distances depend on each other; or one of these signs.
PIECE = re.compile(r"[^\d\s.,:;%()+−–→/=×·|-]+|.")


class Renderer(RendererAgg):
    """Matplotlib's renderer, with a memory of opaque words, drawn straight or upward."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.words, self.sizes = {}, {}

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        """Draw a string; x, y is the left end of its base line, y from the top."""
        if angle not in (0, 90) or gc.get_alpha() != 1:
            return super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
        word, below = self._word(gc, s, prop, ismath, mtext)
        x, y = round(x), self.height - round(y)
        if angle:  # from the bottom up: rows become columns, and what was on top is on the left
            upward = np.ascontiguousarray(word[::-1].swapaxes(0, 1))
            self.draw_image(gc, x - (len(word) - below), y - MARGIN, upward)
        else:
            self.draw_image(gc, x - MARGIN, y - below, word)

    def get_text_width_height_descent(self, s, prop, ismath):
        """Width, height and descent of a string in pixels, from those of its pieces."""
        key = s, hash(prop), ismath
        if key not in self.sizes:
            pieces = pieces_of(s, ismath)
            if len(pieces) > 1:
                sizes = [self.get_text_width_height_descent(piece, prop, False) for piece in pieces]
                widths, heights, descents = np.transpose(sizes)
                descent = descents.max()
                size = widths.sum(), (heights - descents).max() + descent, descent
            else:
                size = super().get_text_width_height_descent(s, prop, ismath)
            keep(self.sizes, key, size)
        return self.sizes[key]

    def _word(self, gc, s, prop, ismath, mtext):
        """The word's pixels, bottom row first, and how many rows are below its base line."""
        key = s, hash(prop), tuple(gc.get_rgb()), ismath
        if key not in self.words:
            pieces = pieces_of(s, ismath)
            keep(self.words, key, self._composed(gc, pieces, prop, mtext) if len(pieces) > 1
                 else self._picture(gc, s, prop, ismath, mtext))
        return self.words[key]

    def _picture(self, gc, s, prop, ismath, mtext):
        width, height, descent = self.get_text_width_height_descent(s, prop, ismath)
        below = ceil(max(descent, 0)) + MARGIN
        above = ceil(height - descent) + MARGIN
        paper = RendererAgg(ceil(width) + 2 * MARGIN, above + below, self.dpi)
        whole = paper.new_gc()  # what is drawn may be clipped, what is remembered may not
        whole.copy_properties(gc)
        whole.set_clip_rectangle(None)
        whole.set_clip_path(None)
        paper.draw_text(whole, MARGIN, above, s, prop, 0, ismath, mtext)
        return np.array(paper.buffer_rgba())[::-1], below

    def _composed(self, gc, pieces, prop, mtext):
        words = [self._word(gc, piece, prop, False, mtext) for piece in pieces]
        widths = [self.get_text_width_height_descent(piece, prop, False)[0] for piece in pieces]
        places = np.concatenate([[0], np.cumsum(widths)]).round().astype(int)
        below = max(under for _, under in words)
        above = max(len(word) - under for word, under in words)
        paper = np.zeros((below + above, places[-1] + 2 * MARGIN + 1, 4), np.uint8)
        for (word, under), left in zip(words, places[:-1], strict=True):
            there = paper[below - under:, left:][:len(word), :word.shape[1]]
            inked = word[..., 3] > there[..., 3]
            there[inked] = word[inked]
        return paper, below


def pieces_of(s, ismath):
    """What of a string is drawn and measured by itself; a formula's parts are not."""
    return [s] if ismath else PIECE.findall(s)


def keep(memory, key, value):
    """Remember a value; a full memory starts anew."""
    if len(memory) >= MOST_WORDS:
        memory.clear()
    memory[key] = value


class Recorder:
    """Hands on to the renderer what an artist calls, and remembers the calls that draw."""

    def __init__(self, renderer):
        self.renderer, self.calls = renderer, []

    def __getattr__(self, name):
        call = getattr(self.renderer, name)
        if not name.startswith("draw_"):
            return call

        def remembered(gc, *arguments, **more):
            self.calls.append(partial(call, copy(gc), *arguments, **more))
            call(gc, *arguments, **more)

        return remembered


def says_when_it_changes(artist) -> bool:
    """Whether ``stale`` tells: not of an Annotation's place, a PathPatch's path, or a turn in 3-D.
    """
    return (isinstance(artist, Line2D | Text | Patch | AxesImage)
            and not isinstance(artist, Annotation | PathPatch)
            and type(artist).__module__.startswith("matplotlib."))


class Canvas(FigureCanvasAgg):
    """Matplotlib's canvas of pixels, with our renderer."""

    _ours = None

    def get_renderer(self):
        """The renderer, made once: the figure of an explorer keeps its size."""
        if self._ours is None:
            self._ours = self.renderer = Renderer(*self.get_width_height(), self.figure.dpi)
            self._recorder, self._calls = Recorder(self._ours), {}
        return self._ours

    def draw(self):
        """Draw the whole figure; places may have changed, so nothing is as it was."""
        super().draw()
        self.forget()

    def forget(self):
        """Draw each artist anew the next time; words stay remembered."""
        self._calls.clear()

    def draw_artist(self, artist):
        """Draw an artist; one that is as it was the last time, by the calls it made then."""
        if artist in self._calls and not artist.stale:
            for call in self._calls[artist]:
                call()
        elif says_when_it_changes(artist):
            self._recorder.calls = self._calls[artist] = []
            artist.draw(self._recorder)
        else:
            artist.draw(self._ours)

    def image(self) -> Image.Image:
        """What is drawn, as a Pillow image whose fourth byte means nothing; JPEG leaves it out."""
        size = self.get_width_height()
        return Image.frombuffer("RGBX", size, self.buffer_rgba(), "raw", "RGBX", 0, 1)

    def jpeg(self, **form) -> bytes:
        """What is drawn, as a JPEG file."""
        buffer = io.BytesIO()
        self.image().save(buffer, format="JPEG", **form)
        return buffer.getvalue()
