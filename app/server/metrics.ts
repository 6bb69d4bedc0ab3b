/** Figures of the process for Prometheus. Routes are counted by their pattern, never by address: addresses hold identifiers. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

export interface Metrics {
  /** Counts an answered request. `route` is a pattern; `seconds` its duration. */
  observe(method: string, route: string, status: number, seconds: number): void
  /** A gauge read when somebody asks; null (unknown) is left out, never zero. */
  gauge(name: string, help: string, read: () => number | null | Promise<number | null>): void
  /** Figures that only ever grow, read when somebody asks, one per label value. */
  totals(name: string, help: string, label: string, read: () => Readonly<Record<string, number>>): void
  text(): Promise<string>
  contentType: string
}

/** Metrics of their own registry, so that tests and roles do not share counts. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Counter({ name: 'signalbox_http_requests_total', help: 'Answered requests', labelNames: ['method', 'route', 'status'], registers: [registry] })
  const durations = new Histogram({ name: 'signalbox_http_request_seconds', help: 'Time to answer', labelNames: ['method', 'route'], buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1, 3, 10], registers: [registry] })
  return {
    observe(method, route, status, seconds) {
      requests.inc({ method, route, status })
      durations.observe({ method, route }, seconds)
    },
    gauge(name, help, read) {
      new Gauge({
        name, help, registers: [registry],
        async collect() {
          const value = await read()
          if (value === null) this.remove()
          else this.set(value)
        },
      })
    },
    totals(name, help, label, read) {
      new Gauge({
        name, help, labelNames: [label], registers: [registry],
        collect() {
          for (const [value, count] of Object.entries(read())) this.set({ [label]: value }, count)
        },
      })
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
