"""An explorer: controls, the picture they move, and one sentence with the current numbers.

A lesson's explorer draws its scene once (`build`) and then only moves what moves (`move`): the rest
of the picture is restored from memory. With `strip`, the frames of a whole control are sent to the
browser in advance, and the picture follows that control without asking Python.
"""

import re
import time
from contextlib import contextmanager

import numpy as np
from ipywidgets import Box, Button, Play, VBox, jslink
from matplotlib.figure import Figure

from course_lib.explorer.canvas import Canvas
from course_lib.explorer.picture import Picture
from course_lib.explorer.places import index_of, values_of
from course_lib.explorer.work import LOCK, Work
from course_lib.figure import style

HYPHEN = re.compile(r"(?<![\w-])-(?=[\d.$])|(?<=\de)-(?=\d)")  # before a number: it means minus
PICTURES_A_SECOND = 25  # of a loop that runs while it is watched
PAUSE = 0.3  # seconds without a change before a strip is drawn again: a drag comes first


class Explorer(VBox):
    """Base of all explorers: a subclass gives controls, `build` and `move`.

    With a method `pointed(x, y)` the reader can press and drag on the picture, too: it gets the
    place in the figure's display coordinates (``ax.transData.inverted()`` leads to the data) and
    returns new values of controls by name, or None where there is nothing to point at.

    What takes longer than a frame may, such as training, goes into a method `catch_up(**values)`
    that yields every few hundredths of a second: after a change it runs between the reader's other
    actions, and `move` shows how far it has come.

    Parameters
    ----------
    **controls : ipywidgets, by name. Each value is handed to `move` under that name. A `Button`
        called `train` calls the method `train`; a `Play` runs the control named by `strip`.

    Attributes
    ----------
    size : (width, height) of the figure in inches; 120 pixels are an inch.
    strip : name of the control whose frames are sent to the browser in advance, or None. It must be
        a slider or a selection, and `move` must depend on nothing but its arguments.
    colours : how many the stored picture may have; None for a photograph, which needs them all.
    moving : the artists that `build` returned; `move` may replace the list.
    controls : dict of name -> widget.
    """

    size, strip, colours = (8, 4.5), None, 256
    controls, moving, _links = {}, (), ()
    _held, _shown, _pressed, _background = False, False, None, None

    def build(self, fig) -> list:
        """Draw the scene on an empty figure; return the artists that move."""
        raise NotImplementedError(f"{type(self).__name__} needs build(self, fig).")

    def move(self, **values) -> str:
        """Move the artists to the values of the controls; return the sentence.

        A hyphen in front of a number is shown as a minus.
        """
        raise NotImplementedError(f"{type(self).__name__} needs move(self, ...).")

    def catch_up(self, **values):
        """Do the work that a change asks for, and yield between its steps; none by default."""
        return ()

    def __init__(self, **controls):
        self.controls, self._links, self._work = controls, [], Work(self._turn)
        self.picture = Picture(main=controls[self.strip] if self.strip else None,
                               pointable=hasattr(self, "pointed"))
        self.picture.observe(self._pointed_at, "pointer")
        with style.looks:
            self._fig = Figure(figsize=self.size, dpi=120, layout="constrained", facecolor="white")
            self._canvas = Canvas(self._fig)
        super().__init__([Box(list(controls.values())), self.picture])
        self.add_class("course-explorer")
        self.children[0].add_class("course-controls")
        with style.looks:
            self.moving = list(self.build(self._fig))
        for name, control in controls.items():
            control.style.description_width = "initial"
            if isinstance(control, Button):
                control.on_click(lambda _, name=name: self.press(name))
            elif isinstance(control, Play):
                main = controls[self.strip]
                target = "index" if main.has_trait("index") else "value"
                control.value = getattr(main, target)  # or the link would set the slider to Play's
                self._links.append(jslink((control, "value"), (main, target)))
            else:
                control.observe(lambda change, name=name: self._changed({name}), "value")
        self._finish()
        self.frame()

    # Reading and setting -----------------------------------------------------------------------
    @property
    def values(self) -> dict:
        """The controls' values by name, as `move` gets them."""
        silent = (Button, Play)
        return {n: c.value for n, c in self.controls.items() if not isinstance(c, silent)}

    @property
    def sentence(self) -> str:
        """The sentence that is under the picture now."""
        if self.picture.frames:
            return self.picture.sentences[self._index()]
        return self.picture.sentence

    def set(self, **values) -> str:
        """Set controls by name, draw, and return the sentence."""
        if unknown := values.keys() - self.values.keys():
            raise ValueError(f"{type(self).__name__} has no control {sorted(unknown)}; "
                             f"it has {sorted(self.values)}.")
        self._held = True
        try:
            for name, value in values.items():
                self.controls[name].value = value
        finally:
            self._held = False
        self._finish()
        self._changed(set(values))
        return self.sentence

    def _changed(self, names):
        if self._held or self._pressed:
            return  # the frame comes at the end of `set`, or with the next `yield`
        if self.picture.frames and names <= {self.strip}:
            return  # the browser already shows the frame of the strip
        self.frame()
        if names - {self.strip}:
            self._work.start(self._after_a_change())

    def _finish(self):
        with self._turn():
            for _ in self.catch_up(**self.values):
                pass

    def _after_a_change(self):
        behind = False
        for seconds in self._watched(self.catch_up(**self.values)):
            yield seconds
            behind = True
        if behind:
            self.frame()
        if self.strip and self._shown:
            yield PAUSE
            yield from self._strip_steps()

    def _pointed_at(self, change):
        with self._turn():
            values = self.pointed(*np.multiply(change.new, self._canvas.get_width_height()))
            if values and values.items() - self.values.items():
                self.set(**values)

    # Drawing -----------------------------------------------------------------------------------
    def redraw_scene(self):
        """Call it in `move` when what `build` drew has changed too: the next frame draws it all."""
        self._background = None

    def _draw(self, values) -> str:
        with style.looks:
            return self._draw_in_our_looks(values)

    def _draw_in_our_looks(self, values) -> str:
        sentence = self.move(**values)
        if not isinstance(sentence, str) or not sentence.strip():
            raise TypeError(f"{type(self).__name__}.move returned {sentence!r}; it must return "
                            "the sentence that says what the picture shows.")
        sentence = HYPHEN.sub("−", sentence)
        for artist in self.moving:
            artist.set_animated(True)  # left out of the background
        if self._background is None:
            self._canvas.draw()
            self._fig.set_layout_engine("none")  # nothing shifts from frame to frame
            self._background = self._canvas.copy_from_bbox(self._fig.bbox)
        self._canvas.restore_region(self._background)
        for artist in sorted(self.moving, key=lambda artist: artist.get_zorder()):
            self._canvas.draw_artist(artist)
        return sentence

    def _jpeg(self) -> bytes:
        # 3 ms; a PNG takes 7 to 20
        return self._canvas.jpeg(quality=90, subsampling=0)

    def frame(self) -> str:
        """Draw the present values, send the frame to the browser, return the sentence."""
        with self._turn():
            sentence = self._draw(self.values)
            with self.picture.hold_sync():
                self.picture.frames, self.picture.sentences = [], []
                self.picture.frame, self.picture.sentence = self._jpeg(), sentence
        return sentence

    # The strip of frames -----------------------------------------------------------------------
    def _index(self) -> int:
        return index_of(self.controls[self.strip])

    def _strip_steps(self):
        positions = values_of(self.controls[self.strip])
        if len(positions) > 101:
            raise ValueError(f"The strip of {type(self).__name__} has {len(positions)} frames; "
                             f"give '{self.strip}' a larger step: 101 are the most.")
        frames, sentences = [], []
        for position in positions:
            sentences.append(self._draw(self.values | {self.strip: position}))
            frames.append(self._jpeg())
            yield
        with self.picture.hold_sync():
            self.picture.frames, self.picture.sentences = frames, sentences

    def render_strip(self):
        """Draw a frame for each position of the control `strip`, at once."""
        with self._turn():
            for _ in self._strip_steps():
                pass

    # Buttons and loops that run while they are watched -----------------------------------------
    def press(self, name: str):
        """What a press of the button does: call the method of its name, or stop it when it runs.

        A method that yields is a loop to watch: a frame is drawn after each `yield`, and it
        goes on between the reader's other actions, after as many seconds as it yields. Where no
        event loop runs, as in a test, it is run to its end at once.
        """
        with self._turn():
            if running := self._pressed:
                self._work.stop()
                self._released()
            if running == name:
                return
            steps = getattr(self, name)()
            if hasattr(steps, "__next__"):
                button, self._pressed = self.controls[name], name
                self._label, button.description = button.description, "Stop"
                self._work.start(self._until_released(steps))
            else:
                self._changed(set(self.controls))

    def _released(self):
        self.controls[self._pressed].description, self._pressed = self._label, None

    def _watched(self, steps):
        drawn = 0
        for seconds in steps:
            if time.monotonic() - drawn > 1 / PICTURES_A_SECOND:
                self.frame()
                drawn = time.monotonic()
            yield seconds

    def _until_released(self, steps):
        try:
            yield from self._watched(steps)
        except Exception:
            self._released()
            raise
        self._released()
        self._changed(set(self.controls))

    # Display, errors, end ----------------------------------------------------------------------
    @contextmanager
    def _turn(self):
        """One explorer at a time works, in one thread.

        An error is shown in the explorer and goes on: to the caller, or to the kernel's log.
        """
        with LOCK:
            try:
                yield
                self.picture.error = ""
            except Exception as error:
                self.picture.error = f"{type(error).__name__}: {error}"
                raise

    def _repr_mimebundle_(self, **keywords):
        self._finish()
        sentence = self.frame()
        data = super()._repr_mimebundle_(**keywords)
        data["text/plain"] = sentence
        data["text/html"] = style.picture_html(
            style.small_png(self._canvas.image().convert("RGB"), self.colours), sentence,
            caption=sentence)
        self._shown = True
        if self.strip:
            self.render_strip()
        return data

    def close(self):
        """Close the widgets and free the figure and the frames."""
        self._work.stop()
        self._fig = self._canvas = self._background = None
        self.moving = []
        for widget in (*self._links, *self.controls.values(), *self.children):
            for part in (getattr(widget, "layout", None), getattr(widget, "style", None), widget):
                if part is not None:
                    part.close()
        self.layout.close()
        super().close()
