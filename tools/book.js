// An explorer of the book: its pictures are files, one for each position of the main control.

function start(box) {
  const { labels, sentences } = JSON.parse(box.querySelector("script").textContent);
  const main = box.querySelector(".main"), readout = box.querySelector("output");
  const image = box.querySelector("img"), caption = box.querySelector("figcaption");
  const play = box.querySelector(".play");
  const file = (n) => `${box.dataset.frames}/${n}.webp`;
  const place = () => main.selectedIndex ?? Number(main.value);
  let playing = 0;

  function show() {
    const n = place();
    image.src = file(n);
    image.alt = caption.textContent = sentences[n];
    if (readout) {
      readout.textContent = labels[n];
      main.setAttribute("aria-valuetext", labels[n]);
    }
  }
  // One after the other, so that the page's own pictures come first.
  async function fetchAll() {
    for (let n = 0; n < labels.length; n += 1) {
      const frame = new Image();
      frame.fetchPriority = "low";
      frame.src = file(n);
      await frame.decode().catch(() => {});
    }
  }
  function stop() {
    clearInterval(playing);
    playing = 0;
    play.textContent = "Play";
    play.setAttribute("aria-pressed", "false");
  }
  function press() {
    if (playing) return stop();
    if (place() === labels.length - 1) main.value = 0;
    play.textContent = "Stop";
    play.setAttribute("aria-pressed", "true");
    playing = setInterval(() => {
      main.value = place() + 1;
      show();
      if (place() === labels.length - 1) stop();
    }, Math.max(80, 4000 / labels.length));
    show();
  }

  main.addEventListener("input", () => {
    if (playing) stop();
    show();
  });
  if (play) play.addEventListener("click", press);
  // A step of one for the arrow keys and a drag everywhere: nothing else on the page may take them.
  main.addEventListener("keydown", (event) => event.stopPropagation());
  new IntersectionObserver((entries, observer) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    fetchAll();
  }, { rootMargin: "200px" }).observe(box);
}

addEventListener("DOMContentLoaded", () => document.querySelectorAll(".book-explorer").forEach(start));
