import type { RecorderHabits } from './recorderHabits.ts';

export interface ListedChannel {
  channelId: string;
  name: string;
  /** Whether it has a motor; left out: the recorder does not say. */
  turns?: boolean;
}

/** The messages with which a recorder lists its channels: one for each of them, as many recorders do, or fewer. */
export function catalogueMessages(asked: {
  recorderId: string;
  platformId: string;
  channels: readonly ListedChannel[];
  habits: RecorderHabits;
  serial: string;
  /** Whether it is the first time. */
  isFirst: boolean;
}): string[] {
  const { recorderId, platformId, channels, habits, serial, isFirst } = asked;
  const { sumMore = 0, lostOnce = [], itemsPerMessage = 1 } = habits;
  const items = [
    ...(habits.folders === true ? folders(recorderId, platformId) : []),
    ...channels.map((channel) => itemOf(channel, habits.folders === true ? platformId : recorderId, habits)),
  ];
  const sent = items.filter((_item, index) => !(isFirst && lostOnce.includes(index)));
  const messages: string[] = [];
  for (let from = 0; from < sent.length; from += itemsPerMessage)
    messages.push(
      catalogueMessage({
        ...{ recorderId, habits, serial, sum: items.length + sumMore },
        items: sent.slice(from, from + itemsPerMessage),
      }),
    );
  if (habits.mixedList !== true) return messages;
  const mixed = messages.reverse();
  return [...mixed, ...mixed.slice(-1)];
}

/** What a recorder sends unasked: its first channel, as if it had no other. */
export function unaskedCatalogue(asked: {
  recorderId: string;
  channel: ListedChannel;
  habits: RecorderHabits;
}): string {
  const { recorderId, channel, habits } = asked;
  const items = [itemOf(channel, recorderId, habits)];
  return catalogueMessage({ recorderId, habits, serial: '999999', sum: 1, items });
}

function catalogueMessage(parts: {
  recorderId: string;
  habits: RecorderHabits;
  serial: string;
  sum: number;
  items: readonly string[];
}): string {
  const { recorderId, habits, serial, sum, items } = parts;
  const opening =
    habits.attributes === true
      ? `<Response CmdType="Catalog" SN="${serial}" DeviceID="${recorderId}">`
      : `<Response><CmdType>Catalog</CmdType><SN>${serial}</SN><DeviceID>${recorderId}</DeviceID>`;
  const list = `<SumNum>${sum}</SumNum><DeviceList Num="${items.length}">${items.join('')}</DeviceList>`;
  const rubbish = habits.rubbish === true ? '</DeviceList></Response>\0\0' : '';
  return `<?xml version="1.0" encoding="GB2312"?>${opening}${list}${rubbish}</Response>`;
}

function itemOf(
  { channelId, name, turns }: ListedChannel,
  parent: string,
  { rubbish }: RecorderHabits,
): string {
  const motor = turns === undefined ? '' : `<Info><PTZType>${turns ? 1 : 3}</PTZType></Info>`;
  const [address, after] =
    rubbish === true ? ['<Address>\0\u0001<<&#0;</Addres></Address>', '</Item>'] : ['', ''];
  return `<Item><DeviceID>${channelId}</DeviceID><Name>${name}</Name>${address}<ParentID>${parent}</ParentID><Status>ON</Status>${motor}</Item>${after}`;
}

/** A district, the platform itself, and a group and a folder that lie in each other. */
function folders(recorderId: string, platformId: string): string[] {
  const place = recorderId.slice(0, 10);
  const [group, folder] = [`${place}2150000001`, `${place}2160000001`];
  const parents = [
    [recorderId.slice(0, 6), platformId],
    [platformId, recorderId],
    [group, folder],
    [folder, group],
  ];
  return parents.map(
    ([id, parent]) =>
      `<Item><DeviceID>${id}</DeviceID><Name>分组</Name><ParentID>${parent}</ParentID><Status>ON</Status></Item>`,
  );
}

/** What a recorder says of itself when it is asked; its time is local time without a zone. */
export function statusMessage(
  recorderId: string,
  query: string,
  { clockOffsetMs = 0 }: RecorderHabits,
): string {
  const serial = /<SN>(\d+)/.exec(query)?.[1] ?? '0';
  const now = new Date(Date.now() + clockOffsetMs);
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
  return `<?xml version="1.0" encoding="GB2312"?><Response><CmdType>DeviceStatus</CmdType><SN>${serial}</SN><DeviceID>${recorderId}</DeviceID><Result>OK</Result><Online>ONLINE</Online><Status>OK</Status><DeviceTime>${local}</DeviceTime></Response>`;
}

/** The views that a channel remembers (GB/T 28181-2016, A.2.6). */
export function presetsMessage(channelId: string, query: string, numbers: readonly number[]): string {
  const serial = /<SN>(\d+)/.exec(query)?.[1] ?? '0';
  const items = numbers.map(
    (number) => `<Item><PresetID>${number}</PresetID><PresetName>预置位${number}</PresetName></Item>`,
  );
  return `<?xml version="1.0" encoding="GB2312"?><Response><CmdType>PresetQuery</CmdType><SN>${serial}</SN><DeviceID>${channelId}</DeviceID><SumNum>${numbers.length}</SumNum><PresetList Num="${numbers.length}">${items.join('')}</PresetList></Response>`;
}
