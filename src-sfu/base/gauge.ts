/** A figure that is read when somebody scrapes `/metrics`. Example: `{ name: 'mingchu_surfaces', help: '…', read: () => 3 }`. */
export interface Gauge {
  name: string;
  help: string;
  /** A counter only grows while the hub runs. Left out: a gauge. */
  type?: 'gauge' | 'counter';
  /** With a label, `read` answers a number for each value of the label. */
  label?: string;
  read(): number | Record<string, number>;
}
