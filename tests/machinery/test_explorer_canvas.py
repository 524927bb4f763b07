"""The canvas that remembers words: the same picture as matplotlib's own, drawn once each."""

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch

from course_lib.explorer import canvas
from course_lib.explorer.canvas import Canvas, Renderer
from course_lib.figure.bars import outline


def drawn(kind, text, **style):
    """Grey levels of a figure with one text, drawn twice: at first, and from memory."""
    figure = Figure(figsize=(3, 3), dpi=120, facecolor="white")
    paper = kind(figure)
    artist = figure.text(60 / 360, 50 / 360, text, fontsize=12, **style)  # at whole pixels
    pictures = []
    for _ in range(2):
        paper.draw()
        pictures.append(np.array(paper.buffer_rgba())[..., :3].astype(float))
    assert artist.get_text() == text
    return pictures


STYLES = [
    {}, {"color": "#d55e00"}, {"alpha": 0.5}, {"rotation": 30}, {"rotation": 90},
    {"weight": "bold"}, {"bbox": {"facecolor": "yellow"}}, {"clip_on": True, "clip_box": None},
]


@pytest.mark.parametrize("style", STYLES, ids=str)
@pytest.mark.parametrize("text", ["−0.25 jgpq Å", "γ = 1.37, w₁ → (−2; 40 %)", "two\nlines",
                                  r"$\frac{a}{b}$ = ½"])
def test_the_picture_is_matplotlibs(text, style):
    first, again = drawn(Canvas, text, **style)
    expected, _ = drawn(FigureCanvasAgg, text, **style)
    assert np.array_equal(first, again)
    assert expected.min() < 160, "nothing was drawn"
    dark, dark_expected = 255 - first, 255 - expected
    assert dark.sum() == pytest.approx(dark_expected.sum(), rel=0.02), "ink is missing or doubled"
    rows, columns = (np.average(np.indices(dark.shape)[axis], weights=dark)
                     - np.average(np.indices(dark.shape)[axis], weights=dark_expected)
                     for axis in (0, 1))
    exact = style.get("rotation") != 90 or matplotlib.__version_info__ >= (3, 11)
    near = 0.75 if exact else 2.6  # older ones turn a word by eye
    assert abs(rows) <= near and abs(columns) <= near, "a word has moved"


@pytest.fixture
def made(monkeypatch):
    """What was drawn and not taken from memory, in order."""
    strings, picture = [], Renderer._picture
    monkeypatch.setattr(Renderer, "_picture",
                        lambda self, gc, s, *rest: strings.append(s) or picture(self, gc, s, *rest))
    return strings


def test_a_word_is_drawn_once(made):
    figure = Figure(figsize=(3, 1))
    paper, text = Canvas(figure), figure.text(0.2, 0.5, "one")
    for word in ("one", "two", "one", "two"):
        text.set_text(word)
        paper.draw()
    text.set_color("red")
    paper.draw()
    assert made == ["one", "two", "two"]


def test_a_new_number_is_set_from_digits_that_are_remembered(made):
    figure = Figure(figsize=(3, 1))
    paper, text = Canvas(figure), figure.text(0.2, 0.5, "cost 0.123")
    for word in ("cost 0.123", "cost 3.210", "cost 1.032"):
        text.set_text(word)
        paper.draw()
    assert made == ["cost", " ", "0", ".", "1", "2", "3"]


@pytest.mark.parametrize("text", ["−0.25", "cost 3.210", "γ = 1.37, w₁ → (−2; 40 %)", "AVA", "−"])
def test_a_string_is_as_large_as_matplotlib_says(text):
    prop = FontProperties(size=12)
    expected = RendererAgg(10, 10, 120).get_text_width_height_descent(text, prop, False)
    got = Renderer(10, 10, 120).get_text_width_height_descent(text, prop, False)
    assert got == pytest.approx(expected, abs=0.3)


def test_a_word_that_was_clipped_is_remembered_whole():
    figure = Figure(figsize=(3, 1))
    paper, text = Canvas(figure), figure.text(0.95, 0.5, "far out")
    paper.draw()
    text.set_position((0.2, 0.5))
    paper.draw()
    whole = np.array(paper.buffer_rgba())
    assert np.array_equal(whole, drawn_at(0.2))


def drawn_at(x):
    figure = Figure(figsize=(3, 1))
    paper = Canvas(figure)
    figure.text(x, 0.5, "far out")
    paper.draw()
    return np.array(paper.buffer_rgba())


def test_the_memory_has_an_end(monkeypatch):
    monkeypatch.setattr(canvas, "MOST_WORDS", 3)
    figure = Figure(figsize=(3, 1))
    paper, text = Canvas(figure), figure.text(0.2, 0.5, "")
    for number in range(8):
        text.set_text(str(number))
        paper.draw()
        assert len(paper.get_renderer().words) <= 3


class Page:
    """A figure whose artists are drawn one by one, as an explorer does, with a count of calls."""

    def __init__(self):
        self.figure = Figure(figsize=(3, 3), dpi=120, facecolor="white")
        self.canvas, self.ax = Canvas(self.figure), self.figure.add_axes((0, 0, 1, 1))
        self.canvas.draw()

    def drawn(self, artist, monkeypatch):
        """Whether the artist was asked to draw itself, and the pixels of it."""
        calls, draw = [], type(artist).draw
        with monkeypatch.context() as patch:
            patch.setattr(type(artist), "draw", lambda *a, **k: calls.append(1) or draw(*a, **k))
            self.canvas.get_renderer().clear()
            self.canvas.draw_artist(artist)
        return bool(calls), np.array(self.canvas.buffer_rgba())


@pytest.mark.parametrize(("make", "change"), [
    (lambda ax: ax.plot([0, 1], [0, 1], "o--", gapcolor="red")[0], {"ydata": [1, 0]}),
    (lambda ax: ax.text(0.5, 0.5, "γ = 1"), {"text": "γ = 2"}),
    (lambda ax: ax.text(0.5, 0.5, "γ = 1"), {"position": (0.2, 0.7)}),
    (lambda ax: ax.text(0.5, 0.5, "γ = 1"), {"fontweight": "bold"}),
    (lambda ax: ax.bar([0.5], [0.5], hatch="//")[0], {"height": 0.3}),
    (lambda ax: ax.bar([0.5], [0.5])[0], {"visible": False}),
    (lambda ax: ax.imshow(np.eye(3)), {"data": 1 - np.eye(3)}),
], ids=["a line", "a word", "its place", "its weight", "a bar", "no bar", "an image"])
def test_what_has_not_changed_is_drawn_from_memory(make, change, monkeypatch):
    page = Page()
    artist = make(page.ax)
    page.canvas.draw()
    asked, first = page.drawn(artist, monkeypatch)
    assert asked
    asked, again = page.drawn(artist, monkeypatch)
    assert not asked
    assert np.array_equal(again, first)
    artist.set(**change)
    asked, changed = page.drawn(artist, monkeypatch)
    assert asked
    assert not np.array_equal(changed, first)


@pytest.mark.parametrize(("make", "change"), [
    (lambda ax: ax.annotate("here", (0.5, 0.5), (0.1, 0.1), arrowprops={}),
     lambda artist: setattr(artist, "xy", (0.9, 0.2))),
    (lambda ax: ax.add_patch(PathPatch(outline([0.5], [0.5]))),
     lambda artist: artist.set_path(outline([0.5], [0.3]))),
], ids=["a note", "a shape"])
def test_what_does_not_say_that_it_changes_is_drawn_anew(make, change, monkeypatch):
    page = Page()
    artist = make(page.ax)
    _, first = page.drawn(artist, monkeypatch)
    change(artist)
    assert not artist.stale, "it says it now: remember it, too"
    asked, changed = page.drawn(artist, monkeypatch)
    assert asked
    assert not np.array_equal(changed, first)


def test_a_new_scene_forgets_what_was_drawn(monkeypatch):
    page = Page()
    (line,) = page.ax.plot([0, 1], [0, 1])
    _, first = page.drawn(line, monkeypatch)
    page.ax.set(xlim=(0, 4))
    page.canvas.draw()
    asked, moved = page.drawn(line, monkeypatch)
    assert asked
    assert not np.array_equal(moved, first)
