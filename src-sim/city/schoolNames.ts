import type { District } from '../../src-shared/cameras/cameras.protocol.ts';
import type { RandomSource } from '../random.ts';
import { pick, pickWeighted } from './pick.ts';
import { villages } from './places.ts';
import type { Town, Word } from './places.ts';

const kindergartens: readonly Word[] = [
  ['小太阳', 'Little Sun'],
  ['金色童年', 'Golden Childhood'],
  ['蓝天', 'Blue Sky'],
  ['七色花', 'Rainbow Flower'],
  ['启明星', 'Morning Star'],
  ['小天鹅', 'Little Swan'],
  ['阳光', 'Sunshine'],
  ['童心', 'Child at Heart'],
  ['大风车', 'Windmill'],
  ['苗苗', 'Seedlings'],
  ['新苗', 'New Sprouts'],
  ['智慧树', 'Tree of Wisdom'],
  ['彩虹', 'Rainbow'],
  ['小博士', 'Little Scholar'],
  ['金苹果', 'Golden Apple'],
  ['爱心', 'Loving Heart'],
  ['蒲公英', 'Dandelion'],
  ['向日葵', 'Sunflower'],
  ['小蜜蜂', 'Little Bee'],
  ['快乐童年', 'Happy Childhood'],
  ['未来星', 'Future Star'],
  ['雨露', 'Dew'],
  ['花蕾', 'Flower Bud'],
  ['育红', 'Yuhong'],
];

const numerals = ['一', '二', '三', '四', '五', '六', '七', '八'] as const;

/** What a district is called in its schools' and offices' names. */
export const districtNames: Readonly<Record<District, Word>> = {
  咸安区: ['咸安区', "Xian'an"],
  嘉鱼县: ['嘉鱼县', 'Jiayu'],
  通城县: ['通城县', 'Tongcheng'],
  崇阳县: ['崇阳县', 'Chongyang'],
  通山县: ['通山县', 'Tongshan'],
  赤壁市: ['赤壁市', 'Chibi'],
};

const bigSchools: readonly Word[] = [
  ['实验小学', 'Experimental Primary School'],
  ['实验中学', 'Experimental Middle School'],
  ['外国语学校', 'Foreign Language School'],
  ['职业技术学校', 'Vocational School'],
  ['特殊教育学校', 'Special Education School'],
  ['高级中学', 'High School'],
  ['思源实验学校', 'Siyuan School'],
];
const numberedSchools: readonly Word[] = [
  ['小学', 'Primary School'],
  ['中学', 'Middle School'],
  ['初级中学', 'Junior Middle School'],
  ['幼儿园', 'Kindergarten'],
];
const townSchools: readonly Word[] = [
  ['中心小学', 'Central Primary School'],
  ['中心幼儿园', 'Central Kindergarten'],
  ['中学', 'Middle School'],
  ['初级中学', 'Junior Middle School'],
  ['九年一贯制学校', 'Nine-year School'],
];
const villageSchools: readonly Word[] = [
  ['小学', 'Primary School'],
  ['完全小学', 'Full Primary School'],
  ['幼儿园', 'Kindergarten'],
];
const canteens: readonly { weight: number; word: Word }[] = [
  { weight: 8, word: ['食堂', 'Canteen'] },
  { weight: 1, word: ['学生食堂', 'Student Canteen'] },
  { weight: 1, word: ['第二食堂', 'Second Canteen'] },
];

function districtSchool(random: RandomSource, { district }: Town): Word {
  const [place, placeEn] = districtNames[district];
  if (random() < 0.3) {
    const [kind, kindEn] = pick(random, bigSchools);
    return [`${place}${kind}`, `${placeEn} ${kindEn}`];
  }
  const number = Math.floor(random() * numerals.length);
  const [kind, kindEn] = pick(random, numberedSchools);
  return [`${place}第${numerals[number]}${kind}`, `${placeEn} No. ${number + 1} ${kindEn}`];
}

function townSchool(random: RandomSource, { name, kind: townKind }: Town): Word {
  const [kind, kindEn] = pick(random, townSchools);
  return [`${name[0]}${kind.startsWith('中心') ? townKind : ''}${kind}`, `${name[1]} ${kindEn}`];
}

function villageSchool(random: RandomSource, { name, kind: townKind }: Town): Word {
  const [village, villageEn] = pick(random, villages);
  const [kind, kindEn] = pick(random, villageSchools);
  return [`${name[0]}${townKind}${village}${kind}`, `${name[1]} ${villageEn} ${kindEn}`];
}

function namedKindergarten(random: RandomSource, { name, isSeat }: Town): Word {
  const [proper, properEn] = pick(random, kindergartens);
  const [prefix, prefixEn] = isSeat && random() < 0.4 ? ['', ''] : [name[0], `${name[1]} `];
  return [`${prefix}${proper}幼儿园`, `${prefixEn}${properEn} Kindergarten`];
}

/** A name for a school's canteen; it may be taken already. */
export function schoolCanteenName(random: RandomSource, town: Town): Word {
  const forms = town.isSeat
    ? [
        { weight: 4, form: districtSchool },
        { weight: 2, form: townSchool },
        { weight: 5, form: namedKindergarten },
        { weight: 2, form: villageSchool },
      ]
    : [
        { weight: 4, form: townSchool },
        { weight: 2, form: namedKindergarten },
        { weight: 6, form: villageSchool },
      ];
  const [school, schoolEn] = pickWeighted(random, forms, ({ weight }) => weight).form(random, town);
  const isKindergarten = school.endsWith('幼儿园');
  const [canteen, canteenEn] = isKindergarten
    ? (['食堂', 'Canteen'] as const)
    : pickWeighted(random, canteens, ({ weight }) => weight).word;
  return [`${school}${canteen}`, `${schoolEn} ${canteenEn}`];
}
