import { score } from "warmlead";

onmessage = ({ data: { events, ...options } }) => postMessage(score(events, options));
