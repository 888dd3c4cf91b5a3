import type { RandomSource } from '../random.ts';
import { pick, pickWeighted } from './pick.ts';
import type { Town, Word } from './places.ts';
import { properNames, surnames } from './properNames.ts';

/** What small houses are known for. */
const dishes: readonly Word[] = [
  ['牛肉面', 'Beef Noodles'],
  ['热干面', 'Hot Dry Noodles'],
  ['早点', 'Breakfast'],
  ['鱼头馆', 'Fish Head House'],
  ['土菜馆', 'Country Kitchen'],
  ['瓦罐煨汤', 'Clay Pot Soups'],
  ['烧烤', 'Barbecue'],
  ['卤味', 'Braised Meats'],
  ['小炒', 'Stir-fry'],
  ['豆腐坊', 'Tofu House'],
  ['羊肉馆', 'Lamb House'],
  ['砂锅', 'Hot Clay Pot'],
  ['包子铺', 'Steamed Buns'],
  ['饺子馆', 'Dumplings'],
  ['财鱼馆', 'Snakehead Fish House'],
  ['鳝鱼馆', 'Eel House'],
  ['土鸡馆', 'Farm Chicken House'],
  ['干锅', 'Dry Pot'],
  ['粉面馆', 'Rice Noodle House'],
  ['龙虾馆', 'Crayfish House'],
  ['柴火鸡', 'Wood-fired Chicken'],
  ['蒸菜馆', 'Steamed Dishes'],
  ['私房菜', 'Private Kitchen'],
  ['饭庄', 'Eating House'],
  ['快餐', 'Fast Food'],
  ['牛杂馆', 'Beef Offal House'],
  ['肉糕馆', 'Meat Cake House'],
  ['包坨馆', 'Stuffed Dumpling House'],
  ['鱼丸馆', 'Fish Ball House'],
  ['麻花铺', 'Fried Twists'],
];

/** How a house is called after its owner. */
const owners: readonly ((surname: Word) => Word)[] = [
  ([chinese, english]) => [`老${chinese}`, `Lao ${english}`],
  ([chinese, english]) => [`${chinese}记`, `${english}'s`],
  ([chinese, english]) => [`${chinese}家`, `${english} Family`],
  ([chinese, english]) => [`${chinese}嫂`, `Auntie ${english}`],
  ([chinese, english]) => [`${chinese}姐`, `Sister ${english}`],
  ([chinese, english]) => [`${chinese}师傅`, `Master ${english}`],
  ([chinese, english]) => [`小${chinese}`, `Xiao ${english}`],
];

/** Where a small house stands, in the mouth of its guests. */
const corners: readonly Word[] = [
  ['河边', 'Riverside'],
  ['桥头', 'Bridgehead'],
  ['巷子口', 'Alley Corner'],
  ['老街', 'Old Street'],
  ['山脚下', 'Foothill'],
  ['湖畔', 'Lakeside'],
  ['码头', 'Wharf'],
  ['车站', 'Station'],
  ['村口', 'Village Gate'],
  ['竹林', 'Bamboo Grove'],
  ['桂树下', 'Osmanthus Tree'],
  ['渡口', 'Ferry'],
  ['老院子', 'Old Courtyard'],
  ['菜场边', 'Market Side'],
  ['半坡', 'Hillside'],
];

/** What larger houses call themselves. */
const houses: readonly Word[] = [
  ['酒家', 'Restaurant'],
  ['酒楼', 'Grand Restaurant'],
  ['大酒店', 'Hotel Restaurant'],
  ['宴会厅', 'Banquet Hall'],
  ['茶餐厅', 'Tea Restaurant'],
  ['农庄', 'Farm Restaurant'],
  ['山庄', 'Mountain Lodge'],
  ['鱼府', 'Fish Palace'],
  ['火锅城', 'Hotpot City'],
  ['食府', 'Dining House'],
  ['小厨', 'Little Kitchen'],
  ['人家', 'Home Cooking'],
];

/** Names that say it all. */
const sayings: readonly Word[] = [
  ['一碗香', 'One Fragrant Bowl'],
  ['好再来', 'Come Again'],
  ['味之源', 'Source of Taste'],
  ['食为天', 'Food Is Heaven'],
  ['百家宴', 'Hundred Family Feast'],
  ['小满', 'Lesser Fullness'],
  ['渔家傲', "Fisherman's Pride"],
  ['荷塘月色', 'Moonlit Lotus Pond'],
  ['粗茶淡饭', 'Plain Tea and Rice'],
  ['家常味道', 'Taste of Home'],
  ['楚味轩', 'Chu Taste'],
  ['鄂南往事', 'Old Days of the South'],
  ['香满楼', 'Fragrant House'],
  ['外婆的灶台', "Grandma's Stove"],
  ['三碗不过岗', 'Three Bowls'],
  ['四季春', 'Four Seasons'],
  ['湘里湘亲', 'Hunan Neighbours'],
  ['蜀香阁', 'Sichuan Pavilion'],
  ['江湖菜馆', 'Rivers and Lakes'],
  ['柴米油盐', 'Daily Needs'],
  ['大碗先生', 'Mister Big Bowl'],
  ['烟火人间', 'Hearth and Home'],
  ['满江红', 'River All Red'],
  ['五谷丰登', 'Rich Harvest'],
];

/** Kinds of restaurant that exist in every town; the street distinguishes them. */
const everywhere: readonly Word[] = [
  ['兰州牛肉拉面', 'Lanzhou Pulled Noodles'],
  ['重庆小面', 'Chongqing Noodles'],
  ['东北饺子馆', 'Northeast Dumplings'],
  ['黄焖鸡米饭', 'Braised Chicken Rice'],
  ['桂林米粉', 'Guilin Rice Noodles'],
  ['柳州螺蛳粉', 'Liuzhou Snail Noodles'],
  ['云南过桥米线', 'Yunnan Bridge Noodles'],
  ['川味麻辣烫', 'Sichuan Hot Skewers'],
  ['广式烧腊饭', 'Cantonese Roast Rice'],
  ['北京烤鸭店', 'Beijing Roast Duck'],
  ['老灶火锅', 'Old Stove Hotpot'],
  ['炭火烤鱼', 'Charcoal Fish'],
];

function joined(first: Word, second: Word): Word {
  return [first[0] + second[0], `${first[1]} ${second[1]}`];
}

type NameForm = (random: RandomSource, town: Town, street: Word) => Word;

const forms: readonly { weight: number; form: NameForm }[] = [
  {
    weight: 34,
    form: (random) => joined(pick(random, owners)(pick(random, surnames)), pick(random, dishes)),
  },
  { weight: 20, form: (random) => joined(pick(random, properNames), pick(random, houses)) },
  { weight: 10, form: (random) => joined(pick(random, corners), pick(random, dishes)) },
  { weight: 10, form: (random, town) => joined(town.name, pick(random, dishes)) },
  { weight: 10, form: (random, _town, street) => joined(street, pick(random, dishes)) },
  { weight: 8, form: (random) => pick(random, sayings) },
  { weight: 8, form: (random, _town, street) => branchOf(pick(random, everywhere), street) },
];

/** A house's name with the street its branch is in. */
export function branchOf([chinese, english]: Word, street: Word): Word {
  return [`${chinese}（${street[0]}店）`, `${english} (${street[1]})`];
}

/** A name for a restaurant; it may be taken already. */
export function restaurantName(random: RandomSource, town: Town, street: Word): Word {
  return pickWeighted(random, forms, ({ weight }) => weight).form(random, town, street);
}
