// Which requests are page views: a person's browser asks for a document and gets one. Everything else a site counts by `track`.

/** Programs that say what they are. (Cubot makes telephones.) */
const ROBOT =
  /(?<!cu)bot\b|bot[/;]|crawl|spider|slurp|headless|lighthouse|pingdom|uptime|monitor|preview|scan|fetch|scrap|archiv|validator|facebookexternalhit|embedly|whatsapp|^(?:curl|wget|python|java|go-http|okhttp|axios|node|undici|ruby|php|perl|libwww|apache-http|guzzle|postman|insomnia|httpie|deno|bun)\b/i;

/** Requests for a page that nobody may ever look at. */
const AHEAD: readonly (readonly [header: string, value: RegExp])[] = [
  ["sec-purpose", /prefetch|prerender/i],
  ["purpose", /prefetch|preview/i],
  ["x-purpose", /prefetch|preview/i],
  ["x-moz", /prefetch/i],
  ["next-router-prefetch", /1/],
  ["x-middleware-prefetch", /1/],
];

export function isPageView(request: Request): boolean {
  const { headers, method } = request;
  if (method !== "GET" || AHEAD.some(([name, value]) => value.test(headers.get(name) ?? ""))) return false;
  const agent = headers.get("user-agent");
  if (!agent || ROBOT.test(agent)) return false;
  // Every current browser says what the answer is for; older ones say at least what they would like to get.
  const destination = headers.get("sec-fetch-dest");
  return destination === null ? /\btext\/html\b/i.test(headers.get("accept") ?? "") : destination === "document";
}

/** Whether an answer is a page (HTML, or the word that the browser has it already), and not a redirect, an error, a file or data. */
export function isPage(response: Response): boolean {
  if (response.status === 304) return true;
  if (!response.ok || response.status === 204 || response.status === 205) return false;
  const type = response.headers.get("content-type");
  // A middleware that lets a request pass answers without a type.
  return type === null || /^(?:text\/html|application\/xhtml\+xml)\b/i.test(type);
}
