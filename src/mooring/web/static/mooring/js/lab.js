// The lab: the words beside a slider follow it at once; the panels come from the server.
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
