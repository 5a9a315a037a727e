import { notifyManager, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act } from "react";
import { createRoot } from "react-dom/client";
import { expect, it, vi } from "vitest";
import type { Found, Page } from "../../api/shapes";
import { useFound } from "./found";

vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
notifyManager.setScheduler(queueMicrotask);

const found = (snippet: string): Found => ({ kind: "messages", customer: null, message: null, conversation: null, snippet, at: "2026-11-03T08:00:00Z" });

it("never shows what an earlier query found", async () => {
  const answers = new Map<string, (page: Page<Found>) => void>();
  const search = (q: string) => new Promise<Page<Found>>((answer) => answers.set(q, answer));
  const say = (q: string) => act(async () => answers.get(q)!({ items: [found(q)], next: null }));
  function Shown({ q }: { q: string }) {
    return <>{useFound(q, search).map(({ snippet }) => snippet)}</>;
  }
  const client = new QueryClient();
  const page = document.createElement("div");
  const root = createRoot(page);
  const type = (q: string) =>
    act(async () =>
      root.render(
        <QueryClientProvider client={client}>
          <Shown q={q} />
        </QueryClientProvider>,
      ),
    );

  await type("bu");
  await say("bu");
  expect(page.textContent).toBe("bu");
  await type("budi");
  expect(page.textContent).toBe("");
  await say("budi");
  expect(page.textContent).toBe("budi");
  await type("b");
  expect(page.textContent).toBe("");
  act(() => root.unmount());
});
