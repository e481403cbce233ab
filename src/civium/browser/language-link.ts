// Which click asks for another language of this page.

/** Gives the link to another language of this page that a click is on, or null: also for clicks that ask for a new window. */
export function languageLink(event: MouseEvent): HTMLAnchorElement | null {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("header a[hreflang]") : null;
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  return link && isPlain && link.origin === location.origin ? link : null;
}
