// The rooms of a site, on the board and on the first page: a stream says at once that a log has a new entry, the page
// then asks for its part. Where the part counts alerts and calls (the first page), they sound until they are answered.

import { lookSoon } from "./shell.js";
import { hear } from "./sound.js";

const streams = document.querySelector('meta[name="mooring-stream"]')?.content ?? "";
for (const address of streams.split(" ").filter(Boolean)) {
  new EventSource(address).addEventListener("entry", () => lookSoon());
}

// The time of day in a head that is not asked again, on the site's clock.
for (const place of document.querySelectorAll("[data-clock]")) {
  const ahead = new Date(place.dateTime) - Date.now();
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: place.dataset.clock, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  setInterval(() => { place.textContent = format.format(Date.now() + ahead); }, 1000);
}

const sound = () => hear(document.querySelector("[data-reds]"));
sound();
setInterval(sound, 1000);
