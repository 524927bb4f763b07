// What the course's slides have beside reveal.js, in RISE and in a deck without a server: a footer
// that says in which part of the lesson we are, letters as large as the slide has room for, answers
// that wait for the question to be asked, and keys: T for the speaker's notes, W for a list of all
// slides, D for a dark room, F for the whole screen, Home and End, and ? for a list of the keys.
//
// RISE loads this as an extension of JupyterLab (its end hands it over), a deck as a script. RISE's
// own T opens two more copies of the notebook, which send the projected slides back to the first
// one, and its own W shows one small slide.
(() => {
  const IN_A_DECK = document.currentScript?.dataset.deck !== undefined;
  const HEADINGS = "h1, h2, h3, h4";
  const TYPED_INTO = "input, textarea, select, [contenteditable=true], .cm-content, dialog";
  let notes = null, began = null, shown = null;

  // The slides ---------------------------------------------------------------------------------
  const columns = () => [...document.querySelectorAll(".slides > section")]
    .map((column) => [...column.querySelectorAll(":scope > section")]);
  const present = () => document.querySelector(".slides > section.present > section.present");

  function title(slide) {
    const heading = [...slide.querySelectorAll(HEADINGS)]
      .find((found) => !found.closest(".notes, .reveal-skip, .jp-mod-hidden"));
    return heading ? words(heading) : "";
  }

  function words(element) {
    const copy = element.cloneNode(true);
    copy.querySelectorAll(".anchor-link, .jp-InternalAnchorLink, mjx-assistive-mml")
      .forEach((link) => link.remove());
    return copy.textContent.replace("¶", "").trim();
  }

  /** All slides in order, each with its place, title, part, note and minutes. */
  function plan() {
    const found = [];
    let heading = "", pages = 1;
    columns().forEach((slides, part) => slides.forEach((slide, below) => {
      const own = title(slide);
      pages = own ? 1 : pages + 1;
      heading = own || heading;
      const said = slide.querySelector(".notes .jp-RenderedMarkdown");
      const minutes = said?.textContent.match(/(\d+) minutes?/);
      found.push({ slide, part, below, said, minutes: Number(minutes?.[1] ?? 0),
                   title: pages > 1 ? `${heading} (${pages})` : heading });
    }));
    return found;
  }

  function goTo({ part, below }) {
    if (IN_A_DECK) Reveal.slide(part, below);
    else location.hash = `/slide-${part}-${below}`;
  }

  function press(code, shiftKey = false) {
    const event = new KeyboardEvent("keydown", { key: code, code, shiftKey, bubbles: true });
    const number = { Space: 32, PageUp: 33, PageDown: 34, ArrowLeft: 37, ArrowRight: 39 }[code];
    Object.defineProperty(event, "keyCode", { value: number });
    document.dispatchEvent(event);
  }

  const MOVES = { " ": ["Space"], ArrowRight: ["Space"], ArrowDown: ["Space"], PageDown: ["Space"],
                  ArrowLeft: ["Space", true], ArrowUp: ["Space", true], PageUp: ["Space", true] };

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  // The footer: a bar in as many pieces as the lesson has parts -------------------------------
  function footer() {
    const bar = element("div", { class: "course-parts", "aria-hidden": "true" });
    bar.append(element("span", { class: "course-part-name" }),
               element("span", { class: "course-bar" }));
    document.querySelector(".reveal").append(bar);
    return bar;
  }

  function drawFooter(slides, now) {
    const bar = document.querySelector(".course-parts") ?? footer();
    const part = slides[now].part, pieces = bar.querySelector(".course-bar");
    bar.querySelector(".course-part-name").textContent =
      slides.find((slide) => slide.part === part).title;
    pieces.replaceChildren(...columns().map((column, n) => {
      const done = n < part ? 1 : n > part ? 0 : (slides[now].below + 1) / column.length;
      const piece = element("i", { style: `flex-grow: ${column.length}`,
                                   class: n === part ? "course-part-now" : "" });
      piece.append(element("b", { style: `width: ${100 * done}%` }));
      return piece;
    }));
    // The first slide is the lesson's title.
    document.body.classList.toggle("course-title-slide", now === 0);
  }

  // W: a list of all slides --------------------------------------------------------------------
  function contents() {
    const dialog = element("dialog", { class: "course-contents", "aria-label": "All slides" });
    const now = present();
    columns().forEach((column, part) => {
      const group = element("ol", {});
      plan().filter((slide) => slide.part === part).forEach((slide) => {
        const button = element("button", { type: "button" },
                               slide.title || `Slide ${part + 1}.${slide.below + 1}`);
        if (slide.slide === now) button.setAttribute("aria-current", "true");
        button.addEventListener("click", () => { dialog.close(); goTo(slide); });
        group.append(element("li", {}, button));
      });
      dialog.append(group);
    });
    dialog.addEventListener("keydown", (event) => {
      const buttons = [...dialog.querySelectorAll("button")];
      const at = buttons.indexOf(document.activeElement);
      const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      buttons[(at + step + buttons.length) % buttons.length].focus();
    });
    show(dialog, "w");
    (dialog.querySelector("[aria-current]") ?? dialog.querySelector("button")).focus();
  }

  // T: the speaker's window --------------------------------------------------------------------
  const LOOKS = `
    :root { color-scheme: light dark; font: 20px/1.5 "Source Sans 3", "Segoe UI", Arial,
      "DejaVu Sans", sans-serif; }
    body { margin: 0; padding: 1.2rem 1.6rem; display: grid; gap: 1rem 2rem;
      grid-template-columns: minmax(0, 1fr) 15rem; }
    h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 0.6rem; }
    aside { border-left: 2px solid #8888; padding-left: 1.2rem; }
    aside p { margin: 0 0 0.8rem; }
    strong { font-size: 1.35rem; font-variant-numeric: tabular-nums; }
    button { font: inherit; padding: 0.2rem 0.9rem; }
    .before { opacity: 0.75; font-style: italic; }`;

  function speaker() {
    notes = window.open("", "course-notes", "popup,width=1000,height=640");
    if (!notes) return say("The browser has blocked the window with the notes. Allow pop-ups for "
                           + "this address, then press T again.");
    began ??= Date.now();
    const page = notes.document;
    page.title = "Notes";
    page.head.replaceChildren(element("style", {}, LOOKS));
    for (const style of document.querySelectorAll("style[id^=MJX], style[id^=MathJax]"))
      page.head.append(style.cloneNode(true));
    page.body.innerHTML = `<main aria-live="polite"><h1></h1><div id="said"></div></main><aside>
      <p><strong id="clock"></strong> since T<br><button id="restart">Start again</button></p>
      <p><strong id="place"></strong></p><p id="minutes"></p><p>Next: <b id="next"></b></p>
      <p><button id="back" aria-label="Slide before">◀</button>
      <button id="on" aria-label="Next slide">▶</button></p></aside>`;
    page.getElementById("restart").onclick = () => { began = Date.now(); };
    page.getElementById("back").onclick = () => press("Space", true);
    page.getElementById("on").onclick = () => press("Space");
    notes.onkeydown = (event) => {
      const move = MOVES[event.key];
      if (!move || event.target.matches("button")) return;
      event.preventDefault();
      press(...move);
    };
    shown = null;
    follow();
  }

  function say(text) {
    const message = element("div", { class: "course-message", role: "alert" }, text);
    document.body.append(message);
    setTimeout(() => message.remove(), 8000);
  }

  function drawNotes(slides, now) {
    const page = notes.document, slide = slides[now];
    const before = slides.slice(0, now + 1).reverse().find((each) => each.said);
    page.querySelector("h1").textContent = slide.title;
    const said = page.getElementById("said");
    said.innerHTML = slide.said?.innerHTML ?? "";
    said.className = "";
    if (!slide.said && before) {
      said.className = "before";
      said.innerHTML = before.said.innerHTML;
      said.prepend(element("p", {}, `Nothing new here. From “${before.title}”:`));
    }
    const sum = (some) => some.reduce((total, each) => total + each.minutes, 0);
    page.getElementById("place").textContent = `${now + 1} / ${slides.length}`;
    page.getElementById("minutes").textContent =
      (slide.minutes ? `${slide.minutes} min here. ` : "")
      + `By the plan ${sum(slides.slice(0, now))} of ${sum(slides)} min are over.`;
    page.getElementById("next").textContent = slides[now + 1]?.title ?? "the end";
  }

  // ?: the keys ---------------------------------------------------------------------------------
  const HELP = [["Space", "on"], ["Shift+Space", "back"],
                ["Home, End", "the first, the last slide"], ["F", "the whole screen, and back"],
                ["/", "a black screen, and back"],
                ["T", "the speaker's notes, with a clock, in a window of their own"],
                ["W", "all slides, to jump to one"], ["D", "a dark room, and back"],
                ["?", "this list"]];

  // As course_lib.figure.style has them.
  const COLOURS = [["data", "#000000"], ["weights, prediction", "#0072B2"], ["target", "#009E73"],
                   ["cost", "#D55E00"], ["gradient", "#E69F00"]];

  function help() {
    const list = element("dl", {});
    for (const [key, use] of HELP)
      list.append(element("dt", {}, element("kbd", {}, key)), element("dd", {}, use));
    const close = element("button", { type: "button" }, "Close");
    const dialog = element("dialog", { class: "course-contents course-help" },
                           element("h2", {}, "Keys of the slides"), list,
                           element("p", {}, "Colours of the pictures, where they have a meaning:"),
                           element("ul", { class: "course-colours" }, ...COLOURS.map(
                             ([role, colour]) => element("li", {}, element("i", {
                               style: `background: ${colour}` }), role))), close);
    close.addEventListener("click", () => dialog.close());
    show(dialog, "?");
    close.focus();
  }

  function show(dialog, key) {
    dialog.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key.toLowerCase() !== key && event.key !== "Escape") return;
      event.preventDefault();
      dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      (document.querySelector(".jp-Notebook") ?? document.body).focus();
    });
    document.body.append(dialog);
    dialog.showModal();
  }

  function wholeScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  }

  // Letters as large as the slide has room for -------------------------------------------------
  // Units of the style sheet: 4.1 of 100 are 22 points where a slide is 540 points high.
  // Words, code, and whether lines of code that are too long go on in the next line.
  const SIZES = [[4.4, 4.1], [4.1, 4.1], [3.6, 4.1], [3.6, 3.7], [3.6, 3.4], [3.6, 3.7, true],
                 [3.6, 3.4, true], [3.6, 3.1], [3.6, 3.1, true]];

  function set(slide, [text, code, wrapped] = []) {
    const size = (units) => units ? `calc(${units} * var(--slide-unit))` : "";
    slide.style.setProperty("--slide-text", size(text));
    slide.style.setProperty("--slide-code", size(code));
    slide.classList.toggle("course-wrapped", !!wrapped);
  }

  function fits(slide) {
    const room = innerHeight - 6 * Math.min(innerHeight, 0.5625 * innerWidth) / 100;
    return [...slide.children].every((part) => part.matches("aside.notes, .notes")
        || part.getBoundingClientRect().bottom <= room)
      && [...slide.querySelectorAll(".cm-scroller, .highlight, pre, table, mjx-container")]
        .every((part) => part.scrollWidth <= part.clientWidth + 1
               && part.getBoundingClientRect().right <= innerWidth);
  }

  /** The largest size that fits, from the n-th on; looked at again when the editors have settled. */
  function fit(slide, n = 0) {
    if (slide.querySelector(".course-picture, .course-figure")) return;  // it has taken the room
    for (; n < SIZES.length; n++) {
      set(slide, SIZES[n]);
      if (fits(slide)) {
        const settled = () => { if (slide === present() && !fits(slide)) fit(slide, n + 1); };
        setTimeout(settled, 60);
        setTimeout(settled, 300);
        return;
      }
    }
    set(slide);
  }

  // Predict, then see --------------------------------------------------------------------------
  /** What a cell shows after a question of the same slide waits for one more Space. */
  function holdAnswersBack() {
    for (const slide of columns().flat()) {
      let asked = false;
      for (const cell of slide.querySelectorAll(".jp-Cell")) {
        if (cell.closest(".notes, .reveal-skip, .jp-mod-hidden")) continue;
        if (cell.matches(".jp-MarkdownCell")) asked ||= cell.textContent.includes("?");
        const answer = cell.querySelector(".jp-Cell-outputWrapper, .jp-OutputArea");
        if (asked && answer?.querySelector(".jp-OutputArea-output") && !cell.closest(".fragment"))
          answer.classList.add("fragment");
      }
    }
  }

  // What follows the slide that is shown -------------------------------------------------------
  function follow() {
    const slide = present();
    if (!slide) return;
    if (slide !== shown) {
      const slides = plan(), now = slides.findIndex((each) => each.slide === slide);
      drawFooter(slides, now);
      fit(slide);
      if (notes && !notes.closed) drawNotes(slides, now);
      shown = slide;
    }
    if (notes && !notes.closed) {
      const clock = new Date(Date.now() - began).toISOString().slice(11, 19);
      const place = notes.document.getElementById("clock");
      if (place && place.textContent !== clock) place.textContent = clock;
    }
  }

  const KEYS = { t: speaker, w: contents, f: wholeScreen, "?": help,
                 d: () => document.body.classList.toggle("course-dark"),
                 home: () => goTo(plan()[0]), end: () => goTo(plan().at(-1)) };

  function keydown(event) {
    const action = KEYS[event.key.toLowerCase()];
    if (!action || event.ctrlKey || event.metaKey || event.altKey || !present()) return;
    if (event.target.closest?.(TYPED_INTO)) return;
    if (event.key.length > 1 && event.target.closest?.("[role=slider], button")) return;
    event.preventDefault();
    event.stopImmediatePropagation();  // or RISE's own commands for these keys would run
    if (!event.repeat) action();
  }

  function start() {
    window.addEventListener("keydown", keydown, true);
    window.addEventListener("pagehide", () => notes?.close());
    window.addEventListener("resize", () => { shown = null; });
    setInterval(follow, 200);  // the clock, and what the observer has not seen
    const observer = new MutationObserver(follow);  // before a slide is painted
    const wait = setInterval(() => {
      if (!present()) return;
      clearInterval(wait);
      holdAnswersBack();
      const sections = ".slides > section, .slides > section > section";
      for (const section of document.querySelectorAll(sections))
        observer.observe(section, { attributeFilter: ["class"] });
      follow();
    }, 50);
  }

  if (IN_A_DECK) {
    if (location.search !== "?handout") start();  // a handout has no keys
  } else {
    const plugin = {
      id: "course-slides:keys",
      description: "The keys and the footer of the course's slides.",
      autoStart: true,
      activate: () => { if (/\/rise\//.test(location.pathname)) start(); },
    };
    window._JUPYTERLAB = window._JUPYTERLAB ?? {};
    window._JUPYTERLAB["course-slides"] = {
      init: () => {},
      get: async () => () => ({ __esModule: true, default: plugin }),
    };
  }
})();
