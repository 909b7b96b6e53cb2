// Import maps do not reach into workers.
import { score } from "./node_modules/warmlead/warmlead.js";

onmessage = ({ data: { events, ...options } }) => postMessage(score(events, options));
