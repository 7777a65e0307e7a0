// The few things every part of the page does with elements.

/** The element of that id; the page is static, so it is there. */
export const byId = (id) => document.getElementById(id);

/** Makes an element: properties by name, `aria-…`, `data-…` and `for` as attributes, then what is in it. */
export function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "for" || name === "role") node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children);
  return node;
}

/** Sets the text only when it is another one: what is selected stays selected, and live regions stay quiet. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Shows or hides. */
export function show(node, shown) {
  if (node.hidden === shown) node.hidden = !shown;
}

/**
 * Makes the children of `parent` follow `items`. A child lives as long as its key, and is moved only when it must be:
 * what has the focus keeps it.
 */
export function follow(parent, items, key, create, update) {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  items.forEach((item, index) => {
    const name = String(key(item, index));
    let child = old.get(name);
    old.delete(name);
    if (!child) {
      child = create(item, index);
      child.dataset.key = name;
    }
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
    update(child, item, index);
  });
  for (const child of old.values()) child.remove();
}

/** `the code is short` → `The code is short.` */
export function sentence(text) {
  const stop = /[.!?]$/.test(text) ? "" : ".";
  return text.charAt(0).toUpperCase() + text.slice(1) + stop;
}

/** `1 check`, `2 checks`. */
export const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

/** The time of day of an RFC 3339 time. */
export const clock = (time) => CLOCK.format(new Date(time));

const PLATFORMS = { whatsapp: "WhatsApp", sms: "SMS", email: "Email" };

/** What people call a platform. */
export const platformName = (platform) => PLATFORMS[platform] ?? platform ?? "Unknown channel";
