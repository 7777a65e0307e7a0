// The page of the development server: starts verifications, shows their messages, and follows one live.

import * as api from "./api.js";
import { ended } from "./diagram.js";
import { byId, count, say, sentence } from "./dom.js";
import { mark, sorted } from "./faults.js";
import { focusForm, onStart, prepare } from "./form.js";
import { showCall, showLive, showTime } from "./live.js";
import { allowCodes, onPlay, showPhone } from "./phone.js";
import { onChoose, showRecent } from "./recent.js";

const SECOND = 1000;
const RECENT = 8;

/** What the page shows. `record` and `messages` are those of `open`. */
const shown = { open: null, record: null, messages: [], recent: [], reached: null };
let setup = null;
let wake = () => {};

function render() {
  showLive(shown.record);
  showPhone(shown.record, shown.messages);
  allowCodes(Boolean(shown.record) && !ended(shown.record));
  showRecent(shown.recent, shown.open);
}

/** Takes a newer state of the open verification. An answer that was overtaken by a later one is dropped. */
function take(record) {
  const old = shown.record;
  if (record.id !== shown.open) return;
  if (old && (record.updatedAt < old.updatedAt || (ended(old) && !ended(record)))) return;
  shown.record = record;
  shown.recent = shown.recent.map((other) => (other.id === record.id ? record : other));
  render();
}

/** Asks for the open verification and its messages. */
async function refresh() {
  const id = shown.open;
  if (!id) return;
  const [record, messages] = await Promise.all([api.get(id), api.outbox(id)]);
  if (id !== shown.open) return;
  shown.messages = messages;
  take(record);
  render();
}

async function refreshRecent() {
  shown.recent = await api.recent(RECENT);
  render();
}

function open(id) {
  if (id === shown.open) return;
  Object.assign(shown, { open: id, record: null, messages: [] });
  history.replaceState(null, "", id ? `#${id}` : location.pathname);
  byId("code").value = "";
  say(byId("gone"), "");
  wipe();
  render();
}

function wipe() {
  mark(byId("code-error"), byId("code"), []);
  say(byId("action-alert"), "");
}

/** Runs what a person asked for about the open verification; what is refused is told by `explain`. */
async function act(move, explain) {
  const id = shown.open;
  if (!id) return;
  try {
    const record = await move(id);
    wipe();
    if (record?.steps) take(record);
  } catch (error) {
    wipe();
    explain(error);
  }
  await quietly(refresh);
  quietly(refreshRecent);
}

/** What fails in the background is told by the line at the top, or by a verification that is no more. */
async function quietly(work) {
  try {
    await work();
  } catch (error) {
    if (error instanceof api.Unreachable) return;
    if ([404, 422].includes(error.status) && shown.open) {
      open(null);
      say(byId("gone"), "The server does not know this verification.");
      return;
    }
    say(byId("action-alert"), sentence(error.message));
  }
}

function explainMove({ message, retryAfter }) {
  // Most sentences of the server say it themselves.
  const wait = retryAfter && !message.includes(retryAfter);
  const again = wait ? ` Try again in ${count(retryAfter, "second", "seconds")}.` : "";
  say(byId("action-alert"), `${sentence(message)}${again}`);
}

function explainCheck(error) {
  const left = error.details?.remainingAttempts;
  const field = byId("code");
  if (error.status === 422) {
    const faults = sorted(error.details);
    mark(byId("code-error"), field, [...faults.values()].flat());
  } else if (error.code === "VerificationCodeMismatch") {
    mark(byId("code-error"), field, [`This code does not match. ${count(left, "check", "checks")} left.`]);
  } else {
    // The last wrong code: the state says it all.
    if (error.code !== "MaxAttemptsReached") explainMove(error);
    return;
  }
  // Typing replaces it, and nothing is lost until then.
  field.focus();
  field.select();
}

onStart((record) => {
  open(record.id);
  take(record);
  byId("code").focus();
  quietly(refresh);
  quietly(refreshRecent);
  wake();
});

byId("check").addEventListener("submit", (event) => {
  event.preventDefault();
  act((id) => api.check(id, byId("code").value), explainCheck);
});
byId("resend").addEventListener("click", () => act(api.resend, explainMove));
byId("failover").addEventListener("click", () => act(api.failOver, explainMove));
byId("cancel").addEventListener("click", () => act(api.cancel, explainMove));
byId("again").addEventListener("click", focusForm);

onPlay({
  played: (messageId, status) => act(() => api.report(messageId, status), explainMove),
  used: (code) => {
    byId("code").value = code;
    byId("code").focus();
  },
});

onChoose((id) => {
  open(id);
  quietly(refresh);
  wake();
});

api.listen({
  call: showCall,
  reached: (reached) => {
    if (reached === shown.reached) return;
    shown.reached = reached;
    byId("link").dataset.state = reached ? "reached" : "gone";
    say(byId("link"), reached ? "Connected" : "The server does not answer. Trying again.");
    if (!reached) wake();
  },
});

/** A server that came back may be another one: its setup, its list and the open verification are asked for anew. */
async function reconnect() {
  setup = await api.connect();
  prepare(setup);
  await refreshRecent();
  await refresh();
}

/** Until `wake` is called, or for so long. */
const pause = (time) =>
  new Promise((done) => {
    wake = done;
    if (time < Infinity) setTimeout(done, time);
  });

async function live() {
  for (let beat = 1; ; beat += 1) {
    if (document.hidden) await pause(Infinity);
    else if (!setup || !shown.reached) {
      await quietly(reconnect);
      if (!shown.reached) await pause(SECOND);
    } else if (!shown.open || (shown.record && ended(shown.record))) await pause(Infinity);
    else {
      await quietly(refresh);
      if (beat % 5 === 0) await quietly(refreshRecent);
      await pause(SECOND);
    }
  }
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  wake();
  if (setup) quietly(refreshRecent);
});
addEventListener("hashchange", () => {
  open(location.hash.slice(1) || null);
  wake();
});
setInterval(() => {
  if (shown.record && !document.hidden) showTime(shown.record);
}, SECOND / 4);

shown.open = location.hash.slice(1) || null;
live();
