import { index, layout, type RouteConfig, route } from "@react-router/dev/routes";

// Every path of the web application. The gallery of components exists only outside production builds.
const gallery = process.env.NODE_ENV === "production" && process.env.SIGNALBOX_KIT !== "1" ? [] : [route("kit", "routes/kit.tsx")];

/** What people work on: the tower, exceptions, replays. */
const work = [
  index("routes/_index.tsx"),
  route("exceptions", "routes/exceptions.tsx"),
  route("exceptions/bulk", "routes/exceptions.bulk.tsx"),
  route("exceptions/:id", "routes/exception.tsx"),
  route("groups", "routes/groups.tsx"),
  route("groups/:fingerprint", "routes/group.tsx"),
  route("queue", "routes/queue.tsx"),
  route("queue/watching", "routes/queue.watching.tsx"),
  route("views", "routes/views.tsx"),
  route("views/:id", "routes/view.tsx"),
  route("replays", "routes/replays.tsx"),
  route("replays/new", "routes/replay-new.tsx"),
  route("replays/:id", "routes/replay.tsx"),
];

/** What people look at: objects, traces, events, integrations, lists, the record of acts. */
const look = [
  route("objects/:type", "routes/objects.tsx"),
  route("objects/:type/:id", "routes/object.tsx"),
  route("traces/:correlationId", "routes/trace.tsx"),
  route("events/:source/:id", "routes/event.tsx"),
  route("integrations", "routes/integrations.tsx"),
  route("integrations/:id", "routes/integration.tsx"),
  route("invoice-exports", "routes/invoice-exports.tsx"),
  route("payments", "routes/payments.tsx"),
  route("charge-capture", "routes/charge-capture.tsx"),
  route("feeds", "routes/feeds.tsx"),
  route("technical", "routes/technical.tsx"),
  route("assistance", "routes/assistance.tsx"),
  route("assistance/events", "routes/assistance.events.tsx"),
  route("search", "routes/search.tsx"),
  route("backlog", "routes/backlog.tsx"),
  route("expectations", "routes/expectations.tsx"),
  route("expectations/:process/:id", "routes/expectation.tsx"),
  route("rejected", "routes/rejected.tsx"),
  route("rules", "routes/rules.tsx"),
  route("rules/:set/:id", "routes/rule.tsx"),
  route("audit", "routes/audit.tsx"),
  route("developer/queries", "routes/developer.queries.tsx"),
];

/** What a lead works from: one page per business process. */
const views = [
  route("purchase-orders", "routes/purchase-orders.tsx"),
  route("purchase-orders/suppliers", "routes/suppliers.tsx"),
  route("purchase-orders/suppliers/:id", "routes/supplier.tsx"),
  route("replenishment", "routes/replenishment.tsx"),
  route("approvers", "routes/approvers.tsx"),
  route("master-data", "routes/master-data.tsx"),
];

/** Who is told of what. */
const tell = [
  route("sla", "routes/sla.tsx"),
  route("sla/policies/:id", "routes/sla.policy.tsx"),
  route("sla/mails", "routes/sla.mails.tsx"),
  route("sla/mails/:id", "routes/sla.mail.tsx"),
  route("sla/me", "routes/sla.me.tsx"),
  route("sla/webhooks", "routes/sla.webhooks.tsx"),
];

/** What only scripts and frames of these pages ask for. */
const resources = [route("sla/policies/:id/preview", "routes/sla.preview.ts"), route("sla/mails/:id/html", "routes/sla.mail-html.ts"), route("exceptions/selection", "routes/exceptions.selection.ts"), route("queue/watch", "routes/queue.watch.ts"), route("queue/seen", "routes/queue.seen.ts")];

export default [
  route("sign-in", "routes/sign-in.tsx"),
  route("sign-out", "routes/sign-out.ts"),
  route("setup", "routes/setup.tsx"),
  route("unsubscribe/:token", "routes/unsubscribe.tsx"),
  route("theme", "routes/theme.ts"),
  ...gallery,
  ...resources,
  layout("routes/_shell.tsx", [...work, ...views, ...look, ...tell]),
] satisfies RouteConfig;
