/** The name of this view, for the features that turn to it. */
export const registryView = 'registry';
