/**
 * The HTML of a mail, by react-email. One column of 600 px that narrows to a phone; the table's cells stack there. Colours stand inline for
 * mail programs that read nothing else, and dark ones in a style sheet for those that do. No picture, nothing loaded from anywhere.
 */
import { createElement as h, type CSSProperties, type ReactNode } from 'react'
import { Body, Container, Head, Heading, Html, Link, Preview, Section, Text } from '@react-email/components'
import { render } from '@react-email/render'
import { formatCount } from '../components/format/money.ts'
import { SEVERITY_LABELS } from '../exceptions/labels.ts'
import type { MailModel, MailRow } from './model.ts'
import { momentText, moneyText } from './words.ts'

const INK = '#12181E'
const INK2 = '#3D4752'
const INK3 = '#596470'
const LINE = '#E0E4E8'
const ACCENT = '#1C568F'
const STOP = '#AE231C'
const FONT = "Inter, 'Segoe UI', -apple-system, Roboto, Helvetica, Arial, sans-serif"

/** Dark colours win over the inline light ones only where the reader's program is dark; narrow screens stack the table. */
const SHEET = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (max-width: 480px) {
  .card { padding: 16px !important; } .stack { display: block !important; width: auto !important; text-align: left !important; } .row .stack { padding: 0 0 4px !important; border: 0 !important; } .row { display: block !important; padding: 10px 0 6px !important; border-top: 1px solid #E0E4E8; }
  .figure { display: inline-block !important; width: 46% !important; padding: 0 0 12px !important; } .head { display: none !important; } .hide { display: none !important; }
}
@media (prefers-color-scheme: dark) {
  .bg, .bg > table > tbody > tr > td { background-color: #0D1115 !important; } .card { background-color: #14191F !important; border-color: #262E37 !important; }
  .ink { color: #E9EDF1 !important; } .ink2 { color: #BCC5CE !important; } .ink3 { color: #96A2AE !important; } .link { color: #86B7EB !important; } .stop { color: #FF9B93 !important; }
  .line, .row { border-color: #262E37 !important; } .button { background-color: #86B7EB !important; color: #0D1115 !important; }
}
`

const text = (size: number, line: number, color: string, more: CSSProperties = {}): CSSProperties => ({ fontFamily: FONT, fontSize: `${size}px`, lineHeight: `${line}px`, color, margin: 0, ...more })
const numeric: CSSProperties = { textAlign: 'right', fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }

function figureCell(model: MailModel, figure: MailModel['figures'][number], index: number): ReactNode {
  return h('td', { key: figure.label, className: 'figure', style: { padding: index === 0 ? '0 12px 0 0' : '0 12px', verticalAlign: 'top', width: `${Math.floor(100 / model.figures.length)}%` } },
    h('div', { className: 'ink3', style: text(12, 16, INK3) }, figure.label),
    h(Link, { href: figure.href, className: 'link', style: text(22, 28, ACCENT, { fontWeight: 600, textDecoration: 'none', fontVariantNumeric: 'tabular-nums' }) }, formatCount(figure.count)))
}

function rowCells(row: MailRow, model: MailModel): ReactNode {
  const cell: CSSProperties = { padding: '9px 8px 9px 0', borderTop: `1px solid ${LINE}`, verticalAlign: 'top' }
  return h('tr', { key: `${row.href}`, className: 'row' },
    h('td', { className: 'stack line', style: { ...cell, wordBreak: 'break-word' } },
      h(Link, { href: row.href, className: 'link', style: text(14, 20, ACCENT, { fontWeight: 500, textDecoration: 'none' }) }, row.title),
      h('div', { className: 'ink3', style: text(12, 16, INK3) }, [row.severity ? SEVERITY_LABELS[row.severity] : null, row.detail].filter(Boolean).join(' · '))),
    h('td', { className: 'stack line', style: { ...cell, ...text(13, 20, INK, numeric) } },
      h('span', { className: 'ink' }, row.money.length === 0 ? '–' : row.money.map((amount, index) => h('span', { key: amount.currency, style: { display: 'block' } }, index < 3 ? moneyText(amount) : '…')).slice(0, 4))),
    h('td', { className: 'stack line', style: { ...cell, ...text(12, 18, row.late ? STOP : INK3, { textAlign: 'right', width: '112px' }), padding: '10px 0' } },
      row.dueAt === null ? '' : h('span', { className: row.late ? 'stop' : 'ink3' }, `${row.late ? 'Late since' : 'Due'} ${momentText(row.dueAt, model.zone)}`)))
}

function table(model: MailModel): ReactNode {
  if (model.rows.length === 0) return null
  const head = (label: string, style: CSSProperties = {}) => h('th', { key: label, scope: 'col', className: 'ink3', style: { ...text(11, 16, INK3, { fontWeight: 400, textAlign: 'left', padding: '0 8px 6px 0' }), ...style } }, label)
  return h('table', { width: '100%', cellPadding: 0, cellSpacing: 0, border: 0, style: { borderCollapse: 'collapse', marginTop: '16px' } },
    h('thead', { className: 'head' }, h('tr', null, head('What'), head('Money', { textAlign: 'right' }), head('Due', { textAlign: 'right', paddingRight: 0 }))),
    h('tbody', null, model.rows.map(row => rowCells(row, model))))
}

function document(model: MailModel): ReactNode {
  return h(Html, { lang: 'en' },
    h(Head, null, h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }), h('meta', { name: 'color-scheme', content: 'light dark' }), h('meta', { name: 'supported-color-schemes', content: 'light dark' }), h('title', null, model.subject), h('style', null, SHEET)),
    h(Preview, null, model.lead),
    h(Body, { className: 'bg', style: { backgroundColor: '#F3F5F6', margin: 0, padding: '16px 8px' } },
      h(Container, { className: 'card', style: { maxWidth: '600px', backgroundColor: '#FFFFFF', border: `1px solid ${LINE}`, borderRadius: '8px', padding: '24px' } },
        h(Text, { className: 'ink3', style: text(12, 16, INK3) }, `Signalbox · ${model.policy.name}`),
        h(Heading, { as: 'h1', className: 'ink', style: text(20, 28, INK, { fontWeight: 600, margin: '8px 0 4px', wordBreak: 'break-word' }) }, model.heading),
        h(Text, { className: 'ink2', style: text(15, 24, INK2) }, model.lead),
        h(Section, { style: { marginTop: '16px' } }, h('table', { width: '100%', cellPadding: 0, cellSpacing: 0, border: 0, role: 'presentation' }, h('tbody', null, h('tr', null, model.figures.map((figure, index) => figureCell(model, figure, index)))))),
        model.money.length === 0 ? null : h(Text, { className: 'ink', style: text(13, 20, INK, { fontVariantNumeric: 'tabular-nums', margin: '8px 0 0' }) }, 'Money at risk: ', model.money.map(moneyText).join(' · ')),
        table(model),
        h(Section, { style: { marginTop: '20px' } }, h(Link, { href: model.more?.href ?? model.links.all, className: 'button', style: text(14, 20, '#FFFFFF', { display: 'inline-block', backgroundColor: ACCENT, borderRadius: '6px', padding: '8px 14px', fontWeight: 500, textDecoration: 'none' }) }, model.more?.text ?? 'Open the list')),
        h(Text, { className: 'ink3', style: text(12, 18, INK3, { margin: '20px 0 0' }) }, `As of ${momentText(model.asOf, model.zone)}. Each number leads to the list that it counts; what was closed since is no longer in it.`),
        h(Text, { className: 'ink3 line', style: text(12, 18, INK3, { margin: '12px 0 0', paddingTop: '12px', borderTop: `1px solid ${LINE}` }) },
          `You get this because ${model.because}. `,
          h(Link, { href: model.links.preferences, className: 'link', style: text(12, 18, ACCENT) }, 'Choose what and when'), ' · ', h(Link, { href: model.links.unsubscribe, className: 'link', style: text(12, 18, ACCENT) }, 'Unsubscribe from this')))))
}

/** The mail as HTML. Everything that came from outside is text in it, never markup. */
export async function renderHtml(model: MailModel): Promise<string> {
  return await render(document(model))
}
