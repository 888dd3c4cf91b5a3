/** Whether this browser can draw maps: they need WebGL 2, in software at least. */
export function canDrawMaps(): boolean {
  const context = document.createElement('canvas').getContext('webgl2');
  // A browser has room for few of them: the one of this question is given back at once.
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return context !== null;
}
