// Before a session is opened: whether this device could go on without a network at all, while another is still at hand.

import { canStore } from "./store.js";

document.getElementById("not-alone")?.toggleAttribute("hidden", Boolean(canStore && navigator.serviceWorker));
