/** The columns of the worklist. Read in the browser too, so it imports nothing. */

/** Columns that can be shown beside severity and title, in the order of the table. */
export const WORKLIST_COLUMNS = ['status', 'facility', 'process', 'step', 'integration', 'counterparty', 'money', 'age', 'lastSeen', 'times', 'sla', 'owner'] as const
export type WorklistColumn = (typeof WORKLIST_COLUMNS)[number]
/** Shown where nothing else is asked for. */
export const DEFAULT_COLUMNS: readonly WorklistColumn[] = ['money', 'age', 'sla', 'owner']
