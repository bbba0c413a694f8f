/** Modal dialogs, which are removed when they close. */

/** Shows a dialog. When it closes, `closed` runs and the focus returns to `back`, or to where it was. */
export function openDialog(dialog, { closed = () => {}, back = document.activeElement } = {}) {
  dialog.addEventListener("close", () => {
    closed();
    dialog.remove();
    // Chromium restores the focus by itself, but without a caret, so blur and focus again.
    document.activeElement?.blur();
    if (back?.isConnected) back.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
}
