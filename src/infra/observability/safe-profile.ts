import { z } from 'zod';
import { readProgramFile, toProgramFile } from './fault-record.ts';
import { hex, place, seconds, threadId } from './safe-envelope.ts';

/** What V8 says of its own time, in place of a function. */
const OWN_TIME = ['(garbage collector)', '(idle)', '(program)'];
const OTHER = { function: '(other)', in_app: false };
/** `name`, `Class.name`, `get name`. */
const FUNCTION = /^(?:[gs]et )?#?[\w$]{1,60}(?:\.#?[\w$]{1,60}){0,4}$/;
/** The program is finite, and so are the names in it; what stands in none of its files is not kept. */
const known = new Set<string>();

/** A frame keeps its place in the list, because stacks name it by that: of what is not the program's only that is kept. */
const frame = z
  .object({ function: z.string(), abs_path: z.string(), lineno: place, colno: place })
  .transform(({ function: name, abs_path: path, lineno, colno }) => {
    if (OWN_TIME.includes(name)) return { function: name, in_app: false };
    const file = toProgramFile(path);
    if (file === null) return OTHER;
    return {
      filename: file,
      function: isNameIn(file, name) ? name : '',
      lineno,
      colno,
      in_app: !file.startsWith('node_modules/'),
    };
  })
  .catch(OTHER);

const index = z.int().nonnegative();

/** A profile of a stretch of time; which works it covers, their transactions say. */
export const safeProfile = z.object({
  chunk_id: hex(32),
  profiler_id: hex(32),
  version: z.literal('2'),
  client_sdk: z.object({
    name: z.literal('sentry.javascript.node'),
    version: z.string().regex(/^\d{1,3}\.\d{1,3}\.\d{1,3}$/),
  }),
  profile: z.object({
    samples: z.array(z.object({ stack_id: index, thread_id: threadId, timestamp: seconds })),
    stacks: z.array(z.array(index)),
    frames: z.array(frame),
    thread_metadata: z.unknown().transform(() => ({ 0: { name: 'main' } })),
  }),
});

/** A function may be named after anything, as a computed method is: a name that stands in its file is the program's own. */
function isNameIn(file: string, name: string): boolean {
  if (!FUNCTION.test(name)) return false;
  const key = `${file} ${name}`;
  if (known.has(key)) return true;
  const words = new Set(readProgramFile(file).match(/[\w$]+/g));
  if (!name.split(/[#. ]/).every((word) => word === '' || words.has(word))) return false;
  known.add(key);
  return true;
}
