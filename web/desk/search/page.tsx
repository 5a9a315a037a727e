import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Menu as MenuIcon, MessageCircle, Search, SearchX, UserRound } from "lucide-react";
import { useEffect, useState } from "react";
import * as api from "../../api/desk";
import type { Found } from "../../api/shapes";
import { Button, IconButton } from "../../ui/button";
import { Empty, Loading } from "../../ui/empty";
import { TextInput } from "../../ui/field";
import { useT } from "../i18n";
import { useFormat } from "../i18n/format";
import { openDrawer } from "../shell/chrome";
import { Snippet } from "./snippet";

const kinds = [undefined, "customers", "messages"] as const;
/** Milliseconds after the last key before it is asked. */
const QUIET = 250;

/** Customers and messages of the whole history. */
export function SearchPage() {
  const t = useT();
  const navigate = useNavigate();
  const { q = "", kind } = useSearch({ from: "/desk/search" });
  const [words, setWords] = useState(q);
  useEffect(() => {
    if (words.trim() === q) return;
    const timer = setTimeout(() => void navigate({ to: "/search", search: { q: words.trim(), kind }, replace: true }), QUIET);
    return () => clearTimeout(timer);
  }, [words, q, kind, navigate]);
  const { data, isFetching, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["search", q, kind],
    queryFn: ({ pageParam }) => api.search(q, kind, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    enabled: q.length > 1,
  });
  const found = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <main className="flex min-w-0 flex-1 flex-col overflow-y-auto bg-surface">
      <div className="mx-auto flex w-full max-w-184 flex-col gap-3 p-4 md:p-6">
        <div className="flex items-center gap-2">
          <IconButton label={t("nav.title")} className="lg:hidden" onClick={() => openDrawer(true)}>
            <MenuIcon aria-hidden />
          </IconButton>
          <h1 className="text-xl font-semibold tracking-tight">{t("search.title")}</h1>
        </div>
        <div className="relative">
          <Search className="pointer-events-none absolute top-2.5 left-3 size-4 text-ink-faint" aria-hidden />
          <TextInput
            type="search"
            aria-label={t("search.title")}
            placeholder={t("search.placeholder")}
            // The page is for searching: it begins there.
            autoFocus
            className="pl-9"
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        </div>
        <div role="group" aria-label={t("search.kind")} className="flex gap-1">
          {kinds.map((name) => (
            <Link
              key={name ?? "all"}
              to="/search"
              search={{ q, kind: name }}
              replace
              activeOptions={{ explicitUndefined: true }}
              className="rounded-full px-3 py-1 text-sm font-medium text-ink-soft hover:bg-hover aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent-ink"
            >
              {t(`search.kind.${name ?? "all"}`)}
            </Link>
          ))}
        </div>
        <ul className="flex flex-col divide-y divide-line">
          {found.map((item, at) => (
            <Result key={at} item={item} />
          ))}
        </ul>
        {isFetching && <Loading label={t("state.loading")} />}
        {data && !found.length && !isFetching && <Empty icon={<SearchX aria-hidden />} title={t("inbox.noneFound")} />}
        {q.length < 2 && <Empty icon={<Search aria-hidden />} title={t("search.begin")} />}
        {hasNextPage && (
          <Button className="self-center" onClick={() => void fetchNextPage()}>
            {t("search.more")}
          </Button>
        )}
      </div>
    </main>
  );
}

function Result({ item }: { item: Found }) {
  const t = useT();
  const format = useFormat();
  const conversation = item.conversation?.id;
  const Icon = item.message ? MessageCircle : UserRound;
  const body = (
    <>
      <Icon className="mt-0.5 size-4 shrink-0 text-ink-faint" aria-hidden />
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm font-medium">{item.customer?.name || item.conversation?.customer.name || t("customer.unnamed")}</span>
        <span className="line-clamp-2 text-sm text-ink-soft">
          <Snippet text={item.snippet} />
        </span>
      </span>
      {item.at && (
        <time dateTime={item.at} className="tabular shrink-0 text-xs text-ink-faint">
          {format.brief(item.at)}
        </time>
      )}
    </>
  );
  const look = "flex gap-3 rounded-md px-2 py-2.5 hover:bg-hover";
  return (
    <li>
      {conversation ? (
        <Link to="/inbox/$view/$conversation" params={{ view: "open", conversation }} search={{}} className={look}>
          {body}
        </Link>
      ) : (
        <Link to="/customers/$customer" params={{ customer: item.customer?.id ?? "" }} className={look}>
          {body}
        </Link>
      )}
    </li>
  );
}
