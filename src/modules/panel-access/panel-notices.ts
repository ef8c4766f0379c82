import { defineNotices } from '../notifications/notice.ts';

declare module '../notifications/notice.ts' {
  interface Notices {
    /** Somebody has signed in from a browser. */
    newBrowserSession: {
      to: 'owner';
      payload: { sessionId: number };
      /** As people call it; null: it does not say. */
      content: { browser: string | null; at: Date };
    };
  }
}

export const PANEL_NOTICES = defineNotices({
  newBrowserSession: {
    isSure: true,
    isQuiet: true,
    async content(db, { sessionId }) {
      const session = await db.panelSession.findUnique({ where: { id: sessionId } });
      return session && { browser: session.browser, at: session.createdAt };
    },
  },
});
