// Where things are put on the page.

import type { Surface } from "./figure";
import type { Stage } from "./stage";

export interface Rooms {
  byId: (id: string) => HTMLElement;
  stage: Stage;
  surface: Surface | null;
}

/** Something the page shows: it hears of time, data and colours. */
export interface Shown {
  pass(seconds: number): void;
  arrived(): void;
  paint(): void;
}
