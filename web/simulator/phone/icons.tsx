/** The drawings on the phone, all our own. */
import type { ReactNode } from "react";
import type { AppSheet } from "../shapes";

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg viewBox="0 0 24 24" width="22" height="22" fill="none" stroke="currentColor" strokeWidth="1.7" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      {children}
    </svg>
  );
}

export const ShopIcon = () => (
  <Icon>
    <path d="M4 9h16v10a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1zM4 9l2-5h12l2 5M10 20v-5h4v5M4 9c1 3 4 3 5.3 0 1 3 4.3 3 5.4 0 1 3 4.3 3 5.3 0" />
  </Icon>
);
export const Mark = ({ of }: { of: AppSheet }) => (
  <i className="mark" style={{ background: of.colour }} aria-hidden="true">
    {of.mark}
  </i>
);
export const MailIcon = () => (
  <Icon>
    <path d="M3.5 6h17v12h-17zM3.5 7l8.5 6.500L20.5 7" />
  </Icon>
);
export const ClipIcon = () => (
  <Icon>
    <path d="M20 11.5 12.5 19a4.5 4.5 0 0 1-6.4-6.400l8-8a3 3 0 0 1 4.3 4.300l-7.8 7.800a1.5 1.5 0 0 1-2.2-2.200L15 8" />
  </Icon>
);
export const SendIcon = () => (
  <Icon>
    <path d="M4 12 20 4l-5 16-3.5-6.500zM11.5 13.5 20 4" />
  </Icon>
);
export const MicrophoneIcon = () => (
  <Icon>
    <path d="M12 3.500a2.5 2.5 0 0 1 2.5 2.500v5a2.5 2.5 0 0 1-5 0V6A2.5 2.5 0 0 1 12 3.500zM6 11a6 6 0 0 0 12 0M12 17v3.5" />
  </Icon>
);
export const StopIcon = () => (
  <Icon>
    <path d="M7 7h10v10H7z" fill="currentColor" />
  </Icon>
);
export const BackIcon = () => (
  <Icon>
    <path d="M15 5l-7 7 7 7" />
  </Icon>
);
export const PenIcon = () => (
  <Icon>
    <path d="M4 20l1-4L16.5 4.500l3 3L8 19z" />
  </Icon>
);

export function Ticks({ state }: { state: string }) {
  if (state === "failed") return <span className="ticks failed">!</span>;
  const two = state === "delivered" || state === "read";
  return (
    <svg className="ticks" data-state={state} viewBox="0 0 18 12" width="16" height="11" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      {state === "sending" ? <circle cx="9" cy="6" r="4.5" /> : <path d="M1.5 6.5 5 10l6-8" />}
      {two && <path d="M8.5 9 9.5 10l6-8" />}
    </svg>
  );
}
