// Colours, from the style sheet, so that there is one place for them and both schemes work.

const NAMES = [
  "ground", "grid", "ink", "soft", "line", "panel", "accent", "left", "right", "second",
  "com", "capture", "moment", "polygon", "force", "human", "defect", "risk", "limit",
] as const;

export type Colour = (typeof NAMES)[number];
export type Look = Record<Colour, string>;

/** The colours now. */
export function look(): Look {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(NAMES.map((n) => [n, style.getPropertyValue(`--${n}`).trim()])) as Look;
}

/** Calls back when the system turns light or dark. */
export function onLook(changed: () => void): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
}
