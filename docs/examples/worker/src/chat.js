// Where a visitor's message goes: to whatever listens at CHAT_WEBHOOK (a help desk, a chat channel, a mailer).

/** Hands the message over. Fails if nobody has taken it: a visitor is thanked only for what has arrived. */
export async function deliver(message, { CHAT_WEBHOOK: address }) {
  if (!address) throw new Error("CHAT_WEBHOOK is not set: nobody reads messages");
  const response = await fetch(address, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(message), signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`the webhook answered with ${response.status}`);
}
