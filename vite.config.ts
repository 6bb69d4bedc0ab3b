import { reactRouter } from "@react-router/dev/vite";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [tailwindcss(), reactRouter()],
  // Source maps would publish the sources of the browser's half; errors are reported with names kept on the server.
  build: { sourcemap: false },
});
