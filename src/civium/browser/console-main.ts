// The console's small help, without which every page works: a warning before one is logged off, and passkeys, which only a script can ask for.
import { watchIdleness } from "./console-idle";
import { offerPasskeys } from "./console-passkey";

watchIdleness();
offerPasskeys();
