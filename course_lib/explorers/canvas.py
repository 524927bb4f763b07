"""A canvas that remembers words: drawing one takes over a millisecond, pasting it a tenth."""

from math import ceil

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg

MARGIN = 3  # pixels around a word: letters reach beyond the box that is said to hold them
MOST_WORDS = 1000


class Renderer(RendererAgg):
    """Matplotlib's renderer, with a memory of the words that were drawn straight and opaque."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.words = {}

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        """Draw a string; x, y is the left end of its base line, y from the top."""
        if angle or gc.get_alpha() != 1:
            return super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
        key = s, hash(prop), tuple(gc.get_rgb()), ismath
        if key not in self.words:
            if len(self.words) == MOST_WORDS:
                self.words.clear()
            self.words[key] = self._picture(gc, s, prop, ismath, mtext)
        word, below = self.words[key]
        self.draw_image(gc, round(x) - MARGIN, self.height - round(y) - below, word)

    def _picture(self, gc, s, prop, ismath, mtext):
        """The word's pixels, bottom row first, and how many rows are below its base line."""
        width, height, descent = self.get_text_width_height_descent(s, prop, ismath)
        below = ceil(descent) + MARGIN
        above = ceil(height - descent) + MARGIN
        paper = RendererAgg(ceil(width) + 2 * MARGIN, above + below, self.dpi)
        whole = paper.new_gc()  # what is drawn may be clipped, what is remembered may not
        whole.copy_properties(gc)
        whole.set_clip_rectangle(None)
        whole.set_clip_path(None)
        paper.draw_text(whole, MARGIN, above, s, prop, 0, ismath, mtext)
        return np.array(paper.buffer_rgba())[::-1], below


class Canvas(FigureCanvasAgg):
    """Matplotlib's canvas of pixels, with our renderer."""

    _ours = None

    def get_renderer(self):
        """The renderer, made once: the figure of an explorer keeps its size."""
        if self._ours is None:
            self._ours = self.renderer = Renderer(*self.get_width_height(), self.figure.dpi)
        return self._ours
