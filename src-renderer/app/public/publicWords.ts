import {
  citizenPage,
  desk,
  district,
  notice,
  product,
  publicPage,
  siteType,
} from '../../../assets/locales/zh-CN.json';
import {
  citizenPage as citizenPageEn,
  desk as deskEn,
  district as districtEn,
  notice as noticeEn,
  product as productEn,
  publicPage as publicPageEn,
  siteType as siteTypeEn,
} from '../../../assets/locales/en.json';

/** The words of the public's page, by their first name, and no others: phones load them before the first picture. */
export const publicWords = {
  'zh-CN': { citizenPage, desk, district, notice, product, publicPage, siteType },
  en: {
    citizenPage: citizenPageEn,
    desk: deskEn,
    district: districtEn,
    notice: noticeEn,
    product: productEn,
    publicPage: publicPageEn,
    siteType: siteTypeEn,
  },
};
