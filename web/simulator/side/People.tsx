import { useState, type FormEvent } from "react";
import { send } from "../api";
import type { Person } from "../shapes";
import { be, reload, useTown } from "../town";
import { useWords } from "../words";

const HUES = [262, 24, 152, 338, 200, 48, 96, 300];

export function Face({ person }: { person: Person }) {
  const sum = [...person.id].reduce((total, letter) => total + letter.charCodeAt(0), 0);
  const initials = person.name
    .split(/\s+/)
    .slice(0, 2)
    .map((part) => part.charAt(0))
    .join("");
  return (
    <span className="face" style={{ "--hue": HUES[sum % HUES.length] } as React.CSSProperties} aria-hidden="true">
      {initials}
    </span>
  );
}

export function PeoplePanel({ close }: { close: () => void }) {
  const words = useWords();
  const people = useTown((known) => known.town?.people);
  const me = useTown((known) => known.me);
  const language = useTown((known) => known.language);
  const [making, setMaking] = useState(false);
  const [sought, setSought] = useState("");
  const wanted = sought.trim().toLowerCase();
  // Everybody can be found; the regulars, whoever was made here and whoever is played are in sight.
  const shown = people?.filter((person) =>
    wanted ? person.name.toLowerCase().includes(wanted) : person.about[language] || person.id === me,
  );
  return (
    <>
      <h2>{words.you_are}</h2>
      <label>
        <span className="unseen">{words.find}</span>
        <input className="find" type="search" value={sought} placeholder={words.find} onChange={(event) => setSought(event.target.value)} />
      </label>
      <ul className="people">
        {shown?.map((person) => (
          <li key={person.id}>
            <button
              type="button"
              aria-pressed={person.id === me}
              onClick={() => {
                be(person.id);
                setSought("");
                close();
              }}
            >
              <Face person={person} />
              <span>
                <strong>{person.name}</strong>
                <small>{person.about[language] ?? [person.phone && `+${person.phone}`, person.email].filter(Boolean).join(" · ")}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {making ? (
        <Make done={() => setMaking(false)} />
      ) : (
        <button type="button" className="plain" onClick={() => setMaking(true)}>
          + {words.make}
        </button>
      )}
    </>
  );
}

function Make({ done }: { done: () => void }) {
  const words = useWords();
  const language = useTown((known) => known.language);
  const make = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(event.currentTarget));
    const person = await send<Person>("POST", "people", { ...given, language });
    await reload();
    be(person.id);
    done();
  };
  return (
    <form className="make" onSubmit={(event) => void make(event)}>
      <label>
        {words.name}
        <input name="name" required maxLength={80} autoComplete="off" />
      </label>
      <label>
        {words.phone}
        <input name="phone" type="tel" placeholder="+62 812 …" maxLength={20} autoComplete="off" />
      </label>
      <label>
        {words.email}
        <input name="email" type="email" placeholder="nama@surel.example" maxLength={120} autoComplete="off" />
      </label>
      <div>
        <button type="submit" className="solid">
          {words.create}
        </button>
        <button type="button" className="plain" onClick={done}>
          {words.cancel}
        </button>
      </div>
    </form>
  );
}
