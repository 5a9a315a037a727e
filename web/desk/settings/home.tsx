import { Navigate } from "@tanstack/react-router";
import { useMay } from "../session/session";

export function SettingsHome() {
  return <Navigate to={useMay("connection.manage") ? "/settings/connections" : "/settings/profile"} replace />;
}
