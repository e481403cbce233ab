// Another language of the same page without losing what was typed: the new page is fetched and put in place of the old one, in this same window.
//
// The rules are:
// - nothing typed leaves the page or is stored: it stays in the memory of this script while the page around it changes;
// - no text from outside is parsed by us: the browser reads the new page as a document without scripts (XMLHttpRequest, responseType document);
// - what does not work falls back to an ordinary link.

/** Puts the page at this address in the place of this one; tells whether it did. The address bar follows. */
export async function takeOver(address: string): Promise<boolean> {
  const other = await fetchDocument(address);
  if (!other?.getElementById("form")) return false;
  document.documentElement.lang = other.documentElement.lang;
  document.title = other.title;
  document.body.replaceChildren(...Array.from(other.body.childNodes, (node) => document.importNode(node, true)));
  history.replaceState(null, "", address);
  document.querySelector<HTMLElement>("header .menu summary")?.focus();
  return true;
}

function fetchDocument(address: string): Promise<Document | null> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.onload = () => resolve(request.status === 200 ? request.responseXML : null);
    request.onerror = () => resolve(null);
    request.send();
  });
}
