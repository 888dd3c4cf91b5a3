import { describe, expect, it } from 'vitest';
import { addressLines } from '../../../scripts/start/addressLines.mjs';

describe('what a running demo says', () => {
  it('is three lines: the desk with its accounts, the wall, and the address for other machines', () => {
    const lines = addressLines('http://127.0.0.1:7400', 'http://192.0.2.7:7400', '7480');
    expect(lines).toHaveLength(3);
    const [desk, wall, network] = lines;
    expect(desk).toContain('http://127.0.0.1:7400/sign-in.html');
    expect(desk).toContain('ONLY FOR THE DEMO');
    expect(desk).toContain('仅供演示');
    expect(wall).toContain('http://127.0.0.1:7400/wall.html');
    expect(network).toContain('http://192.0.2.7:7400');
    expect(network).toContain('7480');
    for (const line of lines) expect(line).not.toContain('\n');
  });
});
