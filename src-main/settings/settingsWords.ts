/** Where the credentials of this machine lie: encrypted with a key of the system's key store, or as the browser keeps cookies. */
export type CredentialPlace = 'keyStore' | 'browser';

/** What the settings say after something was tried. */
export type SettingsMessage =
  | 'saved'
  | 'hubSaved'
  | 'notSaved'
  | 'wrongCode'
  | 'waitForCode'
  | 'wrongScreen'
  | 'sameTwice'
  | 'wrongHub'
  | 'shortCode'
  | 'displaysChanged'
  | 'noBundle';

interface Words {
  title: string;
  code: string;
  codeHint: string;
  noCode: string;
  open: string;
  back: string;
  displays: string;
  primary: string;
  surfaces: Record<'none' | 'wall' | 'desk' | 'showcase', string>;
  screen: string;
  scale: string;
  server: string;
  serverHint: string;
  connect: string;
  sound: string;
  soundHint: string;
  talkToggle: string;
  talkToggleOff: string;
  talkToggleHint: string;
  talkToggleTaken: string;
  noTalkToggle: string;
  machine: string;
  credential: Record<CredentialPlace, string>;
  fixed: string;
  language: string;
  kiosk: string;
  newCode: string;
  startAtSignIn: string;
  save: string;
  test: string;
  support: string;
  leave: string;
  bundle: string;
  bundleHint: string;
  left: string;
  afterStart: string;
  messages: Record<SettingsMessage, string>;
}

/** The words of the shell's own pages, by language. */
export const settingsWords: Record<'zh-CN' | 'en', Words> = {
  'zh-CN': {
    title: '本机显示设置',
    code: '指挥长口令',
    codeHint: '请输入指挥长口令，即可更改设置或退出大屏。',
    noCode: '本机没有设置口令，只能由运维人员结束程序。',
    open: '确定',
    back: '返回画面',
    displays: '显示器',
    primary: '主显示器',
    surfaces: { none: '不使用', wall: '大屏', desk: '指挥席', showcase: '参观展示' },
    screen: '屏幕名称',
    scale: '文字缩放',
    server: '服务器地址',
    serverHint: '留空表示本机服务器。其他机器上的服务器请用“查找服务器”选择并核对。',
    connect: '查找服务器…',
    sound: '声音',
    soundHint: '扬声器和耳机在指挥席的“声音设备”中选择。大屏不发声；展示屏使用系统默认的扬声器。',
    talkToggle: '全局通话开关键',
    talkToggleOff: '不使用',
    talkToggleHint:
      '其他程序在前台时也有效：按一次开始讲话，再按一次结束，到时限自动结束。只用于指挥席，大屏不可退出时不起作用。',
    talkToggleTaken: '所选的全局通话键已被其他程序占用，不起作用。请另选一个。',
    noTalkToggle: '浏览器方式没有全局通话键：讲话时指挥席须在前台。',
    machine: '本机',
    credential: {
      keyStore: '本机凭据已用系统密钥库加密保存。',
      browser: '本机凭据由浏览器保存，没有系统密钥库加密，只有本机的当前用户可以读取。',
    },
    fixed: '由启动命令指定，此处的选择不起作用。',
    language: '语言',
    kiosk: '大屏不可退出（需要口令）',
    newCode: '新口令（至少 6 位，留空则不变）',
    startAtSignIn: '登录系统后自动启动',
    save: '保存',
    test: '测试图',
    support: '生成支持包',
    leave: '退出程序',
    bundle: '支持包已生成',
    bundleHint: '其中已去除口令、密钥和令牌。文件位置：',
    left: '程序正在退出',
    afterStart: '服务器地址在下次启动后生效。',
    messages: {
      saved: '已保存。',
      hubSaved: '已选择服务器，请退出程序并重新启动。大屏随后显示配对代码，由指挥席确认一次。',
      notSaved: '无法保存，请检查磁盘。',
      wrongCode: '口令不正确。',
      waitForCode: '口令多次错误，请一分钟后再试。',
      wrongScreen: '屏幕名称只能使用字母、数字、点、短横线和下划线。',
      sameTwice: '同一个界面选了两次。',
      wrongHub: '这不是服务器地址。示例：http://192.0.2.7:7400',
      shortCode: '口令至少 6 位。',
      displaysChanged: '显示器刚有变化，没有保存。请核对下表后再保存。',
      noBundle: '无法生成支持包，请检查磁盘。',
    },
  },
  en: {
    title: 'Displays of this machine',
    code: 'Supervisor’s code',
    codeHint: 'Enter the supervisor’s code to change settings or to leave the wall.',
    noCode: 'No code was set on this machine. Only the technical staff can end the program.',
    open: 'OK',
    back: 'Back to the picture',
    displays: 'Displays',
    primary: 'primary',
    surfaces: { none: 'not used', wall: 'wall', desk: 'desk', showcase: 'showcase' },
    screen: 'Name of the screen',
    scale: 'Size of the text',
    server: 'Address of the server',
    serverHint: 'Empty: the server on this machine. Find and compare the server of another machine below.',
    connect: 'Find a server…',
    sound: 'Sound',
    soundHint:
      'Loudspeakers and headsets are chosen at the desk, in “Sound devices”. A wall makes no sound; a showcase uses the default loudspeaker of the system.',
    talkToggle: 'Key that switches talk on and off',
    talkToggleOff: 'none',
    talkToggleHint:
      'Works while another program is in front: press once to begin to talk, once more to end; the limit of a talk ends it too. For the desk; not in a kiosk.',
    talkToggleTaken:
      'Another program has the key that was chosen, so that it does nothing here. Choose another one.',
    noTalkToggle:
      'Over the system’s Chromium no key works while another program is in front: to talk, the desk must be in front.',
    machine: 'This machine',
    credential: {
      keyStore: 'The credential of this machine is encrypted with the key store of the system.',
      browser:
        'The browser keeps the credential of this machine without a key store of the system: only this user of the machine can read it.',
    },
    fixed: 'Set by the command that started the program; what is chosen here has no effect.',
    language: 'Language',
    kiosk: 'The wall cannot be left without the code',
    newCode: 'New code (6 characters or more; empty: no change)',
    startAtSignIn: 'Start when somebody signs in to this machine',
    save: 'Save',
    test: 'Test picture',
    support: 'Make a support bundle',
    leave: 'End the program',
    bundle: 'The support bundle is ready',
    bundleHint: 'Passwords, keys and tokens were removed. It is here:',
    left: 'The program ends',
    afterStart: 'Another server is used from the next start on.',
    messages: {
      saved: 'Saved.',
      hubSaved:
        'The server is chosen. End the program and start it again; the wall then shows a code, which a desk confirms once.',
      notSaved: 'The settings could not be saved. Check the disk.',
      wrongCode: 'The code is wrong.',
      waitForCode: 'Too many wrong codes. Try again in a minute.',
      wrongScreen: 'The name of a screen has letters, digits, dots, dashes and underscores only.',
      sameTwice: 'One surface was chosen twice.',
      wrongHub: 'This is not the address of a server. Example: http://192.0.2.7:7400',
      shortCode: 'A code has 6 characters or more.',
      displaysChanged:
        'The displays have just changed, and nothing was saved. Check the table, then save again.',
      noBundle: 'The support bundle could not be made. Check the disk.',
    },
  },
};
