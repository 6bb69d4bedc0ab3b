/** What ingestion needs of a logger; pino's fits. Payloads and identifiers are never handed to it. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
