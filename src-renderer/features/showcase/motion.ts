/** How pictures move: at every frame of the screen where a graphics processor draws, otherwise in steps of a tenth of a second. */
export type Motion = 'smooth' | 'calm';

/** Renderers that are programs and not processors, as browsers name them. */
const inSoftware = /swiftshader|llvmpipe|softpipe|software|basic render|lavapipe/i;

/** `?motion=calm` or `?motion=smooth` decides; otherwise what draws the pages of this browser. */
export function chooseMotion(search: string, rendererName: () => string | undefined): Motion {
  const asked = new URLSearchParams(search).get('motion');
  if (asked === 'calm' || asked === 'smooth') return asked;
  const name = rendererName();
  return name === undefined || inSoftware.test(name) ? 'calm' : 'smooth';
}

/** The name of what draws WebGL in this browser; undefined where nothing does. */
export function readRendererName(): string | undefined {
  const context = document.createElement('canvas').getContext('webgl');
  if (context === null) return undefined;
  const info = context.getExtension('WEBGL_debug_renderer_info');
  const name: unknown = context.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER);
  // A browser has room for few contexts: the one of this question is given back at once.
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return typeof name === 'string' ? name : undefined;
}
