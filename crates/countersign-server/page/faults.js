// Says at each field what is wrong with it: the fields know the paths of the API that are theirs.

import { make, sentence } from "./dom.js";

/** `.steps[0].channelId` and all below it are about step 0. */
const STEP = /^\.steps\[(\d+)\]/;

const FIELDS = {
  ".identifier": "phonenumber",
  ".identifier.phonenumber": "phonenumber",
  ".identifier.emailaddress": "emailaddress",
  ".steps": "steps",
  ".locale": "locale",
  ".maxAttempts": "maxAttempts",
  ".timeout": "timeout",
  ".codeLength": "codeLength",
  ".code": "code",
};

/** Which field a path belongs to: a name of above, a number for a step, or none. */
export function fieldOf(path) {
  const step = STEP.exec(path);
  return step ? Number(step[1]) : (FIELDS[path] ?? null);
}

/** One fault, as a sentence with its path behind it. */
export const faultLine = (path, text) =>
  make("p", {}, `${sentence(text)} `, make("code", { className: "path", textContent: path }));

/** Writes faults into a place and marks the control they are about; none wipes and unmarks. */
export function mark(place, control, lines) {
  place.replaceChildren(...lines);
  if (!control) return;
  if (lines.length > 0) control.setAttribute("aria-invalid", "true");
  else control.removeAttribute("aria-invalid");
}

/** Faults by field: `Map(field → lines)`; those of no field are under null. */
export function sorted(details) {
  const found = new Map();
  for (const [path, texts] of Object.entries(details)) {
    const field = fieldOf(path);
    const lines = [texts].flat().map((text) => faultLine(path, String(text)));
    found.set(field, [...(found.get(field) ?? []), ...lines]);
  }
  return found;
}
