/** Typing and pasting anywhere on the page goes to the composer, as in Discord. */

const FIELDS = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const OPEN_ABOVE = "dialog[open], :popover-open";

/** `focus()` puts the caret into the composer, `insert(text)` puts text at the caret. */
export function startTypingAnywhere({ focus, insert }) {
  document.addEventListener("keydown", (event) => {
    // The browser then types the letter into the focused field.
    if (isLetter(event) && isOutsideFields(event)) focus();
  });
  document.addEventListener("paste", (event) => {
    if (!isOutsideFields(event)) return;
    event.preventDefault();
    focus();
    insert(event.clipboardData.getData("text/plain"));
  });
}

/** Whether the key types a character. The space bar isn't one: it presses buttons and scrolls. */
function isLetter(event) {
  if (event.isComposing || event.metaKey || event.key === " " || [...event.key].length !== 1) return false;
  return (!event.ctrlKey && !event.altKey) || event.getModifierState("AltGraph");
}

const isOutsideFields = (event) =>
  !event.defaultPrevented && !event.target.closest?.(FIELDS) && !document.querySelector(OPEN_ABOVE);
