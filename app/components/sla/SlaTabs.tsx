import type { ReactNode } from "react";
import { Tabs } from "../Tabs.tsx";

type Page = "policies" | "mails" | "me" | "webhooks";

/** The pages about who is told of what. `administers`: webhooks are there too. */
export function SlaTabs({ current, administers }: { current: Page; administers: boolean }): ReactNode {
  const pages: { key: Page; label: string; to: string }[] = [
    { key: "policies", label: "Policies", to: "/sla" },
    { key: "mails", label: "Mails", to: "/sla/mails" },
    { key: "me", label: "What I am told", to: "/sla/me" },
    ...(administers ? [{ key: "webhooks" as const, label: "Webhooks", to: "/sla/webhooks" }] : []),
  ];
  return <Tabs label="Mail and policies" items={pages.map(({ key, label, to }) => ({ label, to, current: key === current }))} />;
}
