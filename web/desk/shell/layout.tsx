import { Outlet } from "@tanstack/react-router";
import { useState } from "react";
import { Toaster } from "sonner";
import { usePreferences } from "../preferences/preferences";
import { useShortcut } from "../keys/shortcuts";
import { KeysHelp } from "../keys/help";
import { NewConversation } from "../composer/new-conversation";
import { AilingBanner } from "./ailing";
import { LostBanner } from "./lost";
import { Nav } from "./nav";
import { NavDrawer } from "./nav-drawer";
import { useNotices } from "./notices";
import { Palette } from "../keys/palette";

/** What stays while pages change. */
export function DeskLayout() {
  const { theme } = usePreferences();
  const [helping, setHelping] = useState(false);
  const [palette, setPalette] = useState(false);
  useShortcut("help", () => setHelping(true));
  useShortcut("palette", () => setPalette((open) => !open));
  useNotices();
  return (
    <div className="flex h-dvh flex-col overflow-hidden">
      <LostBanner />
      <AilingBanner />
      <div className="flex min-h-0 flex-1">
        <Nav className="hidden w-54 shrink-0 lg:flex" onHelp={() => setHelping(true)} onPalette={() => setPalette(true)} />
        <div className="flex min-w-0 flex-1">
          <Outlet />
        </div>
      </div>
      <NavDrawer onHelp={() => setHelping(true)} onPalette={() => setPalette(true)} />
      <NewConversation />
      <Palette open={palette} onOpenChange={setPalette} onHelp={() => setHelping(true)} />
      <KeysHelp open={helping} onClose={() => setHelping(false)} />
      <Toaster
        theme={theme}
        position="bottom-left"
        toastOptions={{
          classNames: {
            toast: "!bg-ink !text-canvas !border-transparent !rounded-lg !shadow-pop",
            actionButton: "!bg-canvas !text-ink",
            description: "!text-canvas",
          },
        }}
      />
    </div>
  );
}
