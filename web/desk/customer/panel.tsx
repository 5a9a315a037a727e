import { useQuery } from "@tanstack/react-query";
import * as api from "../../api/desk";
import { Button } from "../../ui/button";
import { Empty, Loading } from "../../ui/empty";
import { useT } from "../i18n";
import { Consents } from "./consents";
import { Head } from "./head";
import { Identities } from "./identities";
import { Merges } from "./merges";
import { Notes } from "./notes";
import { OtherConversations } from "./other-conversations";
import { Suggestions } from "./suggestions";
import { Timeline } from "./timeline";

/** Who this is: how they are known, who else they may be, all they ever said and did with the business. */
export function CustomerPanel({ id, conversation }: { id: string; conversation?: string | undefined }) {
  const t = useT();
  const { data: customer, isError, refetch } = useQuery({
    queryKey: ["customer", id],
    queryFn: () => api.customers.get(id),
  });
  if (isError)
    return <Empty title={t("error.customer")} action={<Button onClick={() => void refetch()}>{t("action.tryAgain")}</Button>} />;
  if (!customer) return <Loading label={t("state.loading")} />;
  return (
    <div className="flex flex-col divide-y divide-line">
      <Head customer={customer} />
      <Suggestions customer={customer} />
      <Identities customer={customer} />
      <Notes customer={customer} />
      <Merges customer={customer} />
      <Consents customer={customer} />
      <OtherConversations customer={customer.id} current={conversation} />
      <Timeline customer={customer.id} />
    </div>
  );
}
