import type { ReactNode } from "react";
import { Icon, type IconName } from "./Icon.tsx";

interface BlankProps {
  title: string;
  children?: ReactNode;
  /** Buttons or links that do something about it. */
  actions?: ReactNode;
}

function Blank({ icon, title, children, actions, role }: BlankProps & { icon: IconName; role?: "alert" }): ReactNode {
  return (
    <div className="blank" role={role}>
      <Icon name={icon} />
      <h3>{title}</h3>
      {children ? <p>{children}</p> : null}
      {actions ? <div className="acts">{actions}</div> : null}
    </div>
  );
}

/** Nothing to do: says what was checked and when, never just "no data". */
export function EmptyState(props: BlankProps): ReactNode {
  return <Blank icon="clear" {...props} />;
}

/** Nothing fits the filters: says which exclude each other and offers to remove one. */
export function NoHitState(props: BlankProps): ReactNode {
  return <Blank icon="search" {...props} />;
}

/** It could not be loaded: what happened, that nothing is lost, what to do. */
export function ErrorState(props: BlankProps): ReactNode {
  return <Blank icon="stop" role="alert" {...props} />;
}

/** Outside the reader's scope: whom to ask. */
export function NotAllowedState(props: BlankProps): ReactNode {
  return <Blank icon="lock" {...props} />;
}
