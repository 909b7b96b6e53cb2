// Moves between the site's pages without reloading: fetches the next page, swaps its <main>, and does by hand what a browser does on
// navigation: address, title, focus, scroll position, back and forward. Whatever goes wrong ends in an ordinary navigation.

let pending = null;

/** The pages seen so far, by path: "back" then is as quick as it ought to be. The first one is taken before anything has changed it. */
const pages = new Map([[location.pathname, document.documentElement.outerHTML]]);

/** Takes over links within the site; `arrived` is called with each new <main>. */
export function navigation(arrived) {
  history.scrollRestoration = "manual";
  // The position is kept while scrolling comes to rest, because after "back" it is too late to ask.
  let resting = 0;
  addEventListener("scroll", () => {
    clearTimeout(resting);
    resting = setTimeout(() => history.replaceState({ ...history.state, top: scrollY }, ""), 150);
  }, { passive: true });

  addEventListener("click", (event) => {
    const link = linkOf(event);
    if (!link) return;
    event.preventDefault();
    if (link.pathname === location.pathname && link.search === location.search && !link.hash) {
      document.querySelector(".site-nav").hidePopover?.();
      return scrollTo({ top: 0 });
    }
    clearTimeout(resting);
    history.replaceState({ ...history.state, top: scrollY }, "");
    go(new URL(link.href), arrived, () => history.pushState(null, "", link.href));
  });

  addEventListener("popstate", (event) => {
    clearTimeout(resting);
    if (location.pathname === shown) return scrollTo({ top: event.state?.top ?? 0 });
    go(new URL(location.href), arrived, () => {}, event.state?.top ?? 0);
  });
}

let shown = location.pathname;

async function go(url, arrived, enter, top) {
  pending?.abort();
  const mine = pending = new AbortController();
  try {
    const next = new DOMParser().parseFromString(pages.get(url.pathname) ?? await load(url.pathname, mine.signal), "text/html");
    const main = next.querySelector("main");
    if (!main || mine.signal.aborted) throw new Error("not a page of this site");
    enter();
    document.querySelector(".site-nav").hidePopover?.();
    shown = url.pathname;
    document.title = next.title;
    const description = next.querySelector("meta[name=description]");
    if (description) document.querySelector("meta[name=description]")?.replaceWith(description);
    markCurrent(next);
    document.querySelector("main").replaceWith(main);
    arrived(main);
    settle(main, url.hash, top);
  } catch (error) {
    if (!mine.signal.aborted) location.assign(url);
  }
}

async function load(path, signal) {
  const response = await fetch(path, { signal, headers: { accept: "text/html" } });
  if (!response.ok || !response.headers.get("content-type")?.includes("text/html")) throw new Error("not a page");
  const text = await response.text();
  pages.set(path, text);
  return text;
}

/** The link to follow here, if this click is an ordinary one on a link within the site. */
function linkOf(event) {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  // A banner's link sits in a shadow tree; the path sees it there.
  const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement && node.href);
  if (!link || link.origin !== location.origin || link.target || link.hasAttribute("download") || "reload" in link.dataset) return null;
  if (link.hash && link.pathname === location.pathname) return null;
  // A page with a policy of its own has to be loaded to be under it, and left to be free of it.
  if ([link.pathname, location.pathname].some((path) => path.startsWith("/strict/"))) return null;
  return link;
}

function markCurrent(next) {
  for (const link of document.querySelectorAll(".site-header a")) {
    const twin = next.querySelector(`.site-header a[href="${link.getAttribute("href")}"]`);
    const current = twin?.getAttribute("aria-current");
    if (current) link.setAttribute("aria-current", current);
    else link.removeAttribute("aria-current");
  }
}

/** Puts scroll and focus where a reader expects them: back to where they were, at the anchor, or at the heading. */
function settle(main, hash, top) {
  const anchor = hash ? document.getElementById(decodeURIComponent(hash.slice(1))) : null;
  const target = anchor ?? main.querySelector("h1");
  if (target && !target.hasAttribute("tabindex")) target.tabIndex = -1;
  target?.focus({ preventScroll: true });
  if (top !== undefined) scrollTo({ top, behavior: "instant" });
  else if (anchor) anchor.scrollIntoView();
  else scrollTo({ top: 0, behavior: "instant" });
}
