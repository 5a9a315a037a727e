const line = { viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": 1.8, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": true } as const;

export const Close = () => (
  <svg {...line}>
    <path d="M6 6l12 12M18 6 6 18" />
  </svg>
);
export const Clip = () => (
  <svg {...line}>
    <path d="m20 11.5-8.2 8.2a5 5 0 0 1-7.1-7.1l8.5-8.5a3.4 3.4 0 0 1 4.8 4.8l-8.5 8.5a1.7 1.7 0 0 1-2.4-2.4l7.8-7.8" />
  </svg>
);
export const Send = () => (
  <svg {...line}>
    <path d="M12 19V5M5.5 11.5 12 5l6.5 6.5" />
  </svg>
);
export const Sheet = () => (
  <svg {...line}>
    <path d="M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8zM14 3v5h5" />
  </svg>
);

const PATHS = { queued: "M12 7v5l3 2M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17", sent: "m5 12.5 4.5 4.5L19 7.5", delivered: "m2 12.5 4.5 4.5L16 7.5M12 16.5l.5.5L22 7.5", failed: "M12 7v6M12 16.6v.2M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17" };

export const Tick = ({ status }: { status: string }) => (
  <svg {...line} stroke-width={2} class={`tick ${status}`}>
    <path d={PATHS[status as keyof typeof PATHS] ?? PATHS.delivered} />
  </svg>
);
