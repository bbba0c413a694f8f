/** Starts the page. */

import { byId } from "./core/dom.js";
import { startResting } from "./core/events.js";
import { followWorld, start } from "./core/session.js";
import { on } from "./core/state.js";
import { startTheme } from "./core/theme.js";
import { icon } from "./core/icons.js";
import { startComposer } from "./composer/composer.js";
import { startClock } from "./markup/times.js";
import { startMessageMenu } from "./menus/messages.js";
import { startPeopleMenu } from "./menus/people.js";
import { startEditing } from "./messages/editing.js";
import { startMessages } from "./messages/list.js";
import { startModals } from "./modals/modal.js";
import { startPanel } from "./panel/panel.js";
import { startActAs } from "./sides/act_as.js";
import { startChannels } from "./sides/channels.js";
import { startDrawers } from "./sides/drawers.js";
import { startHeading } from "./sides/heading.js";
import { startMembers } from "./sides/members.js";
import { startServers } from "./sides/servers.js";
import { startWelcome } from "./sides/welcome.js";

for (const element of document.querySelectorAll("[data-icon]")) element.prepend(icon(element.dataset.icon));

const parts = [
  startTheme,
  startDrawers,
  startServers,
  startChannels,
  startMembers,
  startHeading,
  startActAs,
  startEditing,
  startMessages,
  startComposer,
  startModals,
  startPeopleMenu,
  startMessageMenu,
  startPanel,
  startWelcome,
  startClock,
  startResting,
];
for (const begin of parts) begin();
on("world-changed", followWorld);

async function begin() {
  try {
    await start();
    document.body.classList.add("ready");
  } catch (error) {
    byId("warning").textContent = `${error.message} Trying again in a moment.`;
    byId("warning").hidden = false;
    setTimeout(begin, 2000);
  }
}

begin();
