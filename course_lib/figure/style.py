"""One look for every figure: colours by role, large type, and a text that goes with the picture.

Matplotlib's defaults are ours (`RC`) only while a figure of ours is made: from `new_figure` to
`show`, and while an explorer draws. A figure of your own has the looks that you gave it. Colours
are Okabe and Ito's, which stay apart for colour-blind readers; each also has a line style and a
marker, so that colour is never the only difference.
"""

import html
import io
import threading
import weakref
from base64 import b64encode

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, RED, PINK, GREY = "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#6B6B6B"

# What is drawn -> its colour. The same role has the same colour in every lesson.
COLOURS = {
    "data": BLACK,
    "model": BLUE,
    "cost": RED,
    "gradient": ORANGE,
    "train": BLUE,
    "validation": RED,
    "test": GREEN,
    "class 0": BLUE,
    "class 1": ORANGE,
    "target": GREEN,
    "highlight": RED,
    "reference": GREY,
}
# For families of curves: the n-th curve has the n-th colour, line style and marker.
SERIES = [BLUE, RED, GREEN, ORANGE, PINK, SKY, BLACK]
LINES = ["-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)), (0, (1, 1))]
MARKERS = ["o", "s", "^", "D", "v", "P", "X"]
# Numbers without a sign, and numbers whose sign matters.
SEQUENTIAL, DIVERGING = "cividis", "RdBu_r"

RC = {
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "axes.facecolor": "white",
    "figure.dpi": 120,
    "font.family": "DejaVu Sans",
    "font.size": 14,
    "axes.titlesize": 15,
    "axes.titley": 1.0,  # no search, at each drawing, for what the title could collide with
    "axes.labelsize": 14,
    "xtick.labelsize": 12,
    "ytick.labelsize": 12,
    "legend.fontsize": 12,
    "lines.linewidth": 2.2,
    "lines.markersize": 7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": matplotlib.cycler(color=SERIES) + matplotlib.cycler(linestyle=LINES),
    "image.cmap": SEQUENTIAL,
}


class Looks:
    """A context in which Matplotlib's defaults are `RC`; it may be entered again inside itself.

    Afterwards a default is what it was, unless somebody else has changed it meanwhile.
    """

    def __init__(self):
        self._depth, self._before, self._lock = 0, {}, threading.Lock()
        with matplotlib.rc_context(RC):  # as Matplotlib understands them
            self._ours = {name: matplotlib.rcParams[name] for name in RC}

    def __enter__(self):
        with self._lock:
            self._depth += 1
            if self._depth == 1:
                self._before = {name: matplotlib.rcParams[name] for name in RC}
                dict.update(matplotlib.rcParams, self._ours)  # without checking them again
        return self

    def __exit__(self, *_):
        with self._lock:
            self._depth -= 1
            if self._depth == 0:
                dict.update(matplotlib.rcParams, {
                    name: value for name, value in self._before.items()
                    if matplotlib.rcParams[name] is self._ours[name]})


looks = Looks()
_being_made = weakref.WeakKeyDictionary()  # figure -> what ends its looks, once


def _end_looks(fig):
    end = _being_made.pop(fig, None)
    if end is not None:
        end()


def series(n: int) -> dict:
    """Colour, line style and marker of the n-th curve, as keywords of `ax.plot`."""
    n = n % len(SERIES)
    return {"color": SERIES[n], "linestyle": LINES[n], "marker": MARKERS[n]}


def new_figure(rows: int = 1, columns: int = 1, size: tuple[float, float] = (8, 4), **keywords):
    """A figure outside pyplot (so nothing keeps it alive) and its axes; `show` displays it.

    Until it is shown, or forgotten, what is drawn has the looks of the course.

    Returns
    -------
    fig, axes : Figure and what `fig.subplots(rows, columns, **keywords)` gives
    """
    looks.__enter__()
    try:
        fig = Figure(figsize=size, layout="constrained")
    except BaseException:
        looks.__exit__()
        raise
    end = weakref.finalize(fig, looks.__exit__)
    end.atexit = False
    _being_made[fig] = end
    FigureCanvasAgg(fig)
    return fig, fig.subplots(rows, columns, **keywords)


def png(fig) -> bytes:
    """The figure as PNG, at its own size, on white."""
    canvas = FigureCanvasAgg(fig)
    with looks:  # some ticks are made only now
        canvas.draw()
    return small_png(Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3]))


def small_png(picture, colours=256) -> bytes:
    """A Pillow image as PNG with at most so many colours: a third of the bytes, and no eye sees it.

    A photograph needs more colours: ``colours=None`` keeps them all.
    """
    if colours is not None:
        picture = picture.quantize(colours, method=Image.Quantize.MEDIANCUT,
                                   dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def picture_html(picture: bytes, text: str, caption: str = "") -> str:
    """A PNG as an HTML image whose `alt` is the text.

    HTML, because JupyterLab, Notebook and RISE give an `image/png` output no `alt`.
    """
    below = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    return (
        f'<figure class="course-figure" style="margin: 0"><img alt="{html.escape(text)}" '
        f'src="data:image/png;base64,{b64encode(picture).decode()}">{below}</figure>'
    )


def show(fig, text: str) -> None:
    """Display a figure with a text that says what it shows, with its numbers.

    The text is the picture's `alt` and the output's plain text, which nbval compares.
    """
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"show() got the text {text!r}; say in a sentence what the figure shows.")
    from IPython.display import display

    display({"text/plain": text, "text/html": picture_html(png(fig), text)}, raw=True)
    _end_looks(fig)
