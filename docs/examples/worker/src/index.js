// A site whose pages know how warm their visitor is, without a script in the browser: withScore puts the assessment on each request, pages.js
// writes it into the page, and plain forms bring back what the visitor answers.

import { withScore } from "warmlead/edge";
import { deliver } from "./chat.js";
import model from "./model.json";
import { personalised } from "./pages.js";

const LONGEST_MESSAGE = 2000;

/** What forms send here. Each answers with where to go next, and perhaps a cookie. */
const forms = {
  "/consent"({ warmlead }, form) {
    const agreed = form.get("analytics") === "yes";
    warmlead.consent({ analytics: agreed });
    // That somebody said no is all that is kept of them, so that they are not asked again.
    return [form.get("back"), `refused=1; Max-Age=${agreed ? 0 : 15_552_000}; Path=/; HttpOnly; Secure; SameSite=Lax`];
  },
  "/forget"({ warmlead }) {
    warmlead.forget();
    return ["/privacy"];
  },
  "/chat/dismiss"({ warmlead }, form) {
    warmlead.track("action_dismissed", { action: "chat" });
    return [form.get("back")];
  },
  async "/chat"({ warmlead }, form, env) {
    const message = String(form.get("message") ?? "").trim().slice(0, LONGEST_MESSAGE);
    const email = String(form.get("email") ?? "").trim();
    if (message === "" || !email.includes("@")) return [form.get("back")];
    const { stage, scores } = warmlead.assessment ?? {};
    await deliver({ email, message, page: form.get("back"), stage, engagement: scores?.engagement.value }, env);
    // Only what the score needs: neither the message nor the address is kept in the cookie.
    const action = { action: "chat" };
    warmlead.track("action_clicked", action);
    warmlead.track("chat_start");
    warmlead.track("chat_message");
    warmlead.track("action_converted", action);
    warmlead.identify({ reachable: true });
    return ["/thanks"];
  },
};

async function answer(request, env) {
  const { origin, pathname } = new URL(request.url);
  const act = request.method === "POST" && forms[pathname];
  if (!act) return personalised(request, await page(request, env));
  // Another site's form must not speak for our visitor.
  if (request.headers.get("origin") !== origin) return new Response("This form was sent from another site.", { status: 403 });
  try {
    const [next, cookie] = await act(request, await request.formData(), env);
    const headers = { Location: own(next, origin), ...(cookie && { "Set-Cookie": cookie }) };
    return new Response(null, { status: 303, headers });
  } catch (error) {
    console.error(error);
    return personalised(request, await page(new Request(new URL("/not-sent", origin), { headers: request.headers }), env), 502);
  }
}

/** The page as it lies there. Whether the browser has it already can't be asked: what it has was made for another moment. */
function page(request, env) {
  const asked = new Request(request.url, { method: request.method, headers: request.headers });
  for (const name of ["if-none-match", "if-modified-since"]) asked.headers.delete(name);
  return env.ASSETS.fetch(asked);
}

/** An address of this site, whatever the form says. */
function own(address, origin) {
  const url = new URL(String(address ?? "/"), origin);
  return url.origin === origin ? url.pathname + url.search : "/";
}

export default { fetch: withScore(answer, { model, secret: (request, env) => env.WARMLEAD_SECRET }) };
