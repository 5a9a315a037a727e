import { useLocation } from "@tanstack/react-router";
import { Dialog } from "radix-ui";
import { useEffect } from "react";
import { useT } from "../i18n";
import { useCell } from "../store/hooks";
import { drawerOpen, openDrawer } from "./chrome";
import { Nav } from "./nav";

/** The navigation where there is no room for it beside the list. */
export function NavDrawer(props: { onHelp: () => void; onPalette: () => void }) {
  const t = useT();
  const open = useCell(drawerOpen);
  const path = useLocation({ select: ({ href }) => href });
  useEffect(() => openDrawer(false), [path]);
  return (
    <Dialog.Root open={open} onOpenChange={openDrawer}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-scrim lg:hidden" />
        <Dialog.Content aria-describedby={undefined} className="fixed inset-y-0 left-0 z-40 w-68 shadow-pop lg:hidden">
          <Dialog.Title className="sr-only">{t("nav.title")}</Dialog.Title>
          <Nav className="flex h-full" {...props} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
