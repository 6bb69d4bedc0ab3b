/**
 * An error message without what differs between two cases of one cause. Words stay; identifiers, numbers, dates, amounts, quoted
 * values, addresses, files and keyed pseudonyms become `#`. Pure, and linear in the length of the message: tokens, no nested repeats.
 */

/** What stands in an error object's JSON and is words, not a value. */
const SPEAKING = 'error|error_description|errormessage|message|msg|detail|details|reason|title|description|fault|faultstring'
/** Currencies whose code is written beside an amount. */
const CURRENCIES = 'CHF|EUR|USD|GBP|JPY|KWD|BHD|OMR|CAD|AUD|SEK|NOK|DKK|PLN|CZK|HUF|RON|CNY|INR|AED|SAR|SGD|HKD|NZD|ZAR|BRL|MXN'
const MONTHS = 'jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|f[ée]vr(?:ier)?|mar(?:ch|s)?|märz|apr(?:il)?|avr(?:il)?|ma[yi]|jun[ei]?|juin|jul[yi]?|juillet|aug(?:ust)?|ao[uû]t|sep(?:t(?:ember)?)?|septembre|o[ck]t(?:ober|obre)?|nov(?:ember|embre)?|de[cz](?:ember|embre)?|d[ée]c(?:embre)?'
const DAYS = 'mon(?:day|tag)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag'
const UNITS = 'ms|s|secs?|seconds?|mins?|minutes?|h|hrs?|hours?|d|days?|bytes?|b|kb|mb|gb|am|pm|utc|gmt|cet|cest|z'

const FILE = /\.(?:csv|xml|json|pdf|txt|edi|zip|gz|xlsx?|dat|log|tmp|asc|pgp|p7m|html?|parquet)$/u
/** From a scheme or a drive to the end of the token. */
const WEB_OR_DRIVE = /(?<![a-z])(?:[a-z][a-z0-9+.-]*:\/\/|[a-z]:[\\/]).*$/u
const DIGIT = /\p{N}/u
/** A pseudonym or blank that redaction put there. */
const REDACTED = /\[(?:email|iban|card|phone|person):[0-9a-f]+\]|\[secret\]/giu
const IBAN = /\b[a-z]{2}\d{2}(?: [a-z0-9]{4})(?: (?=[a-z]{0,3}\d)[a-z0-9]{4}){2,6}(?: (?=[a-z]{0,2}\d)[a-z0-9]{1,3})?(?![\p{L}\p{N}])/gu
/** A quote opens after a gap and closes before one, so that an apostrophe (`can't`, `1'284.50`, `l'article`) is none. */
const QUOTED = /(?<![\p{L}\p{N}])(?:"[^"]*"|'[^']*'|`[^`]*`|“[^”]*”|„[^“”]*[“”]|‘[^’]*’|‚[^‘’]*[‘’]|«[^»]*»|»[^«]*«)(?![\p{L}\p{N}])/gu
/** A whole message in quotes is a message, one word in quotes a value. */
const WRAPPED = /^\s*(["'`])([^"'`\s]+\s[^"'`]*)\1\s*$/u
const SPEAKING_MEMBER = new RegExp(`["'](${SPEAKING})["']\\s*:\\s*["']([^"']*)["']`, 'giu')
const MEMBER = /["'](\w+)["']\s*:/gu
const MONEY = new RegExp(`\\b(?:${CURRENCIES})(?=\\s?[-−+]?\\d)|(?<=\\d\\s?)(?:${CURRENCIES})\\b|(?<![^\\s(=:\\[])[€$£¥](?=\\s?[-−+]?\\d)|(?<=\\d\\s?)[€$£¥](?![^\\s),;.:\\]])`, 'gu')
const AROUND_NUMBERS = [
  new RegExp(`(?<=# )(?:${MONTHS})\\b|\\b(?:${MONTHS})(?= #)`, 'gu'),
  new RegExp(`\\b(?:${DAYS})(?= #)`, 'gu'),
  new RegExp(`#(?: (?:${UNITS})(?![\\p{L}\\p{N}]))+`, 'gu'),
]

/** `Cost centre 4210 unknown for "INV-9"` → `cost centre # unknown for #`. Words in lower case, one space between, no punctuation. */
export function normaliseMessage(message: string): string {
  const text = message.normalize('NFKC').replace(/[\u200B-\u200D\uFEFF]/gu, '')
    .replace(WRAPPED, '$2').replace(REDACTED, ' # ')
  // in an error object the names are words, and so are some of the values
  const spoken = text.includes('{') ? text.replace(SPEAKING_MEMBER, '$1: $2 ;').replace(MEMBER, '$1: ') : text
  const plain = spoken.replace(MONEY, ' ').replace(QUOTED, ' # ')
    .toLowerCase().replace(IBAN, ' # ')
  let words = plain.split(/\s+/u).flatMap(tokenWords).join(' ')
  for (const expression of AROUND_NUMBERS) words = words.replace(expression, '#')
  // a list of identifiers is as long as it happens to be
  return words.replace(/#(?: (?:and|or|und|oder|et|ou|to|bis)(?= #)| #)*/gu, '#').replace(/#(?: #)+/gu, '#').trim()
}

/** The words of one token between two gaps. */
function tokenWords(token: string): string[] {
  const parts = token.replace(WEB_OR_DRIVE, ' # ').split(/[\s=:;,()[\]{}<>|!?"`“”„‘‚«»*&]+/u)
  return parts.flatMap(part => {
    if (isAddress(part)) return ['#']
    const word = part.replace(/^[^\p{L}\p{N}#]+|[^\p{L}\p{N}#]+$/gu, '')
    if (word === '') return []
    return DIGIT.test(word) || word.includes('#') || isHex(word) ? ['#'] : [word]
  })
}

/** Mail addresses, paths and files. */
function isAddress(part: string): boolean {
  return /^[^@]+@[^@]+\.[^@]+$/u.test(part) || /^(?:~|\.{1,2})?[/\\][\p{L}\p{N}_.]/u.test(part) || part.split(/[/\\]/u).length > 2 || (part.length > 4 && FILE.test(part))
}

/** Hexadecimal without a digit in it, as one in 2,500 random tokens of eight is; no word of a language has eight such letters. */
const isHex = (word: string): boolean => /^[a-f]{8,}$/u.test(word) || /^(?:[a-f]{2}[:-]){3,}[a-f]{2}$/u.test(word)
