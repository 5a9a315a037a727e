import { session as api } from "../../api/desk";
import { Switch } from "../../ui/switch";
import { useT } from "../i18n";
import { Bindings } from "../keys/bindings";
import { PageHead } from "../settings/page-head";
import { Appearance } from "./appearance";
import { prefer, usePreferences } from "./preferences";

export function PreferencesPage() {
  const t = useT();
  const { sound, shortcuts } = usePreferences();
  return (
    <>
      <PageHead title={t("settings.preferences")} text={t("preferences.intro")} />
      <Appearance onLanguage={(language) => void api.changeUser({ language })} />
      <Switch label={t("preferences.sound")} hint={t("preferences.soundHint")} checked={sound} onChange={(on) => prefer({ sound: on })} />
      <section className="flex flex-col gap-4 border-t border-line pt-6">
        <h2 className="text-lg font-semibold">{t("keys.title")}</h2>
        <Switch label={t("preferences.shortcuts")} hint={t("preferences.shortcutsHint")} checked={shortcuts} onChange={(on) => prefer({ shortcuts: on })} />
        <Bindings disabled={!shortcuts} />
      </section>
    </>
  );
}
