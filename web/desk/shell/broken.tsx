import { useRouter } from "@tanstack/react-router";
import { CircleAlert, Compass } from "lucide-react";
import { Problem } from "../../api/problem";
import { Button } from "../../ui/button";
import { Empty } from "../../ui/empty";
import { useT } from "../i18n";

export function Broken({ error }: { error: unknown }) {
  const t = useT();
  const router = useRouter();
  const offline = error instanceof Problem && error.status === 0;
  return (
    <main className="flex h-full items-center justify-center">
      <Empty
        icon={<CircleAlert aria-hidden />}
        title={offline ? t("error.offline") : t("error.broken")}
        action={<Button onClick={() => void router.invalidate()}>{t("action.tryAgain")}</Button>}
      >
        {error instanceof Error && !offline ? error.message : undefined}
      </Empty>
    </main>
  );
}

export function NotFound() {
  const t = useT();
  return (
    <main className="flex h-full items-center justify-center">
      <Empty icon={<Compass aria-hidden />} title={t("error.notFound")} action={<a className="text-accent-ink underline" href="/">{t("action.toInbox")}</a>} />
    </main>
  );
}
