import { type ReactNode, useEffect, useState } from "react";
import { shortHash } from "./format/initials.ts";
import { Icon } from "./Icon.tsx";

/** An identifier that can be copied whole. `hash` may be shortened in the middle; business ids never are. */
export function CopyId({ id, hash = false }: { id: string; hash?: boolean }): ReactNode {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button type="button" className="copyid" data-tip={hash ? id : undefined} onClick={() => void navigator.clipboard?.writeText(id).then(() => setCopied(true))}>
      <span className="vh">Copy </span>
      <span className="tr">{hash ? shortHash(id) : id}</span>
      <Icon name={copied ? "check" : "copy"} size="xs" />
      <span className="vh" role="status">
        {copied ? "Copied" : ""}
      </span>
    </button>
  );
}
