"""The base of the explorers: pictures, sentences, strips, errors, loops, and that nothing leaks."""

import asyncio
import gc
import io
import sys
import threading
import time
import weakref

import numpy as np
import pytest
from ipywidgets import Button, Dropdown, FloatLogSlider, FloatSlider, IntSlider, Play
from ipywidgets.widgets.widget import _instances
from PIL import Image

from course_lib.explorer.base import Explorer
from course_lib.explorer.picture import Picture
from course_lib.explorer.places import values_of
from tests.machinery.explorer_checks import check_explorer, values_to_try


class Wave(Explorer):
    """A sine wave of a chosen number of periods and height."""

    size = (4, 2)
    strip = "periods"

    def __init__(self, **changes):
        controls = {
            "periods": IntSlider(2, 1, 5),
            "height": FloatSlider(1.0, min=0.5, max=2.0, step=0.5),
            "kind": Dropdown(options=["sine", "square"]),
            "play": Play(min=1, max=5),
            "grow": Button(description="Grow"),
            "flip": Button(description="Flip"),
        }
        self.sign, self.builds = 1, 0
        super().__init__(**controls | changes)

    def build(self, fig):
        self.builds += 1
        ax = fig.subplots()
        ax.set(xlim=(0, 1), ylim=(-2, 2))
        (self.line,) = ax.plot([], [])
        return [self.line]

    def move(self, periods, height, kind):
        x = np.linspace(0, 1, 60)
        y = np.sin(2 * np.pi * periods * x)
        self.line.set_data(x, self.sign * height * (np.sign(y) if kind == "square" else y))
        return f"{periods} periods of a {kind} wave of height {height:.1f}."

    def grow(self):
        for height in (0.5, 1.0, 1.5, 2.0):
            self.controls["height"].value = height
            yield

    def flip(self):
        self.sign *= -1


def pixels(jpeg):
    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("L"), dtype=float)


def test_the_first_frame_and_its_sentence():
    wave = Wave()
    assert wave.sentence == "2 periods of a sine wave of height 1.0."
    assert pixels(wave.picture.frame).shape == (240, 480)
    assert wave.values == {"periods": 2, "height": 1.0, "kind": "sine"}


@pytest.mark.parametrize(("said", "shown"), [
    ("11-6-1, x-2 at -1.5 and (-.5, 3e-07)", "11-6-1, x-2 at −1.5 and (−.5, 3e−07)"),
    ("cross-entropy -0.5, $-3", "cross-entropy −0.5, $−3"), ("a loss of -$3", "a loss of −$3")])
def test_a_hyphen_before_a_number_becomes_a_minus(said, shown, monkeypatch):
    monkeypatch.setattr(Wave, "move", lambda self, **_: said)
    assert Wave().sentence == shown


def test_set_moves_the_artists_and_draws_the_scene_once():
    wave = Wave()
    before = pixels(wave.picture.frame)
    assert wave.set(height=2.0, kind="square") == "2 periods of a square wave of height 2.0."
    after = pixels(wave.picture.frame)
    assert np.sqrt(np.mean((before - after) ** 2)) > 5
    assert wave.builds == 1


def test_a_blitted_frame_equals_a_full_drawing():
    wave = Wave()
    wave.set(height=2.0)
    blitted = wave._canvas.image().tobytes()
    wave.redraw_scene()
    wave.frame()
    assert wave._canvas.image().tobytes() == blitted


def test_the_background_is_opaque_white():
    corner = pixels(Wave().picture.frame)[0, 0]
    assert corner == 255


def test_an_unknown_control_is_named():
    with pytest.raises(ValueError, match=r"no control \['depth'\]; it has \['height', 'kind'"):
        Wave().set(depth=3)


@pytest.mark.parametrize("sentence", [None, "", "  ", 3])
def test_move_must_return_a_sentence(sentence):
    class Silent(Wave):
        def move(self, **values):
            return sentence

    with pytest.raises(TypeError, match="Silent.move returned"):
        Silent()


def test_an_error_is_raised_and_shown_and_goes_away():
    class Fragile(Wave):
        def move(self, periods, height, kind):
            if height == 2.0:
                raise ZeroDivisionError("too high")
            return super().move(periods, height, kind)

    fragile = Fragile()
    with pytest.raises(ZeroDivisionError):
        fragile.set(height=2.0)
    assert fragile.picture.error == "ZeroDivisionError: too high"
    assert "1.0" in fragile.sentence  # the last good one
    with pytest.raises(ZeroDivisionError):
        fragile.controls["height"].value = 1.5
        fragile.controls["height"].value = 2.0  # as the browser does
    fragile.set(height=0.5)
    assert fragile.picture.error == ""


def test_the_strip_has_a_frame_and_a_sentence_for_each_position():
    wave = Wave()
    wave.render_strip()
    assert len(wave.picture.frames) == len(set(wave.picture.frames)) == 5
    assert [sentence[0] for sentence in wave.picture.sentences] == list("12345")
    assert wave.picture.main is wave.controls["periods"]
    kept = wave.picture.frames
    assert wave.set(periods=4) == "4 periods of a sine wave of height 1.0."
    assert wave.picture.frames == kept  # the browser shows it without a new one
    assert wave.set(height=2.0) == "4 periods of a sine wave of height 2.0."
    assert wave.picture.frames == []  # they show the old height


def test_the_strip_is_drawn_again_for_another_control_once_shown():
    wave = Wave()
    wave._repr_mimebundle_()
    before = wave.picture.frames
    wave.set(height=2.0)
    assert len(wave.picture.frames) == 5
    assert wave.picture.frames != before
    assert "height 2.0" in wave.picture.sentences[0]


@pytest.mark.parametrize(
    "control, positions",
    [
        (IntSlider(2, 2, 8, 3), [2, 5, 8]),
        (FloatSlider(0.2, min=0.1, max=0.4, step=0.1), [0.1, 0.2, 0.3, 0.4]),
        (FloatLogSlider(0.1, base=10, min=-2, max=0, step=1), [0.01, 0.1, 1.0]),
        (Dropdown(options=[("one", 1), ("two", 2)]), [1, 2]),
        (Dropdown(options={"one": 1, "two": 2}), [1, 2]),
    ],
)
def test_positions_of_the_main_control(control, positions):
    wave = Wave(periods=control)
    assert values_of(control) == pytest.approx(positions)
    assert wave._index() == positions.index(pytest.approx(control.value))
    assert values_to_try(control) == pytest.approx([positions[0], positions[-1]])


def test_a_strip_that_is_too_long_is_refused():
    wave = Wave(periods=IntSlider(1, 1, 500))
    with pytest.raises(ValueError, match="500 frames; give 'periods' a larger step"):
        wave.render_strip()


def test_what_a_notebook_stores():
    data = Wave()._repr_mimebundle_()
    assert data["text/plain"] == "2 periods of a sine wave of height 1.0."
    assert 'alt="2 periods of a sine wave of height 1.0."' in data["text/html"]
    assert "data:image/png;base64," in data["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in data


def test_a_button_without_a_loop_acts_once():
    wave = Wave()
    before = wave.picture.frame
    wave.press("flip")
    assert wave.picture.frame != before
    wave.press("flip")
    assert wave.picture.frame == before


def test_a_loop_runs_to_its_end_without_an_event_loop():
    wave = Wave()
    wave.press("grow")
    assert "height 2.0" in wave.sentence
    assert wave.controls["grow"].description == "Grow"


def test_a_loop_can_be_watched_and_stopped():
    wave = Wave()

    async def press_twice():
        wave.controls["grow"].click()
        await asyncio.sleep(0.0005)
        label = wave.controls["grow"].description
        wave.controls["grow"].click()
        await asyncio.sleep(0.05)
        return label

    assert asyncio.run(press_twice()) == "Stop"
    assert wave.controls["grow"].description == "Grow"
    assert wave.controls["height"].value < 2.0

    async def press_once():
        wave.press("grow")
        while wave._pressed:
            await asyncio.sleep(0.001)

    asyncio.run(press_once())
    assert "height 2.0" in wave.sentence


def test_a_loop_goes_on_after_as_many_seconds_as_it_yields(monkeypatch):
    class Slow(Wave):
        def grow(self):
            yield 0.25
            yield

    slept, sleep = [], asyncio.sleep
    monkeypatch.setattr(asyncio, "sleep", lambda seconds: slept.append(seconds) or sleep(0))
    slow = Slow()

    async def press_once():
        slow.press("grow")
        while slow._pressed:
            await sleep(0)

    asyncio.run(press_once())
    assert slept == [0.25, 0.001]


class Steps(Wave):
    """Gets to any height in steps of a half, at each of which it stops for a moment."""

    def __init__(self):
        self.reached, self.moments = 1.0, []
        super().__init__()

    def catch_up(self, height, **_):
        while self.reached != height:
            self.moments.append(self.reached)
            yield
            self.reached += 0.5 if self.reached < height else -0.5

    def move(self, height, **values):
        return super().move(height=self.reached, **values)


def test_a_change_is_caught_up_with_while_it_is_watched():
    steps = Steps()
    steps._repr_mimebundle_()

    async def change():
        steps.controls["height"].value = 2.0
        assert "height 1.0" in steps.picture.sentence  # at once
        assert steps.picture.frames == []
        await asyncio.sleep(0.0005)
        steps.controls["height"].value = 0.5  # the reader does not wait for the end
        while not steps.picture.frames:
            await asyncio.sleep(0.001)

    asyncio.run(asyncio.wait_for(change(), 30))
    assert steps.moments == [1.0, 1.0]  # it went no farther towards 2.0
    assert all("height 0.5" in sentence for sentence in steps.picture.sentences)


def test_what_is_asked_for_in_code_is_caught_up_with_at_once():
    steps = Steps()
    assert "height 2.0" in steps.set(height=2.0)
    steps.controls["height"].value = 1.0  # no event loop runs
    assert "height 1.0" in steps.sentence
    steps._held = True
    steps.controls["height"].value = 2.0  # as if it were still being worked on
    assert "height 2.0" in steps._repr_mimebundle_()["text/plain"]


def test_two_threads_take_turns():
    """JupyterLab's kernel answers the first control in its main thread, the next in another."""
    at_work, together, errors = threading.Lock(), [], []

    class Slow(Steps):
        def catch_up(self, **values):
            for _ in super().catch_up(**values):
                together.append(not at_work.acquire(blocking=False))
                time.sleep(0.002)
                at_work.release()
                yield

    slow = Slow()
    slow.picture.observe(lambda change: errors.append(change.new), "error")

    def answer(heights):
        async def move():
            for height in heights:
                slow.controls["height"].value = height
                await asyncio.sleep(0.003)
            await asyncio.sleep(0.2)

        asyncio.run(move())

    threads = [threading.Thread(target=answer, args=(heights,))
               for heights in ([2.0, 0.5] * 10, [0.5, 1.5] * 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors and len(together) > 20 and not any(together)
    assert f"height {slow.controls['height'].value}" in slow.picture.sentence


@pytest.mark.parametrize("pictures_a_second", [0.01, 1e9])
def test_the_last_step_of_catching_up_is_drawn(pictures_a_second, monkeypatch):
    monkeypatch.setattr("course_lib.explorer.base.PICTURES_A_SECOND", pictures_a_second)
    steps = Steps()
    steps.controls["height"].value = 2.0
    assert "height 2.0" in steps.picture.sentence


def test_an_error_in_a_loop_is_raised_and_shown():
    class Fragile(Wave):
        def grow(self):
            yield
            raise OverflowError("inf")

    fragile = Fragile()
    with pytest.raises(OverflowError):
        fragile.press("grow")
    assert fragile.picture.error == "OverflowError: inf"
    assert fragile.controls["grow"].description == "Grow"


def test_what_is_missing_is_named():
    class Empty(Explorer):
        pass

    with pytest.raises(NotImplementedError, match="Empty needs build"):
        Empty()


def test_pyplot_is_not_used():
    if "matplotlib.pyplot" in sys.modules:
        assert not sys.modules["matplotlib.pyplot"].get_fignums()


def test_closed_explorers_leave_nothing():
    before = len(_instances)
    figures = []
    for _ in range(30):
        wave = Wave()
        figures.append(weakref.ref(wave._fig))
        wave.close()
    del wave
    gc.collect()
    assert len(_instances) == before
    assert not [figure for figure in figures if figure() is not None]


def test_the_checks_pass_for_a_good_explorer(capsys):
    assert check_explorer(Wave()) > 0
    assert "Wave:" in capsys.readouterr().out


class Deaf(Wave):
    def move(self, periods, height, kind):
        return super().move(periods, 1.0, kind)


class Crashes(Wave):
    def move(self, periods, height, kind):
        return super().move(periods, 1 / (2.0 - height), kind)


class Remembers(Wave):
    def move(self, periods, height, kind):
        self.line.set_linewidth(5 if height == 2.0 else self.line.get_linewidth())
        return super().move(periods, height, kind)


class Mute(Wave):
    def move(self, periods, height, kind):
        sentence = super().move(periods, height, kind)
        return sentence if height < 2.0 else ""


class Unsaid(Wave):
    def move(self, periods, height, kind):
        sentence = super().move(periods, height, kind)
        self.line.stale = height != 2.0
        return sentence


class BrokenButton(Wave):
    def flip(self):
        raise RuntimeError("flip")


@pytest.mark.parametrize(
    "broken, error, message",
    [
        (Deaf, AssertionError, "stays the same for height"),
        (Crashes, ZeroDivisionError, "division"),
        (Remembers, AssertionError, "stays changed by height"),
        (Mute, TypeError, "Mute.move returned ''"),
        (Unsaid, AssertionError, "at height = 2.0 something was drawn as it had been before"),
        (BrokenButton, RuntimeError, "flip"),
    ],
)
def test_the_checks_fail_for_a_broken_explorer(broken, error, message):
    with pytest.raises(error, match=message):
        check_explorer(broken())


def test_the_picture_has_what_a_screen_reader_needs():
    script = Picture._esm
    for part in ("figcaption", '"aria-live": "polite"', 'role: "alert"', "image.alt = sentence"):
        assert part in script


class Dot(Explorer):
    """A dot that can be dragged along a line."""

    size = (4, 2)

    def __init__(self):
        super().__init__(place=FloatSlider(0.0, min=-1, max=1, step=0.1))

    def build(self, fig):
        self.ax = fig.subplots()
        self.ax.set(xlim=(-1, 1), ylim=(-1, 1))
        (self.dot,) = self.ax.plot([], [], "o")
        return [self.dot]

    def move(self, place):
        self.dot.set_data([place], [0])
        return f"The dot is at {place:.1f}."

    def pointed(self, x, y):
        if self.ax.contains_point((x, y)):
            return {"place": round(self.ax.transData.inverted().transform((x, y))[0], 1)}


def pointed_at(explorer, x, y):
    """Point at a place in the data, as the browser does: in parts of the picture."""
    pixels = explorer.ax.transData.transform((x, y))
    explorer.picture.pointer = list(pixels / explorer._canvas.get_width_height())
    return explorer.sentence


def test_a_press_on_the_picture_sets_the_controls():
    check_explorer(Dot())
    dot = Dot()
    assert dot.picture.pointable and not Wave().picture.pointable
    assert pointed_at(dot, 0.62, 0.5) == "The dot is at 0.6."
    assert dot.controls["place"].value == 0.6
    assert pointed_at(dot, 0.4, 3) == "The dot is at 0.6."  # beside the axes: nothing there
    assert pointed_at(dot, -0.98, 0) == "The dot is at −1.0."


def test_an_error_of_pointing_is_shown():
    class Numb(Dot):
        def pointed(self, x, y):
            return {"plaice": 1}

    numb = Numb()
    with pytest.raises(ValueError, match="no control"):
        pointed_at(numb, 0, 0)
    assert "plaice" in numb.picture.error
    with pytest.raises(AssertionError, match="cannot be set"):
        check_explorer(numb)


def test_a_place_beyond_the_slider_is_found():
    class Wide(Dot):
        def pointed(self, x, y):
            return {"place": 2.0}

    with pytest.raises(AssertionError, match="cannot be set"):
        check_explorer(Wide())
