import { Link } from "@tanstack/react-router";
import { Dialog } from "../../ui/dialog";
import { Kbd } from "../../ui/kbd";
import { useT } from "../i18n";
import { usePreferences } from "../preferences/preferences";
import { actionNames, bindingOf, shown } from "./actions";

export function KeysHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT();
  const given = usePreferences();
  return (
    <Dialog
      open={open}
      onClose={onClose}
      wide
      title={t("keys.title")}
      closeLabel={t("action.dismiss")}
      description={
        <>
          {!given.shortcuts && `${t("keys.off")} `}
          <Link to="/settings/preferences" className="text-accent-ink underline" onClick={onClose}>
            {t("keys.change")}
          </Link>
        </>
      }
    >
      <dl className="grid gap-x-8 pb-4 sm:grid-cols-2">
        {actionNames.map((action) => (
          <div key={action} className="flex items-center justify-between gap-3 border-b border-line py-2">
            <dt className="text-sm">{t(`keys.${action}`)}</dt>
            <dd>
              <Kbd>{shown(bindingOf(action, given))}</Kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
