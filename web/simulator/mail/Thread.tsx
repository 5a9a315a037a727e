import { at, send } from "../api";
import { BackIcon } from "../phone/icons";
import type { Mail } from "../shapes";
import { useTown } from "../town";
import { day, time, useWords } from "../words";
import { split, type Thread as Shape } from "./threads";

export function Thread({ thread, back, reply }: { thread: Shape; back: () => void; reply: (mail: Mail) => void }) {
  const words = useWords();
  const last = thread.mails.findLast((mail) => !mail.mine) ?? thread.mails.at(-1)!;
  return (
    <div className="mail">
      <header>
        <button type="button" className="round" aria-label={words.back} onClick={back}>
          <BackIcon />
        </button>
        <strong>{thread.subject || words.no_subject}</strong>
      </header>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it */}
      <div className="letters" role="log" aria-label={thread.subject} tabIndex={0}>
        {thread.mails.map((mail) => (
          <One key={mail.id} mail={mail} />
        ))}
      </div>
      <div className="foot">
        <button type="button" className="solid" onClick={() => reply(last)}>
          {words.reply}
        </button>
      </div>
    </div>
  );
}

function One({ mail }: { mail: Mail }) {
  const words = useWords();
  const language = useTown((known) => known.language);
  const { own, quoted } = split(mail);
  return (
    <article className="letter" data-mine={mail.mine || undefined}>
      <header>
        <strong>{mail.mine ? words.me_short : mail.from.name || mail.from.address}</strong>
        <time dateTime={mail.at}>
          {day(mail.at, language)}, {time(mail.at, language)}
        </time>
        <small>
          {words.to} {mail.to}
          {words.mail_states[mail.state] && <em data-state={mail.state}> · {words.mail_states[mail.state]}</em>}
        </small>
      </header>
      {mail.html && !mail.mine ? (
        <iframe
          title={mail.subject}
          sandbox="allow-same-origin"
          srcDoc={dressed(mail.html)}
          onLoad={(event) => {
            const inside = event.currentTarget.contentDocument?.documentElement;
            if (inside) event.currentTarget.style.height = `${inside.scrollHeight + 4}px`;
          }}
        />
      ) : (
        <p className="text">{own}</p>
      )}
      {mail.mine && quoted && (
        <details>
          <summary aria-label={words.show_quote}>⋯</summary>
          <p className="text quoted">{quoted}</p>
        </details>
      )}
      {mail.attachments.map((file) => (
        <a key={file.index} className="file" href={at(`mails/${mail.id}/attachments/${file.index}`)} target="_blank" rel="noreferrer">
          {file.name || file.mime}
        </a>
      ))}
      {!mail.mine && (
        <button type="button" className="plain" onClick={() => void send("POST", `mails/${mail.id}/bounce`, { code: "550" })}>
          {words.bounce}
        </button>
      )}
    </article>
  );
}

/** The frame is a document of its own: it gets a readable look, and no script in it can run. */
function dressed(html: string): string {
  return `<!doctype html><meta name="color-scheme" content="light"><style>body{font:14px/1.5 system-ui,sans-serif;margin:0;color:#1b2430;overflow-wrap:anywhere}img{max-width:100%}blockquote{margin:0 0 0 8px;padding-left:8px;border-left:2px solid #ccd3dc;color:#566273}</style>${html}`;
}
