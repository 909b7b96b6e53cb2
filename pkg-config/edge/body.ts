// The body of a request as JSON, read no further than it may be long.

/** Why a request was not answered with an assessment. */
export interface Refusal {
  status: number;
  code: string;
  path: string;
  message: string;
}

export function refusal(status: number, code: string, message: string, path = ""): Refusal {
  return { status, code, path, message };
}

/** Reads the body; throws a Refusal. */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^\s*application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(type)) {
    throw refusal(415, "UNSUPPORTED_TYPE", `the body must be JSON with \`Content-Type: application/json\`, not ${type ? `\`${type}\`` : "without a type"}`);
  }
  const coding = request.headers.get("content-encoding") ?? "identity";
  if (coding.trim().toLowerCase() !== "identity") throw refusal(415, "ENCODED_BODY", "compressed bodies are not taken: send plain JSON");
  const bytes = await readBytes(request, maxBytes);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refusal(400, "INVALID_UTF8", "the body is no UTF-8");
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refusal(400, "INVALID_JSON", `the body is no JSON: ${(error as Error).message}`);
  }
}

async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = () => refusal(413, "BODY_TOO_LARGE", `the body has more than ${maxBytes} bytes: send fewer events`);
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body?.getReader();
  try {
    for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
      length += next.value.length;
      if (length > maxBytes) throw tooLarge();
      chunks.push(next.value);
    }
  } catch (error) {
    void reader?.cancel().catch(() => {});
    throw error instanceof Error ? refusal(400, "INCOMPLETE_BODY", "the connection ended before the body did") : error;
  }
  const bytes = new Uint8Array(length);
  let place = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, place);
    place += chunk.length;
  }
  return bytes;
}
