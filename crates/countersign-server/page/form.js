// The form that starts a verification.

import { Refused, start } from "./api.js";
import { byId, make, say, sentence } from "./dom.js";
import { mark, sorted } from "./faults.js";
import * as plan from "./plan.js";

const form = byId("start");
const alert = byId("start-alert");
const PLAIN = ["phonenumber", "emailaddress", "locale", "maxAttempts", "timeout", "codeLength"];
const NUMBERS = ["maxAttempts", "timeout", "codeLength"];

/** Makes the form ready for what the server has; `started` is given each verification that it starts. */
export function prepare({ channels, locales }) {
  plan.offer(channels);
  const choice = byId("locale");
  const chosen = choice.value;
  choice.replaceChildren(choice.options[0], ...locales.map(language).sort((a, b) => a.text.localeCompare(b.text)));
  choice.value = chosen;
}

export function onStart(started) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    clear();
    try {
      started(await start(request()));
    } catch (error) {
      explain(error);
    } finally {
      form.ariaBusy = "false";
    }
  });
}

/** Where to go to start another one. */
export const focusForm = () => byId("phonenumber").focus();

function language(tag) {
  let name = tag;
  try {
    name = new Intl.DisplayNames(["en"], { type: "language" }).of(tag) ?? tag;
  } catch {
    // No language that this browser knows: the tag is its name.
  }
  return make("option", { value: tag, text: name === tag ? tag : `${name} (${tag})` });
}

/** The body as it was filled in. What is left empty is left out; what is wrong is for the server to say. */
function request() {
  const identifier = {};
  for (const name of ["phonenumber", "emailaddress"]) if (value(name)) identifier[name] = value(name);
  const body = { identifier, steps: plan.steps() };
  if (value("locale")) body.locale = value("locale");
  for (const name of NUMBERS) {
    const text = value(name);
    if (text) body[name] = /^-?\d+$/.test(text) ? Number(text) : text;
  }
  return body;
}

const value = (name) => byId(name).value.trim();
const placeOf = (name) => byId(`${name}-error`);

function clear() {
  say(alert, "");
  for (const name of PLAIN) mark(placeOf(name), byId(name), []);
  mark(placeOf("steps"), null, []);
  for (let index = 0; index < plan.length(); index += 1) plan.markStep(index, []);
}

function explain(error) {
  const faults = error instanceof Refused && error.status === 422 ? sorted(error.details) : new Map();
  const rest = [];
  for (const [field, lines] of faults) {
    if (typeof field === "number" && plan.markStep(field, lines)) continue;
    if (PLAIN.includes(field)) mark(placeOf(field), byId(field), lines);
    else if (field === "steps") mark(placeOf("steps"), null, lines);
    else rest.push(...lines);
  }
  if (NUMBERS.some((name) => faults.has(name))) byId("more").open = true;
  const told = faults.size > 0 ? "Not started. See what is marked above." : sentence(error.message);
  alert.replaceChildren(make("p", {}, told), ...rest);
  const first = form.querySelector("[aria-invalid]") ?? (faults.has("steps") ? byId("add-step") : null);
  first?.focus();
}

