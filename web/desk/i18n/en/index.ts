import { composer } from "./composer";
import { customer } from "./customer";
import { inbox } from "./inbox";
import { options } from "./options";
import { settings } from "./settings";
import { shell } from "./shell";
import { thread } from "./thread";

export const en = { ...shell, ...inbox, ...thread, ...composer, ...customer, ...settings, ...options };
