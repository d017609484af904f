// One clock for an emergency: since the call, and since the last vital signs, which are asked for each minute.

const MINUTE_S = 60;
const head = document.querySelector("[data-since]");
const ahead = new Date(head.dataset.now) - Date.now();

function words(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function tick() {
  const now = Date.now() + ahead;
  head.textContent = words((now - new Date(head.dataset.since)) / 1000);
  for (const place of document.querySelectorAll("[data-measured]")) {
    const passed = (now - new Date(place.dataset.measured)) / 1000;
    place.textContent = `(${words(passed)})`;
    place.classList.toggle("mark-overdue", passed > MINUTE_S);
  }
}

tick();
setInterval(tick, 1000);
