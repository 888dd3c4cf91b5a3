/** The Chinese sentences of the page for other systems, by the English one of the description. */
import { idempotencyMs, maxBatch, signatureWindowMs } from '../../../src-shared/alerts/alertIntake.ts';

export type DocsLanguage = 'en' | 'zh-CN';

/** Words of the page itself. */
export const pageWords = {
  en: {
    otherLanguage: '中文',
    signing: 'Signing',
    schemas: 'Schemas',
    headers: 'Headers',
    body: 'Body',
    answers: 'Answers',
    header: 'header',
    status: 'status',
    field: 'field',
    type: 'type',
    meaning: 'meaning',
    required: 'required',
    or: ' or ',
    fullStop: '. ',
    withHeaders: (names: string) => ` With ${names}.`,
    list: (most: string, item: string) => `list${most === '' ? '' : ` (at most ${most})`} of ${item}`,
    object: 'object',
    atMostCharacters: (most: string) => `at most ${most} characters`,
    types: {} as Record<string, string>,
  },
  'zh-CN': {
    otherLanguage: 'English',
    signing: '签名',
    schemas: '数据结构',
    headers: '请求头',
    body: '请求体',
    answers: '应答',
    header: '请求头',
    status: '状态码',
    field: '字段',
    type: '类型',
    meaning: '含义',
    required: '必填',
    or: ' 或 ',
    fullStop: '。',
    withHeaders: (names: string) => `附带请求头 ${names}。`,
    list: (most: string, item: string) => `列表${most === '' ? '' : `（最多 ${most} 项）`}，每项为 ${item}`,
    object: '对象',
    atMostCharacters: (most: string) => `最多 ${most} 个字符`,
    types: {
      string: '文本',
      number: '数字',
      integer: '整数',
      boolean: '是或否',
      array: '列表',
      'date-time': '日期时间',
      binary: '二进制',
    } as Record<string, string>,
  },
} as const;

const minutes = signatureWindowMs / 60_000;
const hours = idempotencyMs / 3_600_000;

/** English text of the description → Chinese. Code blocks are the same in both languages. */
const chinese: Record<string, string> = {
  'Mingchu 明厨: alerts': '明厨：预警接入',
  'Every request is signed with a key from the command centre. A key has an id and a secret.':
    '每个请求都须用指挥中心发放的密钥签名。密钥包括密钥编号和密钥内容。',
  'What is signed is the text `TIME.NONCE.` in UTF-8 (the same values as in the headers, each followed by a full stop), followed by the body, with exactly the bytes that are sent. The signature is the HMAC-SHA256 of these bytes, with the secret as its key (the text of the secret in UTF-8, as you received it), written in hexadecimal. In a shell:':
    '签名的内容是 UTF-8 文本 `TIME.NONCE.`（两者与请求头中的一致，各跟一个句点），其后紧跟请求体，与发送的字节完全相同。签名是以密钥内容（发放时的文本，UTF-8）对上述字节计算的 HMAC-SHA256，写成十六进制。命令行示例：',
  [`A signature is accepted once, and only when its time differs from the server's clock by at most ${minutes} minutes. Send a request that was not answered again with a new time, nonce and signature: the externalId of an alert prevents it from being counted twice, no matter how often and in which batch it is sent.`]: `签名只能用一次，且签名时间与服务器时间相差不得超过 ${minutes} 分钟。没有收到应答的请求，应以新的时间、随机数和签名重新发送：预警的 externalId 保证它不会被重复计数，无论发送多少次、放在哪一批中。`,
  'The body is in UTF-8, or in the charset that its Content-Type declares: GBK, GB2312, GB18030 or UTF-16. Each part of a form declares its own. The server does not guess: bytes that do not match the declared charset, or that are not UTF-8 when none is declared, are refused with 400; any other charset is refused with 415.':
    '请求体为 UTF-8，或为 Content-Type 中 charset 声明的编码：GBK、GB2312、GB18030 或 UTF-16；表单的每个部分各自声明。服务器不猜测编码：字节与声明不符，或没有声明而又不是 UTF-8 的，以 400 拒绝；其他编码以 415 拒绝。',
  "An alert must have externalId, kind, cameraId and occurredAt; a refusal lists all problems with them at once. No other field can cause an alert to be refused: confidence, message, regions and snapshot are clipped, converted or left out where they do not match the description, null counts as left out, and unknown fields are ignored. Each such change is listed in the warnings of the answer. A time without an offset is the server's local time; seconds and microseconds are recognised, with a warning.":
    '一起预警必须有 externalId、kind、cameraId 和 occurredAt；它们的所有问题在一次拒绝中全部列出。其他内容不会导致预警被拒绝：confidence、message、regions 和 snapshot 与说明不符时会被截短、换算或省略，null 视为省略，未知字段不予处理。每处改动都列在应答的 warnings 中。没有时区的时间视为服务器当地时间；以秒和微秒表示的时间可以识别，并给出警告。',
  'An externalId that is sent again with the same content (kind, cameraId, occurredAt, confidence, message, regions and the bytes of the picture) is answered "repeated". With different content, for example from a device whose counter began at 1 again, it is ingested as another alert, with the warning external_id_reused. A sender that prefers a refusal in this case sends `X-Mingchu-Reused-Ids: refuse` and is answered 409 external_id_reused; then nothing in that request is ingested.':
    '同一 externalId 再次上报且内容相同（kind、cameraId、occurredAt、confidence、message、regions 和图片的字节）时，应答为 “repeated”。内容不同时（例如设备的计数器又从 1 开始），视为另一起预警，并给出警告 external_id_reused。希望此时被拒绝的发送方可附带 `X-Mingchu-Reused-Ids: refuse`，此时应答为 409 external_id_reused，该请求的内容一概不接收。',
  '202 means that everything in the request is written to the disk. With any other answer, nothing in it was ingested. Pictures are checked afterwards: a picture that cannot be decoded is kept but never shown, and its alert remains valid.':
    '202 表示请求中的全部内容已写入磁盘。其他应答表示其中的内容一概没有接收。图片是否可用在事后检查：不能解码的图片予以保留但不显示，预警仍然有效。',
  'Reports one alert or a batch': '上报一起或一批预警',
  [`One alert, or up to ${maxBatch} as {"alerts": […]}. Snapshots are in the JSON as base64, or in parts of a form that are named by the JSON in the part "alerts". A body has at most 16 MiB.`]: `一起预警，或以 {"alerts": […]} 上报最多 ${maxBatch} 起。抓拍图片以 base64 写在 JSON 中，或放在表单的各部分中，由 “alerts” 部分的 JSON 指明。请求体最大 16 MiB。`,
  'id of the key': '密钥的编号',
  'Unix milliseconds': 'Unix 时间，毫秒',
  '16 to 64 visible characters, new for each request': '16 至 64 个可见字符，每个请求都不同',
  'HMAC-SHA256 in hexadecimal': '十六进制的 HMAC-SHA256',
  [`A repeated request with the same key and body within ${hours} h gets the first answer again.`]: `${hours} 小时内以相同的键和请求体重复发送时，得到与第一次相同的应答。`,
  'accept (the default) or refuse: whether an externalId that is sent again with different content is ingested as another alert, or refused with 409':
    'accept（默认）或 refuse：同一 externalId 以不同内容再次上报时，视为另一起预警，或以 409 拒绝',
  'the JSON': 'JSON 数据',
  'a JPEG or PNG of at most 5 MiB, named by an alert’s snapshot.part':
    '不超过 5 MiB 的 JPEG 或 PNG 图片，由预警的 snapshot.part 指明',
  'Everything is stored durably. The results of the alerts are in the order of the request.':
    '全部内容已可靠保存；按请求中的顺序说明每起预警的结果。',
  'The body cannot be read, or does not match the schema.': '请求体无法读取，或不符合数据结构。',
  'The request is not signed, its key is unknown, its signature is wrong, or its time is too old.':
    '没有签名、密钥未知、签名错误，或签名时间过久。',
  'The body stalled for 5 s, or arrived too slowly.': '请求体中断了 5 秒，或传送过慢。',
  'The nonce was used before; or an externalId was used before with different content, and the sender asked for a refusal.':
    '随机数已用过；或 externalId 曾用于其他内容，而发送方要求拒绝。',
  'The body is larger than 16 MiB.': '请求体超过 16 MiB。',
  'The type, charset or encoding of the body is not supported.': '不支持请求体的类型、字符编码或压缩方式。',
  'A time cannot be right, the Idempotency-Key was used for another body, or the content can never be stored.':
    '时间不可能正确，Idempotency-Key 已用于其他请求体，或内容无法保存。',
  'This key sent more than its limit, or too many wrong signatures came.':
    '超过此密钥的限速，或错误签名过多。',
  'The content cannot be stored at the moment, or too many requests are in progress.':
    '暂时无法保存，或正在处理的请求过多。',
  'seconds to wait': '须等待的秒数',
  'RFC 3339 with an offset, such as 2026-11-23T08:00:00+08:00, or Unix milliseconds':
    '带时区的 RFC 3339 时间，例如 2026-11-23T08:00:00+08:00，或 Unix 毫秒',
  'a JPEG or PNG of at most 5 MiB, in base64': '不超过 5 MiB 的 JPEG 或 PNG 图片，base64 编码',
  'name of the part of the form that holds a JPEG or PNG of at most 5 MiB':
    '表单中存放图片的部分的名称，图片为不超过 5 MiB 的 JPEG 或 PNG',
  'required: the platform’s own id. Sent again with the same key and content, it is the same alert and is ingested once; with different content, it is another alert, with a warning':
    '必填：平台自己的编号。以相同的密钥和内容再次上报时是同一起预警，只接收一次；内容不同时是另一起预警，并给出警告',
  'required: code of an alert type, such as rat, open_flame, no_hat; an unknown code is stored as other':
    '必填：预警类型的代码，例如 rat、open_flame、no_hat；未知的代码按 other 保存',
  'required: the camera’s external id in the registry; an alert of an unregistered camera is stored and marked':
    '必填：摄像头在设备台账中的编号；未登记的摄像头的预警予以保存并标明',
  'id of the server’s alert that this report raised or joined': '由此产生或并入的服务器预警编号',
  'raised: a new alert; joined: counted as another report of an open alert of this type at this camera; repeated: this externalId was ingested before, with the same content':
    'raised：新的预警；joined：并入同一摄像头同类型的未办结预警；repeated：该 externalId 曾以相同内容上报',
  'what does not match the description; the alert was ingested nevertheless': '不符合说明之处；预警仍已接收',
  'what happened and what to do': '发生了什么、应当怎样做',
  'what is wrong and where, at most 50': '哪里不对，最多 50 条',
};

/** Whether the page has a Chinese sentence for this text of the description. */
export function hasChinese(text: string): boolean {
  return Object.hasOwn(chinese, text);
}

/** A text of the description in the language of the page. */
export function inLanguage(text: string, language: DocsLanguage): string {
  return language === 'en' ? text : (chinese[text] ?? text);
}
