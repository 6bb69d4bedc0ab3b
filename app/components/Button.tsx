import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Link } from "react-router";
import { cx } from "./cx.ts";
import { Icon, type IconName } from "./Icon.tsx";

interface Look {
  variant?: "default" | "primary" | "danger" | "quiet";
  /** `l` is 32 px high, for dialogs and drawers. */
  size?: "m" | "l";
  icon?: IconName;
  /** The single key that does the same; shown, not bound (bind it with `useKey`). */
  shortcut?: string;
  /** Why it cannot be used now. The button stays reachable and says so on hover and focus. */
  blocked?: string | null | undefined;
}

type ButtonProps = Look & Omit<ButtonHTMLAttributes<HTMLButtonElement>, "disabled"> & { children: ReactNode };

/** A button. Its text is a verb, and a count when it acts on many. */
export function Button({ variant = "default", size = "m", icon, shortcut, blocked, className, children, type = "button", onClick, ...rest }: ButtonProps): ReactNode {
  return (
    <button
      {...rest}
      type={blocked ? "button" : type}
      className={cx("btn", variant !== "default" && `btn-${variant}`, size === "l" && "btn-l", className)}
      aria-disabled={blocked ? true : undefined}
      data-tip={blocked ?? undefined}
      onClick={blocked ? undefined : onClick}
    >
      {icon ? <Icon name={icon} /> : null}
      {children}
      {blocked ? <span className="vh">: {blocked}</span> : null}
      {shortcut ? <kbd aria-hidden="true">{shortcut}</kbd> : null}
    </button>
  );
}

/** A link that looks like a button; works without JavaScript. */
export function ButtonLink({ to, variant = "default", size = "m", icon, className, children, download }: Omit<Look, "blocked" | "shortcut"> & { to: string; className?: string; children: ReactNode; download?: boolean }): ReactNode {
  const classes = cx("btn", variant !== "default" && `btn-${variant}`, size === "l" && "btn-l", className);
  const content = (
    <>
      {icon ? <Icon name={icon} /> : null}
      {children}
    </>
  );
  // A download is no page of the application: the browser must fetch it itself.
  return download ? (
    <a href={to} className={classes} download>
      {content}
    </a>
  ) : (
    <Link to={to} className={classes}>
      {content}
    </Link>
  );
}
