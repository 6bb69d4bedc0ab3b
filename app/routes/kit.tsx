import { useRouteLoaderData } from "react-router";
import { Chip } from "../components/Chip.tsx";
import { Controls } from "../components/gallery/Controls.tsx";
import { Figures } from "../components/gallery/Figures.tsx";
import { List } from "../components/gallery/List.tsx";
import { NOW } from "../components/gallery/samples.ts";
import { Shell } from "../components/shell/Shell.tsx";
import type { loader as rootLoader } from "../root.tsx";

/** The gallery's title. */
export function meta() {
  return [{ title: "Components · Signalbox" }];
}

/** Every component in its states, with invented figures. Development only: `app/routes.ts` leaves it out of production builds. */
export default function Kit() {
  const root = useRouteLoaderData<typeof rootLoader>("root");
  return (
    <Shell
      title="States and components"
      user={{ name: "Miriam Keller", role: "Finance lead · 12 facilities" }}
      reader={{ zone: root?.zone ?? "UTC", now: NOW }}
      counts={{ exceptions: 764, replays: 3, stuck_purchase_orders: 128, integrations: 2, rejected: null }}
      freshness={{ state: "live" }}
      status={
        <Chip tone="caution" icon="caution" to="/kit">
          2 of 23 sources late
        </Chip>
      }
      waiting={{ count: 3, onShow: () => undefined }}
      scopes={[
        { label: "All facilities", count: 12, to: "/kit", current: true },
        { label: "St. Verena Hospital, Zürich", to: "/kit?facility=verena" },
      ]}
    >
      <Controls />
      <List />
      <Figures />
    </Shell>
  );
}
