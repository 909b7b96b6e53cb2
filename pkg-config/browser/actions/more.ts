// Says which way a part that scrolls goes on, in its attribute `data-more` ("above", "below" or both), for style.ts to show: scroll bars that hide, as on phones, don't
// tell. It goes with the part, and needs no end.

/** Watches a part that may scroll. */
export function showMore(part: HTMLElement): void {
  const look = (): void => {
    const { scrollTop, clientHeight, scrollHeight } = part;
    // Parts of a pixel are nothing to scroll for.
    const more = [scrollTop > 1 && "above", scrollTop + clientHeight < scrollHeight - 1 && "below"].filter(Boolean).join(" ");
    if (more === "") part.removeAttribute("data-more");
    else part.setAttribute("data-more", more);
    // Whoever has no mouse scrolls by what has focus: a control in it, or else the part.
    if (more === "" || part.querySelector("a, button, input, select")) part.removeAttribute("tabindex");
    else part.tabIndex = 0;
  };
  part.addEventListener("scroll", look, { passive: true });
  new ResizeObserver(look).observe(part);
  new MutationObserver(look).observe(part, { childList: true, characterData: true, subtree: true, attributeFilter: ["hidden"] });
}
