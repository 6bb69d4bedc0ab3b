import { type ReactNode, useState } from "react";
import { Avatar } from "../Avatar.tsx";
import { Button, ButtonLink } from "../Button.tsx";
import { Chip } from "../Chip.tsx";
import { CopyId } from "../CopyId.tsx";
import { EmptyState, ErrorState, NoHitState, NotAllowedState } from "../EmptyState.tsx";
import { Checkbox, RadioGroup } from "../fields/Checkbox.tsx";
import { Select, Textarea, TextField } from "../fields/Field.tsx";
import { IconButton } from "../IconButton.tsx";
import { KindMark } from "../KindMark.tsx";
import { Money } from "../Money.tsx";
import { Note } from "../Note.tsx";
import { Dialog, Drawer } from "../overlay/Drawer.tsx";
import { Menu } from "../overlay/Menu.tsx";
import { useToast } from "../overlay/Toast.tsx";
import { Panel } from "../Panel.tsx";
import { Percent } from "../Percent.tsx";
import { Severity } from "../Severity.tsx";
import { SlaClock } from "../SlaClock.tsx";
import { StatusAspect } from "../StatusAspect.tsx";
import { Segmented } from "../Tabs.tsx";
import { NotApplicable, Unknown } from "../Unknown.tsx";

/** Buttons, states, clocks, fields and overlays. */
export function Controls(): ReactNode {
  const [drawer, setDrawer] = useState(false);
  const [dialog, setDialog] = useState(false);
  const toast = useToast();
  return (
    <div className="grid gap-3 wide:grid-cols-2">
      <Panel title="Controls">
        <div className="grid gap-3">
          <div className="flex flex-wrap gap-2">
            <Button variant="primary" onClick={() => setDrawer(true)}>
              Preview replay
            </Button>
            <Button onClick={() => setDialog(true)}>Resolve …</Button>
            <Button icon="user" shortcut="a" onClick={() => toast({ text: "3 exceptions assigned to Tom Brandt", undo: () => undefined })}>
              Assign
            </Button>
            <Button variant="danger">Cancel replay</Button>
            <Button variant="quiet">Quiet</Button>
            <Button icon="lock" blocked="Posts money: Andreas Roth must approve">
              Needs approval
            </Button>
            <ButtonLink to="/kit" icon="download">
              Export 118
            </ButtonLink>
            <IconButton icon="columns" label="Choose columns" />
            <Menu
              trigger={<IconButton icon="more" label="More actions" />}
              actions={[
                { id: "a", label: "Ignore until …", icon: "bell", end: "z" },
                { id: "b", label: "Reopen", icon: "replay", blocked: "It is open" },
                { id: "c", label: "To the trace", icon: "layers", to: "/kit" },
              ]}
            />
            <Segmented
              label="Measure"
              items={[
                { label: "Count", to: "/kit?m=c", current: true },
                { label: "Money", to: "/kit?m=m" },
                { label: "Age", to: "/kit?m=a" },
              ]}
            />
          </div>
          <div className="flex flex-wrap gap-x-4 gap-y-2">
            {(["critical", "high", "normal", "low"] as const).map((level) => (
              <Severity key={level} level={level} text />
            ))}
            {(["failed", "overdue", "mismatch", "rejected"] as const).map((kind) => (
              <KindMark key={kind} kind={kind} />
            ))}
          </div>
          <div className="flex flex-wrap gap-x-4 gap-y-2">
            <StatusAspect aspect="stop">Failing</StatusAspect>
            <StatusAspect aspect="caution">At risk, late</StatusAspect>
            <StatusAspect aspect="clear">Clear</StatusAspect>
            <StatusAspect aspect="unknown">Unknown</StatusAspect>
            <StatusAspect aspect="paused">Paused</StatusAspect>
            <StatusAspect aspect="waiting">Not yet due</StatusAspect>
          </div>
          <div className="flex flex-wrap gap-4">
            <SlaClock startedAt="2026-11-20T07:00:00Z" dueAt="2026-11-20T10:22:00Z" />
            <SlaClock startedAt="2026-11-20T08:10:00Z" dueAt="2026-11-20T14:10:30Z" used={0.89} />
            <SlaClock startedAt="2026-11-20T00:00:00Z" dueAt="2026-11-21T15:35:00Z" used={0.41} />
            <SlaClock startedAt="2026-11-20T00:00:00Z" dueAt="2026-11-21T15:35:00Z" used={0.6} paused="disputed" />
          </div>
          <div className="flex flex-wrap gap-2">
            <Chip tone="stop" icon="stop">
              Missing
            </Chip>
            <Chip tone="caution" icon="split">
              Ambiguous
            </Chip>
            <Chip tone="clear" icon="check">
              Verified
            </Chip>
            <Chip tone="unknown" icon="unknown">
              Unknown
            </Chip>
            <Chip tone="accent" icon="rise">
              3 new, show
            </Chip>
            <Chip tone="outline">system of record</Chip>
            <Chip>Closed, recovered</Chip>
            <Avatar name="Miriam Keller" alone />
            <CopyId id="9f3ac77081d2e4b6c21e" hash />
          </div>
          <p className="flex flex-wrap gap-x-4">
            <Money amount={{ value: "1284310442.05", currency: "CHF" }} />
            <Money amount={{ value: "84000", currency: "JPY" }} />
            <Money amount={{ value: "-7.5", currency: "EUR" }} signed />
            <Money amount={null} />
            <Percent share={0.612} />
            <Percent share={0.9997} />
            <Percent share={0.0004} />
            <Unknown />
            <NotApplicable />
          </p>
        </div>
      </Panel>
      <Panel title="Fields and notes">
        <div className="grid gap-3 fold:grid-cols-2">
          <TextField label="Reason, kept in the audit trail" hint="Seen by the approver." defaultValue="Cost centre 4210 added in FinStar" />
          <TextField label="Amount from" problem="Write digits with a point, such as 5000.00" defaultValue="12,50" />
          <Select label="Approver" placeholder="Choose one" options={[{ value: "1", label: "Andreas Roth" }]} />
          <RadioGroup
            legend="Resolved how"
            name="code"
            options={[
              { value: "a", label: "Posted by hand" },
              { value: "b", label: "Not needed any more", hint: "Closes without a booking." },
            ]}
          />
          <Textarea label="Comment" placeholder="What should the next person know?" />
          <div>
            <Checkbox defaultChecked>Keep the order per invoice</Checkbox>
            <Checkbox>
              Include the 6 with unknown outcome. I accept that up to <Money amount={{ value: "18236.50", currency: "CHF" }} /> could be posted twice.
            </Checkbox>
          </div>
          <div className="grid gap-2 fold:col-span-2">
            <Note tone="caution">
              <b>Likely cause:</b> cost centre 4200 was split into 4210 and 4220 on 19 Nov at 17:42.
            </Note>
            <Note tone="accent">
              <b>A second person must approve.</b> This posts money and is over your limit.
            </Note>
            <Note tone="stop">FinStar confirmed 239 of 241. 2 failed again.</Note>
            <Note tone="unknown">Timed out after sending: it may already be posted.</Note>
            <Note tone="clear">Chain verified: nothing was changed, removed or inserted.</Note>
          </div>
        </div>
      </Panel>
      <Panel title="Nothing to do" lined flush>
        <EmptyState title="No unmatched payments in Leeds" actions={<ButtonLink to="/kit">See the 18 not yet due</ButtonLink>}>
          All 1,204 bank lines since 1 Nov are matched or not yet due. Checked 14:30.
        </EmptyState>
      </Panel>
      <Panel title="No hit, error, not allowed" lined flush>
        <NoHitState title="No exception fits these filters" actions={<ButtonLink to="/kit">Remove “Feeds”</ButtonLink>}>
          “Overdue” and “Feeds” exclude each other here. Without “Feeds” there are 21.
        </NoHitState>
        <ErrorState title="The list could not be loaded" actions={<Button variant="primary">Try again</Button>}>
          The event store did not answer within 10 s. Nothing is lost, your selection is kept.
        </ErrorState>
        <NotAllowedState title="This belongs to another facility">You see Klinik Aarefeld only. Ask Nadja Frei (administrator) if you need St. Verena.</NotAllowedState>
      </Panel>
      <Drawer open={drawer} onOpenChange={setDrawer} title="Preview replay" badge={<Chip>Nothing is sent yet</Chip>} sub="Odoo → FinStar, export · selection frozen at 14:31:50 CET" footer={<><Button size="l" onClick={() => setDrawer(false)}>Cancel</Button><Button size="l" variant="primary" icon="user">Ask A. Roth to approve 241</Button></>}>
        <Note tone="accent">
          <b>A second person must approve.</b> This posts money.
        </Note>
        <TextField label="Reason, kept in the audit trail" />
      </Drawer>
      <Dialog open={dialog} onOpenChange={setDialog} title="Resolve EX-20418" footer={<Button size="l" variant="primary">Resolve</Button>}>
        <Textarea label="Note" />
      </Dialog>
    </div>
  );
}
