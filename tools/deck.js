// Starts a deck, or lays it out for printing when its address ends in "?handout".

for (const explorer of document.querySelectorAll(".course-explorer")) {
  const { frames, sentences } = JSON.parse(explorer.querySelector("script").textContent);
  const range = explorer.querySelector("input");
  const image = explorer.querySelector("img"), caption = explorer.querySelector("figcaption");
  function show() {
    const n = Number(range.value);
    image.src = `data:image/jpeg;base64,${frames[n]}`;
    image.alt = caption.textContent = sentences[n];
  }
  range.addEventListener("input", show);
  const [before, after] = explorer.querySelectorAll("button");
  before.addEventListener("click", () => { range.stepDown(); show(); });
  after.addEventListener("click", () => { range.stepUp(); show(); });
}

async function start() {
  if (location.search === "?handout") {
    document.body.classList.add("handout");
    document.documentElement.classList.add("print-pdf");  // or reveal.js lays pages out its way
    const pages = document.querySelectorAll(".slides > section > section");
    pages.forEach((page, n) => {
      page.classList.add("present");
      page.parentElement.classList.add("present");
      const number = page.appendChild(document.createElement("div"));
      number.className = "page-number";
      number.textContent = `${n + 1} / ${pages.length}`;
    });
    await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  } else {
    await Reveal.initialize({
      hash: true, slideNumber: "c/t", center: false, transition: "none", disableLayout: true,
      controls: false, plugins: [RevealNotes],
    });
  }
  await new Promise((done) => {
    if (document.readyState === "complete") done(); else addEventListener("load", done);
  });
  await MathJax.startup.promise;
  document.body.classList.add("ready");
}
start();
