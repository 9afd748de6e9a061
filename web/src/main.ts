// The page: reads the index, builds what there is to see, and lets time pass.

import { Data } from "./data";
import { Surface } from "./figure";
import { look, onLook } from "./look";
import { Player } from "./player";
import { Robot } from "./robot";
import { Stage } from "./stage";

const byId = (id: string): HTMLElement => {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
};

function trouble(message: string | null): void {
  const at = byId("trouble");
  at.hidden = message === null;
  at.textContent = message ?? "";
  at.title = message ?? "";
}

function dialogs(notes: string[]): void {
  for (const name of ["help", "notes"]) {
    const dialog = byId(name) as HTMLDialogElement;
    byId(`${name}-open`).addEventListener("click", () => dialog.showModal());
    dialog.addEventListener("click", (e) => {
      if (e.target === dialog) dialog.close();
    });
  }
  byId("notes-open").hidden = notes.length === 0;
  byId("notes").querySelector(".text")?.replaceChildren(...notes.map((note) => {
    const p = document.createElement("p");
    p.textContent = note;
    return p;
  }));
}

async function start(): Promise<void> {
  let arrived: (failed: string | null) => void = () => undefined;
  const data = await Data.open((failed) => arrived(failed));
  const { index } = data;
  document.title = `${index.name} · Kouros`;
  byId("name").textContent = index.name;
  dialogs([...index.notes, ...index.troubles]);
  document.body.classList.toggle("single", index.episodes < 2);
  document.body.classList.toggle("still", index.kind === "robot");
  const stage = new Stage(byId("stage"), look());
  const surface = index.robot ? new Surface(index.robot, await Data.surface()) : null;
  const rooms = { byId, stage, surface };
  const shown = index.kind === "robot" && surface ? new Robot(data, surface, rooms) : new Player(data, rooms, trouble);
  arrived = (failed) => {
    if (failed) trouble(failed);
    shown.arrived();
  };
  onLook(() => {
    stage.paint(look());
    shown.paint();
  });
  let last = performance.now();
  const frame = (now: number): void => {
    shown.pass(Math.min(0.25, (now - last) / 1000));
    last = now;
    stage.draw();
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

start().catch((error: unknown) => trouble(error instanceof Error ? error.message : String(error)));
