/** Sends a file, saying how much of it has gone. XMLHttpRequest, because fetch cannot tell. */
import { guardHeaders, urlOf } from "./http";
import { Problem } from "./problem";
import type { StoredFile } from "./shapes";

export interface Upload {
  done: Promise<StoredFile>;
  cancel(): void;
}

export function upload(file: File, onProgress: (share: number) => void): Upload {
  const request = new XMLHttpRequest();
  const done = new Promise<StoredFile>((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    request.onload = () => {
      const body = parse(request.responseText);
      if (request.status < 300) resolve(body as StoredFile);
      else {
        const { title, detail } = body as { title?: string; detail?: string };
        reject(new Problem(request.status, title ?? request.statusText, detail));
      }
    };
    request.onerror = () => reject(new Problem(0, "offline"));
    request.onabort = () => reject(new DOMException("cancelled", "AbortError"));
    request.open("POST", urlOf("/files"));
    for (const [name, value] of Object.entries(guardHeaders())) request.setRequestHeader(name, value);
    const form = new FormData();
    form.append("file", file);
    request.send(form);
  });
  return { done, cancel: () => request.abort() };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
