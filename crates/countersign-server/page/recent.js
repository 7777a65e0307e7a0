// The recent verifications of the workspace, to switch between.

import { byId, clock, follow, make, say, show } from "./dom.js";

let chosen = () => {};

/** Who is told which one to open. */
export function onChoose(handler) {
  chosen = handler;
}

/** Shows the newest first; the open one is marked. */
export function showRecent(records, openId) {
  show(byId("no-recent"), records.length === 0);
  follow(byId("recent"), records, ({ id }) => id, entry, (item, record) => {
    const button = item.firstElementChild;
    item.dataset.status = record.status;
    if (record.id === openId) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
    say(item.querySelector(".word"), record.status);
  });
}

function entry({ id, identifier, createdAt }) {
  const who = identifier.phonenumber ?? identifier.emailaddress ?? id;
  const button = make("button", { type: "button", onclick: () => chosen(id) },
    make("span", { className: "who", textContent: who }),
    make("span", { className: "when", textContent: clock(createdAt) }),
    make("span", { className: "word" }));
  return make("li", {}, button);
}
