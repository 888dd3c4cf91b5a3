import type { Word } from './places.ts';

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
  ['鸿运', 'Hongyun'],
  ['聚福', 'Jufu'],
  ['嘉禾', 'Jiahe'],
  ['恒泰', 'Hengtai'],
  ['银杏', 'Yinxing'],
  ['紫薇', 'Ziwei'],
  ['望江', 'Wangjiang'],
  ['临湖', 'Linhu'],
  ['听雨', 'Tingyu'],
  ['兰亭', 'Lanting'],
  ['悦来', 'Yuelai'],
  ['同庆', 'Tongqing'],
  ['天香', 'Tianxiang'],
  ['宏达', 'Hongda'],
  ['凯旋', 'Kaixuan'],
  ['金瑞', 'Jinrui'],
];

/** Family names, as often met as any. */
export const surnames: readonly Word[] = (
  '王 Wang,李 Li,张 Zhang,刘 Liu,陈 Chen,杨 Yang,黄 Huang,周 Zhou,吴 Wu,徐 Xu,孙 Sun,胡 Hu,朱 Zhu,高 Gao,' +
  '林 Lin,何 He,郭 Guo,马 Ma,罗 Luo,梁 Liang,宋 Song,郑 Zheng,谢 Xie,韩 Han,唐 Tang,冯 Feng,董 Dong,程 Cheng,' +
  '曹 Cao,袁 Yuan,邓 Deng,许 Xu,沈 Shen,曾 Zeng,彭 Peng,吕 Lü,苏 Su,卢 Lu,蒋 Jiang,蔡 Cai,丁 Ding,魏 Wei,叶 Ye,' +
  '余 Yu,潘 Pan,杜 Du,戴 Dai,夏 Xia,钟 Zhong,汪 Wang,田 Tian,任 Ren,姜 Jiang,范 Fan,方 Fang,石 Shi,姚 Yao,谭 Tan,' +
  '廖 Liao,邹 Zou,熊 Xiong,金 Jin,陆 Lu,孔 Kong,崔 Cui,康 Kang,毛 Mao,邱 Qiu,秦 Qin,江 Jiang,史 Shi,顾 Gu,侯 Hou,' +
  '孟 Meng,龙 Long,万 Wan,段 Duan,雷 Lei,钱 Qian,汤 Tang,黎 Li,易 Yi,贺 He,龚 Gong,文 Wen,庞 Pang,樊 Fan,' +
  '陶 Tao,洪 Hong,颜 Yan,倪 Ni,严 Yan,章 Zhang,鲁 Lu,葛 Ge,镇 Zhen,甘 Gan,佘 She'
)
  .split(',')
  .map((entry): Word => {
    const [chinese = '', english = ''] = entry.split(' ');
    return [chinese, english];
  });
