import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState, type FormEvent } from "react";
import * as api from "../../api/desk";
import { Problem } from "../../api/problem";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Field, Select, TextArea, TextInput } from "../../ui/field";
import { useT } from "../i18n";
import { useChannels } from "../shell/channels";
import { starting, stopStarting } from "../shell/chrome";
import { took } from "../store";
import { useCell } from "../store/hooks";
import { CustomerSearch, type Chosen } from "./customer-search";
import { useWays } from "./ways";
import { TemplateDialog } from "./template-dialog";

export function NewConversation() {
  const given = useCell(starting);
  return given ? <Form customer={given.customer} /> : null;
}

/** The business writes first: to whom, on what, which words. */
function Form({ customer: given }: { customer?: { id: string; name: string } | undefined }) {
  const t = useT();
  const navigate = useNavigate();
  const { find } = useChannels();
  const [customer, setCustomer] = useState<Chosen | undefined>(given);
  const [connection, setConnection] = useState("");
  const [subject, setSubject] = useState("");
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const clientId = useMemo(() => crypto.randomUUID(), []);
  const ways = useWays(customer);
  const chosen = ways.find(({ id }) => id === connection) ?? ways.find(({ usable }) => usable);
  const can = chosen && find(chosen.channel)?.capabilities;
  const templateOnly = chosen?.reason === "template_only";

  async function start(template?: api.TemplateUse, preview?: string) {
    if (!customer || !chosen) return;
    setBusy(true);
    setProblem("");
    try {
      const id = customer.id ?? (await api.customers.add({ name: customer.name, identities: customer.identities ?? [] })).id;
      const conversation = await api.conversations.start({
        customer: id,
        connection: chosen.id,
        text: template ? (preview ?? "") : text.trim(),
        ...(subject.trim() && can?.subject ? { subject: subject.trim() } : {}),
        ...(template ? { template } : {}),
        client_id: clientId,
      });
      took(conversation);
      stopStarting();
      await navigate({ to: "/inbox/$view/$conversation", params: { view: "open", conversation: conversation.id } });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem(error.status ? error.detail || error.title : t("error.offline"));
    } finally {
      setBusy(false);
    }
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    void start();
  }

  return (
    <>
      <Dialog
        open
        onClose={stopStarting}
        wide
        title={t("new.title")}
        closeLabel={t("action.dismiss")}
        footer={
          <>
            {can?.templates && (
              <Button look={templateOnly ? "primary" : "outline"} disabled={!customer || busy} onClick={() => setChoosing(true)}>
                {t("composer.template")}
              </Button>
            )}
            <Button look="primary" type="submit" form="new-conversation" busy={busy} disabled={!customer || !chosen || templateOnly || !text.trim()}>
              {t("composer.send")}
            </Button>
          </>
        }
      >
        <form id="new-conversation" onSubmit={submit} className="flex flex-col gap-4 pb-2">
          <CustomerSearch chosen={customer} onChoose={setCustomer} />
          <Field
            label={t("field.connection")}
            hint={chosen?.reason ? t(`reach.${chosen.reason}`) : customer && !chosen ? t("new.noConnection") : undefined}
          >
            {(ids) => (
              <Select {...ids} value={chosen?.id ?? ""} onChange={(event) => setConnection(event.target.value)} disabled={!chosen}>
                {ways.map(({ id, text, usable }) => (
                  <option key={id} value={id} disabled={!usable}>
                    {text}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          {can?.subject && (
            <Field label={t("composer.subject")}>
              {(ids) => <TextInput {...ids} value={subject} onChange={(event) => setSubject(event.target.value)} />}
            </Field>
          )}
          <Field label={t("new.message")} hint={can?.templates ? t("new.templateHint") : undefined} error={problem}>
            {(ids) => <TextArea {...ids} rows={5} disabled={templateOnly} value={text} onChange={(event) => setText(event.target.value)} />}
          </Field>
        </form>
      </Dialog>
      {chosen && (
        <TemplateDialog
          open={choosing}
          onClose={() => setChoosing(false)}
          connection={chosen.id}
          onPick={(template, preview) => {
            setChoosing(false);
            void start(template, preview);
          }}
        />
      )}
    </>
  );
}
