import type { RandomSource } from '../random.ts';
import { pick } from './pick.ts';
import { villages } from './places.ts';
import type { Town, Word } from './places.ts';
import { properNames } from './properNames.ts';
import { districtNames } from './schoolNames.ts';

const trades: readonly Word[] = [
  ['机械', 'Machinery'],
  ['电子科技', 'Electronics'],
  ['纺织', 'Textiles'],
  ['茶业', 'Tea Works'],
  ['竹业', 'Bamboo Works'],
  ['物流', 'Logistics'],
  ['建材', 'Building Materials'],
  ['食品', 'Foods'],
  ['医药', 'Pharmaceuticals'],
  ['新能源', 'New Energy'],
  ['印刷包装', 'Packaging'],
  ['苎麻', 'Ramie'],
  ['云母制品', 'Mica'],
  ['涂附磨具', 'Abrasives'],
  ['农业开发', 'Agriculture'],
];

/** Offices that each district has one of. */
const bureaus: readonly Word[] = [
  ['税务局', 'Tax Bureau'],
  ['人民法院', 'Court'],
  ['人民检察院', 'Procuratorate'],
  ['公安局', 'Public Security Bureau'],
  ['教育局', 'Education Bureau'],
  ['水利和湖泊局', 'Water and Lakes Bureau'],
  ['财政局', 'Finance Bureau'],
  ['自然资源和规划局', 'Planning Bureau'],
  ['交通运输局', 'Transport Bureau'],
  ['市场监督管理局', 'Market Supervision Bureau'],
  ['农业农村局', 'Agriculture Bureau'],
  ['林业局', 'Forestry Bureau'],
  ['卫生健康局', 'Health Bureau'],
  ['政务服务中心', 'Civic Centre'],
  ['气象局', 'Weather Bureau'],
];

/** Offices that each town has one of. */
const townOffices: readonly Word[] = [
  ['派出所', 'Police Station'],
  ['财政所', 'Finance Office'],
  ['税务所', 'Tax Office'],
  ['市场监管所', 'Market Supervision Office'],
  ['司法所', 'Justice Office'],
  ['水利站', 'Waterworks Office'],
];

const careNames: readonly Word[] = [
  ['夕阳红', 'Red Sunset'],
  ['颐康', 'Yikang'],
  ['松鹤', 'Pine and Crane'],
  ['福寿', 'Fushou'],
  ['长青', 'Evergreen'],
  ['安康', 'Ankang'],
  ['金秋', 'Golden Autumn'],
  ['怡养', 'Yiyang'],
  ['康乐', 'Kangle'],
  ['百福', 'Baifu'],
  ['重阳', 'Chongyang Festival'],
  ['晚晴', 'Evening Clear'],
  ['和睦', 'Harmony'],
  ['仁爱', "Ren'ai"],
  ['桑榆', 'Sangyu'],
  ['椿萱', 'Chunxuan'],
];
const careKinds: readonly Word[] = [
  ['养老院', 'Care Home'],
  ['老年公寓', 'Senior Residence'],
  ['康养中心', 'Health and Care Centre'],
  ['护理院', 'Nursing Home'],
  ['颐养院', 'Rest Home'],
];

/** A name for a company's canteen; it may be taken already. */
export function companyCanteenName(random: RandomSource, { name }: Town): Word {
  if (random() < 0.12) return [`${name[0]}产业园职工食堂`, `${name[1]} Industrial Park Staff Canteen`];
  const [proper, properEn] = pick(random, properNames);
  const [trade, tradeEn] = pick(random, trades);
  return [`${proper}${trade}有限公司职工食堂`, `${properEn} ${tradeEn} Staff Canteen`];
}

/** A name for an office's canteen; it may be taken already. */
export function governmentCanteenName(random: RandomSource, { name, kind, district, isSeat }: Town): Word {
  if (isSeat && random() < 0.8) {
    const [bureau, bureauEn] = pick(random, bureaus);
    const [place, placeEn] = districtNames[district];
    return [`${place}${bureau}机关食堂`, `${placeEn} ${bureauEn} Canteen`];
  }
  if (random() < 0.4) {
    const office = kind === '街道' ? '街道办事处' : '镇人民政府';
    return [`${name[0]}${office}机关食堂`, `${name[1]} Town Hall Canteen`];
  }
  const [office, officeEn] = pick(random, townOffices);
  return [`${name[0]}${office}机关食堂`, `${name[1]} ${officeEn} Canteen`];
}

/** A name for a care home; it may be taken already. */
export function careHomeName(random: RandomSource, { name, kind, isSeat }: Town): Word {
  if (!isSeat && random() < 0.5) {
    const [village, villageEn] = pick(random, villages);
    return random() < 0.4
      ? [`${name[0]}${kind}福利院`, `${name[1]} Welfare Home`]
      : [`${name[0]}${kind}${village}互助养老中心`, `${name[1]} ${villageEn} Senior Centre`];
  }
  const [proper, properEn] = pick(random, careNames);
  const [home, homeEn] = pick(random, careKinds);
  const [prefix, prefixEn] = random() < 0.3 ? [name[0], `${name[1]} `] : ['', ''];
  return [`${prefix}${proper}${home}`, `${prefixEn}${properEn} ${homeEn}`];
}
