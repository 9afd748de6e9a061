// The cameras of an episode, each at the time of the cursor.

import type { Video } from "./model";

/** A film that is this far from the cursor while playing is set right [s]. */
const APART = 0.12;

interface One {
  player: HTMLVideoElement;
  from: number;
}

export class Film {
  private films: One[] = [];

  constructor(private readonly room: HTMLElement) {}

  open(videos: Video[]): void {
    this.films.forEach((f) => f.player.removeAttribute("src"));
    this.films = [];
    this.room.replaceChildren();
    this.room.hidden = videos.length === 0;
    for (const video of videos) {
      const frame = document.createElement("figure");
      const caption = document.createElement("figcaption");
      caption.textContent = (video.camera ?? "camera").replace(/^observation\.images\./, "");
      frame.append(caption);
      this.room.append(frame);
      if (!video.address) {
        caption.textContent += ": its file is not in the dataset's folder";
        continue;
      }
      const player = document.createElement("video");
      player.muted = true;
      player.playsInline = true;
      player.preload = "auto";
      player.src = video.address;
      player.addEventListener("error", () => (caption.textContent += ": this browser cannot show it"));
      frame.prepend(player);
      this.films.push({ player, from: video.from_s });
    }
  }

  /** Shows the moment, going on with it where time goes at a speed that players know. */
  show(seconds: number, playing: boolean, speed: number): void {
    for (const { player, from } of this.films) {
      if (player.readyState < HTMLMediaElement.HAVE_METADATA) continue;
      const at = from + seconds;
      if (playing && speed <= 4) {
        player.playbackRate = Math.max(0.1, speed);
        if (Math.abs(player.currentTime - at) > APART * Math.max(1, speed)) player.currentTime = at;
        if (player.paused) void player.play().catch(() => undefined);
      } else {
        if (!player.paused) player.pause();
        if (!player.seeking && Math.abs(player.currentTime - at) > 0.01) player.currentTime = at;
      }
    }
  }
}
