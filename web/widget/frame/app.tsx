import { useEffect, useState } from "preact/hooks";
import type { Locale, Settings } from "../settings";
import { Composer } from "./composer";
import { Close } from "./icons";
import { Prechat } from "./prechat";
import type { Session, View } from "./session";
import { Thread } from "./thread-view";
import { Language, useWords } from "./words";

interface Props {
  settings: Settings;
  base: string;
  session: Session;
  locale: Locale;
  close(): void;
}

export function App(props: Props) {
  const [view, setView] = useState(props.session.view);
  useEffect(() => props.session.watch(() => setView(props.session.view)), [props.session]);
  return (
    <Language.Provider value={props.locale}>
      <Panel {...props} view={view} />
    </Language.Provider>
  );
}

function Panel({ settings, base, session, close, view }: Props & { view: View }) {
  const words = useWords();
  const ask = settings.prechat.length > 0 && !view.prechat && !view.identified && view.begun && view.messages.length === 0;
  return (
    <main>
      <header>
        <h1>{words.of(settings.title)}</h1>
        <button type="button" class="icon" aria-label={words.close} onClick={close}>
          <Close />
        </button>
      </header>
      {view.refused ? (
        <p class="banner" role="alert">
          {words.refused}
        </p>
      ) : (
        view.begun &&
        !view.online && (
          <p class="banner" role="status">
            {words.offline}
          </p>
        )
      )}
      <Thread
        greeting={words.of(settings.greeting)}
        messages={view.messages}
        more={view.more}
        typing={view.typing}
        older={() => session.older()}
        choose={(message, choice) => session.choose(message, choice)}
        retry={(message) => session.retry(message)}
      />
      {ask ? (
        <Prechat questions={settings.prechat} answer={(fields) => session.answer(fields)} />
      ) : (
        <Composer
          base={base}
          token={() => session.token}
          online={view.online}
          open={view.open}
          write={(text, files) => session.write(text, files)}
          typing={(on) => session.typing(on)}
        />
      )}
    </main>
  );
}
