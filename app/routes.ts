import { index, layout, type RouteConfig, route } from "@react-router/dev/routes";

// Every path of the web application. The gallery of components exists only outside production builds.
const gallery = process.env.NODE_ENV === "production" && process.env.SIGNALBOX_KIT !== "1" ? [] : [route("kit", "routes/kit.tsx")];

/** What people work on: the tower, exceptions, replays. */
const work = [
  index("routes/_index.tsx"),
  route("exceptions", "routes/exceptions.tsx"),
  route("exceptions/:id", "routes/exception.tsx"),
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
  route("search", "routes/search.tsx"),
  route("backlog", "routes/backlog.tsx"),
  route("rejected", "routes/rejected.tsx"),
  route("rules", "routes/rules.tsx"),
  route("rules/:set/:id", "routes/rule.tsx"),
  route("audit", "routes/audit.tsx"),
  route("developer/queries", "routes/developer.queries.tsx"),
];

/** What only scripts of these pages ask for. */
const resources = [route("exceptions/selection", "routes/exceptions.selection.ts")];

export default [
  route("sign-in", "routes/sign-in.tsx"),
  route("sign-out", "routes/sign-out.ts"),
  route("setup", "routes/setup.tsx"),
  route("theme", "routes/theme.ts"),
  ...gallery,
  ...resources,
  layout("routes/_shell.tsx", [...work, ...look]),
] satisfies RouteConfig;
