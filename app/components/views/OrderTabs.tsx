import type { ReactNode } from "react";
import { Tabs } from "../Tabs.tsx";

/** The sides of purchasing: orders and suppliers. Places and window go along, what chooses rows does not. */
export function OrderTabs({ search, current }: { search: string; current: "orders" | "suppliers" }): ReactNode {
  const kept = new URLSearchParams([...new URLSearchParams(search)].filter(([name]) => name === "facility" || name === "window" || name === "entity"));
  const at = (path: string): string => (kept.size > 0 ? `${path}?${kept}` : path);
  return (
    <Tabs
      label="Purchasing"
      items={[
        { label: "Orders", to: at("/purchase-orders"), current: current === "orders" },
        { label: "Suppliers", to: at("/purchase-orders/suppliers"), current: current === "suppliers" },
      ]}
    />
  );
}
