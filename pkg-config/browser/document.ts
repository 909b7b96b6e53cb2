// Asks the document where an element of the page may be named like one of its methods: `<form name="querySelectorAll">` then stands before that.

/** Listens until the function that it gives back is called. */
export function listen<Heard extends Event>(target: EventTarget, type: string, listener: (event: Heard) => void, options?: AddEventListenerOptions): () => void {
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  addEventListener.call(target, type, listener as EventListener, options);
  return () => removeEventListener.call(target, type, listener as EventListener, options);
}

/** All elements that match. */
export function all(selector: string): HTMLElement[] {
  return Array.from(Document.prototype.querySelectorAll.call(document, selector) as NodeListOf<HTMLElement>);
}
