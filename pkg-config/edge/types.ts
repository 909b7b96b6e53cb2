// Holds the hand-written types against the sources: it compiles only if what is promised is there. Nothing imports it.

import type * as promised from "../types/edge.d.ts";
import type * as actual from "./index.ts";
import type { Visit } from "./visit.ts";

/** Compiles only if `Given` can stand where `Wanted` is promised. */
type Holds<Given extends Wanted, Wanted> = Given;

export type Checks = [
  Holds<typeof actual.withScore, typeof promised.withScore>,
  Holds<typeof actual.scoreHandler, typeof promised.scoreHandler>,
  Holds<typeof actual.isPageView, typeof promised.isPageView>,
  Holds<Visit, promised.EdgeVisitor>,
  Holds<keyof typeof promised, keyof typeof actual>,
  Holds<keyof typeof actual, keyof typeof promised>,
];
