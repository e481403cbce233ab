// What axe-core does not look at: overflow, clipped text, small text, focus, order, and every sentence that can be seen.
// Each check gives a list of [place, what] pairs; the places are short descriptions of elements.
globalThis.civiumChecks = (() => {
  const SLACK = 1.5;
  const seen = (element) => element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  const styleOf = (element) => getComputedStyle(element);
  const place = (element) => {
    const id = element.id ? `#${element.id}` : "";
    const kind = typeof element.className === "string" && element.className ? `.${element.className.trim().split(/\s+/).join(".")}` : "";
    const parent = id ? "" : element.parentElement?.closest("[id]")?.id;
    const text = (element.textContent ?? "").trim().replace(/\s+/g, " ").slice(0, 40);
    return `${parent ? `#${parent} ` : ""}${element.localName}${id}${kind} “${text}”`;
  };
  const ancestors = function* (element) {
    for (let up = element; up; up = up.parentElement) yield up;
  };
  const isForEarsOnly = (element) => [...ancestors(element)].some((up) => styleOf(up).clipPath === "inset(50%)" || styleOf(up).clip === "rect(0px, 0px, 0px, 0px)");
  const scrolls = (style) => /auto|scroll/.test(style.overflowX);
  const clips = (style) => /hidden|clip/.test(style.overflowX) || /hidden|clip/.test(style.overflowY);
  const inline = (style) => style.display === "inline" || style.display === "contents";

  function* textRects(root) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!node.data.trim() || !element || /^(script|style|noscript|template|option|textarea)$/.test(element.localName)) continue;
      if (!seen(element) || isForEarsOnly(element)) continue;
      range.selectNodeContents(node);
      for (const rect of range.getClientRects()) if (rect.width > 0) yield [element, rect];
    }
  }

  /** The page scrolls sideways; text leaves its box, or is cut off by one. */
  function overflow() {
    const found = new Map();
    const tell = (element, what) => found.set(`${place(element)} ${what}`, [place(element), what]);
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > width + 1) {
      tell(document.documentElement, `the page is ${document.documentElement.scrollWidth} pixels wide on a screen of ${width}`);
      for (const element of document.body.querySelectorAll("*")) {
        const rect = element.getBoundingClientRect();
        if (rect.width && rect.right > width + SLACK && seen(element) && !isForEarsOnly(element) && ![...ancestors(element.parentElement)].some((up) => scrolls(styleOf(up)))) tell(element, "stands out of the screen");
        if (found.size > 6) break;
      }
    }
    for (const [element, rect] of textRects(document.body)) {
      if (element.closest("svg")) continue;
      let box = null;
      for (const up of ancestors(element)) {
        const style = styleOf(up);
        const bounds = up.getBoundingClientRect();
        if (clips(style) && (rect.right > bounds.right + SLACK || rect.left < bounds.left - SLACK || rect.bottom > bounds.bottom + 4 || rect.top < bounds.top - 4)) tell(element, "its text is cut off");
        if (scrolls(style) && up !== document.documentElement && up !== document.body) break;
        if (box === null && !inline(style)) {
          box = up;
          if (rect.right > bounds.right + SLACK || rect.left < bounds.left - SLACK) tell(element, `its text is ${Math.ceil(Math.max(rect.right - bounds.right, bounds.left - rect.left))} pixels wider than its box`);
        }
        if (style.position === "fixed") break;
      }
    }
    return [...found.values()];
  }

  /** What stays on the screen while the page scrolls leaves too little of it. */
  function covered() {
    let height = 0;
    for (const element of document.body.querySelectorAll("*")) {
      if (/fixed|sticky/.test(styleOf(element).position) && seen(element) && element.getBoundingClientRect().width > innerWidth / 2) height += element.getBoundingClientRect().height;
    }
    return height > innerHeight * 0.5 ? [["body", `what sticks covers ${Math.round(height)} of ${innerHeight} pixels`]] : [];
  }

  /** Text in a form is under 16 pixels, but for heads of tables and tags. */
  function small() {
    const found = new Map();
    for (const form of document.querySelectorAll("main form, #form")) {
      for (const [element] of textRects(form)) {
        const size = parseFloat(styleOf(element).fontSize);
        if (size < 16 && !element.closest("th, .tag, sup, sub")) found.set(place(element), [place(element), `${size} pixels`]);
      }
      for (const field of form.querySelectorAll("input:not([type=checkbox], [type=radio], [type=range]), select, textarea")) {
        const size = parseFloat(styleOf(field).fontSize);
        if (seen(field) && size < 16) found.set(place(field), [place(field), `${size} pixels`]);
      }
    }
    return [...found.values()];
  }

  const focusable = () =>
    [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex], iframe, [contenteditable]")].filter(
      (element) => element.tabIndex >= 0 && !element.disabled && !element.closest("fieldset[disabled]") && seen(element),
    );
  const LOOK = ["outlineStyle", "outlineWidth", "outlineColor", "boxShadow", "borderTopColor", "borderTopWidth", "borderTopStyle", "backgroundColor", "textDecorationLine"];
  const looks = (element) => LOOK.map((name) => styleOf(element)[name]);
  const clear = (colour) => colour === "transparent" || /rgba\(.*, 0\)$/.test(colour) || /\/ 0\)$/.test(colour);

  /** A control that has the focus does not show it, or lies under something that sticks. Press a key first: then focus is shown. */
  function focus() {
    const still = new CSSStyleSheet();
    still.replaceSync("*, ::before, ::after { transition: none !important; animation: none !important; scroll-behavior: auto !important; }");
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
    const isForced = matchMedia("(forced-colors: active)").matches;
    const found = [];
    for (const element of focusable()) {
      // Who goes into a frame by keyboard stands on the first control within, and that one shows it.
      if (element.tagName === "IFRAME") continue;
      document.activeElement?.blur();
      // Whoever goes on past the open list of languages has opened it: what it hides then is no fault (WCAG 2.4.11).
      if (element.closest("main, footer")) unfold(false);
      const before = looks(element);
      element.focus();
      if (document.activeElement !== element) {
        found.push([place(element), "cannot be focused"]);
        continue;
      }
      const after = looks(element);
      const [style, width, colour] = after;
      const hasOutline = style !== "none" && parseFloat(width) >= 1 && !clear(colour);
      // Forced colours take shadows and the colours of borders away when they are painted, whatever is computed.
      const changed = before[5] !== after[5] || before[6] !== after[6] || (!isForced && (before[3] !== after[3] || before[4] !== after[4]));
      if (!hasOutline && !changed) found.push([place(element), "does not show that it has the focus"]);
      if (isUnderSomething(element)) found.push([place(element), "lies under something while it has the focus"]);
    }
    document.activeElement?.blur();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== still);
    return found;
  }

  function isUnderSomething(element) {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    if (right <= left || bottom <= top) return false;
    const points = [
      [(left + right) / 2, (top + bottom) / 2],
      [left + 2, top + 2],
      [right - 2, bottom - 2],
    ];
    const labels = [...(element.labels ?? [])];
    return points.every(([x, y]) => {
      const hit = document.elementFromPoint(x, y);
      return hit !== null && !element.contains(hit) && !hit.contains(element) && !labels.some((label) => label.contains(hit));
    });
  }

  /** Controls follow one another in the order in which they stand: only where the page is one column. */
  function order() {
    const found = [];
    let before = null;
    for (const element of focusable()) {
      if (element.tabIndex > 0) found.push([place(element), "has a tab index of its own"]);
      const isApart = [...ancestors(element)].some((up) => /fixed|sticky|absolute/.test(styleOf(up).position));
      if (isApart || isForEarsOnly(element)) continue;
      const rect = element.getBoundingClientRect();
      if (before && rect.bottom < before.rect.top - SLACK) found.push([place(element), `comes after ${place(before.element)}, but stands above it`]);
      before = { element, rect };
    }
    return found;
  }

  const SPACED = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; } p { margin-block-end: 2em !important; }";
  let spacing = null;
  /** Puts the spacing of WCAG 1.4.12 on, or takes it off. */
  function space(on) {
    if (on && !spacing) {
      spacing = new CSSStyleSheet();
      spacing.replaceSync(SPACED);
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, spacing];
    } else if (!on && spacing) {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== spacing);
      spacing = null;
    }
  }

  /** Opens what is folded in the content; with `menu` also the list of languages. */
  function unfold(menu) {
    for (const part of document.querySelectorAll("main details, header details")) part.open = part.closest("header") ? menu : true;
  }

  const ATTRIBUTES = ["aria-label", "alt", "title", "placeholder", "aria-description", "aria-valuetext", "aria-roledescription"];
  /** Every sentence that is seen or heard, but for what says itself to be in another language. */
  function sentences() {
    const own = document.documentElement.lang;
    const found = new Set([document.title, document.querySelector("meta[name=description]")?.content ?? ""]);
    const isOwn = (element) => (element.closest("[lang]")?.lang ?? own) === own && !element.closest("[translate=no]");
    const clean = (text) => text.replace(/\s+/g, " ").trim();
    for (const element of document.body.querySelectorAll("*")) {
      if (/^(script|style|template)$/.test(element.localName) || !isOwn(element) || (!seen(element) && element.localName !== "option")) continue;
      for (const name of ATTRIBUTES) if (element.hasAttribute(name)) found.add(clean(element.getAttribute(name)));
      if (/^(p|li|h[1-6]|a|button|label|legend|t[dh]|d[td]|summary|figcaption|caption|option|span|strong)$/.test(element.localName)) found.add(clean(element.textContent));
      for (const child of element.childNodes) if (child.nodeType === Node.TEXT_NODE) found.add(clean(child.data));
    }
    return [...found].filter((text) => text.length > 1 && text.length < 600);
  }

  return { overflow, covered, small, focus, order, space, unfold, sentences };
})();
