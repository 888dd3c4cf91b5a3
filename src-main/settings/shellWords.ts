import type { ShellSettings } from './shellSettings.ts';

/** Things of which the desktop application notifies whoever sits at it. */
export type ShellNews = 'hubLost' | 'hubBack' | 'graphicsLost' | 'noKeyStore';

interface Words {
  program: string;
  file: string;
  edit: string;
  window: string;
  settings: string;
  test: string;
  support: string;
  about: string;
  quit: string;
  show: string;
  undo: string;
  redo: string;
  cut: string;
  copy: string;
  paste: string;
  selectAll: string;
  minimize: string;
  close: string;
  connected: string;
  notConnected: string;
  quitQuestion: string;
  quitDetail: string;
  cancel: string;
  bundleMade: string;
  bundleDetail: string;
  bundleFailed: string;
  showInFolder: string;
  ok: string;
  titles: Record<'wall' | 'desk' | 'showcase', string>;
  news: Record<ShellNews, { title: string; body: string }>;
}

/** The words of menus, tray, dialogs, notifications and window titles, by language. */
export const shellWords: Record<ShellSettings['language'], Words> = {
  'zh-CN': {
    program: '明厨',
    file: '文件',
    edit: '编辑',
    window: '窗口',
    settings: '本机显示设置…',
    test: '测试图',
    support: '生成支持包…',
    about: '关于明厨',
    quit: '退出程序',
    show: '显示窗口',
    undo: '撤销',
    redo: '重做',
    cut: '剪切',
    copy: '复制',
    paste: '粘贴',
    selectAll: '全选',
    minimize: '最小化',
    close: '关闭',
    connected: '已连接服务器',
    notConnected: '未连接服务器',
    quitQuestion: '退出明厨？',
    quitDetail: '本机上的大屏和指挥席都会关闭。',
    cancel: '取消',
    bundleMade: '支持包已生成',
    bundleDetail: '其中已去除口令、密钥和令牌。发送前请先查看。',
    bundleFailed: '无法生成支持包，请检查磁盘。',
    showInFolder: '打开所在文件夹',
    ok: '确定',
    titles: { wall: '明厨·大屏', desk: '明厨·指挥席', showcase: '明厨·参观展示' },
    news: {
      hubLost: { title: '服务器没有应答', body: '画面停在断开之前，恢复后会自动更新。' },
      hubBack: { title: '服务器已恢复', body: '画面已重新连接。' },
      graphicsLost: {
        title: '显卡故障',
        body: '画面改由处理器绘制，能同时显示的路数减少。请联系运维人员检查显卡和驱动程序。',
      },
      noKeyStore: {
        title: '系统没有密钥库',
        body: '本机凭据只受文件权限保护，没有加密。请联系运维人员启用系统密钥库。',
      },
    },
  },
  en: {
    program: 'Mingchu',
    file: 'File',
    edit: 'Edit',
    window: 'Window',
    settings: 'Displays of this machine…',
    test: 'Test picture',
    support: 'Make a support bundle…',
    about: 'About Mingchu',
    quit: 'End the program',
    show: 'Show the windows',
    undo: 'Undo',
    redo: 'Redo',
    cut: 'Cut',
    copy: 'Copy',
    paste: 'Paste',
    selectAll: 'Select all',
    minimize: 'Minimize',
    close: 'Close',
    connected: 'Connected to the server',
    notConnected: 'Not connected to the server',
    quitQuestion: 'End Mingchu?',
    quitDetail: 'Wall and desk on this machine are closed.',
    cancel: 'Cancel',
    bundleMade: 'The support bundle is ready',
    bundleDetail: 'Passwords, keys and tokens were removed. Look into it before you send it.',
    bundleFailed: 'The support bundle could not be made. Check the disk.',
    showInFolder: 'Open its folder',
    ok: 'OK',
    titles: { wall: 'Mingchu · Wall', desk: 'Mingchu · Desk', showcase: 'Mingchu · Showcase' },
    news: {
      hubLost: {
        title: 'The server does not answer',
        body: 'The pictures are from before. They go on by themselves when it is back.',
      },
      hubBack: { title: 'The server is back', body: 'The pictures are connected again.' },
      graphicsLost: {
        title: 'The graphics card failed',
        body: 'The processor draws now, so that fewer pictures run at one time. Call the technical staff to check card and driver.',
      },
      noKeyStore: {
        title: 'This system has no key store',
        body: 'The credential of this machine is protected by file rights only and not encrypted. Call the technical staff to set up a key store.',
      },
    },
  },
};
