import { useT } from "../i18n";
import { useSession } from "../session/session";
import { presence } from "../store";
import { useCell } from "../store/hooks";

export function TypingLine({ conversation }: { conversation: string }) {
  const t = useT();
  const { user } = useSession();
  const typing = useCell(presence.typingIn(conversation)).filter(({ by }) => by.id !== user.id);
  return (
    <p aria-live="polite" className="flex h-5 items-center gap-2 px-1 text-xs text-ink-faint">
      {typing.length > 0 && (
        <>
          <span className="flex gap-0.5" aria-hidden>
            {[0, 150, 300].map((delay) => (
              <span key={delay} className="size-1 animate-bounce rounded-full bg-ink-faint" style={{ animationDelay: `${delay}ms` }} />
            ))}
          </span>
          {typing
            .map(({ by, mode }) => t(mode === "note" ? "presence.writesNote" : "presence.isTyping", { name: by.name || t("customer.one") }))
            .join(" · ")}
        </>
      )}
    </p>
  );
}
