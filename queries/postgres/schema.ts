/** Table types for kysely, one entry per table. */
// eslint-disable-next-line typescript/no-empty-object-type -- filled by the migrations' author
export interface Database {}
