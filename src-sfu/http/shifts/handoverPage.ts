import { shiftItemKinds } from '../../../src-shared/shifts/shift.ts';
import type { ReadItem, ShiftReading } from '../../../src-shared/shifts/shifts.protocol.ts';
import { handoverWords, type HandoverWords } from './handoverWords.ts';

export interface HandoverPageOptions {
  language: 'zh-CN' | 'en';
  printedAt: string;
  shiftName: string | undefined;
  time(atMs: number): string;
}

/** Rows of one kind that are printed; more are counted. */
const maxRows = 200;

/** A shift as a page of A4 that needs nothing else: what happened, notes, open items with their signatures, names and hash. */
export function handoverPage(reading: ShiftReading, options: HandoverPageOptions): string {
  const words = handoverWords[options.language];
  const { shift, log, notes, hiddenNotes = 0, items, newItems, hash } = reading;
  const { time } = options;
  const override = shift.ended?.override;
  const facts: [string, string][] = [
    [words.officer, shift.officer.name],
    [words.shift, options.shiftName ?? '—'],
    [words.from, time(shift.startedAtMs)],
    [words.to, shift.ended === undefined ? words.goesOn : time(shift.ended.atMs)],
    [words.receiver, shift.receiver?.name ?? '—'],
  ];
  const { orders } = log;
  const figures: [string, number][] = [
    [words.alerts[0], log.alerts[0] ?? 0],
    [words.alerts[1], log.alerts[1] ?? 0],
    [words.alerts[2], log.alerts[2] ?? 0],
    [words.falseAlarms, log.falseAlarms],
    [words.ordersWritten, orders.written],
    [words.ordersClosed, orders.closed],
    [words.overdue, orders.overdue],
    [words.escalated, orders.escalated],
    [words.emergencies, log.emergencies],
    [words.outages, log.outages],
  ];
  const lists = shiftItemKinds.map((kind) => {
    const own = items.filter((item) => item.kind === kind);
    if (own.length === 0) return '';
    const more = own.length > maxRows ? `<p>${text(words.more(own.length - maxRows))}</p>` : '';
    const rows = own.slice(0, maxRows).map((item) => itemRow(item, words, options));
    return `<h3>${text(words.kinds[kind])} (${own.length})</h3>
<table><thead><tr><th>${text(words.what)}</th><th>${text(words.since)}</th><th>${text(words.state)}</th><th>${text(words.signed)}</th></tr></thead><tbody>${rows.join('')}</tbody></table>${more}`;
  });
  return `<!doctype html>
<html lang="${options.language}"><head><meta charset="utf-8"><title>${text(words.title)}</title><style>${style}</style></head><body>
<h1>${text(words.title)}</h1>
<dl>${facts.map(([name, value]) => `<div><dt>${text(name)}</dt><dd>${text(value)}</dd></div>`).join('')}</dl>
${override === undefined ? '' : `<p class="override">${text(words.override(override.by.name, override.unsigned, override.reason))}</p>`}
<h2>${text(words.happened)}</h2>
<dl class="figures">${figures.map(([name, value]) => `<div><dt>${text(name)}</dt><dd>${value}</dd></div>`).join('')}</dl>
${log.lines.length === 0 ? '' : `<table><tbody>${log.lines.map((line) => `<tr><td class="time">${text(time(line.atMs))}</td><td>${text(words.lines[line.kind])}</td><td>${text(line.name)}</td></tr>`).join('')}</tbody></table>`}
<h2>${text(words.notes)}</h2>
${hiddenNotes > 0 ? `<p>${text(words.hiddenNotes(hiddenNotes))}</p>` : notes.length === 0 ? `<p>${text(words.noNotes)}</p>` : `<table><tbody>${notes.map((note) => `<tr><td class="time">${text(time(note.atMs))}</td><td class="who">${text(note.by)}</td><td class="note">${text(note.text)}</td></tr>`).join('')}</tbody></table>`}
<h2>${text(words.open)} (${items.length})</h2>
${lists.join('\n') === '' || items.length === 0 ? `<p>${text(words.nothingOpen)}</p>` : lists.join('\n')}
${newItems.length === 0 ? '' : `<p>${text(words.newItems(newItems.length))}</p>`}
<section class="names"><p>${text(words.officer)}: ${text(shift.officer.name)}<span></span></p><p>${text(words.receiver)}: ${text(shift.receiver?.name ?? '')}<span></span></p></section>
<footer>${text(words.printed(options.printedAt))}<br>SHA-256 <code>${hash}</code></footer>
</body></html>
`;
}

function itemRow(item: ReadItem, words: HandoverWords, { language, time }: HandoverPageOptions): string {
  const name = language === 'en' ? (item.nameEn ?? item.name) : item.name;
  const shown = item.kind === 'server' ? (words.states[item.state] ?? item.state) : name;
  const state = words.states[item.state] ?? item.state;
  const present =
    item.present === 'ended'
      ? ` → ${words.hasEnded}`
      : item.stateNow === undefined
        ? ''
        : ` → ${words.states[item.stateNow] ?? item.stateNow}`;
  const signed =
    item.signed === undefined ? words.notSigned : `${item.signed.by.name} ${time(item.signed.atMs)}`;
  const grade = item.class === undefined ? '' : `${words.classOf(item.class)} · `;
  return `<tr><td>${text(grade + shown)}</td><td class="time">${text(time(item.sinceMs))}</td><td>${text(state + present)}</td><td>${text(signed)}</td></tr>`;
}

function text(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const style = `
@page { size: A4; margin: 14mm 14mm 16mm; }
body { margin: 0 auto; max-width: 182mm; padding: 6mm; background: #fff; color: #000; font: 10pt/1.4 'Noto Sans CJK SC', 'Noto Sans SC', 'Microsoft YaHei', system-ui, sans-serif; }
@media print { body { padding: 0; } }
h1 { margin: 0 0 3mm; font-size: 17pt; }
h2 { margin: 5mm 0 1.5mm; border-bottom: 0.4mm solid #000; font-size: 12pt; break-after: avoid; }
h3 { margin: 3mm 0 1mm; font-size: 10pt; break-after: avoid; }
dl { display: grid; grid-template-columns: repeat(5, 1fr); gap: 1mm 4mm; margin: 0; }
dt { color: #444; font-size: 8pt; } dd { margin: 0; font-weight: 600; }
table { width: 100%; border-collapse: collapse; }
thead { display: table-header-group; }
th, td { padding: 0.7mm 1.5mm; border: 0.2mm solid #888; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { background: #eee; font-weight: 600; }
tr { break-inside: avoid; }
.time { width: 36mm; white-space: nowrap; } .who { width: 24mm; } .note { white-space: pre-wrap; }
.override { padding: 2mm; border: 0.4mm solid #000; font-weight: 600; }
.names { display: grid; grid-template-columns: 1fr 1fr; gap: 8mm; margin-top: 10mm; break-inside: avoid; }
.names span { display: block; height: 12mm; border-bottom: 0.3mm solid #000; }
footer { margin-top: 5mm; color: #444; font-size: 8pt; overflow-wrap: anywhere; }
`;
