// The verification live: where it stands, what is left, its steps and their attempts.

import { now } from "./api.js";
import { draw, ended } from "./diagram.js";
import { byId, clock, count, follow, make, platformName, say, show } from "./dom.js";
import { platformOf } from "./plan.js";

const MEANINGS = {
  accepted: "Nothing has been handed over yet.",
  pending: "Waiting for the code.",
  verified: "The code was right.",
  failed: "Every check was used up. Start another one.",
  expired: "The time was up before the right code came. Start another one.",
  canceled: "Ended by hand. Start another one.",
};

const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1).replaceAll("_", " ");

/** Shows a verification; none shows that there is none. */
export function showLive(record) {
  show(byId("idle"), !record);
  show(byId("live"), Boolean(record));
  show(byId("raw-box"), Boolean(record));
  if (!record) return;
  const over = ended(record);
  const focused = document.activeElement;

  byId("live").dataset.status = record.status;
  say(byId("status"), capital(record.status));
  say(byId("meaning"), MEANINGS[record.status] ?? "");
  say(byId("checks-left"), `${record.maxAttempts - record.failedAttempts} of ${record.maxAttempts}`);
  say(byId("language"), record.locale);
  say(byId("code-hint"), `${count(record.codeLength, "digit", "digits")}. Spaces and hyphens do no harm.`);
  showTime(record);
  show(byId("check"), !over);
  show(byId("actions"), !over);
  show(byId("again"), over);
  // What had the focus is gone now: the outcome is where to read on.
  if (over && (byId("check").contains(focused) || byId("actions").contains(focused))) byId("status").focus();

  draw(record);
  const current = record.currentStepIndex;
  follow(byId("steps"), record.steps, (_, index) => index, step, (item, given, index) => {
    item.classList.toggle("current", index === current && !over);
    if (index === current) item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
    item.dataset.status = given.status;
    say(item.querySelector(".name"), platformName(platformOf(given.channelId)));
    say(item.querySelector(".to"), given.identifier ?? "");
    say(item.querySelector(".word"), capital(given.status));
    follow(item.querySelector("ol"), given.attempts ?? [], (_, number) => number, attempt, showAttempt);
  });
  say(byId("raw"), JSON.stringify(record, null, 2));
}

/** Counts down; to be called about once a second. */
export function showTime(record) {
  const place = byId("time-left");
  if (ended(record)) {
    say(place, record.status === "expired" ? "0:00" : "–");
    return;
  }
  const seconds = Math.max(0, Math.ceil((Date.parse(record.expiresAt) - now()) / 1000));
  say(place, `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`);
}

/** Shows the last call as a person could make it, and what came back. */
export function showCall({ method, path, curl, status, answer }) {
  show(byId("last"), true);
  say(byId("last-what"), `${method} ${short(path)}`);
  say(byId("last-status"), answer?.code && status >= 400 ? `${status} ${answer.code}` : String(status));
  byId("last-status").dataset.good = String(status < 400);
  say(byId("last-curl"), curl);
  say(byId("last-answer"), typeof answer === "string" ? answer : JSON.stringify(answer, null, 2));
  say(byId("copied"), "");
}

/** The ids are in the curl line; here they would only push the rest out of sight. */
const short = (path) => path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "…").replace("/workspaces/…", "");

const step = () =>
  make(
    "li",
    {},
    make("div", { className: "head" },
      make("div", {}, make("span", { className: "name" }), " ", make("span", { className: "to" })),
      make("span", { className: "word" })),
    make("ol", { className: "attempts", "aria-label": "Attempts" }),
  );

const attempt = () => make("li", {}, make("span", { className: "word" }), make("span", { className: "when" }));

function showAttempt(item, { status, verified, sentAt, verifiedAt }) {
  item.dataset.status = verified ? "verified" : status;
  say(item.querySelector(".word"), verified ? "Verified" : capital(status));
  const time = verifiedAt ?? sentAt;
  say(item.querySelector(".when"), time ? clock(time) : "not sent");
}

byId("copy").addEventListener("click", async () => {
  const line = byId("last-curl");
  try {
    await navigator.clipboard.writeText(line.textContent);
    say(byId("copied"), "Copied.");
  } catch {
    // Without the right to write, what is selected can be copied by hand.
    getSelection().selectAllChildren(line);
    say(byId("copied"), "Selected. Copy it with the keyboard.");
  }
});
