// The floor board: names on a tap. It updates itself like every page that looks again, and says when it is blind.

const board = document.querySelector(".board");
const button = document.querySelector("[data-names]");

if (button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = board.toggleAttribute("data-shows-names");
    button.setAttribute("aria-pressed", String(shown));
  });
}
