/** The requests that the page makes to the playground's server. */

/** A request that the server refused, as a sentence for people; `fields` has one for each invalid option. */
export class Refused extends Error {
  constructor(sentence, fields = {}) {
    super(sentence);
    this.fields = fields;
  }
}

async function call(method, path, { query = {}, body, signal } = {}) {
  const known = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  const search = new URLSearchParams(known).toString();
  let response;
  try {
    response = await fetch(search ? `${path}?${search}` : path, {
      method,
      signal,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused("The playground did not respond. Is it still running?");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok)
    throw new Refused(answer.error ?? `The playground responded with ${response.status}.`, answer.fields ?? {});
  return answer;
}

export const api = {
  world: (as) => call("GET", "/ui/world", { query: { as } }),
  messages: (as, channelId, before) => call("GET", `/ui/channels/${channelId}/messages`, { query: { as, before } }),
  say: (as, channelId, content) => call("POST", `/ui/channels/${channelId}/messages`, { body: { as, content } }),
  edit: (as, channelId, id, content) =>
    call("PATCH", `/ui/channels/${channelId}/messages/${id}`, { body: { as, content } }),
  join: (as, guildId) => call("POST", `/ui/guilds/${guildId}/join`, { body: { as } }),
  moderate: (as, guildId, deed) => call("POST", `/ui/guilds/${guildId}/moderation`, { body: { as, ...deed } }),
  setAcceptsDms: (as, accepts) => call("PUT", "/ui/accepts-dms", { body: { as, accepts } }),
  commands: (as, channelId) => call("GET", "/ui/commands", { query: { as, channel_id: channelId } }),
  interact: (body) => call("POST", "/ui/interactions", { body }),
  autocomplete: (body, signal) => call("POST", "/ui/autocomplete", { body, signal }),
  exchanges: (as) => call("GET", "/ui/exchanges", { query: { as } }),
  calls: () => call("GET", "/ui/calls"),
  moveClock: (seconds) => call("POST", "/ui/clock", { body: { seconds } }),
  setFaults: (faults) => call("PUT", "/ui/faults", { body: faults }),
};
