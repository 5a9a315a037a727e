import { useParams, useRouter } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { IconButton } from "../../ui/button";
import { useT } from "../i18n";
import { CustomerPanel } from "./panel";

export function CustomerPage() {
  const t = useT();
  const router = useRouter();
  const { customer } = useParams({ from: "/desk/customers/$customer" });
  return (
    <main className="flex min-w-0 flex-1 flex-col overflow-y-auto">
      <header className="sticky top-0 z-10 flex h-14 shrink-0 items-center gap-2 border-b border-line bg-canvas px-3">
        <IconButton label={t("action.back")} onClick={() => router.history.back()}>
          <ArrowLeft aria-hidden />
        </IconButton>
        <h1 className="text-lg font-semibold">{t("customer.one")}</h1>
      </header>
      <div className="mx-auto w-full max-w-160">
        <CustomerPanel key={customer} id={customer} />
      </div>
    </main>
  );
}
