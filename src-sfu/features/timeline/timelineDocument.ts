import { laneMarks } from '../../../src-shared/timeline/laneMarks.ts';
import { timelineLanes, type TimelineEvent } from '../../../src-shared/timeline/timeline.protocol.ts';
import { svgPath, trackMap } from '../../../src-shared/timeline/trackMap.ts';
import { eventWords, type Words } from '../../../src-shared/timeline/timelineWords.ts';
import { escapeHtml } from '../../../src-shared/escapeHtml.ts';
import { seatInWords } from '../../base/deskName.ts';
import type { WordLanguage } from '../../base/words.ts';
import type { Timeline } from './timeline.service.ts';

/** A picture in the document: a JPEG. */
export interface DocumentPicture {
  event: TimelineEvent;
  jpeg: Uint8Array;
}

export interface TimelineDocument {
  timeline: Timeline;
  pictures: readonly DocumentPicture[];
  /** Pictures that are not in the document, because it would be too large or the hub does not have them. */
  picturesLeftOut: number;
  language: WordLanguage;
  words: Words;
  /** The date on which it is made. */
  madeAtMs: number;
  by: string;
  /** The time zone in which times are written, such as `Asia/Shanghai`. */
  timeZone: string;
}

const style = `
:root{color-scheme:light}
body{margin:1.5rem;color:#16191c;background:#fff;font:13px/1.45 "Noto Sans CJK SC","Noto Sans SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif}
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:1.5rem 0 .5rem}
p{margin:.25rem 0;color:#444}.warn{color:#8a1c12}
table{border-collapse:collapse;width:100%;table-layout:fixed}
th,td{padding:.25rem .5rem;border-bottom:1px solid #ddd;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{background:#f2f3f4}thead{display:table-header-group}tr{break-inside:avoid}
td:first-child{white-space:nowrap}
.alert td:nth-child(3){color:#b3261e;font-weight:600}
svg{display:block;width:100%;height:auto;border:1px solid #ccc;background:#fafafa}
svg text{font-size:11px;fill:#16191c}
figure{display:inline-block;width:46%;margin:0 2% 1rem 0;break-inside:avoid;vertical-align:top}
figure img{width:100%}figcaption{color:#444}
.map{max-width:34rem}
@page{size:A4;margin:14mm}
@media print{body{margin:0;font-size:10px}}
`;

/** Nothing in the document may load or run anything, wherever it is opened. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** Text in a direction of its own, so that right-to-left letters and marks in it turn nothing around them. */
function isolated(text: string): string {
  return `<bdi>${escapeHtml(text)}</bdi>`;
}

/** The whole timeline as one HTML file that needs nothing else: styles, pictures and the map are within. */
export function timelineHtml(document: TimelineDocument): string {
  const { timeline, language, words, timeZone } = document;
  const { head, events } = timeline;
  const say = (key: string, parameters?: Record<string, string | number>): string =>
    words(key, parameters) ?? key;
  const locale = language === 'en' ? 'en-GB' : 'zh-CN';
  const format = new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'medium',
    hourCycle: 'h23',
    timeZone,
  });
  const at = (atMs: number): string => format.format(atMs);
  const name = (language === 'en' ? head.nameEn : undefined) ?? head.name;
  const subject = say(`timeline.subject.${head.subject.type}`, { number: head.number ?? '' });
  const title = `${say('timeline.title')} · ${subject} · ${name}`;
  const last = events.at(-1);
  const remarks = [
    say('timeline.count', { count: events.length }),
    ...(timeline.hiddenLanes.length === 0
      ? []
      : [
          say('timeline.hidden', {
            lanes: timeline.hiddenLanes
              .map((lane) => say(`timeline.lane.${lane}`))
              .join(language === 'en' ? ', ' : '、'),
          }),
        ]),
  ];
  const warnings = [
    ...(timeline.isCut && last !== undefined
      ? [say('timeline.cut', { count: events.length, at: at(last.atMs) })]
      : []),
    ...timeline.clockSteps.map(({ atMs, byMs }) =>
      say('timeline.clockSet', { at: at(atMs), by: Math.round(byMs / 1_000) }),
    ),
    ...(document.picturesLeftOut === 0
      ? []
      : [say('timeline.export.picturesLeftOut', { count: document.picturesLeftOut })]),
  ];
  const columns = ['time', 'lane', 'what', 'who', 'detail'].map(
    (column) => `<th scope="col">${escapeHtml(say(`timeline.export.column.${column}`))}</th>`,
  );
  const rows = events
    .filter(({ lane }) => lane !== 'position')
    .map((event) => row(event, timeline, language, words, at));
  const positions = events.length - rows.length;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${policy}">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escapeHtml(say('timeline.title'))} · ${escapeHtml(subject)} · ${isolated(name)}</h1>
<p>${escapeHtml(say('timeline.export.period', { from: at(head.fromMs), to: at(head.toMs), zone: timeZone }))}</p>
<p>${escapeHtml(say('timeline.export.madeAt', { at: at(document.madeAtMs), who: seatInWords(document.by, words) }))}</p>
${remarks.map((text) => `<p>${escapeHtml(text)}</p>`).join('\n')}
${warnings.map((text) => `<p class="warn">${escapeHtml(text)}</p>`).join('\n')}
${lanesSvg(timeline, say, at)}
${mapSvg(timeline, say)}
${positions === 0 ? '' : `<p>${escapeHtml(say('timeline.export.positions', { count: positions }))}</p>`}
<h2>${escapeHtml(say('timeline.list'))}</h2>
${rows.length === 0 ? `<p>${escapeHtml(say('timeline.empty'))}</p>` : `<table><colgroup><col style="width:20%"><col style="width:11%"><col style="width:17%"><col style="width:15%"><col></colgroup><thead><tr>${columns.join('')}</tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table>`}
${picturesHtml(document, say, at)}
</body>
</html>
`;
}

function row(
  event: TimelineEvent,
  { names }: Timeline,
  language: WordLanguage,
  words: Words,
  at: (atMs: number) => string,
): string {
  const { what, who, detail } = eventWords(event, names, language, words);
  const lasted =
    event.endedAtMs === undefined
      ? undefined
      : words('timeline.lasted', { clock: clockText(event.endedAtMs - event.atMs) });
  const deviceTime =
    event.happenedAtMs === undefined
      ? undefined
      : words('timeline.deviceTime', { at: at(event.happenedAtMs) });
  const details = [
    detail === '' ? '' : isolated(detail),
    ...[lasted, deviceTime].map((text) => (text === undefined ? '' : escapeHtml(text))),
  ].filter((part) => part !== '');
  const lane = words(`timeline.lane.${event.lane}`) ?? event.lane;
  return `<tr class="${event.lane}"><td>${escapeHtml(at(event.atMs))}</td><td>${escapeHtml(lane)}</td><td>${escapeHtml(what)}</td><td>${isolated(seatInWords(who, words))}</td><td>${details.join(' · ')}</td></tr>`;
}

const lanesSize = { width: 1_000, row: 20, names: 150 };

/** All lanes over one axis. */
function lanesSvg(
  { head, events }: Timeline,
  say: (key: string) => string,
  at: (atMs: number) => string,
): string {
  if (events.length === 0) return '';
  const { width, row: rowHeight, names } = lanesSize;
  const height = rowHeight * timelineLanes.length + 18;
  const shown = { fromMs: Math.min(head.fromMs, events[0]?.atMs ?? head.fromMs), toMs: head.toMs };
  const marks = laneMarks(events, shown, width - names).map(
    ({ lane, x, width: length }) =>
      `<rect x="${names + x}" y="${lane * rowHeight + 4}" width="${length}" height="${rowHeight - 8}" fill="${timelineLanes[lane] === 'alert' ? '#b3261e' : '#4a5963'}"/>`,
  );
  const labels = timelineLanes.map(
    (lane, index) =>
      `<text x="4" y="${(index + 0.7) * rowHeight}">${escapeHtml(say(`timeline.lane.${lane}`))}</text><path d="M0,${index * rowHeight}h${width}" stroke="#ddd"/>`,
  );
  const axis = `<text x="${names}" y="${height - 4}">${escapeHtml(at(shown.fromMs))}</text><text x="${width - 4}" y="${height - 4}" text-anchor="end">${escapeHtml(at(shown.toMs))}</text>`;
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(say('timeline.lanes'))}">${labels.join('')}${marks.join('')}${axis}</svg>`;
}

const mapSize = { width: 640, height: 420 };
const trackColours = ['#1f5f8b', '#8a5a00', '#2e7d32', '#6a3d9a', '#00695c', '#9c2a5b'];

/** Where everybody went: north is up. */
function mapSvg(
  { head, events, names }: Timeline,
  say: (key: string, parameters?: Record<string, string | number>) => string,
): string {
  const map = trackMap(events, head.place, mapSize);
  if (map === undefined || map.tracks.length === 0) return '';
  const tracks = map.tracks.map(({ memberId, points }, index) => {
    const colour = trackColours[index % trackColours.length] ?? '#1f5f8b';
    const end = points.at(-1);
    const label =
      end === undefined
        ? ''
        : `<circle cx="${end.x.toFixed(1)}" cy="${end.y.toFixed(1)}" r="5" fill="${colour}"/><text x="${(end.x + 8).toFixed(1)}" y="${(end.y + 4).toFixed(1)}">${escapeHtml(names[memberId]?.name ?? memberId)}</text>`;
    return `<path d="${svgPath(points)}" fill="none" stroke="${colour}" stroke-width="2"/>${label}`;
  });
  const place =
    map.place === undefined
      ? ''
      : `<circle cx="${map.place.x.toFixed(1)}" cy="${map.place.y.toFixed(1)}" r="7" fill="none" stroke="#b3261e" stroke-width="3"/><text x="${(map.place.x + 10).toFixed(1)}" y="${(map.place.y - 8).toFixed(1)}">${escapeHtml(say('timeline.map.place'))}</text>`;
  const { metres, width } = map.scale;
  const scaleText =
    metres < 1_000
      ? say('timeline.map.metres', { count: metres })
      : say('timeline.map.kilometres', { distance: metres / 1_000 });
  const scale = `<path d="M12,${mapSize.height - 12}h${width.toFixed(1)}" stroke="#16191c" stroke-width="2"/><text x="12" y="${mapSize.height - 18}">${escapeHtml(scaleText)}</text>`;
  return `<h2>${escapeHtml(say('timeline.lane.position'))}</h2><svg class="map" viewBox="0 0 ${mapSize.width} ${mapSize.height}" role="img" aria-label="${escapeHtml(say('timeline.lane.position'))}">${tracks.join('')}${place}${scale}</svg>`;
}

function picturesHtml(
  { pictures }: TimelineDocument,
  say: (key: string, parameters?: Record<string, string | number>) => string,
  at: (atMs: number) => string,
): string {
  if (pictures.length === 0) return '';
  const figures = pictures.map(({ event, jpeg }) => {
    const caption = escapeHtml(say('timeline.picture.at', { at: at(event.atMs) }));
    const data = Buffer.from(jpeg).toString('base64');
    return `<figure><img alt="${caption}" src="data:image/jpeg;base64,${data}"><figcaption>${caption}</figcaption></figure>`;
  });
  return `<h2>${escapeHtml(say('timeline.lane.picture'))}</h2>\n${figures.join('\n')}`;
}

/** `4:07`, `1:04:07`. */
function clockText(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1_000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
