import { CircleAlert, FileText, X } from "lucide-react";
import { IconButton } from "../../ui/button";
import { cx } from "../../ui/cx";
import { useT } from "../i18n";
import { useFormat } from "../i18n/format";
import type { Uploading, Uploads } from "./uploads";

export function UploadList({ uploads }: { uploads: Uploads }) {
  const t = useT();
  if (!uploads.files.length) return null;
  return (
    <ul className="flex flex-wrap gap-1.5 px-3 pb-2" aria-label={t("composer.attachments")}>
      {uploads.files.map((file) => (
        <UploadChip key={file.key} file={file} onRemove={() => uploads.remove(file.key)} />
      ))}
    </ul>
  );
}

function UploadChip({ file, onRemove }: { file: Uploading; onRemove: () => void }) {
  const t = useT();
  const format = useFormat();
  const { name, size } = file.file;
  const Icon = file.problem ? CircleAlert : FileText;
  return (
    <li
      className={cx(
        "relative flex max-w-56 items-center gap-2 overflow-hidden rounded-lg border py-1 pl-2",
        file.problem ? "border-danger bg-danger-soft text-danger-ink" : "border-line bg-canvas",
      )}
    >
      <Icon className="size-4 shrink-0" aria-hidden />
      <span className="min-w-0">
        <span className="block truncate text-xs font-medium">{name}</span>
        <span className="block truncate text-2xs">
          {file.problem ? (file.problem === "offline" ? t("error.offline") : file.problem) : format.bytes(size)}
        </span>
      </span>
      <IconButton label={t("composer.detach", { name })} size="sm" onClick={onRemove}>
        <X aria-hidden />
      </IconButton>
      {!file.stored && !file.problem && (
        <progress value={file.share} max={1} aria-label={name} className="absolute inset-x-0 bottom-0 h-0.5 w-full accent-accent" />
      )}
    </li>
  );
}
