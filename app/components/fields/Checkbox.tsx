import { type InputHTMLAttributes, type ReactNode, useEffect, useRef } from "react";
import { cx } from "../cx.ts";
import type { Option } from "./Field.tsx";

type InputProps = Omit<InputHTMLAttributes<HTMLInputElement>, "type">;

/** The bare box, for tables and facets: give it `aria-label` there. `mixed` shows that only some are chosen. */
export function CheckBox({ mixed = false, className, ...rest }: InputProps & { mixed?: boolean }): ReactNode {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = mixed;
  }, [mixed]);
  return <input {...rest} ref={box} type="checkbox" className={cx("box", className)} />;
}

/** A box with its label. */
export function Checkbox({ children, ...rest }: InputProps & { children: ReactNode }): ReactNode {
  return (
    <label className="check">
      <CheckBox {...rest} />
      <span>{children}</span>
    </label>
  );
}

/** One choice of few, all visible. Nothing is preselected unless the caller says so. */
export function RadioGroup({ legend, name, options, defaultValue, required }: { legend: string; name: string; options: readonly (Option & { hint?: ReactNode })[]; defaultValue?: string; required?: boolean }): ReactNode {
  return (
    <fieldset>
      <legend className="legend">{legend}</legend>
      {options.map((option) => (
        <label key={option.value} className="check">
          <input className="box" type="radio" name={name} value={option.value} defaultChecked={option.value === defaultValue} required={required} />
          <span>
            {option.label}
            {option.hint ? <span className="second block">{option.hint}</span> : null}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
