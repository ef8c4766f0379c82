/** Where the panel is, for those whom the main bot leads there. */
export interface PanelAddress {
  /** As people type it on another device. */
  typed(): string;
  /** Its pages, with a slash at the end, where Telegram opens them: https alone. */
  pages: string | undefined;
}

/** @param origin where the server listens, known once it does: what counts where it is called by no other address */
export function createPanelAddress({
  serverUrl,
  origin,
}: {
  serverUrl: string | undefined;
  origin: () => string;
}): PanelAddress {
  const served = serverUrl === undefined ? undefined : new URL(serverUrl).origin;
  return {
    typed: () => `${served ?? origin()}/panel`,
    pages: served?.startsWith('https://') ? `${served}/panel/` : undefined,
  };
}
