import { type RouteConfig, route } from "@react-router/dev/routes";

// Every path of the web application. The gallery of components exists only outside production builds.
const gallery = process.env.NODE_ENV === "production" && process.env.SIGNALBOX_KIT !== "1" ? [] : [route("kit", "routes/kit.tsx")];

export default [
  route("sign-in", "routes/sign-in.tsx"),
  route("sign-out", "routes/sign-out.ts"),
  route("setup", "routes/setup.tsx"),
  route("theme", "routes/theme.ts"),
  ...gallery,
] satisfies RouteConfig;
