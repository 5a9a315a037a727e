import { useState } from "preact/hooks";
import type { Question } from "../settings";
import { useWords } from "./words";

const COMPLETE: Record<string, string> = { name: "name", email: "email", phone: "tel" };

/** What the business wants to know first. An answer is a claim: it opens nothing. */
export function Prechat({ questions, answer }: { questions: Question[]; answer(fields: Record<string, string>): void }) {
  const words = useWords();
  const [wrong, setWrong] = useState<Record<string, string>>({});

  const submit = (form: HTMLFormElement) => {
    const given = new FormData(form);
    const fields: Record<string, string> = {};
    const found: Record<string, string> = {};
    for (const question of questions) {
      const value = String(given.get(question.name) ?? "").trim();
      const problem = check(question, value);
      if (problem) found[question.name] = words[problem];
      else if (value) fields[question.name] = value;
    }
    setWrong(found);
    const first = Object.keys(found)[0];
    if (first) form.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
    else answer(fields);
  };

  return (
    <form
      class="prechat"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit(event.currentTarget);
      }}
    >
      {questions.map((question) => {
        const field = {
          id: `q-${question.name}`,
          name: question.name,
          autoComplete: COMPLETE[question.name] ?? "off",
          maxLength: 500,
          "aria-required": question.required,
          "aria-invalid": question.name in wrong,
          "aria-describedby": question.name in wrong ? `e-${question.name}` : undefined,
        };
        return (
          <div class="field" key={question.name}>
            <label htmlFor={field.id}>
              {words.label(question)} {!question.required && <small>({words.optional})</small>}
            </label>
            {question.type === "textarea" ? <textarea rows={3} {...field} /> : <input {...field} type={question.type as "text"} />}
            {wrong[question.name] && (
              <p id={`e-${question.name}`} class="wrong" role="alert">
                {wrong[question.name]}
              </p>
            )}
          </div>
        );
      })}
      <button type="submit" class="primary">
        {words.begin}
      </button>
    </form>
  );
}

/** The name of what is wrong with an answer, if anything. */
export function check(question: Question, value: string): "required" | "bad_email" | "bad_tel" | null {
  if (!value) return question.required ? "required" : null;
  if (question.type === "email" && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value)) return "bad_email";
  if (question.type === "tel" && value.replace(/\D/g, "").length < 8) return "bad_tel";
  return null;
}
