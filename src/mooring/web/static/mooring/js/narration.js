// The narration of a lesson: goes on where it was left, waits where there is something to do, shows its captions.
const box = document.querySelector("[data-narration]");
if (box) {
  const audio = box.querySelector("audio");
  const caption = box.querySelector(".narration-caption");
  const key = `narration:${location.pathname}`;
  const stops = [...box.querySelectorAll("[data-stop]")].map((stop) => ({ at: Number(stop.value), anchor: stop.dataset.stop }));
  let before = 0;

  const kept = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
  const keep = (name, value) => { try { localStorage.setItem(name, value); } catch { /* a private window keeps nothing */ } };

  audio.addEventListener("loadedmetadata", () => {
    const left = Number(kept(key));
    if (left > 2 && left < audio.duration - 2) audio.currentTime = left;
    before = audio.currentTime;
  });
  audio.addEventListener("timeupdate", () => {
    const now = audio.currentTime;
    keep(key, String(now));
    const reached = audio.paused || now - before > 2 || now < before ? undefined : stops.find((stop) => stop.at > before && stop.at <= now);
    before = now;
    if (!reached) return;
    audio.pause();
    caption.hidden = false;
    caption.textContent = box.dataset.wordsStop;
    document.getElementById(reached.anchor)?.scrollIntoView({ block: "center" });
  });
  audio.addEventListener("ended", () => keep(key, "0"));

  const track = audio.textTracks[0];
  if (track) {
    track.mode = "hidden"; // the browser draws no captions for sound; the line under the player does
    track.addEventListener("cuechange", () => {
      const cue = track.activeCues?.[0];
      if (!cue) return;
      caption.hidden = false;
      caption.textContent = cue.text;
    });
  }

  const speeds = box.querySelector("[data-speed]");
  speeds.hidden = false;
  const chosen = kept("narration-speed") ?? "1";
  for (const input of speeds.querySelectorAll("input")) {
    input.checked = input.value === chosen;
    input.addEventListener("change", () => {
      audio.playbackRate = Number(input.value);
      keep("narration-speed", input.value);
    });
  }
  audio.addEventListener("play", () => { audio.playbackRate = Number(kept("narration-speed") ?? "1"); });

  for (const link of box.querySelectorAll("[data-at]")) {
    link.addEventListener("click", () => {
      audio.currentTime = Number(link.dataset.at);
      before = audio.currentTime;
      audio.play();
    });
  }
}
