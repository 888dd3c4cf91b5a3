import type { District, SiteType } from './cameras.protocol.ts';

/** What a thing is called in both languages, the first word of each being its proper name. */
export interface Words {
  zh: readonly [string, ...string[]];
  en: readonly [string, ...string[]];
}

/** Types of site as people write them. */
export const siteTypeWords: Record<SiteType, Words> = {
  school_canteen: { zh: ['学校食堂', '学校'], en: ['school canteen', 'school'] },
  restaurant: { zh: ['社会餐饮', '餐馆', '餐厅'], en: ['restaurant'] },
  company_canteen: { zh: ['企业食堂', '企业'], en: ['company canteen', 'company'] },
  government_canteen: { zh: ['机关食堂', '机关'], en: ['government canteen', 'government'] },
  care_home: {
    zh: ['养老机构食堂', '养老院', '养老机构', '福利院'],
    en: ['care home canteen', 'care home', 'nursing home'],
  },
};

/** The districts as people write them. */
export const districtWords: Record<District, Words> = {
  咸安区: { zh: ['咸安区', '咸安'], en: ["xian'an", 'xianan'] },
  嘉鱼县: { zh: ['嘉鱼县', '嘉鱼'], en: ['jiayu'] },
  通城县: { zh: ['通城县', '通城'], en: ['tongcheng'] },
  崇阳县: { zh: ['崇阳县', '崇阳'], en: ['chongyang'] },
  通山县: { zh: ['通山县', '通山'], en: ['tongshan'] },
  赤壁市: { zh: ['赤壁市', '赤壁'], en: ['chibi'] },
};
