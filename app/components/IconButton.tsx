import type { ButtonHTMLAttributes, ReactNode } from "react";
import { cx } from "./cx.ts";
import { Icon, type IconName } from "./Icon.tsx";

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "children"> {
  icon: IconName;
  /** What it does; read aloud and shown on hover and focus. */
  label: string;
  quiet?: boolean;
}

/** A square button that shows only an icon. */
export function IconButton({ icon, label, quiet = false, className, type = "button", ...rest }: IconButtonProps): ReactNode {
  return (
    <button {...rest} type={type} className={cx("btn btn-icon", quiet && "btn-quiet", className)} aria-label={label} data-tip={label}>
      <Icon name={icon} />
    </button>
  );
}
