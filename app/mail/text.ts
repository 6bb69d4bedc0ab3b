/** The same mail as plain text, for programs and people that read no HTML. */
import { formatCount } from '../components/format/money.ts'
import { SEVERITY_LABELS } from '../exceptions/labels.ts'
import type { MailModel } from './model.ts'
import { momentText, moneyText } from './words.ts'

/** Lines of text; links stand on their own lines, so that every program finds them. */
export function renderText(model: MailModel): string {
  const rows = model.rows.flatMap(row => [
    `* ${row.title}`,
    [row.severity ? SEVERITY_LABELS[row.severity] : '', row.detail, row.money.map(moneyText).join(', '), row.dueAt === null ? '' : `${row.late ? 'late since' : 'due'} ${momentText(row.dueAt, model.zone)}`].filter(Boolean).join(' · ').replace(/^/, '  '),
    `  ${row.href}`,
    '',
  ])
  return [
    model.heading, '', model.lead, '',
    ...model.figures.flatMap(figure => [`${figure.label}: ${formatCount(figure.count)}`, figure.href]), '',
    ...(model.money.length > 0 ? [`Money at risk: ${model.money.map(moneyText).join(', ')}`, ''] : []),
    ...rows,
    model.more?.text ?? 'Open the list', model.more?.href ?? model.links.all, '',
    `As of ${momentText(model.asOf, model.zone)}.`, '',
    '-- ', `Signalbox, ${model.policy.name}. You get this because ${model.because}.`,
    'Choose what and when:', model.links.preferences, 'Unsubscribe from this:', model.links.unsubscribe, '',
  ].join('\n')
}
