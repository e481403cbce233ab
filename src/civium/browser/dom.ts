// Elements made by hand: every text becomes a text node, so that nothing from outside is ever read as markup.

export type Child = Node | string | null;
type Attributes = Readonly<Record<string, string | boolean | null>>;

// Paths on a grid of 20; a circle is drawn as two arcs, so that one kind of element is enough.
const ICONS = {
  alert: "M10 2.5a7.5 7.5 0 1 1 0 15a7.5 7.5 0 1 1 0 -15M10 6v5m0 2.5v.1",
  lock: "M5.5 9h9a1.5 1.5 0 0 1 1.5 1.5v5a1.5 1.5 0 0 1 -1.5 1.5h-9a1.5 1.5 0 0 1 -1.5 -1.5v-5a1.5 1.5 0 0 1 1.5 -1.5zM6.5 9V6.5a3.5 3.5 0 0 1 7 0V9",
  tick: "m4 10.5 4 4 8-9",
  clock: "M10 2.5a7.5 7.5 0 1 1 0 15a7.5 7.5 0 1 1 0 -15M10 6v4.2l3 1.8",
} as const;

/** Gives an element with these attributes (false and null: absent; true: empty) and children. */
export function make<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Gives an icon for the eye only: beside it always stands a word. */
export function icon(name: keyof typeof ICONS): SVGSVGElement {
  const svg = svgElement("svg", { class: "icon", viewBox: "0 0 20 20", "aria-hidden": "true" });
  svg.append(svgElement("path", { d: ICONS[name] }));
  return svg;
}

/** Gives the seal of the thank-you: a tick in a disc of the page's colour. */
export function seal(): SVGSVGElement {
  const svg = svgElement("svg", { class: "seal", viewBox: "0 0 64 64", "aria-hidden": "true" });
  const tick = { d: "m19 33 9 9 18-20", fill: "none", "stroke-width": "5", "stroke-linecap": "round", "stroke-linejoin": "round" };
  svg.append(svgElement("circle", { cx: "32", cy: "32", r: "31", fill: "currentColor" }));
  svg.append(svgElement("path", { ...tick, stroke: "var(--on-brand)" }));
  return svg;
}

/** Gives a button that does one thing. */
export function button(label: string, kind: string, act: () => void): HTMLButtonElement {
  const element = make("button", { type: "button", class: `button ${kind}`.trim() }, label);
  element.addEventListener("click", act);
  return element;
}

/** Gives a `details` that explains, closed. */
export function explain(title: string, ...sentences: readonly Child[]): HTMLElement {
  const lines = sentences.map((sentence) => make("p", { class: "hint" }, sentence));
  return make("details", { class: "help" }, make("summary", {}, title), ...lines);
}

/** Moves the focus to an element that is not a control, for whoever hears the page instead of seeing it. */
export function focusOn(element: HTMLElement): void {
  element.tabIndex = -1;
  element.focus();
}

function svgElement<Tag extends keyof SVGElementTagNameMap>(tag: Tag, attributes: Readonly<Record<string, string>>): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
