import type { District } from '../../src-shared/cameras/cameras.protocol.ts';

/** A squad of the demo: one in each district, around its seat. Ids begin with `demo-`, so that no operator's is meant. */
export interface DemoSquad {
  squadId: string;
  name: string;
  nameEn: string;
  district: District;
  /** Where it sets out from (WGS-84). */
  station: { latitude: number; longitude: number };
  /** The first one leads it. */
  members: readonly { memberId: string; name: string }[];
}

function squad(
  word: string,
  name: string,
  nameEn: string,
  district: District,
  [latitude, longitude]: readonly [number, number],
  names: readonly string[],
): DemoSquad {
  const squadId = `demo-${word}`;
  const members = names.map((member, order) => ({ memberId: `${squadId}-${order + 1}`, name: member }));
  return { squadId, name, nameEn, district, station: { latitude, longitude }, members };
}

/** What the demo's phones are called at the desk; by it a phone of an earlier start is known. */
export const demoPhoneName = 'Mingchu demo phone';

/** The squad whose leader answers. */
export const answeringSquadId = 'demo-wenquan';

export const demoSquads: readonly DemoSquad[] = [
  squad(
    'wenquan',
    '温泉中队',
    'Wenquan squad',
    '咸安区',
    [29.8405, 114.3215],
    ['陈志强', '刘婷', '王建国', '周敏'],
  ),
  squad('yuyue', '鱼岳中队', 'Yuyue squad', '嘉鱼县', [29.9655, 113.9432], ['熊波', '廖晓燕', '余海涛']),
  squad('junshui', '隽水中队', 'Junshui squad', '通城县', [29.2468, 113.8172], ['黎军', '吴秀英', '胡文斌']),
  squad(
    'tiancheng',
    '天城中队',
    'Tiancheng squad',
    '崇阳县',
    [29.5512, 114.0386],
    ['汪磊', '庞丽娟', '沈国平'],
  ),
  squad('tongyang', '通羊中队', 'Tongyang squad', '通山县', [29.6063, 114.4827], ['阮志勇', '徐芳']),
  squad('puqi', '蒲圻中队', 'Puqi squad', '赤壁市', [29.7204, 113.8881], ['宋伟', '但小红', '马超']),
];
