import { at, send } from "../api";
import type { Bubble } from "../shapes";
import { useWords } from "../words";
import { text } from "./excerpt";

const LINK = /(https?:\/\/[^\s]+)/;

export function Text({ children }: { children: string | undefined }) {
  return (
    <p className="text">
      {(children ?? "").split(LINK).map((part, index) =>
        index % 2 ? (
          <a key={index} href={part} target="_blank" rel="noreferrer">
            {part}
          </a>
        ) : (
          part
        ),
      )}
    </p>
  );
}

/** What a bubble holds, by its kind. */
export function Inside({ bubble }: { bubble: Bubble }) {
  return (
    <>
      <Content bubble={bubble} />
      {bubble.buttons.length > 0 && (
        <div className="choices">
          {bubble.buttons.map((button) =>
            button.url ? (
              <a key={button.text} href={button.url} target="_blank" rel="noreferrer">
                {button.text}
              </a>
            ) : (
              <button key={button.id} type="button" onClick={() => press(bubble, button.id ?? "")}>
                {button.text}
              </button>
            ),
          )}
        </div>
      )}
    </>
  );
}

function press(bubble: Bubble, button: string) {
  void send("POST", `people/${bubble.person}/chats`, { app: bubble.app, button, quotes: bubble.id });
}

function Content({ bubble }: { bubble: Bubble }) {
  const words = useWords();
  const { content, kind } = bubble;
  const source = content.link ?? (content.id ? at(`files/${content.id}`) : "");
  switch (kind) {
    case "text":
      return <Text>{content.body}</Text>;
    case "image":
    case "sticker":
      return (
        <>
          <img src={source} alt={content.caption ?? words.photo} data-sticker={kind === "sticker" || undefined} />
          {content.caption && <Text>{content.caption}</Text>}
        </>
      );
    case "video":
      return (
        <>
          {/* eslint-disable-next-line jsx-a11y/media-has-caption -- a customer's own clip has none */}
          <video src={source} controls />
          {content.caption && <Text>{content.caption}</Text>}
        </>
      );
    case "audio":
    case "voice":
      // eslint-disable-next-line jsx-a11y/media-has-caption -- a voice message has none
      return <audio src={source} controls aria-label={words.voice} />;
    case "document":
      return (
        <>
          <a className="file" href={source} target="_blank" rel="noreferrer">
            {content.filename ?? words.document}
          </a>
          {content.caption && <Text>{content.caption}</Text>}
        </>
      );
    case "location":
      return (
        <p className="place">
          <strong>{content.name ?? words.place}</strong>
          {content.address && <span>{content.address}</span>}
          <small>
            {content.latitude?.toFixed(4)}, {content.longitude?.toFixed(4)}
          </small>
        </p>
      );
    case "contacts":
      return <Text>{content.contacts?.map((one) => `${one.name.formatted_name} ${one.phones?.[0]?.phone ?? ""}`).join("\n")}</Text>;
    case "button":
      return <Text>{content.text}</Text>;
    case "template":
      return <Template bubble={bubble} />;
    case "interactive":
      return bubble.mine ? (
        <Text>{content.button_reply?.title ?? content.list_reply?.title}</Text>
      ) : (
        <Interactive bubble={bubble} />
      );
    default:
      return <p className="gone">{words.unsupported}</p>;
  }
}

function answer(bubble: Bubble, kind: string, content: unknown) {
  void send("POST", `people/${bubble.person}/chats`, { app: bubble.app, kind, content, quotes: bubble.id, number: bubble.number });
}

function Template({ bubble }: { bubble: Bubble }) {
  const { content } = bubble;
  return (
    <>
      {content.media?.link && <img src={content.media.link} alt="" />}
      {content.media?.id && <img src={at(`files/${content.media.id}`)} alt="" />}
      {typeof content.header === "string" && content.header && <strong>{content.header}</strong>}
      <Text>{text(content.body)}</Text>
      {typeof content.footer === "string" && content.footer && <small className="foot">{content.footer}</small>}
      <div className="choices">
        {content.buttons?.map((button) =>
          button.type === "QUICK_REPLY" ? (
            <button
              key={button.text}
              type="button"
              onClick={() => answer(bubble, "button", { text: button.text, payload: button.payload })}
            >
              {button.text}
            </button>
          ) : (
            <span key={button.text}>{button.text}</span>
          ),
        )}
      </div>
    </>
  );
}

function Interactive({ bubble }: { bubble: Bubble }) {
  const words = useWords();
  const { header, action } = bubble.content as Bubble["content"] & { header?: { text?: string } };
  const footer = bubble.content.footer as { text?: string } | undefined;
  const reply = (kind: "button_reply" | "list_reply", chosen: object) =>
    answer(bubble, "interactive", { type: kind, [kind]: chosen });
  return (
    <>
      {header?.text && <strong>{header.text}</strong>}
      <Text>{text(bubble.content.body)}</Text>
      {footer?.text && <small className="foot">{footer.text}</small>}
      <div className="choices">
        {action?.buttons?.map(({ reply: chosen }) => (
          <button key={chosen.id} type="button" onClick={() => reply("button_reply", chosen)}>
            {chosen.title}
          </button>
        ))}
        {action?.sections && (
          <details>
            <summary>{action.button ?? words.choose}</summary>
            {action.sections.map((section, index) => (
              <div key={index}>
                {section.title && <small>{section.title}</small>}
                {section.rows.map((row) => (
                  <button key={row.id} type="button" onClick={() => reply("list_reply", row)}>
                    {row.title}
                    {row.description && <small>{row.description}</small>}
                  </button>
                ))}
              </div>
            ))}
          </details>
        )}
        {action?.parameters?.url && (
          <a href={action.parameters.url} target="_blank" rel="noreferrer">
            {action.parameters.display_text}
          </a>
        )}
      </div>
    </>
  );
}
