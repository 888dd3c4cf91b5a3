/** Line drawings for steps, cards and questions; each fills a square of 48 by 48. */
const paths = {
  seen: 'M4 24s8-13 20-13 20 13 20 13-8 13-20 13S4 24 4 24zm20 6a6 6 0 1 0 0-12 6 6 0 0 0 0 12z',
  checked: 'M8 8h32v24H8zM18 40h12M24 32v8M16 20l6 6 11-12',
  sent: 'M5 33V15h22v18M27 21h9l7 7v5M12 38a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm24 0a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM16 34h16',
  there: 'M24 44s15-15 15-26a15 15 0 1 0-30 0c0 11 15 26 15 26zm0-20a6 6 0 1 0 0-12 6 6 0 0 0 0 12z',
  fixed: 'M24 4l16 6v12c0 11-7 18-16 22C15 40 8 33 8 22V10zM16 23l6 6 11-12',
  scan: 'M6 16V6h10M32 6h10v10M42 32v10H32M16 42H6V32M15 15h7v7h-7zm11 0h7v7h-7zM15 26h7v7h-7zm12 1h2m4 0v6m-6 0h3',
  report: 'M6 14h8l4-6h12l4 6h8v26H6zM24 34a8 8 0 1 0 0-16 8 8 0 0 0 0 16z',
  choose: 'M24 5l6 12 13 2-9 9 2 13-12-6-12 6 2-13-9-9 13-2z',
  districts: 'M4 10l13-4 14 4 13-4v32l-13 4-14-4-13 4zM17 6v32M31 10v32',
  types: 'M6 20L24 6l18 14v22H6zM18 42V28h12v14',
  kitchen:
    'M8 22h32v16a4 4 0 0 1-4 4H12a4 4 0 0 1-4-4zM4 22h40M16 16c-3-4 3-6 0-10M24 16c-3-4 3-6 0-10M32 16c-3-4 3-6 0-10',
  quiz: 'M15 17a9 9 0 1 1 13 8c-3 2-4 3-4 7M24 40v2M24 4a20 20 0 1 0 0 40 20 20 0 0 0 0-40z',
  hat: 'M12 40V26a10 10 0 0 1 2-19 11 11 0 0 1 20 0 10 10 0 0 1 2 19v14zM12 33h24',
  bin: 'M12 18h24l-3 26H15zM20 24v14M28 24v14M8 14L34 6M18 11l-1-4 7-2 1 4',
  boards:
    'M6 10h28a6 6 0 0 1 6 6v16a6 6 0 0 1-6 6H6zM36 24h2M13 18c4-4 10-3 11 1s-3 6-7 6-7-4-4-7zM22 31l8-3',
  gloves:
    'M16 44V30l-7-8a3 3 0 0 1 5-4l5 5V8a3 3 0 0 1 6 0v12V6a3 3 0 0 1 6 0v15V10a3 3 0 0 1 6 0v20c0 5-2 9-4 14z',
  smoke: 'M4 32h30v6H4zM38 32v6M43 32v6M38 27c0-6-8-5-8-11 0-4 4-5 3-10M43 27c0-8-6-8-6-13',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="showcase-icon" viewBox="0 0 48 48" aria-hidden>
      <path d={paths[name]} />
    </svg>
  );
}
