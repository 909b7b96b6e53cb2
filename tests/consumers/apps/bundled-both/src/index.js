import { score } from "warmlead";
import { start } from "warmlead/browser";
import visit from "../visit.mjs";

const warmlead = start({ collector: null, consent: "given" });
await warmlead.ready;
const { events, ...options } = visit;
document.querySelector("pre").textContent = JSON.stringify(warmlead.status === "running" ? score(events, options) : warmlead.error);
