"""Move an explorer as a reader does, with the mouse and with keys, and see what it answers."""

import statistics

STATE = """async explorer => {
  const image = explorer.querySelector('.course-picture img');
  let bytes;
  for (const end = performance.now() + 60000; !bytes; ) {
    try {  // fails when a newer picture comes meanwhile: then take that one
      await image.decode();
      bytes = await (await fetch(image.src)).arrayBuffer();
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise(requestAnimationFrame);
    }
  }
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-1', bytes));
  return {
    picture: [...hash.slice(0, 8)].join(' '),
    sentence: explorer.querySelector('figcaption').textContent,
    alt: image.alt,
    error: explorer.querySelector('[role=alert]').textContent,
  };
}"""
# Kept in the page until asked for: the promise of a new sentence, and the milliseconds from
# a key press to the frame after the new picture.
EXPECT = """explorer => {
  const caption = explorer.querySelector('figcaption');
  window.courseAnswer = new Promise((done, fail) => {
    const observer = new MutationObserver(() => { observer.disconnect(); done(); });
    observer.observe(caption, {childList: true, characterData: true, subtree: true});
    setTimeout(() => fail(new Error('the sentence has stayed: ' + caption.textContent)), 60000);
  });
}"""
TIME = """explorer => {
  const image = explorer.querySelector('.course-picture img');
  window.courseAnswer = new Promise((done) => {
    let start = null;
    explorer.addEventListener('keydown', () => { start = performance.now(); },
                              {capture: true, once: true});
    const observer = new MutationObserver(async () => {
      if (start === null) return;
      observer.disconnect();
      await image.decode().catch(() => {});
      requestAnimationFrame(() => done(performance.now() - start));
    });
    observer.observe(image, {attributes: true, attributeFilter: ['src']});
    setTimeout(() => done(null), 5000);  // two presses may be answered by one picture
  });
}"""

# JupyterLab lays cells out as they come into view, so the page shifts for a while after scrolling.
BRING = """async part => {
  let same = 0, last = null;
  for (const end = performance.now() + 60000; same < 5; ) {
    if (performance.now() > end) throw new Error('it does not come to rest in the window');
    const box = part.getBoundingClientRect();
    const seen = box.top >= 0 && box.bottom <= innerHeight
      && part.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
    same = seen && last !== null && Math.abs(box.top - last) < 0.5 ? same + 1 : 0;
    last = box.top;
    if (!seen) part.scrollIntoView({block: 'center'});
    await new Promise(requestAnimationFrame);
  }
}"""

# Until the sentence has stayed for some frames: pictures of a drag may still be on their way.
REST = """async (explorer, frames) => {
  const caption = explorer.querySelector('figcaption');
  for (let same = 0, last = ''; same < frames; last = caption.textContent) {
    await new Promise(requestAnimationFrame);
    same = caption.textContent === last ? same + 1 : 0;
  }
}"""


def explorers(page) -> list:
    """The live explorers of a page, in order."""
    return page.query_selector_all(".course-explorer:has(.course-picture)")


def state(explorer) -> dict:
    """What is shown now: a hash of the picture, the sentence, the alternative text, an error."""
    return explorer.evaluate(STATE)


def expect(explorer):
    """From now on, wait for a new sentence; `answer` returns when it is there."""
    explorer.evaluate(EXPECT)


def answer(explorer) -> dict:
    """The state after the new sentence that was expected."""
    explorer.evaluate("() => window.courseAnswer")
    return state(explorer)


def rest(explorer, frames=30):
    """Until no more pictures come."""
    explorer.evaluate(REST, frames)


def use_mouse(page, explorer):
    """Drag the first slider, or tick the first box, or choose in the first list."""
    slider = explorer.query_selector(".noUi-target")
    if slider:
        slider.evaluate(BRING)
        handle = slider.query_selector(".noUi-handle").bounding_box()
        track = slider.bounding_box()
        x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
        left = x - track["x"] < track["width"] / 2
        target = track["x"] + track["width"] * (0.7 if left else 0.3)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move((x + target) / 2, y, steps=3)
        page.mouse.move(target, y, steps=3)
        page.mouse.up()
    elif box := explorer.query_selector("input[type=checkbox]"):
        box.click()
    else:
        explorer.query_selector("select").select_option(index=1)


def focus(explorer) -> str:
    """Give the first slider, or else the first list, the keyboard; return a key that moves it."""
    handle = explorer.query_selector(".noUi-handle")
    if handle:
        handle.focus()
        now, low = (float(handle.get_attribute(f"aria-value{name}")) for name in ("now", "min"))
        return "ArrowLeft" if now > low else "ArrowRight"
    chosen = explorer.query_selector("select")
    chosen.focus()
    return "ArrowUp" if chosen.evaluate("list => list.selectedIndex") else "ArrowDown"


def unnamed(explorer) -> list[str]:
    """The sliders, when focused, that have no name for a screen reader."""
    names = []
    for handle in explorer.query_selector_all(".noUi-handle"):
        handle.focus()
        names.append(handle.get_attribute("aria-label"))
    return [f"slider {n}" for n, name in enumerate(names, start=1) if not (name or "").strip()]


def latency(page, explorer, presses=7) -> tuple[float, int]:
    """The median milliseconds from a key press to its picture; how many had none within 5 s."""
    key, times = focus(explorer), []
    back = {"ArrowLeft": "ArrowRight", "ArrowRight": "ArrowLeft",
            "ArrowUp": "ArrowDown", "ArrowDown": "ArrowUp"}[key]
    for number in range(presses):
        rest(explorer, frames=5)
        explorer.evaluate(TIME)
        page.keyboard.press(back if number % 2 else key)
        times.append(explorer.evaluate("() => window.courseAnswer"))
    seen = [time for time in times if time is not None]
    return statistics.median(seen) if seen else float("nan"), presses - len(seen)


# After which the picture is another one: a button may leave the sentence as it was.
ANOTHER = """async ([explorer, before]) => {
  const image = explorer.querySelector('.course-picture img');
  for (const end = performance.now() + 60000; image.src === before; ) {
    if (performance.now() > end) throw new Error('the picture has stayed');
    await new Promise(requestAnimationFrame);
  }
}"""


def press(page, explorer, button, by):
    """Press a button by "key" or by "mouse", and wait for another picture."""
    before = explorer.query_selector(".course-picture img").evaluate("image => image.src")
    push(page, button, by)
    page.evaluate(ANOTHER, [explorer, before])


def push(page, button, by):
    if by == "mouse":
        button.evaluate(BRING)
        button.click()
    else:
        button.focus()
        page.keyboard.press("Space")


def play(page, explorer) -> bool:
    """Back to the start, play until the picture changes, and pause; False if it has no Play."""
    buttons = explorer.query_selector_all(".widget-play button")
    if not buttons:
        return False
    start, stop = buttons[:2]
    for by in ("key", "mouse"):
        push(page, stop, by)
        rest(explorer)
        press(page, explorer, start, by)
        push(page, start, by)
        rest(explorer)
    return True


def press_buttons(page, explorer) -> list[str]:
    """Press each button of the explorer's own: another picture each time; return their names."""
    buttons = explorer.query_selector_all(".course-controls > button.widget-button")
    names = [button.inner_text() for button in buttons]
    for by in ("key", "mouse"):
        for button in buttons:
            page.keyboard.press(focus(explorer))  # what is fitted already would not change
            rest(explorer)
            press(page, explorer, button, by)
            if button.inner_text() == "Stop":  # a loop to watch
                push(page, button, by)
            rest(explorer)
    return names


def point_at(page, image, *places):
    """Press at the first place, drag over the others; (0, 0) is the picture's lower left corner.

    A slide may leave room beside the picture inside its element: the picture is in the middle.
    """
    image.evaluate(BRING)
    box = image.bounding_box()
    size = image.evaluate("image => [image.naturalWidth, image.naturalHeight]")
    scale = min(box["width"] / size[0], box["height"] / size[1])
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    pixels = [(x + (right - 0.5) * scale * size[0], y - (up - 0.5) * scale * size[1])
              for right, up in places]
    page.mouse.move(*pixels[0])
    page.mouse.down()
    for place in pixels[1:]:
        page.mouse.move(*place, steps=12)
    page.mouse.up()


def point(page, explorer) -> bool:
    """Press and drag on the picture until the sentence changes; False if there is nothing to it."""
    image = explorer.query_selector(".course-pointable")
    if not image:
        return False
    before = state(explorer)["sentence"]
    for n, up in enumerate((0.8, 0.65, 0.5, 0.35, 0.2)):
        point_at(page, image, (0.15, up), (0.85 - 0.07 * n, up))
        rest(explorer)
        if state(explorer)["sentence"] != before:
            return True
    raise AssertionError("pointing at the picture has changed nothing")
