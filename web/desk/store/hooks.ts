import { useCallback, useSyncExternalStore } from "react";
import type { Conversation, Message } from "../../api/shapes";
import { conversations, lists, messages, threads } from ".";
import type { Cell } from "./cell";
import type { ListState } from "./lists";
import type { Table } from "./table";
import type { ThreadState } from "./threads";
import type { View } from "./view";

function useRow<Row extends { id: string }>(table: Table<Row>, id: string): Row | undefined {
  const subscribe = useCallback((watcher: () => void) => table.subscribe(id, watcher), [table, id]);
  return useSyncExternalStore(subscribe, () => table.get(id));
}

export function useCell<Value>(cell: Cell<Value>): Value {
  return useSyncExternalStore(cell.subscribe, cell.get);
}

export const useConversation = (id: string): Conversation | undefined => useRow(conversations, id);
export const useMessage = (id: string): Message | undefined => useRow(messages, id);
export const useThread = (conversation: string): ThreadState => useCell(threads.of(conversation));
export const useList = (view: View): ListState => useCell(lists.of(view));
