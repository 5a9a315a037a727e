import { Fragment } from "react";

/** Text in which the server put \u0001 before and \u0002 after what matches. */
export function Snippet({ text }: { text: string }) {
  return text.split("\u0001").map((part, at) => {
    const [match, rest] = part.includes("\u0002") ? part.split("\u0002") : [undefined, part];
    return (
      <Fragment key={at}>
        {match !== undefined && <mark className="rounded-sm bg-note text-note-ink">{match}</mark>}
        {rest}
      </Fragment>
    );
  });
}
