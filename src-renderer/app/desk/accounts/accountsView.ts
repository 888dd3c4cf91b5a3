/** The name of the view of accounts. */
export const accountsView = 'accounts';
