// Runs sandboxed before each surface: gives the page the bridge and nothing else of Electron.
import { contextBridge, ipcRenderer } from 'electron';
import {
  bridgeName,
  parseBridgeArguments,
  readDisplaysChannel,
  talkToggleChannel,
  type ShellBridge,
} from './windows/bridge.ts';

const bridge: ShellBridge = {
  ...parseBridgeArguments(process.argv),
  readDisplays: () => ipcRenderer.invoke(readDisplaysChannel),
  // Nothing of the event reaches the page.
  onTalkToggle: (callback) => void ipcRenderer.on(talkToggleChannel, () => callback()),
};
contextBridge.exposeInMainWorld(bridgeName, bridge);
