import { useState } from "react";
import { send } from "../api";
import type { Faults, Provider } from "../shapes";
import { useTown } from "../town";
import { useWords } from "../words";

const CODES: Record<Provider, number[]> = {
  graph: [131026, 131047, 131049, 131050, 130429, 131016, 190],
  mail: [421, 451, 550, 552, 554],
};

export function FaultsPanel() {
  const words = useWords();
  const faults = useTown((known) => known.town?.faults);
  const [provider, setProvider] = useState<Provider>("graph");
  if (!faults) return null;
  const now = faults[provider];
  const set = (part: Record<string, unknown>) => void send("PUT", `faults/${provider}`, part);
  return (
    <>
      <h2>{words.faults}</h2>
      <p className="lead">{words.faults_lead}</p>
      <div className="tabs" role="group" aria-label={words.faults}>
        {(["graph", "mail"] as const).map((name) => (
          <button key={name} type="button" aria-pressed={name === provider} onClick={() => setProvider(name)}>
            {words.providers[name]}
            {disturbed(faults[name]) && <span className="spot" aria-hidden="true" />}
          </button>
        ))}
      </div>
      <Toggle label={words.duplicate} on={now.duplicate > 0} set={(on) => set({ duplicate: on ? 1 : 0 })} />
      <Toggle label={words.shuffle} on={now.shuffle > 0} set={(on) => set({ shuffle: on ? 4 : 0 })} />
      <Toggle label={words.delay} on={now.delay > 0} set={(on) => set({ delay: on ? 5 : 0 })} />
      <Toggle label={words.drop} on={now.drop > 0} set={(on) => set({ drop: on ? 0.5 : 0 })} />
      <h3>{words.next}</h3>
      <Fail provider={provider} fail={(code) => set({ fail: { code } })} />
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
          <button type="button" className="solid" onClick={() => void send("DELETE", `faults/${provider}`)}>
            {words.well}
          </button>
        </p>
      )}
    </>
  );
}

function disturbed(faults: Faults): boolean {
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

function Fail({ provider, fail }: { provider: Provider; fail: (code: number) => void }) {
  const words = useWords();
  return (
    <label className="fail">
      {words.fail_with}
      <select value="" onChange={(event) => event.target.value && fail(Number(event.target.value))}>
        <option value="">…</option>
        {CODES[provider].map((code) => (
          <option key={code} value={code}>
            {code} · {words.codes[code]}
          </option>
        ))}
      </select>
    </label>
  );
}
