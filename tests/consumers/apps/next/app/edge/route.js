import { score } from "warmlead";
import visit from "../../visit.mjs";

export const runtime = "edge";

export function GET() {
  const { events, ...options } = visit;
  return Response.json(score(events, options));
}
