import type { ReactNode } from "react";
import { ButtonLink } from "./Button.tsx";

/** The trail behind a page as files. `to` is the export's address with its filter, without the format. */
export function ExportLinks({ to }: { to: string }): ReactNode {
  return (
    <div className="rowx gap-2">
      <ButtonLink to={`${to}&format=csv`} icon="download" download>
        CSV
      </ButtonLink>
      <ButtonLink to={`${to}&format=ndjson`} icon="download" download>
        NDJSON
      </ButtonLink>
    </div>
  );
}
