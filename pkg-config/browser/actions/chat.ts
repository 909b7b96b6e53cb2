// The chat prompt: one message, one field. What the visitor writes is recorded as `chat_start` and `chat_message`, and answered by people
// later: the dialog says so, and never pretends that somebody is typing. It does not know how messages travel, nor who reads them.
//
//   do: { type: "chat", message, title?, placeholder?, reply?, texts?: { close, minimise, send } }
//
// Before the first message there is one way out, and it is a dismissal. Afterwards the conversation can be minimised to a button, too, and
// still counts as the one overlay of the page: somebody who is talking to you is not interrupted by your next prompt. What was
// said stays for as long as the page lives, also when the chat is closed and opens again.

import type { ActionHandler } from "../../types/browser.js";
import { closeButton, openOverlay, text, words, type Overlay } from "./dialog.js";
import { element, icon } from "./element.js";

const SEND = "M10 16V4.5M5 9.5l5-5 5 5";
const MINIMISE = "M4.5 12.5h11";
const SPEECH = "M3.5 5.5a2 2 0 0 1 2-2h9a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H9l-3.5 3v-3a2 2 0 0 1-2-2z";

/** The longest message: far below an event's limit of 32 KiB, also in four-byte characters. */
const LONGEST = 4000;

/** What the visitor said, by action, for as long as the page lives. */
const conversations = new Map<string, string[]>();

/** Opens the chat. */
export const chat: ActionHandler = (action, context) => {
  const { message, title, placeholder, reply, texts } = action.do;
  const say = words(texts);
  const said = conversations.get(action.id) ?? [];
  conversations.set(action.id, said);

  const log = element("div", { class: "scroll talk", role: "log", "aria-labelledby": "name" });
  const field = element("textarea", {
    rows: 1, maxlength: LONGEST, dir: "auto", enterkeyhint: "send",
    placeholder: text(placeholder, "Write a message"), "aria-label": text(placeholder, "Write a message"),
    oninput: () => overlay.engaged(),
    onkeydown: (event: KeyboardEvent) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    },
  });
  const form = element("form", { class: "write", onsubmit: (event: Event) => { event.preventDefault(); send(); } },
    field, element("button", { class: "primary", "aria-label": say("send", "Send") }, icon(SEND)));

  const name = element("h2", { dir: "auto" }, text(title, "Talk to us"));
  const minimise = element("button", {
    class: "quick", type: "button", hidden: said.length === 0, "aria-label": say("minimise", "Minimise"), title: say("minimise", "Minimise"), onclick: () => show(false),
  }, icon(MINIMISE));
  const launcher = element("button", { class: "launcher", type: "button", "aria-haspopup": "dialog", hidden: true, onclick: () => show(true) },
    icon(SPEECH), element("span", { dir: "auto" }, name.textContent));

  const overlay: Overlay = openOverlay({
    kind: "chat",
    name,
    say: text(message, ""),
    content: [element("div", { class: "head" }, name, minimise, closeButton(say("close", "Close"), () => overlay.close())), log, form],
    // With a conversation going on, Esc puts it aside instead of ending it.
    onEscape: () => (minimise.hidden ? overlay.close() : show(false)),
  }, context);
  overlay.root.append(launcher);

  add("theirs", text(message, "How can we help?"));
  for (const line of said) add("mine", line);
  if (said.length > 0) add("note", thanks());

  return overlay.remove;

  function send(): void {
    const written = field.value.trim();
    field.focus();
    if (written === "") return;
    const first = said.length === 0;
    field.value = "";
    said.push(written);
    add("mine", written);
    overlay.engaged();
    if (first) context.track("chat_start", { action: action.id });
    context.track("chat_message", { action: action.id, text: written });
    overlay.converted();
    if (!first) return;
    minimise.hidden = false;
    add("note", thanks());
  }

  function thanks(): string {
    return text(reply, "Thanks. A person will answer here or by e-mail.");
  }

  function add(kind: "theirs" | "mine" | "note", line: string): void {
    log.append(element("p", { class: kind, dir: "auto" }, line));
    log.scrollTop = log.scrollHeight;
  }

  function show(open: boolean): void {
    // Asked first: what is hidden loses focus at once.
    const inside = overlay.root.activeElement !== null;
    overlay.dialog.open = open;
    launcher.hidden = open;
    if (inside) (open ? field : launcher).focus();
  }
};
