import { score } from "warmlead";
import visit from "../visit.mjs";

// Scored anew for each request, as it would be for each visitor.
export const dynamic = "force-dynamic";

export default function Page() {
  const { events, ...options } = visit;
  return <pre>{JSON.stringify(score(events, options))}</pre>;
}
