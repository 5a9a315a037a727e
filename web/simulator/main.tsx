import { createRoot } from "react-dom/client";
import { App } from "./App";
import { begin } from "./town";
import "./style/tokens.css";
import "./style/page.css";
import "./style/phone.css";
import "./style/chat.css";
import "./style/mail.css";

begin();
createRoot(document.getElementById("root")!).render(<App />);
