/** Title, icon and sound say that somebody wrote, also when the desk is in a tab behind. */
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import * as api from "../../api/desk";
import { formatOf } from "../i18n/format";
import { preferences } from "../preferences/preferences";
import { useSession } from "../session/session";
import { looking, onArrival } from "../store";

export function useNotices() {
  const { user, account } = useSession();
  const { data } = useQuery({ queryKey: ["counts"], queryFn: api.conversations.counts });
  const unread = data?.unread ?? 0;

  useEffect(() => {
    const count = unread ? `(${formatOf(preferences().language).number(unread)}) ` : "";
    document.title = `${count}${account.name} · Sambung`;
    const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
    if (icon) icon.href = unread ? "/icon-unread.svg" : "/icon.svg";
  }, [unread, account.name]);

  useEffect(
    () =>
      onArrival((message, conversation) => {
        const mine = !conversation?.assignee || conversation.assignee.id === user.id;
        const seen = document.hasFocus() && looking.get() === message.conversation;
        if (mine && !seen && preferences().sound) chime();
      }),
    [user.id],
  );
}

let audio: AudioContext | undefined;

/** Two soft tones. Browsers allow sound only after the page was touched once; before that it stays silent. */
function chime() {
  audio ??= new AudioContext();
  const context = audio;
  if (context.state === "suspended") void context.resume();
  for (const [at, frequency] of [[0, 660], [0.11, 880]] as const) {
    const tone = context.createOscillator();
    const gain = context.createGain();
    const start = context.currentTime + at;
    tone.frequency.value = frequency;
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(0.09, start + 0.015);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + 0.28);
    tone.connect(gain).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.3);
  }
}
