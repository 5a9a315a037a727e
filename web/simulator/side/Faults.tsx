import { useState } from "react";
import { send } from "../api";
import type { AppSheet, Faults } from "../shapes";
import { useTown } from "../town";
import { useWords } from "../words";

export function FaultsPanel() {
  const words = useWords();
  const town = useTown((known) => known.town);
  const language = useTown((known) => known.language);
  const [name, setName] = useState("");
  if (!town) return null;
  const { faults } = town;
  const apps: AppSheet[] = [...town.chats, town.mail];
  const app = apps.find((one) => one.name === name) ?? apps[0];
  const now = app && faults[app.name];
  if (!app || !now) return null;
  const set = (part: Record<string, unknown>) => void send("PUT", `faults/${app.name}`, part);
  return (
    <>
      <h2>{words.faults}</h2>
      <p className="lead">{words.faults_lead}</p>
      <div className="tabs" role="group" aria-label={words.faults}>
        {apps.map((one) => (
          <button key={one.name} type="button" aria-pressed={one === app} onClick={() => setName(one.name)}>
            {one.title[language]}
            {disturbed(faults[one.name]) && <span className="spot" aria-hidden="true" />}
          </button>
        ))}
      </div>
      <Toggle label={words.duplicate} on={now.duplicate > 0} set={(on) => set({ duplicate: on ? 1 : 0 })} />
      <Toggle label={words.shuffle} on={now.shuffle > 0} set={(on) => set({ shuffle: on ? 4 : 0 })} />
      <Toggle label={words.delay} on={now.delay > 0} set={(on) => set({ delay: on ? 5 : 0 })} />
      <Toggle label={words.drop} on={now.drop > 0} set={(on) => set({ drop: on ? 0.5 : 0 })} />
      <h3>{words.next}</h3>
      <Fail app={app} fail={(code) => set({ fail: { code } })} />
      <Toggle label={words.late} on={now.late} set={(on) => set({ late: on })} />
      <button type="button" className="plain" onClick={() => set({ silent: 1 })}>
        {words.silent}
      </button>
      {(now.errors.length > 0 || now.silent > 0) && (
        <p className="lead" role="status">
          {words.waiting}: {[...now.errors, ...Array<string>(now.silent).fill(words.silent)].join(", ")}
        </p>
      )}
      {disturbed(now) && (
        <p>
          <button type="button" className="solid" onClick={() => void send("DELETE", `faults/${app.name}`)}>
            {words.well}
          </button>
        </p>
      )}
    </>
  );
}

function disturbed(faults: Faults | undefined): boolean {
  if (!faults) return false;
  const { duplicate, shuffle, delay, drop, late, errors, silent } = faults;
  return duplicate + shuffle + delay + drop + errors.length + silent > 0 || late;
}

function Toggle({ label, on, set }: { label: string; on: boolean; set: (on: boolean) => void }) {
  return (
    <label className="toggle">
      <input type="checkbox" checked={on} onChange={(event) => set(event.target.checked)} />
      {label}
    </label>
  );
}

function Fail({ app, fail }: { app: AppSheet; fail: (code: string) => void }) {
  const words = useWords();
  const language = useTown((known) => known.language);
  return (
    <label className="fail">
      {words.fail_with}
      <select value="" onChange={(event) => event.target.value && fail(event.target.value)}>
        <option value="">…</option>
        {Object.entries(app.codes).map(([code, means]) => (
          <option key={code} value={code}>
            {code} · {means[language]}
          </option>
        ))}
      </select>
    </label>
  );
}
