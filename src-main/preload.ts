// Runs sandboxed before each surface: gives the page the bridge and nothing else of Electron.
import { contextBridge, ipcRenderer } from 'electron';
import { bridgeName, parseBridgeArguments, readDisplaysChannel, type ShellBridge } from './windows/bridge.ts';

const bridge: ShellBridge = {
  ...parseBridgeArguments(process.argv),
  readDisplays: () => ipcRenderer.invoke(readDisplaysChannel),
};
contextBridge.exposeInMainWorld(bridgeName, bridge);
