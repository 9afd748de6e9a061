// The whole episode from left to right: what is done, when feet stand, what was found. The picture
// is drawn when something about it changes; the cursor over it moves by itself.

import type { Actor } from "./actor";
import { type Look, look } from "./look";
import type { Finding, Segment } from "./model";
import { clock } from "./units";

const ROW = 16;
const AXIS = 18;

export class Timeline {
  segments: Segment[] = [];
  findings: Finding[] = [];
  private readonly canvas = document.createElement("canvas");
  private readonly cursor = document.createElement("div");
  private readonly hint = document.createElement("div");
  private from = 0;
  private to = 1;
  private length = 1;
  private rate = 1;
  private actor: Actor | null = null;
  private stale = true;

  constructor(
    private readonly room: HTMLElement,
    private readonly seek: (frame: number) => void,
    private readonly pick: (finding: Finding) => void,
  ) {
    this.cursor.className = "cursor";
    this.hint.className = "hint";
    this.hint.hidden = true;
    room.append(this.canvas, this.cursor, this.hint);
    room.tabIndex = 0;
    room.setAttribute("role", "slider");
    room.setAttribute("aria-label", "Frame");
    room.addEventListener("pointerdown", (e) => {
      room.setPointerCapture(e.pointerId);
      const found = this.findingAt(e);
      if (found) this.pick(found);
      else this.seek(this.frameAt(e.clientX));
    });
    room.addEventListener("pointermove", (e) => {
      if (e.buttons & 1) this.seek(this.frameAt(e.clientX));
      this.tell(e);
    });
    room.addEventListener("pointerleave", () => (this.hint.hidden = true));
    room.addEventListener("wheel", (e) => this.zoom(e), { passive: false });
    new ResizeObserver(() => (this.stale = true)).observe(room);
  }

  /** Another episode. */
  open(actor: Actor | null, length: number, rate: number): void {
    [this.actor, this.length, this.rate] = [actor, Math.max(1, length), rate];
    [this.from, this.to] = [0, this.length];
    [this.segments, this.findings] = [[], []];
    this.stale = true;
  }

  /** Something that it shows has changed. */
  touch(): void {
    this.stale = true;
  }

  /** Puts the cursor at a frame. */
  show(frame: number): void {
    if (frame < this.from || frame >= this.to) {
      const span = this.to - this.from;
      this.from = Math.max(0, Math.min(this.length - span, frame - span / 2));
      this.to = this.from + span;
      this.stale = true;
    }
    if (this.stale) this.draw();
    this.cursor.style.transform = `translateX(${this.x(frame + 0.5)}px)`;
    this.room.setAttribute("aria-valuemin", "0");
    this.room.setAttribute("aria-valuemax", String(this.length - 1));
    this.room.setAttribute("aria-valuenow", String(frame));
    this.room.setAttribute("aria-valuetext", clock(frame / this.rate));
  }

  private x(frame: number): number {
    return ((frame - this.from) / (this.to - this.from)) * this.room.clientWidth;
  }

  private frameAt(clientX: number): number {
    const box = this.room.getBoundingClientRect();
    return Math.floor(this.from + ((clientX - box.left) / Math.max(1, box.width)) * (this.to - this.from));
  }

  private findingRow(): number {
    return AXIS + ROW * (this.segments.length > 0 ? 1 : 0) + (this.hasContacts() ? ROW : 0);
  }

  private hasContacts(): boolean {
    return this.actor !== null;
  }

  private findingAt(e: PointerEvent): Finding | null {
    const y = e.clientY - this.room.getBoundingClientRect().top;
    if (y < this.findingRow()) return null;
    const at = this.frameAt(e.clientX);
    const near = (2 * (this.to - this.from)) / Math.max(1, this.room.clientWidth);
    const hit = (f: Finding): boolean => (f.from ?? 0) - near <= at && at < (f.to ?? this.length) + near;
    const hits = this.findings.filter((f) => f.from !== null && hit(f));
    return hits.sort((a, b) => (a.to ?? 0) - (a.from ?? 0) - ((b.to ?? 0) - (b.from ?? 0)))[0] ?? null;
  }

  private tell(e: PointerEvent): void {
    const at = this.frameAt(e.clientX);
    if (at < 0 || at >= this.length) return;
    const found = this.findingAt(e);
    const doing = this.segments.find((s) => s.start <= at && at < s.end);
    this.hint.textContent = found
      ? `${found.word}: ${found.says}`
      : `${clock(at / this.rate)} · frame ${at}${doing ? ` · ${doing.label}` : ""}`;
    this.hint.hidden = false;
    const width = this.room.clientWidth;
    const x = e.clientX - this.room.getBoundingClientRect().left;
    this.hint.style.left = `${Math.min(Math.max(0, x - this.hint.offsetWidth / 2), width - this.hint.offsetWidth)}px`;
  }

  private zoom(e: WheelEvent): void {
    e.preventDefault();
    const at = this.frameAt(e.clientX);
    if (Math.abs(e.deltaX) > Math.abs(e.deltaY)) {
      const by = (e.deltaX / this.room.clientWidth) * (this.to - this.from);
      const from = Math.max(0, Math.min(this.length - (this.to - this.from), this.from + by));
      [this.from, this.to] = [from, from + this.to - this.from];
    } else {
      const span = Math.min(this.length, Math.max(20, (this.to - this.from) * Math.exp(e.deltaY * 0.002)));
      const share = (at - this.from) / (this.to - this.from);
      this.from = Math.max(0, Math.min(this.length - span, at - share * span));
      this.to = this.from + span;
    }
    this.stale = true;
  }

  private draw(): void {
    this.stale = false;
    const [w, h] = [this.room.clientWidth, this.room.clientHeight];
    const ratio = devicePixelRatio;
    this.canvas.width = Math.round(w * ratio);
    this.canvas.height = Math.round(h * ratio);
    const g = this.canvas.getContext("2d");
    if (!g) return;
    g.scale(ratio, ratio);
    g.font = "11px system-ui, sans-serif";
    const colours = look();
    this.axis(g, w, h, colours);
    let y = AXIS;
    if (this.segments.length > 0) {
      this.doings(g, y, colours);
      y += ROW;
    }
    if (this.hasContacts()) {
      this.feet(g, y, w, colours);
      y += ROW;
    }
    this.found(g, y, h, colours);
  }

  private axis(g: CanvasRenderingContext2D, w: number, h: number, colours: Look): void {
    const seconds = (this.to - this.from) / this.rate;
    const steps = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];
    const step = steps.find((s) => (s / seconds) * w >= 64) ?? 3600;
    g.fillStyle = colours.soft;
    g.strokeStyle = colours.line;
    for (let t = Math.ceil(this.from / this.rate / step) * step; t * this.rate < this.to; t += step) {
      const x = Math.round(this.x(t * this.rate)) + 0.5;
      g.beginPath();
      g.moveTo(x, AXIS - 4);
      g.lineTo(x, h);
      g.stroke();
      const text = t >= 60 ? `${Math.floor(t / 60)}:${String(Math.round(t % 60)).padStart(2, "0")}` : `${+t.toFixed(2)} s`;
      const wide = g.measureText(text).width;
      if (x + 3 + wide < w) g.fillText(text, x + 3, 11);
    }
  }

  private doings(g: CanvasRenderingContext2D, y: number, colours: Look): void {
    this.segments.forEach((s, i) => {
      const [a, b] = [this.x(s.start), this.x(s.end)];
      if (b < 0 || a > this.room.clientWidth) return;
      g.fillStyle = colours.accent;
      g.globalAlpha = i % 2 ? 0.12 : 0.2;
      g.fillRect(a, y + 1, Math.max(1, b - a - 1), ROW - 3);
      g.globalAlpha = 1;
      g.fillStyle = colours.ink;
      const left = Math.max(a, 0) + 4;
      if (g.measureText(s.label).width < b - left - 4) g.fillText(s.label, left, y + 11);
    });
  }

  /** Left above, right below; heel darker with toe: as far as frames are here. */
  private feet(g: CanvasRenderingContext2D, y: number, w: number, colours: Look): void {
    for (let x = 0; x < w; x++) {
      const frame = Math.floor(this.from + (x / w) * (this.to - this.from));
      const down = this.actor?.contacts(frame);
      if (!down) continue;
      for (const side of [0, 1]) {
        const count = Number(down[2 * side]) + Number(down[2 * side + 1]);
        if (count === 0) continue;
        g.globalAlpha = count === 2 ? 0.9 : 0.45;
        g.fillStyle = side === 0 ? colours.left : colours.right;
        g.fillRect(x, y + 2 + side * 6, 1.2, 4.5);
      }
    }
    g.globalAlpha = 1;
  }

  private found(g: CanvasRenderingContext2D, y: number, h: number, colours: Look): void {
    const lanes: number[] = [];
    const sorted = this.findings.filter((f) => f.from !== null).sort((a, b) => (a.from ?? 0) - (b.from ?? 0));
    for (const f of sorted) {
      const [a, b] = [this.x(f.from ?? 0), this.x(f.to ?? this.length)];
      let lane = lanes.findIndex((end) => end < a);
      if (lane < 0) lane = lanes.length;
      const top = y + 3 + lane * 6;
      if (top + 5 > h) continue;
      lanes[lane] = Math.max(b, a + 3) + 1;
      g.fillStyle = f.severity === "defect" ? colours.defect : colours.risk;
      g.fillRect(a, top, Math.max(3, b - a), 4);
    }
  }
}
