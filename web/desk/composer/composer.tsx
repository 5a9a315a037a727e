import { LayoutTemplate, Paperclip, Reply as ReplyIcon, SendHorizontal, TriangleAlert, X } from "lucide-react";
import { useEffect, useMemo, useRef, useState, type ClipboardEvent, type DragEvent, type KeyboardEvent } from "react";
import type { TemplateUse } from "../../api/desk";
import type { Conversation, Message, Mode } from "../../api/shapes";
import { Button, IconButton } from "../../ui/button";
import { cx } from "../../ui/cx";
import { useT } from "../i18n";
import { useKeyCap, useShortcut } from "../keys/shortcuts";
import { keyOf } from "../keys/actions";
import { useSession } from "../session/session";
import { drafts, outbox } from "../store";
import { useCell } from "../store/hooks";
import { useAnswered } from "./answered";
import { ConnectionPicker } from "./connection-picker";
import { keptMode, keepMode } from "./mode";
import { isFree, useReach } from "./reach";
import { MentionList } from "./mention-list";
import { TemplateDialog } from "./template-dialog";
import { TypingLine } from "./typing-line";
import { useTypingOut } from "./typing-out";
import { UploadList } from "./upload-list";
import { useMentions } from "./use-mentions";
import { useUploads } from "./uploads";
import { Unusable, WindowPill } from "./window";

interface Props {
  conversation: Conversation;
  quoting: Message | undefined;
  onQuoted: () => void;
}

/** Answers the customer, or leaves a note for colleagues: two drafts that never mix. */
export function Composer({ conversation, quoting, onQuoted }: Props) {
  const t = useT();
  const { user } = useSession();
  const [mode, setMode] = useState<Mode>(() => keptMode(conversation.id));
  const draft = useCell(drafts.of(conversation.id, mode));
  const reach = useReach(conversation.id, draft.connection);
  const uploads = useUploads(conversation.id);
  const answered = useAnswered(conversation.id, user.id, draft.text !== "");
  const typing = useTypingOut(conversation.id, mode);
  const [choosing, setChoosing] = useState(false);
  const [subject, setSubject] = useState("");
  const [dropping, setDropping] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const sendCap = useKeyCap("send");

  const note = mode === "note";
  const chosen = note ? undefined : reach.chosen;
  const longest = chosen?.capabilities.longest_text;
  const tooLong = longest !== undefined && draft.text.length > longest;
  const blocked = !note && (!chosen || !isFree(chosen));
  const nothing = !draft.text.trim() && uploads.files.length === 0;
  const canSend = !nothing && !blocked && !tooLong && !uploads.busy;
  const accepts = useMemo(() => chosen?.capabilities.media.flatMap(({ mimes }) => mimes).join(",") ?? "", [chosen]);

  const mentions = useMentions(note, draft.text, box, (text) => drafts.write(conversation.id, mode, { text }));

  function turn(next: Mode) {
    setMode(next);
    keepMode(conversation.id, next);
    requestAnimationFrame(() => box.current?.focus());
  }
  useShortcut("reply", () => turn("reply"));
  useShortcut("note", () => turn("note"));

  useEffect(() => {
    if (quoting) turn("reply");
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only when something is quoted
  }, [quoting]);

  useEffect(() => () => void drafts.settle(), []);

  function send(template?: TemplateUse, preview?: string) {
    const connection = chosen ? conversation.connections.find(({ id }) => id === chosen.connection.id) ?? chosen.connection : null;
    void outbox.send({
      conversation: conversation.id,
      connection,
      author: { type: "user", id: user.id, name: user.name },
      attachments: template ? [] : uploads.attachments,
      replyTo: quoting ? { id: quoting.id, text: quoting.text, author: quoting.author } : null,
      writing: {
        text: template ? (preview ?? "") : draft.text.trim(),
        kind: mode,
        ...(chosen ? { connection: chosen.connection.id, identity: chosen.identity.id } : {}),
        ...(template ? { template } : {}),
        ...(!template && uploads.files.length ? { attachments: uploads.attachments.map(({ id }) => id) } : {}),
        ...(quoting ? { reply_to: quoting.id } : {}),
        ...(note ? { mentions: mentions.named() } : {}),
        ...(subject.trim() && chosen?.capabilities.subject ? { subject: subject.trim() } : {}),
      },
    });
    typing.stop();
    answered.forget();
    onQuoted();
    if (template) return;
    drafts.clear(conversation.id, mode);
    uploads.clear();
    setSubject("");
    box.current?.focus();
  }

  /** When a colleague has answered meanwhile, the first press only says so. */
  function trySend() {
    if (!canSend) return;
    if (!note && answered.by && !answered.warned) answered.warn();
    else send();
  }

  function onKeyDown(event: KeyboardEvent) {
    if (mentions.took(event)) return;
    if (keyOf(event.nativeEvent) === "mod+enter") {
      event.preventDefault();
      trySend();
    } else if (event.key === "Escape") box.current?.blur();
  }

  function takeFiles(files: FileList | undefined, event: ClipboardEvent | DragEvent) {
    setDropping(false);
    if (!files?.length) return;
    event.preventDefault();
    uploads.add(files);
  }

  return (
    <div className="px-2 pb-[max(0.5rem,env(safe-area-inset-bottom))] md:px-4 md:pb-3">
      <div className="mx-auto max-w-208">
        <TypingLine conversation={conversation.id} />
        {!note && answered.by && (
          <p role="alert" className="mb-1.5 flex items-center gap-2 rounded-lg bg-warn-soft px-3 py-1.5 text-sm text-warn-ink">
            <TriangleAlert className="size-4 shrink-0" aria-hidden />
            <span className="flex-1">{t(answered.warned ? "composer.answeredSure" : "composer.answered", { name: answered.by })}</span>
            <IconButton label={t("action.dismiss")} size="sm" className="!text-warn-ink" onClick={answered.forget}>
              <X aria-hidden />
            </IconButton>
          </p>
        )}
        <div
          className={cx(
            "flex flex-col rounded-xl border transition-colors focus-within:border-accent",
            note ? "border-note-line bg-note focus-within:border-note-ink" : "border-field-line bg-surface",
            dropping && "outline-2 outline-accent outline-dashed",
          )}
          onDragOver={(event) => {
            if (!event.dataTransfer.types.includes("Files")) return;
            event.preventDefault();
            setDropping(true);
          }}
          onDragLeave={() => setDropping(false)}
          onDrop={(event) => takeFiles(event.dataTransfer.files, event)}
        >
          <div className="flex items-center gap-1 px-2 pt-1.5">
            <ModeTabs mode={mode} onTurn={turn} />
            <span className="flex-1" />
            {!note && <WindowPill reach={chosen} />}
            {!note && (
              <ConnectionPicker
                options={reach.options}
                chosen={chosen}
                onPick={(connection) => drafts.write(conversation.id, "reply", { connection })}
              />
            )}
          </div>
          {quoting && !note && (
            <div className="mx-3 mt-2 flex items-center gap-2 border-l-2 border-accent pl-2 text-sm text-ink-soft">
              <ReplyIcon className="size-3.5 shrink-0" aria-hidden />
              <span className="min-w-0 flex-1 truncate">{quoting.text || t(`kind.${quoting.kind}`)}</span>
              <IconButton label={t("action.dismiss")} size="sm" onClick={onQuoted}>
                <X aria-hidden />
              </IconButton>
            </div>
          )}
          {!note && chosen && !blocked && chosen.capabilities.subject && (
            <input
              value={subject}
              onChange={(event) => setSubject(event.target.value)}
              aria-label={t("composer.subject")}
              placeholder={conversation.subject ? t("composer.subjectOf", { subject: conversation.subject }) : t("composer.subject")}
              className="mx-3 mt-1.5 border-b border-line bg-transparent pb-1 text-sm outline-none focus-visible:border-accent"
            />
          )}
          {!note && reach.loaded && blocked ? (
            <Unusable reach={chosen} nobody={reach.options.length === 0} onTemplate={() => setChoosing(true)} />
          ) : (
            <textarea
              ref={box}
              value={draft.text}
              rows={1}
              aria-label={t(note ? "composer.noteText" : "composer.replyText")}
              aria-invalid={tooLong || undefined}
              placeholder={t(note ? "composer.notePlaceholder" : "composer.placeholder")}
              onChange={(event) => {
                drafts.write(conversation.id, mode, {
                  text: event.target.value,
                  ...(chosen ? { connection: chosen.connection.id } : {}),
                });
                mentions.moved(event.target.selectionStart);
                typing.typed();
              }}
              onSelect={(event) => mentions.moved(event.currentTarget.selectionStart)}
              aria-controls={mentions.offered.length ? mentions.id : undefined}
              aria-activedescendant={mentions.offered.length ? `${mentions.id}-${mentions.index}` : undefined}
              onBlur={typing.stop}
              onKeyDown={onKeyDown}
              onPaste={(event) => takeFiles(event.clipboardData.files, event)}
              className={cx(
                "field-sizing-content max-h-[38dvh] min-h-16 w-full resize-none bg-transparent px-3 py-2 text-base outline-none",
                note && "text-note-ink placeholder:text-note-ink/80",
              )}
            />
          )}
          {mentions.offered.length > 0 && (
            <MentionList id={mentions.id} users={mentions.offered} at={mentions.index} onPick={mentions.pick} />
          )}
          <UploadList uploads={uploads} />
          <div className="flex items-center gap-1 px-2 pb-2">
            <input
              ref={picker}
              type="file"
              multiple
              hidden
              accept={note ? undefined : accepts || undefined}
              onChange={(event) => {
                uploads.add(event.target.files ?? []);
                event.target.value = "";
              }}
            />
            <IconButton label={t("composer.attach")} disabled={!note && (blocked || chosen?.capabilities.media.length === 0)} onClick={() => picker.current?.click()}>
              <Paperclip aria-hidden />
            </IconButton>
            {!note && chosen?.templates && (
              <IconButton label={t("composer.template")} onClick={() => setChoosing(true)}>
                <LayoutTemplate aria-hidden />
              </IconButton>
            )}
            <span className="flex-1" />
            {longest !== undefined && draft.text.length > longest * 0.9 && (
              <span className={cx("tabular text-xs", tooLong ? "text-danger-ink" : "text-ink-faint")} role="status">
                {t("composer.left", { n: longest - draft.text.length })}
              </span>
            )}
            <Button
              look="primary"
              disabled={!canSend}
              title={sendCap}
              icon={<SendHorizontal className="size-4" aria-hidden />}
              onClick={trySend}
            >
              {t(note ? "composer.addNote" : answered.warned && answered.by ? "composer.sendAnyway" : "composer.send")}
            </Button>
          </div>
        </div>
      </div>
      {chosen && (
        <TemplateDialog
          open={choosing}
          onClose={() => setChoosing(false)}
          connection={chosen.connection.id}
          onPick={(template, preview) => {
            setChoosing(false);
            send(template, preview);
          }}
        />
      )}
    </div>
  );
}

function ModeTabs({ mode, onTurn }: { mode: Mode; onTurn: (mode: Mode) => void }) {
  const t = useT();
  const tab = "h-7 rounded-md px-2.5 text-sm font-medium whitespace-nowrap";
  const note = mode === "note";
  return (
    <div role="group" aria-label={t("composer.mode")} className="flex gap-0.5">
      <button type="button" aria-pressed={!note} className={cx(tab, note ? "text-note-ink" : "bg-sunken text-ink")} onClick={() => onTurn("reply")}>
        {t("composer.reply")}
      </button>
      <button
        type="button"
        aria-pressed={note}
        className={cx(tab, note ? "bg-note-line text-note-ink" : "text-ink-soft hover:text-ink")}
        onClick={() => onTurn("note")}
      >
        {t("composer.noteTab")}
      </button>
    </div>
  );
}
