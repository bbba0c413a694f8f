/** Discord's time, which may have been moved ahead of this computer's. */

import { state } from "./state.js";

export const now = () => Date.now() + (state.world?.ahead ?? 0) * 1000;
