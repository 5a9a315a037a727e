import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import * as api from "../../api/desk";
import type { Template } from "../../api/shapes";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Empty, Loading } from "../../ui/empty";
import { Field, TextInput } from "../../ui/field";
import { Pill } from "../../ui/pill";
import { useT } from "../i18n";
import { fill } from "./template-text";

interface Props {
  open: boolean;
  onClose: () => void;
  connection: string;
  onPick: (template: api.TemplateUse, preview: string) => void;
}

/** Approved templates: what may be sent when the customer has not written for long. */
export function TemplateDialog({ open, onClose, connection, onPick }: Props) {
  const t = useT();
  const [chosen, setChosen] = useState<Template>();
  const [variables, setVariables] = useState<string[]>([]);
  const { data, isError } = useQuery({
    queryKey: ["templates", connection],
    queryFn: () => api.connections.templates(connection),
    enabled: open,
  });
  const usable = data?.items.filter(({ status }) => /approved|active/i.test(status)) ?? [];
  const complete = chosen && variables.slice(0, chosen.variables).filter((value) => value.trim()).length === chosen.variables;

  function close() {
    setChosen(undefined);
    onClose();
  }

  return (
    <Dialog
      open={open}
      onClose={close}
      wide
      title={t("template.title")}
      closeLabel={t("action.dismiss")}
      footer={
        chosen && (
          <>
            <Button onClick={() => setChosen(undefined)}>{t("action.back")}</Button>
            <Button
              look="primary"
              disabled={!complete}
              onClick={() => {
                onPick({ name: chosen.name, language: chosen.language, variables }, fill(chosen.body, variables));
                setChosen(undefined);
              }}
            >
              {t("template.send")}
            </Button>
          </>
        )
      }
    >
      {!data && !isError && <Loading label={t("state.loading")} />}
      {isError && <Empty title={t("error.list")} />}
      {data && !usable.length && <Empty title={t("template.none")} />}
      {chosen ? (
        <div className="flex flex-col gap-3 pb-2">
          {Array.from({ length: chosen.variables }, (_, at) => (
            <Field key={at} label={t("template.variable", { n: at + 1 })} required>
              {(ids) => (
                <TextInput
                  {...ids}
                  value={variables[at] ?? ""}
                  onChange={(event) => setVariables(variables.with(at, event.target.value))}
                />
              )}
            </Field>
          ))}
          <Preview template={chosen} variables={variables} />
        </div>
      ) : (
        <ul className="flex flex-col gap-1.5 pb-3">
          {usable.map((template) => (
            <li key={`${template.name} ${template.language}`}>
              <button
                type="button"
                className="w-full rounded-lg border border-line p-3 text-left hover:border-accent hover:bg-hover"
                onClick={() => {
                  setChosen(template);
                  setVariables(Array.from({ length: template.variables }, () => ""));
                }}
              >
                <span className="mb-1 flex items-center gap-2">
                  <span className="truncate text-sm font-medium">{template.name}</span>
                  <Pill>{template.language}</Pill>
                  <Pill>{template.category.toLowerCase()}</Pill>
                </span>
                <span className="line-clamp-2 text-sm text-ink-soft">{template.body}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}

function Preview({ template, variables }: { template: Template; variables: string[] }) {
  return (
    <div className="rounded-xl bg-outgoing px-3 py-2 text-base">
      {template.header && <p className="font-semibold">{template.header}</p>}
      <p className="whitespace-pre-wrap">{fill(template.body, variables)}</p>
      {template.footer && <p className="mt-1 text-xs text-ink-faint">{template.footer}</p>}
    </div>
  );
}
