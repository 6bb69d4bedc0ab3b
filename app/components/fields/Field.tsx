import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes, useId } from "react";
import { Icon } from "../Icon.tsx";

interface FieldProps {
  label: ReactNode;
  /** Quiet help below the field. */
  hint?: ReactNode;
  /** What is wrong with the value; marks the field invalid. */
  problem?: string | null | undefined;
}

interface Wiring {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}

/** Label, hint and problem around one control; the control gets its ids through the render function. */
export function Field({ label, hint, problem, children }: FieldProps & { children: (wiring: Wiring) => ReactNode }): ReactNode {
  const id = useId();
  const described = problem || hint ? `${id}-more` : undefined;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, "aria-describedby": described, "aria-invalid": problem ? true : undefined })}
      {problem ? (
        <p id={described} className="problem">
          <Icon name="stop" size="s" />
          {problem}
        </p>
      ) : hint ? (
        <p id={described} className="hint">
          {hint}
        </p>
      ) : null}
    </div>
  );
}

/** One line of text. */
export function TextField({ label, hint, problem, ...rest }: FieldProps & InputHTMLAttributes<HTMLInputElement>): ReactNode {
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(wiring) => <input type="text" className="input" {...rest} {...wiring} />}
    </Field>
  );
}

/** Several lines of text. */
export function Textarea({ label, hint, problem, ...rest }: FieldProps & TextareaHTMLAttributes<HTMLTextAreaElement>): ReactNode {
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(wiring) => <textarea rows={3} className="input" {...rest} {...wiring} />}
    </Field>
  );
}

export interface Option {
  value: string;
  label: string;
}

/** A choice of one from a list: the browser's own control, so it works with every keyboard, reader and phone. */
export function Select({ label, hint, problem, options, placeholder, ...rest }: FieldProps & { options: readonly Option[]; placeholder?: string } & SelectHTMLAttributes<HTMLSelectElement>): ReactNode {
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(wiring) => (
        <span className="select-wrap">
          <select className="input" {...rest} {...wiring}>
            {placeholder === undefined ? null : <option value="">{placeholder}</option>}
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
          <Icon name="down" size="s" />
        </span>
      )}
    </Field>
  );
}
