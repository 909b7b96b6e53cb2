import visit from "../visit.mjs";

const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
worker.onmessage = ({ data }) => (document.querySelector("pre").textContent = JSON.stringify(data));
worker.postMessage(visit);
