/** Builds DOM nodes. Text always becomes a text node, so user input can't turn into markup. */

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(element, name, value);
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

function set(element, name, value) {
  if (name.startsWith("on")) return void element.addEventListener(name.slice(2), value);
  if (value === null || value === undefined) return;
  if (name === "class") element.className = value;
  else if (name === "value") element.value = value;
  // An ARIA state that is false is still a state; an ordinary attribute that is false is absent.
  else if (name.startsWith("aria-")) element.setAttribute(name, String(value));
  else if (value !== false) element.setAttribute(name, value === true ? "" : String(value));
}

export function clear(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter(Boolean));
  return element;
}

export const byId = (id) => document.getElementById(id);

/** Styles go through the CSSOM: the page's policy forbids style attributes. */
export function paint(element, properties) {
  for (const [name, value] of Object.entries(properties)) element.style.setProperty(name, value);
  return element;
}

let counter = 0;
export const newId = (prefix) => `${prefix}-${++counter}`;

/** Copies text and confirms it on the button. */
export async function copy(text, button) {
  let said = "Copied";
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    said = "The browser didn't allow it";
  }
  if (!button) return;
  const before = button.textContent;
  button.textContent = said;
  setTimeout(() => (button.textContent = before), 1500);
}
