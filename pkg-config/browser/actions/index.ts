// The action handlers that come with the browser client, by `do.type`. A page adds its own, or replaces these, with `start({ handlers })`.

import type { ActionHandler } from "../../types/browser.js";
import { banner } from "./banner.js";
import { chat } from "./chat.js";
import { form } from "./form.js";

export const handlers: Record<string, ActionHandler> = { chat, form, banner };
