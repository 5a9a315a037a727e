import type { ComponentChildren } from "preact";
import { useWords } from "./words";

const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/g;

/** Text with its web addresses made clickable; nothing in it is ever taken for HTML. */
export function Text({ text }: { text: string }) {
  const words = useWords();
  const parts: ComponentChildren[] = [];
  let end = 0;
  for (const found of text.matchAll(LINK)) {
    parts.push(text.slice(end, found.index));
    parts.push(
      <a href={found[0]} target="_blank" rel="noopener noreferrer nofollow" title={words.opens}>
        {found[0]}
      </a>,
    );
    end = found.index + found[0].length;
  }
  return (
    <>
      {parts}
      {text.slice(end)}
    </>
  );
}
