"""Give the photograph network a photograph, and cover a part of it: the likeliest words change."""

import io
import warnings

import numpy as np
from ipywidgets import Dropdown, FileUpload, IntSlider
from matplotlib.patches import Rectangle
from PIL import Image, ImageOps

from course_lib.datasets.photos import load_photos
from course_lib.explorer.base import Explorer
from course_lib.explorer.places import nearest
from course_lib.figure.images import bare
from course_lib.figure.pixels import Images, page
from course_lib.figure.style import BLACK, COLOURS
from course_lib.lessons.lesson_00.photo_network import GREY, SIDE, photo_network, square

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
LARGEST = 1024  # pixels on the longer side: a larger photograph of the reader's is made smaller
WIDTH, HEIGHT, SHOWN = 960, 508, 448  # pixels of the figure, and of the photograph in it
LEFT, LOW, BARS = 10, 14, 490  # where the photograph and the bars begin
OWN = "your photograph"
KEPT = 200  # answers that are remembered
UNREADABLE = ("this file is not a photograph that can be read here. Save it as JPEG or PNG and "
              "choose it again")


def photo_from_file(content):
    """The bytes of a JPEG or PNG file as a picture (height, width, 3), upright, on white.

    Raises ValueError, with what to do, for anything else.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                picture.draft("RGB", (LARGEST, LARGEST))  # a JPEG is read at a part of its size
                picture = upright(picture)
    except Image.DecompressionBombError as error:
        raise ValueError("this photograph has more pixels than can be read here. Save it at a "
                         "smaller size and choose it again") from error
    except Exception as error:  # a damaged file fails in many ways, and the remedy is the same
        raise ValueError(UNREADABLE) from error
    paper = Image.new("RGBA", picture.size, "white")
    return np.asarray(Image.alpha_composite(paper, picture).convert("RGB"))


def upright(picture):
    """A picture of Pillow's at most LARGEST pixels wide and high, RGBA, as it was held."""
    if picture.mode.startswith("I"):  # 16 bits a pixel: convert would cut them off, not scale
        grey = np.asarray(picture).astype(float) / 257
        picture = Image.fromarray(grey.clip(0, 255).astype(np.uint8))
    picture = ImageOps.exif_transpose(picture).convert("RGBA")
    scale = min(1, LARGEST / max(picture.size))
    size = [max(1, round(side * scale)) for side in picture.size]
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3)


def sureness(p):
    """How sure a probability sounds."""
    return next(word for least, word in ((0.75, "sure"), (0.45, "fairly sure"), (0.2, "unsure"),
                                         (0, "guessing")) if p >= least)


def about(p):
    """A probability to the nearest tenth, as a text."""
    if p < 0.05:
        return "less than 5%"
    return "almost 100%" if p >= 0.95 else f"about {10 * round(10 * p)}%"


class PhotoReader(Explorer):
    """The five likeliest words for a photograph, of which a grey patch covers a part.

    The reader chooses one of the course's photographs or gives one of her own, and moves the patch
    with the mouse or the sliders. A line at each bar shows the probability without the patch.
    """

    size, strip = (WIDTH / 120, HEIGHT / 120), "photo"

    def __init__(self, photos=None):
        self.network, self.answers, self.painted = photo_network(), {}, {}
        photos = load_photos() if photos is None else photos
        self.pictures = {photo.name: photo.pixels for photo in photos}
        first = "coffee" if "coffee" in self.pictures else next(iter(self.pictures))
        super().__init__(
            photo=Dropdown(options=list(self.pictures), value=first, description="photograph"),
            size=IntSlider(96, 0, 160, 16, description="size of the patch"),
            across=IntSlider(0, 0, 100, 5, description="across"),
            down=IntSlider(100, 0, 100, 5, description="down"),
        )
        self.file = FileUpload(accept="image/*", description="Your own photograph")
        self.file.layout.width = "200px"
        self.file.observe(lambda change: self.upload(change.new), "value")
        self.children[0].children = (*self.children[0].children, self.file)

    def upload(self, files):
        """A file was given: its photograph is chosen."""
        if not files:
            return
        with self._turn():
            pixels = photo_from_file(bytes(files[0]["content"]))
            self.pictures[OWN] = pixels
            self.painted.pop(OWN, None)
            self.answers = {k: answer for k, answer in self.answers.items() if k[0] != OWN}
            self._held = True  # one picture, when all is in its place
            try:
                self.controls["photo"].options = list(self.pictures)
                self.controls["photo"].value = OWN
            finally:
                self._held = False
        self._changed({OWN})

    # What the network says ---------------------------------------------------------------------
    def patch(self, size, across, down):
        """The patch: its left and upper edge, in the network's pixels."""
        return round((SIDE - size) * across / 100), round((SIDE - size) * down / 100)

    def answer(self, photo, size=0, across=0, down=0):
        """The probabilities of the words for a photograph under the patch; remembered."""
        left, top = self.patch(size, across, down)
        key = photo, size, left, top
        if key not in self.answers:
            pixels = square(self.pictures[photo]).copy()
            pixels[top:top + size, left:left + size] = GREY
            if len(self.answers) >= KEPT:
                self.answers.pop(next(iter(self.answers)))
            self.answers[key], = self.network.predict([pixels])
        return self.answers[key]

    # The picture -------------------------------------------------------------------------------
    def build(self, fig):
        fig.set_layout_engine("none")
        left, right = (fig.add_axes([x / WIDTH, LOW / HEIGHT, width / WIDTH, SHOWN / HEIGHT])
                       for x, width in ((LEFT, SHOWN), (BARS, WIDTH - BARS - 4)))
        bare(left, "what the network gets")
        left.set(xlim=(0, SIDE), ylim=(SIDE, 0))
        self.seen = left.add_artist(Images())
        grey = (GREY / 255,) * 3
        self.cover = left.add_patch(Rectangle((0, 0), 1, 1, fc=grey, ec="white", lw=1.5))
        bare(right, "the likeliest of 1,000 words")
        right.set(xlim=(0, 1.15), ylim=(4.75, -0.6))
        rows = np.arange(5)
        right.barh(rows + 0.25, np.ones(5), height=0.3, color="#EEEEEE")
        self.bars = right.barh(rows + 0.25, np.zeros(5), height=0.3, color=COLOURS["model"])
        self.marks = [right.plot([0, 0], [row + 0.06, row + 0.44], color=BLACK, lw=2,
                                 linestyle="-")[0] for row in rows]
        self.words = [right.text(0, row - 0.12, "", va="center") for row in rows]
        self.percents = [right.text(1.02, row + 0.25, "", va="center", size=12) for row in rows]
        self.key = right.text(0, 4.7, "the black line: without the patch", size=12,
                              va="center", color=COLOURS["reference"])
        return [self.seen, self.cover, *self.bars, *self.marks, *self.words, *self.percents]

    def move(self, photo, size, across, down):
        whole, p = self.answer(photo), self.answer(photo, size, across, down)
        left, top = self.patch(size, across, down)
        self.seen.cells = self.paint(photo)
        self.cover.set_bounds(left, top, size, size)
        self.cover.set_visible(size > 0)
        best = np.argsort(-p, kind="stable")[:5]
        for row, k in enumerate(best):
            self.bars[row].set_width(p[k])
            self.bars[row].set_facecolor(COLOURS["highlight" if row == 0 else "model"])
            self.marks[row].set_xdata([whole[k]] * 2)
            self.words[row].set_text(self.network.words[k])
            self.percents[row].set_text(f"{p[k]:.0%}")
        return self.sentence_for(photo, size, whole, p)

    def paint(self, photo):
        """The photograph as cells of Images, pixel for pixel; remembered."""
        if photo not in self.painted:
            [(_, pixels)] = page(square(self.pictures[photo], SHOWN))
            self.painted[photo] = [((LEFT, LOW), pixels)]
        return self.painted[photo]

    def sentence_for(self, photo, size, whole, p):
        """What the network says of the whole photograph, and of what the patch leaves of it."""
        words, (first, *others) = self.network.words, np.argsort(-whole, kind="stable")[:3]
        name = "Your photograph" if photo == OWN else f"The photograph “{photo}”"
        text = (f"{name}: the network is {sureness(whole[first])}, with {about(whole[first])} for "
                f"“{words[first]}”")
        others = [f"“{words[k]}”" for k in others if whole[k] >= 0.05]
        text += f", then {' and '.join(others)}." if others else "."
        if not size:
            return text + " Nothing is covered."
        now, share = int(p.argmax()), size**2 / SIDE**2
        text += f" The patch covers {share:.0%} of it: "
        if now == first:
            return text + f"“{words[first]}” stays first, with {about(p[first])}."
        return text + (f"now “{words[now]}” comes first, with {about(p[now])}, and "
                       f"“{words[first]}” has {about(p[first])}.")

    def pointed(self, x, y):
        """The patch comes to where the photograph is touched."""
        if not self.cover.axes.contains_point((x, y)):
            return None
        size = self.values["size"]
        place = np.subtract(self.cover.axes.transData.inverted().transform((x, y)), size / 2)
        across, down = 100 * place / (SIDE - size)
        return {name: nearest(self.controls[name], value)
                for name, value in (("across", across), ("down", down))}

    def close(self):
        self.file.close()
        super().close()
