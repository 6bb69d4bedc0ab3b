import { Dialog as Radix } from "radix-ui";
import { type ReactNode, useRef } from "react";
import { cx } from "../cx.ts";
import { IconButton } from "../IconButton.tsx";
import { offerStyleNonce } from "./styleNonce.ts";

offerStyleNonce();

interface SheetProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** A state beside the title: `Nothing is sent yet`. */
  badge?: ReactNode;
  /** Quiet words below the title. */
  sub?: ReactNode;
  children: ReactNode;
  /** Buttons. What sends or posts stands last and names how many. */
  footer?: ReactNode;
}

function Sheet({ open, onOpenChange, title, badge, sub, children, footer, className }: SheetProps & { className: string }): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="scrim" />
        <Radix.Content
          className={className}
          aria-describedby={undefined}
          onOpenAutoFocus={(event) => {
            // The heading first: a person hears where they are before the first control, and Enter sends nothing. A text that is all the dialog asks for takes the focus itself.
            event.preventDefault();
            const text = event.currentTarget instanceof HTMLElement ? event.currentTarget.querySelector<HTMLElement>("[data-autofocus]") : null;
            (text ?? heading.current)?.focus();
          }}
        >
          <header>
            <div className="rowx">
              <Radix.Title ref={heading} tabIndex={-1}>
                {title}
              </Radix.Title>
              <span className="ml-auto flex items-center gap-2">
                {badge}
                <Radix.Close asChild>
                  <IconButton icon="x" label="Close" quiet />
                </Radix.Close>
              </span>
            </div>
            {sub ? <p className="second">{sub}</p> : null}
          </header>
          <div className="bd">{children}</div>
          {footer ? <footer>{footer}</footer> : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** A modal drawer from the right (580 px): for anything that sends or posts. Escape closes it. */
export function Drawer(props: SheetProps): ReactNode {
  return <Sheet {...props} className="drawer" />;
}

/** A modal dialog for a short question or form; at the bottom edge on phones. */
export function Dialog({ wide = false, ...props }: SheetProps & { wide?: boolean }): ReactNode {
  return <Sheet {...props} className={cx("dialog", wide && "wide") ?? "dialog"} />;
}
