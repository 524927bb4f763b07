// The picture of an explorer: an image, its sentence and, when something went wrong, the error.
// If the kernel has sent a strip of frames, the picture follows the main control by itself.

const KEYS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown",
  "Home", "End", "PageUp", "PageDown", " ", "Enter", "Escape"]);

const url = (bytes) => URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));

function position(main) {
  if (main.get("index") !== undefined) return main.get("index");
  const base = main.get("base");
  const value = base ? Math.log(main.get("value")) / Math.log(base) : main.get("value");
  return Math.round((value - main.get("min")) / main.get("step"));
}

function element(parent, name, attributes) {
  const child = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) child.setAttribute(key, value);
  return parent.appendChild(child);
}

async function render({ model, el }) {
  const figure = element(el, "figure", { class: "course-picture" });
  const image = element(figure, "img", { alt: "", draggable: "false" });
  const caption = element(figure, "figcaption", { "aria-live": "polite" });
  const alert = element(figure, "p", { role: "alert", hidden: "" });
  let single = null, strip = [], main = null;

  function show() {
    const frame = main && strip[position(main)];
    const sentence = frame ? model.get("sentences")[position(main)] : model.get("sentence");
    image.src = frame ? frame.src : single;
    image.alt = sentence;
    if (caption.textContent !== sentence) caption.textContent = sentence;
  }
  function takeFrame() {
    const old = single;
    single = url(model.get("frame"));
    show();
    if (old) setTimeout(() => URL.revokeObjectURL(old), 1000);
  }
  function takeStrip() {
    const old = strip;
    strip = model.get("frames").map((bytes) => Object.assign(new Image(), { src: url(bytes) }));
    for (const frame of strip) frame.decode().catch(() => {});  // ready before it is wanted
    show();
    setTimeout(() => old.forEach((frame) => URL.revokeObjectURL(frame.src)), 1000);
  }
  function takeError() {
    alert.textContent = model.get("error");
    alert.hidden = !model.get("error");
  }

  model.on("change:frame", takeFrame);
  model.on("change:sentence", show);
  model.on("change:frames", takeStrip);
  model.on("change:error", takeError);
  takeFrame();
  takeError();
  const id = model.get("main");
  if (id) {
    main = await model.widget_manager.get_model(id.replace("IPY_MODEL_", ""));
    main.on("change:value change:index", show);
    takeStrip();
  }

  // Where the reader presses or drags. The widgets' own traffic control keeps the kernel from being
  // asked again before it has answered; the last place is always asked.
  function point(event) {
    if (!event.buttons) return;
    const box = image.getBoundingClientRect();
    const { naturalWidth: width, naturalHeight: height } = image;
    const scale = Math.min(box.width / width, box.height / height);  // a slide leaves room beside it
    const part = (offset, length) => Math.min(Math.max(0.5 + offset / (scale * length), 0), 1);
    model.set("pointer", [part(event.clientX - (box.left + box.right) / 2, width),
      part((box.top + box.bottom) / 2 - event.clientY, height)]);
    model.save_changes();
  }
  function press(event) {
    event.stopPropagation();  // a drag on the picture is not a swipe to the next slide
    image.setPointerCapture(event.pointerId);
    point(event);
  }
  if (model.get("pointable")) {
    image.classList.add("course-pointable");
    image.addEventListener("pointerdown", press);
    image.addEventListener("pointermove", point);
    image.addEventListener("touchstart", (event) => event.stopPropagation(), { passive: true });
  }

  // Keys that a control uses must neither turn the slide nor move through the notebook: JupyterLab
  // looks for an attribute of the focused element, reveal.js listens further up.
  const inside = (event) => el.closest(".course-explorer")?.contains(event.target);
  const used = (event) => KEYS.has(event.key) && !event.ctrlKey && !event.shiftKey && !event.metaKey;
  function before(event) {
    if (inside(event)) event.target.toggleAttribute("data-lm-suppress-shortcuts", used(event));
  }
  function after(event) {
    if (inside(event) && used(event)) event.stopPropagation();
  }
  // A slider of ipywidgets does not tell a screen reader what it moves.
  function name(event) {
    const handle = inside(event) ? event.target.closest(".noUi-handle") : null;
    const label = handle?.closest(".widget-slider")?.querySelector(".widget-label");
    if (label) handle.setAttribute("aria-label", label.textContent);
  }
  document.addEventListener("focusin", name);
  window.addEventListener("keydown", before, true);
  document.body.addEventListener("keydown", after);

  return () => {
    document.removeEventListener("focusin", name);
    window.removeEventListener("keydown", before, true);
    document.body.removeEventListener("keydown", after);
    main?.off("change:value change:index", show);
    for (const frame of strip) URL.revokeObjectURL(frame.src);
    if (single) URL.revokeObjectURL(single);
  };
}

export default { render };
