import { useCallback, useEffect, useState } from "react";
import { upload, type Upload } from "../../api/upload";
import { Problem } from "../../api/problem";
import type { Attachment, StoredFile } from "../../api/shapes";

export interface Uploading {
  key: string;
  file: File;
  /** 0–1 */
  share: number;
  stored?: StoredFile;
  problem?: string;
}

/** Files on their way per conversation: they go on uploading while another conversation is read. */
const kept = new Map<string, Uploading[]>();
const running = new Map<string, Upload>();
const watchers = new Set<() => void>();

function update(conversation: string, change: (files: Uploading[]) => Uploading[]) {
  kept.set(conversation, change(kept.get(conversation) ?? []));
  for (const watcher of watchers) watcher();
}

function patch(conversation: string, key: string, change: Partial<Uploading>) {
  update(conversation, (files) => files.map((file) => (file.key === key ? { ...file, ...change } : file)));
}

function begin(conversation: string, file: File) {
  const key = crypto.randomUUID();
  update(conversation, (files) => [...files, { key, file, share: 0 }]);
  const sending = upload(file, (share) => patch(conversation, key, { share }));
  running.set(key, sending);
  sending.done
    .then(
      (stored) => patch(conversation, key, { stored, share: 1 }),
      (error: unknown) => {
        if (error instanceof Problem) patch(conversation, key, { problem: error.status ? error.detail || error.title : "offline" });
      },
    )
    .finally(() => running.delete(key));
}

export function useUploads(conversation: string) {
  const [, draw] = useState(0);
  useEffect(() => {
    const watcher = () => draw((n) => n + 1);
    watchers.add(watcher);
    return () => void watchers.delete(watcher);
  }, []);
  const files = kept.get(conversation) ?? [];
  const add = useCallback((list: Iterable<File>) => {
    for (const file of list) begin(conversation, file);
  }, [conversation]);
  const remove = useCallback((key: string) => {
    running.get(key)?.cancel();
    update(conversation, (before) => before.filter((file) => file.key !== key));
  }, [conversation]);
  const clear = useCallback(() => update(conversation, () => []), [conversation]);
  const attachments = files.flatMap(({ stored }) => (stored ? [shown(stored)] : []));
  return { files, attachments, busy: files.some(({ stored }) => !stored), add, remove, clear };
}

export type Uploads = ReturnType<typeof useUploads>;

function shown(file: StoredFile): Attachment {
  return {
    id: file.id,
    name: file.name,
    mime: file.mime,
    kind: file.mime.split("/")[0]!,
    size: file.size,
    url: file.url,
    thumbnail_url: null,
    state: "stored",
    inline: false,
    content_id: null,
    voice: false,
  };
}
