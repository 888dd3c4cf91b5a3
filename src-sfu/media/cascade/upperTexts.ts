import iconv from 'iconv-lite';
import { escapeXml } from '../../base/escapeXml.ts';
import type { UpperItem } from '../../features/cascade/cascade.ports.ts';

/** What is written to an upper platform in MANSCDP, the XML of GB/T 28181 (2016, annex A), one function for each kind. */

export type Edition = '2016' | '2022';

/** What happened to an item, for those who subscribed. */
export type ItemEvent = 'ON' | 'OFF' | 'ADD' | 'DEL' | 'UPDATE';

const product = { manufacturer: 'Mingchu', model: 'Mingchu' } as const;

/** Under the older edition GB2312 is declared and GB18030 is written, which holds it. */
function written(content: string, edition: Edition): Buffer {
  const charset = edition === '2022' ? 'GB18030' : 'GB2312';
  return iconv.encode(`<?xml version="1.0" encoding="${charset}"?>\r\n${content}\r\n`, 'gb18030');
}

/** A name on one line. */
function escaped(text: string): string {
  return escapeXml(text.replace(/\p{Cc}/gu, ' '));
}

export function keepaliveText(ourId: string, sequence: number, edition: Edition): Buffer {
  return written(
    `<Notify>\r\n<CmdType>Keepalive</CmdType>\r\n<SN>${sequence}</SN>\r\n<DeviceID>${ourId}</DeviceID>\r\n<Status>OK</Status>\r\n</Notify>`,
    edition,
  );
}

export interface CatalogueText {
  kind: 'Response' | 'Notify';
  sequence: number;
  deviceId: string;
  /** Items in all, over every message. */
  sum: number;
  items: readonly string[];
}

/** A part of the list. */
export function catalogueText(part: CatalogueText, edition: Edition): Buffer {
  const { kind, sequence, deviceId, sum, items } = part;
  const list = `<DeviceList Num="${items.length}">\r\n${items.join('\r\n')}\r\n</DeviceList>`;
  return written(
    `<${kind}>\r\n<CmdType>Catalog</CmdType>\r\n<SN>${sequence}</SN>\r\n<DeviceID>${deviceId}</DeviceID>\r\n<SumNum>${sum}</SumNum>\r\n${list}\r\n</${kind}>`,
    edition,
  );
}

/** One item; of what is gone or only went on or off no more than its id is needed. */
export function itemText(item: UpperItem, event?: ItemEvent): string {
  const { gbId, parentId, groupId, name, camera } = item;
  const said = event === undefined ? '' : `<Event>${event}</Event>`;
  if (event === 'ON' || event === 'OFF' || event === 'DEL')
    return `<Item><DeviceID>${gbId}</DeviceID>${said}</Item>`;
  const civil = gbId.slice(0, 6);
  const head = `<Item><DeviceID>${gbId}</DeviceID>${said}<Name>${escaped(name)}</Name>`;
  const group = groupId === undefined ? '' : `<BusinessGroupID>${groupId}</BusinessGroupID>`;
  if (camera === undefined)
    return `${head}<CivilCode>${civil}</CivilCode><ParentID>${parentId}</ParentID>${group}</Item>`;
  return (
    `${head}<Manufacturer>${product.manufacturer}</Manufacturer><Model>${product.model}</Model><Owner>0</Owner>` +
    `<CivilCode>${civil}</CivilCode><Address>0</Address><Parental>0</Parental><ParentID>${parentId}</ParentID>` +
    `<SafetyWay>0</SafetyWay><RegisterWay>1</RegisterWay><Secrecy>0</Secrecy><Status>${camera.isOn ? 'ON' : 'OFF'}</Status><Info><PTZType>${camera.canTurn ? 1 : 3}</PTZType>${group}</Info></Item>`
  );
}

export function deviceInfoText(
  info: { deviceId: string; name: string; channels: number; version: string },
  sequence: number,
  edition: Edition,
): Buffer {
  const { deviceId, name, channels, version } = info;
  return written(
    `<Response>\r\n<CmdType>DeviceInfo</CmdType>\r\n<SN>${sequence}</SN>\r\n<DeviceID>${deviceId}</DeviceID>\r\n<DeviceName>${escaped(name)}</DeviceName>\r\n<Result>OK</Result>\r\n<Manufacturer>${product.manufacturer}</Manufacturer>\r\n<Model>${product.model}</Model>\r\n<Firmware>${escaped(version)}</Firmware>\r\n<Channel>${channels}</Channel>\r\n</Response>`,
    edition,
  );
}

export function deviceStatusText(
  status: { deviceId: string; isOn: boolean; localTime: string },
  sequence: number,
  edition: Edition,
): Buffer {
  const { deviceId, isOn, localTime } = status;
  return written(
    `<Response>\r\n<CmdType>DeviceStatus</CmdType>\r\n<SN>${sequence}</SN>\r\n<DeviceID>${deviceId}</DeviceID>\r\n<Result>OK</Result>\r\n<Online>${isOn ? 'ONLINE' : 'OFFLINE'}</Online>\r\n<Status>OK</Status>\r\n<Encode>ON</Encode>\r\n<Record>OFF</Record>\r\n<DeviceTime>${localTime}</DeviceTime>\r\n</Response>`,
    edition,
  );
}

/** Views that a camera remembers, by the numbers with which they are gone to. */
export function presetsText(
  deviceId: string,
  presets: readonly { number: number; name: string }[],
  sequence: number,
  edition: Edition,
): Buffer {
  const items = presets.map(
    ({ number, name }) =>
      `<Item><PresetID>${number}</PresetID><PresetName>${escaped(name)}</PresetName></Item>`,
  );
  const sum = edition === '2022' ? `<SumNum>${presets.length}</SumNum>\r\n` : '';
  return written(
    `<Response>\r\n<CmdType>PresetQuery</CmdType>\r\n<SN>${sequence}</SN>\r\n<DeviceID>${deviceId}</DeviceID>\r\n${sum}<PresetList Num="${presets.length}">\r\n${items.join('\r\n')}\r\n</PresetList>\r\n</Response>`,
    edition,
  );
}

/** How the hub is set towards a platform, by which that reckons when it takes it for gone. */
export function basicParamText(
  set: { deviceId: string; name: string; registerSeconds: number; keepaliveSeconds: number },
  sequence: number,
  edition: Edition,
): Buffer {
  const { deviceId, name, registerSeconds, keepaliveSeconds } = set;
  return written(
    `<Response>\r\n<CmdType>ConfigDownload</CmdType>\r\n<SN>${sequence}</SN>\r\n<DeviceID>${deviceId}</DeviceID>\r\n<Result>OK</Result>\r\n<BasicParam>\r\n<Name>${escaped(name)}</Name>\r\n<Expiration>${registerSeconds}</Expiration>\r\n<HeartBeatInterval>${keepaliveSeconds}</HeartBeatInterval>\r\n<HeartBeatCount>3</HeartBeatCount>\r\n</BasicParam>\r\n</Response>`,
    edition,
  );
}

/** The answer to a question that this hub has nothing for, such as recordings, or to a wish that it does not fulfil, such as a broadcast. */
export function nothingText(command: string, deviceId: string, sequence: number, edition: Edition): Buffer {
  const rest =
    command === 'RecordInfo'
      ? '<Name></Name>\r\n<SumNum>0</SumNum>\r\n<RecordList Num="0"></RecordList>'
      : '<Result>ERROR</Result>';
  return written(
    `<Response>\r\n<CmdType>${escaped(command)}</CmdType>\r\n<SN>${sequence}</SN>\r\n<DeviceID>${deviceId}</DeviceID>\r\n${rest}\r\n</Response>`,
    edition,
  );
}
