// What becomes of the response: a cookie goes on it, and shared caches are told to keep off.

/** Headers by which a site tells a cache in front of it to keep a page for everyone (RFC 9213, and what came before it). */
const SHARED = ["cdn-cache-control", "cloudflare-cdn-cache-control", "vercel-cdn-cache-control", "netlify-cdn-cache-control", "surrogate-control"];

/** The same response for this visitor alone, with a cookie if there is one. */
export function personal(response: Response, cookie: string | null): Response {
  // Always a copy: the headers of a response from `fetch` can't be changed, and one that a site gives out twice must not be.
  const copy = new Response(response.body, response);
  if (cookie !== null) copy.headers.append("Set-Cookie", cookie);
  copy.headers.set("Cache-Control", privately(copy.headers.get("Cache-Control")));
  for (const name of SHARED) copy.headers.delete(name);
  return copy;
}

/** Whether a response may still be changed: not the handshake of a WebSocket, nor a network error. */
export function isChangeable(response: unknown): response is Response {
  return response instanceof Response && response.status >= 200;
}

/** `Cache-Control` for one visitor's browser: without it, the page would be asked for again. */
function privately(given: string | null): string {
  if (given === null || given.trim() === "") return "private, no-cache";
  const directives = given.split(",").map((directive) => directive.trim());
  if (directives.some((directive) => /^(?:private$|no-store$)/i.test(directive))) return given;
  return ["private", ...directives.filter((directive) => !/^(?:public|s-maxage|proxy-revalidate|private)\b/i.test(directive))].join(", ");
}
