import type { ReactNode } from "react";
import { Link, useLocation, useNavigate } from "react-router";
import type { ActName } from "../../exceptions/lifecycle.ts";
import { Button, ButtonLink } from "../Button.tsx";
import { Icon, type IconName } from "../Icon.tsx";
import { useKey } from "../keys/KeysProvider.tsx";
import { FormDialog, useHydrated } from "../overlay/FormDialog.tsx";
import { Popdown } from "../overlay/Popdown.tsx";
import { ReplayDrawer } from "../replays/ReplayDrawer.tsx";
import { ActFields, actTitle, actVerb, type ActChoices } from "./ActFields.tsx";

interface ExceptionActsProps {
  id: string;
  version: number;
  assignee: string | null;
  /** Acts that status and role allow, in the order of the buttons. */
  acts: readonly ActName[];
  choices: ActChoices;
  /** Why no replay can be asked for; null if it can. */
  replayBlocked: string | null;
}

const ACTS: Record<ActName, { label: string; icon: IconName; shortcut: string }> = {
  assign: { label: "Assign", icon: "user", shortcut: "a" },
  acknowledge: { label: "Take on", icon: "eye", shortcut: "o" },
  resolve: { label: "Resolve …", icon: "check", shortcut: "e" },
  ignore: { label: "Ignore …", icon: "bell", shortcut: "z" },
  wait: { label: "Wait …", icon: "paused", shortcut: "w" },
  comment: { label: "Comment", icon: "chat", shortcut: "c" },
  reopen: { label: "Reopen …", icon: "replay", shortcut: "o" },
};
/** Buttons in sight; the rest is in the menu. */
const IN_SIGHT: readonly ActName[] = ["assign", "acknowledge", "resolve", "reopen"];

/** The buttons above one exception. Each act is an address (`?act=resolve`), so that it works without JavaScript and can be linked. */
export function ExceptionActs({ id, version, assignee, acts, choices, replayBlocked }: ExceptionActsProps): ReactNode {
  const { search } = useLocation();
  const navigate = useNavigate();
  const asked = new URLSearchParams(search);
  const act = acts.find((each) => each === asked.get("act")) ?? null;
  const isReplay = asked.has("replay") && replayBlocked === null;
  const close = (): void => void navigate(`/exceptions/${id}`, { replace: true, preventScrollReset: true });
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 noprint">
        {acts.filter((each) => IN_SIGHT.includes(each)).map((each) => (
          <ActLink key={each} id={id} act={each} />
        ))}
        <Popdown
          summaryClass="btn"
          summary={
            <>
              <Icon name="more" />
              More
            </>
          }
        >
          {acts.filter((each) => !IN_SIGHT.includes(each)).map((each) => (
            <MenuLink key={each} id={id} act={each} />
          ))}
        </Popdown>
        <ReplayLink id={id} blocked={replayBlocked} />
      </div>
      {act ? <ActSheet key={act} id={id} act={act} version={version} choices={choices} assignee={assignee} onClose={close} /> : null}
      <ReplayDrawer ids={id} open={isReplay} onOpenChange={(open) => !open && close()} />
    </>
  );
}

function useActKey(id: string, act: ActName): void {
  const navigate = useNavigate();
  useKey(ACTS[act].shortcut, { label: ACTS[act].label.replace(" …", ""), group: "This exception", run: () => void navigate(`/exceptions/${id}?act=${act}`, { preventScrollReset: true }) });
}

function ActLink({ id, act }: { id: string; act: ActName }): ReactNode {
  useActKey(id, act);
  return (
    <Link className="btn" to={`/exceptions/${id}?act=${act}`} preventScrollReset>
      <Icon name={ACTS[act].icon} />
      {ACTS[act].label}
      <kbd aria-hidden="true" className="hide-s">
        {ACTS[act].shortcut}
      </kbd>
    </Link>
  );
}

function MenuLink({ id, act }: { id: string; act: ActName }): ReactNode {
  useActKey(id, act);
  return (
    <Link className="menu-item" to={`/exceptions/${id}?act=${act}`} preventScrollReset>
      <Icon name={ACTS[act].icon} />
      {ACTS[act].label}
      <span className="end" aria-hidden="true">
        {ACTS[act].shortcut}
      </span>
    </Link>
  );
}

function ReplayLink({ id, blocked }: { id: string; blocked: string | null }): ReactNode {
  const navigate = useNavigate();
  const hydrated = useHydrated();
  useKey("r", blocked ? null : { label: "Preview replay", group: "This exception", run: () => void navigate(`/exceptions/${id}?replay`, { preventScrollReset: true }) });
  if (blocked) {
    return (
      <Button variant="primary" icon="replay" blocked={blocked}>
        Preview replay
      </Button>
    );
  }
  // Without JavaScript the preview is a page of its own.
  return (
    <ButtonLink variant="primary" icon="replay" to={hydrated ? `/exceptions/${id}?replay` : `/replays/new?ids=${id}`}>
      Preview replay
    </ButtonLink>
  );
}

function ActSheet({ id, act, version, choices, assignee, onClose }: { id: string; act: ActName; version: number; choices: ActChoices; assignee: string | null; onClose: () => void }): ReactNode {
  return (
    <FormDialog title={actTitle(act, "this exception")} verb={actVerb(act, 1)} version={version} cancelTo={`/exceptions/${id}`} onClose={onClose}>
      <input type="hidden" name="act" value={act} />
      <ActFields act={act} choices={choices} assignee={assignee} />
    </FormDialog>
  );
}
