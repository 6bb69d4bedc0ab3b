/** What each flag of an accepted event means, in a few words. */
export const FLAG_WORDS: Readonly<Record<string, string>> = {
  uncatalogued: 'Not in the catalogue', uncatalogued_type: 'Unknown event type', uncatalogued_integration: 'Unknown integration', uncatalogued_facility: 'Unknown facility',
  future_time: 'Time lies in the future', old_time: 'Implausibly old time', no_offset: 'Time came without an offset', no_time: 'Came without a time', no_correlation: 'Came without a correlation id',
}
