/** Two links and what joins them: *sambung*, to connect and to go on. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden>
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <g fill="none" className="stroke-on-accent" strokeWidth="3" strokeLinecap="round">
        <path d="M13.5 21H11a5 5 0 0 1 0-10h4.5" />
        <path d="M18.5 11H21a5 5 0 0 1 0 10h-4.5" />
        <path d="M12.5 16h7" />
      </g>
    </svg>
  );
}
