// What `kouros check` says of the episode, in words.

import type { Finding, Findings } from "./model";
import { clock } from "./units";

export class Found {
  private buttons: { finding: Finding; button: HTMLElement }[] = [];

  constructor(
    private readonly room: HTMLElement,
    private readonly rate: number,
    private readonly seek: (frame: number) => void,
  ) {}

  open(findings: Findings | null): void {
    this.room.replaceChildren();
    this.buttons = [];
    this.room.hidden = findings === null;
    if (!findings) return;
    const defects = findings.findings.filter((f) => f.severity === "defect").length;
    const risks = findings.findings.length - defects;
    const head = document.createElement("h2");
    const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;
    head.textContent = findings.error ? "Not checked" : defects + risks === 0 ? "Nothing found" : [
      defects ? count(defects, "defect") : "no defect", risks ? count(risks, "risk") : "",
    ].filter(Boolean).join(", ");
    this.room.append(head);
    if (findings.error) this.note(findings.error);
    for (const finding of findings.findings) this.row(finding);
    if (findings.more) this.note(`${findings.more} more are in kouros check --json`);
  }

  private row(finding: Finding): void {
    const button = document.createElement("button");
    button.className = `finding ${finding.severity}`;
    const word = document.createElement("b");
    word.textContent = finding.word;
    const when = document.createElement("span");
    when.className = "when";
    when.textContent = finding.from === null ? "" : ` ${clock(finding.from / this.rate)}`;
    const todo = document.createElement("span");
    todo.className = "todo";
    todo.textContent = `${finding.why} ${finding.todo}`;
    button.append(word, when, ` ${finding.says}`, todo);
    button.title = finding.code;
    button.addEventListener("click", () => {
      this.pick(finding);
      if (finding.from !== null) this.seek(finding.from);
    });
    this.room.append(button);
    this.buttons.push({ finding, button });
  }

  /** Opens one in the list. */
  pick(finding: Finding): void {
    for (const b of this.buttons) {
      b.button.classList.toggle("open", b.finding === finding);
      if (b.finding === finding) b.button.scrollIntoView({ block: "nearest" });
    }
  }

  private note(text: string): void {
    const p = document.createElement("p");
    p.className = "soft";
    p.textContent = text;
    this.room.append(p);
  }
}
