/** Kinds of message that are more than text. `extra` is what the provider said, read with nothing taken for granted. */
import { Contact, ListChecks, MapPin, Phone, ShoppingBag } from "lucide-react";
import type { ReactNode } from "react";
import type { Message } from "../../api/shapes";
import { useT } from "../i18n";
import { useFormat } from "../i18n/format";
import { listOf, numberOf, recordOf, textIn, textsOf, type Extra } from "./extra";

function Card({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <div className="flex min-w-44 items-start gap-2.5 [&>svg]:mt-0.5 [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-ink-faint">
      {icon}
      <div className="min-w-0">{children}</div>
    </div>
  );
}

export function LocationCard({ extra }: { extra: Extra }) {
  const t = useT();
  const place = recordOf(extra["location"]) ?? extra;
  const latitude = numberOf(place["lat"]);
  const longitude = numberOf(place["lon"]);
  return (
    <Card icon={<MapPin aria-hidden />}>
      <p className="font-medium">{textIn(place, "name") || t("kind.location")}</p>
      {textIn(place, "address") && <p className="text-sm text-ink-soft">{textIn(place, "address")}</p>}
      {latitude !== undefined && longitude !== undefined && (
        <a
          href={`https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`}
          target="_blank"
          rel="noopener noreferrer"
          className="tabular text-sm text-accent-ink underline"
        >
          {latitude.toFixed(5)}, {longitude.toFixed(5)}
        </a>
      )}
    </Card>
  );
}

export function ContactCards({ extra }: { extra: Extra }) {
  const t = useT();
  return (
    <>
      {listOf(extra["contacts"]).map((contact, at) => (
        <Card key={at} icon={<Contact aria-hidden />}>
          <p className="font-medium">{textIn(contact, "name") || t("kind.contacts")}</p>
          {textIn(contact, "organisation") && <p className="text-sm">{textIn(contact, "organisation")}</p>}
          {[...textsOf(contact["phones"]), ...textsOf(contact["emails"])].map((line) => (
            <p key={line} className="tabular text-sm text-ink-soft">
              {line}
            </p>
          ))}
        </Card>
      ))}
    </>
  );
}

export function OrderCard({ extra }: { extra: Extra }) {
  const t = useT();
  const format = useFormat();
  const product = recordOf(extra["product"]);
  const order = recordOf(extra["order"]) ?? (product ? {} : extra);
  const items = listOf(order["items"]);
  const named = [textIn(order, "id"), product && (textIn(product, "name") || textIn(product, "id"))];
  return (
    <Card icon={<ShoppingBag aria-hidden />}>
      <p className="font-medium">{t(product && !extra["order"] ? "kind.product" : "kind.order")}</p>
      {named.filter(Boolean).map((line) => (
        <p key={line} className="tabular text-sm text-ink-soft">
          {line}
        </p>
      ))}
      <ul className="text-sm text-ink-soft">
        {items.map((item, at) => (
          <li key={at} className="tabular">
            {numberOf(item["quantity"]) ?? 1} × {textIn(item, "sku")}
            {numberOf(item["price"]) !== undefined && ` · ${textIn(item, "currency")} ${format.number(numberOf(item["price"])!)}`}
          </li>
        ))}
      </ul>
    </Card>
  );
}

export function PickedOption({ message }: { message: Message }) {
  const reply = recordOf(message.extra["interactive"]) ?? message.extra;
  return (
    <Card icon={<ListChecks aria-hidden />}>
      <p className="font-medium">{message.text || textIn(reply, "title")}</p>
      {textIn(reply, "description") && <p className="text-sm text-ink-soft">{textIn(reply, "description")}</p>}
      {Object.entries(recordOf(reply["answers"]) ?? {}).map(([question, answer]) => (
        <p key={question} className="text-sm text-ink-soft">
          {question}: <span className="text-ink">{typeof answer === "string" ? answer : JSON.stringify(answer)}</span>
        </p>
      ))}
    </Card>
  );
}

export function CallCard({ message }: { message: Message }) {
  const t = useT();
  const format = useFormat();
  const call = recordOf(message.extra["call"]) ?? message.extra;
  const seconds = numberOf(call["duration"]);
  return (
    <Card icon={<Phone aria-hidden />}>
      <p className="font-medium">{t(message.direction === "in" ? "call.in" : "call.out")}</p>
      {seconds !== undefined && <p className="text-sm text-ink-soft">{format.duration(seconds)}</p>}
    </Card>
  );
}
