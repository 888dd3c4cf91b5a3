/**
 * What to open of a running demo, in three lines: the desk, the wall, and the address for other machines and phones.
 * @param {string} url the hub's address on this machine, such as `http://127.0.0.1:7400`
 * @param {string} networkUrl the hub's address for other machines
 * @param {string} publicPort where phones of the public find their page
 * @returns {[desk: string, wall: string, network: string]}
 */
export function addressLines(url, networkUrl, publicPort) {
  const line = (/** @type {string} */ name, /** @type {string} */ address, /** @type {string} */ words) =>
    `${name}  ${address.padEnd(40)} ${words}`;
  return [
    line(
      'desk    指挥席',
      `${url}/sign-in.html`,
      'choose an account (ONLY FOR THE DEMO 演示账号，仅供演示); F1 is the tour 导览',
    ),
    line('wall    大屏  ', `${url}/wall.html`, 'also: /showcase.html for visitors, /field.html for squads'),
    line(
      'network 局域网',
      networkUrl,
      `from phones and other machines; the public’s page at port ${publicPort} (/public.html); Ctrl-C stops everything`,
    ),
  ];
}
