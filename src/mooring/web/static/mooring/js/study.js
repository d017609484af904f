// The lesson: words beside a slider follow it at once, and a lesson can be read aloud. All else is plain HTML.

function follow(root) {
  for (const control of root.querySelectorAll(":is(.explore, .predict) input[type=range]")) {
    const output = document.querySelector(`output[for="${CSS.escape(control.id)}"]`);
    const say = () => {
      const words = `${control.value} ${control.dataset.unit}`.trim();
      if (output) output.textContent = words;
      control.setAttribute("aria-valuetext", words);
    };
    control.addEventListener("input", say);
    say();
  }
  for (const button of root.querySelectorAll("[data-only-without-script]")) button.hidden = true;
}

// ---- read aloud: one passage after the other, the one being read is marked; nothing leaves this device ----
function readAloud(button) {
  const passages = [...document.querySelectorAll("[data-spoken]")];
  const words = button.querySelector("span");
  const start = words.textContent;
  let place = -1;
  const words_of = (passage) => {
    const copy = passage.cloneNode(true);
    for (const marker of copy.querySelectorAll("sup")) marker.remove();
    return copy.textContent.replace(/\s+/g, " ").trim();
  };
  const stop = () => {
    place = -1;
    speechSynthesis.cancel();
    for (const passage of passages) passage.removeAttribute("data-reading-now");
    button.setAttribute("aria-pressed", "false");
    words.textContent = start;
  };
  const read = (next) => {
    if (next >= passages.length) return stop();
    place = next;
    passages.forEach((passage, n) => passage.toggleAttribute("data-reading-now", n === next));
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    passages[next].scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
    const said = new SpeechSynthesisUtterance(words_of(passages[next]));
    said.lang = button.closest("[lang]").lang;
    said.onend = () => { if (place === next) read(next + 1); };
    said.onerror = () => {
      if (place !== next) return; // stopped by hand
      stop();
      words.textContent = button.dataset.wordsNone;
    };
    speechSynthesis.speak(said);
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    if (place >= 0) return stop();
    button.setAttribute("aria-pressed", "true");
    words.textContent = button.dataset.wordsStop;
    // From the first passage that is still in view: who scrolled down wants to go on from there.
    read(Math.max(0, passages.findIndex((passage) => passage.getBoundingClientRect().bottom > 80)));
  });
  addEventListener("pagehide", stop);
}

follow(document);
const button = document.querySelector("[data-read-aloud]");
if (button && "speechSynthesis" in window && document.querySelector("[data-spoken]")) readAloud(button);
