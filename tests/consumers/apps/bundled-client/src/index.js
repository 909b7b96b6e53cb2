import { start } from "warmlead/browser";

const warmlead = start({ collector: null, consent: "given" });
warmlead.track("demo_request");
await warmlead.ready;
const { status, assessment } = warmlead;
document.querySelector("pre").textContent = JSON.stringify({ status, events: assessment?.events, rules: assessment?.receipt.engagement.map(({ rule }) => rule) });
