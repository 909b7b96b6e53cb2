// What `import "warmlead/edge"` gives.

export { isPageView } from "./page.ts";
export { scoreHandler } from "./score-handler.ts";
export { withScore } from "./with-score.ts";
