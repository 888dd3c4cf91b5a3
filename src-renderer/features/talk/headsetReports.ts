/** An item of a report as WebHID describes it; only what is read of it. */
export interface HidItem {
  isArray?: boolean;
  isRange?: boolean;
  usages?: readonly number[];
  usageMinimum?: number;
  usageMaximum?: number;
  /** Bits of one field, and the number of fields. */
  reportSize?: number;
  reportCount?: number;
  logicalMinimum?: number;
}

/** A top-level collection of a HID device. Its reports have the items of the collections inside it, too, in their order. */
export interface HidCollection {
  usagePage?: number;
  inputReports?: readonly { reportId?: number; items?: readonly HidItem[] }[];
}

/** Where a talk button lies in a report. */
export interface TalkField {
  buttonId: string;
  reportId: number;
  offsetBits: number;
  sizeBits: number;
  /** In an array each field holds the number of a button that is down: this is the number. In all others 0 is up. */
  arrayValue: number | undefined;
}

/** HID Usage Tables 1.5, section 14: telephony devices. The numbers of usages have their page in the upper 16 bits. */
export const telephonyPage = 0x0b;
const hookSwitch = 0x0b_0020;
/** Handsets with a talk button of their own have it on the button page, inside their telephony collection. */
const buttonPage = 0x09;
/** A device that describes more is broken or hostile. */
const mostFields = 1_024;
const mostBits = 32;

/** The talk buttons of a headset or handset: its hook switch, and its programmable buttons. */
export function findTalkFields(collections: readonly HidCollection[]): TalkField[] {
  return collections
    .filter(({ usagePage }) => usagePage === telephonyPage)
    .flatMap(({ inputReports = [] }) =>
      inputReports.flatMap(({ reportId = 0, items = [] }) => fieldsOf(reportId, items)),
    );
}

function fieldsOf(reportId: number, items: readonly HidItem[]): TalkField[] {
  const found: TalkField[] = [];
  let offsetBits = 0;
  for (const item of items) {
    const { reportSize: sizeBits = 0, reportCount: count = 0, isArray = false } = item;
    if (sizeBits > mostBits || count > mostFields) return found;
    for (let index = 0; index < count; index += 1) {
      const place = { reportId, offsetBits: offsetBits + index * sizeBits, sizeBits };
      for (const [usage, arrayValue] of isArray ? arrayUsages(item) : variableUsage(item, index)) {
        if (isTalkUsage(usage)) {
          found.push({
            ...place,
            buttonId: `${usage.toString(16)} of report ${reportId}`,
            arrayValue,
          });
        }
      }
    }
    offsetBits += count * sizeBits;
  }
  return found;
}

function isTalkUsage(usage: number): boolean {
  return usage === hookSwitch || usage >>> 16 === buttonPage;
}

function variableUsage(item: HidItem, index: number): [number, undefined][] {
  const { usages = [], usageMinimum, usageMaximum = 0 } = item;
  if (item.isRange === true && usageMinimum !== undefined) {
    return usageMinimum + index <= usageMaximum ? [[usageMinimum + index, undefined]] : [];
  }
  // The last usage stands for all fields that follow.
  const usage = usages[index] ?? usages.at(-1);
  return usage === undefined ? [] : [[usage, undefined]];
}

function arrayUsages(item: HidItem): [number, number][] {
  const { usages = [], usageMinimum, usageMaximum = 0, logicalMinimum = 0 } = item;
  if (item.isRange === true && usageMinimum !== undefined) {
    const count = Math.min(mostFields, usageMaximum - usageMinimum + 1);
    return Array.from({ length: Math.max(0, count) }, (_, index) => [
      usageMinimum + index,
      logicalMinimum + index,
    ]);
  }
  return usages.slice(0, mostFields).map((usage, index) => [usage, logicalMinimum + index]);
}

/**
 * Which talk buttons are down in a report. A button that the report is too short for counts as up: a microphone that closes too early is
 * opened again. Buttons of other reports are not in the answer.
 */
export function readTalkFields(
  fields: readonly TalkField[],
  reportId: number,
  data: DataView,
): Map<string, boolean> {
  const buttons = new Map<string, boolean>();
  for (const field of fields) {
    if (field.reportId !== reportId) continue;
    const value = bitsOf(data, field.offsetBits, field.sizeBits);
    const isDown =
      value !== undefined && (field.arrayValue === undefined ? value !== 0 : value === field.arrayValue);
    // Several fields of an array may hold the button.
    buttons.set(field.buttonId, isDown || buttons.get(field.buttonId) === true);
  }
  return buttons;
}

/** An unsigned number of the report, whose lowest bit comes first; undefined where the report is too short. */
function bitsOf(data: DataView, offset: number, size: number): number | undefined {
  if (size === 0 || offset + size > data.byteLength * 8) return undefined;
  let value = 0;
  for (let bit = 0; bit < size; bit += 1) {
    const at = offset + bit;
    if ((data.getUint8(at >> 3) & (1 << (at & 7))) !== 0) value += 2 ** bit;
  }
  return value;
}
