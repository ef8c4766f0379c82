/** One line of the doctor's. `wrong` makes the exit code 1; `mind` is for a person to decide. */
export interface Finding {
  verdict: 'fine' | 'mind' | 'wrong';
  /** What was looked at, in a word or two. */
  what: string;
  /** One sentence without a secret. */
  text: string;
}

export const fine = (what: string, text: string): Finding => ({ verdict: 'fine', what, text });
export const mind = (what: string, text: string): Finding => ({ verdict: 'mind', what, text });
export const wrong = (what: string, text: string): Finding => ({ verdict: 'wrong', what, text });

/** Looks, and tells a look that fails as what it is: something wrong. */
export async function lookAt(
  what: string,
  look: () => Promise<Finding[]>,
  explain: (error: unknown) => string,
): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    return [wrong(what, explain(error))];
  }
}
