/**
 * Cities and county seats with a Chinese name. `geoName` is what GeoNames calls it, whose position is taken. Three of
 * the six seats of Xianning have their own position instead: GeoNames has the middle of the county, 8 to 12 km off.
 */
export const places = [
  { name: '咸宁', nameEn: 'Xianning', rank: 1, geoName: 'Xianning' },
  { name: '赤壁', nameEn: 'Chibi', rank: 2, geoName: 'Puqi' },
  { name: '崇阳', nameEn: 'Chongyang', rank: 2, geoName: 'Tiancheng' },
  { name: '嘉鱼', nameEn: 'Jiayu', rank: 2, position: [113.94, 29.97] },
  { name: '通城', nameEn: 'Tongcheng', rank: 2, position: [113.815, 29.246] },
  { name: '通山', nameEn: 'Tongshan', rank: 2, position: [114.484, 29.605] },
  { name: '武汉', nameEn: 'Wuhan', rank: 3, geoName: 'Wuhan' },
  { name: '黄石', nameEn: 'Huangshi', rank: 3, geoName: 'Huangshi' },
  { name: '鄂州', nameEn: 'Ezhou', rank: 3, geoName: 'E’zhou' },
  { name: '岳阳', nameEn: 'Yueyang', rank: 3, geoName: 'Yueyang' },
  { name: '仙桃', nameEn: 'Xiantao', rank: 3, geoName: 'Xiantao' },
  { name: '洪湖', nameEn: 'Honghu', rank: 4, geoName: 'Xindi' },
  { name: '大冶', nameEn: 'Daye', rank: 4, geoName: 'Daye' },
  { name: '江夏', nameEn: 'Jiangxia', rank: 4, geoName: 'Zhifang' },
  { name: '临湘', nameEn: 'Linxiang', rank: 4, geoName: 'Chang’an' },
  { name: '修水', nameEn: 'Xiushui', rank: 4, geoName: 'Yining' },
];
