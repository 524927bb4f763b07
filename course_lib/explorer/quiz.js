// Quick questions: radio buttons or a number field, and the explanation of what was chosen.

function element(parent, name, text = "", attributes = {}) {
  const child = document.createElement(name);
  child.textContent = text;
  for (const [key, value] of Object.entries(attributes)) child.setAttribute(key, value);
  return parent.appendChild(child);
}

function ask(form, question, number, prefix) {
  const set = element(form, "fieldset");
  element(set, "legend", `${number}. ${question.text}`);
  const say = (right, why) => {
    feedback.className = right ? "right" : "wrong";
    feedback.textContent = (right || /^Right/.test(why) ? "" : "Not quite. ") + why;
  };
  if (question.otherwise) {
    const row = element(set, "p");
    const label = element(row, "label", "Your number: ");
    const field = element(label, "input", "", { type: "text", inputmode: "decimal", size: "10" });
    const button = element(row, "button", "Answer", { type: "button" });
    const answer = () => {
      const value = Number(field.value.trim().replace(",", ".").replace("−", "-"));
      if (!field.value.trim() || Number.isNaN(value)) {
        feedback.className = "";
        feedback.textContent = "Type a number.";
        return;
      }
      const near = (text) => Math.abs(Number(text) - value) <= question.tolerance;
      const known = question.answers.find(([text]) => near(text));
      say(near(question.right), known ? known[1] : question.otherwise);
    };
    button.addEventListener("click", answer);
    field.addEventListener("keydown", (event) => event.key === "Enter" && answer());
  } else {
    for (const [text, why] of question.answers) {
      const label = element(set, "label");
      const choice = element(label, "input", "", { type: "radio", name: `${prefix}-${number}` });
      label.append(` ${text}`);
      choice.addEventListener("change", () => say(text === question.right, why));
    }
  }
  // It is there before it has words, or they would not be announced.
  const feedback = element(set, "p", "", { role: "status", "aria-live": "polite" });
}

function render({ model, el }) {
  const form = element(el, "div", "", { class: "course-quiz" });
  const prefix = `quiz-${Math.random().toString(36).slice(2)}`;
  model.get("questions").forEach((question, n) => ask(form, question, n + 1, prefix));

  // A key pressed here turns no slide and runs no command of JupyterLab; Shift-Enter still does.
  const ours = (event) => !event.ctrlKey && !event.shiftKey && !event.metaKey;
  function before(event) {
    if (form.contains(event.target)) {
      event.target.toggleAttribute("data-lm-suppress-shortcuts", ours(event));
    }
  }
  form.addEventListener("keydown", (event) => ours(event) && event.stopPropagation());
  window.addEventListener("keydown", before, true);
  return () => window.removeEventListener("keydown", before, true);
}

export default { render };
