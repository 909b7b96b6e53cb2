import { score } from "./node_modules/warmlead/warmlead.js";

addEventListener("message", ({ data: { events, ...options }, source }) => source.postMessage(score(events, options)));
