/** Calls to the simulator, wherever it is mounted. */
export const at = (path: string) => new URL(`api/${path}`, document.baseURI).toString();

export async function get<T>(path: string): Promise<T> {
  return (await asked(await fetch(at(path)))) as T;
}

export async function send<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(at(path), {
    method,
    headers: body === undefined ? {} : { "content-type": "application/json" },
    body: body === undefined ? null : JSON.stringify(body),
  });
  return (await asked(answer)) as T;
}

export async function upload(file: Blob, name: string): Promise<{ id: string; name: string; mime: string }> {
  const form = new FormData();
  form.append("file", file, name);
  return (await asked(await fetch(at("files"), { method: "POST", body: form }))) as {
    id: string;
    name: string;
    mime: string;
  };
}

async function asked(answer: Response): Promise<unknown> {
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? undefined : answer.json();
}
