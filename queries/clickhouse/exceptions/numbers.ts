/** Those of the ids that can be ids of exceptions, as decimal text; anything else names none. */
export const exceptionNumbers = (ids: readonly string[]): string[] => ids.filter(id => /^[1-9]\d{0,14}$/.test(id))
