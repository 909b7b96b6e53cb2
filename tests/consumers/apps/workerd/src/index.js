import { score } from "warmlead";
import visit from "../visit.mjs";

export default {
  fetch() {
    const { events, ...options } = visit;
    return Response.json(score(events, options));
  },
};
