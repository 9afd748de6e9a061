// The few numbers that are always in sight.

import type { Numbers } from "./actor";
import { shown } from "./units";

export class Readout {
  private readonly values = new Map<string, HTMLElement>();

  constructor(private readonly room: HTMLElement) {}

  show(numbers: Numbers | null): void {
    const n = numbers;
    this.set("centre of mass height", n?.com ? `${shown(n.com.z)} m` : null);
    this.set("speed", n?.speed != null ? `${shown(n.speed, 2)} m/s` : null);
    const margin = n?.margin != null ? `${shown(100 * n.margin, 1)} cm` : null;
    const name = n?.marginIs === "computed" ? "balance margin (computed)" : "balance margin";
    this.set(name, margin, (n?.margin ?? 0) < 0);
    const load = n?.load ?? [null, null];
    this.set("force left", load[0] != null ? `${shown(load[0])} N` : null);
    this.set("force right", load[1] != null ? `${shown(load[1])} N` : null);
  }

  private set(name: string, value: string | null, beyond = false): void {
    let at = this.values.get(name);
    if (!at) {
      if (value === null) return;
      const dt = document.createElement("dt");
      dt.textContent = name;
      at = document.createElement("dd");
      this.room.append(dt, at);
      this.values.set(name, at);
    }
    const text = value ?? "–";
    if (at.textContent !== text) at.textContent = text;
    at.classList.toggle("beyond", beyond);
  }
}
