import type { District } from '../../src-shared/cameras/cameras.protocol.ts';

/** A word in Chinese and in English. */
export type Word = readonly [chinese: string, english: string];

/** A street office or town: its name, where its middle is (WGS-84, to about a kilometre), how far it reaches. */
export interface Town {
  name: Word;
  /** 街道 (a part of a city) or 镇 (a town of its own), as it stands in addresses. */
  kind: '街道' | '镇';
  district: District;
  /** Whether the district's government sits here: long streets, big schools, most of the restaurants. */
  isSeat: boolean;
  latitude: number;
  longitude: number;
  radiusKm: number;
  /** How many of the city's sites are here, as compared with the others. */
  weight: number;
}

function towns(district: District, kind: Town['kind'], isSeat: boolean) {
  return (
    chinese: string,
    english: string,
    latitude: number,
    longitude: number,
    weight = 1,
    radiusKm = 1.2,
  ): Town => ({ name: [chinese, english], kind, district, isSeat, latitude, longitude, radiusKm, weight });
}

const xiananSeat = towns('咸安区', '街道', true);
const xianan = towns('咸安区', '镇', false);
const jiayuSeat = towns('嘉鱼县', '镇', true);
const jiayu = towns('嘉鱼县', '镇', false);
const tongchengSeat = towns('通城县', '镇', true);
const tongcheng = towns('通城县', '镇', false);
const chongyangSeat = towns('崇阳县', '镇', true);
const chongyang = towns('崇阳县', '镇', false);
const tongshanSeat = towns('通山县', '镇', true);
const tongshan = towns('通山县', '镇', false);
const chibiSeat = towns('赤壁市', '街道', true);
const chibi = towns('赤壁市', '镇', false);

/** The towns of Xianning that have sites; seats weigh most. The first is Wenquan, where the command centre is. */
export const allTowns: readonly Town[] = [
  xiananSeat('温泉', 'Wenquan', 29.838, 114.325, 14, 2.2),
  xiananSeat('永安', "Yong'an", 29.857, 114.29, 9, 1.8),
  xiananSeat('浮山', 'Fushan', 29.85, 114.345, 6, 1.8),
  xianan('横沟桥', 'Henggouqiao', 29.962, 114.385, 2),
  xianan('贺胜桥', 'Heshengqiao', 30.003, 114.367),
  xianan('双溪桥', 'Shuangxiqiao', 29.935, 114.48),
  xianan('汀泗桥', 'Tingsiqiao', 29.77, 114.22),
  xianan('官埠桥', 'Guanbuqiao', 29.902, 114.305),
  xianan('马桥', 'Maqiao', 29.815, 114.385),
  xianan('桂花', 'Guihua', 29.72, 114.395),
  jiayuSeat('鱼岳', 'Yuyue', 29.968, 113.94, 8, 1.5),
  jiayu('官桥', 'Guanqiao', 29.905, 113.985),
  jiayu('潘家湾', 'Panjiawan', 30.113, 113.965),
  jiayu('渡普', 'Dupu', 30.02, 114.085),
  jiayu('高铁岭', 'Gaotieling', 29.955, 114.015),
  jiayu('陆溪', 'Luxi', 29.895, 113.79),
  tongchengSeat('隽水', 'Junshui', 29.245, 113.815, 8, 1.6),
  tongcheng('麦市', 'Maishi', 29.135, 113.975),
  tongcheng('塘湖', 'Tanghu', 29.1, 113.9),
  tongcheng('关刀', 'Guandao', 29.18, 113.835),
  tongcheng('五里', 'Wuli', 29.24, 113.76),
  tongcheng('石南', 'Shinan', 29.29, 113.87),
  chongyangSeat('天城', 'Tiancheng', 29.553, 114.035, 8, 1.6),
  chongyang('白霓', 'Baini', 29.52, 114.095),
  chongyang('路口', 'Lukou', 29.595, 114.145),
  chongyang('青山', 'Qingshan', 29.495, 114.165),
  chongyang('石城', 'Shicheng', 29.45, 113.975),
  chongyang('沙坪', 'Shaping', 29.41, 114.075),
  tongshanSeat('通羊', 'Tongyang', 29.605, 114.485, 7, 1.4),
  tongshan('南林桥', 'Nanlinqiao', 29.65, 114.385),
  tongshan('大畈', 'Dafan', 29.655, 114.565),
  tongshan('厦铺', 'Xiapu', 29.49, 114.47),
  tongshan('九宫山', 'Jiugongshan', 29.435, 114.615),
  tongshan('燕厦', 'Yansha', 29.56, 114.695),
  chibiSeat('蒲圻', 'Puqi', 29.722, 113.885, 8, 1.6),
  chibiSeat('赤马港', 'Chimagang', 29.712, 113.908, 4, 1.4),
  chibi('赵李桥', 'Zhaoliqiao', 29.605, 113.725),
  chibi('官塘驿', 'Guantangyi', 29.8, 114.045),
  chibi('中伙铺', 'Zhonghuopu', 29.765, 113.985),
  chibi('车埠', 'Chebu', 29.775, 113.785),
  chibi('茶庵岭', "Cha'anling", 29.655, 113.81),
];

/** Lakes and reaches of the Yangtze near those towns, as circles (WGS-84): no kitchen stands in them. */
export const waters: readonly { name: string; latitude: number; longitude: number; radiusKm: number }[] = [
  { name: '斧头湖', latitude: 30.03, longitude: 114.225, radiusKm: 6.5 },
  { name: '西凉湖', latitude: 29.945, longitude: 114.09, radiusKm: 4.5 },
  { name: '陆水湖', latitude: 29.675, longitude: 113.955, radiusKm: 3.5 },
  { name: '富水水库', latitude: 29.69, longitude: 114.68, radiusKm: 4.5 },
  { name: '长江嘉鱼段', latitude: 29.995, longitude: 113.905, radiusKm: 1.8 },
  { name: '小湖', latitude: 29.982, longitude: 113.952, radiusKm: 0.5 },
  { name: '长江潘家湾段', latitude: 30.13, longitude: 113.93, radiusKm: 2 },
];

/** Streets of the seats, by district. */
export const seatStreets: Readonly<Record<District, readonly Word[]>> = {
  咸安区: [
    ['长安大道', "Chang'an Avenue"],
    ['银泉大道', 'Yinquan Avenue'],
    ['淦河大道', 'Ganhe Avenue'],
    ['咸宁大道', 'Xianning Avenue'],
    ['永安大道', "Yong'an Avenue"],
    ['金桂路', 'Jingui Road'],
    ['桂花路', 'Guihua Road'],
    ['茶花路', 'Chahua Road'],
    ['双鹤路', 'Shuanghe Road'],
    ['青龙路', 'Qinglong Road'],
    ['月亮湾路', 'Yueliangwan Road'],
    ['潜山路', 'Qianshan Road'],
    ['书台街', 'Shutai Street'],
    ['怀德路', 'Huaide Road'],
    ['鱼水路', 'Yushui Road'],
    ['同心路', 'Tongxin Road'],
  ],
  嘉鱼县: [
    ['沙阳大道', 'Shayang Avenue'],
    ['迎宾大道', 'Yingbin Avenue'],
    ['鱼岳路', 'Yuyue Road'],
    ['人民大道', 'Renmin Avenue'],
    ['茶庵路', "Cha'an Road"],
    ['西街', 'West Street'],
    ['滨湖路', 'Binhu Road'],
    ['凤凰大道', 'Fenghuang Avenue'],
  ],
  通城县: [
    ['隽水大道', 'Junshui Avenue'],
    ['解放路', 'Jiefang Road'],
    ['民主路', 'Minzhu Road'],
    ['秀水路', 'Xiushui Road'],
    ['湘汉路', 'Xianghan Road'],
    ['旭红路', 'Xuhong Road'],
    ['玉立大道', 'Yuli Avenue'],
  ],
  崇阳县: [
    ['天城大道', 'Tiancheng Avenue'],
    ['桃溪大道', 'Taoxi Avenue'],
    ['仪表路', 'Yibiao Road'],
    ['新建路', 'Xinjian Road'],
    ['前进路', 'Qianjin Road'],
    ['隽水河路', 'Junshuihe Road'],
    ['大集街', 'Daji Street'],
  ],
  通山县: [
    ['九宫大道', 'Jiugong Avenue'],
    ['洋都大道', 'Yangdu Avenue'],
    ['新城路', 'Xincheng Road'],
    ['圣庙街', 'Shengmiao Street'],
    ['古城路', 'Gucheng Road'],
    ['隐水路', 'Yinshui Road'],
  ],
  赤壁市: [
    ['河北大道', 'Hebei Avenue'],
    ['赤壁大道', 'Chibi Avenue'],
    ['陆水大道', 'Lushui Avenue'],
    ['发展大道', 'Fazhan Avenue'],
    ['金鸡山路', 'Jinjishan Road'],
    ['沿河大道', 'Yanhe Avenue'],
    ['北山路', 'Beishan Road'],
    ['营里街', 'Yingli Street'],
    ['砖桥路', 'Zhuanqiao Road'],
  ],
};

/** Streets as every town has them. */
export const townStreets: readonly Word[] = [
  ['人民路', 'Renmin Road'],
  ['建设路', 'Jianshe Road'],
  ['文化路', 'Wenhua Road'],
  ['交通路', 'Jiaotong Road'],
  ['沿河路', 'Yanhe Road'],
  ['新街', 'New Street'],
  ['老街', 'Old Street'],
  ['集镇路', 'Jizhen Road'],
  ['振兴路', 'Zhenxing Road'],
  ['兴隆街', 'Xinglong Street'],
  ['桥头街', 'Qiaotou Street'],
  ['正街', 'Main Street'],
];

/** Villages, invented in the manner of the region. */
export const villages: readonly Word[] = [
  ['杨畈', 'Yangfan'],
  ['李湾', 'Liwan'],
  ['石桥', 'Shiqiao'],
  ['双港', 'Shuanggang'],
  ['白云', 'Baiyun'],
  ['柏树', 'Baishu'],
  ['黄荆', 'Huangjing'],
  ['栗山', 'Lishan'],
  ['桃林', 'Taolin'],
  ['竹坪', 'Zhuping'],
  ['枫树', 'Fengshu'],
  ['大塘', 'Datang'],
  ['泉山', 'Quanshan'],
  ['龙潭', 'Longtan'],
  ['凤凰山', 'Fenghuangshan'],
  ['官庄', 'Guanzhuang'],
  ['铁铺', 'Tiepu'],
  ['新塘', 'Xintang'],
  ['回龙', 'Huilong'],
  ['望山', 'Wangshan'],
  ['茶园', 'Chayuan'],
  ['樟桥', 'Zhangqiao'],
  ['棋盘', 'Qipan'],
  ['鹿门', 'Lumen'],
  ['月山', 'Yueshan'],
  ['甘棠', 'Gantang'],
  ['梅田', 'Meitian'],
  ['青石', 'Qingshi'],
  ['古塘', 'Gutang'],
  ['盘石', 'Panshi'],
  ['板桥', 'Banqiao'],
  ['八斗', 'Badou'],
  ['太平', 'Taiping'],
  ['沙洲', 'Shazhou'],
  ['东流', 'Dongliu'],
  ['西坑', 'Xikeng'],
  ['南川', 'Nanchuan'],
  ['北山', 'Beishan'],
  ['余家湾', 'Yujiawan'],
  ['程畈', 'Chengfan'],
  ['樊塘', 'Fantang'],
  ['雷家垅', 'Leijialong'],
];
