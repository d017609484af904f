// The rooms of a site, on the board and on the first page: a stream says at once that a log has a new entry, the page
// then asks for its part. Where the part counts alerts and calls (the first page), they sound until they are answered.

import { lookSoon } from "./shell.js";
import { hear } from "./sound.js";

const streams = document.querySelector('meta[name="mooring-stream"]')?.content ?? "";
for (const address of streams.split(" ").filter(Boolean)) {
  new EventSource(address).addEventListener("entry", () => lookSoon());
}

const sound = () => hear(document.querySelector("[data-reds]"));
sound();
setInterval(sound, 1000);
