import type { District } from '../../src-shared/cameras/cameras.protocol.ts';

/** A word in Chinese and in English. */
export type Word = readonly [chinese: string, english: string];

/** A street office or town: its name, where its middle is (WGS-84, to about a kilometre), how far it reaches. */
export interface Town {
  name: Word;
  district: District;
  latitude: number;
  longitude: number;
  radiusKm: number;
  /** How many of the city's sites are here, as compared with the others. */
  weight: number;
}

function town(district: District) {
  return (
    chinese: string,
    english: string,
    latitude: number,
    longitude: number,
    weight = 1,
    radiusKm = 1.2,
  ): Town => ({ name: [chinese, english], district, latitude, longitude, radiusKm, weight });
}

const xianan = town('咸安区');
const jiayu = town('嘉鱼县');
const tongcheng = town('通城县');
const chongyang = town('崇阳县');
const tongshan = town('通山县');
const chibi = town('赤壁市');

/** The towns of Xianning that have sites; seats weigh most. */
export const towns: readonly Town[] = [
  xianan('温泉', 'Wenquan', 29.838, 114.325, 14, 2.2),
  xianan('永安', "Yong'an", 29.857, 114.29, 9, 1.8),
  xianan('浮山', 'Fushan', 29.85, 114.345, 6, 1.8),
  xianan('横沟桥', 'Henggouqiao', 29.962, 114.385, 2),
  xianan('贺胜桥', 'Heshengqiao', 30.003, 114.367),
  xianan('双溪桥', 'Shuangxiqiao', 29.935, 114.48),
  xianan('汀泗桥', 'Tingsiqiao', 29.77, 114.22),
  xianan('官埠桥', 'Guanbuqiao', 29.902, 114.305),
  xianan('马桥', 'Maqiao', 29.815, 114.385),
  xianan('桂花', 'Guihua', 29.72, 114.395),
  jiayu('鱼岳', 'Yuyue', 29.972, 113.935, 8, 1.6),
  jiayu('官桥', 'Guanqiao', 29.905, 113.985),
  jiayu('潘家湾', 'Panjiawan', 30.113, 113.965),
  jiayu('渡普', 'Dupu', 30.02, 114.085),
  jiayu('高铁岭', 'Gaotieling', 29.955, 114.015),
  jiayu('陆溪', 'Luxi', 29.895, 113.79),
  tongcheng('隽水', 'Junshui', 29.245, 113.815, 8, 1.6),
  tongcheng('麦市', 'Maishi', 29.135, 113.975),
  tongcheng('塘湖', 'Tanghu', 29.1, 113.9),
  tongcheng('关刀', 'Guandao', 29.18, 113.835),
  tongcheng('五里', 'Wuli', 29.24, 113.76),
  tongcheng('石南', 'Shinan', 29.29, 113.87),
  chongyang('天城', 'Tiancheng', 29.553, 114.035, 8, 1.6),
  chongyang('白霓', 'Baini', 29.52, 114.095),
  chongyang('路口', 'Lukou', 29.595, 114.145),
  chongyang('青山', 'Qingshan', 29.495, 114.165),
  chongyang('石城', 'Shicheng', 29.45, 113.975),
  chongyang('沙坪', 'Shaping', 29.41, 114.075),
  tongshan('通羊', 'Tongyang', 29.605, 114.485, 7, 1.4),
  tongshan('南林桥', 'Nanlinqiao', 29.65, 114.385),
  tongshan('大畈', 'Dafan', 29.655, 114.565),
  tongshan('厦铺', 'Xiapu', 29.49, 114.47),
  tongshan('九宫山', 'Jiugongshan', 29.435, 114.615),
  tongshan('燕厦', 'Yansha', 29.56, 114.695),
  chibi('蒲圻', 'Puqi', 29.722, 113.885, 8, 1.6),
  chibi('赤马港', 'Chimagang', 29.712, 113.908, 4, 1.4),
  chibi('赵李桥', 'Zhaoliqiao', 29.605, 113.725),
  chibi('官塘驿', 'Guantangyi', 29.8, 114.045),
  chibi('中伙铺', 'Zhonghuopu', 29.765, 113.985),
  chibi('车埠', 'Chebu', 29.775, 113.785),
  chibi('茶庵岭', "Cha'anling", 29.655, 113.81),
];

/** Streets as every town has them. */
export const streets: readonly string[] = [
  '桂花路',
  '沿河路',
  '人民路',
  '文化路',
  '建设路',
  '交通路',
  '长安大道',
  '银泉大道',
  '金桂路',
  '茶花路',
  '竹海路',
  '双泉路',
  '书院街',
  '新建街',
  '解放街',
  '滨湖路',
  '青龙路',
  '月亮湾路',
  '星火路',
  '迎宾大道',
];

/** Invented proper names, in the air of a city of osmanthus, bamboo, tea and hot springs. */
export const properNames: readonly Word[] = [
  ['桂泉', 'Guiquan'],
  ['竹影', 'Zhuying'],
  ['淦源', 'Ganyuan'],
  ['月桂', 'Yuegui'],
  ['清溪', 'Qingxi'],
  ['云岭', 'Yunling'],
  ['茶香', 'Chaxiang'],
  ['星竹', 'Xingzhu'],
  ['泉韵', 'Quanyun'],
  ['翠屏', 'Cuiping'],
  ['鹤鸣', 'Heming'],
  ['锦绣', 'Jinxiu'],
  ['春晖', 'Chunhui'],
  ['晨光', 'Chenguang'],
  ['青禾', 'Qinghe'],
  ['楠林', 'Nanlin'],
  ['古韵', 'Guyun'],
  ['隽秀', 'Junxiu'],
  ['映山', 'Yingshan'],
  ['明湖', 'Minghu'],
  ['丹桂', 'Dangui'],
  ['金叶', 'Jinye'],
  ['百合', 'Baihe'],
  ['福源', 'Fuyuan'],
  ['和顺', 'Heshun'],
  ['瑞丰', 'Ruifeng'],
  ['长乐', 'Changle'],
  ['知味', 'Zhiwei'],
  ['南风', 'Nanfeng'],
  ['砚池', 'Yanchi'],
  ['松涛', 'Songtao'],
  ['梧桐', 'Wutong'],
  ['雨石', 'Yushi'],
  ['双鹤', 'Shuanghe'],
  ['九曲', 'Jiuqu'],
  ['碧潭', 'Bitan'],
];

/** What a business is, by type of site; the proper name stands before it. */
export const businessKinds = {
  school_canteen: [
    ['小学食堂', 'Primary School Canteen'],
    ['实验小学食堂', 'Experimental Primary School Canteen'],
    ['中学食堂', 'Middle School Canteen'],
    ['高级中学食堂', 'High School Canteen'],
    ['幼儿园食堂', 'Kindergarten Canteen'],
    ['职业学校食堂', 'Vocational School Canteen'],
  ],
  restaurant: [
    ['酒家', 'Restaurant'],
    ['土菜馆', 'Country Kitchen'],
    ['鱼庄', 'Fish House'],
    ['火锅', 'Hotpot'],
    ['早点铺', 'Breakfast House'],
    ['牛肉面馆', 'Beef Noodles'],
    ['瓦罐煨汤', 'Clay Pot Soups'],
    ['农家乐', 'Farm Restaurant'],
    ['大排档', 'Open-air Kitchen'],
    ['宴会厅', 'Banquet Hall'],
    ['包面馆', 'Dumpling House'],
    ['茶餐厅', 'Tea Restaurant'],
  ],
  company_canteen: [
    ['机械公司职工食堂', 'Machinery Staff Canteen'],
    ['电子公司职工食堂', 'Electronics Staff Canteen'],
    ['纺织公司职工食堂', 'Textiles Staff Canteen'],
    ['茶业公司职工食堂', 'Tea Works Staff Canteen'],
    ['竹业公司职工食堂', 'Bamboo Works Staff Canteen'],
    ['物流园职工食堂', 'Logistics Park Staff Canteen'],
  ],
  government_canteen: [
    ['政务中心机关食堂', 'Civic Centre Canteen'],
    ['街道办机关食堂', 'Street Office Canteen'],
    ['税务所机关食堂', 'Tax Office Canteen'],
    ['水利站机关食堂', 'Waterworks Office Canteen'],
  ],
  care_home: [
    ['颐养院', 'Care Home'],
    ['福利院', 'Welfare Home'],
    ['老年公寓', 'Senior Residence'],
    ['康养中心', 'Health and Care Centre'],
  ],
} as const satisfies Record<string, readonly Word[]>;
