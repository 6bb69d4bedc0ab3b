import type { ReactNode } from "react";
import { Form } from "react-router";
import { Button } from "../Button.tsx";
import { Icon } from "../Icon.tsx";

/** A search inside one list: a plain GET form that keeps the other filters and starts at the first page. */
export function ListSearch({ label, value, search, name = "q", children }: { label: string; value: string; search: string; name?: string; children?: ReactNode }): ReactNode {
  const keep = [...new URLSearchParams(search)].filter(([each]) => each !== name && each !== "cursor");
  return (
    <Form method="get" className="listbar" role="search" aria-label={label}>
      {keep.map(([each, text]) => (
        <input key={`${each}=${text}`} type="hidden" name={each} value={text} />
      ))}
      <span className="search">
        <Icon name="search" />
        <input key={value} type="search" name={name} aria-label={label} placeholder={label} defaultValue={value} maxLength={200} autoComplete="off" spellCheck={false} />
      </span>
      <Button type="submit">Find</Button>
      {children}
    </Form>
  );
}
