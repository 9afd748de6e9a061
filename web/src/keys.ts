// The keyboard: one table, which is also the help.

export interface Key {
  keys: string[];
  shown: string;
  does: string;
  act: (event: KeyboardEvent) => void;
}

/** Words typed into a field are not commands. */
function typing(event: KeyboardEvent): boolean {
  const at = event.target;
  return at instanceof HTMLElement && (at.matches("input[type=search], input[type=text], select, textarea") || at.isContentEditable);
}

export function listen(keys: Key[], help: HTMLDialogElement): void {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event)) {
      if (event.key === "Escape" && event.target instanceof HTMLElement) event.target.blur();
      return;
    }
    const on = event.target;
    // Space on a button presses it, arrows on a slider move it.
    if (on instanceof HTMLInputElement || (on instanceof HTMLButtonElement && [" ", "Enter"].includes(event.key))) return;
    if (help.open && event.key !== "?") return;
    const found = keys.find((k) => k.keys.includes(event.key));
    if (!found) return;
    event.preventDefault();
    found.act(event);
  });
  const list = document.createElement("dl");
  for (const key of keys) {
    const name = document.createElement("dt");
    for (const [i, part] of key.shown.split(" ").entries()) {
      if (i > 0) name.append(" ");
      const cap = document.createElement("kbd");
      cap.textContent = part;
      name.append(cap);
    }
    const does = document.createElement("dd");
    does.textContent = key.does;
    list.append(name, does);
  }
  help.querySelector(".keys")?.replaceChildren(list);
}
