/** What ingestion needs to know of the catalogue: a view of one version, and where to get the newest. */
export interface CatalogueView {
  isKnownType(type: string): boolean
  integration(id: string): { strict: boolean; eventTypes: readonly string[] } | undefined
  facility(id: string): { entity: string } | undefined
  /** namespace of object ids that an integration reports from a facility (either may be ''), or undefined where the catalogue says none */
  namespaceFor(integration: string, facility: string): string | undefined
  /** legal entity of an event by facility, else by integration; '' where the catalogue says none */
  entityFor(integration: string, facility: string): string
}
export interface CatalogueSource { current(): CatalogueView }
