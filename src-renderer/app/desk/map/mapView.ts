/** The name of this view, for the features that turn to it. */
export const mapView = 'map';
