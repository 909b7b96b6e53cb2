// Holds the hand-written types against the entry: it compiles only if what is promised is there. Nothing imports it.

import type * as promised from "../types/warmlead.d.ts";
import type * as actual from "./index.ts";

/** Compiles only if `Given` can stand where `Wanted` is promised. */
type Holds<Given extends Wanted, Wanted> = Given;

export type Checks = [
  Holds<typeof actual.score, typeof promised.score>,
  Holds<typeof actual.matches, typeof promised.matches>,
  Holds<typeof actual.translate, typeof promised.translate>,
  Holds<InstanceType<typeof actual.Scorer>["visitor"] extends (...given: infer Given) => unknown ? Given : never, Parameters<promised.Scorer["visitor"]>>,
  Holds<Omit<ReturnType<actual.Scorer["visitor"]>, never>, Omit<promised.Visitor, typeof Symbol.dispose>>,
  Holds<ConstructorParameters<typeof actual.Scorer>, ConstructorParameters<typeof promised.Scorer>>,
  Holds<Pick<actual.WarmleadError, "code" | "path" | "problems" | "message">, Pick<promised.WarmleadError, "code" | "path" | "problems" | "message">>,
  Holds<keyof typeof promised, keyof typeof actual>,
  Holds<keyof typeof actual, keyof typeof promised>,
];
