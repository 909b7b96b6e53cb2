// Writes what is known of the visitor into a page, with HTMLRewriter: which paragraphs are for them, what they are asked, and the chat.

/** Nothing of a page may run: not even a mistake in here could. */
const POLICY = "default-src 'self'; script-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** The page for this visitor. */
export function personalised(request, response, status = response.status) {
  if (!response.headers.get("content-type")?.startsWith("text/html")) return response;
  const { warmlead } = request;
  const stage = warmlead.assessment?.stage ?? "visitor";
  const { pathname: back } = new URL(request.url);
  const parts = [chat(warmlead, back, response.ok), consent(request, back)].filter(Boolean).join("");

  const rewritten = new HTMLRewriter()
    // <p data-for="interested mql">: for these stages alone.
    .on("[data-for]", {
      element(element) {
        if (element.getAttribute("data-for").split(" ").includes(stage)) element.removeAttribute("data-for");
        else element.remove();
      },
    })
    .on("[data-remembered]", {
      element(element) {
        if ((element.getAttribute("data-remembered") === "yes") === (warmlead.consentGiven === true)) element.removeAttribute("data-remembered");
        else element.remove();
      },
    })
    .on("main", { element: (element) => void element.append(parts, { html: true }) })
    .transform(new Response(response.body, { status, headers: response.headers }));
  // What names the page as it lay there doesn't name this one.
  rewritten.headers.delete("ETag");
  rewritten.headers.set("Content-Security-Policy", POLICY);
  return rewritten;
}

/** The chat, small until somebody opens it, if it is due on a page that is there; and that it was shown, or would have been. */
function chat(warmlead, back, whole) {
  const { show = [], held_out: heldOut = [] } = (whole && warmlead.assessment) || {};
  if (heldOut.includes("chat")) warmlead.track("action_held_out", { action: "chat" });
  const action = show.find(({ do: { type } }) => type === "chat");
  if (!action) return "";
  warmlead.track("action_shown", { action: action.id });
  const { title, message } = action.do;
  return `
    <dialog open class="chat" aria-labelledby="chat-title">
      <form method="post" action="/chat/dismiss" class="close">
        <input type="hidden" name="back" value="${text(back)}">
        <button aria-label="Close"><svg viewBox="0 0 16 16" aria-hidden="true"><path d="m4 4 8 8m0-8-8 8"/></svg></button>
      </form>
      <h2 id="chat-title">${text(title)}</h2>
      <p>${text(message)}</p>
      <details>
        <summary class="primary">Ask</summary>
        <form method="post" action="/chat">
          <input type="hidden" name="back" value="${text(back)}">
          <label for="chat-message">Your question</label>
          <textarea id="chat-message" name="message" rows="3" maxlength="2000" required></textarea>
          <label for="chat-email">Your e-mail address</label>
          <input id="chat-email" name="email" type="email" autocomplete="email" required>
          <button class="primary">Send</button>
        </form>
      </details>
    </dialog>`;
}

/** The question whether we may remember, as long as it was not answered. */
function consent({ headers, warmlead }, back) {
  if (warmlead.consentGiven !== null || /\brefused=1\b/.test(headers.get("cookie") ?? "")) return "";
  return `
    <section class="consent" aria-labelledby="consent-title">
      <h2 id="consent-title">May we remember your visit?</h2>
      <p>One cookie of our own, so that we know what interests you. <a href="/privacy">What is in it</a>.</p>
      <form method="post" action="/consent">
        <input type="hidden" name="back" value="${text(back)}">
        <button name="analytics" value="yes">Yes, remember it</button>
        <button name="analytics" value="no">No</button>
      </form>
    </section>`;
}

function text(plain) {
  return String(plain).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
