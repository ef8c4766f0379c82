/** So many batches may be under way: one is answered while the next is being asked. */
const BATCHES_AT_ONCE = 2;
/** A larger one would keep its first question waiting for its last. */
const QUESTIONS_AT_MOST = 100;

interface Waiting<Question, Answer> {
  question: Question;
  resolve: (answer: Answer) => void;
  reject: (reason: unknown) => void;
}

/**
 * Questions of one kind that share their round trips. One that comes alone goes at once; those that come while others
 * are on their way go as one, so that the more there are, the less each costs.
 *
 * @param ask answers as many, in the same order; when it fails, it fails for all of its questions
 */
export function batchLoader<Question, Answer>(
  ask: (questions: readonly Question[]) => Promise<readonly Answer[]>,
): (question: Question) => Promise<Answer> {
  let waiting: Waiting<Question, Answer>[] = [];
  let underWay = 0;
  let isScheduled = false;

  async function go(batch: readonly Waiting<Question, Answer>[]): Promise<void> {
    try {
      const answers = await ask(batch.map(({ question }) => question));
      for (const [place, { resolve }] of batch.entries()) resolve(answers[place] as Answer);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    underWay -= 1;
    schedule();
  }

  function flush(): void {
    isScheduled = false;
    while (waiting.length > 0 && underWay < BATCHES_AT_ONCE) {
      const batch = waiting.slice(0, QUESTIONS_AT_MOST);
      waiting = waiting.slice(QUESTIONS_AT_MOST);
      underWay += 1;
      void go(batch);
    }
  }

  /** After everything else that has arrived in this turn of the event loop. */
  function schedule(): void {
    if (isScheduled || waiting.length === 0) return;
    isScheduled = true;
    setImmediate(flush);
  }

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      schedule();
    });
}
