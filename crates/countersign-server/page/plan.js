// The plan of steps in the start form: add, remove and reorder channels.

import { byId, make, platformName, say } from "./dom.js";
import { mark } from "./faults.js";

const list = byId("plan");
const said = byId("said");
const adding = byId("add-step");
let channels = [];
let made = 0;

/** Takes the channels there are; a plan that was made stays if they are the same. */
export function offer(given) {
  if (JSON.stringify(given) === JSON.stringify(channels)) return;
  channels = given;
  list.replaceChildren();
  // Both reach the number that the form begins with, and show a failover.
  const first = channels.filter(({ platform }) => platform !== "email").slice(0, 2);
  for (const channel of first.length > 0 ? first : channels.slice(0, 1)) add(channel.id);
}

/** The steps as the API takes them. A WhatsApp step must name a template. */
export const steps = () =>
  [...list.children].map((row) => {
    const channelId = select(row).value;
    const step = { channelId };
    if (platformOf(channelId) === "whatsapp") step.template = { name: "one_time_code", version: "latest" };
    return step;
  });

/** The platform of a channel; nothing for one that is not known. */
export const platformOf = (channelId) => channels.find(({ id }) => id === channelId)?.platform;

/** Says what is wrong with a step; no lines say that nothing is. Whether there is such a step. */
export function markStep(index, lines) {
  const row = list.children[index];
  if (row) mark(row.querySelector(".error"), select(row), lines);
  return row !== undefined;
}

/** How many steps there are. */
export const length = () => list.children.length;

const select = (row) => row.querySelector("select");

function add(channelId) {
  const id = `step-${(made += 1)}-error`;
  const choice = make("select", { "aria-describedby": id });
  for (const channel of channels) {
    choice.append(make("option", { value: channel.id, textContent: platformName(channel.platform) }));
  }
  choice.value = channelId;
  const row = make(
    "li",
    {},
    make("span", { className: "number", "aria-hidden": "true" }),
    choice,
    button("up", "↑", () => move(row, -1)),
    button("down", "↓", () => move(row, 1)),
    button("remove", "×", () => remove(row)),
    make("div", { className: "error", id }),
  );
  list.append(row);
  renumber();
  return row;
}

const button = (name, sign, onclick) =>
  make("button", { type: "button", className: `icon ${name}`, onclick }, make("span", { "aria-hidden": "true" }, sign));

/** Moves the neighbour, not the row: so the focus stays on the button that was pressed. */
function move(row, by) {
  const neighbour = by < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!neighbour) return;
  if (by < 0) row.after(neighbour);
  else row.before(neighbour);
  renumber();
  const pressed = row.querySelector(by < 0 ? ".up" : ".down");
  if (pressed.disabled) row.querySelector(by < 0 ? ".down" : ".up").focus();
  say(said, `${nameOf(row)} is now step ${indexOf(row) + 1} of ${length()}.`);
}

function remove(row) {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  say(said, `${nameOf(row)} removed.`);
  row.remove();
  renumber();
  (next ? next.querySelector(".remove") : adding).focus();
}

/** A step of a channel that the plan has not yet, if there is one. */
function addAnother() {
  const used = new Set(steps().map(({ channelId }) => channelId));
  const channel = channels.find(({ id }) => !used.has(id)) ?? channels[0];
  if (channel) select(add(channel.id)).focus();
}

const indexOf = (row) => [...list.children].indexOf(row);
const nameOf = (row) => platformName(platformOf(select(row).value));

function renumber() {
  [...list.children].forEach((row, index) => {
    const step = `step ${index + 1}`;
    say(row.querySelector(".number"), String(index + 1));
    select(row).setAttribute("aria-label", `Channel of ${step}`);
    row.querySelector(".up").setAttribute("aria-label", `Move ${step} up`);
    row.querySelector(".down").setAttribute("aria-label", `Move ${step} down`);
    row.querySelector(".remove").setAttribute("aria-label", `Remove ${step}`);
    row.querySelector(".up").disabled = index === 0;
    row.querySelector(".down").disabled = index === length() - 1;
  });
}

adding.addEventListener("click", addAnother);
