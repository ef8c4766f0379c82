/** A file with which somebody shows that they have paid: an end user to an owner, or an owner to the platform. */
export interface Receipt {
  fileId: string;
  /** The same whoever sends it, which `fileId` is not. */
  uniqueId: string;
  kind: 'photo' | 'document';
  /** The words below it. */
  note: string | null;
}

/** As its reviewers get it. */
export type ReceiptFile = Pick<Receipt, 'fileId' | 'kind'>;

/** What a table keeps of a receipt. */
interface ReceiptColumns {
  receiptFileId: string | null;
  receiptUniqueId: string | null;
  receiptKind: string | null;
  receiptNote: string | null;
}

export function toReceiptColumns({ fileId, uniqueId, kind, note }: Receipt): ReceiptColumns {
  return { receiptFileId: fileId, receiptUniqueId: uniqueId, receiptKind: kind, receiptNote: note };
}

/** Null once the file is forgotten. */
export function toReceiptFile({
  receiptFileId: fileId,
  receiptKind,
}: Pick<ReceiptColumns, 'receiptFileId' | 'receiptKind'>): ReceiptFile | null {
  return fileId === null ? null : { fileId, kind: receiptKind === 'document' ? 'document' : 'photo' };
}
