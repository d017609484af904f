// What a lesson plays: goes on where it was left and keeps its speed; the narration waits where there is something to do.
const kept = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
const keep = (name, value) => { try { localStorage.setItem(name, value); } catch { /* a private window keeps nothing */ } };
const speed = () => Number(kept("play-speed") ?? "1");

// Resume and speed of one player; `place` tells it apart from the others on its page.
const playable = (player, place, speeds) => {
  const key = `played:${location.pathname}:${place}`;
  player.addEventListener("loadedmetadata", () => {
    const left = Number(kept(key));
    if (left > 2 && left < player.duration - 2) player.currentTime = left;
  });
  player.addEventListener("timeupdate", () => keep(key, String(player.currentTime)));
  player.addEventListener("ended", () => keep(key, "0"));
  player.addEventListener("play", () => { player.playbackRate = speed(); });
  speeds.hidden = false;
  for (const input of speeds.querySelectorAll("input")) {
    input.checked = Number(input.value) === speed();
    input.addEventListener("change", () => {
      keep("play-speed", input.value);
      player.playbackRate = Number(input.value);
      for (const each of document.querySelectorAll("[data-speed] input")) each.checked = each.value === input.value;
    });
  }
};

for (const figure of document.querySelectorAll("[data-plays]")) {
  playable(figure.querySelector("audio, video"), figure.dataset.plays, figure.querySelector("[data-speed]"));
}

const box = document.querySelector("[data-narration]");
if (box) {
  const audio = box.querySelector("audio");
  const caption = box.querySelector(".narration-caption");
  const stops = [...box.querySelectorAll("[data-stop]")].map((stop) => ({ at: Number(stop.value), anchor: stop.dataset.stop }));
  let before = 0;

  playable(audio, "narration", box.querySelector("[data-speed]"));
  audio.addEventListener("loadedmetadata", () => { before = audio.currentTime; });
  audio.addEventListener("timeupdate", () => {
    const now = audio.currentTime;
    const reached = audio.paused || now - before > 2 || now < before ? undefined : stops.find((stop) => stop.at > before && stop.at <= now);
    before = now;
    if (!reached) return;
    audio.pause();
    caption.hidden = false;
    caption.textContent = box.dataset.wordsStop;
    document.getElementById(reached.anchor)?.scrollIntoView({ block: "center" });
  });

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

  for (const link of box.querySelectorAll("[data-at]")) {
    link.addEventListener("click", () => {
      audio.currentTime = Number(link.dataset.at);
      before = audio.currentTime;
      audio.play();
    });
  }
}
