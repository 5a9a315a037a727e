/** What is open over the pages, openable from anywhere: the drawer with the navigation, a new conversation. */
import { flush } from "../store";
import { Cell } from "../store/cell";

export const drawerOpen = new Cell(false, flush);
/** Undefined when closed; a customer's id when the conversation is to be with them. */
export const starting = new Cell<{ customer?: { id: string; name: string } } | undefined>(undefined, flush);

export function openDrawer(open: boolean) {
  drawerOpen.set(open);
  flush.now();
}

export function startConversation(customer?: { id: string; name: string }) {
  starting.set(customer ? { customer } : {});
  flush.now();
}

export function stopStarting() {
  starting.set(undefined);
  flush.now();
}
