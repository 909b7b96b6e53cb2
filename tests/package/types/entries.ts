// Every entry of the package, in TypeScript that the oldest supported version understands. It is compiled, not run.

import { Event, matches, score, Scorer, ScoringModel, Visitor, WarmleadError } from "warmlead";
import { Warmlead, start } from "warmlead/browser";
import { check, diff, Report, schema } from "warmlead/check";
import { scoreHandler, withScore } from "warmlead/edge";
import { installPanel } from "warmlead/panel";
import * as slim from "warmlead/slim";

const model: ScoringModel = { id: "m", version: "1", session_timeout: "30m", scores: { engagement: { max: 100 } } };
const events: Event[] = [{ type: "page_view", time: Date.now(), url: "https://acme.example/pricing" }];
const points: number | undefined = score(events, { model }).scores.engagement?.value;

const visitor: Visitor = new Scorer(model).visitor("v");
const stage: string = visitor.stage;
visitor.dispose();

const loaded: Promise<void>[] = [slim.init("/warmlead.wasm"), slim.init(new URL("https://acme.example/warmlead.wasm")), slim.init(fetch("/warmlead.wasm"))];
const started: void = slim.init(new Uint8Array(8));
const same: boolean = slim.WarmleadError === WarmleadError;

const client: Warmlead = start({ collector: null, wasm: new URL("https://acme.example/warmlead.wasm") });
client.track("demo_use", { plan: "team" });
installPanel(client).open();

const secret = "0123456789abcdef0123456789abcdef";
const page = withScore((request) => new Response(request.warmlead.assessment?.stage), { secret, model });
const answered = page(new Request("https://acme.example/"));

const report: Report = check(model);
const told: string[] = [...report.problems, ...report.warnings].map(({ message }) => message);
const moved: number = diff(model, model, [{ visitor: "v", events }]).moved.length;

export const used = [told, moved, schema.title, answered, scoreHandler, points, stage, loaded, started, same, matches({ a: 1 }, { a: 1 })];
