/** Whether an error carries this code, such as Node's `ENOENT`. */
export function hasCode(error: unknown, code: string | number): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
