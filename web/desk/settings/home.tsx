import { Navigate } from "@tanstack/react-router";
import { useIsAdmin } from "../session/session";

export function SettingsHome() {
  return <Navigate to={useIsAdmin() ? "/settings/connections" : "/settings/profile"} replace />;
}
