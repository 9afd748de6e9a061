// What is drawn, each with its colour, and a press to leave it out.

export interface Entry {
  name: string;
  colour: string;
  shape: "dot" | "square" | "diamond" | "bar" | "two";
  says: string;
  on: () => boolean;
  toggle: () => void;
  /** More than on and off: what it is now. */
  state?: () => string;
}

export class Legend {
  private readonly buttons: { entry: Entry; button: HTMLButtonElement; text: Text }[] = [];

  constructor(private readonly room: HTMLElement) {}

  fill(entries: Entry[]): void {
    this.room.replaceChildren();
    this.buttons.length = 0;
    for (const entry of entries) {
      const button = document.createElement("button");
      const swatch = document.createElement("i");
      swatch.className = entry.shape;
      swatch.style.setProperty("--mark", `var(--${entry.colour})`);
      const text = document.createTextNode(entry.name);
      button.title = entry.says;
      button.append(swatch, text);
      button.addEventListener("click", () => {
        entry.toggle();
        this.show();
      });
      this.room.append(button);
      this.buttons.push({ entry, button, text });
    }
    this.show();
  }

  show(): void {
    for (const { entry, button, text } of this.buttons) {
      button.setAttribute("aria-pressed", String(entry.on()));
      text.data = entry.state ? `${entry.name}: ${entry.state()}` : entry.name;
    }
  }
}
