// The lab: the words beside a slider follow it at once; the panels come from the server, one answer at a time.
for (const control of document.querySelectorAll(".lab input[type=range]")) {
  const output = document.querySelector(`output[for="${control.id}"]`);
  const say = () => {
    const words = `${control.value} ${control.dataset.unit}`;
    output.textContent = words;
    control.setAttribute("aria-valuetext", words);
  };
  control.addEventListener("input", say);
  say();
}
// The address holds the view. It follows when a control is let go: browsers refuse to change it many times a second.
const controls = document.querySelector(".lab-controls");
controls.addEventListener("change", () => {
  history.replaceState(null, "", `?${new URLSearchParams(new FormData(controls))}`);
});
