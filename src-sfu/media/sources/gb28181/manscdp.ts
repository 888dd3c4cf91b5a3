import iconv from 'iconv-lite';
import type { CatalogueItem, CataloguePart } from '../../../features/recorders/recorders.ports.ts';

/**
 * MANSCDP, the XML of GB/T 28181, as recorders write it: flat, with items in a list, in any of three charsets, sometimes cut
 * or with rubbish between. It is searched for what is needed, by a reader that knows no entities of its own, no nesting and
 * no names but those that it is asked for; so there is nothing to bomb.
 */

const maxTextLength = 65_536;
const maxFieldLength = 256;
const maxItems = 1_000;
/** Below this a clock is right. Milliseconds. */
const clockToleranceMs = 5_000;
const hourMs = 3_600_000;
/** A clock of another zone may also be wrong by less than this. Milliseconds. */
const nearHourMs = 5 * 60_000;
const farthestZoneMs = 14 * hourMs;
const deviceTimeForm = /^\s*(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d{1,9})?\s*(z|[+-]\d\d:?\d\d)?/i;
const deviceIdForm = /^\d{20}$/;
/** What recorders also list: provinces to districts by their two to eight digits. They count as items. */
const districtForm = /^\d{2,8}$/;

/** The text of a body: what is valid UTF-8 beyond ASCII is UTF-8 whatever was declared, all else GB18030, which holds GB2312 and GBK. */
export function decodeManscdp(body: Buffer): string {
  const bytes = body.subarray(0, maxTextLength);
  const text = isUtf8(bytes) ? bytes.toString('utf8') : iconv.decode(bytes, 'gb18030');
  return text.replace(/[\p{Cc}\ufeff]/gu, (odd) => ('\t\r\n'.includes(odd) ? odd : ''));
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** The root, such as `Notify` or `Response`, and what is written in it. */
export interface Manscdp {
  kind: 'Notify' | 'Query' | 'Response' | 'Control';
  command: string;
  sequence: number | undefined;
  deviceId: string | undefined;
  text: string;
}

const kinds = ['Notify', 'Query', 'Response', 'Control'] as const;

/** Undefined when the body is no MANSCDP. */
export function readManscdp(body: Buffer): Manscdp | undefined {
  const text = decodeManscdp(body);
  const root = /<(Notify|Query|Response|Control)\b/.exec(text);
  if (root === null) return undefined;
  const kind = kinds.find((one) => one === root[1]);
  const from = text.slice(root.index);
  const command = fieldOf(from, 'CmdType');
  if (kind === undefined || command === undefined) return undefined;
  const sequence = Number(fieldOf(from, 'SN') ?? Number.NaN);
  const deviceId = fieldOf(from, 'DeviceID');
  return {
    kind,
    command,
    sequence: Number.isSafeInteger(sequence) ? sequence : undefined,
    deviceId: deviceId !== undefined && deviceIdForm.test(deviceId) ? deviceId : undefined,
    text: from,
  };
}

/** The content of the first element of this name, or the attribute of this name in the first tag; undefined without either. */
export function fieldOf(text: string, name: string): string | undefined {
  const open = text.indexOf(`<${name}>`);
  if (open !== -1) {
    const start = open + name.length + 2;
    const end = text.slice(start, start + maxFieldLength + 1).indexOf('<');
    if (end !== -1) return unescaped(text.slice(start, start + end)).trim();
    return undefined;
  }
  const tagEnd = text.slice(0, 2 * maxFieldLength).indexOf('>');
  const tag = text.slice(0, Math.max(0, tagEnd));
  const at = tag.indexOf(` ${name}="`);
  if (at === -1) return undefined;
  const start = at + name.length + 3;
  const end = tag.indexOf('"', start);
  return end === -1 ? undefined : unescaped(tag.slice(start, end)).trim();
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replace(
    /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([\da-f]{1,6}));/gi,
    (whole, name?: string, decimal?: string, hex?: string) =>
      name === undefined
        ? characterOf(decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal))
        : (entities[name] ?? whole),
  );
}

/** The character of a number; nothing for what is no character of a name: controls, halves of pairs, numbers beyond the last one. */
function characterOf(code: number): string {
  const isCharacter = code >= 0x20 && code <= 0x10_ffff && !(code >= 0xd800 && code <= 0xdfff);
  return isCharacter ? String.fromCodePoint(code).replace(/[\p{Cc}\ufeff]/gu, '') : '';
}

const channelTypes = new Set(['131', '132', '134', '135', '136', '137']);
/** Kinds of folders: recorders and platforms, groups and virtual folders. */
const folderTypes = new Set(['111', '118', '200', '215', '216']);

export function readCatalogue({ text }: Pick<Manscdp, 'text'>): CataloguePart {
  const items: CatalogueItem[] = [];
  let at = text.indexOf('<Item');
  while (at !== -1 && items.length < maxItems) {
    const next = text.indexOf('<Item', at + 5);
    const piece = text.slice(at, next === -1 ? undefined : next);
    const end = piece.indexOf('</Item>');
    const item = end === -1 ? undefined : readItem(piece.slice(0, end));
    if (item !== undefined) items.push(item);
    at = next;
  }
  const sum = Number(fieldOf(text, 'SumNum') ?? Number.NaN);
  return { items, sum: Number.isInteger(sum) && sum >= 0 && sum <= 100_000 ? sum : undefined };
}

function readItem(text: string): CatalogueItem | undefined {
  const deviceId = fieldOf(text, 'DeviceID');
  const isDistrict = deviceId !== undefined && districtForm.test(deviceId);
  if (deviceId === undefined || !(isDistrict || deviceIdForm.test(deviceId))) return undefined;
  const status = fieldOf(text, 'Status')?.toUpperCase();
  const type = deviceId.slice(10, 13);
  const event = fieldOf(text, 'Event')?.toUpperCase();
  return {
    deviceId,
    name: (fieldOf(text, 'Name') ?? '').slice(0, 100),
    isOn: isOnBy(status) ?? isOnByEvent[event ?? ''],
    isChannel:
      channelTypes.has(type) ||
      (status !== undefined && status !== '' && !isDistrict && !folderTypes.has(type)),
    isFixed: fieldOf(text, 'PTZType') === '3',
    event,
  };
}

/**
 * How far a device's clock is ahead of the system's date, in milliseconds, by the time that it says: with its zone, or without one as
 * local time; undefined without a time. Some seconds are the way of the message and the cut of the second, and count as none. What is a
 * whole hour and little more or less, or a half hour, up to 14 hours, is another zone than ours, as of a hub in a container, and no wrong clock.
 */
export function clockOffsetOf({ text }: Pick<Manscdp, 'text'>, wallMs: number): number | undefined {
  const said = deviceTimeForm.exec(fieldOf(text, 'DeviceTime') ?? '');
  if (said === null) return undefined;
  const [, date, time, zone = ''] = said;
  const deviceMs = Date.parse(`${date}T${time}${zone.toUpperCase()}`);
  if (Number.isNaN(deviceMs)) return undefined;
  const offsetMs = withoutZone(deviceMs - wallMs);
  return Math.abs(offsetMs) < clockToleranceMs ? 0 : offsetMs;
}

function withoutZone(differenceMs: number): number {
  for (const [stepMs, leftMs] of [
    [hourMs, nearHourMs],
    [hourMs / 2, clockToleranceMs],
  ] as const) {
    const zoneMs = Math.round(differenceMs / stepMs) * stepMs;
    if (Math.abs(zoneMs) <= farthestZoneMs && Math.abs(differenceMs - zoneMs) < leftMs)
      return differenceMs - zoneMs;
  }
  return differenceMs;
}

function isOnBy(status: string | undefined): boolean | undefined {
  return status === undefined || status === '' ? undefined : status === 'ON' || status === 'OK';
}

/** What a notice says by its kind alone. */
const isOnByEvent: Readonly<Record<string, boolean | undefined>> = {
  ON: true,
  OFF: false,
  VLOST: false,
  DEFECT: false,
};

function document(content: string, edition: '2016' | '2022' = '2016'): Buffer {
  const charset = edition === '2022' ? 'GB18030' : 'GB2312';
  return iconv.encode(`<?xml version="1.0" encoding="${charset}"?>\r\n${content}\r\n`, 'gb18030');
}

/** Asks for the catalogue of a device. */
export function catalogueQuery(deviceId: string, sequence: number): Buffer {
  return document(
    `<Query>\r\n<CmdType>Catalog</CmdType>\r\n<SN>${sequence}</SN>\r\n<DeviceID>${deviceId}</DeviceID>\r\n</Query>`,
  );
}

/** Asks a device how it is: any answer is a sign of life. */
export function statusQuery(deviceId: string, sequence: number): Buffer {
  return document(
    `<Query>\r\n<CmdType>DeviceStatus</CmdType>\r\n<SN>${sequence}</SN>\r\n<DeviceID>${deviceId}</DeviceID>\r\n</Query>`,
  );
}

/** Asks a channel which views it remembers, and under which numbers. */
export function presetQuery(channelId: string, sequence: number): Buffer {
  return document(
    `<Query>\r\n<CmdType>PresetQuery</CmdType>\r\n<SN>${sequence}</SN>\r\n<DeviceID>${channelId}</DeviceID>\r\n</Query>`,
  );
}

/** The numbers that the parts of an answer name, and whether it is whole by the sum that it says. */
export function readPresets(parts: readonly Pick<Manscdp, 'text'>[]): {
  numbers: Set<number>;
  isWhole: boolean;
} {
  const numbers = new Set<number>();
  for (const { text } of parts)
    for (const [, id] of text.matchAll(/<PresetID>\s*(\d{1,5})\s*<\/PresetID>/g)) numbers.add(Number(id));
  const sums = parts.map(({ text }) => Number(fieldOf(text, 'SumNum') ?? Number.NaN));
  const sum = Math.max(0, ...sums.filter((one) => Number.isInteger(one) && one <= 1_000));
  return { numbers, isWhole: numbers.size >= sum };
}

/** Asks a device to send its alarms of every kind. */
export function alarmSubscription(deviceId: string, sequence: number): Buffer {
  return document(
    `<Query>\r\n<CmdType>Alarm</CmdType>\r\n<SN>${sequence}</SN>\r\n<DeviceID>${deviceId}</DeviceID>\r\n<StartAlarmPriority>0</StartAlarmPriority>\r\n<EndAlarmPriority>0</EndAlarmPriority>\r\n<AlarmMethod>0</AlarmMethod>\r\n</Query>`,
  );
}

/** Says that an alarm was received; devices without this answer repeat it. */
export function alarmReceipt(deviceId: string, sequence: number): Buffer {
  return document(
    `<Response>\r\n<CmdType>Alarm</CmdType>\r\n<SN>${sequence}</SN>\r\n<DeviceID>${deviceId}</DeviceID>\r\n<Result>OK</Result>\r\n</Response>`,
  );
}

/** Asks a channel for a key picture; the word is spelt differently in the editions of 2016 and 2022. */
export function keyPictureControl(
  channelId: string,
  sequence: number,
  edition: '2016' | '2022' = '2016',
): Buffer {
  const word = edition === '2022' ? 'IFrameCmd' : 'IFameCmd';
  return document(
    `<Control>\r\n<CmdType>DeviceControl</CmdType>\r\n<SN>${sequence}</SN>\r\n<DeviceID>${channelId}</DeviceID>\r\n<${word}>Send</${word}>\r\n</Control>`,
    edition,
  );
}

/** Says that somebody will speak to a voice output; the device then calls the platform. */
export function broadcastNotice(platformId: string, targetId: string, sequence: number): Buffer {
  return document(
    `<Notify>\r\n<CmdType>Broadcast</CmdType>\r\n<SN>${sequence}</SN>\r\n<SourceID>${platformId}</SourceID>\r\n<TargetID>${targetId}</TargetID>\r\n</Notify>`,
  );
}

/** Turns a channel by the bytes of `ptzCommand.ts`. */
export function turnControl(channelId: string, sequence: number, command: string): Buffer {
  return document(
    `<Control>\r\n<CmdType>DeviceControl</CmdType>\r\n<SN>${sequence}</SN>\r\n<DeviceID>${channelId}</DeviceID>\r\n<PTZCmd>${command}</PTZCmd>\r\n<Info>\r\n<ControlPriority>5</ControlPriority>\r\n</Info>\r\n</Control>`,
  );
}
