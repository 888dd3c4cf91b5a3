import type { AccountBook } from '../../features/accounts/accountBook.ts';
import type { AccountsService } from '../../features/accounts/accounts.service.ts';
import type { CommandKeys } from '../../features/accounts/commandKeys.ts';
import type { OwnAccount } from '../../features/accounts/ownAccount.ts';
import type { People } from '../../features/accounts/people.ts';
import type { ScreensService } from '../../features/accounts/screens.service.ts';
import type { Sessions } from '../../features/accounts/sessions.ts';
import type { SignInService } from '../../features/accounts/signIn.service.ts';

/** The services of accounts, as the routes use them. */
export interface AccountParts {
  book: AccountBook;
  sessions: Sessions;
  people: People;
  signIn: SignInService;
  own: OwnAccount;
  accounts: AccountsService;
  screens: ScreensService;
  commandKeys: CommandKeys;
}
