// Lifts an element into the browser's top layer, as a popover. There, neither a `transform` or `filter` of the page's body moves it nor a `z-index` covers it. Where
// the browser has no popovers, it stays where it is. It does not know what the element shows; how it stays out of the way there, style.ts says.

/** Lifts `host`, which stands in the document, and again when the page has moved it. Gives back a function that ends it. */
export function lift(host: HTMLElement): () => void {
  if (typeof host.showPopover !== "function") return () => {};
  // Manual: neither Esc nor a click beside it closes it, nor does it close others. Without `autofocus` in it, showing it moves no focus.
  host.popover = "manual";
  // What is moved leaves the top layer, without an event. It moves alone, or with the body.
  const moves = new MutationObserver(show);
  show();
  return () => moves.disconnect();

  function show(): void {
    if (!host.isConnected || host.matches(":popover-open")) return;
    for (const place of [host.parentNode, document.documentElement]) if (place) moves.observe(place, { childList: true });
    try {
      host.showPopover();
    } catch {
      // The page has interfered (`beforetoggle`): it stays where it is.
    }
  }
}
