import { score } from "warmlead";
import visit from "../visit.mjs";

addEventListener("fetch", (event) => {
  const { events, ...options } = visit;
  event.respondWith(Response.json(score(events, options)));
});
