import { change, now, useTown, type AppName } from "../town";
import { useTitles, useWords } from "../words";

const STEPS = [
  { name: "shop", done: "chatted", app: "shop" },
  { name: "whatsapp", done: "whatsapp", app: "whatsapp" },
  { name: "mail", done: "mail", app: "mail" },
] as const;

export function StoryPanel({ close }: { close: () => void }) {
  const words = useWords();
  const me = useTown((known) => known.me);
  const done = useTown((known) => known.done[known.me]) ?? [];
  const current = STEPS.find((step) => !done.includes(step.done))?.name;
  const titles = useTitles();
  const says = { shop: words.say_shop, whatsapp: words.say_whatsapp, mail: words.say_mail };

  const open = (app: AppName, text?: string) => {
    const subject = app === "mail" ? words.say_subject : undefined;
    change({ app, draft: text ? { app, text, subject } : null });
    close();
  };
  return (
    <>
      <h2>{words.story}</h2>
      <p className="lead">{words.lead}</p>
      <p className="lead">{words.story_lead}</p>
      <ol className="story">
        {STEPS.map((step, index) => {
          const finished = done.includes(step.done);
          return (
            <li key={step.name} data-state={finished ? "done" : step.name === current ? "current" : undefined}>
              <span className="count" aria-hidden="true">
                {finished ? "✓" : index + 1}
              </span>
              <h3>
                {words[`step_${step.name}`]}
                {finished && <span className="unseen"> ({words.done})</span>}
              </h3>
              <p>{words[`step_${step.name}_do`]}</p>
              <p className="see">{words[`step_${step.name}_see`]}</p>
              <div>
                <button type="button" className={step.name === current ? "solid" : "plain"} onClick={() => open(step.app)}>
                  {words.try_it} {titles(step.app)}
                </button>
                {step.app === "shop" ? null : (
                  <button type="button" className="plain" onClick={() => open(step.app, says[step.name])}>
                    {words.fill}
                  </button>
                )}
              </div>
            </li>
          );
        })}
      </ol>
      <p className="login">
        {words.login} <code>agent1@sambung.test</code> / <code>sambung-demo</code>
      </p>
      {done.length > 0 && (
        <button type="button" className="plain" onClick={() => change({ done: { ...now().done, [me]: [] } })}>
          {words.again}
        </button>
      )}
    </>
  );
}
