import type { HubExamination } from '../hub/hubExamination.ts';

/** Why a server was not taken. */
export type ConnectFault =
  Extract<HubExamination, { kind: 'fault' }>['fault'] | 'wrongConnectionCode' | 'notFound';

interface Words {
  title: string;
  found: string;
  none: string;
  hint: string;
  searchAgain: string;
  address: string;
  addressHint: string;
  code: string;
  codeHint: string;
  check: string;
  back: string;
  compareTitle: string;
  compare: string;
  fingerprint: string;
  plain: string;
  trusted: string;
  use: string;
  useSame: string;
  other: string;
  faults: Record<ConnectFault, string>;
}

/** The words of the pages on which a server is chosen, by language. */
export const connectWords: Record<'zh-CN' | 'en', Words> = {
  'zh-CN': {
    title: '选择服务器',
    found: '在网络中找到的服务器',
    none: '没有服务器应答。请确认服务器已开机并与本机在同一网段，或使用下面的方式。',
    hint: '任何机器都可能冒充应答，选择后请核对指纹。',
    searchAgain: '重新查找',
    address: '按地址',
    addressHint: '例如 192.0.2.7 或 https://192.0.2.7:7443',
    code: '按连接码',
    codeHint:
      '连接码共 24 位，在服务器上运行“npm run tls -- status”（已安装的服务器：mingchu tls status）可以看到。',
    check: '检查',
    back: '返回设置',
    compareTitle: '核对服务器',
    compare: '请与服务器上显示的指纹（mingchu tls status）逐组核对。不一致时不要使用，并联系运维人员。',
    fingerprint: '证书指纹（SHA-256）',
    plain: '该服务器没有加密，同一网络中的人可以看到全部内容。只应在测试时使用。',
    trusted: '本机已信任该服务器的证书。',
    use: '使用此服务器',
    useSame: '指纹一致，使用此服务器',
    other: '不一致，返回',
    faults: {
      wrongHub: '这不是服务器地址。示例：192.0.2.7',
      noAnswer: '该地址没有应答。请检查地址、网线和服务器。',
      notAHub: '该地址由另一个程序应答，不是明厨服务器。',
      unknownCertificate: '本机不信任该服务器的证书，也无法核对。请先在本机系统中安装签发机构的证书。',
      otherFingerprint: '应答的机器与连接码不符，没有使用。请重新查看服务器上的连接码。',
      wrongConnectionCode: '连接码有误，请逐位检查。',
      notFound: '请重新选择服务器。',
    },
  },
  en: {
    title: 'Choose a server',
    found: 'Servers found on the network',
    none: 'No server answered. Check that it runs and is in the same network as this machine, or use one of the ways below.',
    hint: 'Any machine can claim to be the server: compare the fingerprint after you chose.',
    searchAgain: 'Search again',
    address: 'By address',
    addressHint: 'Example: 192.0.2.7 or https://192.0.2.7:7443',
    code: 'By connection code',
    codeHint:
      'It has 24 letters and digits; “npm run tls -- status” on the server shows it (installed: mingchu tls status).',
    check: 'Check',
    back: 'Back to the settings',
    compareTitle: 'Compare the server',
    compare:
      'Compare each group with the fingerprint that the server shows (mingchu tls status). If one differs, do not use it and call the technical staff.',
    fingerprint: 'Fingerprint of its certificate (SHA-256)',
    plain:
      'This server is not encrypted: everybody in the network can see everything. Use it for tests only.',
    trusted: 'This machine trusts the certificate of this server already.',
    use: 'Use this server',
    useSame: 'It is the same: use this server',
    other: 'It is another one: back',
    faults: {
      wrongHub: 'This is not the address of a server. Example: 192.0.2.7',
      noAnswer: 'Nothing answers at this address. Check the address, the cable and the server.',
      notAHub: 'Another program answers at this address, not a Mingchu server.',
      unknownCertificate:
        'This machine does not trust the certificate of this server, and it cannot be compared. Install the certificate of its authority in the system first.',
      otherFingerprint:
        'The machine that answers is not the one of the code, so it is not used. Read the code on the server again.',
      wrongConnectionCode: 'The code is mistyped. Check each letter.',
      notFound: 'Choose the server again.',
    },
  },
};
