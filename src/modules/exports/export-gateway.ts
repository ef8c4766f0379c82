import type { Address } from '../notifications/address.ts';
import type { ExportedEndUser, ExportedPayment } from './export-service.ts';

/** Rows of a bot, and what they are of. */
export type ExportContent =
  | { what: 'payments'; rows: AsyncIterable<ExportedPayment> }
  | { what: 'users'; rows: AsyncIterable<ExportedEndUser> };

/** How a table of a bot's reaches its owner. Each call is tried once; errors are `DeliveryError`. */
export interface ExportGateway {
  sendExport(to: Address, botUsername: string, content: ExportContent): Promise<void>;
}
