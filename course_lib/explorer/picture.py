"""The picture of an explorer in the browser: an image, its sentence, and where the reader points.

With a strip of frames the picture follows the main control without asking Python.
"""

from pathlib import Path

import anywidget
import traitlets
from ipywidgets import Widget, widget_serialization

HERE = Path(__file__).parent


class Picture(anywidget.AnyWidget):
    """An image with its text alternative, shown by picture.js; it may hold a strip of frames."""

    # As text: anywidget keeps every widget alive that gets a path, for a reload that nobody needs.
    _esm = (HERE / "picture.js").read_text(encoding="utf-8")
    _css = (HERE / "picture.css").read_text(encoding="utf-8")
    frame = traitlets.Bytes().tag(sync=True)
    sentence = traitlets.Unicode().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)
    main = traitlets.Instance(Widget, allow_none=True).tag(sync=True, **widget_serialization)
    frames = traitlets.List(traitlets.Bytes()).tag(sync=True)
    sentences = traitlets.List(traitlets.Unicode()).tag(sync=True)
    # Parts of its width and height from the lower left corner; only sent if somebody listens.
    pointer = traitlets.List(traitlets.Float()).tag(sync=True)
    pointable = traitlets.Bool(False).tag(sync=True)
