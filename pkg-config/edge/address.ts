// Addresses and titles at the length at which they are kept: a link may have thousands of characters, and whoever sets it should not decide what there is room for.

/** So much is kept of an address, a referrer or a title, in characters. */
export const LONG = 1024;
/** And so much where there is no room for more. */
export const SHORT = 256;

/** The beginning of a text. No character and no percent-escape is cut in two. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most).replace(/[\uD800-\uDBFF]$|%[\da-f]?$/i, "");
}

/** An address without its fragment and without parameters for which there is no room. Those that come first are kept first, each as a whole. */
export function shorten(address: string, most: number): string {
  if (address.length <= most) return address;
  const [whole = ""] = address.split("#", 1);
  const [path = "", ...query] = whole.split("?");
  let short = cut(path, most);
  let sign = "?";
  for (const parameter of query.join("?").split("&")) {
    if (parameter === "" || short.length + 1 + parameter.length > most) continue;
    short += sign + parameter;
    sign = "&";
  }
  return short;
}
