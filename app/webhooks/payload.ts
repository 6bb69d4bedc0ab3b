/** What a webhook is sent: our own JSON, or the shapes that chat systems take. The numbers are the mail's. */
import { formatCount } from '../components/format/money.ts'
import type { MailModel } from '../mail/model.ts'
import { momentText, moneyText } from '../mail/words.ts'

/** Rows told in a chat message; the rest is behind the link. */
const CHAT_ROWS = 10
/** Slack refuses a section of more than 3,000 characters and a header of more than 150; Teams a message of more than 28 KB. */
const SLACK_SECTION = 2900
const SLACK_HEADER = 150
const TEAMS_ROWS = 20_000

/** The body for a format; one that is not known gets our own. */
export function webhookBody(format: string, model: MailModel): string {
  if (format === 'slack') return JSON.stringify(slackMessage(model))
  if (format === 'teams') return JSON.stringify(teamsMessage(model))
  return JSON.stringify(genericMessage(model))
}

/** `{type, timestamp, data}` of Standard Webhooks; every field is always present. */
function genericMessage(model: MailModel): object {
  return {
    type: `signalbox.sla.${model.kind}`, timestamp: model.asOf,
    data: {
      policy: model.policy, subject: model.subject, heading: model.heading, lead: model.lead, items: model.items, asOf: model.asOf, money: model.money, href: model.links.all,
      figures: model.figures.map(({ label, count, href }) => ({ label, count, href })),
      rows: model.rows.map(({ title, href, count, severity, detail, money, dueAt, late }) => ({ title, href, count, severity, detail, money, dueAt, late })),
    },
  }
}

/** Slack reads `&`, `<` and `>` as its markup; nothing else of a title may become a mention or a link. */
const slackText = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const slackLink = (href: string, text: string): string => `<${href.replaceAll('|', '%7C').replaceAll('>', '%3E')}|${slackText(text).replaceAll('|', '¦')}>`

/** Whole lines as long as they fit: half a link is none. */
function fitting(lines: readonly string[], room: number): string[] {
  let left = room
  return lines.filter(line => (left -= line.length + 1) >= 0)
}

function slackMessage(model: MailModel): object {
  const figures = model.figures.map(figure => `${slackLink(figure.href, formatCount(figure.count))} ${slackText(figure.label.toLowerCase())}`).join(' · ')
  const rows = fitting(model.rows.slice(0, CHAT_ROWS).map(row => `• ${slackLink(row.href, row.title)}${row.money.length > 0 ? ` ${slackText(row.money.map(moneyText).join(', '))}` : ''}`), SLACK_SECTION)
  const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } })
  return {
    text: slackText(model.subject),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: model.heading.length <= SLACK_HEADER ? model.heading : `${[...model.heading].slice(0, SLACK_HEADER - 2).join('')}…`, emoji: false } },
      section(`${slackText(model.lead)}\n${figures}`),
      ...(rows.length > 0 ? [section(rows.join('\n'))] : []),
      { type: 'context', elements: [{ type: 'mrkdwn', text: `${slackText(model.policy.name)} · as of ${momentText(model.asOf, model.zone)} · ${slackLink(model.links.all, 'open the list')}` }] },
    ],
  }
}

function teamsMessage(model: MailModel): object {
  // Adaptive Cards read some Markdown: what could be it is escaped.
  const plain = (text: string) => text.replace(/[\\`*_[\]<>]/g, character => `\\${character}`)
  const line = (text: string, more: object = {}) => ({ type: 'TextBlock', text, wrap: true, ...more })
  return {
    type: 'message', summary: model.subject,
    attachments: [{
      contentType: 'application/vnd.microsoft.card.adaptive',
      content: {
        $schema: 'http://adaptivecards.io/schemas/adaptive-card.json', type: 'AdaptiveCard', version: '1.4',
        body: [
          line(plain(model.heading), { size: 'Medium', weight: 'Bolder' }), line(plain(model.lead)),
          { type: 'FactSet', facts: model.figures.map(figure => ({ title: figure.label, value: formatCount(figure.count) })) },
          ...fitting(model.rows.slice(0, CHAT_ROWS).map(row => `[${plain(row.title)}](${row.href.replaceAll(')', '%29')})${row.money.length > 0 ? ` ${row.money.map(moneyText).join(', ')}` : ''}`), TEAMS_ROWS).map(text => line(text)),
          line(`${plain(model.policy.name)} · as of ${momentText(model.asOf, model.zone)}`, { isSubtle: true, size: 'Small' }),
        ],
        actions: [{ type: 'Action.OpenUrl', title: 'Open the list', url: model.links.all }],
      },
    }],
  }
}
