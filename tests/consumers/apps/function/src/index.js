import { score } from "warmlead";
import visit from "../visit.mjs";

const { events, ...options } = visit;
console.log(JSON.stringify(score(events, options)));
