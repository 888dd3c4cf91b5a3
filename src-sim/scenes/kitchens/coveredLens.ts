import type { StageMaker } from '../stage.ts';

/** A lens that somebody covered: dark, with a little light at the edge of the hand. */
export const coveredLens: StageMaker = () => ({
  title: '',
  view: { position: [0, 0, 0], target: [0, 0, 1], focal: 1 },
  corner: '#000000',
  room: ({ context }) => {
    context.fillStyle = '#0b0b0d';
    context.fillRect(0, 0, context.canvas.width, context.canvas.height);
    const glow = context.createRadialGradient(1180, 90, 0, 1180, 90, 420);
    glow.addColorStop(0, 'rgba(70,40,30,0.5)');
    glow.addColorStop(1, 'rgba(20,12,10,0)');
    context.fillStyle = glow;
    context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  },
  stills: [],
  movings: [],
});
