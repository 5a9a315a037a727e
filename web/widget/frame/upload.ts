import type { FileRef } from "./protocol";

export const LARGEST = 20_000_000;

export type Trouble = "too_large" | "not_allowed" | "not_uploaded";

/** Send one file; XMLHttpRequest because fetch tells no progress. Rejects with a `Trouble`. */
export function upload(base: string, token: string, file: File, progress: (share: number) => void): { done: Promise<FileRef>; cancel(): void } {
  const request = new XMLHttpRequest();
  const done = new Promise<FileRef>((resolve, reject: (trouble: Trouble) => void) => {
    if (file.size > LARGEST) return reject("too_large");
    request.open("POST", `${base}/files`);
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
    request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onload = () => {
      if (request.status < 300) resolve(request.response as FileRef);
      else reject(request.status === 413 ? "too_large" : request.status === 415 ? "not_allowed" : "not_uploaded");
    };
    request.onerror = request.onabort = () => reject("not_uploaded");
    request.send(file);
  });
  return { done, cancel: () => request.abort() };
}
