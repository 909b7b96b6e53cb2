import { score } from "warmlead";
import visit from "../visit.mjs";

const { events, ...options } = visit;
document.querySelector("pre").textContent = JSON.stringify(score(events, options));
