// The list of episodes: only the rows in sight exist, only the pages in sight are read.

import type { Data } from "./data";
import { clock } from "./units";

const ROW = 44;

export class Episodes {
  private readonly inner = document.createElement("div");
  private current = -1;
  private compared: number | null = null;
  private readonly rows = new Map<number, HTMLElement>();

  constructor(
    private readonly room: HTMLElement,
    private readonly data: Data,
    private readonly open: (episode: number) => void,
    private readonly compare: (episode: number) => void,
  ) {
    this.inner.className = "rows";
    this.inner.style.height = `${data.index.episodes * ROW}px`;
    room.append(this.inner);
    room.addEventListener("scroll", () => this.draw(), { passive: true });
    new ResizeObserver(() => this.draw()).observe(room);
  }

  /** Marks what is shown, and brings it in sight. */
  mark(current: number, compared: number | null): void {
    const moved = current !== this.current;
    [this.current, this.compared] = [current, compared];
    const top = current * ROW;
    const { scrollTop, clientHeight } = this.room;
    if (moved && (top < scrollTop || top + ROW > scrollTop + clientHeight)) {
      this.room.scrollTop = Math.max(0, top - clientHeight / 2);
    }
    this.draw();
  }

  /** Draws the rows in sight; call it again when more has arrived. */
  draw(): void {
    const first = Math.max(0, Math.floor(this.room.scrollTop / ROW) - 4);
    const last = Math.min(this.data.index.episodes, first + Math.ceil(this.room.clientHeight / ROW) + 8);
    for (const [episode, row] of this.rows) {
      if (episode >= first && episode < last) continue;
      row.remove();
      this.rows.delete(episode);
    }
    for (let episode = first; episode < last; episode++) {
      let row = this.rows.get(episode);
      if (!row) {
        row = this.row(episode);
        this.rows.set(episode, row);
        this.inner.append(row);
      }
      row.classList.toggle("current", episode === this.current);
      row.classList.toggle("compared", episode === this.compared);
      this.fill(row, episode);
    }
  }

  private row(episode: number): HTMLElement {
    const row = document.createElement("div");
    row.className = "row";
    row.style.top = `${episode * ROW}px`;
    const go = document.createElement("button");
    go.className = "go";
    go.addEventListener("click", () => this.open(episode));
    const beside = document.createElement("button");
    beside.className = "beside";
    beside.title = "Compare with this one (c)";
    beside.setAttribute("aria-label", `Compare with episode ${episode}`);
    beside.textContent = "vs";
    beside.addEventListener("click", () => this.compare(episode));
    row.append(go, beside);
    return row;
  }

  private fill(row: HTMLElement, episode: number): void {
    if (row.dataset["filled"]) return;
    const known = this.data.row(episode);
    if (!known) return;
    row.dataset["filled"] = "yes";
    const title = document.createElement("span");
    title.className = "title";
    title.textContent = `${known.index} · ${known.name ?? known.task ?? "episode"}`;
    const more = document.createElement("span");
    more.className = "more";
    const seconds = clock(known.length / this.data.index.rate_hz);
    more.textContent = [known.kind, known.name ? known.task : null].filter(Boolean).join(" · ") || " ";
    const long = document.createElement("span");
    long.className = "long";
    long.textContent = seconds;
    row.querySelector(".go")?.replaceChildren(title, long, more);
  }
}
