// The phone: messages as they arrive, and the carrier's answer to each.

import { byId, clock, follow, make, platformName, say, show } from "./dom.js";

const list = byId("messages");
const screen = byId("screen");
const STATES = { accepted: "On its way", delivered: "Delivered", failed: "Failed" };

const MARGIN = 16;

let played = () => {};
let used = () => {};

/** Who is told that a message was delivered or failed by hand, and that its code is to be filled in. */
export function onPlay(handlers) {
  played = handlers.played;
  used = handlers.used;
}

/** Shows whose phone it is and its messages, oldest first. */
export function showPhone(record, messages) {
  const { phonenumber, emailaddress } = record?.identifier ?? {};
  say(byId("owner"), [phonenumber, emailaddress].filter(Boolean).join(" · "));
  say(byId("nothing"), record ? "No message has left yet." : "Messages arrive here.");
  show(byId("nothing"), messages.length === 0);
  const before = list.children.length;
  follow(list, messages, ({ messageId }) => messageId, bubble, update);
  // The newest is read from its beginning, also when it is longer than the screen.
  if (list.children.length > before) screen.scrollTop = list.lastElementChild.offsetTop - MARGIN;
}

/** Which messages can still be used is the server's to say; the page only hides a button that cannot help. */
export function allowCodes(allowed) {
  for (const button of list.querySelectorAll(".use")) show(button, allowed);
}

function bubble(message) {
  const { messageId, platform } = message;
  const titled = `message-${messageId}`;
  const from = message.from ? ` from ${message.from}` : "";
  const title = make("p", { className: "via", id: titled }, `${platformName(platform)}${from}`);
  const body = make("div", { className: "bubble" });
  if (message.subject) body.append(make("p", { className: "subject", dir: "auto", textContent: message.subject }));
  body.append(text(message));
  const press = (label, className, onclick) =>
    make("button", { type: "button", className, onclick, "aria-describedby": titled }, label);
  return make(
    "li",
    { className: `message ${platform}` },
    title,
    body,
    make("p", { className: "state" }),
    make(
      "div",
      { className: "carrier" },
      press("Deliver", "small", () => played(messageId, "delivered")),
      press("Fail", "small", () => played(messageId, "failed")),
      press("Use code", "small use", () => used(message.code)),
    ),
  );
}

/** The text with its code set apart, in the direction of its language. */
function text({ text: whole, code }) {
  const node = make("p", { className: "text", dir: "auto" });
  const found = code ? whole.indexOf(code) : -1;
  if (found < 0) node.append(whole);
  else node.append(whole.slice(0, found), make("b", { textContent: code }), whole.slice(found + code.length));
  return node;
}

function update(item, { status, sentAt }) {
  item.dataset.status = status;
  say(item.querySelector(".state"), `${STATES[status] ?? status} · ${clock(sentAt)}`);
}
