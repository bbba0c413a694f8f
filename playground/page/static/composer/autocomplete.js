/** Asks the bot for suggestions after a pause in typing; only the latest response counts. */

import { api } from "../core/api.js";
import { state } from "../core/state.js";

const PAUSE_MS = 250;

let timer = null;
let running = null;

export function cancel() {
  clearTimeout(timer);
  running?.abort();
}

/** Calls `loading()` at once, then either `arrived(choices)` or `failed(sentence)`. */
export function ask(command, options, { loading, arrived, failed }) {
  cancel();
  loading();
  timer = setTimeout(async () => {
    const abort = new AbortController();
    running = abort;
    try {
      const body = { as: state.me, channel_id: state.channelId, command_id: command.id, options };
      const { choices } = await api.autocomplete(body, abort.signal);
      if (!abort.signal.aborted) arrived(choices);
    } catch (error) {
      if (!abort.signal.aborted) failed(error.message);
    }
  }, PAUSE_MS);
}
