import type { DeskKitchenTalk } from '../../../features/kitchenTalk/deskKitchenTalk.ts';
import { HoldKey, type HoldPage } from '../../../features/talk/holdKey.ts';

/** Speaking into a kitchen, with the one owner of the key that is held for it: by K or at the key on the screen. */
export interface HeldKitchenTalk extends DeskKitchenTalk {
  hold: HoldKey;
}

export function withKitchenHold(
  kitchenTalk: DeskKitchenTalk,
  page: HoldPage = { window, document },
): HeldKitchenTalk {
  const hold = new HoldKey(page, {
    press: (priority) => kitchenTalk.press(priority === 'override'),
    letGo: (isUnproven) => kitchenTalk.release(isUnproven),
  });
  return { ...kitchenTalk, hold };
}
