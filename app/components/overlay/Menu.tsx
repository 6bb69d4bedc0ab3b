import { DropdownMenu as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { cx } from "../cx.ts";
import { Icon, type IconName } from "../Icon.tsx";

export interface MenuAction {
  id: string;
  label: string;
  icon?: IconName;
  /** At the right end: a key or a count. */
  end?: ReactNode;
  danger?: boolean;
  /** Why it cannot be used; shown beside the label. */
  blocked?: string | null;
  /** One of the two. */
  to?: string;
  onSelect?: () => void;
}

/** A menu of secondary actions behind a button. Anything that must work without JavaScript belongs in a `Popdown` or a form. */
export function Menu({ trigger, actions, align = "end" }: { trigger: ReactNode; actions: readonly MenuAction[]; align?: "start" | "end" }): ReactNode {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className="menu" align={align} sideOffset={6} collisionPadding={8} loop>
          {actions.map((action) => {
            const content = (
              <>
                {action.icon ? <Icon name={action.icon} /> : null}
                <span className="tr">
                  {action.label}
                  {action.blocked ? <span className="second block">{action.blocked}</span> : null}
                </span>
                {action.end ? <span className="end">{action.end}</span> : null}
              </>
            );
            const classes = cx("menu-item", action.danger && "menu-danger");
            return action.to && !action.blocked ? (
              <Radix.Item key={action.id} asChild>
                <Link to={action.to} className={classes}>
                  {content}
                </Link>
              </Radix.Item>
            ) : (
              <Radix.Item key={action.id} className={classes} disabled={Boolean(action.blocked)} onSelect={action.onSelect}>
                {content}
              </Radix.Item>
            );
          })}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
