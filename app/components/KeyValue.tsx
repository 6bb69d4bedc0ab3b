import type { ReactNode } from "react";

export interface Fact {
  label: string;
  value: ReactNode;
}

/** Names and values below each other, for a rail. */
export function KeyValue({ facts }: { facts: readonly Fact[] }): ReactNode {
  return (
    <dl className="facts">
      {facts.map((fact) => (
        <div key={fact.label} className="contents">
          <dt>{fact.label}</dt>
          <dd>{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The few figures that describe one thing, side by side across the page. */
export function FactStrip({ facts }: { facts: readonly Fact[] }): ReactNode {
  return (
    <dl className="panel strip">
      {facts.map((fact) => (
        <div key={fact.label}>
          <dt className="over">{fact.label}</dt>
          <dd>{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}
