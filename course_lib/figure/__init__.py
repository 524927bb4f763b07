"""What every figure stands on: its looks, numbers as they are written, bars, pixels, a verdict."""

import logging


def _find_fonts_quietly():
    """Import Matplotlib's search for fonts without its warning that this may take a moment.

    It comes when Matplotlib first starts, which in a browser is each time. The level of its logger
    is then what it was.
    """
    logger = logging.getLogger("matplotlib.font_manager")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        import matplotlib.font_manager  # noqa: F401
    finally:
        logger.setLevel(level)


_find_fonts_quietly()
