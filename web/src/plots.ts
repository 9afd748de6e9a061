// Numbers over time, a row for each, with the limits of what they are. A window of some seconds
// around the cursor is drawn; it turns like a page when the cursor leaves its middle.

import type { Actor } from "./actor";
import type { Data } from "./data";
import { type Look, look } from "./look";
import { shown, unitOf, words } from "./units";

const WINDOW_S = 10;
const MOST_ROWS = 120;
const HEIGHT = 46;

/** What one row draws. */
interface Series {
  label: string;
  unit: string;
  /** The value; and of the command beside it, where there is one. */
  value: (actor: Actor, frame: number) => number | null;
  command: ((actor: Actor, frame: number) => number | null) | null;
  limits: [number, number] | null;
}

interface RowView {
  series: Series;
  room: HTMLElement;
  canvas: HTMLCanvasElement;
  readout: HTMLElement;
  low: number;
  high: number;
  seen: boolean;
}

export class Plots {
  private readonly chooser = document.createElement("select");
  private readonly filter = document.createElement("input");
  private readonly list = document.createElement("div");
  private readonly groups: { name: string; series: Series[] }[];
  private rows: RowView[] = [];
  private actors: (Actor | null)[] = [];
  private from = 0;
  private span = 1;
  private length = 1;
  private readonly watcher: IntersectionObserver;
  private stale = true;

  constructor(
    room: HTMLElement,
    private readonly data: Data,
    private readonly seek: (frame: number) => void,
  ) {
    this.groups = groupsOf(data);
    this.chooser.setAttribute("aria-label", "What is plotted");
    for (const [i, g] of this.groups.entries()) this.chooser.add(new Option(g.name, String(i)));
    this.filter.type = "search";
    this.filter.placeholder = "Filter by name";
    this.filter.setAttribute("aria-label", "Filter by name");
    const head = document.createElement("div");
    head.className = "tools";
    head.append(this.chooser, this.filter);
    this.list.className = "plots";
    room.append(head, this.list);
    this.chooser.addEventListener("change", () => this.fill());
    this.filter.addEventListener("input", () => this.fill());
    this.watcher = new IntersectionObserver((entries) => {
      for (const e of entries) {
        const row = this.rows.find((r) => r.room === e.target);
        if (row) row.seen = e.isIntersecting;
      }
      this.stale = true;
    }, { root: this.list.parentElement });
    new ResizeObserver(() => (this.stale = true)).observe(this.list);
    this.fill();
  }

  /** Another episode, and the one it is compared with. */
  open(actors: (Actor | null)[], length: number): void {
    this.actors = actors;
    this.length = Math.max(1, length);
    this.span = Math.min(this.length, Math.round(WINDOW_S * this.data.index.rate_hz));
    this.from = 0;
    this.reset();
  }

  /** More frames have arrived, or the colours have changed. */
  touch(): void {
    this.stale = true;
  }

  show(frame: number): void {
    const into = frame - this.from;
    if (this.span < this.length && (into < this.span * 0.1 || into > this.span * 0.9)) {
      const from = Math.max(0, Math.min(this.length - this.span, Math.round(frame - this.span * 0.2)));
      if (from !== this.from) {
        this.from = from;
        this.stale = true;
      }
    }
    const actor = this.actors[0] ?? null;
    for (const row of this.rows) {
      if (!row.seen) continue;
      if (this.stale) this.draw(row);
      const value = actor ? row.series.value(actor, frame) : null;
      row.readout.textContent = `${shown(value)} ${row.series.unit}`;
      const beyond = value !== null && row.series.limits && (value < row.series.limits[0] || value > row.series.limits[1]);
      row.readout.classList.toggle("beyond", Boolean(beyond));
      const x = ((frame + 0.5 - this.from) / this.span) * row.canvas.clientWidth;
      row.room.style.setProperty("--at", `${x}px`);
    }
    this.stale = false;
  }

  private reset(): void {
    for (const row of this.rows) [row.low, row.high] = [Infinity, -Infinity];
    this.stale = true;
  }

  private fill(): void {
    this.rows.forEach((r) => this.watcher.unobserve(r.room));
    this.list.replaceChildren();
    const wanted = this.filter.value.trim().toLowerCase();
    const series = (this.groups[Number(this.chooser.value)]?.series ?? []).filter((s) => s.label.toLowerCase().includes(wanted));
    this.rows = series.slice(0, MOST_ROWS).map((s) => this.row(s));
    this.list.append(...this.rows.map((r) => r.room));
    if (series.length > MOST_ROWS) {
      const more = document.createElement("p");
      more.className = "soft";
      more.textContent = `${series.length - MOST_ROWS} more: filter by name`;
      this.list.append(more);
    }
    this.rows.forEach((r) => this.watcher.observe(r.room));
    this.reset();
  }

  private row(series: Series): RowView {
    const room = document.createElement("div");
    room.className = "plot";
    const head = document.createElement("div");
    head.className = "plot-head";
    const name = document.createElement("span");
    name.textContent = series.label;
    const readout = document.createElement("span");
    readout.className = "value";
    head.append(name, readout);
    const canvas = document.createElement("canvas");
    room.append(head, canvas);
    const go = (e: PointerEvent): void => {
      const box = canvas.getBoundingClientRect();
      this.seek(this.from + ((e.clientX - box.left) / box.width) * this.span);
    };
    canvas.addEventListener("pointerdown", (e) => {
      canvas.setPointerCapture(e.pointerId);
      go(e);
    });
    canvas.addEventListener("pointermove", (e) => {
      if (e.buttons & 1) go(e);
    });
    return { series, room, canvas, readout, low: Infinity, high: -Infinity, seen: false };
  }

  private draw(row: RowView): void {
    const { canvas, series } = row;
    const w = canvas.clientWidth;
    const ratio = devicePixelRatio;
    canvas.width = Math.max(1, Math.round(w * ratio));
    canvas.height = Math.round(HEIGHT * ratio);
    const g = canvas.getContext("2d");
    if (!g || w === 0) return;
    g.scale(ratio, ratio);
    const colours = look();
    const step = Math.max(1, Math.floor(this.span / (2 * w)));
    const lines: { colour: string; dashed: boolean; points: (number | null)[] }[] = [];
    const sample = (of: (a: Actor, f: number) => number | null, actor: Actor): (number | null)[] => {
      const points: (number | null)[] = [];
      for (let f = this.from; f < this.from + this.span; f += step) points.push(f < actor.length ? of(actor, f) : null);
      return points;
    };
    this.actors.forEach((actor, i) => {
      if (!actor) return;
      if (series.command && i === 0) lines.push({ colour: colours.soft, dashed: true, points: sample(series.command, actor) });
      lines.push({ colour: i === 0 ? colours.accent : colours.second, dashed: false, points: sample(series.value, actor) });
    });
    for (const line of lines) {
      for (const p of line.points) {
        if (p === null || !Number.isFinite(p)) continue;
        row.low = Math.min(row.low, p);
        row.high = Math.max(row.high, p);
      }
    }
    const limits = series.limits;
    // The limits are drawn where the values come near to them: else a small motion would be a flat line.
    const [low, high] = reach(row, limits);
    const y = (v: number): number => HEIGHT - 3 - ((v - low) / (high - low)) * (HEIGHT - 6);
    this.ground(g, w, y, limits, [low, high], row.low <= row.high ? [row.low, row.high] : [low, high], colours);
    for (const line of lines) {
      g.strokeStyle = line.colour;
      g.lineWidth = line.dashed ? 1 : 1.5;
      g.setLineDash(line.dashed ? [3, 2] : []);
      g.beginPath();
      let pen = false;
      line.points.forEach((p, i) => {
        if (p === null || !Number.isFinite(p)) {
          pen = false;
          return;
        }
        const x = ((i * step + 0.5) / this.span) * w;
        if (pen) g.lineTo(x, y(p));
        else g.moveTo(x, y(p));
        pen = true;
      });
      g.stroke();
    }
    g.setLineDash([]);
  }

  private ground(
    g: CanvasRenderingContext2D, w: number, y: (v: number) => number, limits: [number, number] | null, [low, high]: [number, number],
    ends: [number, number], colours: Look,
  ): void {
    if (low < 0 && high > 0) {
      g.strokeStyle = colours.line;
      g.beginPath();
      g.moveTo(0, Math.round(y(0)) + 0.5);
      g.lineTo(w, Math.round(y(0)) + 0.5);
      g.stroke();
    }
    for (const limit of limits ?? []) {
      if (limit < low || limit > high) continue;
      g.strokeStyle = colours.limit;
      g.setLineDash([2, 3]);
      g.beginPath();
      g.moveTo(0, y(limit));
      g.lineTo(w, y(limit));
      g.stroke();
      g.setLineDash([]);
    }
    g.fillStyle = colours.soft;
    g.font = "10px system-ui, sans-serif";
    g.textAlign = "right";
    // A rim in the ground's colour: readable over the lines.
    g.strokeStyle = colours.panel;
    g.lineWidth = 3;
    for (const [text, at] of [[shown(ends[1], 2), 9], [shown(ends[0], 2), HEIGHT - 2]] as const) {
      g.strokeText(text, w - 2, at);
      g.fillText(text, w - 2, at);
    }
  }
}

/** From where to where a row reaches: its values, and a limit they come near to. */
function reach(row: RowView, limits: [number, number] | null): [number, number] {
  let [low, high] = row.low <= row.high ? [row.low, row.high] : (limits ?? [0, 1]);
  if (limits) {
    const near = 0.15 * (limits[1] - limits[0]);
    if (low - limits[0] < near) low = Math.min(low, limits[0]);
    if (limits[1] - high < near) high = Math.max(high, limits[1]);
  }
  const least = limits ? 0.05 * (limits[1] - limits[0]) : Math.max(1e-3, 1e-3 * Math.max(Math.abs(low), Math.abs(high)));
  if (high - low < least) {
    const middle = (low + high) / 2;
    [low, high] = [middle - least / 2, middle + least / 2];
  }
  const pad = 0.04 * (high - low);
  return [low - pad, high + pad];
}

/** What can be plotted: joints by what is measured of them, then every stream by its own names. */
function groupsOf(data: Data): { name: string; series: Series[] }[] {
  const { layout, robot, streams } = data.index;
  const out: { name: string; series: Series[] }[] = [];
  const limitsOf = (j: number, what: "range" | "velocity_limit" | "effort_limit"): [number, number] | null => {
    const joint = robot?.joints[j];
    if (!joint) return null;
    if (what === "range") return joint.range;
    const most = joint[what];
    return most === null ? null : [-most, most];
  };
  const quantities = [
    ["Joint positions", "state", "rad", "range"],
    ["Joint velocities", "velocity", "rad/s", "velocity_limit"],
    ["Joint torques", "effort", "N m", "effort_limit"],
  ] as const;
  for (const [name, key, unit, limit] of quantities) {
    const bound = layout?.[key];
    if (!bound || !layout) continue;
    const series = layout.joints.flatMap((joint, j): Series[] => {
      const column = bound.columns[j] ?? null;
      if (column === null) return [];
      const command = key === "state" ? (layout.action?.columns[j] ?? null) : null;
      const slides = robot?.joints[j]?.kind === "slide";
      return [{
        label: words(joint),
        unit: slides ? { rad: "m", "rad/s": "m/s", "N m": "N" }[unit] : unit,
        value: (a, f) => a.value(bound.feature, column, f),
        command: command === null || !layout.action ? null : ((at): Series["command"] => (a, f) => a.value(at, command, f))(layout.action.feature),
        limits: limitsOf(j, limit),
      }];
    });
    out.push({ name, series });
  }
  streams.forEach((stream, s) => {
    const series = stream.dims.map((dim, d): Series => ({
      label: words(dim),
      unit: unitOf(stream.name, dim),
      value: (a, f) => a.value(s, d, f),
      command: null,
      limits: null,
    }));
    out.push({ name: stream.name, series });
  });
  return out;
}
