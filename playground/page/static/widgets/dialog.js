/** Modal dialogs: shown until they are closed, then gone, with the focus back where it was. */

/** Shows the dialog; `closed` runs when it closes, and the focus goes to `back` or to where it came from. */
export function openDialog(dialog, { closed = () => {}, back = document.activeElement } = {}) {
  dialog.addEventListener("close", () => {
    closed();
    dialog.remove();
    // Chromium gives the focus back by itself, but without a caret once the dialog is gone: take it and give it anew.
    document.activeElement?.blur();
    if (back?.isConnected) back.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
}
