/** In a constructed sheet inside a shadow root: neither the page's styles nor its Content-Security-Policy touch it. */
export const css = (colour: string, text: string, side: "left" | "right") => `
:host{all:initial;color-scheme:light dark}
button{all:unset;box-sizing:border-box;position:fixed;z-index:2147483000;bottom:max(20px,env(safe-area-inset-bottom));${side}:20px;
width:56px;height:56px;border-radius:28px;background:${colour};color:${text};cursor:pointer;display:grid;place-items:center;
box-shadow:0 1px 2px rgb(0 0 0/.18),0 8px 24px rgb(0 0 0/.16);transition:transform .16s ease,box-shadow .16s ease}
button:hover{transform:translateY(-1px);box-shadow:0 2px 4px rgb(0 0 0/.2),0 12px 28px rgb(0 0 0/.2)}
button:active{transform:scale(.96)}
button:focus-visible{outline:3px solid ${colour};outline-offset:3px;box-shadow:0 0 0 3px Canvas}
svg{width:26px;height:26px;grid-area:1/1;transition:opacity .16s,transform .16s}
.x{opacity:0;transform:rotate(-45deg)}
[aria-expanded=true] .c{opacity:0;transform:rotate(45deg)}
[aria-expanded=true] .x{opacity:1;transform:none}
b{all:unset;position:absolute;top:-4px;${side === "right" ? "left" : "right"}:-4px;min-width:20px;height:20px;padding:0 6px;box-sizing:border-box;border-radius:10px;
background:#c8102e;color:#fff;font:600 12px/20px system-ui,sans-serif;text-align:center;box-shadow:0 0 0 2px Canvas}
b:empty{display:none}
iframe{all:unset;position:fixed;z-index:2147483001;bottom:calc(max(20px,env(safe-area-inset-bottom)) + 68px);${side}:20px;width:384px;
height:min(640px,calc(100dvh - 112px));border-radius:16px;background:Canvas;box-shadow:0 1px 3px rgb(0 0 0/.12),0 16px 48px rgb(0 0 0/.2);
opacity:0;visibility:hidden;transform:translateY(12px);transform-origin:bottom ${side};transition:opacity .18s ease,transform .18s ease,visibility 0s .18s}
iframe.on{opacity:1;visibility:visible;transform:none;transition:opacity .18s ease,transform .18s ease}
:host(.off){display:none!important}
@media(max-width:480px){iframe{inset:0;width:100%;height:var(--h,100dvh);border-radius:0;box-shadow:none}button[aria-expanded=true]{display:none}}
@media(prefers-reduced-motion:reduce){*{transition:none!important}}
@media print{*{display:none!important}}`;
