import { score } from "warmlead";
import legacy from "./legacy.cjs";
import visit from "../visit.mjs";

const { events, ...options } = visit;
document.querySelector("pre").textContent = JSON.stringify(legacy.score === score ? score(events, options) : "there are two of them");
