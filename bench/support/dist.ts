/**
 * A module as `npm run build` made it. What is measured runs as it does in production; its types are the source's.
 * @param path inside `dist/`, such as `app.js`
 */
export async function built<Module>(path: string): Promise<Module> {
  return (await import(new URL(`../../dist/${path}`, import.meta.url).href)) as Module;
}
