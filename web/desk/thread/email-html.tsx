/**
 * An email's HTML in a frame where nothing runs and nothing is fetched. The sandbox allows no scripts; its own
 * policy allows no network, so that opening a mail tells its sender nothing, until the agent asks for the images.
 */
import { useEffect, useMemo, useRef, useState } from "react";
import { Button } from "../../ui/button";
import { useT } from "../i18n";
import { ImageOff } from "lucide-react";

/** The server has found what is quoted from older mails, and marked it. */
const QUOTES = "[data-quoted]";
const STYLE = `
  html { color-scheme: light; background: #fff; }
  body { margin: 12px; font: 14px/1.5 system-ui, sans-serif; color: #1c2328; overflow-wrap: anywhere; }
  img { max-width: 100%; height: auto; } table { max-width: 100%; } pre { white-space: pre-wrap; }
  a { color: #0f5f59; }`;

interface Parts {
  body: string;
  hasQuotes: boolean;
  hasRemote: boolean;
}

function take(html: string, quotes: boolean): Parts {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const found = parsed.querySelectorAll(QUOTES);
  const hasRemote = [...parsed.querySelectorAll("img[src], [background]")].some((node) =>
    /^(https?:)?\/\//i.test(node.getAttribute("src") ?? node.getAttribute("background") ?? ""),
  );
  if (!quotes) for (const node of found) node.remove();
  for (const link of parsed.querySelectorAll("a[href]")) {
    link.setAttribute("target", "_blank");
    link.setAttribute("rel", "noopener noreferrer nofollow");
  }
  return { body: parsed.body.innerHTML, hasQuotes: found.length > 0, hasRemote };
}

function pageOf(body: string, images: boolean): string {
  const from = images ? "'self' data: https: http:" : "'self' data:";
  return `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src ${from}; style-src 'unsafe-inline'">
<style>${STYLE}</style><body>${body}</body>`;
}

export function EmailHtml({ html, title }: { html: string; title: string }) {
  const t = useT();
  const [images, setImages] = useState(false);
  const [quotes, setQuotes] = useState(false);
  const { body, hasQuotes, hasRemote } = useMemo(() => take(html, quotes), [html, quotes]);
  const page = useMemo(() => pageOf(body, images), [body, images]);
  return (
    <div className="flex flex-col gap-1.5">
      {hasRemote && !images && (
        <div className="flex items-center gap-2 text-xs text-ink-soft">
          <ImageOff className="size-3.5" aria-hidden />
          <span>{t("thread.imagesBlocked")}</span>
          <Button size="sm" look="quiet" onClick={() => setImages(true)}>
            {t("thread.showImages")}
          </Button>
        </div>
      )}
      <Frame page={page} title={title} />
      {hasQuotes && (
        <Button size="sm" look="quiet" className="self-start" aria-expanded={quotes} onClick={() => setQuotes(!quotes)}>
          {quotes ? t("thread.hideQuoted") : t("thread.showQuoted")}
        </Button>
      )}
    </div>
  );
}

function Frame({ page, title }: { page: string; title: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState(80);
  useEffect(() => {
    const node = frame.current;
    if (!node) return;
    let watcher: ResizeObserver | undefined;
    const measure = () => {
      const body = node.contentDocument?.body;
      if (!body) return;
      const fit = () => setHeight(Math.min(2400, body.scrollHeight + 24));
      fit();
      watcher?.disconnect();
      watcher = new ResizeObserver(fit);
      watcher.observe(body);
    };
    node.addEventListener("load", measure);
    return () => {
      node.removeEventListener("load", measure);
      watcher?.disconnect();
    };
  }, [page]);
  return (
    <iframe
      ref={frame}
      title={title}
      sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
      srcDoc={page}
      className="w-full rounded-md border border-line bg-white"
      style={{ height }}
    />
  );
}
