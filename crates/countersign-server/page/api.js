// The calls of the server: the Verify API, and what only the development server has.

/** An answer that is no success. */
export class Refused extends Error {
  constructor(status, body, retryAfter) {
    super(body?.message ?? `The server answered ${status}.`);
    this.status = status;
    this.code = body?.code ?? "";
    this.details = body?.details ?? {};
    this.retryAfter = retryAfter;
  }
}

/** No answer at all. */
export class Unreachable extends Error {}

let setup = null;
let ahead = 0;
const listeners = { call: () => {}, reached: () => {} };

/** Who is told of each call that a person made, and of whether the server was reached. */
export function listen(handlers) {
  Object.assign(listeners, handlers);
}

/** The server's time in milliseconds. Its clock is taken for ours unless they are seconds apart. */
export const now = () => Date.now() + ahead;

/** The workspace, its key, the channels and the languages. */
export async function connect() {
  setup = await call("GET", "/dev/setup");
  return setup;
}

function base() {
  if (!setup) throw new Unreachable("The server has not answered yet.");
  return `/workspaces/${setup.workspaceId}/verify`;
}

const at = (id, move = "") => `${base()}/${encodeURIComponent(id)}${move}`;
const person = { shown: true };

export const start = async (body) => call("POST", base(), { body, ...person });
export const check = (id, code) => call("POST", at(id), { body: { code }, ...person });
export const resend = (id) => call("POST", at(id, "/resend"), { body: {}, ...person });
export const failOver = (id) => call("POST", at(id, "/failover"), { body: {}, ...person });
export const cancel = (id) => call("DELETE", at(id), person);
export const get = (id) => call("GET", at(id));
export const recent = async (limit) => (await call("GET", `${base()}?limit=${limit}`)).results ?? [];
export const outbox = async (id) =>
  (await call("GET", `/dev/outbox?verificationId=${encodeURIComponent(id)}`)).messages ?? [];
/** Plays the carrier: `delivered` or `failed`. */
export const report = (messageId, status) =>
  call("POST", `/dev/outbox/${encodeURIComponent(messageId)}/${status}`, person);

async function call(method, path, { body, shown = false } = {}) {
  const headers = {};
  if (path.startsWith("/workspaces/")) headers.Authorization = `AccessKey ${setup.accessKey}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const sent = { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };

  let answer;
  let read;
  try {
    answer = await fetch(path, { ...sent, cache: "no-store", signal: AbortSignal.timeout(10_000) });
    read = await answer.text();
  } catch (cause) {
    listeners.reached(false);
    throw new Unreachable("The server does not answer.", { cause });
  }
  follow(answer);
  listeners.reached(true);
  const json = parsed(read);
  if (shown) listeners.call({ method, path, curl: curl(path, sent), status: answer.status, answer: json ?? read });
  if (answer.ok) return json;
  throw new Refused(answer.status, json, Number(answer.headers.get("Retry-After")) || null);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Its date has whole seconds, so that less than two say nothing. */
function follow(answer) {
  const date = Date.parse(answer.headers.get("Date") ?? "");
  if (Number.isNaN(date)) return;
  const difference = date - Date.now();
  ahead = Math.abs(difference) > 2000 ? difference : 0;
}

function curl(path, { method, headers, body }) {
  const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
  const parts = [`curl -X ${method} ${quoted(location.origin + path)}`];
  for (const [name, value] of Object.entries(headers)) parts.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (body !== undefined) parts.push(`-d ${quoted(body)}`);
  return parts.join(" \\\n  ");
}
