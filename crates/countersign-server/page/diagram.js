// The states of a verification, drawn: accepted → pending → one of four ends, the current one lit.

import { byId, make } from "./dom.js";

const ENDS = ["verified", "failed", "expired", "canceled"];
const ROW = 34;
const WIDTH = 36;
const SVG = "http://www.w3.org/2000/svg";

/** Whether a verification has ended. */
export const ended = (record) => ENDS.includes(record.status);

const state = (name) => make("li", { className: "node", "data-state": name }, make("span", {}, name));

function paths() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "wires");
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${ROW * ENDS.length}`);
  svg.setAttribute("width", WIDTH);
  svg.setAttribute("height", ROW * ENDS.length);
  svg.setAttribute("aria-hidden", "true");
  const middle = (ROW * ENDS.length) / 2;
  ENDS.forEach((name, index) => {
    const y = ROW * (index + 0.5);
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", `M0 ${middle} C ${WIDTH * 0.6} ${middle} ${WIDTH * 0.4} ${y} ${WIDTH} ${y}`);
    path.dataset.to = name;
    svg.append(path);
  });
  return svg;
}

const drawing = byId("diagram");
drawing.append(
  make("ol", { className: "way", "aria-label": "From the first state" }, state("accepted"), state("pending")),
  paths(),
  make("ol", { className: "ends", "aria-label": "to one of the last" }, ...ENDS.map(state)),
);

/** Lights the state of the verification, and the way it took. */
export function draw(record) {
  const left = record.steps.some(({ attempts }) => attempts.some(({ status }) => status !== "prepared"));
  const past = new Set();
  if (record.status !== "accepted") past.add("accepted");
  if (ended(record) && left) past.add("pending");
  for (const node of drawing.querySelectorAll(".node")) {
    const current = node.dataset.state === record.status;
    node.classList.toggle("now", current);
    node.classList.toggle("past", past.has(node.dataset.state));
    if (current) node.setAttribute("aria-current", "step");
    else node.removeAttribute("aria-current");
  }
  for (const path of drawing.querySelectorAll("path")) {
    const taken = path.dataset.to === record.status;
    path.classList.toggle("taken", taken);
    // The last one drawn is on top.
    if (taken && path.nextSibling) path.parentNode.append(path);
  }
}
