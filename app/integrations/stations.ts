/** The groups of integrations as stations of the control tower's health strip. Pure. */
import type { Aspect } from '../components/StatusAspect.tsx'
import type { IntegrationRow } from './list.ts'

export interface HealthStation { id: string; name: string; count: number; aspect: Aspect; to: string; remark: string | null; lastEventAt: string | null }

/** One station per group in the list's order; the worst of its integrations decides, and is named. */
export function stationsOf(rows: readonly IntegrationRow[]): HealthStation[] {
  return [...Map.groupBy(rows, row => row.group)].map(([group, own]) => {
    const of = (state: IntegrationRow['state']) => own.filter(row => row.state === state)
    const [failing, late, silent] = [of('failing'), of('late'), of('no_data')]
    const worst = failing.length > 0 ? failing : late.length > 0 ? late : silent
    const words = failing.length > 0 ? 'failing' : late.length > 0 ? 'silent' : 'no data yet'
    const lastEventAt = own.map(row => row.health.lastEventAt).filter(at => at !== null).sort().at(-1) ?? null
    return {
      id: group, name: own[0]?.groupName ?? group, count: own.length, aspect: failing.length > 0 ? 'stop' : late.length > 0 ? 'caution' : silent.length > 0 ? 'unknown' : 'clear', to: failing.length > 0 ? '/integrations?show=failing' : late.length > 0 ? '/integrations?show=late' : silent.length > 0 ? '/integrations?show=no_data' : '/integrations',
      remark: worst.length === 0 ? null : worst.length === 1 ? `${words}: ${worst[0]?.name ?? ''}` : `${worst.length} ${words}`, lastEventAt,
    }
  })
}
