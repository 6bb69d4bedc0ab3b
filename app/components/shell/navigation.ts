import type { IconName } from "../Icon.tsx";

export interface NavItem {
  to: string;
  label: string;
  /** For the phone's bottom bar. */
  short?: string;
  icon: IconName;
  /** The key under which the shell gets this entry's count. */
  countKey?: string;
  /** Addresses elsewhere that belong to it as well. */
  also?: readonly string[];
}

export interface NavGroup {
  label: string | null;
  items: readonly NavItem[];
}

/** Every screen that exists. A process without a page yet has no entry. */
export const NAVIGATION: readonly NavGroup[] = [
  {
    label: null,
    items: [
      { to: "/", label: "Control tower", short: "Tower", icon: "tower" },
      { to: "/queue", label: "My queue", short: "Queue", icon: "user", countKey: "queue" },
      { to: "/exceptions", label: "Exceptions", icon: "list", countKey: "exceptions", also: ["/views"] },
      { to: "/groups", label: "Failure groups", short: "Groups", icon: "layers" },
      { to: "/replays", label: "Replays", icon: "replay", countKey: "replays" },
      { to: "/assistance", label: "What stands out", short: "Stands out", icon: "eye" },
    ],
  },
  {
    label: "Processes",
    items: [
      { to: "/purchase-orders", label: "Purchase orders", icon: "cart", countKey: "stuck_purchase_orders" },
      { to: "/invoice-exports", label: "Invoice exports", icon: "invoice", countKey: "failed_invoice_exports" },
      { to: "/payments", label: "Payments", icon: "scale", countKey: "unmatched_payments" },
      { to: "/charge-capture", label: "Charge capture", icon: "care", countKey: "uncaptured_charges" },
      { to: "/replenishment", label: "Replenishment", icon: "box" },
      { to: "/approvers", label: "Approvers", icon: "approve" },
      { to: "/master-data", label: "Master data", icon: "record" },
      { to: "/feeds", label: "Feeds", icon: "download" },
      { to: "/backlog", label: "Backlog", icon: "clock" },
      { to: "/expectations", label: "Expectations", icon: "check" },
    ],
  },
  {
    label: "Systems",
    items: [
      { to: "/integrations", label: "Integrations", icon: "pulse", countKey: "integrations" },
      { to: "/technical", label: "Technical", icon: "gear" },
      { to: "/rejected", label: "Rejected", icon: "tray", countKey: "rejected" },
      { to: "/developer/queries", label: "Queries", icon: "code" },
    ],
  },
  { label: "Assurance", items: [{ to: "/rules", label: "Rules", icon: "split" }, { to: "/audit", label: "Audit and trails", icon: "shield" }, { to: "/sla", label: "Mail and policies", icon: "bell" }] },
];

/** Whether a page belongs to an entry: the tower only itself, others with all below them. */
export function isCurrent({ to, also = [] }: Pick<NavItem, "to" | "also">, pathname: string): boolean {
  return [to, ...also].some((each) => (each === "/" ? pathname === "/" : pathname === each || pathname.startsWith(`${each}/`)));
}

const ALPHABET = "abcdefghijklmnopqrstuvwxyz";

/** The letter after `g` for each entry: the first of its words that no entry before it has taken, else the first of the alphabet. */
export function goKeys(groups: readonly NavGroup[]): { letter: string; item: NavItem }[] {
  const found: { letter: string; item: NavItem }[] = [];
  for (const item of groups.flatMap((group) => group.items)) {
    const letter = [...(item.short ?? item.label).toLowerCase(), ...ALPHABET].find((each) => ALPHABET.includes(each) && !found.some((one) => one.letter === each));
    if (letter) found.push({ letter, item });
  }
  return found;
}
