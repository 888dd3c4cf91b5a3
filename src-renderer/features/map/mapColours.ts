/** The colours of the map: those of tokens.css, which a canvas cannot read by name, and a few of the ground. */
export const mapColours = {
  around: '#101315',
  land: '#14181b',
  water: '#1a2e3e',
  waterLine: '#223c50',
  districtLine: '#56626c',
  /** By the alerts of the day, none to very many (shadeOf). */
  districtShades: ['#191d20', '#22272a', '#2d3235', '#3a3f42', '#4a4f52'],
  plate: '#262b30',
  plateLine: '#8d969e',
  plateLineFaint: '#59636b',
  glyph: '#e4e7ea',
  glyphFaint: '#8d969e',
  words: '#c3c9ce',
  wordsFaint: '#8d969e',
  halo: '#0c0e10',
  notNormal: '#e3a32f',
  classes: { 1: '#f0524a', 2: '#e3a32f', 3: '#8fa7bd' },
  cards: { yellow: '#f2d037', red: '#f0524a' },
  onClass: '#0c0e10',
  point: '#dfe8ef',
  pointLine: '#0c0e10',
} as const;
