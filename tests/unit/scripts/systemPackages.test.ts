import { describe, expect, it } from 'vitest';

import { parseInstalled } from '../../../scripts/setup/systemPackages.mjs';

describe('the listing of system packages', () => {
  it('counts as installed only what is completely so', () => {
    const listing = 'ffmpeg installed\nmeson half-installed\nchromium config-files\ng++ installed\n';
    expect(parseInstalled(listing)).toEqual(new Set(['ffmpeg', 'g++']));
  });

  it('may be empty', () => {
    expect(parseInstalled('')).toEqual(new Set());
  });
});
