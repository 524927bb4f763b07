"""Draw a digit with the mouse and see which one the network of the lesson takes it for."""

import io

import numpy as np
from ipywidgets import Button, FileUpload, FloatSlider
from matplotlib.patches import Rectangle
from PIL import Image

from course_lib.activations import softmax
from course_lib.explorer.base import Explorer
from course_lib.figure.images import INK, bare
from course_lib.figure.style import COLOURS, GREY

DOTS, BLOCK = 32, 4  # the digits were 32 × 32 dots, counted in blocks of 4 × 4
CANVAS = 200  # pixels
SEVEN = [[(0.25, 0.15), (0.75, 0.15), (0.42, 0.88)], [(0.36, 0.52), (0.72, 0.52)]]


def count_blocks(dots):
    """Dots (32, 32) of ink, as the digits of the course: ink in each 4 × 4 block, 0 … 1."""
    side = DOTS // BLOCK
    return dots.reshape(side, BLOCK, side, BLOCK).mean(axis=(1, 3)).astype(np.float32)


def digit_from_strokes(strokes, width=0.12):
    """Lines of points (x, y), y downwards, as an 8 × 8 image: cut out, scaled to the full height.

    Parameters
    ----------
    strokes : list of lists of (x, y)
        What was drawn from pressing to letting go; any unit.
    width : float
        Of the pen, as a part of the digit's height.
    """
    points = [np.array(stroke, float).reshape(-1, 2) for stroke in strokes if len(stroke)]
    if not points:
        return np.zeros((DOTS // BLOCK,) * 2, np.float32)
    everything = np.concatenate(points)
    low, high = everything.min(axis=0), everything.max(axis=0)
    scale = (1 - width) * DOTS / max(*(high - low), 1e-9)  # the pen's own width needs room too
    middle = (low + high) / 2
    y, x = np.mgrid[:DOTS, :DOTS] + 0.5
    ink = np.zeros((DOTS, DOTS), bool)
    for stroke in points:
        stroke = (stroke - middle) * scale + DOTS / 2
        for a, b in zip(stroke, stroke[1:] if len(stroke) > 1 else stroke, strict=False):
            along = b - a
            t = ((x - a[0]) * along[0] + (y - a[1]) * along[1]) / max(along @ along, 1e-12)
            t = np.clip(t, 0, 1)
            away = np.hypot(x - a[0] - t * along[0], y - a[1] - t * along[1])
            ink |= away <= width * DOTS / 2
    return count_blocks(ink)


def digit_from_file(content):
    """The bytes of a picture, dark ink on light paper or the reverse, as an 8 × 8 image.

    Raises ValueError for bytes that are no picture, and for a picture of one grey alone.
    """
    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture = picture.convert("RGBA")
            paper = Image.new("RGBA", picture.size, "white")
            grey = np.asarray(Image.alpha_composite(paper, picture).convert("L"), float)
    except OSError as error:
        raise ValueError("the file is no picture that can be read; save it as PNG") from error
    if np.ptp(grey) < 30:
        raise ValueError("the picture has one grey alone; draw a dark digit on light paper")
    ink = grey < (grey.max() + grey.min()) / 2
    border = np.concatenate([ink[0], ink[-1], ink[:, 0], ink[:, -1]])
    if border.mean() > 0.5:
        ink = ~ink  # light on dark
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    ink = ink[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1]
    side = max(ink.shape)
    square = np.zeros((side, side), np.uint8)
    top, left = (side - ink.shape[0]) // 2, (side - ink.shape[1]) // 2
    square[top:top + ink.shape[0], left:left + ink.shape[1]] = 255 * ink
    small = Image.fromarray(square).resize((DOTS, DOTS), Image.Resampling.BOX)
    return count_blocks(np.asarray(small) > 127)


class Drawing(Explorer):
    """Draw a digit: the 8 × 8 image that the network gets, and its answer.

    Where the package ipycanvas is missing, a picture file can be given instead.
    """

    size = (8, 2.8)

    def __init__(self, network):
        self.network, self.strokes, self.given, self.pressed = network, [], None, False
        self.strokes = [list(stroke) for stroke in SEVEN]
        super().__init__(
            pen=FloatSlider(0.12, min=0.06, max=0.24, step=0.02, description="pen"),
            clear=Button(description="Clear"),
            example=Button(description="Example"),
        )
        self.controls["pen"].layout.width = "300px"
        self.pad = self.make_pad()
        self.children[0].children = (self.pad, *self.children[0].children)
        self.redraw_pad()

    # The pad -----------------------------------------------------------------------------------
    def make_pad(self):
        """A canvas for the mouse or a finger; a file upload where ipycanvas is not installed."""
        try:
            from ipycanvas import Canvas
        except ImportError:
            upload = FileUpload(accept="image/*", description="Picture of a digit")
            upload.observe(lambda change: self.upload(change.new), "value")
            return upload
        canvas = Canvas(width=CANVAS, height=CANVAS, sync_image_data=False)
        canvas.layout.border = "2px solid #6B6B6B"
        canvas.layout.width = canvas.layout.height = f"{CANVAS + 4}px"
        canvas.on_client_ready(self.redraw_pad)  # a new view of the pad is empty
        canvas.on_mouse_down(self.pen_down)
        canvas.on_mouse_move(self.pen_move)
        canvas.on_mouse_up(self.pen_up)
        canvas.on_mouse_out(self.pen_up)
        canvas.on_touch_start(lambda touches: self.pen_down(*touches[0]))
        canvas.on_touch_move(lambda touches: self.pen_move(*touches[0]))
        canvas.on_touch_end(lambda touches: self.pen_up())
        return canvas

    def redraw_pad(self):
        if not hasattr(self.pad, "stroke_lines"):
            return
        # ipycanvas says which canvas it draws on only when that changes, so a view that was opened
        # later would never hear it.
        self.pad._canvas_manager._current_canvas = None
        self.pad.clear()
        for stroke in self.strokes:
            self.pad.line_width = 14
            self.pad.line_cap = self.pad.line_join = "round"
            self.pad.stroke_lines([(CANVAS * x, CANVAS * y) for x, y in stroke])

    def pen_down(self, x, y):
        """The mouse was pressed at (x, y), in pixels of the pad."""
        self.pressed, self.given = True, None
        self.strokes.append([(x / CANVAS, y / CANVAS)])

    def pen_move(self, x, y):
        """The mouse was moved; it draws while it is pressed."""
        if not self.pressed:
            return
        a, b = self.strokes[-1][-1], (x / CANVAS, y / CANVAS)
        if np.hypot(b[0] - a[0], b[1] - a[1]) < 0.02:
            return
        self.strokes[-1].append(b)
        self.pad.line_width, self.pad.line_cap = 14, "round"
        self.pad.stroke_line(*(CANVAS * v for v in (*a, *b)))

    def pen_up(self, *_):
        """The mouse was let go: ask the network."""
        if self.pressed:
            self.pressed = False
            self.frame()

    def upload(self, files):
        """A file was given: its picture is the digit."""
        if files:
            with self._turn():
                self.given = digit_from_file(bytes(files[0]["content"]))
            self.frame()

    def clear(self):
        """An empty pad."""
        self.strokes, self.given = [], None
        self.redraw_pad()

    def example(self):
        """The seven of the beginning."""
        self.strokes, self.given = [list(stroke) for stroke in SEVEN], None
        self.redraw_pad()

    # The picture -------------------------------------------------------------------------------
    def build(self, fig):
        left, right = fig.subplots(1, 2, width_ratios=[1, 1.6])
        bare(left, "the input: 8 × 8")
        self.image = left.imshow(np.zeros((8, 8)), cmap=INK, vmin=0, vmax=1)
        left.add_patch(Rectangle((-0.5, -0.5), 8, 8, fill=False, ec=GREY))
        self.bars = right.bar(range(10), np.zeros(10), color=COLOURS["model"])
        right.set(ylim=(0, 1), xticks=range(10), xlabel="digit", ylabel="probability")
        return [self.image, *self.bars]

    def digit(self, pen):
        """The 8 × 8 image of what was drawn or given."""
        return digit_from_strokes(self.strokes, pen) if self.given is None else self.given

    def move(self, pen):
        x = self.digit(pen)
        self.image.set_data(x)
        if not x.any():
            for bar in self.bars:
                bar.set_height(0)
            return "The pad is empty: press the mouse and draw a digit."
        p = softmax(self.network.predict(x[None, None]).astype(float))[0]
        best, second = np.argsort(p)[::-1][:2]
        for digit, (bar, height) in enumerate(zip(self.bars, p, strict=True)):
            bar.set_height(height)
            bar.set_facecolor(COLOURS["highlight" if digit == best else "model"])
        return (f"The network takes this for a {best} with probability {p[best]:.2f}; next is "
                f"{second} with {p[second]:.2f}. {x.mean():.0%} of the 8 × 8 image is ink.")

    def close(self):
        self.pad.close()
        super().close()
