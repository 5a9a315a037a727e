import { useEffect, useState } from "react";
import { Phone } from "./phone/Phone";
import { FaultsPanel } from "./side/Faults";
import { Face, PeoplePanel } from "./side/People";
import { StoryPanel } from "./side/Story";
import { change, looked, useTown, type Theme } from "./town";
import { useWords } from "./words";

type Sheet = "people" | "story" | "faults";

export function App() {
  const words = useWords();
  const language = useTown((known) => known.language);
  const theme = useTown((known) => known.theme);
  const connected = useTown((known) => known.connected);
  const me = useTown((known) => known.town?.people.find((person) => person.id === known.me));
  const [sheet, setSheet] = useState<Sheet | null>(null);

  useEffect(() => {
    const close = (event: KeyboardEvent) => event.key === "Escape" && setSheet(null);
    document.addEventListener("visibilitychange", looked);
    document.addEventListener("keydown", close);
    return () => {
      document.removeEventListener("visibilitychange", looked);
      document.removeEventListener("keydown", close);
    };
  }, []);

  const toggle = (name: Sheet) => setSheet(sheet === name ? null : name);
  return (
    <div className="page" data-sheet={sheet ?? undefined}>
      <header className="top">
        <h1>
          Sambung <span>{words.title}</span>
        </h1>
        {me && (
          <button type="button" className="who" aria-expanded={sheet === "people"} onClick={() => toggle("people")}>
            <Face person={me} />
            {me.name}
          </button>
        )}
        <nav className="sheets">
          <button type="button" aria-expanded={sheet === "story"} onClick={() => toggle("story")}>
            {words.story}
          </button>
          <button type="button" aria-expanded={sheet === "faults"} onClick={() => toggle("faults")}>
            {words.faults}
          </button>
        </nav>
        <div className="looks">
          <a href="../" target="sambung-desk">
            {words.desk} ↗
          </a>
          <label>
            <span className="unseen">{words.language}</span>
            <select value={language} onChange={(event) => change({ language: event.target.value as "id" | "en" })}>
              <option value="id">Indonesia</option>
              <option value="en">English</option>
            </select>
          </label>
          <label>
            <span className="unseen">{words.theme}</span>
            <select value={theme} onChange={(event) => change({ theme: event.target.value as Theme })}>
              {(["auto", "light", "dark"] as const).map((name) => (
                <option key={name} value={name}>
                  {words.themes[name]}
                </option>
              ))}
            </select>
          </label>
        </div>
      </header>
      {!connected && (
        <p className="offline" role="status">
          {words.offline}
        </p>
      )}
      <aside className="left" aria-label={words.people}>
        <section className="sheet" data-name="people">
          <PeoplePanel close={() => setSheet(null)} />
        </section>
        <section className="sheet" data-name="faults">
          <FaultsPanel />
        </section>
      </aside>
      <main className="middle">{me ? <Phone person={me} /> : null}</main>
      <aside className="right" aria-label={words.story}>
        <section className="sheet" data-name="story">
          <StoryPanel close={() => setSheet(null)} />
        </section>
      </aside>
    </div>
  );
}
