// The floor board: names on a tap. It updates itself like every page that looks again, and says when it is blind.

import { lookAgain } from "./shell.js";

const board = document.querySelector(".board");
const button = document.querySelector("[data-names]");

if (button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = board.toggleAttribute("data-shows-names");
    button.setAttribute("aria-pressed", String(shown));
  });
}

const stream = document.querySelector('meta[name="mooring-stream"]')?.content;
if (stream) new EventSource(stream).addEventListener("entry", () => lookAgain());
