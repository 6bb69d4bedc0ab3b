import { defineConfig } from 'vitest/config'

// chdb needs threads for its queries beside those of Node's own work; read when a worker process starts.
process.env['UV_THREADPOOL_SIZE'] ??= '16'

export default defineConfig({
  // `#queries/…` and the like come from package.json: Node's own resolution, nothing to set here.
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', '**/node_modules/**'],
    // One chdb per process, never in a worker thread.
    pool: 'forks',
    maxWorkers: 2,
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
